// Commands that are requests: who sends them, by which URL, with which version in hand and through which fault, and what the
// answer must then be.
import { expect } from 'vitest';
import { mintPassword } from '../../../src/auth/key-format.ts';
import { ENTRA, type Reply, STANDARD, sendTo } from '../portal.ts';
import { patchOf, userPath } from '../scim.ts';
import type { Command, Via } from './commands.ts';
import { type Disturbed, disturbedBindings } from './disturbance.ts';
import { planGroup } from './group-requests.ts';
import { markOf } from './marks.ts';
import { type Planned, personAt, planPerson } from './person-requests.ts';
import { withoutTraces } from './picture.ts';
import type { Key, Model } from './state.ts';
import type { World } from './world.ts';

/** The key that a number means; undefined for one that nobody ever made. */
function keyAt({ keys }: Model, n: number): Key | undefined {
  return n < 0 ? undefined : keys[n % keys.length];
}

async function authorization(world: World, key: Key | undefined, entra: boolean): Promise<string> {
  const { username, password } = key ?? {
    username: 'mallory@acme.example',
    ...(await mintPassword(world.portal.sources)),
  };
  return entra ? `Bearer ${username}:${password}` : `Basic ${btoa(`${username}:${password}`)}`;
}

interface Sending {
  readonly method: string;
  readonly path: string;
  readonly body?: object | undefined;
  readonly raw?: string;
  readonly headers?: Record<string, string>;
}

/** Sends, and looks at what is there afterwards. */
async function transmit(
  world: World,
  via: Via,
  { method, path, body, raw, headers }: Sending,
  { bindings, hit }: Disturbed,
): Promise<Reply> {
  const key = keyAt(world.model, via.key);
  const reply = await sendTo(bindings, world.portal.sources, method, (via.entra ? ENTRA : STANDARD) + path, body, {
    headers: { authorization: await authorization(world, key, via.entra), ...headers },
    ...(raw === undefined ? {} : { raw }),
  });
  await world.look();
  if (hit()) world.model.lastFaultMs = world.nowMs;
  return reply;
}

function ifMatch({ ifMatch: wanted }: Via, target: Planned['target']): Record<string, string> {
  if (wanted === 'none') return {};
  const tag = { current: `W/"${target?.version ?? 1}"`, stale: `W/"${(target?.version ?? 1) + 100}"`, any: '*' }[
    wanted
  ];
  return { 'if-match': tag };
}

/** A request about one person or group. */
export async function playRequest(world: World, { via, does }: Extract<Command, { what: 'request' }>): Promise<void> {
  const { model } = world;
  const planned = 'group' in does || does.what === 'POST group' ? planGroup(model, does) : planPerson(model, does);
  const before = withoutTraces(world.picture);
  const key = keyAt(model, via.key);
  const alive = key !== undefined && model.isAlive(key);
  const disturbed = disturbedBindings(via.fault);
  const headers = ifMatch(via, planned.target);
  const reply = await transmit(world, via, { ...planned, headers }, disturbed);
  const untouched = JSON.stringify(withoutTraces(world.picture)) === JSON.stringify(before);
  const broken = via.fault !== null && disturbed.hit() && reply.status >= 500;
  if (broken && untouched) return;
  const stale = via.ifMatch === 'stale' && planned.target !== undefined;
  const status = alive ? (stale ? 412 : planned.decide(key)) : 401;
  if (!broken) expect(reply.status, JSON.stringify(reply.body)).toBe(shownStatus(status, via, planned));
  if (status >= 300) expect(withoutTraces(world.picture)).toEqual(before);
  if (via.fault === null && status < 300) purgedAtOnce(model);
}

/** Entra's URL answers a PATCH without a body. */
function shownStatus(status: number, { entra }: Via, { method }: Planned): number {
  return entra && method === 'PATCH' && status === 200 ? 204 : status;
}

/** What an end made due is gone by the time that the work after the answer is over. */
function purgedAtOnce(model: Model): void {
  if (model.nowMs === model.lastFaultMs) return;
  for (const content of model.contents) {
    if (content.fate === 'doomed' && content.dueMs === model.nowMs && !content.held) content.fate = 'gone';
  }
}

/** Several requests about people in one, each judged by what those before it left. */
export async function playBulk(world: World, { via, does }: Extract<Command, { what: 'bulk' }>): Promise<void> {
  const { model } = world;
  const before = withoutTraces(world.picture);
  const key = keyAt(model, via.key);
  const alive = key !== undefined && model.isAlive(key);
  const made = new Map<object, string>();
  const Operations: object[] = [];
  const statuses: number[] = [];
  for (const [i, command] of does.entries()) {
    const planned = planPerson(model, command, (person) =>
      person.id ? userPath(person.id) : `/Users/bulkId:${made.get(person)}`,
    );
    const { method, path, body } = planned;
    const bulkId = method === 'POST' ? { bulkId: `b${i}` } : {};
    Operations.push({ method, path, ...bulkId, ...(body ? { data: body } : {}) });
    if (!alive) continue;
    const people = model.people.length;
    statuses.push(shownStatus(planned.decide(key), via, planned));
    for (const person of model.people.slice(people)) made.set(person, `b${i}`);
  }
  const sending = { method: 'POST', path: '/Bulk', body: { Operations } };
  const reply = await transmit(world, via, sending, disturbedBindings(null));
  expect(reply.status, JSON.stringify(reply.body)).toBe(alive ? 200 : 401);
  if (!alive) return expect(withoutTraces(world.picture)).toEqual(before);
  purgedAtOnce(model);
  expect(reply.body.Operations.map(({ status }: { status: string }) => Number(status))).toEqual(statuses);
}

/** Bodies that nobody can mean, each with a mark in it that must be found nowhere afterwards. */
const MALFORMED: readonly ((mark: string) => { readonly raw: string; readonly headers?: Record<string, string> })[] = [
  (mark) => ({ raw: `{"userName":"${mark}` }),
  (mark) => ({ raw: `{"userName":"x","title":"${mark}","TITLE":"${mark}"}` }),
  (mark) => ({ raw: JSON.stringify({ name: { givenName: mark } }) }),
  (mark) => ({ raw: JSON.stringify({ userName: 'x@acme.example', name: mark }) }),
  (mark) => ({ raw: JSON.stringify({ userName: 'x@acme.example', active: mark }) }),
  (mark) => ({ raw: JSON.stringify({ userName: 'x@acme.example', emails: { value: { value: mark } } }) }),
  (mark) => ({ raw: JSON.stringify({ userName: 'x@acme.example', title: [mark] }) }),
  (mark) => ({ raw: JSON.stringify({ userName: 'x@acme.example', name: { givenName: `${mark}\u0000` } }) }),
  (mark) => ({ raw: JSON.stringify({ userName: 'x@acme.example', [ENTERPRISE_URN]: mark }) }),
  (mark) => ({ raw: JSON.stringify({ Operations: [{ op: mark, path: 'title', value: mark }] }) }),
  (mark) => ({ raw: JSON.stringify(patchOf({ op: 'add', path: `emails[type eq "${mark}"`, value: mark })) }),
  (mark) => ({ raw: JSON.stringify(patchOf({ op: 'replace', path: `name[givenName sw "${mark}"]`, value: mark })) }),
  (mark) => ({
    raw: JSON.stringify({ userName: 'x@acme.example', title: mark }),
    headers: { 'content-type': 'text/plain' },
  }),
  (mark) => ({ raw: `${'{"name":'.repeat(40)}"${mark}"${'}'.repeat(40)}` }),
];

const ENTERPRISE_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** A body that is refused wherever it is sent. */
export async function playMalformed(
  world: World,
  { via, body, who }: Extract<Command, { what: 'malformed' }>,
): Promise<void> {
  const { model } = world;
  const malformed = MALFORMED[body % MALFORMED.length]?.(markOf(model.nextNumber()));
  if (malformed === undefined) return;
  const before = withoutTraces(world.picture);
  const person = personAt(model, who);
  const patches = malformed.raw.includes('"Operations"');
  const sending = patches
    ? { method: 'PATCH', path: person ? userPath(person.id) : '/Users/nobody', ...malformed }
    : { method: 'POST', path: '/Users', ...malformed };
  const disturbed = disturbedBindings(via.fault);
  const reply = await transmit(world, via, sending, disturbed);
  const broken = disturbed.hit() && reply.status >= 500;
  if (!broken) expect(Math.floor(reply.status / 100), JSON.stringify([malformed, reply.body])).toBe(4);
  expect(withoutTraces(world.picture)).toEqual(before);
}

// The portal and the model of it side by side: one command changes both, and everything that is stored must agree.
import { env } from 'cloudflare:workers';
import type { PresetName } from '../../../src/directory/presets.ts';
import { runCron } from '../../../src/lifecycle/cron.ts';
import { freshPortal, type Portal } from '../portal.ts';
import type { Fault } from './commands.ts';
import { disturbedBindings } from './disturbance.ts';
import { History } from './history.ts';
import { violations } from './invariants.ts';
import { emptyBuckets, type Picture, rowsIn, takePicture } from './picture.ts';
import { type Account, Model, type Person, type Workspace } from './state.ts';

export class World {
  readonly portal: Portal;
  readonly model: Model;
  readonly history = new History();
  picture: Picture;

  constructor(portal: Portal, model: Model, picture: Picture) {
    this.portal = portal;
    this.model = model;
    this.picture = picture;
  }

  get nowMs(): number {
    return this.portal.sources.ms;
  }

  set nowMs(ms: number) {
    this.portal.sources.ms = ms;
    this.model.nowMs = ms;
  }

  /** Looks at everything that is stored, and reads on in the feed of events. */
  async look(): Promise<void> {
    this.picture = await takePicture();
    this.history.remember(this.picture, this.nowMs);
    await this.history.follow();
  }

  /** Tells the model the numbers and ids that the portal gave, once the model knows what was made. */
  learn(): void {
    learnIds(this.model, this.picture);
  }

  /** All that is wrong with what was last seen. */
  wrong(): string[] {
    return violations(this);
  }

  /** One run of the cron at this moment. An undisturbed one must leave nothing of what is due. */
  async cron(fault: Fault | null = null): Promise<void> {
    const { bindings, hit } = disturbedBindings(fault);
    await runCron(bindings, this.portal.sources).catch(() => undefined);
    await this.look();
    if (hit()) this.model.lastFaultMs = this.nowMs;
    workIsDone(this.model, this.picture);
  }
}

/** A worker that was cut off keeps its rows this long. */
const LEASE_MS = 60_000;

/** What a run of the cron makes of the model: all that is due is gone, but what a legal hold keeps, and what somebody who was cut
 * off has under a lease still. */
function workIsDone(model: Model, picture: Picture): void {
  const leased = model.nowMs - model.lastFaultMs < LEASE_MS;
  const states = new Map(rowsIn(picture, 'workspaces').map((row) => [row['id'], row['state']]));
  const isDue = ({ state, dueMs, held }: Workspace) => state === 'archived' && dueMs <= model.nowMs && !held;
  for (const workspace of model.workspaces.filter(isDue)) {
    if (!leased || states.get(workspace.id) === 'deleted') workspace.state = 'deleted';
  }
  for (const content of model.contents.filter(({ held, fate }) => !held && fate !== 'gone')) {
    const doomed = content.fate === 'doomed' || content.workspace?.state === 'deleted';
    if (doomed) content.fate = leased ? 'doomed' : 'gone';
  }
  if (leased) return;
  for (const account of model.heldAccounts.filter(({ fate }) => fate === 'released')) account.fate = 'gone';
}

/** People and groups that a request just made have no id in the model yet; the portal numbers them in the order they came. */
function learnIds(model: Model, picture: Picture): void {
  learn(
    model.people,
    rowsIn(picture, 'users').filter((row) => row['login_type'] === 'saml'),
  );
  learn(model.groups, rowsIn(picture, 'groups'));
}

interface Numbered {
  id: string;
  seq: number;
}

function learn(known: readonly Numbered[], rows: readonly Record<string, unknown>[]): void {
  const seqs = new Set(known.map(({ seq }) => seq));
  const fresh = rows.filter((row) => !seqs.has(Number(row['seq']))).sort((a, b) => Number(a['seq']) - Number(b['seq']));
  for (const one of known.filter(({ seq }) => seq === 0)) {
    const row = fresh.shift();
    if (row === undefined) return;
    one.seq = Number(row['seq']);
    if (one.id === '') one.id = String(row['id']);
  }
}

/** How a world begins. `lonely`: the one admin who can sign in is a person that SCIM manages. */
export interface Beginning {
  readonly preset: PresetName;
  readonly lonely: boolean;
  /** The portal has a brake, which the second end of access within an hour engages. */
  readonly brake: boolean;
  /** People with workspaces, content and a group are there already, and one of them has just left. */
  readonly inUse: boolean;
}

/** A fresh portal and its model. */
export async function beginWorld({ preset, lonely, brake }: Beginning): Promise<World> {
  await emptyBuckets();
  const portal = await freshPortal(preset);
  const [service, breakGlass] = await Promise.all([accountOf('service'), accountOf('password')]);
  const model = new Model(preset, portal.sources.ms, service, breakGlass);
  const { keyId, username, password } = portal;
  const owner = service;
  model.keys.push({ keyId, username, password, owner, expiresMs: Number.POSITIVE_INFINITY, revoked: false });
  model.note('key.created', { id: keyId });
  const world = new World(portal, model, await takePicture());
  if (lonely) await beLonely(world);
  await setBrake(world, brake);
  await world.look();
  world.learn();
  return world;
}

async function setBrake({ portal, model }: World, on: boolean): Promise<void> {
  const brake = on ? { state: 'on', percent: 99, atLeast: 1, number: 1 } : { state: 'off' };
  model.choices.brake = on;
  await env.DB.prepare('UPDATE portal SET policy = ?, version = version + 1').bind(JSON.stringify({ brake })).run();
  await portal.send('GET', '/Users?count=0');
}

async function accountOf(loginType: string): Promise<Account> {
  const row = await env.DB.prepare(
    'SELECT seq, id, user_name AS userName, role, registration FROM users WHERE login_type = ?',
  )
    .bind(loginType)
    .first<Pick<Account, 'seq' | 'id' | 'userName' | 'role' | 'registration'>>();
  if (row === null) throw new Error(`the fresh portal has no ${loginType} account`);
  return { ...row, active: true, removed: false };
}

async function beLonely({ portal, model }: World): Promise<void> {
  const userName = 'eve@acme.example';
  const made = await portal.send('POST', '/Users', { userName });
  await env.DB.batch([
    env.DB.prepare("UPDATE users SET role = 'admin' WHERE user_name = ?").bind(userName),
    env.DB.prepare("UPDATE users SET role = 'user' WHERE login_type = 'password'"),
  ]);
  model.breakGlass.role = 'user';
  const nobody = { externalId: null, given: null, family: null, title: null };
  const eve: Person = {
    ...nobody,
    id: made.body.id,
    seq: 0,
    userName,
    role: 'admin',
    active: true,
    removed: false,
    registration: 1,
    version: 1,
    createdMs: model.nowMs,
    changedMs: model.nowMs,
  };
  model.people.push(eve);
  model.note('user.created', eve);
}

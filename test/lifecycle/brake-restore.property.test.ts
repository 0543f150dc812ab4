// Whatever an identity provider and the people do while the brake holds, and however often a restore dies, in the end everybody is
// back with all they ever had. Beside the real portal runs a model of what that is.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { putFile, readFile } from '../../src/api/files.ts';
import { createWorkspace } from '../../src/api/workspaces.ts';
import { restoreHeld } from '../../src/directory/brake-restore.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import { contextOf, engage, FOURTH, makePeople, nth, portalWith } from '../support/brake.ts';
import { dies, Faults } from '../support/faults.ts';
import { makeGroup, memberIds } from '../support/groups.ts';
import { DAY_MS, objectKeys, unwrap } from '../support/lifecycle.ts';
import type { Portal } from '../support/portal.ts';
import { expectCountersTrue, one, patchOf, rowOf, rows, userPath } from '../support/scim.ts';

interface Person {
  readonly id: string;
  readonly seq: number;
  title: string;
  inGroup: boolean;
  admin: boolean;
}

interface World {
  readonly portal: Portal;
  readonly keeps: boolean;
  readonly people: readonly Person[];
  readonly groupId: string;
  readonly files: string[];
  readonly workspaces: string[];
}

const EVENTS = ['off', 'on', 'delete', 'post', 'title', 'upload', 'workspace', 'join', 'cron', 'restore'] as const;
type Event = { readonly what: (typeof EVENTS)[number]; readonly who: number; readonly diesAt: number };

const events: fc.Arbitrary<Event[]> = fc.array(
  fc.record({
    what: fc.constantFrom(...EVENTS, 'off' as const, 'on' as const, 'delete' as const, 'post' as const),
    who: fc.constantFrom(0, 1),
    diesAt: fc.integer({ min: 1, max: 12 }),
  }),
  { minLength: 3, maxLength: 20 },
);

const set = (value: object) => patchOf({ op: 'replace', value });

const play: Record<Event['what'], (world: World, person: Person, event: Event) => Promise<unknown>> = {
  off: ({ portal }, { id }) => portal.send('PATCH', userPath(id), set({ active: false })),
  on: ({ portal }, { id }) => portal.send('PATCH', userPath(id), set({ active: true })),
  delete: ({ portal }, { id }) => portal.send('DELETE', userPath(id)),
  async post({ portal }, person) {
    const body = { userName: person.id, name: { givenName: 'Kim' } };
    // Made anew, the person is in the groups that the identity provider puts it into from then on.
    if ((await portal.send('POST', '/Users', body)).status === 201) person.inGroup = false;
  },
  async title({ portal, keeps }, person, { diesAt }) {
    const { body, status } = await portal.send('GET', userPath(person.id));
    const title = `Title ${diesAt}`;
    await portal.send('PATCH', userPath(person.id), set({ title }));
    if (status === 200 && (keeps || body.active)) person.title = title;
  },
  async upload({ portal, files, workspaces }, { seq }, { diesAt }) {
    const workspaceId = diesAt % 2 ? workspaces.at(-1) : undefined;
    const file = { ownerSeq: seq, name: 'f', bytes: new Uint8Array(3), ...(workspaceId ? { workspaceId } : {}) };
    const stored = await putFile(env, portal.sources, file);
    if (stored.ok) files.push(stored.value.fileId);
  },
  async workspace({ portal, workspaces }, { seq }) {
    const made = await createWorkspace(env, portal.sources, { ownerSeq: seq, name: 'Plans' });
    if (made.ok) workspaces.push(made.value.workspaceId);
  },
  async join({ portal, groupId }, person) {
    const body = patchOf({ op: 'add', path: 'members', value: [{ value: person.id }] });
    if ((await portal.send('PATCH', `/Groups/${groupId}`, body)).status < 300) person.inGroup = true;
  },
  async cron({ portal }) {
    portal.sources.ms += 40 * DAY_MS;
    await runCron(portal.env, portal.sources);
  },
  async restore({ portal }, person, { diesAt }) {
    const { DB } = new Faults(dies(diesAt, diesAt % 2 ? 'before' : 'after')).over({ DB: env.DB });
    await restoring(person, () => restoreHeld({ ...contextOf(portal), db: DB }, { users: [person.id] }));
  },
};

/** Rights do not come back to somebody who did, once the journal has forgotten the deactivation that took them. */
async function restoring<T>(person: Person, restore: () => Promise<T>): Promise<T> {
  const taken = "FROM destructions WHERE user_seq = ? AND state = 'held' AND account ->> 'role' = 'admin'";
  const [before] = await rows<{ cause: string; later: number; active: number; known: number }>(
    `SELECT cause, (SELECT active FROM users WHERE seq = user_seq) AS active,
       EXISTS (SELECT 1 FROM destructions AS l WHERE l.user_seq = d.user_seq AND l.state = 'held' AND l.seq > d.seq
         AND l.account ->> 'active') AS later,
       EXISTS (SELECT 1 FROM journal WHERE mutation_id = cause) AS known ${taken.replace('destructions', 'destructions AS d')}`,
    person.seq,
  );
  const outcome = await restore();
  const isBack = (await rows(`SELECT seq ${taken}`, person.seq)).length === 0;
  if (before && isBack && (before.active || before.later) && !before.known) person.admin = false;
  return outcome;
}

async function expectWhole({ portal, people, groupId, files, workspaces }: World): Promise<void> {
  for (const { id, title, inGroup, admin } of people) {
    const row = await rowOf(id);
    expect(row).toMatchObject({
      role: admin ? 'admin' : 'user',
      active: 1,
      removed_at: null,
      deactivated_at: null,
      family_name: expect.any(String),
    });
    const { body } = await portal.send('GET', userPath(id));
    expect(body).toMatchObject({ active: true, title });
    expect((await memberIds(groupId)).includes(id)).toBe(inGroup);
  }
  const key = await one<{ at: number | null }>("SELECT revoked_at AS at FROM api_keys WHERE id = 'own'");
  expect(key.at === null).toBe(people[0]?.admin);
  for (const fileId of files) expect([fileId, (await readFile(env, { fileId })).ok]).toEqual([fileId, true]);
  const open = await rows("SELECT id FROM workspaces WHERE state = 'active'");
  expect(open).toHaveLength(workspaces.length);
  expect(await rows("SELECT seq FROM destructions WHERE state = 'held' OR account IS NOT NULL")).toEqual([]);
  await expectCountersTrue();
  const { body: page } = await portal.send('GET', '/Users?startIndex=6');
  expect(page.Resources.map((one: { id: string }) => one.id)).toEqual([nth(2)]);
}

async function newWorld(keeps: boolean): Promise<World> {
  const deactivation = keeps
    ? ({ profile: 'keep', content: 'keep', workspaces: 'keep' } as const)
    : ({ profile: 'remove', content: 'destroy', workspaces: 'archive' } as const);
  const portal = await portalWith({ brake: FOURTH, deactivation });
  for (const key of await objectKeys()) await env.FILES.delete(key);
  await engage(portal);
  const ids = await makePeople(portal, 2);
  const people: Person[] = [];
  for (const id of ids) {
    const { seq } = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id);
    people.push({ id, seq, title: 'Clerk', inGroup: false, admin: people.length === 0 });
  }
  await env.DB.prepare("UPDATE users SET role = 'admin' WHERE id = ?").bind(ids[0]).run();
  await env.DB.prepare(
    "INSERT INTO api_keys (id, owner_seq, username, purpose, label, hash, created_at) VALUES ('own', ?, 'u', 'scim', 'l', 'own', 0)",
  )
    .bind(people[0]?.seq)
    .run();
  const { id: groupId } = await makeGroup(portal, 'Cooks');
  return { portal, keeps, people, groupId, files: [], workspaces: [] };
}

/** Without a brake, what was given back is destroyed like everything else. */
async function destroyAll({ portal, people }: World): Promise<void> {
  await env.DB.prepare("UPDATE portal SET policy = '{}', version = version + 1").run();
  for (const { id } of people) await portal.send('DELETE', userPath(id));
  for (let month = 0; month < 2; month++) {
    portal.sources.ms += 31 * DAY_MS;
    await runCron(portal.env, portal.sources);
  }
  expect(await objectKeys()).toEqual([]);
  expect(await rows('SELECT id FROM files')).toEqual([]);
}

it('everybody has everything back in the end, it stays, and can be destroyed for good afterwards', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), events, async (keeps, sequence) => {
      const world = await newWorld(keeps);
      for (const event of sequence) {
        const person = world.people[event.who];
        if (person) await play[event.what](world, person, event);
        world.portal.sources.ms += 1000;
      }
      const restoreAll = () => restoreHeld(contextOf(world.portal), { all: true });
      const [admin] = world.people;
      unwrap(await (admin ? restoring(admin, restoreAll) : restoreAll()));
      await expectWhole(world);
      world.portal.sources.ms += 40 * DAY_MS;
      await runCron(world.portal.env, world.portal.sources);
      await expectWhole(world);
      await destroyAll(world);
    }),
    { numRuns: 60 },
  );
}, 240_000);

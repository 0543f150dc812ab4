// The journal says of every workspace once that it was archived, by whom and when, and before anything else that happens to it.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { PRESETS } from '../../src/directory/presets.ts';
import { noteArchived } from '../../src/lifecycle/archived-events.ts';
import { workDestructions, workDestructionsOf } from '../../src/lifecycle/destruction.ts';
import { holdWorkspaces } from '../../src/lifecycle/workspace-holds.ts';
import { restoreWorkspaces, transferWorkspaces } from '../../src/lifecycle/workspace-moves.ts';
import { dies, Faults, nth, type Plan } from '../support/faults.ts';
import {
  addUser,
  addWorkspaces,
  cleanPortal,
  DAY_MS,
  deactivateUser,
  rowsOf,
  START_MS,
  TestSources,
  unwrap,
} from '../support/lifecycle.ts';

let sources: TestSources;
const context = (db = env.DB) => ({ db, sources, actor: 'cli' });

async function clean(): Promise<void> {
  await cleanPortal();
  sources = new TestSources();
  for (const seq of [1, 2, 3]) await addUser(seq);
}

beforeEach(clean);

const events = async () =>
  (
    await rowsOf<{ type: string; subject: string }>(
      "SELECT type, subject FROM journal WHERE subject LIKE 'w%'  ORDER BY seq",
    )
  ).map(({ type, subject }) => `${subject} ${type.split('.')[1]}`);

it('one row a workspace, with the author and the time of the deactivation, right after its answer', async () => {
  await addWorkspaces(1, 2);
  const { mutationId } = await deactivateUser(sources, 1);
  sources.now += 5_000;
  await workDestructionsOf(env, sources, mutationId);
  expect(
    await rowsOf("SELECT mutation_id, subject, actor, request_id, at FROM journal WHERE type = 'workspace.archived'"),
  ).toEqual(
    ['w1-0', 'w1-1'].map((id) => ({
      mutation_id: `${mutationId}:archived:${id}`,
      subject: id,
      actor: 'key',
      request_id: null,
      at: START_MS,
    })),
  );
});

it('nothing is announced twice, however often and by however many it is tried', async () => {
  await addWorkspaces(1, 3);
  await deactivateUser(sources, 1);
  const noted = await Promise.all([noteArchived(env.DB), noteArchived(env.DB), noteArchived(env.DB)]);
  expect(noted.reduce((sum, one) => sum + unwrap(one), 0)).toBe(3);
  await env.DB.prepare('UPDATE portal SET archived_through = 0').run();
  expect(unwrap(await noteArchived(env.DB))).toBe(0);
  expect(await events()).toEqual(['w1-0 archived', 'w1-1 archived', 'w1-2 archived']);
});

it('a backlog of more than a step is announced whole, in the order of the ledger', async () => {
  for (const seq of [4, 5]) await addUser(seq);
  for (const seq of [5, 4]) await addWorkspaces(seq, 1);
  await deactivateUser(sources, 5);
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 250)
     INSERT INTO destructions (kind, user_seq, registration, cause, created_at, due_at, state)
     SELECT 'user_content', 2, 1, 'm', 1, 1, 'done' FROM n`,
  ).run();
  await deactivateUser(sources, 4);
  expect(unwrap(await noteArchived(env.DB))).toBe(2);
  expect(await events()).toEqual(['w5-0 archived', 'w4-0 archived']);
});

it('where the policy keeps workspaces nothing is announced', async () => {
  await addWorkspaces(1, 2);
  const { policy } = PRESETS.sendsafely;
  await deactivateUser(sources, 1, {
    policy: { ...policy, deactivation: { ...policy.deactivation, workspaces: 'keep' } },
  });
  expect(unwrap(await noteArchived(env.DB))).toBe(0);
  expect(await events()).toEqual([]);
});

it('what died before it announced is made up for by whatever comes next: restore, transfer, hold, the worker', async () => {
  const [a, b, c, d] = await addWorkspaces(1, 4);
  await deactivateUser(sources, 1);
  unwrap(await restoreWorkspaces(context(), { ids: [a ?? ''], newOwnerId: 'user2@portal.example' }));
  unwrap(await transferWorkspaces(context(), { ids: [b ?? ''], newOwnerId: 'user2@portal.example' }));
  unwrap(await holdWorkspaces(context(), { ids: [c ?? ''] }));
  sources.now += 30 * DAY_MS;
  await workDestructions(env, sources, { deadlineMs: sources.now + 20_000 });
  const said = await events();
  expect(said.slice(0, 7)).toEqual([
    ...[a, b, c, d].map((id) => `${id} archived`),
    `${a} restored`,
    `${b} transferred`,
    `${c} held`,
  ]);
  expect(said.slice(7).sort()).toEqual([`${b} deleted`, `${d} deleted`]);
});

it('a restore that stands still while another deactivation archives says archived first all the same', async () => {
  for (let stallAt = 1, stalled = true; stalled; stallAt++) {
    await clean();
    await addWorkspaces(1, 1);
    await addWorkspaces(2, 1);
    await deactivateUser(sources, 1);
    const meanwhile = async () => {
      await restoreWorkspaces(context(), { ids: ['w1-0'], newOwnerId: 'user2@portal.example' });
      await deactivateUser(sources, 2);
    };
    const stall = new Faults(nth(stallAt, { meanwhile }));
    await transferWorkspaces(context(stall.over({ DB: env.DB }).DB), {
      ids: ['w1-0'],
      newOwnerId: 'user3@portal.example',
    });
    stalled = stall.happened;
    if (!stalled) break;
    unwrap(await noteArchived(env.DB));
    const said = (await events()).filter((event) => event.startsWith('w1'));
    expect([stallAt, said]).toEqual([stallAt, ['w1-0 archived', 'w1-0 restored', 'w1-0 archived', 'w1-0 transferred']]);
  }
}, 60_000);

it('rows that a transfer or a hold split off announce nothing, even when the journal has forgotten', async () => {
  await addWorkspaces(1, 2);
  await deactivateUser(sources, 1);
  unwrap(await holdWorkspaces(context(), { ownerId: 'user1@portal.example' }));
  await env.DB.prepare('DELETE FROM journal').run();
  unwrap(await transferWorkspaces(context(), { ids: ['w1-1'], newOwnerId: 'user2@portal.example' }));
  expect(unwrap(await noteArchived(env.DB))).toBe(0);
  expect(await events()).toEqual(['w1-1 transferred']);
});

it('a fault at any call is made up for, and nothing is announced twice', async () => {
  const plans: ((at: number) => Plan)[] = [
    (at) => dies(at, 'before'),
    (at) => dies(at, 'after'),
    (at) => nth(at, { fails: 'Network connection lost.', moment: 'after' }),
  ];
  for (const plan of plans) {
    for (let at = 1, happened = true; happened; at++) {
      await clean();
      await addWorkspaces(1, 2);
      await deactivateUser(sources, 1);
      const fault = new Faults(plan(at));
      await noteArchived(fault.over({ DB: env.DB }).DB);
      happened = fault.happened;
      unwrap(await noteArchived(env.DB));
      expect(await events()).toEqual(['w1-0 archived', 'w1-1 archived']);
    }
  }
}, 60_000);

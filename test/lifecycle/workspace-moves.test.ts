// Restore, transfer and holds of workspaces, one or many, before and after their owner's deactivation, and against whoever else
// acts at the same time.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { workDestructions } from '../../src/lifecycle/destruction.ts';
import { releaseDestructions } from '../../src/lifecycle/holds.ts';
import { holdWorkspaces, overdueIfReleased, releaseWorkspaces } from '../../src/lifecycle/workspace-holds.ts';
import { restoreWorkspaces, transferWorkspaces } from '../../src/lifecycle/workspace-moves.ts';
import { dies, Faults, nth, type Plan } from '../support/faults.ts';
import {
  addContent,
  addUser,
  addWorkspaces,
  cleanPortal,
  comeBack,
  DAY_MS,
  deactivateUser,
  objectKeys,
  rowsOf,
  START_MS,
  TestSources,
  unwrap,
} from '../support/lifecycle.ts';

let sources: TestSources;
const DUE_MS = START_MS + 30 * DAY_MS;
const user = (seq: number) => `user${seq}@portal.example`;
const context = (db = env.DB) => ({ db, sources, actor: 'cli' });
const cron = (bindings: Pick<typeof env, 'DB' | 'FILES'> = env) =>
  workDestructions(bindings, sources, { deadlineMs: sources.now + 20_000, pieceRows: 2 });

async function twoWorkspaces(): Promise<void> {
  await cleanPortal();
  sources = new TestSources();
  for (const seq of [1, 2, 3]) await addUser(seq);
  for (const workspaceId of await addWorkspaces(1, 2)) {
    await addContent({ table: 'files', ownerSeq: 1, workspaceId, count: 3 });
  }
}

async function ownerLeft(): Promise<void> {
  await twoWorkspaces();
  await deactivateUser(sources, 1);
  await cron();
}

beforeEach(twoWorkspaces);

/** Every workspace with its owner, state and the date and state of its ledger row. */
const standing = () =>
  rowsOf(
    `SELECT w.id, w.owner_seq AS owner, w.state, d.due_at AS due, d.state AS ledger, d.user_seq AS filed
     FROM workspaces AS w LEFT JOIN destructions AS d ON d.seq = w.destruction_seq WHERE w.owner_seq < 100 ORDER BY w.id`,
  );
const archived = (id: string, owner: number, ledger = 'pending') => ({
  id,
  owner,
  state: 'archived',
  due: DUE_MS,
  ledger,
  filed: owner,
});
const active = (id: string, owner: number) => ({ id, owner, state: 'active', due: null, ledger: null, filed: null });
const said = async () =>
  (
    await rowsOf<{ type: string; subject: string; attributes: string }>(
      "SELECT type, subject, attributes FROM journal WHERE type LIKE 'workspace.%' OR type LIKE 'destruction.%' ORDER BY seq",
    )
  ).map(({ type, subject, attributes }) => `${type} ${subject} ${attributes}`);
const failed = async (result: ReturnType<typeof restoreWorkspaces>) => {
  const value = await result;
  return value.ok ? 'went through' : `${value.failure.code}: ${value.failure.detail}`;
};

describe('a transfer', () => {
  it('before the deactivation takes the workspace out of its reach', async () => {
    const moved = unwrap(await transferWorkspaces(context(), { ids: ['w1-0'], newOwnerId: user(2) }));
    expect(moved.changed).toMatchObject([{ id: 'w1-0' }]);
    await deactivateUser(sources, 1);
    expect(await standing()).toEqual([active('w1-0', 2), archived('w1-1', 1)]);
    expect((await said())[0]).toBe('workspace.transferred w1-0 ["owner"]');
  });

  it('after it changes neither state nor date, and the workspace goes at its date, counted on its own ledger row', async () => {
    await ownerLeft();
    sources.now += DAY_MS;
    unwrap(await transferWorkspaces(context(), { ids: ['w1-0'], newOwnerId: user(2) }));
    expect(await standing()).toEqual([archived('w1-0', 2), archived('w1-1', 1)]);
    expect(await rowsOf("SELECT archived_at FROM workspaces WHERE id = 'w1-0'")).toEqual([{ archived_at: START_MS }]);
    sources.now = DUE_MS - 1;
    expect(await cron()).toMatchObject({ claimed: 0 });
    sources.now = DUE_MS;
    expect(await cron()).toMatchObject({ done: 2, workspaces: 2, objects: 6 });
    expect(
      await rowsOf("SELECT user_seq, state, objects, cause FROM destructions WHERE kind = 'workspaces' ORDER BY seq"),
    ).toEqual([1, 2].map((seq) => ({ user_seq: seq, state: 'done', objects: 3, cause: 'm-1-1' })));
    expect(await objectKeys()).toEqual([]);
  });

  it('of the last workspace of a ledger row cancels that row, and a second transfer the one after', async () => {
    await ownerLeft();
    unwrap(await transferWorkspaces(context(), { ownerId: user(1), newOwnerId: user(2) }));
    unwrap(await transferWorkspaces(context(), { ownerId: user(2), newOwnerId: user(3) }));
    expect(await standing()).toEqual([archived('w1-0', 3), archived('w1-1', 3)]);
    expect(await rowsOf("SELECT state FROM destructions WHERE kind = 'workspaces' ORDER BY seq")).toEqual([
      { state: 'cancelled' },
      { state: 'cancelled' },
      { state: 'pending' },
    ]);
  });

  it('of workspaces from several deactivations keeps the date of each', async () => {
    await ownerLeft();
    await comeBack(1);
    sources.now += 5 * DAY_MS;
    await env.DB.prepare(
      "INSERT INTO workspaces (id, owner_seq, name, state, created_at) VALUES ('w9', 1, 'New', 'active', 1)",
    ).run();
    await deactivateUser(sources, 1);
    unwrap(await transferWorkspaces(context(), { ids: ['w9', 'w1-1', 'w1-0'], newOwnerId: user(2) }));
    expect(await standing()).toEqual([
      archived('w1-0', 2),
      archived('w1-1', 2),
      { ...archived('w9', 2), due: DUE_MS + 5 * DAY_MS },
    ]);
  });

  it('to whom they belong already changes nothing and writes nothing', async () => {
    const report = unwrap(await transferWorkspaces(context(), { ids: ['w1-0'], newOwnerId: user(1) }));
    expect(report).toMatchObject({ changed: [], unchanged: [{ id: 'w1-0' }] });
    expect(await said()).toEqual([]);
  });

  it('goes to active people only', async () => {
    await deactivateUser(sources, 2);
    await env.DB.prepare("UPDATE users SET login_type = 'service' WHERE seq = 3").run();
    const to = (id: string) => failed(transferWorkspaces(context(), { ids: ['w1-0'], newOwnerId: id }));
    expect(await to(user(2))).toMatch(/^invalid_value: user2@portal.example is not active/);
    expect(await to(user(3))).toMatch(/^invalid_value: .* is a service account/);
    expect(await to('nobody')).toMatch(/^invalid_value: There is no user with the id nobody/);
    expect(await standing()).toEqual([active('w1-0', 1), active('w1-1', 1)]);
  });
});

describe('a restore', () => {
  beforeEach(ownerLeft);

  it('asks for a new owner in the same step, and says of which workspaces', async () => {
    expect(await failed(restoreWorkspaces(context(), { ids: ['w1-0', 'w1-1'] }))).toBe(
      'invalid_value: "Plans" (w1-0), "Plans" (w1-1) belong to someone who is not active (user1@portal.example). ' +
        'Name a new owner in the same step. Nothing was changed.',
    );
    expect(await standing()).toEqual([archived('w1-0', 1), archived('w1-1', 1)]);
    unwrap(await restoreWorkspaces(context(), { ids: ['w1-0'], newOwnerId: user(2) }));
    expect(await standing()).toEqual([active('w1-0', 2), archived('w1-1', 1)]);
    expect((await said()).at(-1)).toBe('workspace.restored w1-0 ["owner"]');
  });

  it('gives a person who came back their own again, and their ledger row is cancelled with the last', async () => {
    await comeBack(1);
    unwrap(await restoreWorkspaces(context(), { ownerId: user(1) }));
    expect(await standing()).toEqual([active('w1-0', 1), active('w1-1', 1)]);
    expect(await rowsOf("SELECT state FROM destructions WHERE kind = 'workspaces'")).toEqual([{ state: 'cancelled' }]);
    expect(await rowsOf('SELECT DISTINCT archived_at, destruction_seq FROM workspaces')).toEqual([
      { archived_at: null, destruction_seq: null },
    ]);
    expect((await said()).slice(-2)).toEqual(['workspace.restored w1-0 []', 'workspace.restored w1-1 []']);
    sources.now = DUE_MS + DAY_MS;
    expect(await cron()).toMatchObject({ claimed: 0 });
    expect((await objectKeys()).length).toBe(6);
  });

  it('of an active workspace changes nothing', async () => {
    unwrap(await restoreWorkspaces(context(), { ids: ['w1-0'], newOwnerId: user(2) }));
    const again = unwrap(await restoreWorkspaces(context(), { ids: ['w1-0'], newOwnerId: user(3) }));
    expect(again).toMatchObject({ changed: [], unchanged: [{ id: 'w1-0' }] });
    expect(await standing()).toEqual([active('w1-0', 2), archived('w1-1', 1)]);
  });

  it('is all or nothing: one that is unknown, deleted or being deleted refuses all, by its name', async () => {
    const all = (ids: string[]) => failed(restoreWorkspaces(context(), { ids, newOwnerId: user(2) }));
    expect(await all(['w1-0', 'nix'])).toBe('resource_not_found: There is no workspace nix. Nothing was changed.');
    await env.DB.prepare("UPDATE workspaces SET state = 'deleted' WHERE id = 'w1-1'").run();
    expect(await all(['w1-0', 'w1-1'])).toMatch(/^invalid_value: The deletion of "Plans" \(w1-1\) has begun/);
    await env.DB.prepare("UPDATE workspaces SET deleted_at = 1 WHERE id = 'w1-1'").run();
    expect(await all(['w1-0', 'w1-1'])).toMatch(/^invalid_value: "Plans" \(w1-1\) is deleted/);
    expect(await all([])).toMatch(/^invalid_value: Name 1 to 500/);
    expect(await all(Array.from({ length: 501 }, (_, i) => `x${i}`))).toMatch(/^invalid_value: Name 1 to 500/);
    expect((await standing())[0]).toEqual(archived('w1-0', 1));
  });

  it('where some of a ledger row are deleted already closes that row as done, not as cancelled', async () => {
    sources.now = DUE_MS;
    await env.DB.prepare("UPDATE workspaces SET state = 'deleted', deleted_at = 1 WHERE id = 'w1-0'").run();
    unwrap(await restoreWorkspaces(context(), { ownerId: user(1), newOwnerId: user(2) }));
    expect(await rowsOf("SELECT state, done_at FROM destructions WHERE kind = 'workspaces'")).toEqual([
      { state: 'done', done_at: DUE_MS },
    ]);
  });
});

describe('a hold of one workspace', () => {
  beforeEach(ownerLeft);

  it('keeps that one alone past its date, until it is released', async () => {
    unwrap(await holdWorkspaces(context(), { ids: ['w1-0'] }));
    expect(await standing()).toEqual([archived('w1-0', 1, 'held'), archived('w1-1', 1)]);
    sources.now = DUE_MS + 100 * DAY_MS;
    expect(await cron()).toMatchObject({ workspaces: 1 });
    expect(await standing()).toMatchObject([archived('w1-0', 1, 'held'), { state: 'deleted' }]);
    unwrap(await releaseWorkspaces(context(), { ids: ['w1-0'] }));
    expect(await standing()).toMatchObject([archived('w1-0', 1), { state: 'deleted' }]);
    expect(await cron()).toMatchObject({ workspaces: 1 });
    expect((await said()).filter((line) => line.startsWith('destruction'))).toEqual([
      'destruction.held w1-0 []',
      'destruction.released w1-0 []',
    ]);
  });

  it('goes with it to a new owner, and ends when it is restored in so many words', async () => {
    unwrap(await holdWorkspaces(context(), { ids: ['w1-0'] }));
    unwrap(await transferWorkspaces(context(), { ids: ['w1-0', 'w1-1'], newOwnerId: user(2) }));
    expect(await standing()).toEqual([archived('w1-0', 2, 'held'), archived('w1-1', 2)]);
    unwrap(await restoreWorkspaces(context(), { ids: ['w1-0'], endHold: true }));
    expect(await standing()).toEqual([active('w1-0', 2), archived('w1-1', 2)]);
    expect(await rowsOf("SELECT seq FROM destructions WHERE state = 'held'")).toEqual([]);
  });

  it('is not ended by a restore that does not say so: by id all are refused, of an owner the held one is left out', async () => {
    await comeBack(1);
    unwrap(await holdWorkspaces(context(), { ids: ['w1-0'] }));
    expect(await failed(restoreWorkspaces(context(), { ids: ['w1-0', 'w1-1'] }))).toBe(
      'invalid_value: "Plans" (w1-0) is under legal hold: release it first, or end the hold in the same step. ' +
        'Nothing was changed.',
    );
    expect(await standing()).toEqual([archived('w1-0', 1, 'held'), archived('w1-1', 1)]);
    const report = unwrap(await restoreWorkspaces(context(), { ownerId: user(1) }));
    expect(report).toMatchObject({ changed: [{ id: 'w1-1' }], unchanged: [{ id: 'w1-0', ledgerHeldBy: 'admin' }] });
    expect(await standing()).toEqual([archived('w1-0', 1, 'held'), active('w1-1', 1)]);
    unwrap(await restoreWorkspaces(context(), { ownerId: user(1), endHold: true }));
    expect(await standing()).toEqual([active('w1-0', 1), active('w1-1', 1)]);
  });

  it('that comes between the reading and the writing of a restore is not ended by it', async () => {
    await comeBack(1);
    const meanwhile = async () => void unwrap(await holdWorkspaces(context(), { ids: ['w1-0'] }));
    for (let at = 1, stalled = true; stalled; at++) {
      const stall = new Faults(nth(at, { meanwhile }));
      const done = await restoreWorkspaces(context(stall.over({ DB: env.DB }).DB), { ids: ['w1-0'] });
      stalled = stall.happened;
      const [{ state } = { state: '' }] = (await standing()) as { state: string }[];
      expect([at, done.ok, state]).toEqual([at, !stalled, stalled ? 'archived' : 'active']);
      if (stalled) unwrap(await releaseWorkspaces(context(), { ids: ['w1-0'] }));
    }
  });

  it('of the brake does not stand in the way of a restore, which gives it back', async () => {
    await env.DB.prepare("UPDATE destructions SET state = 'held' WHERE kind = 'workspaces'").run();
    unwrap(await restoreWorkspaces(context(), { ids: ['w1-0'], newOwnerId: user(2) }));
    expect(await standing()).toEqual([active('w1-0', 2), archived('w1-1', 1, 'held')]);
  });

  it('is told beforehand, when it is to be released, whether the cron would delete it at once', async () => {
    unwrap(await holdWorkspaces(context(), { ids: ['w1-0'] }));
    const overdue = async () => unwrap(await overdueIfReleased(context(), { ownerId: user(1) })).map(({ id }) => id);
    sources.now = DUE_MS - 1;
    expect(await overdue()).toEqual([]);
    sources.now = DUE_MS;
    expect(await overdue()).toEqual(['w1-0']);
    await env.DB.prepare("UPDATE destructions SET held_by = 'both' WHERE state = 'held'").run();
    expect(await overdue()).toEqual([]);
  });

  it('twice is one hold, and one of an active workspace is refused by its name', async () => {
    unwrap(await holdWorkspaces(context(), { ids: ['w1-0'] }));
    expect(unwrap(await holdWorkspaces(context(), { ids: ['w1-0'] }))).toMatchObject({ changed: [] });
    unwrap(await restoreWorkspaces(context(), { ids: ['w1-1'], newOwnerId: user(2) }));
    expect(await failed(holdWorkspaces(context(), { ids: ['w1-1'] }))).toMatch(/"Plans" \(w1-1\) is active/);
  });

  it('out of a ledger row that is held as a whole can be released alone', async () => {
    await env.DB.prepare("UPDATE destructions SET state = 'held', held_by = 'admin' WHERE kind = 'workspaces'").run();
    unwrap(await releaseWorkspaces(context(), { ids: ['w1-1'] }));
    expect(await standing()).toEqual([archived('w1-0', 1, 'held'), archived('w1-1', 1)]);
    unwrap(await releaseDestructions(context(), 'all'));
    expect(await standing()).toEqual([archived('w1-0', 1), archived('w1-1', 1)]);
  });
});

it('five hundred at once, from several owners, each with its journal row; an owner can have any number', async () => {
  await addWorkspaces(2, 248);
  await addWorkspaces(3, 252);
  for (const seq of [2, 3]) await deactivateUser(sources, seq);
  const ids = [...Array(248).keys()].map((i) => `w2-${i}`).concat([...Array(252).keys()].map((i) => `w3-${i}`));
  expect(unwrap(await transferWorkspaces(context(), { ids, newOwnerId: user(1) })).changed.length).toBe(500);
  expect(
    await rowsOf(
      "SELECT type, count(*) AS n, count(DISTINCT subject) AS subjects FROM journal WHERE type LIKE 'workspace.%' GROUP BY type",
    ),
  ).toEqual([
    { type: 'workspace.archived', n: 500, subjects: 500 },
    { type: 'workspace.transferred', n: 500, subjects: 500 },
  ]);
  expect(await rowsOf('SELECT owner_seq, count(*) AS n FROM workspaces GROUP BY owner_seq')).toEqual([
    { owner_seq: 1, n: 502 },
  ]);
  expect(unwrap(await restoreWorkspaces(context(), { ownerId: user(1) })).changed.length).toBe(500);
}, 30_000);

describe('with others at the same time', () => {
  it('two transfers end with one owner, each workspace under one ledger row of that owner', async () => {
    await ownerLeft();
    await Promise.all(
      [2, 3, 2, 3].map((seq) => transferWorkspaces(context(), { ownerId: user(1), newOwnerId: user(seq) })),
    );
    const [first, second] = await standing();
    expect([archived('w1-0', 2), archived('w1-0', 3)]).toContainEqual(first);
    expect([archived('w1-1', 2), archived('w1-1', 3)]).toContainEqual(second);
    expect(await rowsOf("SELECT seq FROM destructions WHERE kind = 'workspaces' AND state = 'pending'")).toHaveLength(
      1,
    );
  });

  const COMMANDS = {
    restore: () => restoreWorkspaces(context(), { ids: ['w1-0'], newOwnerId: user(2) }),
    transfer: () => transferWorkspaces(context(), { ids: ['w1-0'], newOwnerId: user(2) }),
    hold: () => holdWorkspaces(context(), { ids: ['w1-0'] }),
  } as const;

  const WHOLE = {
    restore: ['active 2 with 3 rows and 3 objects', 'deleted 1 with 0 rows and 0 objects'],
    transfer: ['deleted 1 with 0 rows and 0 objects', 'deleted 2 with 0 rows and 0 objects'],
    hold: ['archived 1 with 3 rows and 3 objects', 'deleted 1 with 0 rows and 0 objects'],
  } as const;

  for (const name of ['restore', 'transfer', 'hold'] as const) {
    it(`a ${name} before any storage call of the cron at the due date has the workspace whole or not at all`, async () => {
      const outcomes = new Set<string>();
      for (let at = 1, stalled = true; stalled; at++) {
        await ownerLeft();
        sources.now = DUE_MS;
        const stall = new Faults(nth(at, { meanwhile: COMMANDS[name] }));
        await cron(stall.over({ DB: env.DB, FILES: env.FILES }));
        await cron();
        stalled = stall.happened;
        const [w] = await rowsOf<{ state: string; owner_seq: number }>(
          "SELECT state, owner_seq FROM workspaces WHERE id = 'w1-0'",
        );
        const rows = await rowsOf(
          "SELECT id FROM files WHERE workspace_seq = (SELECT seq FROM workspaces WHERE id = 'w1-0')",
        );
        const objects = await objectKeys('workspace/w1-0/');
        outcomes.add(`${w?.state} ${w?.owner_seq} with ${rows.length} rows and ${objects.length} objects`);
      }
      expect([...outcomes].sort()).toEqual(WHOLE[name]);
    }, 60_000);

    it(`a ${name} during which the cron deletes everything is refused and changes nothing, or came first`, async () => {
      const outcomes = new Set<string>();
      for (let at = 1, stalled = true; stalled; at++) {
        await ownerLeft();
        sources.now = DUE_MS;
        const stall = new Faults(nth(at, { meanwhile: () => cron() }));
        const db = stall.over({ DB: env.DB }).DB;
        const done = await {
          restore: () => restoreWorkspaces(context(db), { ids: ['w1-0'], newOwnerId: user(2) }),
          transfer: () => transferWorkspaces(context(db), { ids: ['w1-0'], newOwnerId: user(2) }),
          hold: () => holdWorkspaces(context(db), { ids: ['w1-0'] }),
        }[name]();
        stalled = stall.happened;
        const [w] = await standing();
        outcomes.add(`${done.ok ? 'done' : done.failure.code}, ${String(w?.['state'])}`);
      }
      const end = name === 'restore' ? 'active' : 'archived';
      expect([...outcomes].sort()).toEqual([`done, ${end}`, 'invalid_value, deleted']);
    }, 60_000);
  }

  it('an owner who leaves during a transfer, or the new one, has it archived or not at all, and never both', async () => {
    for (const leaver of [1, 2]) {
      for (let at = 1, stalled = true; stalled; at++) {
        await twoWorkspaces();
        const stall = new Faults(nth(at, { meanwhile: () => deactivateUser(sources, leaver) }));
        const db = stall.over({ DB: env.DB }).DB;
        const done = await transferWorkspaces(context(db), { ids: ['w1-0'], newOwnerId: user(2) });
        stalled = stall.happened;
        if (!stalled) break;
        const wanted = leaver === 1 ? archived('w1-0', 2) : active('w1-0', 1);
        expect([leaver, at, done.ok, (await standing())[0]]).toEqual([leaver, at, leaver === 1, wanted]);
      }
    }
  }, 60_000);
});

it('a transfer that dies or loses an answer at any call is done whole or not at all, and can be repeated', async () => {
  const plans: ((at: number) => Plan)[] = [
    (at) => dies(at, 'before'),
    (at) => dies(at, 'after'),
    (at) => nth(at, { fails: 'Network connection lost.', moment: 'after' }),
  ];
  for (const plan of plans) {
    for (let at = 1, happened = true; happened; at++) {
      await ownerLeft();
      const fault = new Faults(plan(at));
      const db = fault.over({ DB: env.DB }).DB;
      const done = await transferWorkspaces(context(db), { ownerId: user(1), newOwnerId: user(2) });
      happened = fault.happened;
      const [first, second] = await standing();
      expect(first?.['owner']).toBe(second?.['owner']);
      if (done.ok) expect(first?.['owner']).toBe(2);
      unwrap(await transferWorkspaces(context(), { ownerId: user(1), newOwnerId: user(2) }));
      expect(await standing()).toEqual([archived('w1-0', 2), archived('w1-1', 2)]);
      expect((await said()).filter((line) => line.startsWith('workspace.transferred'))).toHaveLength(2);
    }
  }
}, 60_000);

it('every statement finds its rows by an index', async () => {
  await ownerLeft();
  const plans = new Set<string>();
  const db = new Proxy(env.DB, {
    get(target, name) {
      if (name !== 'prepare') return Reflect.get(target, name).bind(target);
      return (sql: string) => {
        plans.add(sql);
        return target.prepare(sql);
      };
    },
  });
  unwrap(await holdWorkspaces(context(db), { ids: ['w1-0'] }));
  unwrap(await transferWorkspaces(context(db), { ownerId: user(1), newOwnerId: user(2) }));
  unwrap(await restoreWorkspaces(context(db), { ids: ['w1-0'], newOwnerId: user(3), endHold: true }));
  for (const sql of plans) {
    const numbers = [...sql.matchAll(/\?(\d)/g)].map((m) => Number(m[1]));
    const count = numbers.length > 0 ? Math.max(...numbers) : sql.split('?').length - 1;
    const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...Array(count).fill(1))
      .all<{ detail: string }>();
    const scans = plan.results
      .map((row) => row.detail)
      .filter((detail) => /^SCAN (?!\w+ VIRTUAL|CONSTANT|\(sub)/.test(detail));
    expect([sql, scans]).toEqual([sql, []]);
  }
});

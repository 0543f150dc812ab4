// Legal holds against a worker that is in the middle of it: whatever call the hold comes before, nothing more of the held goes.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { workDestructions } from '../../src/lifecycle/destruction.ts';
import { holdDestructions, overdueIfReleased, releaseDestructions, type Which } from '../../src/lifecycle/holds.ts';
import { countedDb } from '../support/counted-db.ts';
import { Faults, nth } from '../support/faults.ts';
import {
  addContent,
  addUser,
  addWorkspaces,
  cleanPortal,
  DAY_MS,
  deactivateUser,
  objectKeys,
  putObjects,
  rowsOf,
  START_MS,
  TestSources,
  unwrap,
} from '../support/lifecycle.ts';

let sources: TestSources;

async function someoneLeft(): Promise<void> {
  await cleanPortal();
  sources = new TestSources();
  await addUser(1);
  await addContent({ table: 'files', ownerSeq: 1, count: 6 });
  const [workspaceId] = await addWorkspaces(1, 1);
  await addContent({ table: 'files', ownerSeq: 1, workspaceId, count: 6 });
  await putObjects(['user/1/1/file/orphan', `workspace/${workspaceId}/file/orphan`]);
  await deactivateUser(sources, 1);
  sources.now += 30 * DAY_MS;
}

beforeEach(someoneLeft);

const PIECE_ROWS = 2;
const cron = (bindings: Pick<typeof env, 'DB' | 'FILES'> = env) =>
  workDestructions(bindings, sources, { deadlineMs: sources.now + 20_000, pieceRows: PIECE_ROWS });

const count = async (sql: string) => (await rowsOf<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`))[0]?.n ?? 0;
const destroyed = async () => (await rowsOf<{ n: number }>('SELECT sum(objects) AS n FROM destructions'))[0]?.n ?? 0;
const rowsWithoutBytes = async () => {
  const keys = new Set(await objectKeys());
  return (await rowsOf<{ r2_key: string }>('SELECT r2_key FROM files')).filter(({ r2_key: key }) => !keys.has(key));
};
const context = () => ({ db: env.DB, sources, actor: 'cli' });
const hold = async (which: Which = 'all') => unwrap(await holdDestructions(context(), which));
const release = async (which: Which = 'all') => unwrap(await releaseDestructions(context(), which));
const ledger = () => rowsOf('SELECT seq, state, due_at FROM destructions ORDER BY seq');
const holdsInJournal = () =>
  rowsOf("SELECT type, subject, actor FROM journal WHERE type LIKE 'destruction.%' ORDER BY seq");

describe('a hold', () => {
  it('placed before any storage call of a worker lets at most the piece under way go, which is counted, and nothing is closed', async () => {
    const moments = new Set<string>();
    for (let stallAt = 1, stalled = true; stalled; stallAt++) {
      await someoneLeft();
      let rows = 0;
      let counted = 0;
      let objects = 0;
      let before: unknown;
      const books = async () => [
        await rowsOf('SELECT seq, state, done_at, account FROM destructions'),
        await rowsOf('SELECT id, state, deleted_at FROM workspaces'),
        await rowsOf("SELECT mutation_id FROM journal WHERE type <> 'workspace.archived'"),
      ];
      const meanwhile = async () => {
        await hold();
        [rows, counted, objects, before] = [
          await count('files'),
          await destroyed(),
          (await objectKeys()).length,
          await books(),
        ];
      };
      const stall = new Faults(nth(stallAt, { meanwhile }));
      await cron(stall.over({ DB: env.DB, FILES: env.FILES }));
      stalled = stall.happened;
      if (!stalled) break;
      const lost = objects - (await objectKeys()).length;
      const forgotten = rows - (await count('files'));
      expect([stallAt, lost <= PIECE_ROWS, forgotten <= PIECE_ROWS]).toEqual([stallAt, true, true]);
      expect([stallAt, await rowsWithoutBytes()]).toEqual([stallAt, []]);
      expect([stallAt, (await destroyed()) - counted]).toEqual([stallAt, forgotten]);
      expect([stallAt, await books()]).toEqual([stallAt, before]);
      moments.add(lost > 0 ? 'in flight' : forgotten > 0 ? 'settled' : 'none');
    }
    expect([...moments].sort()).toEqual(['in flight', 'none', 'settled']);
  }, 60_000);

  it('of one row is told exactly: what changed, what was held or done already, and what there is not', async () => {
    await env.DB.prepare("UPDATE destructions SET state = 'done' WHERE seq = 1").run();
    const first = await hold({ seqs: [1, 2, 77, 77] });
    expect(first).toEqual({ changed: [2], overdue: 0, unchanged: [{ seq: 1, state: 'done' }], unknown: [77] });
    const second = await hold({ seqs: [2] });
    expect(second).toEqual({ changed: [], overdue: 0, unchanged: [{ seq: 2, state: 'held' }], unknown: [] });
    expect(await holdsInJournal()).toEqual([{ type: 'destruction.held', subject: '2', actor: 'cli' }]);
  });

  it('of several rows named by number has a journal row for each', async () => {
    expect(await hold({ seqs: [2, 1] })).toMatchObject({ changed: [1, 2] });
    expect(await holdsInJournal()).toEqual([
      { type: 'destruction.held', subject: '1', actor: 'cli' },
      { type: 'destruction.held', subject: '2', actor: 'cli' },
    ]);
  });

  it('of a user takes all of theirs and of nobody else, with one journal row', async () => {
    await addUser(2);
    await deactivateUser(sources, 2);
    expect(await hold({ userId: 'user1@portal.example' })).toMatchObject({ changed: [1, 2] });
    expect(await ledger()).toMatchObject([{ state: 'held' }, { state: 'held' }, { state: 'pending' }]);
    expect(await hold({ userId: 'user1@portal.example' })).toMatchObject({
      changed: [],
      unchanged: [{ seq: 1 }, { seq: 2 }],
    });
    expect(await hold({ userId: 'nobody@portal.example' })).toMatchObject({ changed: [] });
    expect(await holdsInJournal()).toEqual([
      { type: 'destruction.held', subject: 'user1@portal.example', actor: 'cli' },
    ]);
  });

  it('of all is one journal row, and nothing goes however much time passes', async () => {
    expect(await hold()).toMatchObject({ changed: [1, 2] });
    expect(await hold()).toMatchObject({ changed: [], unchanged: [{ seq: 1 }, { seq: 2 }] });
    sources.now += 365 * DAY_MS;
    expect(await cron()).toMatchObject({ claimed: 0 });
    expect((await objectKeys()).length).toBe(14);
    expect(await holdsInJournal()).toEqual([{ type: 'destruction.held', subject: 'all', actor: 'cli' }]);
  });
});

describe('a release', () => {
  it('keeps the due dates, says how many are overdue, and what is overdue goes with the next run', async () => {
    sources.now = START_MS + DAY_MS;
    await hold();
    expect(await release()).toEqual({ changed: [1, 2], overdue: 1, unchanged: [], unknown: [] });
    expect(await ledger()).toEqual([
      { seq: 1, state: 'pending', due_at: START_MS },
      { seq: 2, state: 'pending', due_at: START_MS + 30 * DAY_MS },
    ]);
    expect(await cron()).toMatchObject({ done: 1, workspaces: 0 });
    sources.now = START_MS + 30 * DAY_MS;
    expect(await cron()).toMatchObject({ done: 1, workspaces: 1 });
  });

  it('is told beforehand which rows it would destroy at once: named, overdue, held by nobody else, and counted all', async () => {
    const overdue = async (which: Which) => {
      const { count: n, first } = unwrap(await overdueIfReleased(context(), which));
      return [n, first.map(({ seq }) => seq)];
    };
    await hold();
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
       INSERT INTO destructions (kind, user_seq, registration, cause, created_at, due_at, state, held_by)
       SELECT 'user_content', 99, 1, 'x', 0, iif(i <= 1200, 5, ${sources.now + 1}), 'held', iif(i <= 1100, 'admin', 'both') FROM n`,
    ).run();
    await env.DB.prepare('UPDATE destructions SET user_seq = 1 WHERE seq > 2').run();
    expect(await overdue({ seqs: [1, 2, 77, 1150, 1400] })).toEqual([3, [1, 2, 77]]);
    expect(await overdue({ userId: 'user1@portal.example' })).toEqual([1102, [1, 2, 3, 4, 5]]);
    expect(await overdue('all')).toEqual([1102, [1, 2, 3, 4, 5]]);
    await env.DB.prepare('DELETE FROM destructions WHERE seq > 2').run();
    expect(await release()).toMatchObject({ overdue: 2 });
  });

  it('of what is not held changes nothing and writes nothing', async () => {
    expect(await release()).toMatchObject({ changed: [] });
    expect(await release({ seqs: [1] })).toMatchObject({ changed: [], unchanged: [{ seq: 1, state: 'pending' }] });
    expect(await holdsInJournal()).toEqual([]);
  });
});

it('a hold whose answer was lost is found again, and neither repeated nor miscounted', async () => {
  for (const at of [1, 2]) {
    await someoneLeft();
    const fault = new Faults(nth(at, { fails: 'Network connection lost.', moment: 'after' }));
    const report = unwrap(await holdDestructions({ ...context(), db: fault.over({ DB: env.DB }).DB }, 'all'));
    expect(report).toMatchObject({ changed: [1, 2], overdue: 0 });
    expect((await holdsInJournal()).length).toBe(1);
  }
});

it('holds and releases at once leave each row in one state, and each change of it in the journal', async () => {
  await Promise.all([hold(), hold(), release(), hold(), release()]);
  const states = (await ledger()).map(({ state }) => state);
  const types = (await holdsInJournal()).map(({ type }) => type);
  expect(new Set(states).size).toBe(1);
  expect(types).toEqual(types.map((_, i) => (i % 2 === 0 ? 'destruction.held' : 'destruction.released')));
  expect(states[0]).toBe(types.length % 2 === 1 ? 'held' : 'pending');
});

it('a hold or a release reads what is pending and held, however long the ledger is', async () => {
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
     INSERT INTO destructions (kind, user_seq, registration, cause, created_at, due_at, state)
     SELECT 'user_content', 1, 1, 'm', 1, 1, 'done' FROM n`,
  ).run();
  for (const which of ['all', { userId: 'user1@portal.example' }] as const) {
    const { db, cost } = countedDb(env.DB);
    unwrap(await holdDestructions({ ...context(), db }, which));
    unwrap(await releaseDestructions({ ...context(), db }, which));
    expect([which, cost.rowsRead < 200]).toEqual([which, true]);
  }
});

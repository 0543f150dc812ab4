// What people are told of the ledger: what goes tomorrow, what is held, and the receipt of what went.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { workDestructions } from '../../src/lifecycle/destruction.ts';
import { sumDue } from '../../src/lifecycle/due.ts';
import { holdDestructions } from '../../src/lifecycle/holds.ts';
import { destructionOf, listDestructions, receiptOf } from '../../src/lifecycle/receipts.ts';
import { holdWorkspaces } from '../../src/lifecycle/workspace-holds.ts';
import { listWorkspaces } from '../../src/lifecycle/workspace-list.ts';
import { transferWorkspaces } from '../../src/lifecycle/workspace-moves.ts';
import { countedDb } from '../support/counted-db.ts';
import {
  addContent,
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
const DUE_MS = START_MS + 30 * DAY_MS;
const context = () => ({ db: env.DB, sources, actor: 'cli' });
const cron = () => workDestructions(env, sources, { deadlineMs: sources.now + 20_000 });

beforeEach(async () => {
  await cleanPortal();
  sources = new TestSources();
  for (const seq of [1, 2, 3]) await addUser(seq);
  await env.DB.prepare(
    `INSERT INTO api_keys (id, owner_seq, username, purpose, label, hash, created_at) VALUES ('key', 3, 'user3', 'scim', 'Okta', 'h', 1)`,
  ).run();
  await addContent({ table: 'files', ownerSeq: 1, count: 4 });
  await addContent({ table: 'messages', ownerSeq: 1, count: 1 });
  for (const workspaceId of await addWorkspaces(1, 2)) {
    await addContent({ table: 'files', ownerSeq: 2, workspaceId, count: 3 });
  }
  await deactivateUser(sources, 1, { mutationId: 'm-1' });
  await env.DB.prepare("UPDATE destructions SET request_id = 'req-1'").run();
});

describe('the list', () => {
  it('names user, workspaces, date, cause, and how much there is now', async () => {
    const rows = unwrap(await listDestructions(env.DB, { state: 'pending', limit: 10 }));
    const common = {
      state: 'pending',
      heldBy: null,
      userSeq: 1,
      userId: 'user1@portal.example',
      userName: 'user1@portal.example',
      createdAt: START_MS,
      doneAt: null,
      objects: 0,
      bytes: 0,
      cause: 'm-1',
      requestId: 'req-1',
      actor: 'key',
      keyLabel: 'Okta',
      keyIsClient: 0,
      keyOwner: 'user3@portal.example',
      actorName: null,
      actingForName: null,
    };
    const workspace = (id: string) => ({ id, name: 'Plans', state: 'archived', deletedAt: null });
    expect(rows).toEqual([
      {
        ...common,
        seq: 1,
        kind: 'user_content',
        dueAt: START_MS,
        workspaces: [],
        workspaceCount: { count: 0, atLeast: false },
        left: { objects: 5, bytes: 50, atLeast: false },
      },
      {
        ...common,
        seq: 2,
        kind: 'workspaces',
        dueAt: DUE_MS,
        workspaces: [workspace('w1-0'), workspace('w1-1')],
        workspaceCount: { count: 2, atLeast: false },
        left: { objects: 6, bytes: 60, atLeast: false },
      },
    ]);
  });

  it('of tomorrow is exactly what the cron of tomorrow deletes', async () => {
    await cron();
    const tomorrow = async () => {
      const dueBeforeMs = sources.now + DAY_MS;
      const rows = unwrap(await listDestructions(env.DB, { state: 'pending', dueBeforeMs, limit: 10 }));
      return [rows.map(({ seq }) => seq), unwrap(await sumDue(env.DB, dueBeforeMs))];
    };
    sources.now = DUE_MS - DAY_MS;
    expect(await tomorrow()).toEqual([[], { rows: 0, users: 0, workspaces: 0, objects: 0, bytes: 0, atLeast: false }]);
    sources.now += 1;
    unwrap(await holdWorkspaces(context(), { ids: ['w1-0'] }));
    const [seqs, due] = await tomorrow();
    expect([seqs, due]).toEqual([[2], { rows: 1, users: 0, workspaces: 1, objects: 3, bytes: 30, atLeast: false }]);
    sources.now += DAY_MS;
    expect(await cron()).toMatchObject({ workspaces: 1, objects: 3 });
  });

  it('can be asked for a state or a user, and goes on behind a row', async () => {
    await addWorkspaces(2, 1);
    sources.now += 1_000;
    await deactivateUser(sources, 2);
    const seqs = async (wanted: Partial<Parameters<typeof listDestructions>[1]>) =>
      unwrap(await listDestructions(env.DB, { limit: 10, ...wanted })).map(({ seq }) => seq);
    expect(await seqs({})).toEqual([4, 3, 2, 1]);
    expect(await seqs({ limit: 2, after: { seq: 3, dueAt: 0 } })).toEqual([2, 1]);
    expect(await seqs({ state: 'pending' })).toEqual([1, 3, 2, 4]);
    expect(await seqs({ state: 'pending', after: { seq: 3, dueAt: START_MS + 1_000 } })).toEqual([2, 4]);
    expect(await seqs({ userId: 'user2@portal.example' })).toEqual([4, 3]);
    unwrap(await holdDestructions(context(), { seqs: [2] }));
    expect(await seqs({ state: 'held' })).toEqual([2]);
    expect(await seqs({ state: 'done' })).toEqual([]);
  });

  it('of one user looks through the newest fifty thousand rows of the ledger and no more, and goes on behind them', async () => {
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (VALUES (3) UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
       INSERT INTO destructions (seq, kind, user_seq, registration, cause, created_at, due_at, state)
       SELECT i, 'account', iif(i = 10001, 1, 2), 1, 'm', 1, 1, 'done' FROM n`,
    ).run();
    const { db, cost } = countedDb(env.DB);
    const page = (after?: { seq: number; dueAt: number }) =>
      listDestructions(db, { userId: 'user1@portal.example', limit: 5, ...(after && { after }) });
    expect(unwrap(await page()).map(({ seq }) => seq)).toEqual([10_001]);
    expect(cost.rowsRead).toBeLessThan(51_000);
    expect(unwrap(await page({ seq: 10_001, dueAt: 1 })).map(({ seq }) => seq)).toEqual([2, 1]);
  });

  it('counts at most a thousand rows of a table, and says that there are more', async () => {
    await addContent({ table: 'files', ownerSeq: 2, count: 3_000, objects: false });
    await deactivateUser(sources, 2);
    const { db, cost } = countedDb(env.DB);
    const rows = unwrap(await listDestructions(db, { userId: 'user2@portal.example', limit: 10 }));
    expect(rows[0]?.left).toEqual({ objects: 1_000, bytes: 10_000, atLeast: true });
    expect(cost.rowsRead).toBeLessThan(2_200);
  });
});

describe('a receipt', () => {
  it('and the list count the workspaces of each row by itself, and name the first of them', async () => {
    await addWorkspaces(2, 2_100);
    await addWorkspaces(3, 4);
    for (const seq of [2, 3]) await deactivateUser(sources, seq);
    const told = unwrap(await listDestructions(env.DB, { state: 'pending', limit: 10 }))
      .filter(({ kind }) => kind === 'workspaces')
      .map(({ workspaceCount, workspaces }) => [workspaceCount.count, workspaceCount.atLeast, workspaces.length]);
    expect(told).toEqual([
      [2, false, 2],
      [2_100, false, 3],
      [4, false, 3],
    ]);
    const seq = (
      await rowsOf<{ seq: number }>("SELECT seq FROM destructions WHERE kind = 'workspaces' AND user_seq = 2")
    )[0]?.seq;
    expect(unwrap(await destructionOf(env.DB, seq ?? 0))).toMatchObject({
      state: 'pending',
      workspaceCount: { count: 2_100 },
    });
    await env.DB.prepare("UPDATE workspaces SET state = 'deleted', deleted_at = 1 WHERE owner_seq = 2").run();
    await env.DB.prepare("UPDATE destructions SET state = 'done', done_at = 1 WHERE seq = ?").bind(seq).run();
    expect(unwrap(await receiptOf(env.DB, seq ?? 0))).toMatchObject({
      workspaceCount: { count: 2_100, atLeast: false },
    });
  });

  it('says what went, when, how much, and by which request and key, also when the journal has forgotten', async () => {
    sources.now = DUE_MS + 7;
    await cron();
    await env.DB.prepare('DELETE FROM journal').run();
    expect(unwrap(await receiptOf(env.DB, 2))).toEqual({
      seq: 2,
      kind: 'workspaces',
      state: 'done',
      heldBy: null,
      userSeq: 1,
      userId: 'user1@portal.example',
      userName: 'user1@portal.example',
      createdAt: START_MS,
      dueAt: DUE_MS,
      doneAt: DUE_MS + 7,
      objects: 6,
      bytes: 60,
      cause: 'm-1',
      requestId: 'req-1',
      actor: 'key',
      keyLabel: 'Okta',
      keyIsClient: 0,
      keyOwner: 'user3@portal.example',
      actorName: null,
      actingForName: null,
      workspaces: ['w1-0', 'w1-1'].map((id) => ({ id, name: 'Plans', state: 'deleted', deletedAt: DUE_MS + 7 })),
      workspaceCount: { count: 2, atLeast: false },
    });
    expect(unwrap(await receiptOf(env.DB, 1))).toMatchObject({ kind: 'user_content', objects: 5, bytes: 50 });
  });

  it('of a workspace that was transferred stands on its own row, with the same cause', async () => {
    unwrap(await transferWorkspaces(context(), { ids: ['w1-1'], newOwnerId: 'user2@portal.example' }));
    sources.now = DUE_MS;
    await cron();
    expect(unwrap(await receiptOf(env.DB, 2)).workspaces).toMatchObject([{ id: 'w1-0' }]);
    expect(unwrap(await receiptOf(env.DB, 3))).toMatchObject({
      userId: 'user2@portal.example',
      cause: 'm-1',
      requestId: 'req-1',
      workspaces: [{ id: 'w1-1' }],
      objects: 3,
    });
  });

  it('is refused for what is not destroyed, which says how that stands', async () => {
    const refusal = async (seq: number) => {
      const receipt = await receiptOf(env.DB, seq);
      return receipt.ok ? '' : `${receipt.failure.code}: ${receipt.failure.detail}`;
    };
    expect(await refusal(99)).toBe('resource_not_found: The ledger has no row 99.');
    expect(await refusal(2)).toMatch(/^invalid_value: Row 2 is pending/);
  });
});

describe('the list of workspaces', () => {
  const list = async (wanted: Partial<Parameters<typeof listWorkspaces>[1]> = {}) =>
    unwrap(await listWorkspaces(env.DB, { limit: 10, ...wanted }, sources.now));

  it('says whose each is, how it stands, and the days left', async () => {
    unwrap(await holdWorkspaces(context(), { ids: ['w1-1'] }));
    sources.now = DUE_MS - 2 * DAY_MS + 1;
    await addWorkspaces(2, 1);
    expect(await list()).toMatchObject([
      { id: 'w1-0', state: 'archived', ownerActive: false, held: false, daysLeft: 2, dueAt: DUE_MS },
      { id: 'w1-1', state: 'archived', ownerActive: false, held: true, daysLeft: 2, dueAt: DUE_MS },
      { id: 'w2-0', state: 'active', ownerActive: true, held: false, daysLeft: null, dueAt: null },
    ]);
  });

  it('can be asked for an owner or a state, and goes on behind a row', async () => {
    await addWorkspaces(2, 1);
    sources.now = DUE_MS;
    unwrap(await holdWorkspaces(context(), { ids: ['w1-0'] }));
    await cron();
    const ids = async (wanted: Parameters<typeof list>[0]) => (await list(wanted)).map(({ id }) => id);
    expect(await ids({})).toEqual(['w1-0', 'w2-0']);
    expect(await ids({ state: 'deleted' })).toEqual(['w1-1']);
    expect(await ids({ ownerId: 'user2@portal.example' })).toEqual(['w2-0']);
    expect(await ids({ limit: 1, after: 1 })).toEqual(['w2-0']);
    expect(await ids({ state: 'archived' })).toEqual(['w1-0']);
  });
});

it('a list of the ledger reads by its indexes what is pending or held', async () => {
  for (const state of ['pending', 'held'] as const) {
    const sqls: string[] = [];
    const db = new Proxy(env.DB, {
      get(target, name) {
        if (name !== 'prepare') return Reflect.get(target, name).bind(target);
        return (sql: string) => {
          sqls.push(sql);
          return target.prepare(sql);
        };
      },
    });
    unwrap(await listDestructions(db, { state, limit: 10 }));
    const plan = await rowsOf<{ detail: string }>(`EXPLAIN QUERY PLAN ${sqls[0]}`, 1);
    expect(plan[0]?.detail).toMatch(/USING INDEX destructions_(?:due|kept)/);
  }
});

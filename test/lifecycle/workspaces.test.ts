import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { putFile, readFile } from '../../src/api/files.ts';
import { sendMessage } from '../../src/api/messages.ts';
import { createWorkspace, restoreWorkspaces, transferWorkspaces } from '../../src/api/workspaces.ts';
import { workDestructions } from '../../src/lifecycle/destruction.ts';
import { Faults, nth } from '../support/faults.ts';
import {
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

async function cleanDirectory(): Promise<void> {
  await cleanPortal();
  sources = new TestSources();
  await addUser(1);
  await addUser(2);
  await addUser(3, 'admin');
}

beforeEach(cleanDirectory);

const DUE_MS = START_MS + 30 * DAY_MS;
const cron = (bindings = env as Pick<typeof env, 'DB' | 'FILES'>) =>
  workDestructions(bindings, sources, { deadlineMs: sources.now + 20_000 });
const states = () => rowsOf('SELECT id, state, deleted_at FROM workspaces ORDER BY seq');
const restore = (id: string) =>
  restoreWorkspaces(env, sources, { ids: [id], newOwnerId: 'user2@portal.example', by: 'user3@portal.example' });

async function workspaceWithContent(): Promise<{ workspaceId: string; fileId: string }> {
  const { workspaceId } = unwrap(await createWorkspace(env, sources, { ownerSeq: 1, name: 'Plans' }));
  const file = { ownerSeq: 2, workspaceId, name: 'plan.txt', bytes: new Uint8Array(7) };
  const { fileId } = unwrap(await putFile(env, sources, file));
  unwrap(await sendMessage(env, sources, { ownerSeq: 1, workspaceId, text: 'hello' }));
  return { workspaceId, fileId };
}

describe('an archived workspace', () => {
  it('keeps its content until 30 days are over, not one millisecond less, and loses it then', async () => {
    const { workspaceId } = await workspaceWithContent();
    await putObjects([`workspace/${workspaceId}/file/orphan`]);
    await deactivateUser(sources, 1);
    sources.now = DUE_MS - 1;
    expect(await cron()).toMatchObject({ done: 1, objects: 0, workspaces: 0 });
    expect(await states()).toEqual([{ id: workspaceId, state: 'archived', deleted_at: null }]);
    expect((await objectKeys()).length).toBe(3);
    sources.now = DUE_MS;
    expect(await cron()).toMatchObject({ done: 1, objects: 2, workspaces: 1 });
    expect(await states()).toEqual([{ id: workspaceId, state: 'deleted', deleted_at: DUE_MS }]);
    expect(await objectKeys()).toEqual([]);
    expect(await rowsOf('SELECT id FROM files UNION ALL SELECT id FROM messages')).toEqual([]);
  });

  it('keeps its metadata when deleted, and the journal and the ledger say what went', async () => {
    const { workspaceId } = await workspaceWithContent();
    const { mutationId } = await deactivateUser(sources, 1);
    sources.now = DUE_MS + 3 * DAY_MS;
    await cron();
    expect(await rowsOf('SELECT owner_seq, name, archived_at, deleted_at FROM workspaces')).toEqual([
      { owner_seq: 1, name: 'Plans', archived_at: START_MS, deleted_at: sources.now },
    ]);
    expect(
      await rowsOf("SELECT mutation_id, subject, actor, at FROM journal WHERE type = 'workspace.deleted'"),
    ).toEqual([
      { mutation_id: `${mutationId}:workspace:${workspaceId}`, subject: workspaceId, actor: 'cron', at: sources.now },
    ]);
    expect(await rowsOf("SELECT objects, bytes, state FROM destructions WHERE kind = 'workspaces'")).toEqual([
      { objects: 2, bytes: 12, state: 'done' },
    ]);
  });

  it('made active again is left alone, and the others of its owner go', async () => {
    const kept = await workspaceWithContent();
    const gone = await workspaceWithContent();
    await deactivateUser(sources, 1);
    await restore(kept.workspaceId);
    sources.now = DUE_MS;
    expect(await cron()).toMatchObject({ workspaces: 1, done: 2 });
    expect(await readFile(env, kept)).toMatchObject({ ok: true });
    expect(await states()).toEqual([
      { id: kept.workspaceId, state: 'active', deleted_at: null },
      { id: gone.workspaceId, state: 'deleted', deleted_at: DUE_MS },
    ]);
    expect((await objectKeys()).length).toBe(2);
  });

  it('made active again keeps its content also if it names the old ledger row', async () => {
    const kept = await workspaceWithContent();
    await deactivateUser(sources, 1);
    await env.DB.prepare("UPDATE workspaces SET state = 'active'").run();
    sources.now = DUE_MS;
    expect(await cron()).toMatchObject({ workspaces: 0, done: 2 });
    expect(await readFile(env, kept)).toMatchObject({ ok: true });
  });

  it('under another ledger row, such as after a transfer, waits for that row', async () => {
    const moved = await workspaceWithContent();
    await deactivateUser(sources, 1);
    await env.DB.prepare('UPDATE workspaces SET owner_seq = 2, destruction_seq = 77').run();
    sources.now = DUE_MS;
    expect(await cron()).toMatchObject({ workspaces: 0, done: 2 });
    expect(await states()).toEqual([{ id: moved.workspaceId, state: 'archived', deleted_at: null }]);
    expect((await objectKeys()).length).toBe(2);
  });

  it('is restored whole or not at all, at whichever storage call of the purge the restore comes', async () => {
    const outcomes = new Set<string>();
    for (let stallAt = 1, stalled = true; stalled; stallAt++) {
      await cleanDirectory();
      const { workspaceId } = await workspaceWithContent();
      await deactivateUser(sources, 1);
      sources.now = DUE_MS;
      const stall = new Faults(nth(stallAt, { meanwhile: () => restore(workspaceId) }));
      await cron(stall.over({ DB: env.DB, FILES: env.FILES }));
      stalled = stall.happened;
      const [workspace] = await rowsOf<{ state: string }>('SELECT state FROM workspaces');
      const rows = await rowsOf('SELECT id FROM files UNION ALL SELECT id FROM messages');
      outcomes.add(`${workspace?.state} with ${rows.length} rows and ${(await objectKeys()).length} objects`);
    }
    expect([...outcomes]).toEqual(['active with 2 rows and 2 objects', 'deleted with 0 rows and 0 objects']);
  });

  it('is deleted only while its ledger row is pending', async () => {
    await workspaceWithContent();
    await deactivateUser(sources, 1);
    await cron();
    await env.DB.prepare("UPDATE destructions SET state = 'held' WHERE kind = 'workspaces'").run();
    sources.now = DUE_MS + 365 * DAY_MS;
    expect(await cron()).toMatchObject({ claimed: 0 });
    expect(await states()).toMatchObject([{ state: 'archived' }]);
  });

  it('stays when its ledger row is put on hold while a worker already holds that row', async () => {
    const { workspaceId } = await workspaceWithContent();
    await deactivateUser(sources, 1);
    await cron();
    sources.now = DUE_MS;
    const stall = new Faults(
      nth(2, {
        meanwhile: () => env.DB.prepare("UPDATE destructions SET state = 'held' WHERE state = 'pending'").run(),
      }),
    );
    expect(await cron(stall.over({ DB: env.DB, FILES: env.FILES }))).toMatchObject({ claimed: 1, done: 0 });
    expect(await states()).toEqual([{ id: workspaceId, state: 'archived', deleted_at: null }]);
    expect((await objectKeys()).length).toBe(2);
    expect(await rowsOf("SELECT state FROM destructions WHERE kind = 'workspaces'")).toEqual([{ state: 'held' }]);
  });

  it('is one of fifty that one ledger row stands for, and each is deleted once', async () => {
    await addWorkspaces(1, 50);
    await deactivateUser(sources, 1);
    sources.now = DUE_MS;
    expect(await cron()).toMatchObject({ done: 2, workspaces: 50 });
    expect(
      await rowsOf('SELECT type, count(*) AS n, count(DISTINCT subject) AS once FROM journal GROUP BY type'),
    ).toEqual([
      { type: 'user.deactivated', n: 1, once: 1 },
      { type: 'workspace.archived', n: 50, once: 50 },
      { type: 'workspace.deleted', n: 50, once: 50 },
    ]);
  });
});

describe('an admin of the product', () => {
  it('is one at the moment of the write: nobody else restores or hands on, the owner neither', async () => {
    const { workspaceId } = await workspaceWithContent();
    const ids = [workspaceId];
    const demote = () => env.DB.prepare("UPDATE users SET role = 'user' WHERE seq = 3").run();
    for (const by of ['user1@portal.example', 'user2@portal.example', 'nobody', 'cli', '']) {
      const moved = await transferWorkspaces(env, sources, { ids, newOwnerId: 'user2@portal.example', by });
      expect([by, moved]).toMatchObject([by, { ok: false, failure: { code: 'not_admin' } }]);
      expect([by, await restoreWorkspaces(env, sources, { ids, by })]).toMatchObject([
        by,
        { failure: { code: 'not_admin' } },
      ]);
    }
    for (let at = 1, stalled = true; stalled; at++) {
      await env.DB.prepare("UPDATE users SET role = 'admin' WHERE seq = 3").run();
      const stall = new Faults(nth(at, { meanwhile: async () => void (await demote()) }));
      const transfer = { ids, newOwnerId: 'user2@portal.example', by: 'user3@portal.example' };
      const moved = await transferWorkspaces(stall.over({ DB: env.DB }), sources, transfer);
      stalled = stall.happened;
      expect([at, moved.ok]).toEqual([at, !stalled]);
    }
  });

  it('hands a workspace on and gives it back, under their own name in the journal', async () => {
    const kept = await workspaceWithContent();
    await deactivateUser(sources, 1);
    const by = 'user3@portal.example';
    const newOwnerId = 'user2@portal.example';
    const transfer = { ids: [kept.workspaceId], newOwnerId, by };
    expect(unwrap(await transferWorkspaces(env, sources, transfer))).toEqual({
      changed: [kept.workspaceId],
      unchanged: [],
    });
    expect(unwrap(await transferWorkspaces(env, sources, transfer))).toEqual({
      changed: [],
      unchanged: [kept.workspaceId],
    });
    expect((await readFile(env, kept)).ok).toBe(false);
    unwrap(await restoreWorkspaces(env, sources, { ids: [kept.workspaceId], by }));
    expect((await readFile(env, kept)).ok).toBe(true);
    expect(await restoreWorkspaces(env, sources, { ids: ['nix'], by })).toMatchObject({
      ok: false,
      failure: { code: 'resource_not_found' },
    });
    expect(await rowsOf('SELECT type, actor FROM journal WHERE subject = ? ORDER BY seq', kept.workspaceId)).toEqual([
      { type: 'workspace.created', actor: 'user1@portal.example' },
      { type: 'workspace.archived', actor: 'key' },
      { type: 'workspace.transferred', actor: by },
      { type: 'workspace.restored', actor: by },
    ]);
  });
});

describe('workspaces archived by two deactivations of one person', () => {
  it('are each deleted at their own date', async () => {
    const first = await workspaceWithContent();
    await deactivateUser(sources, 1);
    await env.DB.prepare('UPDATE users SET active = 1, registration = 2 WHERE seq = 1').run();
    sources.now += 10 * DAY_MS;
    const second = await workspaceWithContent();
    await deactivateUser(sources, 1);
    sources.now = DUE_MS;
    await cron();
    expect(await states()).toMatchObject([
      { id: first.workspaceId, state: 'deleted' },
      { id: second.workspaceId, state: 'archived' },
    ]);
    sources.now = DUE_MS + 10 * DAY_MS;
    await cron();
    expect(await states()).toMatchObject([{ state: 'deleted' }, { state: 'deleted' }]);
    expect(await objectKeys()).toEqual([]);
  });
});

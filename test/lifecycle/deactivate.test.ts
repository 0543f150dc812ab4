import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Policy } from '../../src/directory/policy.ts';
import { PRESETS } from '../../src/directory/presets.ts';
import { ARCHIVE_MS } from '../../src/lifecycle/deactivate.ts';
import { workDestructions } from '../../src/lifecycle/destruction.ts';
import {
  addContent,
  addUser,
  addWorkspaces,
  cleanPortal,
  DAY_MS,
  deactivateUser,
  objectKeys,
  rowsOf,
  START_MS,
  TestSources,
} from '../support/lifecycle.ts';

let sources: TestSources;

beforeEach(async () => {
  await cleanPortal();
  sources = new TestSources();
  await addUser(1);
});

const user = (seq: number) => env.DB.prepare('SELECT * FROM users WHERE seq = ?').bind(seq).first();
const counters = () => rowsOf('SELECT user_count, active_count FROM portal');
const ledger = () => rowsOf('SELECT seq, kind, user_seq, registration, cause, due_at, state FROM destructions');

const keeping: Policy = {
  ...PRESETS.sendsafely.policy,
  deactivation: { profile: 'keep', content: 'keep', workspaces: 'keep' },
};

const addKey = (id: string, ownerSeq: number, revokedAt: number | null) =>
  env.DB.prepare(
    `INSERT INTO api_keys (id, owner_seq, username, purpose, label, hash, created_at, revoked_at)
     VALUES (?1, ?2, 'u', 'api', 'l', ?1, 0, ?3)`,
  )
    .bind(id, ownerSeq, revokedAt)
    .run();

describe('a deactivated user', () => {
  it('is inactive with the default role and no profile, and keeps userName, id and externalId', async () => {
    await addUser(2, 'admin');
    await deactivateUser(sources, 2);
    expect(await user(2)).toMatchObject({
      id: 'user2@portal.example',
      user_name: 'user2@portal.example',
      external_id: 'ext-user2@portal.example',
      active: 0,
      role: 'user',
      given_name: null,
      family_name: null,
      attributes: '{}',
      registration: 2,
      version: 2,
      updated_at: START_MS,
      deactivated_at: START_MS,
      removed_at: null,
    });
  });

  it('is still counted among the users and no longer among the active ones', async () => {
    await deactivateUser(sources, 1);
    expect(await counters()).toEqual([{ user_count: 1, active_count: 0 }]);
  });

  it('loses live keys from this moment; keys revoked before keep their date, and others keep theirs alive', async () => {
    await addKey('live', 1, null);
    await addKey('old', 1, 7);
    await addKey('other', 2, null);
    await deactivateUser(sources, 1);
    expect(await rowsOf('SELECT id, revoked_at FROM api_keys ORDER BY id')).toEqual([
      { id: 'live', revoked_at: START_MS },
      { id: 'old', revoked_at: 7 },
      { id: 'other', revoked_at: null },
    ]);
  });

  it('has one ledger row for all content, due now, and none for workspaces when there are none', async () => {
    const { mutationId } = await deactivateUser(sources, 1);
    expect(await ledger()).toEqual([
      {
        seq: 1,
        kind: 'user_content',
        user_seq: 1,
        registration: 1,
        cause: mutationId,
        due_at: START_MS,
        state: 'pending',
      },
    ]);
  });

  it('has its active workspaces archived under one ledger row due 30 days later to the millisecond', async () => {
    await addWorkspaces(1, 3);
    await addUser(2);
    await addWorkspaces(2, 1);
    const { mutationId } = await deactivateUser(sources, 1);
    expect(ARCHIVE_MS).toBe(30 * DAY_MS);
    expect(await ledger()).toMatchObject([
      { kind: 'user_content' },
      { kind: 'workspaces', user_seq: 1, cause: mutationId, due_at: START_MS + 30 * DAY_MS, state: 'pending' },
    ]);
    const archived = { state: 'archived', archived_at: START_MS, destruction_seq: 2 };
    expect(await rowsOf('SELECT id, state, archived_at, destruction_seq FROM workspaces ORDER BY id')).toEqual([
      { id: 'w1-0', ...archived },
      { id: 'w1-1', ...archived },
      { id: 'w1-2', ...archived },
      { id: 'w2-0', state: 'active', archived_at: null, destruction_seq: null },
    ]);
  });

  it('that was deactivated before leaves the date of workspaces archived then', async () => {
    await addWorkspaces(1, 1);
    await deactivateUser(sources, 1);
    await env.DB.prepare('UPDATE users SET active = 1, registration = 2 WHERE seq = 1').run();
    sources.now += DAY_MS;
    await deactivateUser(sources, 1);
    expect(await rowsOf('SELECT archived_at, destruction_seq FROM workspaces')).toEqual([
      { archived_at: START_MS, destruction_seq: 2 },
    ]);
    expect(await rowsOf('SELECT kind, registration FROM destructions')).toEqual([
      { kind: 'user_content', registration: 1 },
      { kind: 'workspaces', registration: 1 },
      { kind: 'user_content', registration: 2 },
    ]);
  });

  it('takes a new externalId, or none, only when that changes', async () => {
    await deactivateUser(sources, 1, { changes: { externalId: 'new' } });
    expect(await user(1)).toMatchObject({ external_id: 'new' });
    await addUser(2);
    await deactivateUser(sources, 2, { changes: { externalId: null } });
    expect(await user(2)).toMatchObject({ external_id: null });
  });
});

describe('the policy', () => {
  it('that keeps everything ends access and destroys nothing', async () => {
    await addWorkspaces(1, 1);
    await addKey('live', 1, null);
    await deactivateUser(sources, 1, { policy: keeping });
    expect(await user(1)).toMatchObject({ active: 0, given_name: 'Kim', attributes: '{"title":"Cook"}' });
    expect(await ledger()).toEqual([]);
    expect(await rowsOf('SELECT state FROM workspaces')).toEqual([{ state: 'active' }]);
    expect(await rowsOf('SELECT revoked_at FROM api_keys')).toEqual([{ revoked_at: START_MS }]);
  });

  it('that keeps content and archives workspaces writes the ledger row of the workspaces alone', async () => {
    await addWorkspaces(1, 2);
    const policy: Policy = { ...keeping, deactivation: { ...keeping.deactivation, workspaces: 'archive' } };
    await deactivateUser(sources, 1, { policy });
    expect(
      await rowsOf(
        'SELECT w.destruction_seq, d.kind FROM workspaces w JOIN destructions d ON d.seq = w.destruction_seq',
      ),
    ).toEqual([
      { destruction_seq: 1, kind: 'workspaces' },
      { destruction_seq: 1, kind: 'workspaces' },
    ]);
  });
});

describe('a removal', () => {
  it('of an active user deactivates and leaves a tombstone that is counted nowhere', async () => {
    await addWorkspaces(1, 1);
    await deactivateUser(sources, 1, { remove: true });
    expect(await user(1)).toMatchObject({
      active: 0,
      given_name: null,
      deactivated_at: START_MS,
      removed_at: START_MS,
    });
    expect(await counters()).toEqual([{ user_count: 0, active_count: 0 }]);
    expect((await ledger()).length).toBe(2);
  });

  it('of an inactive user destroys nothing again and keeps the date of the deactivation', async () => {
    await deactivateUser(sources, 1);
    sources.now += DAY_MS;
    await deactivateUser(sources, 1, { remove: true, mutationId: 'removal' });
    expect(await user(1)).toMatchObject({ deactivated_at: START_MS, removed_at: START_MS + DAY_MS, version: 3 });
    expect(await counters()).toEqual([{ user_count: 0, active_count: 0 }]);
    expect((await ledger()).length).toBe(1);
  });

  it.each(['files', 'messages'] as const)(
    'of an inactive user condemns %s that a policy kept before',
    async (table) => {
      await addContent({ table, ownerSeq: 1, count: 2 });
      await addWorkspaces(1, 2);
      await deactivateUser(sources, 1, { policy: keeping });
      sources.now += DAY_MS;
      const { mutationId } = await deactivateUser(sources, 1, { remove: true, mutationId: 'removal' });
      const row = { user_seq: 1, registration: 1, cause: mutationId, state: 'pending' };
      expect(await ledger()).toEqual([
        { ...row, seq: 1, kind: 'user_content', due_at: sources.now },
        { ...row, seq: 2, kind: 'workspaces', due_at: sources.now + ARCHIVE_MS },
      ]);
      expect(await rowsOf('SELECT DISTINCT state, destruction_seq FROM workspaces')).toEqual([
        { state: 'archived', destruction_seq: 2 },
      ]);
      await workDestructions(env, sources, { deadlineMs: Infinity });
      expect([await rowsOf(`SELECT id FROM ${table}`), await objectKeys()]).toEqual([[], []]);
    },
  );

  it('of an inactive user without content archives the workspaces alone', async () => {
    await addWorkspaces(1, 1);
    await deactivateUser(sources, 1, { policy: keeping });
    await deactivateUser(sources, 1, { remove: true, mutationId: 'removal' });
    expect(await ledger()).toMatchObject([{ seq: 1, kind: 'workspaces' }]);
    expect(await rowsOf('SELECT destruction_seq FROM workspaces')).toEqual([{ destruction_seq: 1 }]);
  });

  it('of an inactive user keeps everything where the policy still does', async () => {
    await addContent({ table: 'files', ownerSeq: 1, count: 1 });
    await addWorkspaces(1, 1);
    await deactivateUser(sources, 1, { policy: keeping });
    await deactivateUser(sources, 1, { policy: keeping, remove: true, mutationId: 'removal' });
    expect(await ledger()).toEqual([]);
    expect(await rowsOf('SELECT state FROM workspaces')).toEqual([{ state: 'active' }]);
    expect(await objectKeys()).toHaveLength(1);
  });
});

describe('what a deactivation costs, journal row included', () => {
  for (const [workspaces, files] of [
    [0, 0],
    [3, 0],
    [50, 0],
    [0, 2500],
    [50, 2500],
  ] as const) {
    it(`is rows in proportion to the ${workspaces} workspaces and never to the ${files} files`, async () => {
      await addWorkspaces(1, workspaces);
      await addContent({ table: 'files', ownerSeq: 1, count: files, objects: false });
      const { rowsRead, rowsWritten } = await deactivateUser(sources, 1);
      expect(rowsWritten).toBeLessThanOrEqual(10 + workspaces);
      expect(rowsRead).toBeLessThanOrEqual(4 + workspaces);
    });
  }

  it('reads each workspace once also when it was archived before', async () => {
    await addWorkspaces(1, 50);
    await deactivateUser(sources, 1);
    await env.DB.prepare('UPDATE users SET active = 1, registration = 2 WHERE seq = 1').run();
    const { rowsRead, rowsWritten } = await deactivateUser(sources, 1);
    expect(rowsRead).toBeLessThanOrEqual(4 + 50);
    expect(rowsWritten).toBeLessThanOrEqual(10);
  });

  it('is no more when an inactive user is removed', async () => {
    await addWorkspaces(1, 3);
    await addContent({ table: 'files', ownerSeq: 1, count: 2500, objects: false });
    await deactivateUser(sources, 1, { policy: keeping });
    const { rowsRead, rowsWritten } = await deactivateUser(sources, 1, { remove: true, mutationId: 'removal' });
    expect(rowsWritten).toBeLessThanOrEqual(13);
    expect(rowsRead).toBeLessThanOrEqual(13);
  });

  it('is the same with the tombstone of a removal', async () => {
    await addWorkspaces(1, 3);
    const { rowsRead, rowsWritten } = await deactivateUser(sources, 1, { remove: true });
    expect(rowsWritten).toBeLessThanOrEqual(13);
    expect(rowsRead).toBeLessThanOrEqual(7);
  });
});

// Two who hold the same thing: the brake, and an admin by a legal hold. Neither lets go for the other.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it, vi } from 'vitest';
import { releaseHeld } from '../../src/directory/brake-release.ts';
import { restoreHeld } from '../../src/directory/brake-restore.ts';
import { brakeStatus } from '../../src/directory/brake-status.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import { holdDestructions, releaseDestructions } from '../../src/lifecycle/holds.ts';
import { holdWorkspaces, releaseWorkspaces } from '../../src/lifecycle/workspace-holds.ts';
import { transferWorkspaces } from '../../src/lifecycle/workspace-moves.ts';
import { contextOf, deactivateByOkta, engage, FOURTH, makePeople, portalWith } from '../support/brake.ts';
import { addContent, addWorkspaces, DAY_MS, unwrap } from '../support/lifecycle.ts';
import type { Portal } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let portal: Portal;
let id: string;
let other: string;
let workspaceId: string;
let userSeq: number;

const context = () => contextOf(portal);
const ledger = () =>
  rows(
    `SELECT kind, state, held_by, account IS NOT NULL AS kept FROM destructions
     WHERE user_seq >= ? AND state <> 'cancelled' ORDER BY seq`,
    userSeq,
  );
const files = () => rows('SELECT seq FROM files WHERE owner_seq = ? AND workspace_seq IS NULL', userSeq);
const muchLater = async () => {
  portal.sources.ms += 90 * DAY_MS;
  await runCron(portal.env, portal.sources);
};

/** The rows of one held deactivation: account, content, workspaces. */
const all = (state: string, held_by: string | null) =>
  ['account', 'user_content', 'workspaces'].map((kind) => ({ kind, state, held_by, kept: kind === 'account' ? 1 : 0 }));

beforeEach(async () => {
  portal = await portalWith({ brake: FOURTH });
  for (const { key } of (await env.FILES.list()).objects) await env.FILES.delete(key);
  await engage(portal);
  [id = '', other = ''] = await makePeople(portal, 2);
  userSeq = (await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id)).seq;
  [workspaceId = ''] = await addWorkspaces(userSeq, 1);
  await addContent({ table: 'files', ownerSeq: userSeq, count: 2 });
  await deactivateByOkta(portal, id);
});

it('a legal hold of what the brake holds is written down, and outlives the release of the brake', async () => {
  expect(await ledger()).toEqual(all('held', null));
  expect(unwrap(await holdDestructions(context(), { userId: id })).changed).toHaveLength(3);
  expect(await ledger()).toEqual(all('held', 'both'));
  unwrap(await releaseHeld(context(), { all: true }));
  expect(await ledger()).toEqual(all('held', 'admin'));
  expect(unwrap(await brakeStatus(context(), {}))).toMatchObject({ heldUsers: 0, losses: [] });
  await muchLater();
  expect(await ledger()).toEqual(all('held', 'admin'));
  expect(await files()).toHaveLength(2);
});

it('what both have let go of is destroyed, whoever was last', async () => {
  unwrap(await holdDestructions(context(), { userId: id }));
  unwrap(await releaseHeld(context(), { all: true }));
  expect(unwrap(await releaseDestructions(context(), 'all'))).toMatchObject({ overdue: 2 });
  await muchLater();
  expect(await files()).toEqual([]);
  expect((await ledger()).map(({ state }) => state)).toEqual(['done', 'done', 'done']);
});

it('the end of legal holds frees nothing that the brake holds', async () => {
  const report = unwrap(await releaseDestructions(context(), 'all'));
  expect(report).toMatchObject({ changed: [], overdue: 0 });
  unwrap(await holdDestructions(context(), 'all'));
  expect(unwrap(await releaseDestructions(context(), 'all'))).toMatchObject({ overdue: 0 });
  await muchLater();
  expect(await ledger()).toEqual(all('held', null));
  expect(await files()).toHaveLength(2);
});

it('a legal hold forbids destruction and not the way back', async () => {
  unwrap(await holdDestructions(context(), { userId: id }));
  expect(unwrap(await restoreHeld(context(), { all: true }))).toMatchObject({ restored: 1 });
  expect(await ledger()).toEqual([]);
  expect(await rows('SELECT held_by FROM destructions WHERE held_by IS NOT NULL')).toEqual([]);
});

it('a single workspace that the brake holds takes a legal hold of its own', async () => {
  unwrap(await holdWorkspaces(context(), { ids: [workspaceId] }));
  unwrap(await releaseHeld(context(), { all: true }));
  await muchLater();
  expect(await one('SELECT state FROM workspaces WHERE id = ?', workspaceId)).toEqual({ state: 'archived' });
  expect(await files()).toEqual([]);
  unwrap(await releaseWorkspaces(context(), { ids: [workspaceId] }));
  await runCron(portal.env, portal.sources);
  expect(await one('SELECT state FROM workspaces WHERE id = ?', workspaceId)).toEqual({ state: 'deleted' });
});

it('a workspace that the brake holds and somebody else has got waits for an admin, not for the brake', async () => {
  unwrap(await transferWorkspaces(context(), { ids: [workspaceId], newOwnerId: other }));
  unwrap(await releaseHeld(context(), { all: true }));
  await muchLater();
  expect(await one('SELECT state FROM workspaces WHERE id = ?', workspaceId)).toEqual({ state: 'archived' });
  expect(unwrap(await releaseDestructions(context(), 'all'))).toMatchObject({ overdue: 1 });
  await runCron(portal.env, portal.sources);
  expect(await one('SELECT state FROM workspaces WHERE id = ?', workspaceId)).toEqual({ state: 'deleted' });
});

// Whatever is done in the console is journalled under the id that its answer carries, so that the log leads from one to the other.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { deactivateByOkta, engage, FOURTH, makePeople, portalWith } from '../support/brake.ts';
import { ADMIN, type Page, signedIn, type Visitor } from '../support/console.ts';
import { generate } from '../support/console-keys.ts';
import { addWorkspaces } from '../support/lifecycle.ts';
import { addAccount, type Portal } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await portalWith({ brake: FOURTH });
  admin = await signedIn(portal.sources);
});

/** What an admin did since a row of a table, as far as the rows say it. */
const since = (table: 'journal' | 'outbox' | 'destructions', seq: number) =>
  rows<{ id: string | null }>(
    `SELECT request_id AS id FROM ${table} WHERE seq > ? AND actor LIKE '${ADMIN}%' ORDER BY seq`,
    seq,
  );
const newest = async (table: string) =>
  (await one<{ seq: number }>(`SELECT coalesce(max(seq), 0) AS seq FROM ${table}`)).seq;
const seqOf = async (id = '') => (await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id)).seq;
const version = async () => String((await one<{ version: number }>('SELECT version FROM portal')).version);

/** Does it, and holds that everything that was written for the admin carries the id of the answer, and the journal these types. */
async function names(path: string, fields: Readonly<Record<string, string>>, types: readonly string[]): Promise<Page> {
  const tables = ['journal', 'outbox', 'destructions'] as const;
  const before = await Promise.all(tables.map(newest));
  const page = await admin.post(path, { fields });
  const id = page.headers.get('X-Request-Id');
  const written = await Promise.all(tables.map((table, at) => since(table, before[at] ?? 0)));
  expect(written.flat().map((row) => row.id)).toEqual(written.flat().map(() => id));
  const entries = await rows<{ type: string }>(
    'SELECT type FROM journal WHERE seq > ? AND request_id = ? ORDER BY seq',
    before[0] ?? 0,
    id,
  );
  expect(entries.map(({ type }) => type)).toEqual(types);
  return page;
}

describe('the id of the answer is in the journal', () => {
  it('of the settings', async () => {
    await names('/console/settings/name', { name: 'Acme two', version: await version() }, ['portal.changed']);
    const { id = '' } = await one<{ id: string }>('SELECT request_id AS id FROM journal ORDER BY seq DESC LIMIT 1');
    const { text } = await admin.get(`/console/log?request=${id}`);
    expect(text).toContain(`<a href="/console/log?request=${id}"`);
    expect(text).not.toContain('by no request');
  });

  it('of keys and of acting for a service account', async () => {
    const impersonate = `/console/users/${portal.ownerSeq}/impersonate`;
    await names(impersonate, {}, ['impersonation.began']);
    const other = await addAccount('service', 'other@acme.example', 'admin');
    await names(`/console/users/${other}/impersonate`, {}, ['impersonation.ended', 'impersonation.began']);
    await names('/console/impersonation/end', {}, ['impersonation.ended']);
    await generate(admin);
    const { keyId, made } = await one<{ keyId: string; made: string | null }>(
      "SELECT subject AS keyId, request_id AS made FROM journal WHERE type = 'key.created' ORDER BY seq DESC LIMIT 1",
    );
    expect(made).toMatch(/^[0-9a-f]{32}$/);
    await names(`/console/keys/${keyId}/scim`, {}, ['key.used_for_scim']);
    const rotation = { overlap: '1h', expires: 'never' };
    await names(`/console/keys/${keyId}/rotate`, rotation, ['key.created', 'key.rotated']);
    const { label } = await one<{ label: string }>('SELECT label FROM api_keys WHERE id = ?', keyId);
    await names(`/console/keys/${keyId}/revoke`, { confirmation: label }, ['key.revoked']);
  });

  it('of the ways out of the brake', async () => {
    await engage(portal);
    const ids = await makePeople(portal, 3);
    await addWorkspaces(await seqOf(ids[0]), 1);
    for (const id of ids) await deactivateByOkta(portal, id);
    const user = String(await seqOf(ids[0]));
    await names('/console/brake/restore', { user }, ['workspace.restored', 'user.reactivated']);
    const upto = String(await newest('destructions'));
    const released = ['destruction.released', 'destruction.released'];
    const released1 = { user: String(await seqOf(ids[1])), confirmation: 'release', upto };
    await names('/console/brake/release', released1, released);
    await names('/console/brake/lift', {}, ['portal.changed']);
  });

  it('of mails, destructions and workspaces', async () => {
    const [id = ''] = await makePeople(portal, 1);
    const seq = await seqOf(id);
    const [workspace = ''] = await addWorkspaces(seq, 2);
    await env.DB.prepare(
      `INSERT INTO outbox (kind, mutation_id, subject, actor, recipients, created_at, next_at, dead_at)
       VALUES ('admin_granted', 'm', ?, 'cli', '[1]', 1, 1, 1)`,
    )
      .bind(id)
      .run();
    await names('/console/mails/retry', {}, ['mail.retried']);
    const heir = await addAccount('password', 'heir@acme.example', 'admin');
    await names('/console/workspaces/change', { do: 'transfer', w: workspace, to: 'heir@acme.example' }, [
      'workspace.transferred',
    ]);
    const confirmation = 'heir@acme.example';
    await names(`/console/users/${heir}/deactivate`, { confirmation }, ['user.deactivated', 'workspace.archived']);
    await deactivateByOkta(portal, id);
    const archived = await one<{ seq: number }>(
      "SELECT seq FROM destructions WHERE kind = 'workspaces' AND user_seq = ?",
      seq,
    );
    await names('/console/destructions/change', { do: 'hold', d: String(archived.seq) }, ['destruction.held']);
  });
});

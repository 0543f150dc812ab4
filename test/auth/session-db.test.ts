// D1 behind a session: whatever a form does, its batches go through only while the session is alive at that very moment.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { IDLE_MS } from '../../src/auth/session.ts';
import { SessionDb } from '../../src/auth/session-db.ts';
import { renamePortal } from '../../src/directory/portal-settings.ts';
import { signedIn } from '../support/console.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { one } from '../support/scim.ts';

let portal: Portal;
let guarded: SessionDb;
beforeEach(async () => {
  portal = await freshPortal();
  await signedIn(portal.sources);
  const { hash } = await one<{ hash: string }>('SELECT hash FROM sessions');
  guarded = new SessionDb(env.DB, hash, portal.sources.ms);
});

const rename = () => renamePortal({ db: guarded.db, sources: portal.sources, actor: 'admin' }, 'Other');

it('a function that knows nothing of sessions writes through it, and reads its own results', async () => {
  const renamed = await rename();
  expect(renamed.ok && renamed.value.settings.name).toBe('Other');
  expect(guarded.ended).toBe(false);
});

it.each([
  ['was signed out', 'DELETE FROM sessions'],
  ['was idle', `UPDATE sessions SET last_seen_at = last_seen_at - ${IDLE_MS}`],
  ['ran out', 'UPDATE sessions SET expires_at = last_seen_at'],
  ['lost its admin rights', "UPDATE users SET role = 'user'"],
  ['was deactivated', 'UPDATE users SET active = 0'],
  ['was deactivated and came back', 'UPDATE users SET access_epoch = access_epoch + 1'],
  ['was removed', 'UPDATE users SET removed_at = 1'],
  ['became a service account', "UPDATE users SET login_type = 'service'"],
])('a session that %s changes nothing', async (_what, sql) => {
  await env.DB.prepare(sql).run();
  const before = await dump();
  expect((await rename()).ok).toBe(false);
  expect(guarded.ended).toBe(true);
  expect(await dump()).toEqual(before);
});

// The page of one user: all that is stored, of every kind of account, in one call of D1 whatever the user owns.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { putFile } from '../../src/api/files.ts';
import { createWorkspace } from '../../src/api/workspaces.ts';
import { createScimKey } from '../../src/auth/key-store.ts';
import { dayText } from '../../src/console/user/profile-lines.ts';
import { ADMIN, signedIn, Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { always, Faults } from '../support/faults.ts';
import { addAccount, freshPortal, type Portal } from '../support/portal.ts';
import { ENTERPRISE, JANE, jane, make, one, patchOf, userPath } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const seqOf = async (id: string) => (await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id)).seq;
const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const pageOf = async (id: string) => textOf((await admin.get(`/console/users/${await seqOf(id)}`)).text);
const deactivate = (id: string) =>
  portal.send('PATCH', userPath(id), patchOf({ op: 'replace', path: 'active', value: false }));

describe('the page', () => {
  it('shows every stored attribute: core, enterprise, and several values', async () => {
    await make(portal, {
      ...jane({ externalId: 'hr-17', title: 'Counsel', preferredLanguage: 'en-GB', displayName: 'Jane E.' }),
      emails: [
        { value: 'jane@acme.example', type: 'work', primary: true },
        { value: 'j@home.example', type: 'home' },
      ],
      addresses: [{ streetAddress: 'High Street 1', locality: 'Leeds', type: 'work' }],
      [ENTERPRISE]: { department: 'Legal', manager: { value: 'boss-1', displayName: 'Ann Boss' } },
    });
    const text = await pageOf(JANE);
    for (const shown of [
      'Jane Example',
      JANE,
      'hr-17',
      'Title Counsel',
      'Preferred language en-GB',
      'Display name Jane E.',
      'jane@acme.example (work, primary)',
      'j@home.example (home)',
      'High Street 1, Leeds (work)',
      'Organisation',
      'Department Legal',
      'Manager boss-1',
      'By the identity provider (SAML)',
      'Active',
    ]) {
      expect(text).toContain(shown);
    }
  });

  it('of a deactivated user says that there is no profile, and why', async () => {
    await make(portal);
    await deactivate(JANE);
    const text = await pageOf(JANE);
    expect(text).toContain('in this portal a deactivation removes the profile');
    expect(text).toContain('Deactivated just now');
  });

  it('of a deactivated user shows the profile where the portal keeps it', async () => {
    portal = await freshPortal('open');
    admin = await signedIn(portal.sources);
    const { id } = await make(portal, jane({ title: 'Counsel' }));
    await deactivate(id);
    expect(await pageOf(id)).toContain('Title Counsel');
  });

  it('of a deleted user is there, and says what SCIM sees', async () => {
    await make(portal);
    await portal.send('DELETE', userPath(JANE));
    const text = await pageOf(JANE);
    expect(text).toContain('Removed');
    expect(text).toContain('SCIM no longer shows the account');
    expect(text).toContain('a deletion removes the profile');
  });

  it('of a service account shows that nobody signs in, and its keys by name', async () => {
    const text = await pageOf('scim-admin@acme.example');
    expect(text).toContain('Service account, no login');
    expect(text).toContain('Nobody: a service account has no login');
    expect(text).toContain('In force');
    expect(text).not.toContain('Sign-ins');
  });

  it('of a password account shows whether a password is set', async () => {
    expect(await pageOf(ADMIN)).toContain('Password Set just now');
    expect(await pageOf('break-glass@acme.example')).toContain('Password Not set yet');
  });

  it('shows what the user owns, and what of it is condemned or held', async () => {
    await make(portal);
    const ownerSeq = await seqOf(JANE);
    for (const name of ['One', 'Two']) await createWorkspace(env, portal.sources, { ownerSeq, name });
    await putFile(env, portal.sources, { ownerSeq, name: 'a', bytes: new Uint8Array(2_500) });
    await portal.send('POST', '/Groups', { displayName: 'Lawyers', members: [{ value: JANE }] });
    expect(await pageOf(JANE)).toMatch(
      /Workspaces 2 active Workspaces 0 archived Files 1 2\.5 kB Messages 0 0 bytes .* Groups In 1 group\. Lawyers/,
    );
    await deactivate(JANE);
    const after = await pageOf(JANE);
    expect(after).toMatch(/Workspaces 0 active Workspaces 2 archived Files 0 .* 2 workspaces deleted in 30 days/);
    await env.DB.prepare("UPDATE destructions SET state = 'held', held_by = 'admin'").run();
    expect(await pageOf(JANE)).toContain('2 workspaces Held by a legal hold');
  });

  it('of a number that nobody has is a 404 inside the console, with a way back', async () => {
    for (const part of ['4711', '0', 'x', '1.5', '99999999999999999999']) {
      const page = await admin.get(`/console/users/${part}`);
      expect([page.status, page.text.includes('href="/console/users"')]).toEqual([404, true]);
      expect(page.text).toContain('No such user');
    }
  });

  it('is a 503 page while the database fails', async () => {
    const path = `/console/users/${await seqOf(ADMIN)}`;
    const faults = new Faults(always({ fails: 'D1 DB is overloaded', moment: 'before' }, 'DB'));
    const visitor = new Visitor(portal.sources, faults.over({ ...env }));
    for (const [name, value] of admin.cookies) visitor.cookies.set(name, value);
    expect((await visitor.get(path)).status).toBe(503);
  });
});

describe('what it costs', () => {
  const costOf = async (id: string) => {
    const path = `/console/users/${await seqOf(id)}`;
    const { db, cost } = countedDb(env.DB);
    const same = new Visitor(portal.sources, { ...env, DB: db });
    for (const [name, value] of admin.cookies) same.cookies.set(name, value);
    expect((await same.get(path)).status).toBe(200);
    return cost;
  };

  it('is one call and few rows for a user who owns little', async () => {
    await make(portal);
    const cost = await costOf(JANE);
    console.log(`A user who owns nothing: ${cost.calls} call, ${cost.rowsRead} rows read`);
    expect(cost.calls).toBe(1);
    expect(cost.rowsRead).toBeLessThanOrEqual(30);
  });

  it('stays within a bound for one who owns very much', async () => {
    await make(portal);
    const seq = await seqOf(JANE);
    const { registration } = await one<{ registration: number }>('SELECT registration FROM users WHERE seq = ?', seq);
    const many = JSON.stringify(Array.from({ length: 3_000 }, (_, i) => i + 100));
    const each = (sql: string) =>
      env.DB.prepare(`${sql} FROM json_each(?1)`).bind(many, seq, portal.sources.ms, registration);
    await env.DB.batch([
      each(`INSERT INTO workspaces (id, owner_seq, name, state, created_at, destruction_seq)
            SELECT 'w' || value, ?2, 'W', iif(value % 2 = 0, 'active', 'archived'), ?3 + ?4 * 0, value`),
      each(`INSERT INTO files (id, owner_seq, registration, r2_key, size_bytes, created_at, name)
            SELECT 'f' || value, ?2, ?4, 'k', 10, ?3, 'f'`),
      each(`INSERT INTO messages (id, owner_seq, registration, r2_key, size_bytes, created_at)
            SELECT 'm' || value, ?2, ?4, 'k', 10, ?3`),
      each(`INSERT INTO destructions (seq, kind, user_seq, registration, cause, created_at, due_at, state)
            SELECT value, 'workspaces', ?2, ?4, 'c', ?3, ?3, iif(value % 3 = 0, 'held', 'pending')`),
      each(`INSERT INTO groups (seq, id, display_name, display_name_key, created_at, updated_at, version)
            SELECT value, 'g' || value, 'g' || value, 'g' || value, ?3 + ?2 * 0 + ?4 * 0, 1, 1`),
      each(`INSERT INTO group_members (group_seq, user_seq) SELECT value, ?2 + ?3 * 0 + ?4 * 0`),
      each(`INSERT INTO sign_ins (user_seq, at, method, user_agent) SELECT ?2, ?3 + ?4 * 0, 'saml', 'x'`),
      each(`INSERT INTO api_keys (id, owner_seq, username, purpose, label, hash, created_at)
            SELECT 'k' || value, ?2, 'u', 'scim', 'l', 'h' || value, ?3 + ?4 * 0`),
    ]);
    const cost = await costOf(JANE);
    console.log(`A user who owns very much: ${cost.calls} call, ${cost.rowsRead} rows read`);
    expect(cost.calls).toBe(1);
    expect(cost.rowsRead).toBeLessThanOrEqual(15_000);
    const text = await pageOf(JANE);
    expect(text).toContain('Files at least 1,000 at least 10.0 kB');
    expect(text).toContain('In at least 1,000 groups.');
  });
});

it('every key that an owner has is on the page, the ones in force first', async () => {
  const ownerSeq = await addAccount('service', 'second@acme.example', 'admin');
  for (const label of ['Old', 'New']) await createScimKey(env, portal.sources, { ownerSeq, label, actor: 'test' });
  await env.DB.prepare("UPDATE api_keys SET revoked_at = 1 WHERE label = 'Old'").run();
  expect(await pageOf('second@acme.example')).toMatch(/New In force never Old Revoked .* never/);
});

it('a day is named without the hour', () => {
  expect(dayText(Date.UTC(2026, 1, 4, 23))).toBe('4 Feb 2026');
});

// The list of users: who is on which tab, what the columns say, how it is narrowed, and what it says where it is empty.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { signedIn, Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { always, Faults } from '../support/faults.ts';
import { addAccount, freshPortal, type Portal, START_MS } from '../support/portal.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const textOf = (html: string) =>
  html
    .replaceAll(/<svg[^>]*aria-label="([^"]*)".*?<\/svg>/g, '$1 ')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const page = async (query = '') => (await admin.get(`/console/users${query}`)).text;
const rowsOf = (html: string) =>
  [...html.matchAll(/<tr><th scope="row">(.*?)<\/tr>/gs)].map(([, row = '']) => textOf(row).trim());
const rows = async (query = '') => rowsOf(await page(query));
const tabs = (html: string) => textOf(/<nav class="tabs".*?<\/nav>/s.exec(html)?.[0] ?? '').trim();

const create = (userName: string, more: object = {}) => portal.send('POST', '/Users', { userName, ...more });
const deactivate = (userName: string) => portal.send('PUT', `/Users/${userName}`, { userName, active: false });

describe('the tabs', () => {
  it('show who is registered, who is not any more, and all, each with its number', async () => {
    await create('jane@acme.example', { name: { givenName: 'Jane', familyName: 'Example' } });
    await create('kim@acme.example');
    await create('lee@acme.example');
    await deactivate('kim@acme.example');
    await portal.send('DELETE', '/Users/lee@acme.example');
    portal.sources.ms += 2 * 3_600_000;
    admin = await signedIn(portal.sources);
    const html = await page();
    expect(tabs(html)).toBe('Registered 4 Deactivated 2 All 6');
    expect(rowsOf(html)).toEqual([
      'admin@acme.example Password Admin 2 hours ago',
      'break-glass@acme.example Password Admin 2 hours ago',
      'Jane Example jane@acme.example Identity provider User 2 hours ago',
      'scim-admin@acme.example Service account: No login Admin 2 hours ago',
    ]);
    expect(await rows('?show=deactivated')).toEqual([
      'kim@acme.example Identity provider User Deactivated 2 hours ago 2 hours ago',
      'lee@acme.example Identity provider User Removed 2 hours ago 2 hours ago',
    ]);
    expect(await rows('?show=inactive')).toHaveLength(1);
    expect(await rows('?show=removed')).toHaveLength(1);
    expect(await rows('?show=all')).toHaveLength(6);
  });

  it('list accounts outside the identity provider that are deactivated', async () => {
    const seq = await addAccount('service', 'old-service@acme.example');
    await env.DB.prepare('UPDATE users SET active = 0, deactivated_at = ? WHERE seq = ?').bind(START_MS, seq).run();
    const html = await page('?show=deactivated');
    expect(tabs(html)).toBe('Registered 3 Deactivated 1 All 4');
    expect(rowsOf(html)[0]).toContain('old-service@acme.example Service account: No login User Deactivated');
  });

  it('have no numbers where so many accounts are outside that nobody counts them', async () => {
    await env.DB.prepare(
      `INSERT INTO users (id, user_name, user_name_key, login_type, role, active, attributes, registration, created_at, updated_at, version)
       SELECT 'u' || value, 'u' || value, 'u' || value, 'service', 'user', 1, '{}', 1, 1, 1, 1 FROM json_each(?)`,
    )
      .bind(JSON.stringify(Array.from({ length: 1_000 }, (_, i) => i)))
      .run();
    expect(tabs(await page())).toBe('Registered Deactivated All');
  });
});

describe('the search', () => {
  beforeEach(async () => {
    await create('jane@acme.example', { name: { givenName: 'Jane', familyName: 'Ödegård' }, externalId: 'ext-1' });
    await create('kim@acme.example', { name: { givenName: 'Kim', familyName: 'Janeway' } });
    await addAccount('password', 'lee@acme.example');
    await env.DB.prepare("UPDATE users SET given_name = 'Janet' WHERE id = 'lee@acme.example'").run();
  });

  it.each([
    ['jane', ['jane', 'kim', 'lee']],
    ['JANE', ['jane', 'kim', 'lee']],
    ['ödegård jane', ['jane']],
    ['ext-1', ['jane']],
    ['EXT-1', []],
    ['ext-', []],
    ['way', ['kim']],
    ['acme lee', ['lee']],
    ['%', []],
    ["' OR 1 --", []],
  ])('for %j finds %j', async (q, names) => {
    const found = await rows(`?q=${encodeURIComponent(q)}`);
    expect(found.map((row) => /(\w+)@acme/.exec(row)?.[1])).toEqual(names);
  });

  it('keeps what was typed and chosen, in the form and on the other tabs, and has a way back', async () => {
    const html = await page('?q=%22%3Cb%3E&login=saml&role=user');
    expect(html).toContain('value="&quot;&lt;b&gt;"');
    expect(html).toMatch(/value="saml" selected/);
    expect(html).toMatch(/value="user" selected/);
    expect(html).toContain('href="/console/users?show=deactivated&amp;q=%22%3Cb%3E&amp;login=saml&amp;role=user"');
    expect(html).toContain('<a href="/console/users">Clear</a>');
    expect(await page('?show=removed&q=x')).toMatch(/value="removed" selected/);
  });

  it.each([
    ['login=password', ['admin', 'glass', 'lee']],
    ['login=service', ['admin']],
    ['login=saml', ['jane', 'kim']],
    ['role=admin', ['admin', 'glass', 'admin']],
    ['role=user', ['jane', 'kim', 'lee']],
    ['role=user&login=password&q=lee', ['lee']],
    ['role=nobody', []],
    ['login=nothing&role=%3Cb%3E&show=nothing&after=nothing', ['admin', 'glass', 'jane', 'kim', 'lee', 'admin']],
  ])('by %s shows %j', async (query, names) => {
    const found = await rows(`?${query}`);
    const shown = found.map((row) => /(\w+)@acme/.exec(row)?.[1]);
    expect(shown.toSorted()).toEqual(names.toSorted());
  });
});

describe('pages', () => {
  it('lead from one to the next, each name once, and back to the beginning', async () => {
    for (let n = 100; n < 160; n++) await create(`user${n}@acme.example`);
    const first = await page('?login=saml');
    const next = /href="([^"]*)" rel="next"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const second = await admin.get(next);
    const names = [...rowsOf(first), ...rowsOf(second.text)].map((row) => row.split('@')[0]);
    expect(names).toEqual(Array.from({ length: 60 }, (_, i) => `user${i + 100}`));
    expect(second.text).toContain('<a href="/console/users?login=saml">Back to the beginning</a>');
    expect(second.text).not.toContain('rel="next"');
  });

  it('that have looked through many users say so, and go on from there', async () => {
    await env.DB.prepare(
      `INSERT INTO users (id, user_name, user_name_key, login_type, role, active, attributes, registration, created_at, updated_at, version)
       SELECT 'u' || value, 'u' || value, 'u' || value, 'saml', 'user', 1, '{}', 1, 1, 1, 1 FROM json_each(?)`,
    )
      .bind(JSON.stringify(Array.from({ length: 20_010 }, (_, i) => 100_000 + i)))
      .run();
    const first = await page('?q=120009');
    expect(textOf(first)).toContain('Looked through 20,000 users and found nobody yet. Go on searching');
    const next = /href="([^"]*)" rel="next"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(rowsOf((await admin.get(next)).text)).toEqual([expect.stringContaining('u120009')]);
  });

  it.each([
    'after=WyJuYW1lcyIsMSwyXQ',
    'after=WyJuYW1lcyIsMSwieiIsMV0',
    'after=%00',
    'after=W10',
    'after=WyJfX3Byb3RvX18iLDEsMV0',
    'after=WyJyZW1vdmVkIiwxLDFd',
  ])('of a cursor that is none of the list (%s) are the first one', async (query) => {
    expect(await rows(`?${query}`)).toHaveLength(3);
  });
});

describe('where there is nobody', () => {
  it('the list says what to do', async () => {
    expect(textOf(await page())).toContain('Nobody has come from an identity provider yet');
    expect(await page()).toContain('href="/console/connect"');
    expect(textOf(await page('?show=deactivated'))).toContain('Nobody is deactivated');
    expect(textOf(await page('?show=removed'))).toContain('Nobody was removed');
    const nobody = await page('?q=nobody');
    expect(textOf(nobody)).toContain('Nobody found');
    expect(nobody).toContain('href="/console/users?show=all&amp;q=nobody"');
    await create('jane@acme.example');
    expect(textOf(await page())).not.toContain('Nobody');
  });

  it('behind the end of a list is the end of it', async () => {
    await create('jane@acme.example');
    const cursor = Buffer.from(JSON.stringify(['names', 1, 'zzz'])).toString('base64url');
    expect(textOf(await page(`?after=${cursor}`))).toContain('There is nobody further on');
  });
});

describe('teams', () => {
  it('have a column where the identity provider puts people into them', async () => {
    expect(await page()).not.toContain('data-label="Team"');
    portal = await freshPortal('sendoso');
    admin = await signedIn(portal.sources);
    await env.DB.prepare("INSERT INTO teams (id, name, name_key, created_at) VALUES ('t', 'Sales', 'sales', 1)").run();
    await create('jane@acme.example', {
      userType: 'department_admin',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { division: 'Sales' },
    });
    expect((await rows()).find((row) => row.startsWith('jane'))).toContain('Department admin Sales');
  });
});

describe('what it costs', () => {
  it('is one call of D1', async () => {
    await create('jane@acme.example');
    const { db, cost } = countedDb(env.DB);
    const same = new Visitor(portal.sources, { ...env, DB: db });
    for (const [name, value] of admin.cookies) same.cookies.set(name, value);
    for (const query of ['', '?show=deactivated', '?q=jane&show=all', '?role=admin', '?login=service']) {
      Object.assign(cost, { calls: 0, rowsWritten: 0 });
      expect((await same.get(`/console/users${query}`)).status).toBe(200);
      expect([query, cost.calls, cost.rowsWritten]).toEqual([query, 1, 0]);
    }
  });

  it('where D1 fails, the answer is a page that says so', async () => {
    const faults = new Faults(always({ fails: 'D1 DB is overloaded', moment: 'before' }, 'DB'));
    const same = new Visitor(portal.sources, faults.over({ ...env }));
    for (const [name, value] of admin.cookies) same.cookies.set(name, value);
    const answer = await same.get('/console/users');
    expect([answer.status, textOf(answer.text)]).toEqual([503, expect.stringContaining('did not answer in time')]);
  });
});

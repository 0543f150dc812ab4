// Home: what it says of a portal where nothing is wrong, of one where everything is, and what asking costs.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { signedIn, Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { identityFor, settingsWith } from '../support/provider.ts';
import { one } from '../support/scim.ts';
import { makeTrouble } from '../support/trouble.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  await env.DB.prepare("UPDATE portal SET name = 'Acme'").run();
  admin = await signedIn(portal.sources);
});

const DAY_MS = 86_400_000;
const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const home = async () => textOf((await admin.get('/console')).text);
const now = () => portal.sources.ms;

it('of a portal in order says that nothing needs attention, whose it is and who is signed in', async () => {
  const text = await home();
  expect(text).toContain('Acme');
  expect(text).toContain('admin@acme.example');
  expect(text).toContain('Nothing needs attention');
  expect(text).not.toMatch(/Act now|Look at it/);
});

it('of a portal in trouble tells each matter, with what to do, the pressing ones first', async () => {
  await makeTrouble(env.DB, now());
  const { text: html } = await admin.get('/console');
  const titles = [...html.matchAll(/<h3>(.*?) <span/g)].map(([, title]) => title);
  expect(titles).toEqual([
    'The brake is engaged',
    '1 mail could not be sent',
    '1 key without an admin',
    '1 key about to expire',
    'An identity provider is silent',
    '3 requests refused in the last 24 hours',
    'Something is destroyed by tomorrow',
    'Admins outside the identity provider',
  ]);
  expect(html.match(/<h4>What to do<\/h4>/g)).toHaveLength(titles.length);
  const text = textOf(html);
  expect(text).toContain('3 things to act on, 4 to look at.');
  expect(text).toContain('what 3 people would lose is held');
  expect(text).toContain('2 times, last 1 hour ago');
  const links = [...html.matchAll(/class="deal" href="([^"]+)"/g)].map(([, href]) => href);
  expect(links).toEqual([
    '/console/brake',
    '/console/mails',
    '/console/keys',
    '/console/keys',
    '/console/connect',
    '/console/log?show=refused',
    '/console/destructions',
    '/console/users?role=admin',
  ]);
  expect(html).not.toContain('npm run');
});

it('folds what is to be changed away, and keeps it on the page', async () => {
  await makeTrouble(env.DB, now());
  const { text: html } = await admin.get('/console');
  expect(html).toMatch(/<details><summary>What to change<\/summary><p>Okta: /);
  expect(html).not.toContain('<details open');
});

it('leads from its facts and lines to the screens that say more', async () => {
  await makeTrouble(env.DB, now());
  const { text: html } = await admin.get('/console');
  const { seq } = await one<{ seq: number }>("SELECT seq FROM users WHERE user_name = 'admin@acme.example'");
  for (const href of [
    '/console/users',
    '/console/keys',
    '/console/connect',
    `/console/users/${seq}`,
    '/console/keys/silent',
    '/console/keys/orphan',
    '/console/keys/expiring',
  ]) {
    expect(html).toContain(`<a href="${href}">`);
  }
});

it('shows names as text, never as markup', async () => {
  await makeTrouble(env.DB, now());
  await env.DB.prepare("UPDATE portal SET name = '<img src=x onerror=alert(1)>'").run();
  await env.DB.prepare(
    "UPDATE users SET given_name = '<script>', family_name = '\"x' WHERE login_type = 'password'",
  ).run();
  const { text: html } = await admin.get('/console');
  expect(html).not.toMatch(/<script>|<b>production|<img src=x/);
  expect(html).toContain('Okta &lt;b&gt;production&lt;/b&gt;');
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
});

describe('a matter is told', () => {
  it('of what a lifted brake still holds, until somebody decides over it', async () => {
    await makeTrouble(env.DB, now());
    await env.DB.prepare('UPDATE portal SET brake_engaged_at = NULL, brake_cause = NULL').run();
    expect(await home()).toContain('3 people are still held Look at it The brake was lifted, but what it held waits');
    await env.DB.prepare("DELETE FROM destructions WHERE state = 'held' AND user_seq <> 11").run();
    expect(await home()).toContain('One person is still held');
    await env.DB.prepare("DELETE FROM destructions WHERE state = 'held'").run();
    expect(await home()).not.toContain('held');
  });

  const setKey = (columns: string) => env.DB.prepare(`UPDATE api_keys SET ${columns}`).run();

  it.each([
    ['expires_at', 14 * DAY_MS, 'about to expire', true],
    ['expires_at', 14 * DAY_MS + 1, 'about to expire', false],
    ['expires_at', 0, 'about to expire', false],
    ['last_used_at', -3 * DAY_MS - 1, 'is silent', true],
    ['last_used_at', -3 * DAY_MS, 'is silent', false],
  ])('of a key whose %s is %d ms from now: %s is %s', async (column, distance, says, told) => {
    await setKey(`${column} = ${now() + distance}`);
    expect((await home()).includes(says)).toBe(told);
  });

  it.each([
    [7, 13, false],
    [7, 15, true],
    [1, 4, true],
    [1.5, 2.9, false],
  ])('of a key that is used every %d days as a rule and was not for %d: %s', async (usual, days, told) => {
    await setKey(`usual_gap_ms = ${usual * DAY_MS}, last_used_at = ${now() - days * DAY_MS}`);
    const text = await home();
    expect(text.includes('is silent')).toBe(told);
    expect(text.includes(`usually used every ${usual} days`)).toBe(told && usual > 1);
  });

  it('of a key about to expire although it is replaced, until the new one is used', async () => {
    await setKey(`expires_at = ${now() + DAY_MS}, last_used_at = ${now()}, replaced_by = 'new'`);
    const used = (at: number | null) =>
      env.DB.prepare(
        `INSERT OR REPLACE INTO api_keys (id, owner_seq, username, purpose, label, hash, created_at, last_used_at)
         SELECT 'new', owner_seq, username, purpose, 'New', 'hash', created_at, ? FROM api_keys WHERE id <> 'new' LIMIT 1`,
      )
        .bind(at)
        .run();
    await used(null);
    expect(await home()).toContain('the new key has not been used yet');
    await used(now());
    expect(await home()).not.toContain('about to expire');
  });

  it.each<[number[], 'on' | 'off', string | undefined]>([
    [[30], 'on', '1 certificate of the identity provider about to expire Look at it'],
    [[31], 'on', undefined],
    [[30], 'off', undefined],
    [[-2], 'on', '1 certificate of the identity provider expired Act now'],
    [[-2, 400], 'on', 'Another certificate is valid for longer. CN=idp.example expired'],
    [[-3], 'on', 'Whatever its dates say, a certificate is trusted until it is removed.'],
    [[5, 9], 'on', '2 certificates of the identity provider about to expire Look at it'],
    [[400, 400], 'on', undefined],
  ])('of certificates with %j days left, while single sign-on is %s: %s', async (days, state, told) => {
    const made = await Promise.all(days.map((left) => identityFor(left + 10, 'idp.example', now() - 10 * DAY_MS)));
    const settings = settingsWith(
      made.map(({ certificateBase64 }) => certificateBase64),
      { state },
    );
    await env.DB.prepare('UPDATE portal SET sso = ?').bind(JSON.stringify(settings)).run();
    const text = await home();
    if (told === undefined) expect(text).not.toContain('certificate');
    else expect(text).toContain(told);
  });

  it('not of a key that was never used, or was revoked', async () => {
    await setKey(`revoked_at = 1, last_used_at = 1, expires_at = ${now() + 1}, owner_seq = 99`);
    expect(await home()).toContain('Nothing needs attention');
  });

  it('of what is due by tomorrow, not later and not held', async () => {
    const due = (ms: number, state = 'pending') =>
      env.DB.prepare(
        `INSERT INTO destructions (kind, user_seq, registration, cause, created_at, due_at, state)
         VALUES ('workspaces', 1, 1, 'c', 1, ?, ?)`,
      )
        .bind(now() + ms, state)
        .run();
    await due(DAY_MS);
    await due(1, 'held');
    expect(await home()).toContain('Nothing needs attention');
    await due(DAY_MS - 1);
    expect(await home()).toContain('the archived workspaces of one person will be deleted');
  });

  it('of refusals of the last 24 hours', async () => {
    await portal.send('GET', '/Users/nobody@acme.example');
    portal.sources.ms += DAY_MS - 1;
    admin = await signedIn(portal.sources);
    expect(await home()).toContain('1 request refused in the last 24 hours');
    portal.sources.ms += 2;
    expect(await home()).not.toContain('refused in the last 24 hours');
  });
});

describe('what it costs', () => {
  const costOf = async () => {
    const { db, cost } = countedDb(env.DB);
    const same = new Visitor(portal.sources, { ...env, DB: db });
    for (const [name, value] of admin.cookies) same.cookies.set(name, value);
    expect((await same.get('/console')).status).toBe(200);
    return cost;
  };

  it('is one call of D1 and few rows where nothing is wrong, however many people there are', async () => {
    await env.DB.prepare(
      `INSERT INTO users (id, user_name, user_name_key, login_type, role, active, attributes, registration, created_at, updated_at, version)
       SELECT 'u' || value, 'u' || value, 'u' || value, 'saml', 'user', 1, '{}', 1, 1, 1, 1 FROM json_each(?)`,
    )
      .bind(JSON.stringify(Array.from({ length: 3_000 }, (_, i) => i)))
      .run();
    const cost = await costOf();
    console.log(`Home where nothing is wrong: ${cost.calls} call, ${cost.rowsRead} rows read`);
    expect(cost).toEqual({ calls: 1, rowsRead: expect.any(Number), rowsWritten: 0 });
    expect(cost.rowsRead).toBeLessThanOrEqual(30);
  });

  it('stays within a bound where everything is wrong many times over', async () => {
    await makeTrouble(env.DB, now());
    const many = JSON.stringify(Array.from({ length: 3_000 }, (_, i) => i + 100));
    const each = (sql: string) => env.DB.prepare(`${sql} FROM json_each(?1)`).bind(many, now());
    await env.DB.batch([
      each(
        `INSERT INTO destructions (kind, user_seq, registration, cause, created_at, due_at, state) SELECT 'account', value, 1, 'c', ?2, ?2, 'held'`,
      ),
      each(
        `INSERT INTO destructions (kind, user_seq, registration, cause, created_at, due_at, state) SELECT 'workspaces', value, 1, 'c', ?2, ?2, 'pending'`,
      ),
      each(
        `INSERT INTO outbox (kind, mutation_id, subject, actor, recipients, created_at, next_at, dead_at) SELECT 'admin_granted', value, 's', 'a', '[]', ?2, ?2, ?2`,
      ),
      each(
        `INSERT INTO api_keys (id, owner_seq, username, purpose, label, hash, created_at, last_used_at) SELECT value, 999999, 'u', 'scim', 'l', value, ?2, 1`,
      ),
      env.DB.prepare(
        `INSERT INTO refusals (at, actor, method, route, status, rule, detail) SELECT ?2, 'k' || value, 'GET', '/Users', 404, 'r' || value, 'd' FROM json_each(?1) LIMIT 1000`,
      ).bind(many, now()),
    ]);
    const cost = await costOf();
    console.log(`Home where everything is wrong: ${cost.calls} call, ${cost.rowsRead} rows read`);
    expect(cost.calls).toBe(1);
    expect(cost.rowsRead).toBeLessThanOrEqual(14_000);
    expect(textOf((await admin.get('/console')).text)).toContain('at least 1,000 mails could not be sent');
  });
});

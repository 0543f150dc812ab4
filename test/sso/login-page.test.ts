// Where a sign-in begins: the login page, the console's own door, the request to the identity provider, and the metadata that it reads.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, PASSWORD, signedIn, Visitor } from '../support/console.ts';
import { always, Faults } from '../support/faults.ts';
import { dump, freshPortal, HOST, type Portal } from '../support/portal.ts';
import { JANE, jane, make, one } from '../support/scim.ts';
import { requestIdIn, signInBySso, switchSsoOn } from '../support/sso.ts';

let portal: Portal;
let visitor: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  await make(portal, jane());
  await env.DB.prepare("UPDATE users SET role = 'admin' WHERE id = ?").bind(JANE).run();
  visitor = new Visitor(portal.sources);
});

const BUTTON = 'Login using Single Sign-On';
const INLINE = / style=| on\w+=|<style|<script|javascript:/;

describe('the login page', () => {
  it.each(['/auth/saml2/', '/auth/saml2'])(
    'at %s leads to the identity provider by a link, and to the console',
    async (path) => {
      await switchSsoOn();
      const page = await visitor.get(path);
      expect(page.status).toBe(200);
      expect(page.text).toMatch(/<a class="button" href="\/auth\/saml2\/login">\s*Login using Single Sign-On/);
      expect(page.text).toContain('href="/console/sign-in"');
      expect(page.text).not.toMatch(INLINE);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    },
  );

  it.each(['never set up', 'off'])('says so where single sign-on is %s, and begins nothing', async (state) => {
    if (state === 'off') await switchSsoOn({ state: 'off' });
    const before = await dump();
    const page = await visitor.get('/auth/saml2/');
    expect([page.status, page.text.includes(BUTTON)]).toEqual([200, false]);
    expect(page.text).toContain('Single sign-on is not switched on here yet.');
    expect((await visitor.get('/auth/saml2/login')).status).toBe(403);
    expect(await dump()).toEqual(before);
  });

  it('carries on where somebody wants to go, on this origin only', async () => {
    await switchSsoOn();
    const wanted = async (relayState: string) => {
      const page = await visitor.get(`/auth/saml2/?RelayState=${encodeURIComponent(relayState)}`);
      const [, href = ''] = /<a class="button" href="([^"]+)"/.exec(page.text) ?? [];
      await visitor.get(href.replaceAll('&amp;', '&'));
      const { to } = await one<{ to: string | null }>(
        'SELECT relay_state AS "to" FROM saml_requests ORDER BY rowid DESC LIMIT 1',
      );
      return to;
    };
    expect(await wanted('/app/rooms?id=1&x=2')).toBe('/app/rooms?id=1&x=2');
    expect(await wanted('https://elsewhere.example/')).toBe(null);
    expect(await wanted('//elsewhere.example/"><i>')).toBe(null);
  });

  it('answers with a page, and Retry-After, while D1 does not answer', async () => {
    await switchSsoOn();
    const faults = new Faults(always({ fails: 'D1 DB is overloaded', moment: 'before' }, 'DB'));
    const same = visitor.over(faults.over({ DB: env.DB }));
    for (const path of ['/auth/saml2/', '/auth/saml2/login']) {
      const page = await same.get(path);
      expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5']);
      expect(page.text).toContain('The database did not answer in time.');
    }
    expect((await same.get('/console/sign-in')).text).toContain('name="password"');
  });
});

describe("the console's sign-in page", () => {
  it('shows single sign-on before the password where it is on, and not where it is off', async () => {
    expect((await visitor.get('/console/sign-in')).text).not.toContain(BUTTON);
    await switchSsoOn();
    const { text } = await visitor.get('/console/sign-in');
    expect(text.indexOf(BUTTON)).toBeGreaterThan(0);
    expect(text.indexOf(BUTTON)).toBeLessThan(text.indexOf('name="password"'));
  });

  it('still takes the password of a break-glass admin', async () => {
    await switchSsoOn();
    await signedIn(portal.sources);
    expect((await visitor.signIn(ADMIN, PASSWORD)).location).toBe('/console');
  });
});

describe('a page of the console that somebody opens without a session', () => {
  const byRequest = async () => {
    const start = await visitor.get('/auth/saml2/login');
    const inResponseTo = await requestIdIn(start.location);
    return signInBySso(visitor, portal.sources, JANE, { inResponseTo });
  };

  it('is where they land after single sign-on, with its query, and once only', async () => {
    await switchSsoOn();
    expect((await visitor.get('/console/log?show=refused&user=a%26b')).location).toBe('/console/sign-in');
    expect((await byRequest()).location).toBe('/console/log?show=refused&user=a%26b');
    expect([...visitor.cookies.keys()]).toEqual(['__Host-portcullis']);
    expect((await byRequest()).location).toBe('/console');
  });

  it('is where they land after the password too, and after a session that ended', async () => {
    const admin = await signedIn(portal.sources);
    portal.sources.ms += 12 * 3_600_000;
    expect((await admin.get('/console/keys')).location).toBe('/console/sign-in?why=ended');
    expect((await admin.signIn()).location).toBe('/console/keys');
    expect((await admin.get('/console/keys')).status).toBe(200);
  });

  it('is where they land also where it is long, such as a request to allow a client with much state', async () => {
    await switchSsoOn();
    const path = `/oauth/authorize?client_id=x&state=${'s'.repeat(2_900)}`;
    const answer = await visitor.get(path);
    expect(answer.location).toBe('/console/sign-in');
    for (const line of answer.headers.getSetCookie()) expect(line.length).toBeLessThanOrEqual(4_096);
    expect((await byRequest()).location).toBe(path);
  });

  it('is forgotten, and an older one too, where no cookie holds it; a client has to ask again then, says the page', async () => {
    await switchSsoOn();
    for (const [path, way] of [
      ['/oauth/authorize', '/console/sign-in?why=authorize'],
      ['/console/log', '/console/sign-in'],
    ]) {
      await visitor.get('/console/keys');
      const answer = await visitor.get(`${path}?state=${'s'.repeat(4_000)}`);
      expect(answer.location).toBe(way);
      expect(visitor.cookies.has('__Host-portcullis-to')).toBe(false);
      const { text } = await visitor.get(answer.location ?? '');
      expect(text.includes('begin again in Okta once you are signed in')).toBe(path === '/oauth/authorize');
      expect((await byRequest()).location).toBe('/console');
      visitor.cookies.clear();
    }
  });

  it('is forgotten for the console itself, opened later', async () => {
    await switchSsoOn();
    await visitor.get('/console/keys');
    await visitor.get('/console');
    expect((await byRequest()).location).toBe('/console');
  });

  it('with a session that has ended is asked for again too, where no cookie holds it', async () => {
    const admin = await signedIn(portal.sources);
    portal.sources.ms += 12 * 3_600_000;
    const { location } = await admin.get(`/oauth/authorize?state=${'s'.repeat(4_000)}`);
    expect(location).toBe('/console/sign-in?why=authorize');
  });

  it('is remembered in a cookie like all others, which nobody can point elsewhere', async () => {
    await switchSsoOn();
    const [cookie = ''] = (await visitor.get('/console/keys')).headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-portcullis-to=[\w-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    for (const path of ['https://elsewhere.example/', '//elsewhere.example', '/auth/saml2/', '']) {
      visitor.cookies.set('__Host-portcullis-to', Buffer.from(path).toString('base64url'));
      expect((await byRequest()).location).toBe('/console');
    }
  });
});

describe('the metadata', () => {
  it.each([
    ['', HOST],
    ['http://localhost:8787', 'http://localhost:8787'],
  ])('names the hostname that was asked (%s)', async (from, origin) => {
    const page = await visitor.get(`${from}/auth/saml2/metadata`);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      'application/samlmetadata+xml; charset=utf-8',
    ]);
    expect(page.text).toContain(`entityID="${origin}/auth/saml2/"`);
    expect(page.text).toContain('WantAssertionsSigned="true"');
    expect(page.text).toMatch(
      new RegExp(
        `<AssertionConsumerService [^>]*Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${origin}/auth/saml2/"`,
      ),
    );
  });
});

it('a test of the settings answers while single sign-on is off, to the admin who made it, and signs nobody in', async () => {
  await switchSsoOn({ state: 'off' });
  const id = '_0123456789abcdef0123456789abcdef';
  const made = `INSERT INTO saml_requests (id, purpose, user_seq, created_at, expires_at) VALUES (?, 'test', 1, 0, ?)`;
  await env.DB.prepare(made)
    .bind(id, portal.sources.ms + 1)
    .run();
  const page = await signInBySso(visitor, portal.sources, JANE, { inResponseTo: id });
  expect([page.status, page.location]).toEqual([303, `/console/authentication/test/${id}`]);
  const { result } = await one<{ result: string }>('SELECT result FROM saml_requests');
  expect(JSON.parse(result)).toMatchObject({
    outcome: 'passed',
    assertion: { nameId: JANE },
    person: { kind: 'found', userName: JANE, isAdmin: true },
  });
  expect(await one('SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM saml_assertions) AS n')).toEqual({
    n: 0,
  });
});

it('a test whose answer cannot be trusted is told why, and no other sign-in is', async () => {
  await switchSsoOn({ state: 'off', issuer: 'https://other-idp.example' });
  const id = '_0123456789abcdef0123456789abcdef';
  const made = `INSERT INTO saml_requests (id, purpose, user_seq, created_at, expires_at) VALUES (?, 'test', 1, 0, ?)`;
  await env.DB.prepare(made)
    .bind(id, portal.sources.ms + 1)
    .run();
  const page = await signInBySso(visitor, portal.sources, JANE, { inResponseTo: id });
  expect(page.location).toBe(`/console/authentication/test/${id}`);
  const { result } = await one<{ result: string }>('SELECT result FROM saml_requests');
  expect(JSON.parse(result)).toMatchObject({ outcome: 'refused', code: 'saml_response_refused' });
  expect(result).toContain('https://other-idp.example');
  expect((await signInBySso(visitor, portal.sources, JANE)).status).toBe(403);
});

// The session that a sign-in by the identity provider begins: what the vendor's product learns of it, what ends it, and what it does not
// open.
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { ABSOLUTE_MS, IDLE_MS } from '../../src/auth/session.ts';
import { createApp } from '../../src/http/app.ts';
import { signedIn, Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { always, Faults } from '../support/faults.ts';
import { dump, freshPortal, HOST, type Portal } from '../support/portal.ts';
import { ENTERPRISE, expectStatus, JANE, JANE_PATH, jane, make, one, patchOf, rows } from '../support/scim.ts';
import { signInBySso, switchSsoOn } from '../support/sso.ts';

let portal: Portal;
let visitor: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  await switchSsoOn();
  await make(portal, jane());
  visitor = new Visitor(portal.sources);
  expect((await signInBySso(visitor, portal.sources, JANE)).location).toBe('/app');
});

const setActive = (active: boolean) =>
  expectStatus(200, portal.send('PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'active', value: active })));
const ask = (who = visitor) => who.get('/auth/session');
const setUser = (columns: string) => env.DB.prepare(`UPDATE users SET ${columns} WHERE id = ?`).bind(JANE).run();

describe('GET /auth/session', () => {
  it('says who is signed in, since when and how long, to nobody but this origin', async () => {
    const page = await ask();
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(JSON.parse(page.text)).toEqual({
      signedIn: true,
      user: {
        id: JANE,
        userName: JANE,
        displayName: 'Jane Example',
        givenName: 'Jane',
        familyName: 'Example',
        email: JANE,
        role: 'user',
        team: null,
      },
      method: 'saml',
      signedInAt: new Date(portal.sources.ms).toISOString(),
      expiresAt: new Date(portal.sources.ms + ABSOLUTE_MS).toISOString(),
    });
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect([...page.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('shows role, team, display name and primary e-mail as SCIM has them now', async () => {
    portal = await freshPortal('sendoso');
    await switchSsoOn();
    await env.DB.prepare(
      "INSERT INTO teams (id, name, name_key, created_at) VALUES ('team-1', 'West', 'west', 0)",
    ).run();
    const emails = [{ value: 'old@acme.example' }, { value: 'j@acme.example', primary: true }];
    const more = { displayName: 'JJ', userType: 'manager', emails, [ENTERPRISE]: { division: 'West' } };
    await make(portal, jane(more));
    await signInBySso(visitor, portal.sources, JANE);
    const { user } = JSON.parse((await ask()).text);
    expect(user).toMatchObject({ displayName: 'JJ', role: 'manager', team: 'West', email: 'j@acme.example' });
  });

  it('knows admins with a password too', async () => {
    const { user, method } = JSON.parse((await ask(await signedIn(portal.sources))).text);
    expect([user.role, method]).toEqual(['admin', 'password']);
  });

  it('answers 401 without a session, and with a cookie that is none', async () => {
    const stranger = new Visitor(portal.sources);
    for (const cookie of ['', 'A'.repeat(43), 'x']) {
      stranger.cookies.set('__Host-portcullis', cookie);
      const page = await ask(stranger);
      expect([page.status, JSON.parse(page.text)]).toEqual([401, { signedIn: false }]);
    }
  });

  it('asks D1 once, and writes nothing but once a minute that the session was seen', async () => {
    const { db, cost } = countedDb(env.DB);
    await ask(visitor.over({ DB: db }));
    expect([cost.calls, cost.rowsWritten]).toEqual([1, 0]);
    expect(cost.rowsRead).toBeLessThanOrEqual(4);
    portal.sources.ms += 60_000;
    await ask();
    expect(await one('SELECT last_seen_at AS at FROM sessions')).toEqual({ at: portal.sources.ms });
  });

  it('to HEAD is the same without the body', async () => {
    const cookie = [...visitor.cookies].map((pair) => pair.join('=')).join('; ');
    const context = createExecutionContext();
    const request = new Request(`${HOST}/auth/session`, { method: 'HEAD', headers: { cookie } });
    const response = await createApp(portal.sources).fetch(request, env, context);
    await waitOnExecutionContext(context);
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('is 503 while D1 does not answer: nobody may be taken for signed out', async () => {
    const faults = new Faults(always({ fails: 'D1 DB is overloaded', moment: 'before' }, 'DB'));
    const page = await ask(visitor.over(faults.over({ DB: env.DB })));
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await ask()).status).toBe(200);
  });
});

describe('the session ends', () => {
  it('at once when SCIM deactivates the person, and does not come back with them', async () => {
    expect((await ask()).status).toBe(200);
    await setActive(false);
    expect((await ask()).status).toBe(401);
    await setActive(true);
    expect((await ask()).status).toBe(401);
  });

  it('at once when SCIM deletes the person', async () => {
    await expectStatus(204, portal.send('DELETE', JANE_PATH));
    expect((await ask()).status).toBe(401);
  });

  it.each(["login_type = 'password'", "login_type = 'service'"])('when the account is %s', async (columns) => {
    await setUser(columns);
    expect((await ask()).status).toBe(401);
  });

  it('after half an hour that nobody asked, and after twelve hours', async () => {
    const startMs = portal.sources.ms;
    for (; portal.sources.ms < startMs + ABSOLUTE_MS; portal.sources.ms += IDLE_MS - 60_000) {
      expect((await ask()).status).toBe(200);
    }
    expect((await ask()).status).toBe(401);
    await signInBySso(visitor, portal.sources, JANE);
    portal.sources.ms += IDLE_MS;
    expect((await ask()).status).toBe(401);
  });
});

describe('who is no admin', () => {
  it.each(['/console', '/console/users', '/console/keys'])(
    'is told so at %s, with the way to the product',
    async (path) => {
      const before = await dump();
      const page = await visitor.get(path);
      expect(page.status).toBe(403);
      expect(page.text).toContain('You are signed in, but not an admin');
      expect(page.text).toContain('href="/app"');
      expect(page.text).not.toContain('Provisioning');
      expect(await dump()).toEqual(before);
      expect((await ask()).status).toBe(200);
    },
  );

  it('can send no form of the console, not even with a token that fits the cookie', async () => {
    const { formTokenOf } = await import('../../src/console/page/form.ts');
    const formToken = formTokenOf(visitor.cookies.get('__Host-portcullis') ?? '');
    const before = await dump();
    const fields = { name: 'Mine now', version: '1' };
    expect((await visitor.post('/console/settings/name', { fields, formToken })).status).toBe(403);
    expect((await visitor.post('/console/keys/new', { fields: { label: 'x' }, formToken })).status).toBe(403);
    expect(await dump()).toEqual(before);
  });

  it('becomes one by SCIM or the console without signing in anew, and all sessions end when the rights go', async () => {
    await setUser("role = 'admin'");
    expect((await visitor.get('/console')).status).toBe(200);
    await setUser("role = 'user', access_epoch = access_epoch + 1");
    expect((await visitor.get('/console')).location).toBe('/console/sign-in?why=ended');
  });

  it('with a session of a password is signed out rather: that is for admins only', async () => {
    const admin = await signedIn(portal.sources);
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE login_type = 'password'").run();
    expect((await ask(admin)).status).toBe(401);
    expect((await admin.get('/console')).location).toBe('/console/sign-in?why=ended');
  });
});

it('an admin sees the open session, who signed in how, and with which browser, on the page of the person', async () => {
  const { seq } = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', JANE);
  const page = await (await signedIn(portal.sources)).get(`/console/users/${seq}`);
  expect(page.text).toContain('Open session');
  expect(page.text).toContain('Single sign-on');
});

describe('signing out', () => {
  it('asks first, and ends the session in the database and in the browser', async () => {
    const question = await visitor.get('/auth/sign-out');
    expect([question.status, question.text.includes('Sign out?')]).toEqual([200, true]);
    expect((await ask()).status).toBe(200);
    const page = await visitor.post('/auth/sign-out', { formToken: null });
    expect([page.status, page.text.includes('You are signed out')]).toEqual([200, true]);
    expect(visitor.cookies.has('__Host-portcullis')).toBe(false);
    expect(await rows('SELECT 1 FROM sessions')).toEqual([]);
  });

  it('while acting for a service account is journalled as the end of that', async () => {
    const admin = await signedIn(portal.sources);
    await env.DB.prepare(`UPDATE sessions SET acting_seq = ? WHERE method = 'password'`).bind(portal.ownerSeq).run();
    await admin.post('/auth/sign-out', { formToken: null });
    expect(await one("SELECT type, subject FROM journal WHERE type LIKE 'impersonation.%'")).toEqual({
      type: 'impersonation.ended',
      subject: portal.username,
    });
  });

  it('is done from no other site', async () => {
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect((await visitor.post('/auth/sign-out', { headers: { 'sec-fetch-site': site } })).status).toBe(403);
    }
    expect((await ask()).status).toBe(200);
  });

  it('goes on to the identity provider where it has a sign-out, for who came from there', async () => {
    await switchSsoOn({ signOutUrl: 'https://idp.example/logout?from=portal&x=1' });
    const page = await visitor.post('/auth/sign-out', { formToken: null });
    expect(page.text).toContain('content="0; url=https://idp.example/logout?from=portal&amp;x=1"');
    expect(page.text).toContain('href="https://idp.example/logout?from=portal&amp;x=1"');
    const admin = await signedIn(portal.sources);
    expect((await admin.post('/console/sign-out')).location).toBe('/console/sign-in?why=out');
  });

  it.each(['/console/sign-out', '/console/sign-out-everywhere'])(
    'by %s of the console goes there too',
    async (path) => {
      await switchSsoOn({ signOutUrl: 'https://idp.example/logout' });
      await setUser("role = 'admin'");
      await visitor.get('/console');
      const page = await visitor.post(path);
      expect([page.status, page.text.includes('url=https://idp.example/logout')]).toEqual([200, true]);
      expect(await rows('SELECT 1 FROM sessions')).toEqual([]);
      expect(visitor.cookies.has('__Host-portcullis')).toBe(false);
    },
  );

  it.each(['SAMLRequest', 'SAMLResponse'])('is asked about when the identity provider sends a %s', async (name) => {
    const before = await dump();
    const page = await visitor.get(`/auth/saml2/?${name}=fZJNT8MwDIb&RelayState=x`);
    expect([page.status, page.text.includes('You are signed out')]).toEqual([200, false]);
    expect(page.text.includes('Your identity provider wants you signed out.')).toBe(name === 'SAMLRequest');
    expect(page.text).toContain('<form method="post" action="/auth/sign-out">');
    expect(await dump()).toEqual(before);
    expect((await ask()).status).toBe(200);
    await visitor.post('/auth/sign-out', { formToken: null });
    expect((await visitor.get(`/auth/saml2/?${name}=fZJNT8MwDIb`)).text).toContain('You are signed out');
  });

  it('that is asked about by the identity provider waits for D1', async () => {
    const faults = new Faults(always({ fails: 'D1 DB is overloaded', moment: 'before' }, 'DB'));
    const page = await visitor.over(faults.over({ DB: env.DB })).get('/auth/saml2/?SAMLRequest=x');
    expect([page.status, page.text.includes('You are signed out')]).toEqual([503, false]);
  });

  it('without a session says the same, and what an identity provider sends back afterwards changes nothing', async () => {
    const stranger = new Visitor(portal.sources);
    expect((await stranger.post('/auth/sign-out', { formToken: null })).text).toContain('You are signed out');
    const before = await dump();
    const page = await stranger.get('/auth/saml2/?SAMLResponse=fZJNT8MwDIb&RelayState=x');
    expect([page.status, page.text.includes('You are signed out')]).toEqual([200, true]);
    expect(await dump()).toEqual(before);
  });
});

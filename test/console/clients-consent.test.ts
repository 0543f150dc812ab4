// Allowing a client in the browser: what the page says, where the answer goes, and that nothing goes anywhere until it is known that the
// client asked for it.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, PASSWORD, signedIn, Visitor } from '../support/console.ts';
import { authorizePath, makeClient, REDIRECT_URI } from '../support/console-clients.ts';
import { actFor, textOf } from '../support/console-keys.ts';
import { countedDb } from '../support/counted-db.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { sentencesIn } from '../support/log.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
let id: string;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
  id = await makeClient(admin, 'okta', { label: 'Okta production' });
});

const decide = (decision: string, path = authorizePath(id), who = admin) => who.post(path, { fields: { decision } });

/** Where a page sent the browser, without what it carried there. */
function sentTo(location: string | null) {
  const url = new URL(location ?? 'about:blank');
  return { to: url.origin + url.pathname, carried: Object.fromEntries(url.searchParams) };
}

describe('the question', () => {
  it('says which client, what it may do and destroy, for whom it acts, where the answer goes, and who answers', async () => {
    const page = await admin.get(authorizePath(id));
    const text = textOf(page);
    expect(page.status).toBe(200);
    expect(text).toContain('Allow Okta production?');
    expect(text).toContain('It may Create, change and deactivate people, and manage groups.');
    expect(text).toContain('access ends at once, the profile is removed, files and messages are deleted for ever');
    expect(text).toContain('Acts for scim-admin@acme.example');
    expect(text).toContain('Answer goes to system-admin.okta.com');
    expect(text).toContain(ADMIN);
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' https://system-admin.okta.com;");
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('cross-origin-opener-policy')).toBeNull();
    expect(await rows('SELECT hash FROM oauth_codes')).toEqual([]);
  });

  it('follows the policy of the portal', async () => {
    portal = await freshPortal('sendoso');
    admin = await signedIn(portal.sources);
    const text = textOf(await admin.get(authorizePath(await makeClient(admin))));
    expect(text).toContain('Create, change and deactivate people, and give and take roles, also that of an admin.');
  });

  it('says that the client can make admins and end them, where isAdmin is honoured and nowhere else', async () => {
    for (const [preset, says] of [
      ['open', true],
      ['sendsafely', false],
    ] as const) {
      portal = await freshPortal(preset);
      admin = await signedIn(portal.sources);
      const text = textOf(await admin.get(authorizePath(await makeClient(admin))));
      expect(text.includes('make people admins and take that from them')).toBe(says);
    }
  });

  it('costs one call of D1', async () => {
    const { db, cost } = countedDb(env.DB);
    await admin.over({ DB: db }).get(authorizePath(id));
    expect(cost.calls).toBeLessThanOrEqual(2);
    expect(cost.rowsRead).toBeLessThanOrEqual(12);
  });

  it('waits for who has to sign in first, with the very request', async () => {
    const path = authorizePath(id, { state: 'a b&c=d"<é', scope: 'scim' });
    const stranger = new Visitor(portal.sources);
    expect((await stranger.get(path)).location).toBe('/console/sign-in');
    const login = await stranger.get('/console/sign-in');
    expect(login.headers.get('cross-origin-opener-policy')).toBeNull();
    const entered = await stranger.post('/console/sign-in', { fields: { username: ADMIN, password: PASSWORD } });
    expect(entered.location).toMatch(/^\/oauth\/authorize\?/);
    expect((await stranger.get(entered.location ?? '')).status).toBe(200);
    const answer = await decide('allow', entered.location ?? '', stranger);
    expect(sentTo(answer.location)).toMatchObject({ to: REDIRECT_URI, carried: { state: 'a b&c=d"<é' } });
  });
});

describe('the answer', () => {
  it('Allow carries a code that is stored as a hash, and says in the log who allowed it', async () => {
    const answer = await decide('allow');
    const { to, carried } = sentTo(answer.location);
    expect([answer.status, to, Object.keys(carried).sort()]).toEqual([303, REDIRECT_URI, ['code', 'state']]);
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    const { code = '' } = carried;
    expect(JSON.stringify(await dump())).not.toContain(code.slice(4, 40));
    expect(await one('SELECT key_id, user_id, redirect_uri FROM oauth_codes')).toEqual({
      key_id: id,
      user_id: ADMIN,
      redirect_uri: REDIRECT_URI,
    });
    const [sentence] = sentencesIn((await admin.get('/console/log')).text);
    expect(sentence).toBe(`${ADMIN} allowed the OAuth client "Okta production" to manage users and groups.`);
  });

  it('of an admin who acts for a service account tells both', async () => {
    await actFor(admin, portal.ownerSeq);
    await decide('allow');
    expect(await one("SELECT actor FROM journal WHERE type = 'key.allowed'")).toEqual({
      actor: `${ADMIN} as scim-admin@acme.example`,
    });
  });

  it.each(['deny', '', 'Allow', 'x'])('%j carries access_denied, and changes nothing', async (decision) => {
    const before = await dump();
    const answer = await decide(decision);
    expect(sentTo(answer.location)).toMatchObject({
      to: REDIRECT_URI,
      carried: { error: 'access_denied', state: 'from okta' },
    });
    expect(await dump()).toEqual(before);
  });

  it('is taken from our own page alone', async () => {
    await admin.get(authorizePath(id));
    const before = await dump();
    const path = authorizePath(id);
    const fields = { decision: 'allow' };
    expect((await admin.post(path, { fields, formToken: 'x' })).status).toBe(403);
    expect((await admin.post(path, { fields, headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect(await dump()).toEqual(before);
  });

  it('while D1 is down is 503, and nothing is allowed', async () => {
    const down = new Faults(firstWrite({ fails: 'D1 DB is overloaded', moment: 'before' }));
    const answer = await decide('allow', authorizePath(id), admin.over(down.over({ ...env })));
    expect([answer.status, answer.location]).toEqual([503, null]);
    expect(await rows('SELECT hash FROM oauth_codes')).toEqual([]);
  });

  it('comes too late for a client that was revoked meanwhile', async () => {
    const meanwhile = () => env.DB.prepare('UPDATE api_keys SET revoked_at = 1 WHERE id = ?').bind(id).run();
    const race = new Faults(firstWrite({ meanwhile }));
    const answer = await decide('allow', authorizePath(id), admin.over(race.over({ ...env })));
    expect([answer.status, answer.location]).toEqual([400, null]);
    expect(textOf(answer)).toContain('the client has ended or was changed just now');
    expect(await rows('SELECT hash FROM oauth_codes')).toEqual([]);
  });

  it('is nothing of a session that has ended', async () => {
    const meanwhile = () => env.DB.prepare('DELETE FROM sessions').run();
    const race = new Faults(firstWrite({ meanwhile }));
    const answer = await decide('allow', authorizePath(id), admin.over(race.over({ ...env })));
    expect(answer.location).toBe('/console/sign-in?why=ended');
    expect(await rows('SELECT hash FROM oauth_codes')).toEqual([]);
  });
});

describe('a request that cannot be trusted', () => {
  const wrong = [
    ['no client_id', () => '/oauth/authorize?response_type=code', 'no client_id'],
    ['an unknown client', () => authorizePath('000000000000'), 'no client with this client_id'],
    ['no redirect_uri', () => authorizePath(id).replace(/&redirect_uri=[^&]+/, ''), 'no redirect_uri'],
    ['another redirect URI', () => authorizePath(id, { redirect_uri: `${REDIRECT_URI}/` }), 'none of those registered'],
    ['two redirect URIs', () => `${authorizePath(id)}&redirect_uri=https://evil.example`, 'more than one redirect_uri'],
    ['a script', () => authorizePath(id, { redirect_uri: 'javascript:alert(1)' }), 'none of those registered'],
  ] as const;

  it.each(wrong)('%s is a page that says what to change, and leads nowhere', async (_, path, says) => {
    const before = await dump();
    for (const page of [await admin.get(path()), await decide('allow', path())]) {
      expect([page.status, page.location]).toEqual([400, null]);
      expect(textOf(page)).toContain(says);
      expect(page.headers.get('content-security-policy')).toContain("form-action 'self';");
      expect(page.text).not.toContain('href="javascript');
    }
    expect(await dump()).toEqual(before);
  });

  it('shows the redirect URI that was sent, as text', async () => {
    const page = await admin.get(authorizePath(id, { redirect_uri: 'https://evil.example/<b>' }));
    expect(page.text).toContain('https://evil.example/&lt;b&gt;');
  });

  it('of a client of another kind, or one that was revoked or whose account is no admin, is a page too', async () => {
    const other = await makeClient(admin, 'credentials');
    expect(textOf(await admin.get(authorizePath(other)))).toContain('not of the kind that an admin allows');
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE seq = ?").bind(portal.ownerSeq).run();
    expect(textOf(await admin.get(authorizePath(id)))).toContain('the account it acts for is no active admin');
  });

  it('stands in the log with the client', async () => {
    await admin.get(authorizePath(id, { redirect_uri: 'https://evil.example/' }));
    await decide('allow', authorizePath(id, { redirect_uri: 'https://other.example/' }));
    const sentences = sentencesIn((await admin.get('/console/log?show=refused')).text);
    expect(sentences.length).toBeGreaterThan(0);
    for (const sentence of sentences) {
      expect(sentence).toMatch(/^The OAuth client "Okta production" could not be allowed by an admin/);
    }
  });
});

it.each([
  [{ response_type: 'token' }, 'unsupported_response_type'],
  [{ code_challenge: 'short', code_challenge_method: 'S256' }, 'invalid_request'],
  [{ code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }, 'invalid_request'],
])('a request of the client with %j sends it the error', async (more, error) => {
  const before = await dump();
  const page = await admin.get(authorizePath(id, more));
  expect(sentTo(page.location)).toMatchObject({ to: REDIRECT_URI, carried: { error, state: 'from okta' } });
  expect(await dump()).toEqual(before);
});

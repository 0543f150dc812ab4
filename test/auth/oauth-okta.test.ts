// Okta's Authenticate button from end to end: an admin makes the client in the console and allows it, Okta exchanges the code,
// provisions, refreshes when its token runs out, provisions again, and stops when the client is revoked. What went over the wire is
// printed, without any secret.
import { env } from 'cloudflare:workers';
import { afterAll, expect, it } from 'vitest';
import { ADMIN, PASSWORD, type Page, signedIn, Visitor } from '../support/console.ts';
import { authorizePath, makeClient, makeSecret, REDIRECT_URI } from '../support/console-clients.ts';
import { freshPortal, type Portal, type Reply } from '../support/portal.ts';
import { ask, codeIn, exchangeOf, withToken } from './oauth-world.ts';

const HOUR_MS = 3_600_000;
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const JANE = 'jane.example@acme.example';

const transcript: string[] = [];
const say = (what: string, status: number | string) => transcript.push(`${what.padEnd(62)} ${status}`);

afterAll(() => console.log(['', ...transcript, ''].join('\n')));

/** The browser that Okta sends here: nobody is signed in yet, then the admin says yes. Gives where it goes with the code. */
async function allowInBrowser({ sources }: Portal, id: string): Promise<string> {
  const browser = new Visitor(sources);
  const seen = (what: string, page: Page) => {
    say(`browser  ${what}`, page.status);
    return page;
  };
  seen('GET /oauth/authorize, nobody signed in', await browser.get(authorizePath(id)));
  await browser.get('/console/sign-in');
  const fields = { username: ADMIN, password: PASSWORD };
  const entered = seen('POST /console/sign-in', await browser.post('/console/sign-in', { fields }));
  const path = entered.location ?? '';
  seen('GET /oauth/authorize, the question', await browser.get(path));
  const answer = seen('POST /oauth/authorize, Allow', await browser.post(path, { fields: { decision: 'allow' } }));
  say(`browser  GET ${new URL(REDIRECT_URI).host}, with code and state`, 'Okta');
  return answer.location ?? '';
}

async function signedInAgain({ sources }: Portal): Promise<Visitor> {
  const visitor = new Visitor(sources);
  await visitor.signIn();
  await visitor.get('/console');
  return visitor;
}

it('the whole way of the Authenticate button', async () => {
  const portal = await freshPortal();
  const maker = await signedIn(portal.sources);
  const id = await makeClient(maker, 'okta');
  const client = { id, secret: await makeSecret(maker, id) };
  say('console  POST /console/clients/new, then its secret', 303);
  const shown: string[] = [client.secret];

  const scim = async (token: string, method: string, path: string, status: number, body?: unknown): Promise<Reply> => {
    const reply = await withToken(portal, token, method, path, body);
    say(`Okta     ${method} /scim/v2${decodeURIComponent(path)}`, reply.status);
    expect(reply.status, JSON.stringify(reply.body)).toBe(status);
    return reply;
  };
  const token = async (fields: Readonly<Record<string, string>>, status: number): Promise<Reply> => {
    const reply = await ask(portal, client, fields);
    say(`Okta     POST /oauth/token ${fields['grant_type']}`, reply.status);
    expect(reply.status, JSON.stringify(reply.body)).toBe(status);
    shown.push(...[reply.body.access_token, reply.body.refresh_token].filter((text) => text !== undefined));
    return reply;
  };
  const provision = async (access: string, title: string) => {
    await scim(access, 'GET', '/Users?startIndex=1&count=2', 200);
    const found = await scim(access, 'GET', `/Users?filter=${encodeURIComponent(`userName eq "${JANE}"`)}`, 200);
    if (found.body.totalResults === 0) {
      const name = { givenName: 'Jane', familyName: 'Example' };
      await scim(access, 'POST', '/Users', 201, { schemas: [USER], userName: JANE, name, active: true, groups: [] });
    }
    const changed = { schemas: [USER], userName: JANE, name: { givenName: 'Jane', familyName: title }, active: true };
    await scim(access, 'PUT', `/Users/${JANE}`, 200, changed);
  };

  const address = await allowInBrowser(portal, id);
  shown.push(codeIn(address));
  const first = (await token(exchangeOf(codeIn(address), { redirect_uri: REDIRECT_URI }), 200)).body;
  await provision(first.access_token, 'Example');

  portal.sources.ms += HOUR_MS - 1;
  await scim(first.access_token, 'GET', '/Users?startIndex=1&count=2', 200);
  portal.sources.ms += 1;
  say('         an hour after the exchange', '');
  const expired = await scim(first.access_token, 'GET', '/Users?startIndex=1&count=2', 401);
  expect(expired.headers.get('www-authenticate')).toBe('Bearer realm="Portcullis SCIM", error="invalid_token"');
  const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token };
  const second = (await token(refresh, 200)).body;
  await provision(second.access_token, 'Changed');
  const off = { schemas: [PATCH], Operations: [{ op: 'replace', value: { active: false } }] };
  await scim(second.access_token, 'PATCH', `/Users/${JANE}`, 200, off);

  const journal = env.DB.prepare('SELECT DISTINCT type, actor FROM journal WHERE subject = ? ORDER BY seq').bind(JANE);
  const said = (await journal.all<{ type: string; actor: string }>()).results;
  expect(said.map(({ type }) => type)).toEqual(['user.created', 'user.updated', 'user.deactivated']);
  expect(new Set(said.map(({ actor }) => actor))).toEqual(new Set([client.id]));
  const used = await env.DB.prepare('SELECT last_used_at FROM api_keys WHERE id = ?')
    .bind(client.id)
    .first('last_used_at');
  expect(used).not.toBeNull();

  const admin = await signedInAgain(portal);
  const revoked = await admin.post(`/console/clients/${id}/revoke`, { fields: { confirmation: 'Okta' } });
  say('console  POST /console/clients/:id/revoke', revoked.status);
  await scim(second.access_token, 'GET', '/Users?startIndex=1&count=2', 401);
  await token(refresh, 401);
  expect(transcript.join('\n')).not.toMatch(/pc[tcrs]_/);
  for (const secret of shown) expect(transcript.join('\n')).not.toContain(secret);
});

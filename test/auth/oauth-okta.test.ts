// Okta's Authenticate button from end to end: the admin allows the client, Okta exchanges the code, provisions, refreshes when its token
// runs out, provisions again, and stops when the client is revoked. What went over the wire is printed, without any secret.
import { env } from 'cloudflare:workers';
import { afterAll, expect, it } from 'vitest';
import { revokeKey } from '../../src/auth/key-store.ts';
import { freshPortal, HOST, type Reply } from '../support/portal.ts';
import {
  allowed,
  ask,
  BY_BROWSER,
  CALLBACK,
  clientWithSecret,
  codeIn,
  exchangeOf,
  good,
  requestOf,
  withToken,
} from './oauth-world.ts';

const HOUR_MS = 3_600_000;
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const JANE = 'jane.example@acme.example';

const transcript: string[] = [];
const say = (what: string, status: number | string) => transcript.push(`${what.padEnd(62)} ${status}`);

afterAll(() => console.log(['', ...transcript, ''].join('\n')));

it('the whole way of the Authenticate button', async () => {
  const portal = await freshPortal();
  const client = await clientWithSecret(portal, BY_BROWSER);
  const shown: string[] = [client.secret];

  const scim = async (token: string, method: string, path: string, status: number, body?: unknown): Promise<Reply> => {
    const reply = await withToken(portal, token, method, path, body);
    say(`Okta     ${method} /scim/v2${path}`, reply.status);
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

  const address = good(await allowed(portal.sources, requestOf(client.id)));
  say('browser  GET /oauth/authorize, an admin signed in allows', 303);
  say(`browser  GET ${CALLBACK.slice(8)}?code=..&state=..`, 'Okta');
  shown.push(codeIn(address));
  const first = (await token(exchangeOf(codeIn(address)), 200)).body;
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

  await revokeKey(env, portal.sources, { keyId: client.id, actor: 'test' });
  say('console  the client is revoked', '');
  await scim(second.access_token, 'GET', '/Users?startIndex=1&count=2', 401);
  await token(refresh, 401);
  expect(transcript.join('\n')).not.toMatch(/pc[tcrs]_/);
  expect(transcript.join('\n')).not.toContain(HOST);
  for (const secret of shown) expect(transcript.join('\n')).not.toContain(secret);
});

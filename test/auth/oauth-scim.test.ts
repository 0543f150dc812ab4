// SCIM by access token: the same guard as for keys, asked in the first read and in every write; and no trace of a token anywhere.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isolateKeyCache } from '../../src/auth/key-lookup.ts';
import { revokeKey } from '../../src/auth/key-store.ts';
import { revokeSecret } from '../../src/auth/oauth/client-store.ts';
import { forgetSessions } from '../../src/storage/session-retention.ts';
import { countedDb } from '../support/counted-db.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { dump, freshPortal, type Portal, TABLES } from '../support/portal.ts';
import {
  accessTokenOf,
  allowed,
  ask,
  BY_BROWSER,
  BY_SECRET,
  clientWithSecret,
  codeIn,
  exchangeOf,
  good,
  postForm,
  requestOf,
  withToken,
} from './oauth-world.ts';

const FAR = { deadlineMs: Number.MAX_SAFE_INTEGER };

let portal: Portal;
let client: Awaited<ReturnType<typeof clientWithSecret>>;
let token: string;
beforeEach(async () => {
  portal = await freshPortal();
  client = await clientWithSecret(portal, BY_SECRET);
  token = await accessTokenOf(portal, client);
});
afterEach(() => vi.restoreAllMocks());

const HOUR_MS = 3_600_000;
const JANE = { userName: 'jane.example@acme.example' };
const bearer = (text: string) => ({ headers: { authorization: `Bearer ${text}` } });

const ENDS: [string, () => Promise<unknown>][] = [
  ['the client is revoked', () => revokeKey(env, portal.sources, { keyId: client.id, actor: 'test' })],
  [
    'the secret is revoked',
    () => revokeSecret(env, portal.sources, { clientId: client.id, secretId: client.secretId, actor: 'test' }),
  ],
  [
    'the token is given back',
    () => postForm(portal, '/oauth/revoke', { token, client_id: client.id, client_secret: client.secret }),
  ],
  [
    'the owner is deactivated',
    () => env.DB.prepare('UPDATE users SET active = 0 WHERE seq = ?').bind(portal.ownerSeq).run(),
  ],
  [
    'the owner is no admin any more',
    () => env.DB.prepare("UPDATE users SET role = 'user' WHERE seq = ?").bind(portal.ownerSeq).run(),
  ],
];

describe('from the moment when', () => {
  it.each(ENDS)('%s, a token reads nothing', async (_, end) => {
    expect((await withToken(portal, token)).status).toBe(200);
    await end();
    expect((await withToken(portal, token)).status).toBe(401);
  });

  it.each(ENDS)('%s, a request that has read already changes nothing', async (_, end) => {
    const { status } = await withToken(portal, token, 'POST', '/Users', JANE);
    expect(status).toBe(201);
    const faults = new Faults(firstWrite({ meanwhile: end }));
    const patch = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'title', value: 'Cook' }],
    };
    const reply = await portal.send('PATCH', `/Users/${JANE.userName}`, patch, {
      ...bearer(token),
      env: faults.over(env),
    });
    expect(faults.happened).toBe(true);
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toContain('error="invalid_token"');
    const { body } = await portal.send('GET', `/Users/${JANE.userName}`);
    expect(body.title).toBeUndefined();
  });
});

it('lives for an hour to the millisecond', async () => {
  portal.sources.ms += HOUR_MS - 1;
  expect((await withToken(portal, token, 'POST', '/Users', JANE)).status).toBe(201);
  portal.sources.ms += 1;
  expect((await withToken(portal, token)).status).toBe(401);
});

it('that has run out is no news to the admin, and one that nobody knows is', async () => {
  const sample = { REFUSAL_SAMPLE: { limit: () => Promise.resolve({ success: true }) } as RateLimit };
  const refusals = async () => {
    const { results } = await env.DB.prepare('SELECT rule FROM refusals').all<{ rule: string }>();
    return results.map(({ rule }) => rule);
  };
  const read = () => portal.send('GET', '/Users', undefined, { ...bearer(token), env: sample });
  portal.sources.ms += HOUR_MS;
  await forgetSessions(env, portal.sources, FAR);
  expect((await read()).status).toBe(401);
  expect(await refusals()).toEqual([]);
  portal.sources.ms += 24 * HOUR_MS;
  await forgetSessions(env, portal.sources, FAR);
  expect((await env.DB.prepare('SELECT * FROM oauth_tokens').all()).results).toEqual([]);
  expect((await read()).status).toBe(401);
  expect(await refusals()).toEqual(['token_unknown']);
  token = await accessTokenOf(portal, client);
  await revokeKey(env, portal.sources, { keyId: client.id, actor: 'test' });
  expect((await read()).status).toBe(401);
  expect(await refusals()).toEqual(['token_unknown', 'token_unknown']);
});

it('that has run out is 401 however many requests have it at once, so that the client gets another', async () => {
  const headers = { authorization: `Bearer ${token}`, 'cf-connecting-ip': '203.0.113.79' };
  const read = () => portal.send('GET', '/Users', undefined, { headers });
  portal.sources.ms += HOUR_MS;
  const replies = await Promise.all(Array.from({ length: 30 }, read));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([401]));
  expect(replies.every(({ headers: told }) => told.get('www-authenticate')?.includes('invalid_token'))).toBe(true);
});

it('that nobody knows is limited all the same', async () => {
  const headers = { authorization: `Bearer ${token}`, 'cf-connecting-ip': '203.0.113.80' };
  await env.DB.prepare('DELETE FROM oauth_tokens').run();
  const statuses = [];
  for (let n = 0; n < 21; n++) statuses.push((await portal.send('GET', '/Users', undefined, { headers })).status);
  expect([new Set(statuses.slice(0, 20)), statuses[20]]).toEqual([new Set([401]), 429]);
});

it('is worth nothing under the id of another client, or of a key', async () => {
  const other = await clientWithSecret(portal, BY_SECRET);
  const forged = (id: string) => token.replace(client.id, id);
  for (const id of [other.id, portal.keyId]) expect((await withToken(portal, forged(id))).status).toBe(401);
});

it.each([
  ['cut off', () => token.slice(0, -1), 'is cut off'],
  [
    'with a letter changed',
    () => `${token.slice(0, 30)}${token[30] === 'x' ? 'y' : 'x'}${token.slice(31)}`,
    'is cut off',
  ],
  ['unknown', () => '', 'expired, was revoked or is unknown'],
])('%s, it is a 401 that tells the client to get another', async (_, spoil, says) => {
  const text = spoil() === '' ? token : spoil();
  if (spoil() === '') await env.DB.prepare('DELETE FROM oauth_tokens').run();
  const { status, headers, body } = await withToken(portal, text);
  expect([status, headers.get('www-authenticate')]).toEqual([
    401,
    'Bearer realm="Portcullis SCIM", error="invalid_token"',
  ]);
  expect(body.detail).toContain(says);
  expect(body.detail).not.toContain(token.slice(17, 40));
});

it('is read after Bearer and on its own, and not as Basic', async () => {
  const as = async (authorization: string) =>
    (await portal.send('GET', '/Users', undefined, { headers: { authorization } })).status;
  expect([await as(`bearer  ${token}`), await as(token), await as(`Basic ${btoa(token)}`)]).toEqual([200, 200, 401]);
});

it('costs one row more than a key, no further call, and KV never', async () => {
  const cost = async (authorization?: string) => {
    const { db, cost: counted } = countedDb(env.DB);
    const faults = new Faults();
    let calls = 0;
    const bindings = faults.over({ ...env, DB: db });
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    isolateKeyCache.clear();
    await portal.send('GET', '/Users/nobody', undefined, {
      env: bindings,
      headers,
      answered: () => {
        calls = counted.calls;
      },
    });
    const kv = faults.calls.filter(({ binding }) => binding === 'SCIM_KEYS').length;
    return { calls, rows: counted.rowsRead, kv };
  };
  await portal.send('GET', '/Users/nobody');
  await withToken(portal, token);
  const byKey = await cost();
  const byToken = await cost(`Bearer ${token}`);
  expect(byKey.kv).toBe(1);
  expect(byToken).toEqual({ calls: byKey.calls, rows: byKey.rows + 1, kv: 0 });
});

it('no secret of OAuth is in any row, log line, refusal or KV entry', async () => {
  const lines: string[] = [];
  for (const method of ['log', 'error', 'warn', 'info'] as const) {
    vi.spyOn(console, method).mockImplementation((...line: unknown[]) => void lines.push(line.map(String).join(' ')));
  }
  const browser = await clientWithSecret(portal, BY_BROWSER);
  const code = codeIn(good(await allowed(portal.sources, requestOf(browser.id))));
  const { body } = await ask(portal, browser, exchangeOf(code));
  await withToken(portal, body.access_token, 'POST', '/Users', JANE);
  await withToken(portal, body.access_token, 'POST', '/Users', JANE);
  await ask(portal, browser, exchangeOf(code));
  await withToken(portal, body.access_token);
  await ask(portal, { ...client, secret: `${client.secret}x` }, { grant_type: 'client_credentials' });
  await ask(portal, browser, { grant_type: 'refresh_token', refresh_token: body.refresh_token });
  await postForm(portal, '/oauth/token', {
    grant_type: 'client_credentials',
    client_assertion: body.access_token,
    client_id: client.id,
  });
  const rows = JSON.stringify([await dump(), (await env.DB.prepare('SELECT * FROM refusals').all()).results]);
  const kv = JSON.stringify((await env.SCIM_KEYS.list()).keys);
  expect(TABLES).toContain('oauth_tokens');
  expect(lines.length).toBeGreaterThan(5);
  for (const secret of [client.secret, browser.secret, code, token, body.access_token, body.refresh_token]) {
    const inside = secret.slice(secret.startsWith('pct_') || secret.startsWith('pcr_') ? 17 : 4, -9);
    expect(inside).toHaveLength(43);
    for (const where of [rows, kv, lines.join('\n')]) expect(where.includes(inside)).toBe(false);
  }
});

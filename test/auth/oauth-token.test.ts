// POST /oauth/token and /oauth/revoke through the whole Worker: who gets tokens, for how long, and what it costs.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { revokeSecret } from '../../src/auth/oauth/client-store.ts';
import { countedDb } from '../support/counted-db.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import {
  aClient,
  accessTokenOf,
  allowed,
  aSecret,
  ask,
  BY_BROWSER,
  BY_SECRET,
  type Client,
  clientWithSecret,
  codeIn,
  exchangeOf,
  good,
  postForm,
  requestOf,
  tokensByBrowser,
  withToken,
} from './oauth-world.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const BY_CREDENTIALS = { grant_type: 'client_credentials' };
const anotherCode = async (client: Client, more = {}) =>
  codeIn(good(await allowed(portal.sources, requestOf(client.id, more))));

describe('client credentials', () => {
  it('five secrets of one client all work, and revoking one ends only what was got for it', async () => {
    const id = await aClient(portal.sources, portal.ownerSeq, BY_SECRET);
    const secrets = [];
    for (let n = 0; n < 5; n++) secrets.push(await aSecret(portal.sources, id));
    const tokens = await Promise.all(secrets.map(({ secret }) => accessTokenOf(portal, { id, secret })));
    for (const token of tokens) expect((await withToken(portal, token)).status).toBe(200);
    const [first] = secrets;
    await revokeSecret(env, portal.sources, { clientId: id, secretId: first?.secretId ?? '', actor: 'test' });
    const after = await Promise.all(tokens.map((token) => withToken(portal, token)));
    expect(after.map(({ status }) => status)).toEqual([401, 200, 200, 200, 200]);
    expect((await ask(portal, { id, secret: first?.secret ?? '' }, BY_CREDENTIALS)).status).toBe(401);
  });

  it('answers as the RFC says, by Basic and in the body, whatever the scope asked for', async () => {
    const client = await clientWithSecret(portal, BY_SECRET);
    const inBody = { client_id: client.id, client_secret: client.secret };
    const replies = [
      await ask(portal, client, BY_CREDENTIALS),
      await postForm(portal, '/oauth/token', { ...BY_CREDENTIALS, ...inBody, scope: 'scim.readwrite' }),
    ];
    for (const { status, body, headers } of replies) {
      expect(status).toBe(200);
      const access_token = expect.stringMatching(new RegExp(`^pct_${client.id}_[\\w-]{43}_[\\w-]{8}$`));
      expect(body).toEqual({ access_token, token_type: 'Bearer', expires_in: 3600, scope: 'scim' });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-type')).toBe('application/json');
    }
  });

  it('tells when a secret was used last', async () => {
    const client = await clientWithSecret(portal, BY_SECRET);
    await accessTokenOf(portal, client);
    const used = await env.DB.prepare('SELECT last_used_at FROM oauth_secrets').first('last_used_at');
    expect(used).toBe(portal.sources.ms);
  });

  it('fifty living tokens are enough for a client: one more ends the oldest', async () => {
    const client = await clientWithSecret(portal, BY_SECRET);
    const tokens: string[] = [];
    for (let n = 0; n < 52; n++) tokens.push(await accessTokenOf(portal, client));
    const statuses = await Promise.all(
      [0, 1, 2, 51].map(async (n) => (await withToken(portal, tokens[n] ?? '')).status),
    );
    expect(statuses).toEqual([401, 401, 200, 200]);
  });
});

describe('a code', () => {
  it('is exchanged without PKCE, once', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const code = await anotherCode(client);
    const { status, body } = await ask(portal, client, exchangeOf(code));
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringContaining(`pct_${client.id}_`),
      refresh_token: expect.stringContaining(`pcr_${client.id}_`),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'scim',
    });
    expect((await withToken(portal, body.access_token)).status).toBe(200);
  });

  it('that comes again is refused, and ends the tokens that it gave', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const other = await tokensByBrowser(portal, client);
    const code = await anotherCode(client);
    const first = await ask(portal, client, exchangeOf(code));
    expect(await ask(portal, client, exchangeOf(code))).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect((await withToken(portal, first.body.access_token)).status).toBe(401);
    const refresh = { grant_type: 'refresh_token', refresh_token: first.body.refresh_token };
    expect(await ask(portal, client, refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await withToken(portal, other.access)).status).toBe(200);
  });

  it('gives tokens to one of two that exchange it side by side, and to nobody for long', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const code = await anotherCode(client);
    const replies = await Promise.all([1, 2].map(() => ask(portal, client, exchangeOf(code))));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 400]);
    const token = replies.find(({ status }) => status === 200)?.body.access_token;
    expect((await withToken(portal, token)).status).toBe(401);
  });

  it('is good for five minutes', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const [early, late] = [await anotherCode(client), await anotherCode(client)];
    portal.sources.ms += 5 * MINUTE_MS - 1;
    expect((await ask(portal, client, exchangeOf(early))).status).toBe(200);
    portal.sources.ms += 1;
    expect((await ask(portal, client, exchangeOf(late))).body.error).toBe('invalid_grant');
  });

  const VERIFIER = 'a-verifier-of-forty-three-characters-or-more';
  const challenge = async () => {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(VERIFIER));
    return { code_challenge: Buffer.from(digest).toString('base64url'), code_challenge_method: 'S256' };
  };

  it('with a challenge is exchanged with its verifier', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const code = await anotherCode(client, await challenge());
    expect((await ask(portal, client, exchangeOf(code, { code_verifier: VERIFIER }))).status).toBe(200);
  });

  const FAILED: [string, boolean, Readonly<Record<string, string>>, RegExp][] = [
    ['another verifier', true, { code_verifier: `${VERIFIER}x` }, /does not go with the code_challenge/],
    ['a verifier that is none', true, { code_verifier: 'short' }, /43 to 128/],
    ['no verifier', true, {}, /code_verifier is missing/],
    ['an empty verifier', true, { code_verifier: '' }, /code_verifier is missing/],
    ['a verifier where there was no challenge', false, { code_verifier: VERIFIER }, /without a code_challenge/],
    ['another redirect_uri', false, { redirect_uri: 'https://evil.example/' }, /redirect_uri is not the one/],
    ['no redirect_uri', false, { redirect_uri: '' }, /redirect_uri is missing/],
  ];
  it.each(FAILED)('with %s gives nothing, and is used up', async (_, isChallenged, more, says) => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const code = await anotherCode(client, isChallenged ? await challenge() : {});
    const { status, body } = await ask(portal, client, exchangeOf(code, more));
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
    expect(body.error_description).toMatch(says);
    const right = exchangeOf(code, isChallenged ? { code_verifier: VERIFIER } : {});
    expect(await ask(portal, client, right)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await env.DB.prepare('SELECT * FROM oauth_tokens').all()).results).toEqual([]);
  });

  it('whose check failed while D1 sheds load is 503, and used up by the repeat', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const code = await anotherCode(client, await challenge());
    const wrong = exchangeOf(code, { code_verifier: `${VERIFIER}x` });
    const faults = new Faults(firstWrite({ fails: 'D1 DB is overloaded', moment: 'before' }));
    expect((await ask(portal, client, wrong, { env: faults.over({ DB: env.DB }) })).status).toBe(503);
    expect((await ask(portal, client, wrong)).status).toBe(400);
    expect((await ask(portal, client, exchangeOf(code, { code_verifier: VERIFIER }))).status).toBe(400);
  });

  it('that nobody knows gives nothing, and uses up no other', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const code = await anotherCode(client);
    const before = await dump();
    const other = exchangeOf(`pcc_${'x'.repeat(43)}_12345678`);
    expect(await ask(portal, client, other)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await dump()).toEqual(before);
    expect((await ask(portal, client, exchangeOf(code))).status).toBe(200);
  });

  it('of another client gives nothing, and stays good', async () => {
    const [one, other] = [await clientWithSecret(portal, BY_BROWSER), await clientWithSecret(portal, BY_BROWSER)];
    const code = await anotherCode(one);
    expect((await ask(portal, other, exchangeOf(code))).body.error).toBe('invalid_grant');
    expect((await ask(portal, one, exchangeOf(code))).status).toBe(200);
  });
});

describe('a refresh token', () => {
  const refreshOf = (refresh_token: string) => ({ grant_type: 'refresh_token', refresh_token });

  it('works again and again, and for 90 days after its last use', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const { refresh } = await tokensByBrowser(portal, client);
    for (let n = 0; n < 3; n++) {
      portal.sources.ms += 90 * DAY_MS - 1;
      const { status, body } = await ask(portal, client, refreshOf(refresh));
      expect([status, body.refresh_token]).toEqual([200, undefined]);
      expect((await withToken(portal, body.access_token)).status).toBe(200);
    }
    portal.sources.ms += 90 * DAY_MS;
    expect((await ask(portal, client, refreshOf(refresh))).body.error).toBe('invalid_grant');
  });

  it('is of no use to another client, nor as an access token, nor the other way about', async () => {
    const [client, other] = [await clientWithSecret(portal, BY_BROWSER), await clientWithSecret(portal, BY_BROWSER)];
    const { access, refresh } = await tokensByBrowser(portal, client);
    expect((await ask(portal, other, refreshOf(refresh))).body.error).toBe('invalid_grant');
    expect((await ask(portal, client, refreshOf(access))).body.error).toBe('invalid_grant');
    expect((await withToken(portal, refresh)).status).toBe(401);
    expect((await withToken(portal, refresh.replace('pcr_', 'pct_'))).status).toBe(401);
  });
});

describe('what a request costs', () => {
  const costOf = async (client: Client, fields: Readonly<Record<string, string>>) => {
    const { db, cost } = countedDb(env.DB);
    const { status } = await ask(portal, client, fields, { env: { DB: db } });
    return { status, ...cost };
  };

  it('is two calls of D1 and few rows, however many tokens the client has', async () => {
    const bySecret = await clientWithSecret(portal, BY_SECRET);
    const byBrowser = await clientWithSecret(portal, BY_BROWSER);
    for (let n = 0; n < 20; n++) await accessTokenOf(portal, bySecret);
    const { refresh } = await tokensByBrowser(portal, byBrowser);
    const costs = {
      'client credentials, the first': await costOf(await clientWithSecret(portal, BY_SECRET), BY_CREDENTIALS),
      'client credentials, the 21st': await costOf(bySecret, BY_CREDENTIALS),
      code: await costOf(byBrowser, exchangeOf(await anotherCode(byBrowser))),
      refresh: await costOf(byBrowser, { grant_type: 'refresh_token', refresh_token: refresh }),
      'a wrong secret': await costOf({ ...byBrowser, secret: 'x' }, BY_CREDENTIALS),
    };
    console.log(
      Object.entries(costs)
        .map(([name, cost]) => `${name}: ${JSON.stringify(cost)}`)
        .join('\n'),
    );
    for (const [name, { calls, rowsRead, rowsWritten }] of Object.entries(costs)) {
      expect(calls, name).toBeLessThanOrEqual(2);
      expect(rowsRead, name).toBeLessThanOrEqual(40);
      expect(rowsWritten, name).toBeLessThanOrEqual(12);
    }
  });
});

describe('a token given back', () => {
  const back = ({ id, secret }: Client, token: string) =>
    postForm(portal, '/oauth/revoke', { token, client_id: id, client_secret: secret });

  it('an access token ends alone, a refresh token with all that came of it', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const { access, refresh } = await tokensByBrowser(portal, client);
    const again = await ask(portal, client, { grant_type: 'refresh_token', refresh_token: refresh });
    expect((await back(client, access)).status).toBe(200);
    expect((await withToken(portal, access)).status).toBe(401);
    expect((await withToken(portal, again.body.access_token)).status).toBe(200);
    expect((await back(client, refresh)).status).toBe(200);
    expect((await withToken(portal, again.body.access_token)).status).toBe(401);
    expect((await ask(portal, client, { grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(400);
  });

  it('with a secret that was revoked changes nothing', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const { access } = await tokensByBrowser(portal, client);
    await revokeSecret(env, portal.sources, { clientId: client.id, secretId: client.secretId, actor: 'test' });
    expect((await back(client, access)).status).toBe(401);
    expect((await withToken(portal, access)).status).toBe(200);
  });

  it('that is unknown or of another client changes nothing, and the answer is the same', async () => {
    const [client, other] = [await clientWithSecret(portal, BY_BROWSER), await clientWithSecret(portal, BY_BROWSER)];
    const { access } = await tokensByBrowser(portal, client);
    const before = await dump();
    expect((await back(other, access)).status).toBe(200);
    expect((await back(client, 'anything')).status).toBe(200);
    expect(await dump()).toEqual(before);
    expect(
      (await postForm(portal, '/oauth/revoke', { client_id: client.id, client_secret: client.secret })).status,
    ).toBe(400);
  });
});

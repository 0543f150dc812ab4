// A code of an admin who allowed the client: what it is exchanged for, once, and what uses it up.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { Faults, firstWrite } from '../support/faults.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import {
  anotherCode,
  ask,
  BY_BROWSER,
  clientWithSecret,
  exchangeOf,
  tokensByBrowser,
  withToken,
} from './oauth-world.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const MINUTE_MS = 60_000;

describe('a code', () => {
  it('is exchanged without PKCE, once', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const code = await anotherCode(portal, client);
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
    const code = await anotherCode(portal, client);
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
    const code = await anotherCode(portal, client);
    const replies = await Promise.all([1, 2].map(() => ask(portal, client, exchangeOf(code))));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 400]);
    const token = replies.find(({ status }) => status === 200)?.body.access_token;
    expect((await withToken(portal, token)).status).toBe(401);
  });

  it('is good for five minutes', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const [early, late] = [await anotherCode(portal, client), await anotherCode(portal, client)];
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
    const code = await anotherCode(portal, client, await challenge());
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
    const code = await anotherCode(portal, client, isChallenged ? await challenge() : {});
    const { status, body } = await ask(portal, client, exchangeOf(code, more));
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
    expect(body.error_description).toMatch(says);
    const right = exchangeOf(code, isChallenged ? { code_verifier: VERIFIER } : {});
    expect(await ask(portal, client, right)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await env.DB.prepare('SELECT * FROM oauth_tokens').all()).results).toEqual([]);
  });

  it('whose check failed while D1 sheds load is 503, and used up by the repeat', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const code = await anotherCode(portal, client, await challenge());
    const wrong = exchangeOf(code, { code_verifier: `${VERIFIER}x` });
    const faults = new Faults(firstWrite({ fails: 'D1 DB is overloaded', moment: 'before' }));
    expect((await ask(portal, client, wrong, { env: faults.over({ DB: env.DB }) })).status).toBe(503);
    expect((await ask(portal, client, wrong)).status).toBe(400);
    expect((await ask(portal, client, exchangeOf(code, { code_verifier: VERIFIER }))).status).toBe(400);
  });

  it('that nobody knows gives nothing, and uses up no other', async () => {
    const client = await clientWithSecret(portal, BY_BROWSER);
    const code = await anotherCode(portal, client);
    const before = await dump();
    const other = exchangeOf(`pcc_${'x'.repeat(43)}_12345678`);
    expect(await ask(portal, client, other)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await dump()).toEqual(before);
    expect((await ask(portal, client, exchangeOf(code))).status).toBe(200);
  });

  it('of another client gives nothing, and stays good', async () => {
    const [one, other] = [await clientWithSecret(portal, BY_BROWSER), await clientWithSecret(portal, BY_BROWSER)];
    const code = await anotherCode(portal, one);
    expect((await ask(portal, other, exchangeOf(code))).body.error).toBe('invalid_grant');
    expect((await ask(portal, one, exchangeOf(code))).status).toBe(200);
  });
});

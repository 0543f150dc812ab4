// Client credentials and what tokens cost, through the whole Worker.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { revokeSecret } from '../../src/auth/oauth/client-store.ts';
import { countedDb } from '../support/counted-db.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import {
  aClient,
  accessTokenOf,
  anotherCode,
  aSecret,
  ask,
  BY_BROWSER,
  BY_CREDENTIALS,
  BY_SECRET,
  type Client,
  clientWithSecret,
  exchangeOf,
  postForm,
  tokensByBrowser,
  withToken,
} from './oauth-world.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

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
      code: await costOf(byBrowser, exchangeOf(await anotherCode(portal, byBrowser))),
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

// What a client keeps by a refresh token, and what it gives back by POST /oauth/revoke.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { revokeSecret } from '../../src/auth/oauth/client-store.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { ask, BY_BROWSER, type Client, clientWithSecret, postForm, tokensByBrowser, withToken } from './oauth-world.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const DAY_MS = 86_400_000;

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

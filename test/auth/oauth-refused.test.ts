// POST /oauth/token and /oauth/revoke through the whole Worker: who gets nothing, what they are told, and what the admin sees of it.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { revokeKey } from '../../src/auth/key-store.ts';
import { revokeSecret } from '../../src/auth/oauth/client-store.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { dump, freshPortal, HOST, type Portal, sendTo } from '../support/portal.ts';
import { ask, BY_SECRET, type Client, clientWithSecret } from './oauth-world.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const BY_CREDENTIALS = { grant_type: 'client_credentials' };
/** A sample that takes every refusal. */
const EVERY_REFUSAL = { env: { REFUSAL_SAMPLE: { limit: () => Promise.resolve({ success: true }) } as RateLimit } };
const refusals = async () => {
  const { results } = await env.DB.prepare('SELECT actor, method, route, status, rule, detail FROM refusals').all();
  return results;
};

describe('who gets nothing', () => {
  const wrong: [string, (client: Client) => Client][] = [
    ['an unknown client', ({ secret }) => ({ id: 'nobody000000', secret })],
    ['a wrong secret', ({ id }) => ({ id, secret: `pcs_${'x'.repeat(43)}_12345678` })],
    ['a secret cut off', ({ id, secret }) => ({ id, secret: secret.slice(0, -1) })],
    ['the id of an ordinary key', ({ secret }) => ({ id: portal.keyId, secret })],
  ];
  it.each(wrong)('%s: 401, which the admin sees, and nothing is written', async (_, spoil) => {
    const client = await clientWithSecret(portal, BY_SECRET);
    const before = await dump();
    const { status, body, headers } = await ask(portal, spoil(client), BY_CREDENTIALS, EVERY_REFUSAL);
    expect([status, body.error, headers.get('www-authenticate')]).toEqual([
      401,
      'invalid_client',
      'Basic realm="Portcullis OAuth"',
    ]);
    expect(await dump()).toEqual(before);
    expect(await refusals()).toEqual([
      {
        actor: null,
        method: 'POST',
        route: '/oauth/token',
        status: 401,
        rule: 'oauth_client_refused',
        detail: body.error_description,
      },
    ]);
  });

  it.each([
    ['a client that was revoked', (id: string) => revokeKey(env, portal.sources, { keyId: id, actor: 'test' })],
    ['a client whose owner is deactivated', () => env.DB.prepare('UPDATE users SET active = 0').run()],
    ['a client whose owner is no admin', () => env.DB.prepare("UPDATE users SET role = 'user'").run()],
  ])('%s, before the request and in the middle of it', async (_, end) => {
    const client = await clientWithSecret(portal, BY_SECRET);
    const faults = new Faults(firstWrite({ meanwhile: () => end(client.id) }));
    expect((await ask(portal, client, BY_CREDENTIALS, { env: faults.over(env) })).body.error).toBe('invalid_client');
    expect((await ask(portal, client, BY_CREDENTIALS)).body.error).toBe('invalid_client');
    expect((await env.DB.prepare('SELECT * FROM oauth_tokens').all()).results).toEqual([]);
  });

  it('a client whose secret is revoked in the middle', async () => {
    const client = await clientWithSecret(portal, BY_SECRET);
    const end = () =>
      revokeSecret(env, portal.sources, { clientId: client.id, secretId: client.secretId, actor: 'test' });
    const faults = new Faults(firstWrite({ meanwhile: end }));
    expect((await ask(portal, client, BY_CREDENTIALS, { env: faults.over(env) })).body.error).toBe('invalid_client');
    expect((await env.DB.prepare('SELECT * FROM oauth_tokens').all()).results).toEqual([]);
  });

  it.each([
    ['no grant_type', {}, 'invalid_request'],
    ['a grant of another kind', { grant_type: 'refresh_token', refresh_token: 'x' }, 'unauthorized_client'],
    ['the password grant', { grant_type: 'password', username: 'a', password: 'b' }, 'unauthorized_client'],
    ['a grant that nobody has', { grant_type: 'urn:example:magic' }, 'unsupported_grant_type'],
    ['a grant named like a method', { grant_type: 'constructor' }, 'unsupported_grant_type'],
    ['no code', { grant_type: 'authorization_code' }, 'invalid_request'],
    ['no refresh token', { grant_type: 'refresh_token' }, 'invalid_request'],
  ])('%s: 400, recorded under the client', async (_, fields, error) => {
    const client = await clientWithSecret(portal, BY_SECRET);
    const before = await dump();
    const { status, body } = await ask(portal, client, fields);
    expect([status, body.error]).toEqual([400, error]);
    expect(await dump()).toEqual(before);
    expect(await refusals()).toMatchObject([{ actor: client.id, rule: 'oauth_request_refused' }]);
  });

  const raw = (body: BodyInit, headers: Record<string, string> = {}, path = '/oauth/token', method = 'POST') =>
    sendTo(env, portal.sources, method, HOST + path, undefined, {
      raw: body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });

  it.each([
    ['a parameter twice', 'grant_type=client_credentials&client_id=a&client_id=b', {}, '/oauth/token', 400],
    ['JSON', '{"grant_type":"client_credentials"}', { 'content-type': 'application/json' }, '/oauth/token', 400],
    ['no media type', 'grant_type=client_credentials', { 'content-type': '' }, '/oauth/token', 400],
    ['parameters in the address', 'grant_type=client_credentials', {}, '/oauth/token?client_secret=pcs_x', 400],
    ['17 KB', `grant_type=${'x'.repeat(17 * 1024)}`, {}, '/oauth/token', 413],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe]), {}, '/oauth/token', 400],
    ['nothing', '', {}, '/oauth/token', 401],
    ['a Bearer header', 'grant_type=client_credentials', { authorization: 'Bearer x' }, '/oauth/token', 401],
    [
      'a header that is no base64',
      'grant_type=client_credentials',
      { authorization: 'Basic ***' },
      '/oauth/token',
      401,
    ],
    ['a header without a secret', 'grant_type=x', { authorization: `Basic ${btoa('abc:')}` }, '/oauth/token', 401],
    ['a header and a secret', 'client_secret=y', { authorization: `Basic ${btoa('a:b')}` }, '/oauth/token', 400],
    ['two ids', 'client_id=other', { authorization: `Basic ${btoa('a:b')}` }, '/oauth/token', 400],
    ['a secret of 16,000 characters', `client_id=a&client_secret=${'x'.repeat(16_000)}`, {}, '/oauth/token', 401],
    ['nothing to give back', '', {}, '/oauth/revoke', 401],
  ])('%s is refused, and nothing is written', async (_, body, headers, path, status) => {
    const before = await dump();
    const reply = await raw(body, headers, path);
    expect(reply.status).toBe(status);
    expect(reply.body).toEqual({
      error: expect.stringMatching(/^invalid_/),
      error_description: expect.stringMatching(/^[ !#-[\]-~]+$/),
    });
    expect(JSON.stringify(reply.body)).not.toContain('xxxx');
    expect(await dump()).toEqual(before);
  });

  it('GET, and whatever else is no POST', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await sendTo(env, portal.sources, method, `${HOST}/oauth/token`);
      expect([status, headers.get('allow')]).toEqual([405, 'POST']);
    }
  });

  it('an address after twenty wrong tries, for a minute; a good client there still passes', async () => {
    const client = await clientWithSecret(portal, BY_SECRET);
    const headers = { 'cf-connecting-ip': '203.0.113.77' };
    const bad = { id: client.id, secret: 'x' };
    const statuses = [];
    for (let n = 0; n < 21; n++) statuses.push((await ask(portal, bad, BY_CREDENTIALS, { headers })).status);
    expect(new Set(statuses.slice(0, 20))).toEqual(new Set([401]));
    const limited = await ask(portal, bad, BY_CREDENTIALS, { headers });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await ask(portal, client, BY_CREDENTIALS, { headers })).status).toBe(200);
  });
});

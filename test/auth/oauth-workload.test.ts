// Workload identity: assertions as Microsoft's provisioning sends them get tokens, and no others do. The keys of the issuer are real,
// and fetched through the code that fetches them in production; only the network is not there.
import { env } from 'cloudflare:workers';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { revokeKey } from '../../src/auth/key-store.ts';
import { addSecret } from '../../src/auth/oauth/client-store.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { aKeyPair, Issuer } from './oauth-issuer.ts';
import { aClient, BY_SECRET, postForm, withToken } from './oauth-world.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

let portal: Portal;
let issuer: Issuer;
let clientId: string;
let keys: Awaited<ReturnType<typeof makeKeys>>;

const makeKeys = async () => ({
  own: await aKeyPair('k1'),
  next: await aKeyPair('k2'),
  strange: await aKeyPair('k1'),
  elliptic: await aKeyPair('e1', 'ES256'),
  long: await aKeyPair('r5', 'RS512'),
});

beforeAll(async () => {
  keys = await makeKeys();
});
beforeEach(async () => {
  portal = await freshPortal();
  issuer = new Issuer(keys.own);
  issuer.listen();
  clientId = await aClient(portal.sources, portal.ownerSeq, { grant: 'workload_identity', ...issuer.identity });
});
afterEach(() => vi.restoreAllMocks());

const ask = (
  assertion: string,
  more: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
) => {
  const fields = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: assertion,
    scope: 'scim',
    ...more,
  };
  return postForm(portal, '/oauth/token', fields, { headers });
};
const signed = (more: object = {}, header: object = {}, key = keys.own) =>
  issuer.assertion(portal.sources.ms, more, header, key);
const seconds = () => Math.floor(portal.sources.ms / 1000);

describe('an assertion that is right', () => {
  it('gets an access token that SCIM accepts, again and again until it runs out', async () => {
    const assertion = await signed();
    for (let n = 0; n < 3; n++) {
      const { status, body } = await ask(assertion);
      expect(status).toBe(200);
      expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600, scope: 'scim' });
      expect((await withToken(portal, body.access_token)).status).toBe(200);
    }
    expect(issuer.fetched).toBe(1);
  });

  it.each([
    ['the audience as the portal of Entra shows it', () => ({ aud: issuer.identity.audience })],
    ['a list of one audience', () => ({ aud: [`api://${issuer.appId}`] })],
    ['no iat and no nbf', () => ({ iat: undefined, nbf: undefined })],
    ['a clock two minutes ahead', () => ({ iat: seconds() + 119, nbf: seconds() + 119 })],
    ['a clock two minutes behind', () => ({ exp: seconds() - 119 })],
    ['a life of 24 hours', () => ({ exp: seconds() + 24 * 3600 })],
  ])('with %s is accepted', async (_, more) => {
    expect((await ask(await signed(more()))).status).toBe(200);
  });

  it('by a new key of the issuer is accepted when it is seen, and an elliptic one too', async () => {
    expect((await ask(await signed())).status).toBe(200);
    portal.sources.ms += 31_000;
    issuer.shown = [keys.own, keys.next, keys.elliptic];
    expect((await ask(await signed({}, {}, keys.next))).status).toBe(200);
    expect((await ask(await signed({}, {}, keys.elliptic))).status).toBe(200);
    expect(issuer.fetched).toBe(2);
  });

  it('opens nothing from the moment when the client is revoked', async () => {
    const { body } = await ask(await signed());
    await revokeKey(env, portal.sources, { keyId: clientId, actor: 'test' });
    expect((await withToken(portal, body.access_token)).status).toBe(401);
    expect((await ask(await signed())).status).toBe(401);
  });
});

it('a client with workload identity takes no secret', async () => {
  const made = await addSecret(env, portal.sources, { clientId, secretId: 'x', actor: 'test' });
  expect(made).toMatchObject({ failure: { code: 'precondition_failed' } });
});

const half = (assertion: string, part: number, change: (json: Record<string, unknown>) => object) => {
  const parts = assertion.split('.');
  const json = JSON.parse(Buffer.from(parts[part] ?? '', 'base64url').toString());
  parts[part] = Buffer.from(JSON.stringify(change(json))).toString('base64url');
  return parts.join('.');
};
const withHmac = (secret: string | Uint8Array, alg = 'HS256') =>
  new SignJWT(issuer.claims(portal.sources.ms))
    .setProtectedHeader({ alg, kid: 'k1' })
    .sign(typeof secret === 'string' ? new TextEncoder().encode(secret) : secret);

/** Each a way to be somebody else; what stands behind it must be said to the admin. */
const HOSTILE: [name: string, make: () => string | Promise<string>, says: RegExp][] = [
  ['no algorithm', () => new UnsecuredJWT(issuer.claims(portal.sources.ms)).encode(), /algorithm is none of/],
  ['an algorithm named None', async () => half(await signed(), 0, (h) => ({ ...h, alg: 'None' })), /algorithm/],
  ['HS256 with the public key as its secret', () => withHmac(keys.own.pem), /algorithm is none of/],
  ['HS256 with the modulus as its secret', () => withHmac(Buffer.from(keys.own.jwk.n ?? '', 'base64url')), /algorithm/],
  ['HS512', () => withHmac('x'.repeat(64), 'HS512'), /algorithm is none of/],
  ['RS512', () => signed({}, {}, keys.long), /algorithm is none of/],
  ['another issuer', () => signed({ iss: 'https://login.microsoftonline.com/evil/v2.0' }), /its iss is not .*evil/],
  ['the issuer with a slash behind it', () => signed({ iss: `${issuer.identity.issuer}/` }), /its iss is not/],
  ['no issuer', () => signed({ iss: undefined }), /no iss/],
  ['another audience', () => signed({ aud: 'api://somebody-else' }), /its aud is not .*somebody-else/],
  ['our audience in a longer one', () => signed({ aud: `api://${issuer.appId}x` }), /its aud/],
  ['two audiences', () => signed({ aud: [`api://${issuer.appId}`, 'api://somebody-else'] }), /more than one audience/],
  ['no audience', () => signed({ aud: undefined }), /no aud/],
  ['another subject', () => signed({ sub: 'somebody-else' }), /its sub is not .*somebody-else/],
  ['a subject in another case', () => signed({ sub: issuer.identity.subject.toUpperCase() }), /its sub/],
  ['no subject', () => signed({ sub: undefined }), /no sub/],
  ['a subject that is a list', () => signed({ sub: [issuer.identity.subject] }), /its sub|verified/],
  ['its end two minutes ago', () => signed({ exp: seconds() - 120 }), /expired/],
  ['no end', () => signed({ exp: undefined }), /no exp/],
  ['an end that is no number', () => signed({ exp: 'tomorrow' }), /exp|verified/],
  ['a life of a week', () => signed({ exp: seconds() + 7 * 86_400 }), /more than 24 hours/],
  ['its beginning in three minutes', () => signed({ nbf: seconds() + 180 }), /not valid yet/],
  ['its issue in three minutes', () => signed({ iat: seconds() + 180 }), /issued in the future/],
  ['the signature of another key of the same name', () => signed({}, {}, keys.strange), /signature is not by/],
  ['a key that the issuer has not', () => signed({}, {}, keys.next), /no such key/],
  ['the name of no key', () => signed({}, { kid: undefined }), /names no key/],
  [
    'its own key in the header (jwk)',
    () => signed({}, { jwk: keys.next.jwk }, { ...keys.next, kid: 'k1' }),
    /signature/,
  ],
  [
    'an address of keys in the header (jku)',
    () => signed({}, { jku: 'https://evil.example/keys' }, keys.next),
    /no such key/,
  ],
  [
    'a certificate address in the header (x5u)',
    () => signed({}, { x5u: 'https://evil.example/c', kid: 'k1' }, keys.strange),
    /signature/,
  ],
  [
    'a header that nobody understands',
    async () => half(await signed(), 0, (h) => ({ ...h, crit: ['exp'] })),
    /verified/,
  ],
  ['a subject changed afterwards', async () => half(await signed(), 1, (c) => ({ ...c, sub: 'x' })), /signature/],
  [
    'a signature of another assertion',
    async () => [...(await signed({ sub: 'x' })).split('.').slice(0, 2), (await signed()).split('.')[2]].join('.'),
    /signature/,
  ],
  ['no signature', async () => `${(await signed()).split('.').slice(0, 2).join('.')}.`, /verified|signature/],
  ['two parts', async () => (await signed()).split('.').slice(0, 2).join('.'), /no signed JWT/],
  ['five parts', () => 'eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.a.b.c.d', /verified/],
  ['text', () => 'not a JWT', /no signed JWT/],
  ['9,000 characters', () => `${'x'.repeat(9_000)}.a.b`, /longer than/],
];

describe('an assertion that proves nothing', () => {
  it.each(HOSTILE)('%s: 401 that says why, and nothing is written', async (_, make, says) => {
    const assertion = await make();
    const before = await dump();
    const { status, body } = await ask(assertion);
    expect([status, body.error]).toEqual([401, 'invalid_client']);
    expect(body.error_description).toMatch(says);
    expect(JSON.stringify(body)).not.toContain(assertion.slice(-40));
    expect(await dump()).toEqual(before);
  });

  it('is no secret of another client, nor the assertion of another tenant', async () => {
    const bySecret = await aClient(portal.sources, portal.ownerSeq, BY_SECRET);
    expect((await ask(await signed(), { client_id: bySecret })).status).toBe(401);
    expect((await ask(await signed(), { client_id: 'nobody000000' })).status).toBe(401);
    const evil = new Issuer(keys.own);
    const { status, body } = await ask(await evil.assertion(portal.sources.ms));
    expect([status, body.error_description]).toEqual([401, expect.stringContaining('its iss is not')]);
  });

  it.each([
    ['another type', { client_assertion_type: 'urn:example:other' }],
    ['no type', { client_assertion_type: '' }],
    ['a secret as well', { client_secret: 'pcs_x' }],
  ])('with %s is 400', async (_, more) => {
    expect((await ask(await signed(), more)).status).toBe(400);
  });
});

describe('keys that cannot be had', () => {
  const answers: [string, () => Response | Promise<Response>][] = [
    ['an error', () => new Response('no', { status: 500 })],
    ['an error that shows the keys', () => Response.json({ keys: [keys.own.jwk] }, { status: 500 })],
    ['a redirect that shows the keys', () => Response.json({ keys: [keys.own.jwk] }, { status: 302 })],
    ['nothing there', () => new Response('no', { status: 404 })],
    [
      'a redirect to somebody else',
      () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } }),
    ],
    ['no JSON', () => new Response('<html>')],
    ['JSON of another kind', () => Response.json({ keys: 'none' })],
    ['a megabyte', () => Response.json({ keys: [], more: 'x'.repeat(1024 * 1024) })],
    ['no answer at all', () => Promise.reject(new TypeError('connection refused'))],
  ];

  it.each(answers)('%s: 503 that asks to come again, and it goes on when they are there', async (_, answer) => {
    issuer.answers = answer;
    const before = await dump();
    const { status, body, headers } = await ask(await signed());
    expect([status, body.error]).toEqual([503, 'temporarily_unavailable']);
    expect(headers.get('retry-after')).toBe('30');
    expect(await dump()).toEqual(before);
    issuer.answers = undefined;
    portal.sources.ms += 30_000;
    expect((await ask(await signed())).status).toBe(200);
  });

  const failing = () => Promise.reject(new TypeError('connection refused'));

  it('are asked for once in half a minute while the address fails, however many ask', async () => {
    issuer.answers = failing;
    for (let n = 0; n < 5; n++) expect((await ask(await signed())).status).toBe(503);
    portal.sources.ms += 29_999;
    expect((await ask(await signed())).status).toBe(503);
    expect(issuer.fetched).toBe(1);
    portal.sources.ms += 1;
    expect((await ask(await signed())).status).toBe(503);
    expect(issuer.fetched).toBe(2);
  });

  it('are asked for by five at most of many at once, and all that come later are answered', async () => {
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    issuer.answers = () => slow.then(() => Response.json({ keys: [keys.own.jwk] }));
    const assertion = await signed();
    const first = Array.from({ length: 5 }, () => ask(assertion));
    await vi.waitFor(() => expect(issuer.fetched).toBe(5));
    expect((await ask(assertion)).status).toBe(503);
    release();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await ask(assertion)).status).toBe(200);
    expect(issuer.fetched).toBe(5);
  });

  it('are used for a day after they were fetched last, while the address fails', async () => {
    expect((await ask(await signed())).status).toBe(200);
    issuer.answers = failing;
    portal.sources.ms += 11 * 60_000;
    expect((await ask(await signed())).status).toBe(200);
    expect((await ask(await signed())).status).toBe(200);
    expect(issuer.fetched).toBe(2);
    // Whether a new key is good cannot be known now; a signature by nobody is refused all the same.
    expect((await ask(await signed({}, {}, keys.next))).status).toBe(503);
    expect((await ask(await signed({}, {}, keys.strange))).status).toBe(401);
    portal.sources.ms += 24 * 3_600_000 - 11 * 60_000;
    expect((await ask(await signed())).status).toBe(503);
    issuer.answers = undefined;
    portal.sources.ms += 30_000;
    expect((await ask(await signed())).status).toBe(200);
  });

  it('of a withdrawn key are forgotten with the next fetch', async () => {
    expect((await ask(await signed())).status).toBe(200);
    issuer.shown = [keys.next];
    portal.sources.ms += 10 * 60_000;
    expect((await ask(await signed())).status).toBe(401);
    expect((await ask(await signed({}, {}, keys.next))).status).toBe(200);
  });

  it('count as failures of the address that asks: 429 after twenty in a minute', async () => {
    issuer.answers = failing;
    const assertion = await signed();
    const headers = { 'cf-connecting-ip': '203.0.113.78' };
    const statuses = [];
    for (let n = 0; n < 21; n++) statuses.push((await ask(assertion, {}, headers)).status);
    expect([new Set(statuses.slice(0, 20)), statuses[20]]).toEqual([new Set([503]), 429]);
  });

  it('does not fetch them for each of many assertions by unknown keys', async () => {
    expect((await ask(await signed())).status).toBe(200);
    for (let n = 0; n < 10; n++) expect((await ask(await signed({}, { kid: `unknown-${n}` }))).status).toBe(401);
    expect(issuer.fetched).toBe(1);
  });
});

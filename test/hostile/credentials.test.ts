// Who gets in, over HTTP: every form of a credential, keys that ended, and a KV that is stale, empty or broken.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { isolateKeyCache } from '../../src/auth/key-lookup.ts';
import { createScimKey, revokeKey } from '../../src/auth/key-store.ts';
import { addAccount, dump, ENTRA, freshPortal, type Portal, STANDARD, sendTo } from '../support/portal.ts';
import { expectScimError, expectStatus, JANE_PATH, jane, make, patchOf, rows } from '../support/scim.ts';
import { fakeKv, watchedBindings } from '../support/watched-bindings.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const get = (authorization: string | undefined, url = `${STANDARD}/Users`, more = {}) =>
  sendTo({ ...portal.env, ...more }, portal.sources, 'GET', url, undefined, {
    headers: authorization === undefined ? {} : { authorization },
  });
const pair = () => `${portal.username}:${portal.password}`;

describe('a live key', () => {
  const FORMS: readonly [string, () => string][] = [
    ['Basic', () => `Basic ${btoa(pair())}`],
    ['Bearer with the pair as it is', () => `Bearer ${pair()}`],
    ['the pair without a scheme', pair],
    ['a scheme in another case', () => `bEARER ${pair()}`],
    ['basic in lower case', () => `basic ${btoa(pair())}`],
    ['spaces around everything', () => `  Bearer   ${portal.username} : ${portal.password}  `],
    ['the username in another case', () => `Bearer ${portal.username.toUpperCase()}:${portal.password}`],
  ];
  it.each(FORMS)('opens both URLs as %s', async (_form, header) => {
    for (const base of [STANDARD, ENTRA]) {
      isolateKeyCache.clear();
      expect((await get(header(), `${base}/Users`)).status, base).toBe(200);
    }
  });
});

const LONG = 'x'.repeat(2000);
const MALFORMED: readonly [string, string | undefined, RegExp][] = [
  ['nothing', undefined, /No Authorization header/],
  ['an empty header', '', /empty/],
  ['Basic alone', 'Basic', /HTTP Basic was received with nothing after it/],
  ['Bearer alone', 'Bearer ', /Bearer was received with nothing after it/],
  ['an empty pair', 'Bearer :', /empty SCIM API Username/],
  ['an empty pair in Basic', `Basic ${btoa(':')}`, /empty SCIM API Username/],
  ['an empty password', 'Bearer scim-admin@acme.example:', /empty SCIM API Password/],
  ['undefined', 'Bearer undefined', /one value/],
  ['null twice', 'Bearer null:null', /not a SCIM API Password/],
  ['a chosen password', 'Bearer scim-admin@acme.example:hunter2', /not a SCIM API Password/],
  ['broken base64', 'Basic ***', /not the base64 form/],
  ['another scheme', 'Digest username="scim-admin"', /neither Basic nor Bearer/],
  ['a long header', `Bearer ${LONG}`, /longer than/],
];

describe('a malformed credential', () => {
  it.each(MALFORMED)('such as %s is 401 without a call to D1 or KV', async (_case, header, detail) => {
    const { env: bindings, calls } = watchedBindings();
    let beforeAnswer: string[] = [];
    const reply = await sendTo({ ...portal.env, ...bindings }, portal.sources, 'POST', '/Users', jane(), {
      headers: header === undefined ? {} : { authorization: header },
      answered: () => {
        beforeAnswer = [...calls];
      },
    });
    expect(reply.status).toBe(401);
    expectScimError(reply, { status: 401, detail });
    expect(reply.headers.get('www-authenticate')).toContain('Basic realm=');
    expect(beforeAnswer).toEqual([]);
  });

  it.each([
    ['one character changed', () => portal.password.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['cut off', () => portal.password.slice(0, -1)],
    ['twice', () => portal.password + portal.password],
    ['in another case', () => portal.password.toUpperCase()],
  ])('the password %s is 401, and no part of it is repeated', async (_case, password) => {
    const reply = await get(`Bearer ${portal.username}:${password()}`);
    expect(reply.status).toBe(401);
    expect(JSON.stringify(reply.body)).not.toContain(portal.password.slice(20, 40));
    expect(JSON.stringify(await rows('SELECT * FROM refusals'))).not.toContain(portal.password.slice(20, 40));
  });

  it('changes nothing but the refusals', async () => {
    const before = await dump();
    for (const [, header] of MALFORMED) await get(header);
    expect(await dump()).toEqual(before);
  });
});

describe('a key that is no longer alive', () => {
  const endings: readonly [string, () => Promise<unknown>][] = [
    ['revoked', () => revokeKey(env, portal.sources, { keyId: portal.keyId, actor: 'test' })],
    ['revoked in D1 alone', () => env.DB.prepare('UPDATE api_keys SET revoked_at = 1').run()],
    [
      'of a demoted owner',
      () => env.DB.prepare("UPDATE users SET role = 'user' WHERE seq = ?").bind(portal.ownerSeq).run(),
    ],
    [
      'of an inactive owner',
      () => env.DB.prepare('UPDATE users SET active = 0 WHERE seq = ?').bind(portal.ownerSeq).run(),
    ],
    [
      'of a removed owner',
      () => env.DB.prepare('UPDATE users SET removed_at = 1 WHERE seq = ?').bind(portal.ownerSeq).run(),
    ],
    ['expired', () => env.DB.prepare('UPDATE api_keys SET expires_at = ?').bind(portal.sources.ms).run()],
    ['of another purpose', () => env.DB.prepare("UPDATE api_keys SET purpose = 'api'").run()],
    ['gone from D1', () => env.DB.prepare('DELETE FROM api_keys').run()],
  ];
  const known: readonly [string, () => unknown][] = [
    ['the isolate remembers it', () => undefined],
    ['KV still serves it', () => isolateKeyCache.clear()],
  ];

  describe.each(known)('while %s', (_source, prepare) => {
    it.each(endings)('%s reads nothing and changes nothing', async (_ending, end) => {
      await make(portal);
      const entry = {
        keyId: portal.keyId,
        ownerSeq: portal.ownerSeq,
        purpose: 'scim',
        createdAtMs: 0,
        expiresAtMs: null,
      };
      await end();
      prepare();
      const options = { env: { SCIM_KEYS: fakeKv(entry) } };
      const before = await dump();
      for (const [method, path, body] of [
        ['GET', JANE_PATH],
        ['GET', '/Users'],
        ['GET', '/Schemas'],
        ['GET', '/nowhere'],
        ['POST', '/Users', jane({ userName: 'kim@acme.example' })],
        ['POST', '/Users', { bad: true }],
        ['PUT', JANE_PATH, jane({ title: 'Cook' })],
        ['PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'active', value: false })],
        ['DELETE', JANE_PATH],
      ] as const) {
        const reply = await expectStatus(401, portal.send(method, path, body, options));
        expectScimError(reply, { status: 401, detail: /unknown here, expired or revoked/ });
      }
      expect(await dump()).toEqual(before);
    });
  });

  it('is revoked between the read and the write of one request, which then writes nothing', async () => {
    await make(portal);
    const DB = new Proxy(env.DB, {
      get(target, name) {
        if (name !== 'batch') return Reflect.get(target, name).bind(target);
        return async (statements: D1PreparedStatement[]) => {
          const results = await target.batch(statements);
          await target.prepare('UPDATE api_keys SET revoked_at = 1').run();
          return results;
        };
      },
    });
    const body = patchOf({ op: 'replace', path: 'title', value: 'Cook' });
    await expectStatus(401, portal.send('PATCH', JANE_PATH, body, { env: { DB } }));
    expect(await rows("SELECT id FROM users WHERE attributes LIKE '%Cook%'")).toEqual([]);
  });
});

describe('KV', () => {
  it.each([
    ['empty', null],
    ['failing', new Error('KV GET failed: 503')],
    ['holding a key of somebody else', { keyId: 'another', ownerSeq: 1, purpose: 'scim' }],
    ['holding nonsense', 'nonsense'],
    ['holding nothing of use', {}],
  ])('%s does not keep a live key out', async (_case, value) => {
    for (const method of ['POST', 'GET']) {
      isolateKeyCache.clear();
      const options = { env: { SCIM_KEYS: fakeKv(value) } };
      const reply = await portal.send(method, '/Users', method === 'POST' ? jane() : undefined, options);
      expect(reply.status).toBe(method === 'POST' ? 201 : 200);
    }
  });

  it('that knows a key opens nothing by itself', async () => {
    await env.DB.prepare('DELETE FROM api_keys').run();
    expect((await portal.send('GET', '/Users')).status).toBe(401);
  });

  it('of another portal does not make its key one of this portal', async () => {
    const other = await createScimKey(env, portal.sources, {
      ownerSeq: await addAccount('service', 'other@acme.example', 'admin'),
      label: 'other',
      actor: 'test',
    });
    if (!other.ok) throw new Error(other.failure.detail);
    const { username, password } = other.value;
    expect((await get(`Bearer ${portal.username}:${password}`)).status, 'another username').toBe(401);
    expect((await get(`Bearer ${username}:${portal.password}`)).status, 'another password').toBe(401);
    expect((await get(`Bearer ${username}:${password}`)).status).toBe(200);
  });
});

it('an address that fails too often is told to wait, while a valid key from it passes', async () => {
  const headers = { 'cf-connecting-ip': '203.0.113.9' };
  const fail = () => sendTo(portal.env, portal.sources, 'GET', '/Users', undefined, { headers });
  const statuses: number[] = [];
  for (let i = 0; i < 25; i++) statuses.push((await fail()).status);
  expect(statuses.slice(0, 20).every((status) => status === 401)).toBe(true);
  expect(statuses.slice(20)).toEqual([429, 429, 429, 429, 429]);
  const reply = await fail();
  expectScimError(reply, { status: 429, detail: /Too many requests/ });
  expect(reply.headers.get('retry-after')).toBe('60');
  expect((await portal.send('GET', '/Users', undefined, { headers })).status).toBe(200);
  expect((await portal.send('POST', '/Users', jane(), { headers })).status).toBe(201);
  expect((await get(undefined)).status, 'another address').toBe(401);
});

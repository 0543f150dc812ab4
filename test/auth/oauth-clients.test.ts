// The life of a client of OAuth and of its secrets, and what an admin may allow.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { newKeyId } from '../../src/auth/key-format.ts';
import { revokeKey } from '../../src/auth/key-store.ts';
import { deny } from '../../src/auth/oauth/authorize.ts';
import { readRedirectUris, readWorkloadIdentity } from '../../src/auth/oauth/client-grant.ts';
import {
  type ClientRow,
  type SecretRow,
  selectClient,
  selectClients,
  selectSecrets,
} from '../../src/auth/oauth/client-query.ts';
import { addSecret, createClient, revokeSecret } from '../../src/auth/oauth/client-store.ts';
import { randomId } from '../../src/random-id.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { dump, freshPortal, type Portal, START_MS } from '../support/portal.ts';
import {
  aClient,
  allowed,
  aSecret,
  BY_BROWSER,
  BY_SECRET,
  CALLBACK,
  codeIn,
  good,
  lookAtRequest,
  requestOf,
} from './oauth-world.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const wanted = (more: object = {}) => ({
  clientId: newKeyId(portal.sources),
  ownerSeq: portal.ownerSeq,
  label: 'Okta',
  grant: BY_SECRET,
  actor: 'test',
  ...more,
});
const journalOf = async (subject: string) => {
  const select = env.DB.prepare('SELECT type FROM journal WHERE subject = ? ORDER BY seq');
  return (await select.bind(subject).all<{ type: string }>()).results.map(({ type }) => type);
};
const END_OWNER = 'UPDATE users SET active = 0 WHERE seq = ?';

describe('making a client', () => {
  it('makes a key that shows what the client is, for whom it acts, and that it was made', async () => {
    const clientId = await aClient(portal.sources, portal.ownerSeq, BY_BROWSER);
    expect(await selectClient(env.DB, clientId).first<ClientRow>()).toEqual({
      id: clientId,
      label: 'Okta',
      grant: 'authorization_code',
      redirectUris: JSON.stringify([CALLBACK]),
      issuer: null,
      subject: null,
      audience: null,
      jwksUrl: null,
      createdAt: START_MS,
      expiresAt: null,
      lastUsedAt: null,
      revokedAt: null,
      ownerSeq: portal.ownerSeq,
      ownerName: portal.username,
      ownerIsAdmin: 1,
    });
    expect(await journalOf(clientId)).toEqual(['key.created']);
    const other = await aClient(portal.sources, portal.ownerSeq, BY_SECRET);
    const listed = await selectClients(env.DB).all<ClientRow>();
    expect(listed.results.map(({ id }) => id)).toEqual([other, clientId]);
  });

  it('makes one client of a form that is sent twice, and another where the id belongs to another key', async () => {
    const form = wanted();
    const [first, again] = [
      await createClient(env, portal.sources, form),
      await createClient(env, portal.sources, form),
    ];
    expect([good(first), good(again)]).toEqual([form.clientId, form.clientId]);
    const other = good(await createClient(env, portal.sources, { ...form, clientId: portal.keyId }));
    expect(other).not.toBe(portal.keyId);
  });

  it('makes none for somebody who is no active admin', async () => {
    await env.DB.prepare(END_OWNER).bind(portal.ownerSeq).run();
    const before = await dump();
    expect(await createClient(env, portal.sources, wanted())).toMatchObject({ failure: { code: 'invalid_value' } });
    expect(await dump()).toEqual(before);
  });

  it('finds the client again whose making was not answered', async () => {
    const faults = new Faults(firstWrite({ fails: 'Network connection lost', moment: 'after' }));
    const form = wanted();
    expect(good(await createClient(faults.over({ DB: env.DB }), portal.sources, form))).toBe(form.clientId);
    expect(await journalOf(form.clientId)).toEqual(['key.created']);
  });
});

describe('secrets', () => {
  it('are shown once, five at a time, and one that is revoked makes room', async () => {
    const clientId = await aClient(portal.sources, portal.ownerSeq, BY_SECRET);
    const made = [];
    for (let n = 0; n < 5; n++) made.push(await aSecret(portal.sources, clientId));
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(5);
    expect(made[0]?.secret).toMatch(/^pcs_[\w-]{43}_[\w-]{8}$/);
    const before = await dump();
    const sixth = { clientId, secretId: randomId(portal.sources), actor: 'test' };
    expect(await addSecret(env, portal.sources, sixth)).toMatchObject({ failure: { code: 'precondition_failed' } });
    expect(await dump()).toEqual(before);
    const [first] = made;
    const revocation = { clientId, secretId: first?.secretId ?? '', actor: 'test' };
    expect(await revokeSecret(env, portal.sources, revocation)).toEqual({ ok: true, value: { changed: true } });
    expect(await revokeSecret(env, portal.sources, revocation)).toEqual({ ok: true, value: { changed: false } });
    expect((await addSecret(env, portal.sources, sixth)).ok).toBe(true);
    const { results } = await selectSecrets(env.DB, clientId).all<SecretRow>();
    expect(results.map(({ revokedAt }) => revokedAt !== null)).toEqual([false, false, false, false, false, true]);
    expect(JSON.stringify(await dump())).not.toContain(first?.secret.slice(4, 40));
  });

  it('are at most five when ten are asked for side by side', async () => {
    const clientId = await aClient(portal.sources, portal.ownerSeq, BY_SECRET);
    const ten = Array.from({ length: 10 }, () => ({ clientId, secretId: randomId(portal.sources), actor: 'test' }));
    const outcomes = await Promise.all(ten.map((one) => addSecret(env, portal.sources, one)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(5);
  });

  it.each([
    ['a form that is sent twice', async (_: string, twice: object) => addSecret(env, portal.sources, twice as never)],
    [
      'a client that was revoked',
      async (clientId: string) => revokeKey(env, portal.sources, { keyId: clientId, actor: 'test' }),
    ],
    ['a client whose owner is deactivated', async () => env.DB.prepare(END_OWNER).bind(portal.ownerSeq).run()],
    ['the client of somebody else', async (_: string, form: object) => Object.assign(form, { ownerSeq: 999 })],
    ['no client', async (_: string, form: object) => Object.assign(form, { clientId: 'nobody' })],
  ])('%s makes none', async (_, prepare) => {
    const clientId = await aClient(portal.sources, portal.ownerSeq, BY_SECRET);
    const form = { clientId, secretId: randomId(portal.sources), actor: 'test' };
    await prepare(clientId, form);
    const before = await dump();
    expect((await addSecret(env, portal.sources, form)).ok).toBe(false);
    expect(await dump()).toEqual(before);
  });
});

it.each([
  ['http://evil.example/callback', 'must begin with https://'],
  ['https://okta.example/callback#part', 'fragment'],
  ['https://jane:secret@okta.example/', 'user name'],
  ['javascript:alert(1)', 'must begin with https://'],
  ['okta.example', 'is no URL'],
  ['', 'at least one'],
  [Array.from({ length: 11 }, (_, n) => `https://okta.example/${n}`).join(' '), 'at most 10'],
])('the redirect URI %s is refused', (text, why) => {
  const read = readRedirectUris(text);
  expect(read.ok ? 'accepted' : read.failure.detail).toContain(why);
});

const TENANT = 'https://login.microsoftonline.com/0000/v2.0';
const IDENTITY = {
  issuer: TENANT,
  subject: 'd2f8ee76',
  audience: 'api://b5ba7a93/.default',
  jwksUrl: 'https://login.microsoftonline.com/0000/discovery/v2.0/keys',
};

it.each([
  [{}, 'accepted'],
  [{ issuer: 'https://login.example', jwksUrl: 'https://keys.login.example/jwks' }, 'accepted'],
  [{ jwksUrl: 'https://evil.example/keys' }, 'on the host of the issuer'],
  [{ jwksUrl: 'https://evil-login.microsoftonline.com/keys' }, 'on the host of the issuer'],
  [{ jwksUrl: 'http://login.microsoftonline.com/keys' }, 'https://'],
  [{ jwksUrl: 'https://login.microsoftonline.com:8443/keys' }, 'plain https address'],
  [{ issuer: 'https://127.0.0.1/', jwksUrl: 'https://127.0.0.1/keys' }, 'name of a host'],
  [{ issuer: 'https://localhost/', jwksUrl: 'https://localhost/keys' }, 'name of a host'],
  [{ subject: ' ' }, 'Subject is empty'],
  [{ audience: 'two words' }, 'Audience has a space'],
])('the workload identity with %o: %s', (more, says) => {
  const read = readWorkloadIdentity({ ...IDENTITY, ...more });
  expect(read.ok ? 'accepted' : read.failure.detail).toContain(says);
});

describe('a request to be allowed', () => {
  it('is put before the admin, and yes sends the browser back with a code and the state', async () => {
    const clientId = await aClient(portal.sources, portal.ownerSeq, BY_BROWSER);
    const query = requestOf(clientId);
    expect(await lookAtRequest(portal.sources, query)).toMatchObject({ kind: 'ask', client: { label: 'Okta' } });
    const address = new URL(good(await allowed(portal.sources, query)));
    expect(address.origin + address.pathname).toBe(CALLBACK);
    expect([...address.searchParams.keys()]).toEqual(['code', 'state']);
    expect(address.searchParams.get('state')).toBe('as sent');
    expect(await journalOf(clientId)).toEqual(['key.created', 'key.allowed']);
    expect(JSON.stringify(await dump())).not.toContain(codeIn(address.href).slice(4, 40));
  });

  it('and no sends it back with access_denied, and writes nothing', async () => {
    const looked = await lookAtRequest(
      portal.sources,
      requestOf(await aClient(portal.sources, portal.ownerSeq, BY_BROWSER)),
    );
    const before = await dump();
    if (looked.kind !== 'ask') throw new Error('it was not put before the admin');
    expect(new URL(deny(looked.request)).searchParams.get('error')).toBe('access_denied');
    expect(await dump()).toEqual(before);
  });

  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['another redirect URI', { redirect_uri: 'https://evil.example/' }],
    ['a longer redirect URI', { redirect_uri: `${CALLBACK}/more` }],
    ['a redirect URI in another case', { redirect_uri: CALLBACK.replace('https', 'HTTPS') }],
    ['a redirect URI that is empty', { redirect_uri: '' }],
  ])('with %s is shown as a page, and nothing is sent anywhere', async (_, more) => {
    const clientId = await aClient(portal.sources, portal.ownerSeq, BY_BROWSER);
    expect(await lookAtRequest(portal.sources, requestOf(clientId, more))).toMatchObject({ kind: 'page' });
  });

  it.each([
    ['a client of another kind', BY_SECRET, ''],
    ['a client that was revoked', BY_BROWSER, 'UPDATE api_keys SET revoked_at = 1 WHERE owner_seq = ?'],
    ['a client whose owner is no active admin', BY_BROWSER, END_OWNER],
  ])('of %s is shown as a page', async (_, grant, sql) => {
    const clientId = await aClient(portal.sources, portal.ownerSeq, grant);
    if (sql !== '') await env.DB.prepare(sql).bind(portal.ownerSeq).run();
    expect(await lookAtRequest(portal.sources, requestOf(clientId))).toMatchObject({ kind: 'page' });
  });

  it('that names its client twice is shown as a page', async () => {
    const query = requestOf(await aClient(portal.sources, portal.ownerSeq, BY_BROWSER));
    query.append('client_id', 'another');
    expect(await lookAtRequest(portal.sources, query)).toMatchObject({ kind: 'page' });
  });

  it.each([
    ['another response_type', { response_type: 'token' }, 'unsupported_response_type'],
    ['a plain challenge', { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge without its method', { code_challenge: 'x'.repeat(43) }, 'invalid_request'],
    ['a challenge that is no hash', { code_challenge: 'short', code_challenge_method: 'S256' }, 'invalid_request'],
    ['a state of a megabyte', { state: 'x'.repeat(1_000_000) }, 'invalid_request'],
  ])('with %s is sent back with its error', async (_, more, error) => {
    const clientId = await aClient(portal.sources, portal.ownerSeq, BY_BROWSER);
    const looked = await lookAtRequest(portal.sources, requestOf(clientId, more));
    expect(looked).toMatchObject({ kind: 'redirect' });
    const location = new URL(looked.kind === 'redirect' ? looked.location : '');
    expect(location.href.startsWith(CALLBACK)).toBe(true);
    expect(location.searchParams.get('error')).toBe(error);
  });

  it('is not allowed any more when the client was revoked meanwhile', async () => {
    const clientId = await aClient(portal.sources, portal.ownerSeq, BY_BROWSER);
    const end = () => revokeKey(env, portal.sources, { keyId: clientId, actor: 'test' });
    const faults = new Faults(firstWrite({ meanwhile: end }));
    const outcome = await allowed(portal.sources, requestOf(clientId), faults.over({ DB: env.DB }));
    expect(outcome).toMatchObject({ failure: { code: 'oauth_request_refused' } });
    expect((await env.DB.prepare('SELECT * FROM oauth_codes').all()).results).toEqual([]);
  });
});

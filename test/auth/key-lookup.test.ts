import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AuthorisationRow, authoriseStatement, keyGuard } from '../../src/auth/authorise.ts';
import { findKey, forgetKey, isolateKeyCache, rememberKey } from '../../src/auth/key-lookup.ts';
import { revokeKey } from '../../src/auth/key-store.ts';
import { commit } from '../../src/storage/commit.ts';
import { aKey, at, brokenKv, NOW_MS } from './world.ts';

type Key = Awaited<ReturnType<typeof aKey>>;

const source = async (key: Key, more: { kv?: KVNamespace; nowMs?: number } = {}) => {
  const bindings = { SCIM_KEYS: more.kv ?? env.SCIM_KEYS };
  return (await findKey(bindings, at(more.nowMs ?? NOW_MS), key.credential)).source;
};

/** What a request does once D1 has answered yes. */
async function remember(key: Key, kv = env.SCIM_KEYS): Promise<void> {
  const row = await authoriseStatement(env.DB, key, NOW_MS).first<AuthorisationRow>();
  if (!row) throw new Error('D1 said no');
  const candidate = { hash: key.hash, keyId: key.keyId, form: 'bearer', source: 'none' } as const;
  await rememberKey({ SCIM_KEYS: kv }, at(NOW_MS), candidate, row);
}

beforeEach(() => isolateKeyCache.clear());

describe('finding a key', () => {
  it('asks KV first and the isolate for the next 30 seconds', async () => {
    const key = await aKey();
    const found = await findKey(env, at(NOW_MS), key.credential);
    expect(found).toEqual({ hash: key.hash, keyId: key.keyId, form: 'bearer', source: 'kv' });
    expect(await source(key, { kv: brokenKv })).toBe('isolate');
    expect(await source(key, { kv: brokenKv, nowMs: NOW_MS + 29_999 })).toBe('isolate');
    expect(await source(key, { kv: brokenKv, nowMs: NOW_MS + 30_000 })).toBe('none');
  });

  it('finds a key of which KV knows nothing in D1, by the same hash', async () => {
    const key = await aKey({ env: { DB: env.DB, SCIM_KEYS: brokenKv } });
    expect(await source(key)).toBe('none');
    expect(await authoriseStatement(env.DB, key, NOW_MS).first('keyId')).toBe(key.keyId);
  });

  it('survives a KV that fails', async () => {
    const key = await aKey();
    expect(await source(key, { kv: brokenKv })).toBe('none');
    await expect(remember(key, brokenKv)).resolves.toBeUndefined();
    expect(await source(key, { kv: brokenKv })).toBe('isolate');
  });

  it.each(['not json', '{}', '{"keyId":"another00000"}', 'null', '[]'])('survives %s as a KV entry', async (value) => {
    const key = await aKey();
    await env.SCIM_KEYS.put(key.hash, value);
    expect(await source(key)).toBe('none');
  });

  it('heals KV once D1 has vouched for a key', async () => {
    const key = await aKey();
    const made = await env.SCIM_KEYS.get(key.hash);
    await env.SCIM_KEYS.delete(key.hash);
    expect(await source(key)).toBe('none');
    await remember(key);
    expect(await env.SCIM_KEYS.get(key.hash)).toBe(made);
    isolateKeyCache.clear();
    expect(await source(key)).toBe('kv');
  });

  it('does not write to KV for a key that KV or the isolate knew', async () => {
    const key = await aKey();
    const row = { keyId: key.keyId, ownerSeq: key.ownerSeq, keyCreatedAt: NOW_MS, keyExpiresAt: null };
    await env.SCIM_KEYS.delete(key.hash);
    for (const known of ['kv', 'isolate'] as const) {
      await rememberKey(env, at(NOW_MS), { hash: key.hash, keyId: key.keyId, form: 'basic', source: known }, row);
    }
    expect(await env.SCIM_KEYS.get(key.hash)).toBeNull();
  });

  it('forgets a key that D1 has refused', async () => {
    const key = await aKey();
    await source(key);
    forgetKey(key.hash);
    expect(await source(key, { kv: brokenKv })).toBe('none');
  });

  it('finds a key under its username in any case, and nobody with the password of another', async () => {
    const [key, other] = [await aKey(), await aKey()];
    const shouting = { ...key.credential, username: key.username.toUpperCase() };
    expect((await findKey(env, at(NOW_MS), shouting)).source).toBe('kv');
    const swapped = { ...key.credential, username: other.username };
    expect((await findKey(env, at(NOW_MS), swapped)).source).toBe('none');
  });
});

describe('the cache of the isolate', () => {
  it('never holds more than 1,000 keys; the oldest leave', () => {
    for (let index = 0; index < 1_500; index++) isolateKeyCache.set(`hash${index}`, 'id', NOW_MS);
    expect(isolateKeyCache.size).toBe(1_000);
    expect(isolateKeyCache.get('hash499', NOW_MS)).toBeUndefined();
    expect(isolateKeyCache.get('hash500', NOW_MS)).toBe('id');
  });

  it('holds a key that is put again once, and drops one whose time is over', () => {
    for (let index = 0; index < 3; index++) isolateKeyCache.set('same', 'id', NOW_MS);
    expect(isolateKeyCache.size).toBe(1);
    expect(isolateKeyCache.get('same', NOW_MS + 30_000)).toBeUndefined();
    expect(isolateKeyCache.size).toBe(0);
  });
});

it('a revoked key changes nothing, although KV still serves it and the isolate remembers it', async () => {
  const key = await aKey();
  await source(key);
  const stale = (await env.SCIM_KEYS.get(key.hash)) ?? '';
  const outcome = await revokeKey(env, at(NOW_MS), { keyId: key.keyId, actor: 'test' });
  expect(outcome).toEqual({ ok: true, value: { changed: true } });
  await env.SCIM_KEYS.put(key.hash, stale);
  isolateKeyCache.set(key.hash, key.keyId, NOW_MS);

  expect(await source(key)).toBe('isolate');
  isolateKeyCache.clear();
  expect(await source(key)).toBe('kv');
  await expect(authoriseStatement(env.DB, key, NOW_MS).first()).rejects.toThrow('guard:key');
  const write = await commit(env.DB, {
    mutationId: 'by a revoked key',
    guards: [keyGuard(env.DB, key, NOW_MS)],
    statements: [env.DB.prepare("UPDATE portal SET name = 'taken over'")],
  });
  expect(write).toEqual({ kind: 'lost', guard: 'key' });
  expect(await env.DB.prepare('SELECT name FROM portal').first('name')).not.toBe('taken over');
});

// A key gets its secret, and another one takes its place: what is written, who may, and when the old one stops.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { authoriseStatement } from '../../src/auth/authorise.ts';
import { keyHash, newKeyId } from '../../src/auth/key-format.ts';
import { findKey, isolateKeyCache } from '../../src/auth/key-lookup.ts';
import { rotateKey } from '../../src/auth/key-rotation.ts';
import { createKey, useForScim } from '../../src/auth/key-unused.ts';
import { aKey, at, brokenKv, HOUR_MS, NOW_MS, owner } from './world.ts';

type Key = Awaited<ReturnType<typeof aKey>>;

const DAY_MS = 24 * HOUR_MS;
const rotate = (
  keyId: string,
  more: { ownerSeq?: number; expiresAtMs?: number; nowMs?: number; kv?: KVNamespace } = {},
) => {
  const { kv = env.SCIM_KEYS, nowMs = NOW_MS, expiresAtMs = null, ...rest } = more;
  const bindings = { DB: env.DB, SCIM_KEYS: kv };
  return rotateKey(bindings, at(nowMs), { keyId, overlapMs: DAY_MS, expiresAtMs, actor: 'test', ...rest });
};
const accepts = (key: { readonly keyId: string; readonly hash: string }, nowMs: number) =>
  authoriseStatement(env.DB, key, nowMs)
    .first()
    .then(
      () => true,
      () => false,
    );
const rowOf = (keyId: string) => env.DB.prepare('SELECT * FROM api_keys WHERE id = ?').bind(keyId).first();
const journalOf = async (subject: string) =>
  (await env.DB.prepare('SELECT type, actor FROM journal WHERE subject = ? ORDER BY seq').bind(subject).all()).results;
const made = <Value>(result: { ok: true; value: Value } | { ok: false; failure: { detail: string } }) => {
  if (!result.ok) throw new Error(result.failure.detail);
  return result.value;
};

beforeEach(() => isolateKeyCache.clear());

describe('rotating', () => {
  it('makes a key of the same owner and label, and both work until the overlap ends', async () => {
    const old = await aKey();
    const { key, label, oldEndsAtMs } = made(await rotate(old.keyId));
    expect([label, oldEndsAtMs]).toEqual(['test', NOW_MS + DAY_MS]);
    expect(await rowOf(old.keyId)).toMatchObject({ replaced_by: key.keyId, expires_at: NOW_MS + DAY_MS });
    const hash = await keyHash(key.username, key.password);
    expect(await rowOf(key.keyId)).toMatchObject({ owner_seq: old.ownerSeq, label: 'test', expires_at: null, hash });
    const [first, second] = [old, { keyId: key.keyId, hash }];
    const end = NOW_MS + DAY_MS;
    expect([await accepts(first, end - 1), await accepts(second, end - 1)]).toEqual([true, true]);
    expect([await accepts(first, end), await accepts(second, end)]).toEqual([false, true]);
    expect(await journalOf(old.keyId)).toEqual([
      { type: 'key.created', actor: 'test' },
      { type: 'key.rotated', actor: 'test' },
    ]);
    expect(await journalOf(key.keyId)).toEqual([{ type: 'key.created', actor: 'test' }]);
  });

  it('tells KV when the old key ends, and D1 stops it then although KV and the isolate have not heard', async () => {
    const old = await aKey();
    const stale = (await env.SCIM_KEYS.get(old.hash)) ?? '';
    // KV has a clock of its own, and takes no end in the past.
    const nowMs = Date.now();
    made(await rotate(old.keyId, { nowMs }));
    const end = nowMs + DAY_MS;
    expect(await env.SCIM_KEYS.get(old.hash, 'json')).toMatchObject({ keyId: old.keyId, expiresAtMs: end });
    await env.SCIM_KEYS.put(old.hash, stale);
    isolateKeyCache.set(old.hash, old.keyId, end);
    expect((await findKey(env, at(end), old.credential)).source).toBe('isolate');
    isolateKeyCache.clear();
    expect((await findKey(env, at(end), old.credential)).source).toBe('kv');
    expect([await accepts(old, end - 1), await accepts(old, end)]).toEqual([true, false]);
  });

  it('never lets the old key live longer than it would have', async () => {
    const old = await aKey({ expiresAtMs: NOW_MS + HOUR_MS });
    expect(made(await rotate(old.keyId)).oldEndsAtMs).toBe(NOW_MS + HOUR_MS);
    expect(await rowOf(old.keyId)).toMatchObject({ expires_at: NOW_MS + HOUR_MS });
  });

  it('succeeds while KV is down', async () => {
    const old = await aKey();
    expect(made(await rotate(old.keyId, { kv: brokenKv })).key.inKv).toBe(false);
  });

  it('happens once, however often it is asked for side by side', async () => {
    const old = await aKey();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => rotate(old.keyId)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const count = env.DB.prepare('SELECT count(*) AS n FROM api_keys WHERE owner_seq = ?').bind(old.ownerSeq);
    expect(await count.first('n')).toBe(2);
    const again = await rotate(old.keyId);
    const detail = expect.stringContaining('takes its place already');
    expect(again).toMatchObject({ failure: { code: 'precondition_failed', detail } });
  });

  const demote = (key: Key) => env.DB.prepare("UPDATE users SET role = 'user' WHERE seq = ?").bind(key.ownerSeq).run();
  const end = (key: Key) => env.DB.prepare('UPDATE api_keys SET revoked_at = 1 WHERE id = ?').bind(key.keyId).run();
  const lend = (key: Key) =>
    env.DB.prepare("UPDATE users SET user_name = 'a:b' WHERE seq = ?").bind(key.ownerSeq).run();
  it.each([
    ['a key whose owner is no admin any more', demote, {}, 'invalid_value'],
    ['a key whose owner has a name that Basic cannot carry', lend, {}, 'invalid_value'],
    ['a revoked key', end, {}, 'precondition_failed'],
    ['an expired key', async () => undefined, { nowMs: NOW_MS + 2 * DAY_MS }, 'precondition_failed'],
    ['a key of somebody else', async () => undefined, { ownerSeq: 999_999 }, 'resource_not_found'],
    ['a new key that would have ended', async () => undefined, { expiresAtMs: NOW_MS }, 'invalid_value'],
  ] as const)('refuses %s and writes nothing', async (_name, prepare, more, code) => {
    const old = await aKey({ expiresAtMs: NOW_MS + DAY_MS });
    await prepare(old);
    const before = await rowOf(old.keyId);
    expect(await rotate(old.keyId, more)).toMatchObject({ ok: false, failure: { code } });
    expect(await rowOf(old.keyId)).toEqual(before);
    expect(await journalOf(old.keyId)).toHaveLength(1);
  });
});

describe('an unused key', () => {
  const generate = async (columns = {}, keyId = newKeyId(at(NOW_MS)), label = 'Okta') => {
    const { ownerSeq, userName } = await owner(columns);
    const wanted = { keyId, ownerSeq, label, expiresAtMs: null, actor: 'test' };
    return { ownerSeq, userName, wanted, keyId: made(await createKey(env, at(NOW_MS), wanted)) };
  };
  const use = (key: { keyId: string; ownerSeq: number }, kv = env.SCIM_KEYS) =>
    useForScim({ DB: env.DB, SCIM_KEYS: kv }, at(NOW_MS), { ...key, actor: 'test' });

  it('has no secret: nothing that anybody could send is its hash', async () => {
    const { keyId } = await generate();
    expect(await rowOf(keyId)).toMatchObject({ purpose: 'api', hash: `none:${keyId}`, username: expect.any(String) });
  });

  it('made twice by the same form is one key, and another label makes another', async () => {
    const { wanted, keyId } = await generate();
    expect(made(await createKey(env, at(NOW_MS), wanted))).toBe(keyId);
    expect(made(await createKey(env, at(NOW_MS), { ...wanted, label: 'Entra' }))).not.toBe(keyId);
    expect(await journalOf(keyId)).toHaveLength(1);
  });

  it('becomes what an identity provider can use, by the same id, once', async () => {
    const { ownerSeq, userName, keyId } = await generate();
    const { password, username } = made(await use({ keyId, ownerSeq }));
    expect(password).toContain(keyId);
    expect(username).toBe(userName);
    const hash = await keyHash(username, password);
    expect(await accepts({ keyId, hash }, NOW_MS)).toBe(true);
    expect(await env.SCIM_KEYS.get(hash, 'json')).toMatchObject({ keyId, ownerSeq, purpose: 'scim' });
    const again = await use({ keyId, ownerSeq });
    expect(again).toMatchObject({
      failure: { code: 'precondition_failed', detail: expect.stringContaining('Rotate') },
    });
    expect((await journalOf(keyId)).map(({ type }) => type)).toEqual(['key.created', 'key.used_for_scim']);
    expect(await accepts({ keyId, hash }, NOW_MS)).toBe(true);
  });

  it('gets one secret out of five requests side by side, also while KV is down', async () => {
    const { ownerSeq, keyId } = await generate();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => use({ keyId, ownerSeq }, brokenKv)));
    const [only, ...others] = outcomes.flatMap((one) => (one.ok ? [one.value] : []));
    expect(others).toEqual([]);
    const hash = await keyHash(only?.username ?? '', only?.password ?? '');
    expect(await accepts({ keyId, hash }, NOW_MS)).toBe(true);
  });

  it('gets none while its owner is no admin, and none from somebody else', async () => {
    const { ownerSeq, keyId } = await generate({ role: 'user' });
    expect(await use({ keyId, ownerSeq })).toMatchObject({ failure: { code: 'invalid_value' } });
    expect(await use({ keyId, ownerSeq: 999_999 })).toMatchObject({ failure: { code: 'resource_not_found' } });
    expect(await rowOf(keyId)).toMatchObject({ purpose: 'api', hash: `none:${keyId}` });
    expect(await rotate(keyId)).toMatchObject({ failure: { code: 'precondition_failed' } });
  });

  it.each([{ active: 0 }, { removedAt: 1 }])('is made for no account with %j', async (columns) => {
    const { ownerSeq } = await owner(columns);
    const wanted = { keyId: newKeyId(at(NOW_MS)), ownerSeq, label: 'x', expiresAtMs: null, actor: 'test' };
    expect(await createKey(env, at(NOW_MS), wanted)).toMatchObject({ failure: { code: 'resource_not_found' } });
    expect(await rowOf(wanted.keyId)).toBeNull();
  });
});

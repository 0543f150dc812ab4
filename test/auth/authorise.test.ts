import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { type AuthorisationRow, authoriseStatement, keyGuard } from '../../src/auth/authorise.ts';
import { revokeKey } from '../../src/auth/key-store.ts';
import { commit } from '../../src/storage/commit.ts';
import { aKey, at, NOW_MS } from './world.ts';

const authorise = (key: { keyId: string; hash: string }, nowMs = NOW_MS) =>
  authoriseStatement(env.DB, key, nowMs).all<AuthorisationRow>();

const rename = (name: string) => env.DB.prepare('UPDATE portal SET name = ?').bind(name);
const portalName = () => env.DB.prepare('SELECT name FROM portal').first('name');

/** A write under the key's guard, as every handler makes one. */
const write = (key: { keyId: string; hash: string }, name: string, nowMs = NOW_MS) =>
  commit(env.DB, { mutationId: name, guards: [keyGuard(env.DB, key, nowMs)], statements: [rename(name)] });

it('authorises a living key with three rows read, and says whose it is and what the portal has chosen', async () => {
  const key = await aKey();
  const { results, meta } = await authorise(key);
  expect(results).toEqual([
    {
      keyId: key.keyId,
      keyCreatedAt: NOW_MS,
      keyExpiresAt: null,
      lastUsedAt: null,
      ownerSeq: key.ownerSeq,
      ownerId: key.username.toLowerCase(),
      ownerLoginType: 'service',
      preset: 'sendsafely',
      policy: '{}',
      features: '{}',
      portalVersion: 1,
      portalName: expect.any(String),
      userCount: 0,
      activeCount: 0,
    },
  ]);
  expect(meta.rows_read).toBe(3);
});

/** The database, but its statements tell their plan instead of running. */
const planning = { prepare: (sql: string) => env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`) } as D1Database;

it('scans no table, in the read and in the guard', async () => {
  const key = await aKey();
  for (let more = 0; more < 20; more++) await aKey();
  for (const plan of [authoriseStatement(planning, key, NOW_MS), keyGuard(planning, key, NOW_MS)]) {
    const details = (await plan.all<{ detail: string }>()).results.map((row) => row.detail);
    expect(details.filter((detail) => detail.startsWith('SEARCH')).length).toBeGreaterThanOrEqual(2);
    expect(details.filter((detail) => /^SCAN (?!CONSTANT ROW)/.test(detail))).toEqual([]);
  }
  expect((await authorise(key)).meta.rows_read).toBe(3);
  const [guardResult] = await env.DB.batch([keyGuard(env.DB, key, NOW_MS)]);
  expect(guardResult?.meta.rows_read).toBe(2);
});

describe('a key that is not alive', () => {
  const change = (sql: string, ...values: unknown[]) =>
    env.DB.prepare(sql)
      .bind(...values)
      .run();

  const deaths: [how: string, kill: (key: { keyId: string; ownerSeq: number }) => Promise<unknown>][] = [
    ['revoked', (key) => revokeKey(env, at(NOW_MS), { keyId: key.keyId, actor: 'test' })],
    ['expired', (key) => change('UPDATE api_keys SET expires_at = ? WHERE id = ?', NOW_MS, key.keyId)],
    ['made for another purpose', (key) => change("UPDATE api_keys SET purpose = 'api' WHERE id = ?", key.keyId)],
    ['of an inactive owner', (key) => change('UPDATE users SET active = 0 WHERE seq = ?', key.ownerSeq)],
    ['of an owner who is no admin', (key) => change("UPDATE users SET role = 'user' WHERE seq = ?", key.ownerSeq)],
    ['of a removed owner', (key) => change('UPDATE users SET removed_at = 1 WHERE seq = ?', key.ownerSeq)],
    ['of an owner that is gone', (key) => change('DELETE FROM users WHERE seq = ?', key.ownerSeq)],
    ['stored under another hash', (key) => change("UPDATE api_keys SET hash = 'x' WHERE id = ?", key.keyId)],
    ['gone', (key) => change('DELETE FROM api_keys WHERE id = ?', key.keyId)],
  ];

  it.each(deaths)('%s: reads nothing and writes nothing', async (how, kill) => {
    const key = await aKey();
    expect(await write(key, `alive, not yet ${how}`)).toMatchObject({ kind: 'committed' });
    await kill(key);
    await expect(authorise(key)).rejects.toThrow('guard:key');
    const before = await portalName();
    expect(await write(key, `dead: ${how}`)).toEqual({ kind: 'lost', guard: 'key' });
    expect(await portalName()).toBe(before);
    await env.DB.prepare("DELETE FROM api_keys WHERE hash = 'x'").run();
  });

  it('with the id of one key and the hash of another authorises nobody', async () => {
    const [one, other] = [await aKey(), await aKey()];
    await expect(authorise({ keyId: one.keyId, hash: other.hash })).rejects.toThrow('guard:key');
  });
});

it('lets a key live up to the millisecond of its expiry', async () => {
  const key = await aKey({ expiresAtMs: NOW_MS + 1000 });
  expect((await authorise(key, NOW_MS + 999)).results).toHaveLength(1);
  await expect(authorise(key, NOW_MS + 1000)).rejects.toThrow('guard:key');
});

import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { recordUse } from '../../src/auth/key-use.ts';
import { aKey, NOW_MS } from './world.ts';

const DAY_MS = 86_400_000;

const lastUsed = (keyId: string) =>
  env.DB.prepare('SELECT last_used_at FROM api_keys WHERE id = ?').bind(keyId).first<number>('last_used_at');

/** A database that counts the batches it is asked for. */
function counting() {
  const asked = { batches: 0 };
  const db = new Proxy(env.DB, {
    get(target, name) {
      if (name === 'batch') asked.batches++;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { db, asked };
}

it('records the first use of a key, then nothing for 24 hours', async () => {
  const { keyId } = await aKey();
  await recordUse(env.DB, { keyId, lastUsedAt: null }, NOW_MS);
  expect(await lastUsed(keyId)).toBe(NOW_MS);
  await recordUse(env.DB, { keyId, lastUsedAt: NOW_MS }, NOW_MS + DAY_MS);
  expect(await lastUsed(keyId)).toBe(NOW_MS);
  await recordUse(env.DB, { keyId, lastUsedAt: NOW_MS }, NOW_MS + DAY_MS + 1);
  expect(await lastUsed(keyId)).toBe(NOW_MS + DAY_MS + 1);
});

it('does not even ask D1 when the key was recorded within the day', async () => {
  const { keyId } = await aKey();
  const { db, asked } = counting();
  await recordUse(db, { keyId, lastUsedAt: NOW_MS }, NOW_MS + 1);
  expect(asked.batches).toBe(0);
  await recordUse(db, { keyId, lastUsedAt: null }, NOW_MS + 1);
  expect(asked.batches).toBe(1);
});

it('leaves the first of two requests side by side as the record', async () => {
  const { keyId } = await aKey();
  await recordUse(env.DB, { keyId, lastUsedAt: null }, NOW_MS);
  await recordUse(env.DB, { keyId, lastUsedAt: null }, NOW_MS + 5);
  expect(await lastUsed(keyId)).toBe(NOW_MS);
});

it('learns how much time lies between uses, and follows a new rhythm', async () => {
  const { keyId } = await aKey();
  const gap = async () =>
    (await env.DB.prepare('SELECT usual_gap_ms FROM api_keys WHERE id = ?')
      .bind(keyId)
      .first<number>('usual_gap_ms')) ?? 'unknown';
  let [at, last] = [NOW_MS, null as number | null];
  const useAfter = async (days: number) => {
    at += days * DAY_MS;
    await recordUse(env.DB, { keyId, lastUsedAt: last }, at);
    last = at;
    return gap();
  };
  expect(await useAfter(0)).toBe('unknown');
  expect(await useAfter(7)).toBe(7 * DAY_MS);
  expect(await useAfter(7)).toBe(7 * DAY_MS);
  expect(await useAfter(3)).toBe(6 * DAY_MS);
  for (let n = 0; n < 30; n++) await useAfter(1.5);
  expect(Number(await gap()) / DAY_MS).toBeCloseTo(1.5, 2);
});

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { isolateKeyCache } from '../../src/auth/key-lookup.ts';
import { createScimKey, listKeys, revokeKey } from '../../src/auth/key-store.ts';
import { aKey, at, brokenKv, NOW_MS, owner } from './world.ts';

const DAY_MS = 86_400_000;
const create = (wanted: { ownerSeq: number; expiresAtMs?: number }) =>
  createScimKey(env, at(NOW_MS), { label: 'Okta', actor: 'cli', ...wanted });
const revoke = (keyId: string) => revokeKey(env, at(NOW_MS + 1), { keyId, actor: 'cli' });
const journalOf = async (subject: string) => {
  const select = env.DB.prepare('SELECT type, actor, attributes FROM journal WHERE subject = ? ORDER BY seq');
  return (await select.bind(subject).all()).results;
};
const listed = async (keyId: string, nowMs = NOW_MS) => (await listKeys(env.DB, nowMs)).find((key) => key.id === keyId);

describe('making a key', () => {
  it('stores its hash in D1 and KV, journals it, and fixes the username as it is now', async () => {
    const key = await aKey();
    expect(await env.DB.prepare('SELECT * FROM api_keys WHERE id = ?').bind(key.keyId).first()).toEqual({
      id: key.keyId,
      owner_seq: key.ownerSeq,
      username: key.username,
      purpose: 'scim',
      label: 'test',
      hash: key.hash,
      created_at: NOW_MS,
      expires_at: null,
      last_used_at: null,
      usual_gap_ms: null,
      revoked_at: null,
      replaced_by: null,
    });
    expect(await env.SCIM_KEYS.get(key.hash, 'json')).toEqual({
      keyId: key.keyId,
      ownerSeq: key.ownerSeq,
      purpose: 'scim',
      createdAtMs: NOW_MS,
      expiresAtMs: null,
    });
    expect(await journalOf(key.keyId)).toEqual([
      { type: 'key.created', actor: 'test', attributes: '["label","owner"]' },
    ]);
  });

  it('keeps the password nowhere: in no table and not in KV', async () => {
    const key = await aKey();
    const secret = key.password.slice(17, 60);
    const tables = await env.DB.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
    ).all<{ name: string }>();
    expect(tables.results.length).toBeGreaterThan(8);
    for (const { name } of tables.results) {
      const { results } = await env.DB.prepare(`SELECT * FROM "${name}"`).all();
      expect(JSON.stringify(results), name).not.toContain(secret);
    }
    for (const { name, metadata } of (await env.SCIM_KEYS.list()).keys) {
      expect(`${name} ${JSON.stringify(metadata)} ${await env.SCIM_KEYS.get(name)}`).not.toContain(secret);
    }
  });

  it('succeeds while KV is down, and says that KV does not have it', async () => {
    const { ownerSeq } = await owner();
    const bindings = { DB: env.DB, SCIM_KEYS: brokenKv };
    const made = await createScimKey(bindings, at(NOW_MS), { ownerSeq, label: '', actor: 'cli' });
    expect(made).toMatchObject({ ok: true, value: { inKv: false } });
  });

  it('gives the KV entry the life of the key, and at least the minute that KV asks for', async () => {
    const { ownerSeq } = await owner();
    const now = Math.ceil(Date.now() / 1000) * 1000;
    for (const [lifeMs, keptMs] of [
      [DAY_MS, DAY_MS],
      [5_000, 60_000],
    ] as const) {
      const made = await createScimKey(env, at(now), { ownerSeq, label: '', actor: 'cli', expiresAtMs: now + lifeMs });
      expect(made.ok && made.value.inKv).toBe(true);
      const { keys } = await env.SCIM_KEYS.list();
      expect(keys.map((entry) => entry.expiration)).toContain((now + keptMs) / 1000);
    }
  });

  it.each([
    ['an owner who is no admin', { role: 'user' }, 'invalid_value', /is not an active admin/],
    ['an inactive owner', { active: 0 }, 'invalid_value', /is not an active admin/],
    ['a removed owner', { removedAt: 1 }, 'resource_not_found', /does not exist/],
    ['a userName with a colon', { userName: 'a:b@acme.example' }, 'invalid_value', /without a colon/],
    ['a userName outside ASCII', { userName: 'jörg@acme.example' }, 'invalid_value', /ASCII/],
    ['a userName with a space', { userName: 'a b@acme.example' }, 'invalid_value', /spaces/],
  ])('refuses %s and writes nothing', async (_name, columns, code, says) => {
    const { ownerSeq } = await owner(columns);
    const made = await create({ ownerSeq });
    expect(made).toMatchObject({ ok: false, failure: { code, detail: expect.stringMatching(says) } });
    const count = env.DB.prepare('SELECT count(*) AS n FROM api_keys WHERE owner_seq = ?').bind(ownerSeq);
    expect(await count.first('n')).toBe(0);
  });

  it('refuses an end in the past and an owner that never was', async () => {
    const { ownerSeq } = await owner();
    expect(await create({ ownerSeq, expiresAtMs: NOW_MS })).toMatchObject({ failure: { code: 'invalid_value' } });
    expect(await create({ ownerSeq: 999_999 })).toMatchObject({ failure: { code: 'resource_not_found' } });
  });
});

describe('listing keys', () => {
  it('shows each key and why it does not work, and neither hash nor password', async () => {
    const [alive, revoked, orphan] = [await aKey(), await aKey(), await aKey()];
    const expiring = await aKey({ expiresAtMs: NOW_MS + DAY_MS });
    await revoke(revoked.keyId);
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE seq = ?").bind(orphan.ownerSeq).run();
    expect(await listed(alive.keyId)).toEqual({
      id: alive.keyId,
      purpose: 'scim',
      username: alive.username,
      label: 'test',
      createdAt: NOW_MS,
      expiresAt: null,
      lastUsedAt: null,
      revokedAt: null,
      state: 'alive',
    });
    expect(await listed(revoked.keyId)).toMatchObject({ state: 'revoked', revokedAt: NOW_MS + 1 });
    expect(await listed(orphan.keyId)).toMatchObject({ state: 'owner is no active admin' });
    expect(await listed(expiring.keyId)).toMatchObject({ state: 'alive' });
    expect(await listed(expiring.keyId, NOW_MS + DAY_MS)).toMatchObject({ state: 'expired' });
  });
});

describe('revoking a key', () => {
  it('ends it in D1 and KV and journals it', async () => {
    const key = await aKey();
    expect(await revoke(key.keyId)).toEqual({ ok: true, value: { changed: true } });
    expect(await env.SCIM_KEYS.get(key.hash)).toBeNull();
    expect(isolateKeyCache.get(key.hash, NOW_MS)).toBeUndefined();
    expect((await journalOf(key.keyId)).map((row) => row['type'])).toEqual(['key.created', 'key.revoked']);
  });

  it('changes nothing a second time', async () => {
    const key = await aKey();
    await revoke(key.keyId);
    const later = await revokeKey(env, at(NOW_MS + DAY_MS), { keyId: key.keyId, actor: 'cli' });
    expect(later).toEqual({ ok: true, value: { changed: false } });
    expect(await listed(key.keyId)).toMatchObject({ revokedAt: NOW_MS + 1 });
    expect(await journalOf(key.keyId)).toHaveLength(2);
  });

  it('succeeds while KV is down', async () => {
    const key = await aKey();
    const bindings = { DB: env.DB, SCIM_KEYS: brokenKv };
    const outcome = await revokeKey(bindings, at(NOW_MS), { keyId: key.keyId, actor: 'cli' });
    expect(outcome).toEqual({ ok: true, value: { changed: true } });
  });

  it('says that there is no key of an unknown id', async () => {
    expect(await revoke('000000000000')).toMatchObject({ failure: { code: 'resource_not_found' } });
  });
});

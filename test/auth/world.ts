// What the tests of keys share: a clock that stands still, owners, and a key with everything known about it.
import { env } from 'cloudflare:workers';
import { type Credential, readCredential } from '../../src/auth/credential.ts';
import { keyHash } from '../../src/auth/key-format.ts';
import { createScimKey } from '../../src/auth/key-store.ts';
import { type Env, type Sources, systemSources } from '../../src/env.ts';

export const NOW_MS = Date.UTC(2026, 10, 20, 12);
export const HOUR_MS = 3_600_000;

/** Real randomness, a clock that says what the test says. */
export const at = (nowMs: number): Sources => ({ nowMs: () => nowMs, randomBytes: systemSources.randomBytes });

let owners = 0;

/** A new active service admin; what is given replaces its columns. */
export async function owner(columns: { role?: string; active?: number; removedAt?: number; userName?: string } = {}) {
  const userName = columns.userName ?? `Owner${++owners}@Acme.Example`;
  const row = await env.DB.prepare(
    `INSERT INTO users (id, user_name, user_name_key, login_type, role, active, attributes, registration, created_at,
       updated_at, version, removed_at) VALUES (?1, ?2, ?1, 'service', ?3, ?4, '{}', 1, 0, 0, 1, ?5) RETURNING seq`,
  )
    .bind(userName.toLowerCase(), userName, columns.role ?? 'admin', columns.active ?? 1, columns.removedAt ?? null)
    .first<{ seq: number }>();
  if (!row) throw new Error('no owner was made');
  return { ownerSeq: row.seq, userName };
}

/** A key of a new owner, made at `NOW_MS`. */
export async function aKey(more: { expiresAtMs?: number; env?: Pick<Env, 'DB' | 'SCIM_KEYS'> } = {}) {
  const { ownerSeq } = await owner();
  const { env: bindings = env, ...rest } = more;
  const made = await createScimKey(bindings, at(NOW_MS), { ownerSeq, label: 'test', actor: 'test', ...rest });
  if (!made.ok) throw new Error(made.failure.detail);
  const { username, password, keyId } = made.value;
  const hash = await keyHash(username, password);
  return { ownerSeq, username, password, keyId, hash, credential: await credentialOf(username, password) };
}

async function credentialOf(username: string, password: string): Promise<Credential> {
  const read = await readCredential(`Bearer ${username}:${password}`);
  if (!read.ok) throw new Error(read.failure.detail);
  return read.value;
}

/** A KV that fails at everything. */
export const brokenKv = {
  get: () => Promise.reject(new Error('KV GET failed: 500')),
  put: () => Promise.reject(new Error('KV PUT failed: 429')),
  delete: () => Promise.reject(new Error('KV DELETE failed: 500')),
} as unknown as KVNamespace;

// The life of a SCIM key: made for an active admin, listed, revoked. D1 first, since it is the authority; KV follows, and
// when it cannot, nothing is lost: a key is found through D1, and a revoked one is refused by it.
// There is no way to bring a password of one's own: `createScimKey` has no parameter for it.
import type { Env, Sources } from '../env.ts';
import { type Failure, fail, ok, type Result } from '../failure.ts';
import { answered } from '../storage/deadline.ts';
import { guard } from '../storage/guard.ts';
import { type Author, authorOf } from '../storage/journal.ts';
import { auditedCommit } from './audited-commit.ts';
import { keyHash, mintPassword } from './key-format.ts';
import { forgetKey, putEntry } from './key-lookup.ts';
import { noActiveAdmin, ownerGuard, unusableUsername } from './key-owner.ts';
import { storedRow } from './stored-row.ts';

/** What to make: the owner by `seq`, a label for people, and when it ends (UTC ms; never, when left out). */
export interface NewScimKey {
  readonly ownerSeq: number;
  readonly label: string;
  readonly expiresAtMs?: number;
  readonly actor: string;
}

/** A key just made. `password` exists only here: it is stored nowhere and cannot be shown again. */
export interface CreatedScimKey {
  readonly keyId: string;
  readonly username: string;
  readonly password: string;
  readonly expiresAtMs: number | null;
  /** False when KV did not take it; the key works all the same. */
  readonly inKv: boolean;
}

/** Makes a SCIM key for an active admin. Fails with `resource_not_found` (no such owner), `invalid_value` (owner is no active
 * admin, a username that Basic cannot carry, an end in the past) or a failure of storage. */
export async function createScimKey(
  env: Pick<Env, 'DB' | 'SCIM_KEYS'>,
  sources: Sources,
  wanted: NewScimKey,
): Promise<Result<CreatedScimKey>> {
  const nowMs = sources.nowMs();
  const select = env.DB.prepare('SELECT user_name AS username FROM users WHERE seq = ? AND removed_at IS NULL');
  const owner = await storedRow<{ username: string }>(env.DB, select.bind(wanted.ownerSeq));
  if (!owner.ok) return owner;
  if (!owner.value) return fail('resource_not_found', 'The owner of the new key does not exist.');
  const { username } = owner.value;
  const wrong = unusableUsername(username) ?? alreadyOver(wanted.expiresAtMs, nowMs);
  if (wrong) return { ok: false, failure: wrong };

  const { keyId, password } = await mintPassword(sources);
  const hash = await keyHash(username, password);
  const expiresAtMs = wanted.expiresAtMs ?? null;
  const outcome = await auditedCommit(env.DB, sources, {
    type: 'key.created',
    subject: keyId,
    actor: wanted.actor,
    attributes: ['label', 'owner', ...(expiresAtMs === null ? [] : ['expires'])],
    guards: [ownerGuard(env.DB, wanted.ownerSeq, username)],
    statements: [
      env.DB.prepare(
        `INSERT INTO api_keys (id, owner_seq, username, purpose, label, hash, created_at, expires_at)
         VALUES (?, ?, ?, 'scim', ?, ?, ?, ?)`,
      ).bind(keyId, wanted.ownerSeq, username, wanted.label, hash, nowMs, expiresAtMs),
    ],
  });
  if (outcome.kind === 'fault') return { ok: false, failure: outcome.failure };
  if (outcome.kind === 'lost') return noActiveAdmin(username);
  const entry = { keyId, ownerSeq: wanted.ownerSeq, purpose: 'scim', createdAtMs: nowMs, expiresAtMs } as const;
  const inKv = await putEntry(env.SCIM_KEYS, sources, hash, entry);
  return ok({ keyId, username, password, expiresAtMs, inKv });
}

/** Why a key cannot end then; undefined where it can, or never ends. */
export function alreadyOver(expiresAtMs: number | null | undefined, nowMs: number): Failure | undefined {
  if (expiresAtMs === null || expiresAtMs === undefined || expiresAtMs > nowMs) return undefined;
  return { code: 'invalid_value', detail: 'The key would already have expired.' };
}

/** A key as it may be shown; times are UTC ms. `state` says why a key does not work, if it does not. */
export interface ListedKey {
  readonly id: string;
  /** `oauth`: a client. */
  readonly purpose: 'scim' | 'oauth';
  readonly username: string;
  readonly label: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
  readonly state: 'alive' | 'revoked' | 'expired' | 'owner is no active admin';
}

/** All SCIM keys and OAuth clients ever made, newest first; at most `limit`, without hashes. */
export async function listKeys(db: D1Database, nowMs: number, limit = 500): Promise<ListedKey[]> {
  const { results } = await db
    .prepare(
      `SELECT k.id, k.purpose, k.username, k.label, k.created_at AS createdAt, k.expires_at AS expiresAt,
         k.last_used_at AS lastUsedAt, k.revoked_at AS revokedAt,
         CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked'
              WHEN k.expires_at <= ?1 THEN 'expired'
              WHEN u.active = 1 AND u.role = 'admin' AND u.removed_at IS NULL THEN 'alive'
              ELSE 'owner is no active admin' END AS state
       FROM api_keys AS k LEFT JOIN users AS u ON u.seq = k.owner_seq
       WHERE k.purpose <> 'api' ORDER BY k.created_at DESC, k.id LIMIT ?2`,
    )
    .bind(nowMs, limit)
    .all<ListedKey>();
  return results;
}

/** Revokes a key at once, whatever it is for. `changed: false` when it was revoked before; `resource_not_found` for an unknown id. A
 * key that ended with a deactivation that is held is not revoked for good until somebody does it here. */
export async function revokeKey(
  env: Pick<Env, 'DB' | 'SCIM_KEYS'>,
  sources: Sources,
  { keyId, ...by }: Author & { readonly keyId: string },
): Promise<Result<{ readonly changed: boolean }>> {
  const select = env.DB.prepare('SELECT hash FROM api_keys WHERE id = ?').bind(keyId);
  const key = await storedRow<{ hash: string }>(env.DB, select);
  if (!key.ok) return key;
  if (!key.value) return fail('resource_not_found', 'There is no key with this id.');
  const { hash } = key.value;
  const outcome = await auditedCommit(env.DB, sources, {
    type: 'key.revoked',
    subject: keyId,
    ...authorOf(by),
    attributes: [],
    guards: [guard(env.DB, 'state', NOT_FOR_GOOD, keyId)],
    statements: [revoke(env.DB, keyId, sources.nowMs())],
  });
  if (outcome.kind === 'fault') return { ok: false, failure: outcome.failure };
  forgetKey(hash);
  // An entry that stays costs one read of D1 when somebody tries the key; it opens nothing.
  await answered('KV write', () => env.SCIM_KEYS.delete(hash)).catch(() => undefined);
  return ok({ changed: outcome.kind === 'committed' });
}

/** What the brake holds would give this key back; it knows its keys by the time at which it ended them. */
const NOT_FOR_GOOD = `EXISTS (SELECT 1 FROM api_keys AS k WHERE k.id = ? AND (k.revoked_at IS NULL OR EXISTS (
  SELECT 1 FROM destructions AS d, json_each(d.account, '$.keys') AS held
  WHERE d.user_seq = k.owner_seq AND d.state = 'held' AND d.kind = 'account' AND d.created_at = k.revoked_at
    AND held.value = k.id)))`;

/** The time is never the one that it had before. */
function revoke(db: D1Database, keyId: string, nowMs: number): D1PreparedStatement {
  return db
    .prepare('UPDATE api_keys SET revoked_at = max(?, coalesce(revoked_at + 1, 0)) WHERE id = ?')
    .bind(nowMs, keyId);
}

// Another secret without an interruption: a new key for the same owner, beside which the old one works until its overlap ends. From
// then on D1 refuses the old one by itself, whatever KV and an isolate's memory still know.
import type { Env, Sources } from '../env.ts';
import { ok, type Result } from '../failure.ts';
import { randomId } from '../random-id.ts';
import { guard } from '../storage/guard.ts';
import { type Author, authorOf, insertJournal } from '../storage/journal.ts';
import { auditedCommit } from './audited-commit.ts';
import { keyHash, mintPassword } from './key-format.ts';
import { putEntry } from './key-lookup.ts';
import { noActiveAdmin, ownerGuard, unusableUsername } from './key-owner.ts';
import { type KeyRow, noSuchKey, notRotatable, selectKeyRow } from './key-row.ts';
import { alreadyOver, type CreatedScimKey } from './key-store.ts';
import { changedMeanwhile } from './key-unused.ts';
import { storedRow } from './stored-row.ts';

export interface Rotation extends Author {
  readonly keyId: string;
  /** Where only keys of this account may be rotated. */
  readonly ownerSeq?: number;
  /** How long the old key goes on working; it ends earlier where it would have expired. */
  readonly overlapMs: number;
  /** When the new key ends; null for never. */
  readonly expiresAtMs: number | null;
}

/** What came of it: the new key, and when the old one ends. */
export interface Rotated {
  readonly key: CreatedScimKey;
  readonly label: string;
  readonly oldEndsAtMs: number;
}

/** Makes the key that takes the place of another. Fails with `resource_not_found`, `precondition_failed` (it has ended, has no secret,
 * or a key that works takes its place already), `invalid_value` (its owner is no active admin, an end in the past), or like storage does. */
export async function rotateKey(
  env: Pick<Env, 'DB' | 'SCIM_KEYS'>,
  sources: Sources,
  rotation: Rotation,
): Promise<Result<Rotated>> {
  const { keyId, ownerSeq, overlapMs, expiresAtMs } = rotation;
  const nowMs = Math.trunc(sources.nowMs());
  const read = await storedRow<KeyRow>(env.DB, selectKeyRow(env.DB, keyId));
  if (!read.ok) return read;
  const old = read.value;
  if (!old || (ownerSeq !== undefined && old.ownerSeq !== ownerSeq)) return noSuchKey();
  const username = old.ownerName;
  const wrong = notRotatable(old, nowMs) ?? alreadyOver(expiresAtMs, nowMs) ?? unusableUsername(username);
  if (wrong) return { ok: false, failure: wrong };

  const { keyId: newId, password } = await mintPassword(sources);
  const hash = await keyHash(username, password);
  const oldEndsAtMs = Math.min(nowMs + overlapMs, old.expiresAt ?? Number.POSITIVE_INFINITY);
  const made = {
    type: 'key.created',
    mutationId: randomId(sources),
    subject: newId,
    ...authorOf(rotation),
    attributes: ['label', 'owner', ...(expiresAtMs === null ? [] : ['expires'])],
  } as const;
  const outcome = await auditedCommit(env.DB, sources, {
    type: 'key.rotated',
    subject: keyId,
    ...authorOf(rotation),
    attributes: ['expires'],
    guards: [rotatableGuard(env.DB, keyId, nowMs), ownerGuard(env.DB, old.ownerSeq, username)],
    statements: [
      env.DB.prepare(
        `INSERT INTO api_keys (id, owner_seq, username, purpose, label, hash, created_at, expires_at)
         VALUES (?, ?, ?, 'scim', ?, ?, ?, ?)`,
      ).bind(newId, old.ownerSeq, username, old.label, hash, nowMs, expiresAtMs),
      env.DB.prepare(
        'UPDATE api_keys SET replaced_by = ?1, expires_at = min(?2, coalesce(expires_at, ?2)) WHERE id = ?3',
      ).bind(newId, oldEndsAtMs, keyId),
      insertJournal(env.DB, made, nowMs),
    ],
  });
  if (outcome.kind === 'fault') return { ok: false, failure: outcome.failure };
  if (outcome.kind === 'lost') return outcome.guard === 'owner' ? noActiveAdmin(username) : changedMeanwhile();
  const entry = { ownerSeq: old.ownerSeq, purpose: 'scim' } as const;
  const [inKv] = await Promise.all([
    putEntry(env.SCIM_KEYS, sources, hash, { ...entry, keyId: newId, createdAtMs: nowMs, expiresAtMs }),
    putEntry(env.SCIM_KEYS, sources, old.hash, {
      ...entry,
      keyId,
      createdAtMs: old.createdAt,
      expiresAtMs: oldEndsAtMs,
    }),
  ]);
  return ok({ key: { keyId: newId, username, password, expiresAtMs, inKv }, label: old.label, oldEndsAtMs });
}

function rotatableGuard(db: D1Database, keyId: string, nowMs: number): D1PreparedStatement {
  const isFree = `k.replaced_by IS NULL OR EXISTS (SELECT 1 FROM api_keys AS s WHERE s.id = k.replaced_by
    AND (s.revoked_at IS NOT NULL OR s.expires_at <= ?2))`;
  const condition = `EXISTS (SELECT 1 FROM api_keys AS k WHERE k.id = ?1 AND k.purpose = 'scim' AND (${isFree})
    AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?2))`;
  return guard(db, 'state', condition, keyId, nowMs);
}

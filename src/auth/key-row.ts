// A key as its administration reads it, with its owner, and what it can still become. Times are UTC milliseconds.
import { type Failure, fail } from '../failure.ts';
import { ACTIVE_ADMIN } from './key-owner.ts';
import { type SuccessorFacts, successorEnded } from './key-state.ts';

export interface KeyRow extends SuccessorFacts {
  readonly id: string;
  readonly purpose: 'api' | 'scim' | 'oauth';
  readonly label: string;
  readonly hash: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly ownerSeq: number;
  /** As it is now; the key's own may be older. */
  readonly ownerName: string;
  /** 1 while the owner is an active admin. */
  readonly ownerIsAdmin: 0 | 1;
}

/** Selects one `KeyRow`: three rows read at most. */
export function selectKeyRow(db: D1Database, keyId: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT k.id, k.purpose, k.label, k.hash, k.created_at AS createdAt, k.expires_at AS expiresAt,
         k.revoked_at AS revokedAt, k.replaced_by AS replacedBy, s.revoked_at AS successorRevokedAt,
         s.expires_at AS successorExpiresAt, k.owner_seq AS ownerSeq, u.user_name AS ownerName,
         ${ACTIVE_ADMIN} AS ownerIsAdmin
       FROM api_keys AS k CROSS JOIN users AS u ON u.seq = k.owner_seq LEFT JOIN api_keys AS s ON s.id = k.replaced_by
       WHERE k.id = ?`,
    )
    .bind(keyId);
}

/** Why a key has ended; undefined where it has not. */
export function endedFailure(
  { expiresAt, revokedAt }: Pick<KeyRow, 'expiresAt' | 'revokedAt'>,
  nowMs: number,
): Failure | undefined {
  if (revokedAt !== null) return fail('precondition_failed', 'Nothing was changed: the key was revoked.').failure;
  if (expiresAt === null || expiresAt > nowMs) return undefined;
  return fail('precondition_failed', 'Nothing was changed: the key has expired.').failure;
}

/** There is no key of that id, or it belongs to somebody else. */
export function noSuchKey() {
  return fail('resource_not_found', 'There is no key with this id.');
}

/** Why a key can be given no secret; undefined where it can. A repeated form finds its own work done here. */
export function notUnused(key: KeyRow, nowMs: number): Failure | undefined {
  if (key.purpose === 'api') return endedFailure(key, nowMs);
  if (key.purpose === 'oauth') return isClient();
  const detail =
    'Nothing was changed: the key is used for SCIM already, and its password was shown once. Rotate the key to get another.';
  return fail('precondition_failed', detail).failure;
}

/** Why a key cannot be rotated; undefined where it can. A repeated form finds its own work done here. */
export function notRotatable(key: KeyRow, nowMs: number): Failure | undefined {
  if (key.purpose === 'api') {
    return fail('precondition_failed', 'Nothing was changed: the key has no secret yet, so there is none to rotate.')
      .failure;
  }
  if (key.purpose === 'oauth') return isClient();
  if (key.replacedBy === null || successorEnded(key, nowMs)) return endedFailure(key, nowMs);
  const detail = `Nothing was changed: the key ${key.replacedBy} takes its place already, whose password was shown once. Rotate that one to get another.`;
  return fail('precondition_failed', detail).failure;
}

function isClient(): Failure {
  const detail =
    'Nothing was changed: this is a client of OAuth, which has secrets of its own. Make another one of those.';
  return fail('precondition_failed', detail).failure;
}

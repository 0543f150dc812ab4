// The one condition under which a key is alive, asked in two places: in the first read of every request, and as the first
// guard of every write, so that a key revoked between the two changes nothing. KV and caches only find keys.
import { guard, refusal } from '../storage/guard.ts';

/** A key as the request presents it: the id inside the password and the hash of `username:password`, or those of an access token. */
export interface PresentedKey {
  readonly keyId: string;
  readonly hash: string;
}

/** What the first read of a request learns: whose key it is, and the portal's row. Times are UTC milliseconds. */
export interface AuthorisationRow {
  readonly keyId: string;
  readonly keyCreatedAt: number;
  readonly keyExpiresAt: number | null;
  readonly lastUsedAt: number | null;
  readonly ownerSeq: number;
  readonly ownerId: string;
  readonly ownerLoginType: 'saml' | 'password' | 'service';
  readonly preset: string;
  readonly policy: string;
  readonly features: string;
  readonly portalVersion: number;
  readonly portalName: string;
  readonly userCount: number;
  readonly activeCount: number;
}

/** SQL: the key ?1 has not ended at ?2, and its owner is an active admin. */
export const KEY_STANDS = 'k.id = ?1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?2)';
export const OWNER_ALIVE = "u.active = 1 AND u.role = 'admin' AND u.removed_at IS NULL";
// CROSS JOIN pins the order, key by its id, owner by seq. A client of OAuth lives by any token of that hash, which one more row says.
const KEY_ALIVE = `${KEY_STANDS} AND (k.hash = ?3 AND k.purpose = 'scim' OR k.purpose = 'oauth' AND EXISTS (SELECT 1
    FROM oauth_tokens WHERE hash = ?3 AND key_id = k.id AND kind = 'access' AND expires_at > ?2))`;

/** Selects one `AuthorisationRow` when the key is alive at `nowMs`; else it raises the guard `key`, so that D1 runs nothing of
 * what stands behind it in the batch: a stranger's query must cost no more than the look at the key. Reads three rows. */
export function authoriseStatement(db: D1Database, key: PresentedKey, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT iif(u.seq IS NULL, ${refusal('key')}, k.id) AS keyId, k.created_at AS keyCreatedAt,
         k.expires_at AS keyExpiresAt, k.last_used_at AS lastUsedAt,
         u.seq AS ownerSeq, u.id AS ownerId, u.login_type AS ownerLoginType,
         portal.preset, portal.policy, portal.features, portal.version AS portalVersion, portal.name AS portalName,
         portal.user_count AS userCount, portal.active_count AS activeCount
       FROM portal LEFT JOIN api_keys AS k ON ${KEY_ALIVE}
         LEFT JOIN users AS u ON u.seq = k.owner_seq AND ${OWNER_ALIVE}
       WHERE portal.id = 1`,
    )
    .bind(key.keyId, nowMs, key.hash);
}

/** The guard `key`: rolls the batch back unless the key is alive at `nowMs`. */
export function keyGuard(db: D1Database, key: PresentedKey, nowMs: number): D1PreparedStatement {
  const alive = `api_keys AS k CROSS JOIN users AS u ON u.seq = k.owner_seq WHERE ${KEY_ALIVE} AND ${OWNER_ALIVE}`;
  return guard(db, 'key', `EXISTS (SELECT 1 FROM ${alive})`, key.keyId, nowMs, key.hash);
}

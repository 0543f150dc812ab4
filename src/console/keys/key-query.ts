// What the screens of keys ask of the database, in the call that asks for the session.
import type { KeyFacts } from '../../auth/key-state.ts';

/** The newest keys of the portal; older ones have their pages all the same. */
export const LISTED = 500;
/** Accounts to act for; the list of users has them all. */
const ACCOUNTS = 50;

/** Times are UTC milliseconds. */
export interface ShownKey extends KeyFacts {
  readonly id: string;
  readonly label: string;
  /** The SCIM API Username. */
  readonly username: string;
  readonly createdAt: number;
  /** Kept to the day. */
  readonly lastUsedAt: number | null;
  readonly ownerSeq: number;
  readonly ownerName: string;
  readonly ownerType: 'saml' | 'password' | 'service';
  /** 1 while the owner is active, whatever the rights. */
  readonly ownerIsActive: 0 | 1;
  /** Of the key that takes its place: when it was used first, or last. */
  readonly successorUsedAt: number | null;
  readonly successorRevokedAt: number | null;
  readonly successorExpiresAt: number | null;
}

const COLUMNS = `k.id, k.purpose, k.label, k.username, k.created_at AS createdAt, k.expires_at AS expiresAt,
  k.revoked_at AS revokedAt, k.replaced_by AS replacedBy, k.last_used_at AS lastUsedAt, k.owner_seq AS ownerSeq,
  coalesce(u.user_name, k.username) AS ownerName, coalesce(u.login_type, 'service') AS ownerType,
  coalesce(u.active = 1 AND u.removed_at IS NULL, 0) AS ownerIsActive,
  coalesce(u.active = 1 AND u.removed_at IS NULL AND u.role = 'admin', 0) AS ownerIsAdmin`;

/** Selects the newest keys as `ShownKey`s, newest first: two rows read a key. */
export function selectKeys(db: D1Database): D1PreparedStatement {
  return db
    .prepare(
      `SELECT ${COLUMNS}, NULL AS successorUsedAt, NULL AS successorRevokedAt, NULL AS successorExpiresAt
       FROM (SELECT * FROM api_keys WHERE purpose <> 'oauth' ORDER BY rowid DESC LIMIT ?) AS k LEFT JOIN users AS u ON u.seq = k.owner_seq
       ORDER BY k.created_at DESC, k.id`,
    )
    .bind(LISTED);
}

/** Selects one `ShownKey`: three rows read at most, each by its key. */
export function selectKey(db: D1Database, id: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT ${COLUMNS}, s.last_used_at AS successorUsedAt, s.revoked_at AS successorRevokedAt,
         s.expires_at AS successorExpiresAt
       FROM api_keys AS k LEFT JOIN users AS u ON u.seq = k.owner_seq LEFT JOIN api_keys AS s ON s.id = k.replaced_by
       WHERE k.id = ?`,
    )
    .bind(id);
}

/** A service account that can be acted for. */
export interface ServiceAccount {
  readonly seq: number;
  readonly userName: string;
  readonly isAdmin: 0 | 1;
}

/** Selects active `ServiceAccount`s by name, the admins first. */
export function selectServiceAccounts(db: D1Database): D1PreparedStatement {
  return db
    .prepare(
      `SELECT seq, user_name AS userName, (role = 'admin') AS isAdmin FROM users
       WHERE login_type = 'service' AND login_type <> 'saml' AND active = 1 AND removed_at IS NULL
       ORDER BY isAdmin DESC, user_name LIMIT ?`,
    )
    .bind(ACCOUNTS);
}

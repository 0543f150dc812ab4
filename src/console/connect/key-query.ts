// The SCIM keys and OAuth clients as the guides need them: which there are, whose they are, and which one a guide is about.
import type { GrantName } from '../../auth/oauth/client-grant.ts';

/** A SCIM key, or a client of OAuth, with what a guide needs of it. Times are UTC milliseconds. */
export interface ConnectKey {
  readonly id: string;
  readonly label: string;
  readonly username: string;
  /** Of a client. */
  readonly grant: GrantName | null;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  /** The id of the key that takes its place, while both work. */
  readonly replacedBy: string | null;
  readonly ownerLoginType: 'saml' | 'password' | 'service' | null;
  readonly state: 'alive' | 'revoked' | 'expired' | 'owner';
}

const LISTED = 50;

const OWNER_ALIVE = "u.active = 1 AND u.role = 'admin' AND u.removed_at IS NULL";

const newest = (
  purpose: 'scim' | 'oauth',
) => `(SELECT k.id FROM api_keys AS k CROSS JOIN users AS u ON u.seq = k.owner_seq
  WHERE k.purpose = '${purpose}' AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?2) AND ${OWNER_ALIVE}
  ORDER BY k.rowid DESC LIMIT 1)`;

/** SQL of a subquery: the id that is asked for (?1), or else the newest key that is alive at ?2, or else the newest client. */
export const CHOSEN = `coalesce(?1, ${newest('scim')}, ${newest('oauth')})`;

const COLUMNS = `k.id, k.label, k.username, k.created_at AS createdAt, k.last_used_at AS lastUsedAt,
  CASE WHEN k.purpose = 'oauth' THEN (SELECT "grant" FROM oauth_clients WHERE key_id = k.id) END AS "grant",
  k.replaced_by AS replacedBy, u.login_type AS ownerLoginType,
  CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN k.expires_at <= ?2 THEN 'expired'
    WHEN ${OWNER_ALIVE} THEN 'alive' ELSE 'owner' END AS state`;

/** The key that the address names, or the newest that is alive; at most one `ConnectKey`. */
export function selectChosenKey(db: D1Database, id: string | null, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT ${COLUMNS} FROM api_keys AS k LEFT JOIN users AS u ON u.seq = k.owner_seq
       WHERE k.id = ${CHOSEN} AND k.purpose <> 'api'`,
    )
    .bind(id, nowMs);
}

/** The newest keys, as `ConnectKey`s: those that work, and those that do not and are not revoked. */
export function selectConnectKeys(db: D1Database, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT ${COLUMNS} FROM (SELECT * FROM api_keys WHERE purpose <> 'api' AND revoked_at IS NULL
         ORDER BY rowid DESC LIMIT ${LISTED}) AS k LEFT JOIN users AS u ON u.seq = k.owner_seq
       ORDER BY state = 'alive' DESC, k.created_at DESC, k.id`,
    )
    .bind(null, nowMs);
}

/** The oldest service account that may own a key: at most one row `{ seq }`. */
export function selectServiceOwner(db: D1Database): D1PreparedStatement {
  return db.prepare(
    `SELECT u.seq FROM users AS u WHERE u.login_type = 'service' AND ${OWNER_ALIVE} ORDER BY u.seq LIMIT 1`,
  );
}

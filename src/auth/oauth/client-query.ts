// What is known of the clients of OAuth and of their secrets, as statements. Times are UTC milliseconds.
import { ACTIVE_ADMIN } from '../key-owner.ts';
import type { GrantName } from './client-grant.ts';

/** A client with the account that it acts for. Whether it is alive is what `keyState` says of it. */
export interface ClientRow {
  readonly id: string;
  readonly label: string;
  readonly grant: GrantName;
  /** JSON array. */
  readonly redirectUris: string;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly audience: string | null;
  readonly jwksUrl: string | null;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** Kept to the day. */
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
  readonly ownerSeq: number;
  readonly ownerName: string;
  /** 1 while the owner is an active admin. */
  readonly ownerIsAdmin: 0 | 1;
}

const SELECT_CLIENT = `SELECT k.id, k.label, c."grant", c.redirect_uris AS redirectUris, c.issuer, c.subject, c.audience,
    c.jwks_url AS jwksUrl, k.created_at AS createdAt, k.expires_at AS expiresAt, k.last_used_at AS lastUsedAt,
    k.revoked_at AS revokedAt, k.owner_seq AS ownerSeq, coalesce(u.user_name, k.username) AS ownerName,
    coalesce((SELECT ${ACTIVE_ADMIN} FROM users WHERE seq = k.owner_seq), 0) AS ownerIsAdmin`;

/** Selects one `ClientRow`, or none: four rows read at most. */
export function selectClient(db: D1Database, clientId: string): D1PreparedStatement {
  return db
    .prepare(
      `${SELECT_CLIENT} FROM api_keys AS k CROSS JOIN oauth_clients AS c ON c.key_id = k.id
         LEFT JOIN users AS u ON u.seq = k.owner_seq
       WHERE k.id = ? AND k.purpose = 'oauth'`,
    )
    .bind(clientId);
}

/** Selects the newest `ClientRow`s, newest first. */
export function selectClients(db: D1Database, limit = 500): D1PreparedStatement {
  return db
    .prepare(
      `${SELECT_CLIENT} FROM (SELECT rowid AS made, * FROM oauth_clients ORDER BY rowid DESC LIMIT ?) AS c
         CROSS JOIN api_keys AS k ON k.id = c.key_id LEFT JOIN users AS u ON u.seq = k.owner_seq
       ORDER BY c.made DESC`,
    )
    .bind(limit);
}

/** A secret as it may be shown. */
export interface SecretRow {
  readonly id: string;
  /** Its last four characters. */
  readonly hint: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

/** Selects the `SecretRow`s of a client, newest first. */
export function selectSecrets(db: D1Database, clientId: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT id, hint, created_at AS createdAt, last_used_at AS lastUsedAt, revoked_at AS revokedAt
       FROM oauth_secrets WHERE key_id = ? ORDER BY rowid DESC`,
    )
    .bind(clientId);
}

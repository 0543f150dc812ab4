// What the screens of OAuth clients ask of the database, in the call that asks for the session. Times are UTC milliseconds.
import {
  type ClientRow,
  type SecretRow,
  selectClient,
  selectClients,
  selectSecrets,
} from '../../auth/oauth/client-query.ts';
import { REFRESH_LIFE_MS } from '../../auth/oauth/token-write.ts';
import { type ServiceAccount, selectServiceAccounts } from '../keys/key-query.ts';

/** The newest clients of the portal; older ones have their pages all the same. */
export const LISTED = 200;
/** The newest codes of the portal, which are looked through for those of one client; there is one for each consent that stands. */
const CODES = 200;
const GRANTS = 20;

/** What an admin allowed a client, while it can still get tokens by it. */
export interface GrantRow {
  readonly id: string;
  readonly allowedAt: number;
  /** When it got its last token. */
  readonly usedAt: number;
  /** Until when it lasts, if it is not used again before. */
  readonly until: number;
  /** The admin who allowed it, where the portal still knows. */
  readonly bySeq: number | null;
  readonly byName: string | null;
}

/** Selects `GrantRow`s of a client, the newest first. */
function selectGrants(db: D1Database, clientId: string, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT c.grant_id AS id, c.created_at AS allowedAt, t.expires_at - ${REFRESH_LIFE_MS} AS usedAt,
         t.expires_at AS until, u.seq AS bySeq, u.user_name AS byName
       FROM (SELECT * FROM oauth_codes ORDER BY rowid DESC LIMIT ${CODES}) AS c
         CROSS JOIN oauth_tokens AS t ON t.grant_id = c.grant_id AND t.kind = 'refresh' AND t.expires_at > ?2
         LEFT JOIN users AS u ON u.id = c.user_id
       WHERE c.key_id = ?1 ORDER BY c.created_at DESC LIMIT ${GRANTS}`,
    )
    .bind(clientId, nowMs);
}

/** One row `{ isService }`: 1 where the account that the client acts for is a service account that can be acted for. */
function selectOwnerKind(db: D1Database, clientId: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT u.login_type = 'service' AND u.active = 1 AND u.removed_at IS NULL AS isService
       FROM api_keys AS k CROSS JOIN users AS u ON u.seq = k.owner_seq WHERE k.id = ?`,
    )
    .bind(clientId);
}

/** All that the page of a client shows. */
export interface ClientDetails {
  readonly client: ClientRow;
  readonly secrets: readonly SecretRow[];
  readonly grants: readonly GrantRow[];
  readonly ownerIsService: boolean;
}

/** The statements of the page of a client, in the order in which `readDetails` takes their results. */
export function selectDetails(db: D1Database, clientId: string, nowMs: number): readonly D1PreparedStatement[] {
  return [
    selectClient(db, clientId),
    selectSecrets(db, clientId),
    selectGrants(db, clientId, nowMs),
    selectOwnerKind(db, clientId),
  ];
}

/** What the results of `selectDetails` say; undefined where there is no such client. */
export function readDetails(results: readonly D1Result[]): ClientDetails | undefined {
  const [clients, secrets, grants, kinds] = results.map((result) => result.results);
  const client = clients?.[0] as unknown as ClientRow | undefined;
  if (!client) return undefined;
  return {
    client,
    secrets: (secrets ?? []) as unknown as SecretRow[],
    grants: (grants ?? []) as unknown as GrantRow[],
    ownerIsService: (kinds?.[0] as { isService: 0 | 1 } | undefined)?.isService === 1,
  };
}

/** Of the list. */
export function selectList(db: D1Database): D1PreparedStatement {
  return selectClients(db, LISTED);
}

/** The accounts that a new client may act for, besides the admin's own. */
export function selectOwners(db: D1Database): D1PreparedStatement {
  return selectServiceAccounts(db);
}

export type Owner = ServiceAccount;

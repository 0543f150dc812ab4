// What the brake holds, as it is read: of each user the deactivations whose account row is held, and what belongs to each of them.
// A row that is held without one waits for somebody else, a legal hold; nothing here touches it.
import type { User } from '../directory/user.ts';
import type { ScimResource } from '../scim/resource.ts';
import { readUser, USER_COLUMNS, type UserRow } from '../storage/user-rows.ts';
import { BRAKE_HOLDS } from './hold-moves.ts';

/** What a held deactivation took from the user's row; `brake-hold.ts` writes it. */
export interface HeldAccount {
  /** Whether the user was active before, and whether it was a DELETE; 0 or 1. */
  readonly active: number;
  readonly removed: number;
  readonly role: string;
  readonly lastLoginAt: number | null;
  /** Only where the profile went. The team by its id. */
  readonly profile?: HeldProfile;
  /** What the policy of that day did with files and messages. */
  readonly content: 'destroy' | 'keep';
  /** Ids of the keys that it revoked and of the groups that the user left. */
  readonly keys: readonly string[];
  readonly groups: readonly string[];
}

export interface HeldProfile {
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly attributes: ScimResource;
  readonly team: string | null;
}

/** One held deactivation or removal, under its cause. */
export interface HeldDeactivation {
  readonly cause: string;
  /** The registration that it ended, or left where it kept the content. */
  readonly registration: number;
  readonly at: number;
  readonly account: HeldAccount;
  /** The ledger's rows: of the account, and of content and workspaces where they are held too. */
  readonly accountSeq: number;
  readonly contentSeq?: number;
  readonly workspacesSeqs: readonly number[];
}

/** A user of whom something is held, as the row is now; tombstones too. */
export interface HeldUser extends User {
  readonly userNameKey: string;
  readonly teamSeq: number | null;
  /** When access ended last, and since when the row is a tombstone. */
  readonly deactivatedAt: number | null;
  readonly removedAt: number | null;
  /** Whether SCIM still manages the account. */
  readonly managed: boolean;
  /** Newest first. */
  readonly held: readonly HeldDeactivation[];
}

/** The newest deactivation there can be: as a bound, none. */
export const NEWEST = Number.MAX_SAFE_INTEGER;

/** The users of whom the brake holds something, in the order of their `seq`, behind one of them: rows `{ userSeq }`. Deactivations
 * whose account row is newer than `upTo` do not count. */
export function selectHeldSeqs(
  db: D1Database,
  afterSeq: number,
  limit: number,
  upTo: number = NEWEST,
): D1PreparedStatement {
  return db
    .prepare(
      `SELECT user_seq AS userSeq FROM destructions WHERE ${BRAKE_HOLDS} AND kind = 'account' AND user_seq > ? AND +seq <= ?
       GROUP BY user_seq ORDER BY user_seq LIMIT ?`,
    )
    .bind(afterSeq, upTo, limit);
}

/** Those of them with one of these ids or unique keys: rows `{ userSeq, id, userNameKey }`. */
export function selectHeldNamed(
  db: D1Database,
  ids: readonly string[],
  userNameKeys: readonly string[],
): D1PreparedStatement {
  return db
    .prepare(
      `SELECT DISTINCT u.seq AS userSeq, u.id, u.user_name_key AS userNameKey
       FROM destructions AS d CROSS JOIN users AS u ON u.seq = d.user_seq
       WHERE d.state = 'held' AND d.held_by IS NOT 'admin' AND d.kind = 'account' AND (u.id IN (SELECT value FROM json_each(?))
         OR u.user_name_key IN (SELECT value FROM json_each(?)))
       ORDER BY u.seq`,
    )
    .bind(JSON.stringify(ids), JSON.stringify(userNameKeys));
}

/** All rows of the ledger that the brake holds of these users, except of deactivations whose account row is newer than `upTo`: rows
 * `{ seq, userSeq }`. */
export function selectHeldLedger(
  db: D1Database,
  userSeqs: readonly number[],
  upTo: number = NEWEST,
): D1PreparedStatement {
  return db
    .prepare(
      `SELECT d.seq, d.user_seq AS userSeq FROM json_each(?) AS named
       CROSS JOIN destructions AS a ON a.user_seq = named.value AND a.state = 'held' AND a.held_by IS NOT 'admin'
         AND a.kind = 'account' AND +a.seq <= ?
       CROSS JOIN destructions AS d ON d.user_seq = a.user_seq AND d.state = 'held' AND d.held_by IS NOT 'admin'
         AND d.cause = a.cause`,
    )
    .bind(JSON.stringify(userSeqs), upTo);
}

/** Two statements, for `readHeldUser`. */
export function selectHeldUser(db: D1Database, userSeq: number): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `SELECT ${USER_COLUMNS}, user_name_key AS userNameKey, team_seq AS teamSeq, deactivated_at AS deactivatedAt,
           removed_at AS removedAt, login_type = 'saml' AS managed FROM users WHERE seq = ?`,
      )
      .bind(userSeq),
    db
      .prepare(
        `SELECT seq, kind, cause, registration, account, created_at AS createdAt FROM destructions
         WHERE user_seq = ? AND ${BRAKE_HOLDS} ORDER BY seq DESC`,
      )
      .bind(userSeq),
  ];
}

interface HeldUserRow extends UserRow, Pick<HeldUser, 'userNameKey' | 'teamSeq' | 'deactivatedAt' | 'removedAt'> {
  readonly managed: number;
}

interface HeldRow {
  readonly seq: number;
  readonly kind: 'account' | 'user_content' | 'workspaces';
  readonly cause: string;
  readonly registration: number;
  readonly account: string | null;
  readonly createdAt: number;
}

/** The user of the results of `selectHeldUser`; undefined where there is none. */
export function readHeldUser([user, ledger]: readonly D1Result[]): HeldUser | undefined {
  const row = (user?.results as HeldUserRow[] | undefined)?.[0];
  if (!row) return undefined;
  const { managed, userNameKey, teamSeq, deactivatedAt, removedAt, ...columns } = row;
  const held = readHeld((ledger?.results ?? []) as unknown as HeldRow[]);
  return { ...readUser(columns), userNameKey, teamSeq, deactivatedAt, removedAt, managed: managed === 1, held };
}

function readHeld(rows: readonly HeldRow[]): HeldDeactivation[] {
  return rows.flatMap(({ seq, kind, cause, registration, account, createdAt }) => {
    if (kind !== 'account' || account === null) return [];
    const seqsOf = (other: string) =>
      rows.filter((row) => row.kind === other && row.cause === cause).map((row) => row.seq);
    const [contentSeq] = seqsOf('user_content');
    return {
      cause,
      registration,
      at: createdAt,
      account: JSON.parse(account) as HeldAccount,
      accountSeq: seq,
      ...(contentSeq === undefined ? {} : { contentSeq }),
      workspacesSeqs: seqsOf('workspaces'),
    };
  });
}

// What each user would lose if the brake let go: counted from what is held, not from what the policy says now, and no further than
// somebody who has to decide needs to know.
import { BRAKE_HOLDS } from './hold-moves.ts';

/** One user of whom something is held. Times are UTC milliseconds, flags 0 or 1. */
export interface LossRow {
  readonly userSeq: number;
  readonly id: string;
  readonly userName: string;
  /** Whether the user came back meanwhile, or is removed. */
  readonly active: number;
  readonly removed: number;
  /** The first of the held deactivations, who did it, and how many there are. */
  readonly since: number;
  readonly actor: string;
  readonly deactivations: number;
  /** 1 where admin rights went, and where names and attributes would go. */
  readonly admin: number;
  readonly profile: number;
  /** Counted up to the bound of `selectLosses`; the bytes are those of what is counted. */
  readonly files: number;
  readonly messages: number;
  readonly bytes: number;
  readonly workspaces: number;
  /** The label of the key that `actor` is, and whose it is. */
  readonly keyLabel: string | null;
  readonly keyOwner: string | null;
  /** 1 where it is a client of OAuth. */
  readonly keyIsClient: 0 | 1 | null;
  /** Whether SCIM still manages the account, and whether another one has its userName by now. */
  readonly managed: number;
  readonly taken: number;
  readonly removedAt: number | null;
  readonly deactivatedAt: number | null;
  /** JSON: of each held deactivation when it was, whether it ended access, and whether it was a DELETE. */
  readonly ends: string;
}

/** The users behind `afterSeq`, in order: rows of type `LossRow`. Counts up to `most` of a kind. */
export function selectLosses(db: D1Database, afterSeq: number, count: number, most: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT h.userSeq, h.since, h.deactivations, h.profile, h.admin, h.ends, u.id, u.user_name AS userName, u.active,
         u.removed_at IS NOT NULL AS removed, u.removed_at AS removedAt, u.deactivated_at AS deactivatedAt,
         u.login_type = 'saml' AS managed, u.removed_at IS NOT NULL AND EXISTS (SELECT 1 FROM users AS o
           WHERE o.user_name_key = u.user_name_key AND o.removed_at IS NULL) AS taken,
         f.actor, k.label AS keyLabel, k.username AS keyOwner, k.purpose = 'oauth' AS keyIsClient,
         ${upTo(content('files', '1'), 'count(*)')} AS files, ${upTo(content('messages', '1'), 'count(*)')} AS messages,
         ${upTo(content('files', SIZE), BYTES)} + ${upTo(content('messages', SIZE), BYTES)} AS bytes,
         ${upTo(WORKSPACES, 'count(*)')} AS workspaces
       FROM (SELECT user_seq AS userSeq, min(seq) AS firstSeq, min(created_at) AS since, count(*) AS deactivations,
           max(account ->> 'profile' IS NOT NULL) AS profile, max(account ->> 'role' = 'admin') AS admin,
           json_group_array(json_array(created_at, account ->> 'active', account ->> 'removed')) AS ends
         FROM destructions WHERE ${BRAKE_HOLDS} AND kind = 'account' AND user_seq > ?1
         GROUP BY user_seq ORDER BY user_seq LIMIT ?2) AS h
       CROSS JOIN users AS u ON u.seq = h.userSeq CROSS JOIN destructions AS f ON f.seq = h.firstSeq
       LEFT JOIN api_keys AS k ON k.id = f.actor`,
    )
    .bind(afterSeq, count, most);
}

const SIZE = 'c.size_bytes AS size';
const BYTES = 'coalesce(sum(size), 0)';
const SAME = "a.user_seq = h.userSeq AND a.state = 'held' AND a.held_by IS NOT 'admin' AND a.kind = 'account'";

const WORKSPACES = `SELECT 1 FROM ${held('workspaces')} CROSS JOIN workspaces AS w ON w.owner_seq = d.user_seq
  AND w.deleted_at IS NULL AND w.destruction_seq = d.seq WHERE ${SAME}`;

function upTo(rows: string, what: string): string {
  return `(SELECT ${what} FROM (${rows} LIMIT ?3))`;
}

/** Held accounts with the held row of a kind that has the same cause. */
function held(kind: string): string {
  return `destructions AS a CROSS JOIN destructions AS d ON d.user_seq = a.user_seq AND d.state = 'held'
    AND d.kind = '${kind}' AND d.cause = a.cause`;
}

function content(table: string, column: string): string {
  return `SELECT ${column} FROM ${held('user_content')} CROSS JOIN ${table} AS c ON c.workspace_seq IS NULL
    AND c.owner_seq = d.user_seq AND c.registration = d.registration WHERE ${SAME}`;
}

// What each user would lose if the brake let go: counted from what is held, not from what the policy says now.
import { BRAKE_HOLDS } from './hold-moves.ts';

/** One user of whom something is held. Times are UTC milliseconds. */
export interface Loss {
  readonly userSeq: number;
  readonly id: string;
  readonly userName: string;
  /** Whether the user came back meanwhile, or is removed. */
  readonly active: number;
  readonly removed: number;
  /** The first of the held deactivations, and their number. */
  readonly since: number;
  readonly deactivations: number;
  /** 1 where admin rights went, and where names and attributes would go. */
  readonly admin: number;
  readonly profile: number;
  readonly files: number;
  readonly messages: number;
  readonly bytes: number;
  readonly workspaces: number;
}

/** The users behind `afterSeq`, in order: rows of type `Loss`. Reads the rows of what is counted. */
export function selectLosses(db: D1Database, afterSeq: number, count: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT h.*, u.id, u.user_name AS userName, u.active, u.removed_at IS NOT NULL AS removed,
         ${content('files', 'count(*)')} AS files, ${content('messages', 'count(*)')} AS messages,
         ${content('files', BYTES)} + ${content('messages', BYTES)} AS bytes,
         (SELECT count(*) FROM ${held('workspaces')} CROSS JOIN workspaces AS w ON w.owner_seq = d.user_seq
            AND w.deleted_at IS NULL AND w.destruction_seq = d.seq WHERE ${SAME}) AS workspaces
       FROM (SELECT user_seq AS userSeq, min(created_at) AS since, count(*) AS deactivations,
           max(account ->> 'profile' IS NOT NULL) AS profile, max(account ->> 'role' = 'admin') AS admin
         FROM destructions WHERE ${BRAKE_HOLDS} AND kind = 'account' AND user_seq > ?1
         GROUP BY user_seq ORDER BY user_seq LIMIT ?2) AS h
       CROSS JOIN users AS u ON u.seq = h.userSeq`,
    )
    .bind(afterSeq, count);
}

const BYTES = 'coalesce(sum(c.size_bytes), 0)';
const SAME = "a.user_seq = h.userSeq AND a.state = 'held' AND a.held_by IS NOT 'admin' AND a.kind = 'account'";

/** Held accounts with the held row of a kind that has the same cause. */
function held(kind: string): string {
  return `destructions AS a CROSS JOIN destructions AS d ON d.user_seq = a.user_seq AND d.state = 'held'
    AND d.kind = '${kind}' AND d.cause = a.cause`;
}

function content(table: string, what: string): string {
  return `(SELECT ${what} FROM ${held('user_content')} CROSS JOIN ${table} AS c ON c.workspace_seq IS NULL
    AND c.owner_seq = d.user_seq AND c.registration = d.registration WHERE ${SAME})`;
}

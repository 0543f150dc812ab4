// How many users there are, by the counters of the portal: those of SCIM are counted there, and of the others there are few.
import type { SessionRow } from '../auth/session.ts';

const MOST_OUTSIDE = 1_000;

interface CountRow {
  readonly hidden: number;
  readonly outside: number;
  readonly outsideActive: number | null;
}

export interface UserCounts {
  readonly registered: number;
  /** Deactivated or removed. */
  readonly deactivated: number;
}

/** One row for `readUserCounts`; it reads as many rows as there are accounts outside SCIM, at most a thousand. */
export function selectUserCounts(db: D1Database): D1PreparedStatement {
  return db.prepare(
    `SELECT (SELECT hidden_count FROM portal WHERE id = 1) AS hidden, count(*) AS outside,
       sum(active = 1 AND removed_at IS NULL) AS outsideActive
     FROM (SELECT active, removed_at FROM users WHERE login_type <> 'saml' LIMIT ${MOST_OUTSIDE})`,
  );
}

/** The numbers; undefined where more accounts are outside SCIM than are counted. */
export function readUserCounts(
  result: D1Result | undefined,
  { userCount, activeCount }: Pick<SessionRow, 'userCount' | 'activeCount'>,
): UserCounts | undefined {
  const row = (result?.results as CountRow[] | undefined)?.[0];
  if (row === undefined || row.outside === MOST_OUTSIDE) return undefined;
  const registered = activeCount + (row.outsideActive ?? 0);
  return { registered, deactivated: userCount + row.hidden - registered };
}

// No request reads a whole large directory: what an index leaves of it is counted first, in the same batch, and above the limit
// the batch is refused before it scans.
import type { Condition } from './condition.ts';
import { countedUsers } from './condition.ts';
import { meetsFew } from './condition-index.ts';
import { indexedPartSql } from './condition-sql.ts';
import { type FilterTableName, VISIBLE_SQL } from './filter-columns.ts';
import { guard } from './guard.ts';

/** How many rows one filter or sort may look through. */
export const MAX_SCANNED_ROWS = 50_000;

/** At least as many as the table has rows to look through, without counting them. */
const TABLE_SIZE_SQL: Readonly<Record<FilterTableName, string>> = {
  users: '(SELECT user_count FROM portal WHERE id = 1)',
  groups: '(SELECT coalesce(max(seq), 0) FROM groups)',
  teams: '(SELECT coalesce(max(seq), 0) FROM teams)',
};

/** True where finding the condition's rows, and counting them, means to look through many. */
export function needsScanGuard(condition: Condition | undefined): boolean {
  return condition !== undefined && countedUsers(condition) === undefined && !meetsFew(condition);
}

/**
 * Holds that the rows which the condition's index leaves, or all of the table without a condition, are at most 50,000. Stands
 * before the statements that look through them, in the same batch. Needed for a filter by `needsScanGuard`, and for every
 * `sortBy` on an attribute without an index.
 */
export function scanGuard(
  db: D1Database,
  condition: Condition | undefined,
  table: FilterTableName = 'users',
): D1PreparedStatement {
  const small = `${TABLE_SIZE_SQL[table]} <= ${MAX_SCANNED_ROWS}`;
  const part = condition && indexedPartSql(condition, table);
  if (part === undefined) return guard(db, 'scan', small);
  const rows = `SELECT 1 FROM ${table} WHERE ${VISIBLE_SQL[table]} AND ${part.sql} LIMIT ${MAX_SCANNED_ROWS + 1}`;
  return guard(db, 'scan', `${small} OR (SELECT count(*) FROM (${rows})) <= ${MAX_SCANNED_ROWS}`, ...part.values);
}

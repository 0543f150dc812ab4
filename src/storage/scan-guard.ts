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
  const members = condition && walksMembers(condition) ? ` AND ${few('SELECT 1 FROM group_members')}` : '';
  const part = condition && indexedPartSql(condition, table);
  if (part === undefined) return guard(db, 'scan', small + members);
  const rows = few(`SELECT 1 FROM ${table} WHERE ${VISIBLE_SQL[table]} AND ${part.sql}`);
  return guard(db, 'scan', `(${small} OR ${rows})${members}`, ...part.values);
}

/** SQL that holds where `select` finds at most as many rows as may be looked through; it stops at the first beyond. */
function few(select: string): string {
  return `(SELECT count(*) FROM (${select} LIMIT ${MAX_SCANNED_ROWS + 1})) <= ${MAX_SCANNED_ROWS}`;
}

/** Whether the condition looks through the members of each group, or the groups of each user. */
function walksMembers(condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.terms.some(walksMembers);
    case 'not':
      return walksMembers(condition.term);
    case 'any':
      return condition.list.kind === 'relation';
    default:
      return false;
  }
}

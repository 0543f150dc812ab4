// One page of users: the SELECT of a condition, an order, and where to begin.
import type { User } from '../directory/user.ts';
import type { Position } from '../scim/cursor.ts';
import type { Condition } from './condition.ts';
import { conditionSql, type Sql } from './condition-sql.ts';
import { LAST_MUTATION } from './journal.ts';
import { behindSql, halfSql, keySql, type Order, orderSql, splitsByNull } from './list-order.ts';
import { readUser, USER_COLUMNS, type UserRow, VISIBLE } from './user-rows.ts';

/** Where a page begins: after so many rows, or behind a row wherever that is now. */
export type PlainStart =
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'behind'; readonly position: Position };

/** Or, in the order of `seq`, behind the row that was the last of so many when the journal ended with `state`, if it still
 * does. */
export type Start =
  | PlainStart
  | { readonly kind: 'remembered'; readonly offset: number; readonly seq: number; readonly state: string };

export interface PageRequest {
  readonly condition: Condition | undefined;
  readonly order: Order | undefined;
  readonly start: Start;
  readonly limit: number;
}

/** A user of a page, with its place in the page's order. */
export interface PlacedUser {
  readonly user: User;
  readonly position: Position;
}

/** The page's rows, for `readPlaced`. */
export function selectPage(db: D1Database, page: PageRequest): D1PreparedStatement {
  const { condition, order, start, limit } = page;
  if (splitsByNull(order, condition)) return selectHalves(db, order, start, limit);
  const where = conditionSql(condition ?? { kind: 'constant', value: true });
  const behind = behindStart(order, start);
  const offset = offsetSql(start);
  return db
    .prepare(
      `SELECT ${columns(order)} FROM users WHERE ${VISIBLE} AND (${where.sql}) AND ${behind.sql}
       ORDER BY ${orderSql(order)} LIMIT ? OFFSET ${offset.sql}`,
    )
    .bind(...where.values, ...behind.values, limit, ...offset.values);
}

/** The users of a page, in its order. */
export function readPlaced(result: D1Result | undefined): PlacedUser[] {
  const rows = (result?.results ?? []) as (UserRow & { readonly sortKey: Position['key'] })[];
  return rows.map(({ sortKey, ...row }) => ({ user: readUser(row), position: { seq: row.seq, key: sortKey } }));
}

/** For where a page begins that begins with the first row. */
export const EVERYTHING: Sql = { sql: '1', values: [] };

function behindStart(order: Order | undefined, start: Start): Sql {
  if (start.kind === 'behind') return behindSql(order, start.position);
  if (start.kind === 'offset') return EVERYTHING;
  return { sql: `users.seq > iif(${LAST_MUTATION} = ?, ?, 0)`, values: [start.state, start.seq] };
}

function offsetSql(start: Start): Sql {
  if (start.kind !== 'remembered') return { sql: '?', values: [offsetOf(start)] };
  return { sql: `iif(${LAST_MUTATION} = ?, 0, ?)`, values: [start.state, start.offset] };
}

function columns(order: Order | undefined): string {
  return `${USER_COLUMNS}, ${order === undefined ? 'NULL' : keySql(order.key)} AS sortKey`;
}

/** Rows with a value by its index, rows without by `seq`, one after the other; SQLite stops in the first where it suffices. */
function selectHalves(db: D1Database, order: Order, start: Start, limit: number): D1PreparedStatement {
  const offset = offsetOf(start);
  const halves = order.descending ? (['without', 'with'] as const) : (['with', 'without'] as const);
  const parts = halves.map((half) => {
    const behind = start.kind === 'behind' ? behindInHalf(order, half, start.position) : EVERYTHING;
    const { rows, order: by } = halfSql(order, half);
    return {
      sql: `SELECT * FROM (SELECT ${columns(order)} FROM users WHERE ${rows} AND ${behind.sql} ORDER BY ${by} LIMIT ?)`,
      values: [...behind.values, limit + offset],
    };
  });
  return db
    .prepare(`${parts.map(({ sql }) => sql).join(' UNION ALL ')} LIMIT ? OFFSET ?`)
    .bind(...parts.flatMap(({ values }) => values), limit, offset);
}

/** Behind a row of the other half, a half has all of its rows or none. */
function behindInHalf(order: Order, half: 'with' | 'without', { seq, key }: Position): Sql {
  const sign = order.descending ? '<' : '>';
  const isHere = (half === 'without') === (key === null);
  if (!isHere) return { sql: (half === 'with') === order.descending ? '1' : '0', values: [] };
  if (key === null) return { sql: `users.seq ${sign} ?`, values: [seq] };
  return { sql: `(${keySql(order.key)}, users.seq) ${sign} (?, ?)`, values: [key, seq] };
}

function offsetOf(start: Start): number {
  return start.kind === 'behind' ? 0 : start.offset;
}

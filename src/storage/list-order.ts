// The order of a list, and what comes behind a position in it, as SQL. Ascending: values from small to large, rows without a
// value last, equal ones by `seq`; descending is the exact reverse, so that one index serves both.
import type { Position } from '../scim/cursor.ts';
import type { Condition, JsonPath, Value } from './condition.ts';
import { pathSql, type Sql, valueSql } from './condition-sql.ts';
import { INDEXES, VISIBLE_SQL } from './filter-columns.ts';

/** What a list is sorted by. `list`: the part `value` of the primary element, or else of the first. */
export type SortKey =
  | { readonly kind: 'value'; readonly value: Value; readonly always: boolean }
  | { readonly kind: 'list'; readonly path: JsonPath; readonly value: Value };

export interface Order {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** Whether the order needs all rows that meet the condition to be read and sorted. */
export function needsSorting(order: Order | undefined): boolean {
  return order !== undefined && indexedColumn(order.key) === undefined;
}

/** The sort key of a row, NULL where it has no value. */
export function keySql(key: SortKey): string {
  if (key.kind === 'value') return valueSql(key.value);
  return `(SELECT ${valueSql(key.value)} FROM json_each(users.folded, ${pathSql(key.path)}) AS element
    ORDER BY ifnull(element.value ->> '$."primary"' = 1, 0) DESC, element.key LIMIT 1)`;
}

/** The terms of an ORDER BY; `sorted` where the statement has a name for the sort key. */
export function orderSql(order: Order | undefined, seqSql = 'users.seq', sorted = order && keySql(order.key)): string {
  if (order === undefined) return seqSql;
  if (!hasNulls(order.key)) return order.descending ? `${sorted} DESC, ${seqSql} DESC` : `${sorted}, ${seqSql}`;
  return order.descending ? `${sorted} DESC NULLS FIRST, ${seqSql} DESC` : `${sorted} NULLS LAST, ${seqSql}`;
}

/** The rows behind a position. */
export function behindSql(order: Order | undefined, { seq, key }: Position, seqSql = 'users.seq'): Sql {
  if (order === undefined) return { sql: `${seqSql} > ?`, values: [seq] };
  const sql = keySql(order.key);
  const sign = order.descending ? '<' : '>';
  if (key === null) {
    const rest = order.descending ? `(${sql} IS NOT NULL OR ${seqSql} < ?)` : `(${sql} IS NULL AND ${seqSql} > ?)`;
    return { sql: rest, values: [seq] };
  }
  const later = `(${sql}, ${seqSql}) ${sign} (?, ?)`;
  const withNulls = hasNulls(order.key) && !order.descending;
  return { sql: withNulls ? `(${later} OR ${sql} IS NULL)` : `(${later})`, values: [key, seq] };
}

/** The one indexed column that is NULL in some rows: with a plain ORDER BY, SQLite would sort the whole table. */
export function splitsByNull(order: Order | undefined, condition: Condition | undefined): order is Order {
  return (
    order !== undefined && condition === undefined && hasNulls(order.key) && indexedColumn(order.key) !== undefined
  );
}

/** The rows with a value, or those without, and their ORDER BY. */
export function halfSql({ key, descending }: Order, half: 'with' | 'without'): { rows: string; order: string } {
  const direction = descending ? ' DESC' : '';
  const value = keySql(key);
  const rows = `${VISIBLE_SQL.users} AND ${value} IS ${half === 'with' ? 'NOT ' : ''}NULL`;
  const bySeq = `users.seq${direction}`;
  return { rows, order: half === 'with' ? `${value}${direction}, ${bySeq}` : bySeq };
}

function hasNulls(key: SortKey): boolean {
  return key.kind === 'list' || !key.always;
}

function indexedColumn(key: SortKey): string | undefined {
  if (key.kind !== 'value' || key.value.kind !== 'column') return undefined;
  return INDEXES[key.value.column] && key.value.column;
}

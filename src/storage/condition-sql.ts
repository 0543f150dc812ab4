// A condition as SQL: parenthesised, every value bound, trees balanced, since SQLite refuses expressions deeper than 100. One
// parameter a comparison and one an index leave room within D1's hundred for what a statement adds.
import type { Comparison, Condition, JsonPath, List, Operator, Value } from './condition.ts';
import { type Access, accessesOf } from './condition-index.ts';
import { COLUMN_SQL, type FilterTableName, INDEXES, RELATION_SQL } from './filter-columns.ts';

export interface Sql {
  readonly sql: string;
  /** For the anonymous `?` of `sql`, in order. */
  readonly values: readonly (string | number)[];
}

/** The condition as SQL for a statement that reads `table` under its own name, without an alias, and has `VISIBLE_SQL` beside it. */
export function conditionSql(condition: Condition, table: FilterTableName = 'users'): Sql {
  const accesses = accessesOf(condition);
  if (accesses === undefined || condition.kind === 'constant') return render(condition, undefined);
  const [only, ...others] = accesses;
  if (only?.direct && others.length === 0) return render(condition, only.leaf);
  return balanced(' AND ', [accessSql(accesses, table), render(condition, undefined)]);
}

/** The rows that the condition's index leaves, as SQL beside `VISIBLE_SQL`; undefined where no index leads to them. */
export function indexedPartSql(condition: Condition, table: FilterTableName): Sql | undefined {
  const accesses = accessesOf(condition);
  const [only, ...others] = accesses ?? [];
  if (only?.direct && others.length === 0) return render(only.leaf, only.leaf);
  return accesses && accessSql(accesses, table);
}

/** D1 allows five terms in a compound SELECT. */
const COMPOUND_TERMS = 5;

function accessSql(accesses: readonly Access[], table: FilterTableName): Sql {
  const columns = [...new Set(accesses.map(({ column }) => column))];
  if (columns.length === 0) return { sql: '0', values: [] };
  const selects = columns.map((column) => INDEXES[column]?.seqs ?? '');
  const ranges = columns.map((column) =>
    accesses.filter((access) => access.column === column).map(({ from, to }) => [from, to]),
  );
  return { sql: `${table}.seq IN (${compound(selects)})`, values: ranges.map((range) => JSON.stringify(range)) };
}

function compound(selects: readonly string[]): string {
  if (selects.length <= COMPOUND_TERMS) return selects.join(' UNION ALL ');
  const [head, tail] = [selects.slice(0, COMPOUND_TERMS), selects.slice(COMPOUND_TERMS)];
  return `SELECT seq FROM (${compound(head)}) UNION ALL SELECT seq FROM (${compound(tail)})`;
}

/** `indexed` is the one comparison that may use an index. */
function render(condition: Condition, indexed: Comparison | undefined): Sql {
  switch (condition.kind) {
    case 'constant':
      return { sql: condition.value ? '1' : '0', values: [] };
    case 'compare':
      return comparison(condition, condition === indexed);
    case 'present':
      return presence(condition.of);
    case 'any':
      return existence(condition.list, render(condition.where, soughtMember(condition)));
    case 'not': {
      const { sql, values } = render(condition.term, undefined);
      return { sql: `((${sql}) IS NOT TRUE)`, values };
    }
    case 'and':
    case 'or':
      return balanced(
        condition.kind === 'and' ? ' AND ' : ' OR ',
        condition.terms.map((term) => render(term, indexed)),
      );
  }
}

/** One member of a large group is looked up, not searched for: the relation is small once its other side is known. */
function soughtMember({ list, where }: Extract<Condition, { kind: 'any' }>): Comparison | undefined {
  return list.kind === 'relation' && where.kind === 'compare' && where.operator === 'eq' ? where : undefined;
}

/** A row without the value gives NULL, which counts as false; `ne` is met by it. A text ends with another where its last
 * characters, as many as that has, are the same: `substr` from the end. LIKE would refuse patterns over 50 bytes. */
const COMPARISONS: Readonly<Record<Operator, (value: string) => string>> = {
  eq: (value) => `${value} = ?`,
  ne: (value) => `${value} IS NOT ?`,
  co: (value) => `instr(${value}, ?) > 0`,
  sw: (value) => `instr(${value}, ?) = 1`,
  ew: (value) => `(SELECT substr(${value}, -length(ending)) = ending FROM (SELECT ? AS ending))`,
  gt: (value) => `${value} > ?`,
  ge: (value) => `${value} >= ?`,
  lt: (value) => `${value} < ?`,
  le: (value) => `${value} <= ?`,
};

/** The unary plus keeps SQLite from using an index that was not chosen. */
function comparison({ value, operator, operand }: Comparison, isIndexed: boolean): Sql {
  const sql = isIndexed ? valueSql(value) : `+${valueSql(value)}`;
  return { sql: `(${COMPARISONS[operator](sql)})`, values: [operand] };
}

function presence(of: Value | List): Sql {
  if (of.kind === 'relation') return existence(of, { sql: '1', values: [] });
  const value = of.kind === 'json_list' ? `${JSON_COLUMN} -> ${pathSql(of.path)}` : valueSql(of);
  return { sql: `((${value}) IS NOT NULL)`, values: [] };
}

function existence(list: List, where: Sql): Sql {
  const rows =
    list.kind === 'relation'
      ? `${RELATION_SQL[list.relation]} AND`
      : `json_each(${JSON_COLUMN}, ${pathSql(list.path)}) AS element WHERE`;
  return { sql: `EXISTS (SELECT 1 FROM ${rows} (${where.sql}))`, values: where.values };
}

const JSON_COLUMN = 'users.folded';

/** One value as an SQL expression, for filters and for sorting. Dates are milliseconds, booleans 0 and 1, NULL where absent. */
export function valueSql(value: Value): string {
  switch (value.kind) {
    case 'column':
      return COLUMN_SQL[value.column];
    case 'json':
      return `(${JSON_COLUMN} ->> ${pathSql(value.path)})`;
    case 'part':
      return value.name === undefined ? 'element.value' : `(element.value ->> ${pathSql([value.name])})`;
    case 'date_text': {
      const ms = valueSql(value.of);
      return `(strftime('%Y-%m-%dt%H:%M:%S', ${ms} / 1000, 'unixepoch') || printf('.%03dz', ${ms} % 1000))`;
    }
  }
}

/** Names come from the attribute tables; the check is the proof. */
export function pathSql(path: JsonPath): string {
  if (!path.every((name) => /^[A-Za-z$][A-Za-z0-9$_.:-]*$/.test(name))) throw new Error('not the path of an attribute');
  return `'$.${path.map((name) => `"${name}"`).join('.')}'`;
}

function balanced(operator: string, parts: readonly Sql[]): Sql {
  const [first] = parts;
  if (first === undefined) return { sql: '1', values: [] };
  if (parts.length === 1) return first;
  const middle = parts.length >> 1;
  const left = balanced(operator, parts.slice(0, middle));
  const right = balanced(operator, parts.slice(middle));
  return { sql: `(${left.sql}${operator}${right.sql})`, values: [...left.values, ...right.values] };
}

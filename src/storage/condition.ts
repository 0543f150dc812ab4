// What a filter may ask of the table `users`, and its SQL. Column names come from the closed type, values are always bound,
// so no text of a client can reach the SQL. Whole trees are balanced: SQLite refuses expressions deeper than 100.

/** The columns that a filter can reach. All are indexed. */
export type FilterColumn = 'id' | 'user_name_key' | 'external_id' | 'active';

export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'equals'; readonly column: FilterColumn; readonly value: string | number }
  | { readonly kind: 'present'; readonly column: FilterColumn }
  | { readonly kind: 'startsWith'; readonly column: FilterColumn; readonly prefix: string }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Condition[] };

export interface Sql {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** The condition as parenthesised SQL with its values in order. */
export function conditionSql(condition: Condition): Sql {
  switch (condition.kind) {
    case 'constant':
      return { sql: condition.value ? '1' : '0', values: [] };
    case 'equals':
      return { sql: `${condition.column} = ?`, values: [condition.value] };
    case 'present':
      return { sql: `${condition.column} IS NOT NULL`, values: [] };
    case 'startsWith':
      return startsWith(condition.column, condition.prefix);
    case 'and':
      return balanced(' AND ', condition.terms.map(conditionSql));
    case 'or':
      return balanced(' OR ', condition.terms.map(conditionSql));
  }
}

/** True when at most one user can meet the condition, so that a page needs no count beside it. */
export function meetsAtMostOne(condition: Condition): boolean {
  if (condition.kind === 'and') return condition.terms.some(meetsAtMostOne);
  return condition.kind === 'equals' && (condition.column === 'id' || condition.column === 'user_name_key');
}

/** Above every text that begins with the prefix: the last code point of Unicode, a noncharacter, several times. */
const END_OF_RANGE = '\u{10FFFF}'.repeat(4);

/** True when few users can be expected to meet the condition: one value of an attribute that names a person. */
export function meetsFew(condition: Condition): boolean {
  if (condition.kind === 'and') return condition.terms.some(meetsFew);
  return condition.kind === 'equals' && condition.column !== 'active';
}

/** A range serves the index and takes two of the hundred parameters that D1 allows. LIKE refuses patterns over 50 bytes. */
function startsWith(column: FilterColumn, prefix: string): Sql {
  return { sql: `${column} BETWEEN ? AND ?`, values: [prefix, prefix + END_OF_RANGE] };
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

// What a filter may ask of a table, as a small closed language that storage owns. Columns, relations and indexes come from closed
// tables, values are always bound. Directory plans a filter into it; `condition-sql.ts` makes SQL of it.
import type { FilterColumn, FilterRelation } from './filter-columns.ts';

/** Names from the root of the column `folded` down; only names of the attribute tables, which the SQL checks again. */
export type JsonPath = readonly [string, ...string[]];

/** One value of a row; `part` is one of the element that an `any` over JSON is looking at, the element itself without a name.
 * `date_text` is the ISO 8601 text of a date in milliseconds, folded. */
export type Value =
  | { readonly kind: 'column'; readonly column: FilterColumn }
  | { readonly kind: 'json'; readonly path: JsonPath }
  | { readonly kind: 'part'; readonly name: string | undefined }
  | { readonly kind: 'date_text'; readonly of: Value };

/** Several values of a row. */
export type List =
  | { readonly kind: 'json_list'; readonly path: JsonPath }
  | { readonly kind: 'relation'; readonly relation: FilterRelation };

export type Operator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

export type Comparison = {
  readonly kind: 'compare';
  readonly value: Value;
  readonly operator: Operator;
  readonly operand: string | number;
};

/** No value meets only `ne`. `any`: at least one element of the list meets `where`. */
export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  | Comparison
  | { readonly kind: 'present'; readonly of: Value | List }
  | { readonly kind: 'any'; readonly list: List; readonly where: Condition }
  | { readonly kind: 'not'; readonly term: Condition }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Condition[] };

export const ALWAYS: Condition = { kind: 'constant', value: true };
export const NEVER: Condition = { kind: 'constant', value: false };

/** All of the conditions, without those that say nothing. */
export function allOf(terms: readonly Condition[]): Condition {
  return joined('and', terms);
}

/** At least one of the conditions, without those that say nothing. */
export function oneOf(terms: readonly Condition[]): Condition {
  return joined('or', terms);
}

/** The opposite: met exactly by the rows that do not meet `term`. */
export function negated(term: Condition): Condition {
  if (term.kind === 'constant') return term.value ? NEVER : ALWAYS;
  return term.kind === 'not' ? term.term : { kind: 'not', term };
}

/** At least one element of the list meets `where`. */
export function anyOf(list: List, where: Condition): Condition {
  if (where.kind !== 'constant') return { kind: 'any', list, where };
  return where.value ? { kind: 'present', of: list } : NEVER;
}

function joined(kind: 'and' | 'or', terms: readonly Condition[]): Condition {
  const neutral = kind === 'and';
  if (terms.some((term) => term.kind === 'constant' && term.value !== neutral)) return neutral ? NEVER : ALWAYS;
  const [first, ...others] = terms.filter((term) => term.kind !== 'constant');
  if (first === undefined) return neutral ? ALWAYS : NEVER;
  return others.length === 0 ? first : { kind, terms: [first, ...others] };
}

/** The users that a condition means, where a counter of the portal already says how many they are. */
export function countedUsers(condition: Condition | undefined): 'all' | 'active' | 'inactive' | undefined {
  if (condition === undefined || (condition.kind === 'constant' && condition.value)) return 'all';
  if (condition.kind !== 'compare' || condition.operator !== 'eq' || condition.value.kind !== 'column')
    return undefined;
  if (condition.value.column !== 'user_active') return undefined;
  return condition.operand === 1 ? 'active' : 'inactive';
}

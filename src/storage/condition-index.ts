// Which index leads to the rows of a condition. SQLite's planner guesses without statistics and would scan for an `or` over two
// indexes, so the choice is made here, and everything else in the statement is kept from using another index.
import type { Comparison, Condition } from './condition.ts';
import { type FilterColumn, INDEXES } from './filter-columns.ts';

/** One range of one index: all rows with `from` <= value <= `to`, or without an end. All rows that meet `leaf`, and few others. */
export interface Access {
  readonly column: FilterColumn;
  readonly from: string | number;
  readonly to: string | number | null;
  readonly leaf: Comparison;
  /** True where `leaf` itself leads SQLite to the index: one value of the row's own. Beside an ORDER BY, SQLite would rather
   * read the whole table in order than a range of an index. */
  readonly direct: boolean;
  /** 1 for a single row, then by how many rows are to be expected. */
  readonly rank: number;
}

/** The best ranges that together hold every row that meets the condition; undefined where the whole table has to be read. */
export function accessesOf(condition: Condition): readonly Access[] | undefined {
  switch (condition.kind) {
    case 'constant':
      return condition.value ? undefined : [];
    case 'compare':
      return asList(accessOf(condition, true));
    case 'any': {
      const inner = condition.list.kind === 'relation' ? condition.where : undefined;
      return inner?.kind === 'compare' && inner.operator === 'eq' ? asList(accessOf(inner, false)) : undefined;
    }
    case 'and':
      return best(condition.terms.map(accessesOf));
    case 'or':
      return together(condition.terms.map(accessesOf));
    default:
      return undefined;
  }
}

/** True when at most one row can meet the condition, so that a page needs no count beside it. */
export function meetsAtMostOne(condition: Condition): boolean {
  const accesses = accessesOf(condition);
  return accesses !== undefined && accesses.length <= 1 && rankOf(accesses) <= RANKS.one;
}

/** True when few rows can be expected to meet the condition: values of attributes that name one resource. */
export function meetsFew(condition: Condition): boolean {
  const accesses = accessesOf(condition);
  return accesses !== undefined && rankOf(accesses) <= RANKS.few;
}

const RANKS = { one: 1, few: 2, several: 3, textRange: 4, inactive: 5, numberRange: 6, many: 7 } as const;

function asList(access: Access | undefined): readonly Access[] | undefined {
  return access && [access];
}

function rankOf(accesses: readonly Access[]): number {
  return Math.max(0, ...accesses.map(({ rank }) => rank));
}

function best(choices: readonly (readonly Access[] | undefined)[]): readonly Access[] | undefined {
  const known = choices.filter((choice) => choice !== undefined);
  return known.reduce<readonly Access[] | undefined>(
    (least, choice) => (least === undefined || rankOf(choice) < rankOf(least) ? choice : least),
    undefined,
  );
}

function together(choices: readonly (readonly Access[] | undefined)[]): readonly Access[] | undefined {
  const known = choices.filter((choice) => choice !== undefined);
  return known.length === choices.length ? known.flat() : undefined;
}

function accessOf(leaf: Comparison, isOwn: boolean): Access | undefined {
  if (leaf.value.kind !== 'column') return undefined;
  const { column } = leaf.value;
  const range = INDEXES[column] && rangeOf(leaf);
  return range && { column, ...range, leaf, direct: isOwn && leaf.operator === 'eq', rank: rankOfRange(column, leaf) };
}

function rankOfRange(column: FilterColumn, { operator, operand }: Comparison): number {
  if (operator !== 'eq') return typeof operand === 'string' ? RANKS.textRange : RANKS.numberRange;
  if (column === 'user_active' && operand === 0) return RANKS.inactive;
  return RANKS[INDEXES[column]?.rows ?? 'many'];
}

const LEAST = { string: '', number: Number.MIN_SAFE_INTEGER } as const;

/** Numbers are whole milliseconds, 0 or 1. */
function rangeOf({ operator, operand }: Comparison): Pick<Access, 'from' | 'to'> | undefined {
  const least = typeof operand === 'string' ? LEAST.string : LEAST.number;
  switch (operator) {
    case 'eq':
      return { from: operand, to: operand };
    case 'sw':
      return { from: operand, to: afterPrefix(String(operand)) };
    case 'gt':
      return { from: typeof operand === 'number' ? operand + 1 : operand, to: null };
    case 'ge':
      return { from: operand, to: null };
    case 'lt':
      return { from: least, to: typeof operand === 'number' ? operand - 1 : operand };
    case 'le':
      return { from: least, to: operand };
    default:
      return undefined;
  }
}

const LAST_CODE_POINT = 0x10ffff;

/** The least text above all that begin with `prefix`; null where there is none. Code points order as UTF-8 bytes do. */
export function afterPrefix(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === LAST_CODE_POINT) points.pop();
  const last = points.pop();
  if (last === undefined) return null;
  // Surrogates are no characters: the next after U+D7FF is U+E000.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}

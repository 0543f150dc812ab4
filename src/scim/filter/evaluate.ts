// Value filters in memory, for PATCH: `emails[type eq "work"]` over the elements of one attribute. Filters over users never
// come here, they run in SQL.
import { fail, ok, type Result } from '../../failure.ts';
import { fold } from '../fold.ts';
import { isObject, type Json } from '../json.ts';
import { parseDateTime } from '../scalar.ts';
import type { Attribute } from '../schema/attribute.ts';
import { subAttribute } from '../schema/resource-schema.ts';
import type { AttributeRef, CompareOperator, Comparison, Filter } from './ast.ts';
import { readOperand } from './operand.ts';

/** Whether one element of an attribute is meant. */
export type Predicate = (element: Json) => boolean;

/**
 * Whether one element of the multi-valued `attribute` satisfies `filter`. Fails as `compileFilter` does. RFC 7644 section
 * 3.4.2.2.
 */
export function matches(filter: Filter, value: Json, attribute: Attribute): Result<boolean> {
  const predicate = compileFilter(filter, attribute);
  return predicate.ok ? ok(predicate.value(value)) : predicate;
}

/**
 * A filter over the elements of the multi-valued `attribute`. Sub-attributes no schema knows have no value; `ne` and `not`
 * match where there is none; text compares folded unless caseExact. Fails with `invalid_filter` for comparisons that have no
 * meaning, such as `primary gt true`, whatever the elements are.
 */
export function compileFilter(filter: Filter, attribute: Attribute): Result<Predicate> {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return compileTerms(filter.kind, filter.terms, attribute);
    case 'not': {
      const term = compileFilter(filter.term, attribute);
      return term.ok ? ok((element) => !term.value(element)) : term;
    }
    case 'present': {
      const part = partOf(attribute, filter.attribute);
      return ok((element) => storedValue(element, part) !== undefined);
    }
    case 'compare':
      return compileComparison(filter, attribute);
    case 'valuePath':
      return fail('invalid_filter', 'A value filter in square brackets cannot hold another one.');
  }
}

function compileTerms(kind: 'and' | 'or', terms: readonly Filter[], attribute: Attribute): Result<Predicate> {
  const predicates: Predicate[] = [];
  for (const term of terms) {
    const predicate = compileFilter(term, attribute);
    if (!predicate.ok) return predicate;
    predicates.push(predicate.value);
  }
  const all: Predicate = (element) => predicates.every((holds) => holds(element));
  const any: Predicate = (element) => predicates.some((holds) => holds(element));
  return ok(kind === 'and' ? all : any);
}

function compileComparison({ attribute: name, operator, value }: Comparison, attribute: Attribute): Result<Predicate> {
  const part = partOf(attribute, name);
  if (part === undefined) return ok(() => operator === (value === null ? 'eq' : 'ne'));
  const operand = readOperand(part, operator, value);
  if (!operand.ok) return operand;
  if (operand.value === null)
    return ok((element) => (storedValue(element, part) === undefined) === (operator === 'eq'));
  const isInstant = part.type === 'dateTime' && typeof operand.value === 'number';
  const wanted = comparable(operand.value, part, isInstant);
  const holds = COMPARISONS[operator];
  return ok((element) => {
    const stored = storedValue(element, part);
    return stored === undefined ? operator === 'ne' : holds(comparable(stored, part, isInstant), wanted);
  });
}

/** The sub-attribute a value filter names; the values of a simple attribute are called `value` (RFC 7643 section 2.4). */
function partOf(attribute: Attribute, reference: AttributeRef): Attribute | undefined {
  if (reference.urn !== undefined || reference.sub !== undefined) return undefined;
  if (attribute.type === 'complex') return subAttribute(attribute, reference.name);
  return reference.name.toLowerCase() === 'value' ? attribute : undefined;
}

type Comparable = string | number | boolean;

function storedValue(element: Json, part: Attribute | undefined): Comparable | undefined {
  if (part === undefined) return undefined;
  const value = isObject(element) ? element[part.name] : element;
  if (value === undefined || value === null || value === '' || typeof value === 'object') return undefined;
  return value;
}

/** Dates in milliseconds where they compare as instants, text folded unless caseExact. */
function comparable(value: Comparable, part: Attribute, isInstant: boolean): Comparable {
  if (typeof value !== 'string') return value;
  if (isInstant) return parseDateTime(value) ?? Number.NaN;
  return part.caseExact ? value : fold(value);
}

const COMPARISONS: Readonly<Record<CompareOperator, (stored: Comparable, wanted: Comparable) => boolean>> = {
  eq: (stored, wanted) => stored === wanted,
  ne: (stored, wanted) => stored !== wanted,
  co: (stored, wanted) => String(stored).includes(String(wanted)),
  sw: (stored, wanted) => String(stored).startsWith(String(wanted)),
  ew: (stored, wanted) => String(stored).endsWith(String(wanted)),
  gt: (stored, wanted) => order(stored, wanted) > 0,
  ge: (stored, wanted) => order(stored, wanted) >= 0,
  lt: (stored, wanted) => order(stored, wanted) < 0,
  le: (stored, wanted) => order(stored, wanted) <= 0,
};

/** Text by code point, as SQLite orders it; UTF-16 order differs above U+FFFF. NaN where the kinds differ. */
function order(left: Comparable, right: Comparable): number {
  if (typeof left === 'string' && typeof right === 'string') return orderText(left, right);
  return typeof left === 'number' && typeof right === 'number' ? left - right : Number.NaN;
}

function orderText(left: string, right: string): number {
  let position = 0;
  while (position < left.length && left.charCodeAt(position) === right.charCodeAt(position)) position += 1;
  return (left.codePointAt(position) ?? -1) - (right.codePointAt(position) ?? -1);
}

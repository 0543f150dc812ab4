// Value filters in memory, for PATCH: `emails[type eq "work"]` over the elements of one attribute. Filters over users never
// come here, they run in SQL.
import { fail, ok, type Result } from '../../failure.ts';
import { fold } from '../fold.ts';
import { isObject, type Json } from '../json.ts';
import { parseDateTime } from '../scalar.ts';
import type { Attribute } from '../schema/attribute.ts';
import { subAttribute } from '../schema/resource-schema.ts';
import type { AttributeRef, Comparison, Filter } from './ast.ts';
import { readOperand } from './operand.ts';

/**
 * Whether one element of the multi-valued `attribute` satisfies `filter`. Sub-attributes no schema knows have no value; `ne`
 * and `not` match where there is none; text compares folded unless caseExact. Fails with `invalid_filter` for comparisons that
 * have no meaning, such as `primary gt true`, whether or not the element decides it. RFC 7644 section 3.4.2.2.
 */
export function matches(filter: Filter, value: Json, attribute: Attribute): Result<boolean> {
  const checked = checkFilter(filter, attribute);
  return checked.ok ? ok(holds(filter, value, attribute)) : checked;
}

/** Whether every comparison of a value filter has a meaning for `attribute`; the element does not matter. */
export function checkFilter(filter: Filter, attribute: Attribute): Result<undefined> {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.map((term) => checkFilter(term, attribute)).find((checked) => !checked.ok) ?? ok(undefined);
    case 'not':
      return checkFilter(filter.term, attribute);
    case 'present':
      return ok(undefined);
    case 'compare': {
      const compared = partOf(attribute, filter.attribute);
      const operand = compared === undefined ? ok(null) : readOperand(compared, filter.operator, filter.value);
      return operand.ok ? ok(undefined) : operand;
    }
    case 'valuePath':
      return fail('invalid_filter', 'A value filter in square brackets cannot hold another one.');
  }
}

function holds(filter: Filter, value: Json, attribute: Attribute): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.terms.every((term) => holds(term, value, attribute));
    case 'or':
      return filter.terms.some((term) => holds(term, value, attribute));
    case 'not':
      return !holds(filter.term, value, attribute);
    case 'present':
      return storedValue(value, attribute, filter.attribute) !== undefined;
    case 'compare':
      return comparisonHolds(filter, value, attribute);
    case 'valuePath':
      return false;
  }
}

function comparisonHolds(filter: Comparison, value: Json, attribute: Attribute): boolean {
  const compared = partOf(attribute, filter.attribute);
  const operand = compared === undefined ? undefined : readOperand(compared, filter.operator, filter.value);
  const wanted = operand?.ok ? operand.value : filter.value;
  const stored = storedValue(value, attribute, filter.attribute);
  const isAbsent = stored === undefined;
  if (wanted === null) return filter.operator === (isAbsent ? 'eq' : 'ne');
  if (compared === undefined || isAbsent) return filter.operator === 'ne';
  return compareValues(comparable(stored, compared, wanted), comparable(wanted, compared, wanted), filter);
}

/** The sub-attribute a value filter names; the values of a simple attribute are called `value` (RFC 7643 section 2.4). */
function partOf(attribute: Attribute, reference: AttributeRef): Attribute | undefined {
  if (reference.urn !== undefined || reference.sub !== undefined) return undefined;
  if (attribute.type === 'complex') return subAttribute(attribute, reference.name);
  return reference.name.toLowerCase() === 'value' ? attribute : undefined;
}

function storedValue(element: Json, attribute: Attribute, reference: AttributeRef): Comparable | undefined {
  const part = partOf(attribute, reference);
  if (part === undefined) return undefined;
  const value = isObject(element) ? element[part.name] : element;
  if (value === undefined || value === null || value === '' || typeof value === 'object') return undefined;
  return value;
}

type Comparable = string | number | boolean;

/** Both sides in one form: dates in milliseconds where the operand is, text folded unless caseExact. */
function comparable(value: Comparable, attribute: Attribute, operand: Comparable): Comparable {
  if (typeof value !== 'string') return value;
  if (typeof operand === 'number' && attribute.type === 'dateTime') return parseDateTime(value) ?? Number.NaN;
  return attribute.caseExact ? value : fold(value);
}

function compareValues(stored: Comparable, wanted: Comparable, { operator }: Comparison): boolean {
  switch (operator) {
    case 'eq':
      return stored === wanted;
    case 'ne':
      return stored !== wanted;
    case 'co':
      return String(stored).includes(String(wanted));
    case 'sw':
      return String(stored).startsWith(String(wanted));
    case 'ew':
      return String(stored).endsWith(String(wanted));
    case 'gt':
      return order(stored, wanted) > 0;
    case 'ge':
      return order(stored, wanted) >= 0;
    case 'lt':
      return order(stored, wanted) < 0;
    case 'le':
      return order(stored, wanted) <= 0;
  }
}

/** Text by code point, as SQLite orders it; UTF-16 order differs above U+FFFF. NaN where the kinds differ. */
function order(left: Comparable, right: Comparable): number {
  if (typeof left === 'string' && typeof right === 'string') return orderText(left, right);
  return typeof left === 'number' && typeof right === 'number' ? left - right : Number.NaN;
}

function orderText(left: string, right: string): number {
  let position = 0;
  while (position < left.length && left.charCodeAt(position) === right.charCodeAt(position)) position += 1;
  const a = left.codePointAt(position) ?? -1;
  const b = right.codePointAt(position) ?? -1;
  return a - b;
}

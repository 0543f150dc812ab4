// Whether a comparison makes sense for the attribute it names, and its value in the attribute's own type: the one rule for
// evaluation in memory and for filters that storage runs.
import { fail, ok, type Result } from '../../failure.ts';
import { parseDateTime } from '../scalar.ts';
import type { Attribute, AttributeType } from '../schema/attribute.ts';
import type { CompareOperator, FilterValue } from './ast.ts';

const EQUALITY: ReadonlySet<CompareOperator> = new Set(['eq', 'ne']);
const SUBSTRING: ReadonlySet<CompareOperator> = new Set(['co', 'sw', 'ew']);

type Operand = string | number | boolean;
type OperandReader = (attribute: Attribute, operator: CompareOperator, value: Operand) => Result<FilterValue>;

const READERS: Readonly<Record<AttributeType, OperandReader>> = {
  string: textOperand,
  reference: textOperand,
  boolean: booleanOperand,
  integer: numberOperand,
  decimal: numberOperand,
  dateTime: dateOperand,
  binary: binaryOperand,
  complex: (attribute) => {
    const part = `${attribute.name}.${attribute.subAttributes?.[0]?.name ?? 'value'}`;
    return fail('invalid_filter', `"${attribute.name}" has parts; compare one of them, such as "${part}".`);
  },
};

/**
 * The value to compare a simple attribute with. Booleans may come as text in any case, numbers for text attributes become text,
 * a dateTime becomes milliseconds unless the operator looks inside the text. null goes with eq and ne only: "has no value",
 * "has a value". Fails with `invalid_filter` where the RFC gives the combination no meaning (RFC 7644 section 3.4.2.2, table 3).
 */
export function readOperand(attribute: Attribute, operator: CompareOperator, value: FilterValue): Result<FilterValue> {
  if (value !== null || attribute.type === 'complex') return READERS[attribute.type](attribute, operator, value ?? '');
  return EQUALITY.has(operator) ? ok(null) : unsupported(attribute, operator, 'null');
}

function textOperand(attribute: Attribute, _operator: CompareOperator, value: Operand): Result<FilterValue> {
  return typeof value === 'boolean' ? wrongOperand(attribute, 'text in double quotes') : ok(String(value));
}

function numberOperand(attribute: Attribute, operator: CompareOperator, value: Operand): Result<FilterValue> {
  if (SUBSTRING.has(operator)) return unsupported(attribute, operator, 'numbers');
  return typeof value === 'number' ? ok(value) : wrongOperand(attribute, 'a number');
}

function binaryOperand(attribute: Attribute, operator: CompareOperator, value: Operand): Result<FilterValue> {
  if (!EQUALITY.has(operator) && !SUBSTRING.has(operator)) return unsupported(attribute, operator, 'binary values');
  return typeof value === 'string' ? ok(value) : wrongOperand(attribute, 'text in double quotes');
}

function booleanOperand(attribute: Attribute, operator: CompareOperator, value: Operand): Result<FilterValue> {
  if (!EQUALITY.has(operator)) return unsupported(attribute, operator, 'true and false');
  const word = String(value).toLowerCase();
  return word === 'true' || word === 'false' ? ok(word === 'true') : wrongOperand(attribute, 'true or false');
}

function dateOperand(attribute: Attribute, operator: CompareOperator, value: Operand): Result<FilterValue> {
  if (typeof value === 'string' && SUBSTRING.has(operator)) return ok(value);
  const milliseconds = typeof value === 'string' ? parseDateTime(value) : undefined;
  return milliseconds === undefined
    ? wrongOperand(attribute, 'a date and time such as "2026-01-31T08:30:00Z"')
    : ok(milliseconds);
}

function unsupported(attribute: Attribute, operator: CompareOperator, kind: string): Result<never> {
  return fail(
    'invalid_filter',
    `The filter compares "${attribute.name}" by "${operator}", which has no meaning for ${kind}.`,
  );
}

function wrongOperand(attribute: Attribute, expected: string): Result<never> {
  return fail('invalid_filter', `The filter must compare "${attribute.name}" with ${expected}.`);
}

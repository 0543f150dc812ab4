// The simple types of RFC 7643 section 2.3, as identity providers really write them. One reader a type; none echoes a value.
import { fail, ok, type Result } from '../failure.ts';
import type { Json } from './json.ts';
import type { AttributeType } from './schema/attribute.ts';

export type Read = Result<Json | undefined>;
type ScalarType = Exclude<AttributeType, 'complex'>;
type Reader = (value: Json, label: string) => Read;

/** "No value". */
export const NOTHING = ok(undefined);

const MAX_STRING_BYTES = 64 * 1024;
const DATE_TIME = /^\d{4,9}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,30})?(?:Z|[+-]\d{2}:\d{2})?$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

const READERS: Readonly<Record<ScalarType, Reader>> = {
  string: readString,
  reference: readString,
  boolean: readBoolean,
  decimal: (value, label) => (isFiniteNumber(value) ? ok(value) : wrongKind(label, 'a number', value)),
  integer: (value, label) => (Number.isSafeInteger(value) ? ok(value) : wrongKind(label, 'a whole number', value)),
  dateTime: readDateTime,
  binary: readBinary,
};

/** The canonical value of a simple attribute; `label` is its dotted name, for failures. Never called with null or `""`. */
export function readScalar(type: ScalarType, value: Json, label: string): Read {
  return READERS[type](value, label);
}

/** A failure that names the attribute, the kind it wants and the kind it got. */
export function wrongKind(label: string, expected: string, value: Json): Result<never> {
  return fail('invalid_value', `"${label}" must be ${expected}, but the request has ${nameKind(value)} there.`);
}

/** The milliseconds of an xsd:dateTime, or undefined where `text` is none. Without a zone it is read as UTC. */
export function parseDateTime(text: string): number | undefined {
  if (!DATE_TIME.test(text)) return undefined;
  const milliseconds = Date.parse(/(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(milliseconds) || !isDayOfMonth(text) ? undefined : milliseconds;
}

/** The engine reads 30 February as 1 March. */
function isDayOfMonth(text: string): boolean {
  const [year, month, day] = text.slice(0, text.indexOf('T')).split('-').map(Number);
  return day !== undefined && day <= new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate();
}

function readString(value: Json, label: string): Read {
  if (isFiniteNumber(value)) return ok(Number.isInteger(value) ? BigInt(value).toString() : String(value));
  if (typeof value !== 'string') return wrongKind(label, 'text', value);
  return isTooLong(value) ? fail('invalid_value', `"${label}" is longer than 64 KiB.`) : ok(value);
}

function readBoolean(value: Json, label: string): Read {
  if (typeof value === 'boolean') return ok(value);
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if (word === 'true' || word === 'false') return ok(word === 'true');
  return wrongKind(label, 'true or false', value);
}

function readDateTime(value: Json, label: string): Read {
  const isDate = typeof value === 'string' && parseDateTime(value) !== undefined;
  return isDate ? ok(value) : wrongKind(label, 'a date and time such as 2026-01-31T08:30:00Z', value);
}

function readBinary(value: Json, label: string): Read {
  if (typeof value === 'string' && isTooLong(value)) return fail('invalid_value', `"${label}" is longer than 64 KiB.`);
  return typeof value === 'string' && BASE64.test(value) ? ok(value) : wrongKind(label, 'Base64 text', value);
}

function isFiniteNumber(value: Json): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isTooLong(text: string): boolean {
  // A UTF-16 unit is three bytes of UTF-8 at most.
  return text.length * 3 > MAX_STRING_BYTES && new TextEncoder().encode(text).length > MAX_STRING_BYTES;
}

function nameKind(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return value === null ? 'null' : 'an object';
  }
}

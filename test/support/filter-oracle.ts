// What a filter means, read from RFC 7643 section 2.3 and RFC 7644 section 3.4.2.2 and worked out over a resource as it was
// answered. It shares nothing with the gateway but the shape of a parsed filter and the one function that folds text.
import type { AttributeRef, CompareOperator, Filter, FilterValue } from '../../src/scim/filter/ast.ts';
import { fold } from '../../src/scim/fold.ts';
import type { JsonObject } from '../../src/scim/json.ts';

export type OracleType = 'text' | 'exact' | 'boolean' | 'date' | 'binary';

/** One attribute by its place in the answer: `path` from the root, `list` where that holds several values. */
export interface OracleAttribute {
  readonly path: readonly string[];
  readonly list?: true;
  /** Of an attribute without parts. */
  readonly type?: OracleType;
  readonly parts?: Readonly<Record<string, OracleType>>;
}

/** Canonical names, or `urn:...:name`, in lower case. */
export type OracleTable = Readonly<Record<string, OracleAttribute>>;

/** Whether the resource meets the filter. Only for filters that `isMeaningful`. */
export function meets(filter: Filter, resource: JsonObject, table: OracleTable): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.terms.every((term) => meets(term, resource, table));
    case 'or':
      return filter.terms.some((term) => meets(term, resource, table));
    case 'not':
      return !meets(filter.term, resource, table);
    case 'valuePath': {
      const { attribute } = find(filter.attribute, table);
      return elements(attribute, resource).some((element) => elementMeets(filter.filter, element, attribute));
    }
    case 'present': {
      const { attribute, part } = find(filter.attribute, table);
      return elements(attribute, resource).some((element) => (part ? has(inside(element, part)) : true));
    }
    case 'compare': {
      const { attribute, part = attribute.parts && 'value' } = find(filter.attribute, table);
      const type = typeOf(attribute, part);
      const found = elements(attribute, resource).map((element) => (part ? inside(element, part) : element));
      return compareAny(found, type, filter.operator, filter.value);
    }
  }
}

/** False where the RFC gives a comparison no meaning: order or substrings of booleans, words for dates, values of other kinds. */
export function isMeaningful(filter: Filter, table: OracleTable, within?: OracleAttribute): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.every((term) => isMeaningful(term, table, within));
    case 'not':
      return isMeaningful(filter.term, table, within);
    case 'valuePath':
      return isMeaningful(filter.filter, table, find(filter.attribute, table).attribute);
    case 'present':
      return true;
    case 'compare': {
      const { attribute, part = attribute.parts && 'value' } = within
        ? { attribute: within, part: filter.attribute.name }
        : find(filter.attribute, table);
      return isComparable(typeOf(attribute, part), filter.operator, filter.value);
    }
  }
}

const EQUALITY: readonly CompareOperator[] = ['eq', 'ne'];
const SUBSTRING: readonly CompareOperator[] = ['co', 'sw', 'ew'];

/** Of the dates that are generated, which all exist. */
const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;

function isComparable(type: OracleType | undefined, operator: CompareOperator, value: FilterValue): boolean {
  if (type === undefined) return false;
  if (value === null) return EQUALITY.includes(operator);
  switch (type) {
    case 'text':
    case 'exact':
      return typeof value !== 'boolean';
    case 'boolean':
      return EQUALITY.includes(operator) && ['true', 'false'].includes(String(value).toLowerCase());
    case 'binary':
      return typeof value === 'string' && [...EQUALITY, ...SUBSTRING].includes(operator);
    case 'date':
      return typeof value === 'string' && (SUBSTRING.includes(operator) || DATE.test(value));
  }
}

type Found = unknown;

function compareAny(
  found: readonly Found[],
  type: OracleType | undefined,
  operator: CompareOperator,
  value: FilterValue,
) {
  if (value === null) return found.some(has) === (operator === 'ne');
  if (found.length === 0) return operator === 'ne';
  return found.some((one) => compareOne(one, type, operator, value));
}

/** A filter in brackets, about one element. */
function elementMeets(filter: Filter, element: Found, attribute: OracleAttribute): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.terms.every((term) => elementMeets(term, element, attribute));
    case 'or':
      return filter.terms.some((term) => elementMeets(term, element, attribute));
    case 'not':
      return !elementMeets(filter.term, element, attribute);
    case 'present':
      return has(inside(element, filter.attribute.name));
    case 'compare': {
      const type = typeOf(attribute, filter.attribute.name);
      return compareAny([inside(element, filter.attribute.name)], type, filter.operator, filter.value);
    }
    case 'valuePath':
      throw new Error('brackets in brackets');
  }
}

function compareOne(
  stored: Found,
  type: OracleType | undefined,
  operator: CompareOperator,
  wanted: FilterValue,
): boolean {
  if (!has(stored)) return operator === 'ne';
  if (type === 'boolean') return (stored === (String(wanted).toLowerCase() === 'true')) === (operator === 'eq');
  if (type === 'date' && !SUBSTRING.includes(operator)) {
    return ordered(Date.parse(String(stored)) - Date.parse(String(wanted)), operator);
  }
  const isFolded = type === 'text' || type === 'date';
  const [left, right] = [String(stored), String(wanted)].map((text) => (isFolded ? fold(text) : text)) as [
    string,
    string,
  ];
  switch (operator) {
    case 'co':
      return left.includes(right);
    case 'sw':
      return left.startsWith(right);
    case 'ew':
      return left.endsWith(right);
    default:
      return ordered(byCodePoint(left, right), operator);
  }
}

function ordered(difference: number, operator: CompareOperator): boolean {
  switch (operator) {
    case 'eq':
      return difference === 0;
    case 'ne':
      return difference !== 0;
    case 'gt':
      return difference > 0;
    case 'ge':
      return difference >= 0;
    case 'lt':
      return difference < 0;
    default:
      return difference <= 0;
  }
}

function byCodePoint(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i]?.codePointAt(0) ?? 0) - (b[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function find({ urn, name, sub }: AttributeRef, table: OracleTable) {
  const core = urn === undefined || urn.toLowerCase() === 'urn:ietf:params:scim:schemas:core:2.0:user';
  const attribute = table[(core ? name : `${urn}:${name}`).toLowerCase()];
  if (attribute === undefined) throw new Error(`the oracle does not know ${urn}:${name}`);
  return sub === undefined ? { attribute } : { attribute, part: sub };
}

/** Names of parts are compared without case. */
function typeOf(attribute: OracleAttribute, part: string | undefined): OracleType | undefined {
  if (part === undefined) return attribute.type;
  const known = Object.entries(attribute.parts ?? {}).find(([name]) => name.toLowerCase() === part.toLowerCase());
  return known?.[1];
}

/** The values there are: of a single attribute none or one. */
function elements({ path }: OracleAttribute, resource: JsonObject): readonly Found[] {
  const value = path.reduce<Found>((object, name) => (object as JsonObject | undefined)?.[name], resource);
  if (Array.isArray(value)) return value.filter(has);
  return has(value) ? [value] : [];
}

function inside(element: Found, part: string): Found {
  const members = Object.entries(element as JsonObject);
  return members.find(([name]) => name.toLowerCase() === part.toLowerCase())?.[1];
}

function has(value: Found): boolean {
  return value !== undefined && value !== null && value !== '';
}

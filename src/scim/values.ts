// Makes of what a client sent for one attribute what the resource keeps: validated, canonical and never richer than the table.
// The leniency that identity providers need (string booleans, bare strings, empty strings for nothing) lives here and only here.
import { fail, ok, type Result } from '../failure.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { NOTHING, type Read, readScalar, wrongKind } from './scalar.ts';
import type { Attribute } from './schema/attribute.ts';
import { subAttribute } from './schema/resource-schema.ts';

/** What a client said of one sub-attribute; undefined where it said "no value". */
export type Member = readonly [sub: Attribute, value: Json | undefined];

/**
 * The canonical value of `attribute`, or undefined where `value` means none: null, `""`, an empty list, an object without a
 * known sub-attribute. Fails with `invalid_value`, naming the attribute and the kind it wants but never the value itself.
 * Unknown and readOnly sub-attributes are dropped. RFC 7643 sections 2.3 to 2.5.
 */
export function readValue(attribute: Attribute, value: Json): Result<Json | undefined> {
  return attribute.multiValued ? readList(attribute, value) : readSingle(attribute, value, attribute.name);
}

/** One value of a multi-valued attribute, by the rules of `readValue`. */
export function readElement(attribute: Attribute, value: Json): Result<Json | undefined> {
  const element = readSingle(attribute, value, attribute.name);
  return element.ok && element.value !== undefined && isHollow(element.value) ? NOTHING : element;
}

/** What `value`, an object, says of each sub-attribute of a complex attribute, in the order of the table. */
export function readMembers(
  attribute: Attribute,
  value: JsonObject,
  label = attribute.name,
): Result<readonly Member[]> {
  const said = new Map<Attribute, Json | undefined>();
  for (const [name, given] of Object.entries(value)) {
    const sub = subAttribute(attribute, name);
    if (sub === undefined || sub.mutability === 'readOnly') continue;
    const read = sub.multiValued ? readList(sub, given) : readSingle(sub, given, `${label}.${sub.name}`);
    if (!read.ok) return read;
    said.set(sub, read.value);
  }
  const known = attribute.subAttributes ?? [];
  return ok(known.filter((sub) => said.has(sub)).map((sub): Member => [sub, said.get(sub)]));
}

/** The object that members make, or undefined where all of them say "no value". */
export function objectOf(members: readonly Member[]): JsonObject | undefined {
  const object: JsonObject = {};
  for (const [sub, value] of members) {
    if (value !== undefined) object[sub.name] = value;
  }
  return Object.keys(object).length === 0 ? undefined : object;
}

/** True for an element that says at most what it would be for (`type`, `primary`) and nothing itself. */
export function isHollow(element: Json): boolean {
  return isObject(element) && Object.keys(element).every((name) => name === 'type' || name === 'primary');
}

function readList(attribute: Attribute, value: Json): Result<Json[] | undefined> {
  const list: Json[] = [];
  let primaries = 0;
  for (const given of Array.isArray(value) ? value : [value]) {
    const element = readElement(attribute, given);
    if (!element.ok) return element;
    if (element.value === undefined) continue;
    if (isObject(element.value) && element.value['primary'] === true) primaries += 1;
    list.push(element.value);
  }
  if (primaries > 1) return severalPrimaries(attribute);
  return ok(list.length === 0 ? undefined : list);
}

/** RFC 7643 section 2.4: `primary` true appears once at most. */
export function severalPrimaries(attribute: Attribute): Result<never> {
  return fail('invalid_value', `"${attribute.name}" has more than one value marked as primary; mark at most one.`);
}

function readSingle(attribute: Attribute, value: Json, label: string): Read {
  if (value === null || value === '') return NOTHING;
  return attribute.type === 'complex' ? readComplex(attribute, value, label) : readScalar(attribute.type, value, label);
}

function readComplex(attribute: Attribute, value: Json, label: string): Read {
  if (isObject(value)) {
    const members = readMembers(attribute, value, label);
    return members.ok ? ok(objectOf(members.value)) : members;
  }
  const main = subAttribute(attribute, 'value');
  const isBare = typeof value === 'string' || typeof value === 'number';
  if (main === undefined || !isBare) return wrongKind(label, 'an object', value);
  const read = readSingle(main, value, `${label}.${main.name}`);
  return read.ok && read.value !== undefined ? ok({ [main.name]: read.value }) : read;
}

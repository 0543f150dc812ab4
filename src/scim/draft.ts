// A resource being written: what bodies and PATCH operations share when they set an attribute. A draft never changes the
// resource it began from (objects on the way are copied first), and only names from the attribute table become keys.

import { fail, ok, type Result } from '../failure.ts';
import { type AttributeLocation, canonicalName, isReadOnly } from './attribute-name.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { checkList } from './list-limits.ts';
import type { Attribute, Schema } from './schema/attribute.ts';
import type { ResourceSchema } from './schema/resource-schema.ts';
import { isHollow, type Member, objectOf, readMembers, readValue } from './values.ts';

export interface Draft {
  readonly schema: ResourceSchema;
  readonly resource: JsonObject;
  /** Canonical names of everything that was addressed, also where nothing changed. */
  readonly named: Set<string>;
}

export type Written = Result<undefined>;
export const WRITTEN: Written = ok(undefined);

/** A draft that begins as `resource`. */
export function beginDraft(schema: ResourceSchema, resource: JsonObject): Draft {
  const copy = { ...resource };
  for (const { id } of schema.extensions) {
    const extension = copy[id];
    if (isObject(extension)) copy[id] = { ...extension };
  }
  return { schema, resource: copy, named: new Set() };
}

/** The value of an attribute in the draft. */
export function peek(draft: Draft, { extension, attribute }: AttributeLocation): Json | undefined {
  const container = extension === undefined ? draft.resource : draft.resource[extension];
  return isObject(container) ? container[attribute.name] : undefined;
}

/** Sets an attribute to a canonical value; undefined removes it. */
export function put(draft: Draft, { extension, attribute }: AttributeLocation, value: Json | undefined): void {
  let container: JsonObject = draft.resource;
  if (extension !== undefined) {
    const existing = draft.resource[extension];
    container = isObject(existing) ? existing : {};
    draft.resource[extension] = container;
  }
  if (value === undefined) delete container[attribute.name];
  else container[attribute.name] = value;
}

/** Sets a multi-valued attribute. Fails with `invalid_value` where that is more than one may hold. */
export function putList(draft: Draft, location: AttributeLocation, list: readonly Json[]): Written {
  const checked = checkList(location.attribute, list);
  if (!checked.ok) return checked;
  put(draft, location, [...list]);
  return WRITTEN;
}

/** True where clients cannot leave anything: readOnly attributes, and the ones that are accepted and thrown away. */
export function isIgnored(location: AttributeLocation): boolean {
  return isReadOnly(location) || location.attribute.mutability === 'writeOnly';
}

/**
 * Writes what a client sent for a whole attribute, or one sub-attribute of a single-valued one. An object for a complex
 * attribute sets the sub-attributes it names and leaves the others (RFC 7644 section 3.5.2.3), "no value" removes, anything
 * else replaces. Fails with `invalid_value`.
 */
export function assign(draft: Draft, location: AttributeLocation, value: Json): Written {
  const { attribute, sub } = location;
  draft.named.add(canonicalName(location));
  if (sub !== undefined) return assignMembers(draft, location, { [sub.name]: value });
  if (attribute.type === 'complex' && !attribute.multiValued && isObject(value))
    return assignMembers(draft, location, value);
  const read = readValue(attribute, value);
  if (!read.ok) return read;
  if (Array.isArray(read.value)) return putList(draft, location, read.value);
  put(draft, location, read.value);
  return WRITTEN;
}

function assignMembers(draft: Draft, location: AttributeLocation, value: JsonObject): Written {
  const members = readMembers(location.attribute, value);
  if (!members.ok) return members;
  for (const [sub] of members.value) draft.named.add(canonicalName({ ...location, sub }));
  put(draft, location, merge(peek(draft, location), members.value));
  return WRITTEN;
}

/** `value` with some sub-attributes set, or removed where they say "no value"; undefined when none are left. */
export function merge(value: Json | undefined, members: readonly Member[]): JsonObject | undefined {
  const merged: JsonObject = isObject(value) ? { ...value } : {};
  for (const [sub] of members) delete merged[sub.name];
  const set = { ...merged, ...objectOf(members) };
  return Object.keys(set).length === 0 ? undefined : set;
}

/** The finished resource: in the order of the table, without empty objects and without list elements that say nothing. */
export function finish({ schema, resource }: Draft): JsonObject {
  const rest = new Map(Object.entries(resource));
  const entries: [string, Json][] = take(rest, schema.attributes);
  for (const { id, attributes } of schema.extensions) {
    const extension = rest.get(id);
    rest.delete(id);
    const tidy = isObject(extension) ? tidyObject(extension, attributes) : undefined;
    if (tidy !== undefined) entries.push([id, tidy]);
  }
  // What an earlier table knew stays as it is stored: a feature that is off for a day must not cost data.
  return Object.fromEntries([...entries, ...rest]);
}

/** Moves the tidy values of `attributes` out of `rest`. */
function take(rest: Map<string, Json>, attributes: Iterable<Attribute>): [string, Json][] {
  const entries: [string, Json][] = [];
  for (const attribute of attributes) {
    const value = rest.get(attribute.name);
    rest.delete(attribute.name);
    const tidy = value === undefined ? undefined : tidyValue(value, attribute);
    if (tidy !== undefined) entries.push([attribute.name, tidy]);
  }
  return entries;
}

function tidyValue(value: Json, attribute: Attribute): Json | undefined {
  const parts = attribute.subAttributes ?? [];
  if (Array.isArray(value)) {
    const elements = value.map((element) => tidyElement(element, parts)).filter((element) => element !== undefined);
    return elements.length === 0 ? undefined : elements;
  }
  return isObject(value) ? tidyObject(value, parts) : value;
}

function tidyElement(element: Json, parts: readonly Attribute[]): Json | undefined {
  if (isHollow(element)) return undefined;
  return isObject(element) ? tidyObject(element, parts) : element;
}

function tidyObject(object: JsonObject, attributes: readonly Attribute[]): JsonObject | undefined {
  const rest = new Map(Object.entries(object));
  const entries = [...take(rest, attributes), ...rest];
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Removes everything an extension holds; `schema` is known to the draft's schemas. */
export function removeExtension(draft: Draft, schema: Schema): void {
  draft.named.add(schema.id);
  delete draft.resource[schema.id];
}

/** The failure for a whole schema's value that is not an object. */
export function notAnObject(name: string): Result<never> {
  return fail('invalid_value', `"${name}" must be an object of attributes and their values.`);
}

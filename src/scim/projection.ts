// Which attributes of a resource an answer shows: what the table says of `returned`, and what the client asked for or out.

import { fail, ok, type Result } from '../failure.ts';
import { canonicalName, resolveName } from './attribute-name.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Attribute } from './schema/attribute.ts';
import type { ResourceSchema } from './schema/resource-schema.ts';

export interface Projection {
  readonly mode: 'default' | 'only' | 'without';
  /** Canonical names: `name`, `name.givenName`, `<URN>`, `<URN>:manager.value`. */
  readonly names: ReadonlySet<string>;
}

/** Everything that is returned by default. */
export const DEFAULT_PROJECTION: Projection = { mode: 'default', names: new Set() };

/**
 * What a client asked for, as comma-separated names in any case, with sub-attributes and URNs; unknown names count for nothing.
 * Fails with `invalid_value` where both are given. RFC 7644 section 3.9.
 */
export function readProjection(
  schema: ResourceSchema,
  asked: { readonly attributes?: string | undefined; readonly excludedAttributes?: string | undefined },
): Result<Projection> {
  const attributes = asked.attributes?.trim() ?? '';
  const excluded = asked.excludedAttributes?.trim() ?? '';
  if (attributes !== '' && excluded !== '') {
    return fail('invalid_value', 'Ask for "attributes" or "excludedAttributes", not for both in one request.');
  }
  if (attributes !== '') return ok({ mode: 'only', names: readNames(attributes, schema) });
  return ok(excluded === '' ? DEFAULT_PROJECTION : { mode: 'without', names: readNames(excluded, schema) });
}

/**
 * The resource as the projection shows it. `schemas` always stays as it is, and so do attributes `returned: always`; `never`
 * ones and attributes no schema knows are left out, `request` ones come only by name. The resource given is not changed.
 */
export function project(resource: JsonObject, projection: Projection, schema: ResourceSchema): JsonObject {
  const shown: [string, Json][] = [];
  for (const [name, value] of Object.entries(resource)) {
    const projected = name === 'schemas' ? value : projectTop(name, value, projection, schema);
    if (projected !== undefined) shown.push([name, projected]);
  }
  return Object.fromEntries(shown);
}

/** Whether the projection shows a core attribute of that canonical name, or a part of it: what nobody sees need not be read. */
export function showsAttribute(name: string, projection: Projection, schema: ResourceSchema): boolean {
  const attribute = schema.attribute(name);
  return attribute !== undefined && isShown(attribute, name, [schema.core.id], projection);
}

function projectTop(name: string, value: Json, projection: Projection, schema: ResourceSchema): Json | undefined {
  const extension = schema.extension(name);
  if (extension !== undefined) {
    const { id, attributes } = extension;
    return isObject(value) ? projectObject(value, attributes, `${id}:`, [id], projection) : undefined;
  }
  const attribute = schema.attribute(name);
  // The common attributes (id, externalId, meta) belong to no schema, so its URN does not ask for them.
  const isCore = attribute !== undefined && schema.core.attributes.includes(attribute);
  return projectMember(attribute, name, value, isCore ? [schema.core.id] : [], projection);
}

function readNames(list: string, schema: ResourceSchema): ReadonlySet<string> {
  const names = new Set<string>();
  for (const name of list.split(',')) {
    const meaning = resolveName(name.trim(), schema);
    if (meaning.kind === 'schema') names.add(meaning.schema.id);
    if (meaning.kind === 'attribute') names.add(canonicalName(meaning));
  }
  return names;
}

/** The shown members of an object; undefined where none is. `above` are the names that include all of them. */
function projectObject(
  object: JsonObject,
  attributes: readonly Attribute[],
  prefix: string,
  above: readonly string[],
  projection: Projection,
): JsonObject | undefined {
  const entries: [string, Json][] = [];
  for (const [name, value] of Object.entries(object)) {
    const attribute = attributes.find((known) => known.name === name);
    const projected = projectMember(attribute, `${prefix}${name}`, value, above, projection);
    if (projected !== undefined) entries.push([name, projected]);
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function projectMember(
  attribute: Attribute | undefined,
  name: string,
  value: Json,
  above: readonly string[],
  projection: Projection,
): Json | undefined {
  if (attribute === undefined || !isShown(attribute, name, above, projection)) return undefined;
  const parts = attribute.subAttributes;
  if (parts === undefined) return value;
  const within = [...above, name];
  if (!Array.isArray(value))
    return isObject(value) ? projectObject(value, parts, `${name}.`, within, projection) : value;
  const elements = value
    .map((element) => (isObject(element) ? projectObject(element, parts, `${name}.`, within, projection) : element))
    .filter((element) => element !== undefined);
  return elements.length === 0 && value.length > 0 ? undefined : elements;
}

function isShown(attribute: Attribute, name: string, above: readonly string[], { mode, names }: Projection): boolean {
  if (attribute.returned === 'always') return true;
  if (attribute.returned === 'never') return false;
  const isCovered = names.has(name) || above.some((one) => names.has(one));
  const isAsked = isCovered || (attribute.subAttributes ?? []).some((sub) => names.has(`${name}.${sub.name}`));
  if (mode === 'only') return isAsked;
  return attribute.returned === 'default' && !(mode === 'without' && isCovered);
}

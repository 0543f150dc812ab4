// What an attribute that a filter names stands for: where its values are, and what the schema says of them.
import { fail, ok, type Result } from '../failure.ts';
import { type AttributeLocation, resolveName } from '../scim/attribute-name.ts';
import type { AttributeRef } from '../scim/filter/ast.ts';
import type { Attribute } from '../scim/schema/attribute.ts';
import { type ResourceSchema, subAttribute } from '../scim/schema/resource-schema.ts';
import type { JsonPath, List, Value } from '../storage/condition.ts';
import type { FilterSource, FilterTable } from './filter-table.ts';

/** The place of one attribute: a value, the JSON object of a complex attribute, or a list of elements with `parts`. */
export interface Target {
  readonly attribute: Attribute;
  /** The sub-attribute that was named, if one was. */
  readonly sub: Attribute | undefined;
  readonly place:
    | { readonly kind: 'always' }
    | { readonly kind: 'value'; readonly value: Value; readonly always: boolean }
    | { readonly kind: 'object'; readonly path: JsonPath }
    | { readonly kind: 'list'; readonly list: List; readonly part: (name: string | undefined) => Value | undefined };
}

/** The attribute that a filter names. Fails with `invalid_filter` where no schema knows it or no filter can ask for it. */
export function targetOf(reference: AttributeRef, schema: ResourceSchema, table: FilterTable): Result<Target> {
  const written = writtenName(reference);
  const location = resolveName(written, schema);
  if (location.kind !== 'attribute') return unknownAttribute(written);
  const { attribute, sub } = location;
  if (attribute.returned === 'never') {
    return fail('invalid_filter', `"${attribute.name}" can never be read, so no filter can ask for it.`);
  }
  const place = placeOf(location, schema, table);
  if (!place.ok) return place;
  const isKept = sub === undefined || place.value.kind !== 'list' || place.value.part(sub.name) !== undefined;
  return isKept ? ok({ attribute, sub, place: place.value }) : unfilterable(`${attribute.name}.${sub.name}`);
}

/** A sub-attribute inside the brackets of a value path; `value` names the elements of an attribute without sub-attributes. */
export function partTarget(reference: AttributeRef, { attribute, place }: Target): Result<Target> {
  const isPlain = reference.urn === undefined && reference.sub === undefined;
  const sub = isPlain ? subAttribute(attribute, reference.name) : undefined;
  const isElement = isPlain && attribute.subAttributes === undefined && reference.name.toLowerCase() === 'value';
  if (sub === undefined && !isElement) return unknownAttribute(`${attribute.name}.${writtenName(reference)}`);
  const value = partValue(place, sub?.name);
  if (value === undefined) return unfilterable(`${attribute.name}.${sub?.name}`);
  return ok({ attribute: sub ?? attribute, sub: undefined, place: { kind: 'value', value, always: false } });
}

/** Where a sub-attribute is in an object or in an element of a list; undefined where it is not kept. */
export function partValue(place: Target['place'], name: string | undefined): Value | undefined {
  if (place.kind === 'list') return place.part(name);
  return place.kind === 'object' && name !== undefined ? { kind: 'json', path: [...place.path, name] } : undefined;
}

function placeOf(location: AttributeLocation, schema: ResourceSchema, table: FilterTable): Result<Target['place']> {
  const name = tableName(location, schema);
  const whole = table.attributes[name];
  const source = location.sub === undefined ? whole : (table.attributes[`${name}.${location.sub.name}`] ?? whole);
  if (source !== undefined) return placeOfSource(source);
  return table.foldedRest ? ok(placeInJson(location)) : unfilterable(name);
}

function placeOfSource(source: FilterSource): Result<Target['place']> {
  switch (source.kind) {
    case 'always':
      return ok(source);
    case 'refused':
      return fail('invalid_filter', source.sentence);
    case 'column': {
      const value = { kind: 'column', column: source.column } as const;
      return ok({ kind: 'value', value, always: source.always ?? false });
    }
    case 'list': {
      const list = { kind: 'relation', relation: source.relation } as const;
      const part = (sub: string | undefined): Value | undefined => {
        const column = source.parts[sub ?? 'value'];
        return column && { kind: 'column', column };
      };
      return ok({ kind: 'list', list, part });
    }
  }
}

function placeInJson({ extension, attribute, sub }: AttributeLocation): Target['place'] {
  const path: JsonPath = extension === undefined ? [attribute.name] : [extension, attribute.name];
  if (attribute.multiValued) {
    return { kind: 'list', list: { kind: 'json_list', path }, part: (name) => ({ kind: 'part', name }) };
  }
  if (sub !== undefined) return { kind: 'value', value: { kind: 'json', path: [...path, sub.name] }, always: false };
  if (attribute.type === 'complex') return { kind: 'object', path };
  return { kind: 'value', value: { kind: 'json', path }, always: false };
}

/** `meta`, `PortalUser:isAdmin`: the keys of a `FilterTable`. */
function tableName({ extension, attribute }: AttributeLocation, schema: ResourceSchema): string {
  const prefix = extension === undefined ? '' : `${schema.extension(extension)?.name}:`;
  return prefix + attribute.name;
}

const MAX_SHOWN_CHARACTERS = 120;

function writtenName({ urn, name, sub }: AttributeRef): string {
  return `${urn === undefined ? '' : `${urn}:`}${name}${sub === undefined ? '' : `.${sub}`}`;
}

/** A filter on a misspelt attribute must not look as if nobody met it. */
function unknownAttribute(written: string) {
  const name = written.length > MAX_SHOWN_CHARACTERS ? `${written.slice(0, MAX_SHOWN_CHARACTERS)}...` : written;
  return fail(
    'invalid_filter',
    `The filter names "${name}", which the schemas of this portal do not know. See /Schemas for the attributes there are.`,
  );
}

/** The attribute exists, and nothing is kept that a filter could look at. */
export function unfilterable(name: string) {
  return fail('invalid_filter', `"${name}" cannot be used in a filter here.`);
}

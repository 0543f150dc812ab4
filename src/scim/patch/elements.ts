// The values of one multi-valued attribute: which of two are the same, how one joins the others, and who is primary.

import { ok, type Result } from '../../failure.ts';
import type { AttributeLocation } from '../attribute-name.ts';
import { type Draft, peek } from '../draft.ts';
import { fold } from '../fold.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Attribute } from '../schema/attribute.ts';
import { readElement, severalPrimaries } from '../values.ts';

/** The values a draft holds at `location`. */
export function elementsOf(draft: Draft, location: AttributeLocation): readonly Json[] {
  return listOf(peek(draft, location));
}

/** A value as a list; nothing is an empty one. */
export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/**
 * `elements` and after them `added`. One that is there already, by `value` and `type` (RFC 7643 section 2.4), takes over what
 * the added one says instead of standing there twice. Fails with `invalid_value` for several primaries among the added.
 */
export function addElements(attribute: Attribute, elements: readonly Json[], added: readonly Json[]): Result<Json[]> {
  const list = [...elements];
  const places = new Map<string, number>();
  for (const [place, element] of list.entries()) {
    const key = identity(attribute, element);
    if (!places.has(key)) places.set(key, place);
  }
  const primaries = new Set<number>();
  for (const element of added) {
    const key = identity(attribute, element);
    const place = places.get(key) ?? list.length;
    const existing = list[place];
    list[place] = isObject(existing) && isObject(element) ? { ...existing, ...element } : element;
    places.set(key, place);
    if (isPrimary(element)) primaries.add(place);
  }
  return settlePrimary(attribute, list, primaries);
}

/**
 * `elements` without those that `value` lists: the ones of the same `value` (and `type`, where given), or wholly equal ones
 * where it gives no `value`. Fails with `invalid_value` as `readElement` does.
 */
export function removeElements(attribute: Attribute, elements: readonly Json[], value: Json): Result<Json[]> {
  const unwanted = new Set<string>();
  for (const given of listOf(value)) {
    const element = readElement(attribute, given);
    if (!element.ok) return element;
    if (element.value !== undefined) unwanted.add(identity(attribute, element.value));
  }
  return ok(
    elements.filter(
      (element) => !unwanted.has(identity(attribute, element)) && !unwanted.has(untyped(attribute, element)),
    ),
  );
}

/** Only one value is primary: a touched one that says so ends it for all others (RFC 7644 section 3.5.2). */
export function settlePrimary(
  attribute: Attribute,
  list: readonly Json[],
  touched: ReadonlySet<number>,
): Result<Json[]> {
  const primaries = [...touched].filter((place) => isPrimary(list[place]));
  if (primaries.length > 1) return severalPrimaries(attribute);
  if (primaries.length === 0) return ok([...list]);
  return ok(
    list.map((element, place) =>
      isObject(element) && isPrimary(element) && place !== primaries[0] ? { ...element, primary: false } : element,
    ),
  );
}

function isPrimary(element: Json | undefined): boolean {
  return isObject(element) && element['primary'] === true;
}

type Naming = (attribute: Attribute, element: JsonObject) => string;

/** Values are never changed in place, so what they are known by is made once for all operations of a request, and goes with
 * them: with each of a thousand operations, all text of an attribute would be folded again. */
function remembered(naming: Naming): Naming {
  const names = new WeakMap<JsonObject, { readonly attribute: Attribute; readonly name: string }>();
  return (attribute, element) => {
    const known = names.get(element);
    if (known?.attribute === attribute) return known.name;
    const name = naming(attribute, element);
    names.set(element, { attribute, name });
    return name;
  };
}

const identityOfObject = remembered((attribute, element) => {
  const key = element['value'] === undefined ? element : { value: element['value'], type: element['type'] ?? null };
  return JSON.stringify(comparableObject(attribute, key));
});

const untypedOfObject = remembered((attribute, element) => {
  const key = element['value'] === undefined ? element : { value: element['value'], type: null };
  return JSON.stringify(comparableObject(attribute, key));
});

function identity(attribute: Attribute, element: Json): string {
  return isObject(element) ? identityOfObject(attribute, element) : JSON.stringify(comparable(attribute, element));
}

/** The identity of the same value without a type. */
function untyped(attribute: Attribute, element: Json): string {
  return isObject(element) ? untypedOfObject(attribute, element) : identity(attribute, element);
}

function comparableObject(attribute: Attribute, element: JsonObject): Json {
  const parts = (attribute.subAttributes ?? []).filter((part) => element[part.name] !== undefined);
  return parts.map((part) => [part.name, comparable(part, element[part.name] ?? null)]);
}

function comparable(attribute: Attribute, value: Json): Json {
  return typeof value === 'string' && !attribute.caseExact ? fold(value) : value;
}

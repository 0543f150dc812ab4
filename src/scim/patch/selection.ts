// Writing through a path that selects values: `emails[type eq "work"]`, `emails[type eq "work"].value`, `emails.value`.
// Entra adds and replaces through a filter on values that do not exist yet, so a filter of plain equalities makes them up.

import { fail, ok, type Result } from '../../failure.ts';
import { canonicalName } from '../attribute-name.ts';
import { type Draft, merge, putList, WRITTEN, type Written } from '../draft.ts';
import type { Filter } from '../filter/ast.ts';
import { compileFilter, matches } from '../filter/evaluate.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Attribute } from '../schema/attribute.ts';
import { subAttribute } from '../schema/resource-schema.ts';
import { type Member, objectOf, readElement, readMembers } from '../values.ts';
import { elementsOf, settlePrimary } from './elements.ts';
import type { AttributePath } from './path.ts';

/** What a write makes of one selected value; undefined removes it. */
type Change = (element: Json) => Json | undefined;

/** The places in `elements` a path selects: those its filter matches, or all. Fails with `invalid_filter`. */
export function selectPlaces(
  { attribute, filter }: AttributePath,
  elements: readonly Json[],
): Result<ReadonlySet<number>> {
  const selects = filter === undefined ? ok(() => true) : compileFilter(filter, attribute);
  if (!selects.ok) return selects;
  return ok(new Set(elements.flatMap((element, place) => (selects.value(element) ? [place] : []))));
}

/**
 * Adds to or replaces the values a path selects, or their part. "No value" removes them. Where nothing is selected, a value is
 * made up if the filter is one `eq` or an `and` of them; fails with `no_target` otherwise.
 */
export function writeSelected(draft: Draft, op: 'add' | 'replace', path: AttributePath, value: Json): Written {
  draft.named.add(canonicalName({ ...path, sub: undefined }));
  const seed = path.filter === undefined ? {} : seedOf(path.filter, path.attribute);
  const change = readChange(op, path, value, seed ?? {});
  if (!change.ok) return change;
  const elements = elementsOf(draft, path);
  const selected = selectPlaces(path, elements);
  if (!selected.ok) return selected;
  if (selected.value.size > 0) return writePlaces(draft, path, elements, selected.value, change.value);
  if (isNothing(value)) return WRITTEN;
  if (seed === undefined) return noTarget(path.attribute);
  return writePlaces(draft, path, [...elements, seed], new Set([elements.length]), change.value);
}

/** Changes the elements at `places`, dropping those of which nothing is left. */
export function writePlaces(
  draft: Draft,
  path: AttributePath,
  elements: readonly Json[],
  places: ReadonlySet<number>,
  change: Change,
): Written {
  const changed = elements.map((element, place) => (places.has(place) ? (change(element) ?? null) : element));
  const settled = settlePrimary(path.attribute, changed, places);
  if (!settled.ok) return settled;
  return putList(
    draft,
    path,
    settled.value.filter((element) => element !== null),
  );
}

function readChange(
  op: 'add' | 'replace',
  { attribute, sub }: AttributePath,
  value: Json,
  seed: JsonObject,
): Result<Change> {
  if (sub !== undefined) return mergeChange(readMembers(attribute, { [sub.name]: value }));
  const given = Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : value;
  if (op === 'add' && isObject(given)) return mergeChange(readMembers(attribute, given));
  const read = readElement(attribute, given);
  if (!read.ok) return read;
  const element = read.value;
  if (element === undefined) return ok((existing) => (op === 'add' ? existing : undefined));
  if (!isObject(element)) return ok(() => element);
  return ok((existing) => (op === 'replace' ? { ...seed, ...element } : { ...objectOrNone(existing), ...element }));
}

function objectOrNone(element: Json): JsonObject {
  return isObject(element) ? element : {};
}

function mergeChange(members: Result<readonly Member[]>): Result<Change> {
  return members.ok ? ok((existing) => merge(existing, members.value)) : members;
}

/** The value that a filter of plain equalities describes; undefined where it has other terms or contradicts itself. */
function seedOf(filter: Filter, attribute: Attribute): JsonObject | undefined {
  const wanted: JsonObject = {};
  for (const term of filter.kind === 'and' ? filter.terms : [filter]) {
    const part = equalPart(term, attribute);
    if (part === undefined || term.kind !== 'compare') return undefined;
    wanted[part.name] = term.value;
  }
  const members = readMembers(attribute, wanted);
  if (!members.ok) return undefined;
  const seed = objectOf(members.value) ?? {};
  const matched = matches(filter, seed, attribute);
  return matched.ok && matched.value ? seed : undefined;
}

/** The sub-attribute that `term` compares by `eq`. */
function equalPart(term: Filter, attribute: Attribute): Attribute | undefined {
  if (term.kind !== 'compare' || term.operator !== 'eq') return undefined;
  if (term.attribute.urn !== undefined || term.attribute.sub !== undefined) return undefined;
  return subAttribute(attribute, term.attribute.name);
}

function isNothing(value: Json): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function noTarget(attribute: Attribute): Result<never> {
  return fail(
    'no_target',
    `The path selects no value of "${attribute.name}", and a new one can only be made where its filter is "eq" or several "eq" joined by "and".`,
  );
}

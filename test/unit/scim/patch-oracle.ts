// PATCH once more, written from RFC 7644 section 3.5.2 and slowly: no paths as text, no attribute table, no shared code with
// src. It knows a few attributes by heart and text in ASCII. Where it and the real one differ, one of them is wrong.
import type { Json, JsonObject } from '../../../src/scim/json.ts';
import { ENTERPRISE } from './world.ts';

export type Equality = {
  readonly part: string;
  readonly operator: 'eq' | 'ne' | 'co';
  readonly value: string | boolean;
};

/** Where an operation points, in pieces. `filter` is a conjunction. */
export interface Target {
  readonly attribute: string;
  readonly filter?: readonly Equality[] | undefined;
  readonly part?: string | undefined;
}

export interface OracleOperation {
  readonly op: 'add' | 'replace' | 'remove';
  /** Undefined for an operation whose value names its targets. */
  readonly target: Target | undefined;
  readonly value: Json | undefined;
  readonly members?: readonly (readonly [Target, Json])[];
}

export type Outcome = JsonObject | 'invalid_value' | 'no_target' | 'read_only_attribute';

class Refusal extends Error {
  readonly code: Exclude<Outcome, JsonObject>;
  constructor(code: Exclude<Outcome, JsonObject>) {
    super(code);
    this.code = code;
  }
}

const TEXTS = ['userName', 'title', 'employeeNumber'];
const PARTS: Readonly<Record<string, readonly string[]>> = {
  name: ['givenName', 'familyName'],
  manager: ['value', '$ref'],
  emails: ['value', 'display', 'type', 'primary'],
};
const IN_EXTENSION = ['employeeNumber', 'manager'];
const READ_ONLY = ['id', 'meta', 'groups'];

/** The resource after all operations, or why there is none. */
export function oracle(resource: JsonObject, operations: readonly OracleOperation[]): Outcome {
  const flat = flatten(structuredClone(resource));
  try {
    for (const operation of operations) apply(flat, operation);
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return unflatten(flat);
}

type Flat = Map<string, Json>;

function apply(flat: Flat, { op, target, value, members }: OracleOperation): void {
  if (target !== undefined) {
    if (READ_ONLY.includes(target.attribute)) throw new Refusal('read_only_attribute');
    one(flat, op, target, value);
    return;
  }
  for (const [named, given] of members ?? []) {
    if (!READ_ONLY.includes(named.attribute)) one(flat, op, named, given);
  }
}

function one(flat: Flat, op: OracleOperation['op'], target: Target, value: Json | undefined): void {
  const { attribute, part } = target;
  if (attribute === 'emails') {
    emails(flat, op, target, value);
  } else if (attribute === 'active' || TEXTS.includes(attribute)) {
    const wanted = op === 'remove' ? undefined : simple(attribute, value);
    if (wanted === undefined) flat.delete(attribute);
    else flat.set(attribute, wanted);
  } else if (PARTS[attribute] !== undefined) {
    complex(flat, op, attribute, part, value);
  }
}

/** RFC 7644 3.5.2.1 and 3.5.2.3: the sub-attributes given are set, the others left as they are. */
function complex(
  flat: Flat,
  op: OracleOperation['op'],
  attribute: string,
  part: string | undefined,
  value: Json | undefined,
): void {
  const now = { ...((flat.get(attribute) ?? {}) as JsonObject) };
  const given = op === 'remove' ? null : value;
  const next = part === undefined ? wholeComplex(attribute, now, given) : setPart(now, part, given);
  if (Object.keys(next).length === 0) flat.delete(attribute);
  else flat.set(attribute, next);
}

function wholeComplex(attribute: string, now: JsonObject, value: Json | undefined): JsonObject {
  if (isNothing(value)) return {};
  if (typeof value === 'string' && attribute === 'manager') return { value };
  return setParts(now, attribute, value);
}

function setParts(object: JsonObject, attribute: string, value: Json | undefined): JsonObject {
  if (!isPlainObject(value)) throw new Refusal('invalid_value');
  for (const name of PARTS[attribute] ?? []) if (name in value) setPart(object, name, value[name]);
  return object;
}

function emails(flat: Flat, op: OracleOperation['op'], { filter, part }: Target, value: Json | undefined): void {
  const list = [...((flat.get('emails') ?? []) as JsonObject[])];
  let next: JsonObject[];
  if (filter === undefined && part === undefined) next = wholeList(op, list, value);
  else if (op === 'remove') next = list.flatMap((email) => (selects(filter, email) ? removed(email, part) : [email]));
  else next = selected(op, list, filter, part, value);
  if (next.length === 0) flat.delete('emails');
  else flat.set('emails', next);
}

function wholeList(op: OracleOperation['op'], list: JsonObject[], value: Json | undefined): JsonObject[] {
  if (op === 'remove') {
    // A list of nothing removes nothing; no list removes all.
    if (isNothing(value) && !Array.isArray(value)) return [];
    const gone = readEmails(value);
    return list.filter(
      (email) => !gone.some((other) => (other['value'] === undefined ? equal(email, other) : sameValue(email, other))),
    );
  }
  const given = isNothing(value) ? [] : readEmails(value);
  if (given.filter((email) => email['primary'] === true).length > 1) throw new Refusal('invalid_value');
  if (op === 'replace') return given;
  let next = list;
  for (const email of given) {
    const place = next.findIndex((existing) => sameElement(existing, email));
    next =
      place < 0 ? [...next, email] : next.map((existing, i) => (i === place ? { ...existing, ...email } : existing));
    const added = place < 0 ? next.length - 1 : place;
    if (email['primary'] === true)
      next = next.map((other, i) => (i !== added && other['primary'] === true ? { ...other, primary: false } : other));
  }
  return next;
}

/** Adds and replaces through a selection; makes the value where a filter of equalities selects none. */
function selected(
  op: 'add' | 'replace',
  list: JsonObject[],
  filter: readonly Equality[] | undefined,
  part: string | undefined,
  value: Json | undefined,
): JsonObject[] {
  const allEqual = (filter ?? []).every(({ operator }) => operator === 'eq');
  const seed: JsonObject = allEqual ? Object.fromEntries((filter ?? []).map((one) => [one.part, one.value])) : {};
  const change = (email: JsonObject) => changed(op, { ...email }, part, value, seed);
  change({});
  const places = list.flatMap((email, i) => (selects(filter, email) ? [i] : []));
  const next: (JsonObject | undefined)[] = list.map((email, i) => (places.includes(i) ? change(email) : email));
  if (places.length === 0) {
    if (isNothing(value)) return list;
    if (!allEqual || !selects(filter, seed)) throw new Refusal('no_target');
    places.push(next.length);
    next.push(change(seed));
  }
  return onePrimary(next, places);
}

function changed(
  op: 'add' | 'replace',
  email: JsonObject,
  part: string | undefined,
  value: Json | undefined,
  seed: JsonObject,
): JsonObject | undefined {
  if (part !== undefined) return setPart(email, part, value);
  if (isNothing(value)) return op === 'add' ? email : undefined;
  if (op === 'add') return typeof value === 'string' ? { ...email, value } : setParts(email, 'emails', value);
  const element = readEmail(value);
  return element && { ...seed, ...element };
}

/** The changed places may hold one primary, which ends all others. Values without any part left go at once. */
function onePrimary(list: readonly (JsonObject | undefined)[], places: readonly number[]): JsonObject[] {
  const primaries = places.filter((i) => list[i]?.['primary'] === true);
  if (primaries.length > 1) throw new Refusal('invalid_value');
  const ended = list.map((email, i) =>
    email?.['primary'] === true && primaries.length === 1 && i !== primaries[0] ? { ...email, primary: false } : email,
  );
  return ended.filter((email) => email !== undefined && Object.keys(email).length > 0) as JsonObject[];
}

function removed(email: JsonObject, part: string | undefined): JsonObject[] {
  if (part === undefined) return [];
  const { [part]: _gone, ...left } = email;
  return Object.keys(left).length === 0 ? [] : [left];
}

function selects(filter: readonly Equality[] | undefined, email: JsonObject): boolean {
  return (filter ?? []).every(({ part, operator, value }) => {
    const kept = lower(email[part]);
    if (operator === 'eq') return kept === lower(value);
    if (operator === 'ne') return kept !== lower(value);
    return kept !== undefined && String(kept).includes(String(lower(value)));
  });
}

function readEmails(value: Json | undefined): JsonObject[] {
  const given = Array.isArray(value) ? value : [value];
  return given.map((one) => readEmail(one)).filter((email) => email !== undefined);
}

/** One e-mail address; undefined where it says nothing but what it would be for. */
function readEmail(given: Json | undefined): JsonObject | undefined {
  if (isNothing(given)) return undefined;
  const email = typeof given === 'string' ? { value: given } : setParts({}, 'emails', given);
  return email['value'] === undefined && email['display'] === undefined ? undefined : email;
}

function setPart(object: JsonObject, part: string, value: Json | undefined): JsonObject {
  const wanted = simple(part, value);
  if (wanted === undefined) delete object[part];
  else object[part] = wanted;
  return object;
}

/** A simple value as the resource keeps it: booleans may come as text, "no value" is undefined. */
function simple(name: string, value: Json | undefined): Json | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (name !== 'active' && name !== 'primary') {
    if (typeof value !== 'string') throw new Refusal('invalid_value');
    return value;
  }
  const word = String(value).toLowerCase();
  if (typeof value === 'object' || (word !== 'true' && word !== 'false')) throw new Refusal('invalid_value');
  return word === 'true';
}

function sameElement(one: JsonObject, other: JsonObject): boolean {
  const bothHaveValue = one['value'] !== undefined && other['value'] !== undefined;
  return bothHaveValue
    ? lower(one['value']) === lower(other['value']) && lower(one['type']) === lower(other['type'])
    : equal(one, other);
}

function sameValue(email: JsonObject, unwanted: JsonObject): boolean {
  const sameType = unwanted['type'] === undefined || lower(email['type']) === lower(unwanted['type']);
  return lower(email['value']) === lower(unwanted['value']) && sameType;
}

function equal(one: JsonObject, other: JsonObject): boolean {
  return (PARTS['emails'] ?? []).every((part) => lower(one[part]) === lower(other[part]));
}

function lower(value: Json | undefined): Json | undefined {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function isNothing(value: Json | undefined): value is undefined | null | '' | [] {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function isPlainObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function flatten(resource: JsonObject): Flat {
  const { [ENTERPRISE]: extension, ...core } = resource;
  return new Map(Object.entries({ ...core, ...((extension ?? {}) as JsonObject) }));
}

function unflatten(flat: Flat): JsonObject {
  const kept = ((flat.get('emails') ?? []) as JsonObject[]).filter(
    (email) => email['value'] !== undefined || email['display'] !== undefined,
  );
  if (kept.length === 0) flat.delete('emails');
  else flat.set('emails', kept);
  const all = [...flat];
  const extension = Object.fromEntries(all.filter(([name]) => IN_EXTENSION.includes(name)));
  const core = Object.fromEntries(all.filter(([name]) => !IN_EXTENSION.includes(name)));
  return Object.keys(extension).length === 0 ? core : { ...core, [ENTERPRISE]: extension };
}

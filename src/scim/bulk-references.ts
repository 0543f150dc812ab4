// References inside a bulk request (RFC 7644 section 3.7.2): `bulkId:x` as a whole string where members or a manager are named,
// quoted in a PATCH path to them, or as a segment of the operation's path. Strings are data here, never patterns.

import type { BulkOperation } from './bulk.ts';
import { isObject, type Json, type JsonObject, member } from './json.ts';

const PREFIX = 'bulkId:';

/** The bulkIds that an operation refers to. */
export function referencesOf({ path, data }: Pick<BulkOperation, 'path' | 'data'>): Set<string> {
  const found = new Set<string>();
  const note = (bulkId: string) => {
    found.add(bulkId);
    return undefined;
  };
  substituteInPath(path, note);
  if (data !== undefined) substitute(data, note);
  return found;
}

/** What stands for a bulkId; undefined leaves the reference as it is. */
export type IdOf = (bulkId: string) => string | undefined;

/** The data with ids in the place of references. Any other text may look like one and stays what it is. */
export function substitute(value: Json, idOf: IdOf): Json {
  return substituteIn(value, idOf, false);
}

/** `refers` for what stands where a reference may. */
function substituteIn(value: Json, idOf: IdOf, refers: boolean): Json {
  if (typeof value === 'string') {
    return refers && value.startsWith(PREFIX) ? (idOf(value.slice(PREFIX.length)) ?? value) : value;
  }
  if (Array.isArray(value)) return value.map((element) => substituteIn(element, idOf, refers));
  if (!isObject(value)) return value;
  const path = member(value, 'path');
  const members = Object.entries(value).map(([name, inner]): [string, Json] => {
    const key = name.toLowerCase();
    if (refers) return [name, substituteIn(inner, idOf, REFERRING_PARTS.has(key))];
    if (key === 'path' && typeof inner === 'string') return [name, substituteQuoted(inner, idOf)];
    // The value of a PATCH operation is what its path says.
    const described = key === 'value' && typeof path === 'string' ? path : name;
    return [name, substituteIn(inner, idOf, holdsReferences(described))];
  });
  return Object.fromEntries(members);
}

/** The attributes that name other resources (RFC 7643 sections 4.2 and 4.3), and the parts of them that do it. */
const REFERRING = new Set(['members', 'manager']);
const REFERRING_PARTS = new Set(['value', '$ref']);

/** The attribute and the part that a name or a path says, behind a URN or not. */
function partsOf(name: string): readonly string[] {
  const plain = name
    .replace(/\[.*\]/s, '')
    .trim()
    .toLowerCase();
  return plain.slice(plain.lastIndexOf(':') + 1).split('.');
}

function holdsReferences(name: string): boolean {
  const [attribute = '', part] = partsOf(name);
  return REFERRING.has(attribute) && (part === undefined || REFERRING_PARTS.has(part));
}

/** A PATCH path such as `members[value eq "bulkId:x"]`. */
function substituteQuoted(path: string, idOf: IdOf): string {
  if (!REFERRING.has(partsOf(path)[0] ?? '')) return path;
  return path.replaceAll(/"bulkId:([^"\\]+)"/g, (written, bulkId: string) => {
    const id = idOf(bulkId);
    return id === undefined ? written : JSON.stringify(id);
  });
}

/** `/Users/bulkId:x` with the id percent-encoded in its place. */
export function substituteInPath(path: string, idOf: IdOf): string {
  const [segments = '', ...query] = path.split('?');
  const resolved = segments.split('/').map((segment) => {
    const id = segment.startsWith(PREFIX) ? idOf(segment.slice(PREFIX.length)) : undefined;
    return id === undefined ? segment : encodeURIComponent(id);
  });
  return [resolved.join('/'), ...query].join('?');
}

type Addition = { op: 'add'; path: string; value: Json };

/** A resource without some of its references, and what a PATCH adds once they are known. */
export interface Deferred {
  readonly data: JsonObject;
  readonly additions: readonly Addition[];
}

/**
 * Takes the attributes out that refer to one of `later`: single elements of lists, all else as a whole. Additions still hold
 * the references.
 */
export function defer(data: JsonObject, later: ReadonlySet<string>): Deferred {
  const kept: [string, Json][] = [];
  const additions: Addition[] = [];
  for (const [name, value] of Object.entries(data)) {
    const split = splitValue(name, value, later);
    if (split.kept !== undefined) kept.push([name, split.kept]);
    additions.push(...split.additions);
  }
  return { data: Object.fromEntries(kept), additions };
}

function splitValue(
  name: string,
  value: Json,
  later: ReadonlySet<string>,
): { readonly kept: Json | undefined; readonly additions: readonly Addition[] } {
  if (name.toLowerCase().startsWith('urn:') && isObject(value) && !holdsReferences(name)) {
    const inner = defer(value, later);
    return { kept: inner.data, additions: inner.additions.map((add) => ({ ...add, path: `${name}:${add.path}` })) };
  }
  if (!refersTo(name, value, later)) return { kept: value, additions: [] };
  if (!Array.isArray(value)) return { kept: undefined, additions: [{ op: 'add', path: name, value }] };
  const late = value.filter((element) => refersTo(name, element, later));
  return {
    kept: value.filter((element) => !refersTo(name, element, later)),
    additions: [{ op: 'add', path: name, value: late }],
  };
}

function refersTo(name: string, value: Json, bulkIds: ReadonlySet<string>): boolean {
  return [...referencesOf({ path: '', data: { [name]: value } })].some((bulkId) => bulkIds.has(bulkId));
}

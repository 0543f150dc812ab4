// References inside a bulk request (RFC 7644 section 3.7.2): `bulkId:x` as a whole string anywhere in the data, quoted in a
// PATCH path, or as a segment of the operation's path. Strings are data here, never patterns.

import type { BulkOperation } from './bulk.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

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

/** The data with ids in the place of references. */
export function substitute(value: Json, idOf: IdOf): Json {
  if (typeof value === 'string') return value.startsWith(PREFIX) ? (idOf(value.slice(PREFIX.length)) ?? value) : value;
  if (Array.isArray(value)) return value.map((element) => substitute(element, idOf));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name.toLowerCase() === 'path' && typeof inner === 'string'
        ? substituteQuoted(inner, idOf)
        : substitute(inner, idOf),
    ]),
  );
}

/** A PATCH path such as `members[value eq "bulkId:x"]`. */
function substituteQuoted(path: string, idOf: IdOf): string {
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
  if (name.toLowerCase().startsWith('urn:') && isObject(value)) {
    const inner = defer(value, later);
    return { kept: inner.data, additions: inner.additions.map((add) => ({ ...add, path: `${name}:${add.path}` })) };
  }
  if (!refersTo(value, later)) return { kept: value, additions: [] };
  if (!Array.isArray(value)) return { kept: undefined, additions: [{ op: 'add', path: name, value }] };
  const late = value.filter((element) => refersTo(element, later));
  return {
    kept: value.filter((element) => !refersTo(element, later)),
    additions: [{ op: 'add', path: name, value: late }],
  };
}

function refersTo(data: Json, bulkIds: ReadonlySet<string>): boolean {
  return [...referencesOf({ path: '', data })].some((bulkId) => bulkIds.has(bulkId));
}

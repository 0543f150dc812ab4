// The body of a search, RFC 7644 section 3.4.3: the same parameters as in a query string, and so read by the same code after.
import { fail, ok, type Result } from '../failure.ts';
import { isObject, type Json, member } from './json.ts';

type Reader = (value: Json) => string | undefined;

const text: Reader = (value) => (typeof value === 'string' ? value : undefined);
const number: Reader = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : text(value);
const names: Reader = (value) => {
  const list = Array.isArray(value) ? value : [value];
  return list.every((name) => typeof name === 'string') ? list.join(',') : undefined;
};

const PARAMETERS: readonly { readonly name: string; readonly read: Reader; readonly kind: string }[] = [
  { name: 'attributes', read: names, kind: 'a list of attribute names' },
  { name: 'excludedAttributes', read: names, kind: 'a list of attribute names' },
  { name: 'filter', read: text, kind: 'a string' },
  { name: 'sortBy', read: text, kind: 'a string' },
  { name: 'sortOrder', read: text, kind: 'a string' },
  { name: 'startIndex', read: number, kind: 'a whole number' },
  { name: 'count', read: number, kind: 'a whole number' },
  { name: 'cursor', read: text, kind: 'a string' },
];

/**
 * The query that a SearchRequest asks. Names may be in any case, null means absent, unknown members count for nothing. Fails
 * with `invalid_syntax` for a body that is no object and `invalid_value` for a parameter of the wrong kind.
 */
export function readSearch(body: Json): Result<URLSearchParams> {
  if (!isObject(body))
    return fail('invalid_syntax', 'The body of a search must be one JSON object, the SearchRequest.');
  const query = new URLSearchParams();
  for (const { name, read, kind } of PARAMETERS) {
    const value = member(body, name.toLowerCase()) ?? undefined;
    if (value === undefined) continue;
    const written = read(value);
    if (written === undefined) return fail('invalid_value', `"${name}" must be ${kind}.`);
    query.set(name, written);
  }
  return ok(query);
}

// Which users a request names as members. Values come as objects or as bare ids, with whatever `display` the client likes.
import { fail, ok, type Result } from '../failure.ts';
import type { Filter } from './filter/ast.ts';
import { isObject, type Json } from './json.ts';
import { MEMBERS } from './schema/group.ts';
import { subAttribute } from './schema/resource-schema.ts';
import { readValue } from './values.ts';

/**
 * The ids in a value for `members`: a list or a single value, each an object with `value` or a bare id; none for null, `""` and
 * an empty list. Fails with `invalid_value` for what names no user, nested groups among it.
 */
export function readMemberIds(value: Json): Result<readonly string[]> {
  const read = readValue(MEMBERS, value);
  if (!read.ok) return read;
  const ids: string[] = [];
  for (const member of Array.isArray(read.value) ? read.value : []) {
    const id = memberId(member);
    if (!id.ok) return id;
    ids.push(id.value);
  }
  return ok(ids);
}

function memberId(member: Json): Result<string> {
  const { value, type, $ref } = isObject(member) ? member : {};
  const isGroup = String(type).toLowerCase() === 'group' || /\/groups\//i.test(String($ref));
  if (isGroup) {
    return fail(
      'invalid_value',
      'Groups inside groups are not supported: every member must be a user. Push the inner group by itself.',
    );
  }
  if (typeof value !== 'string')
    return fail('invalid_value', 'Every one of "members" needs a "value", the id of a user.');
  return ok(value);
}

/** The ids that a value filter can mean, or `all` where every member meets it. */
export type SelectedMembers = ReadonlySet<string> | 'all';

/** What `members[...]` selects, known without looking at the members. Fails with `invalid_filter` where it is not. */
export function selectMembers(filter: Filter): Result<SelectedMembers> {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return selectTerms(filter.kind, filter.terms);
    case 'present':
      return ok(subAttribute(MEMBERS, filter.attribute.name) === undefined ? new Set<string>() : 'all');
    case 'compare': {
      const { attribute, operator, value } = filter;
      if (operator !== 'eq' || typeof value !== 'string') return unselectable();
      const name = attribute.name.toLowerCase();
      if (name === 'value') return ok(new Set([value]));
      return name === 'type' && value.toLowerCase() === 'user' ? ok('all') : unselectable();
    }
    case 'not':
    case 'valuePath':
      return unselectable();
  }
}

function selectTerms(kind: 'and' | 'or', terms: readonly Filter[]): Result<SelectedMembers> {
  const sets: ReadonlySet<string>[] = [];
  let everything = false;
  for (const term of terms) {
    const selected = selectMembers(term);
    if (!selected.ok) return selected;
    if (selected.value === 'all') everything = true;
    else sets.push(selected.value);
  }
  if (kind === 'or') return ok(everything ? 'all' : new Set(sets.flatMap((set) => [...set])));
  const [first, ...others] = sets;
  return ok(first === undefined ? 'all' : new Set([...first].filter((id) => others.every((set) => set.has(id)))));
}

function unselectable(): Result<never> {
  return fail(
    'invalid_filter',
    'Members are selected by their id: members[value eq "id"], several of them joined by or.',
  );
}

// The column `users.folded`: what filters read of a user, as the user is shown. Made anew with every write of the row, by this one
// function, so that a filter and an answer cannot disagree.
import { fold } from '../scim/fold.ts';
import { isObject, type Json, type JsonObject } from '../scim/json.ts';
import { parseDateTime } from '../scim/scalar.ts';
import type { Attribute } from '../scim/schema/attribute.ts';
import type { Portal } from './portal.ts';
import type { User } from './user.ts';
import { USER_TABLE } from './user-columns.ts';
import { renderUser } from './user-resource.ts';

/**
 * The JSON of a user for filters: canonical names, strings that compare without case folded, dates in milliseconds. Attributes
 * with a column of their own are left out, and everything that is not shown: of an inactive user without a profile it is `{}`.
 */
export function foldUser(user: User, portal: Portal): string {
  const resource = renderUser(user, portal, '');
  const { core, extensions } = portal.userSchema;
  const folded = foldMembers(
    core.attributes.filter(({ name }) => !(name in USER_TABLE.attributes)),
    resource,
  );
  for (const { id, name, attributes } of extensions) {
    const kept = attributes.filter((attribute) => !(`${name}:${attribute.name}` in USER_TABLE.attributes));
    const shown = resource[id];
    const extension = isObject(shown) ? foldMembers(kept, shown) : {};
    if (Object.keys(extension).length > 0) folded[id] = extension;
  }
  return JSON.stringify(folded);
}

function foldMembers(attributes: readonly Attribute[], object: JsonObject): JsonObject {
  const folded: JsonObject = {};
  for (const attribute of attributes) {
    const value = foldValue(attribute, object[attribute.name]);
    if (value !== undefined) folded[attribute.name] = value;
  }
  return folded;
}

/** No value, an empty list and an object without a known part are all the same: nothing. */
function foldValue(attribute: Attribute, value: Json | undefined): Json | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (Array.isArray(value)) {
    const elements = value.map((element) => foldValue(attribute, element)).filter((element) => element !== undefined);
    return elements.length === 0 ? undefined : elements;
  }
  if (isObject(value)) {
    const members = foldMembers(attribute.subAttributes ?? [], value);
    return Object.keys(members).length === 0 ? undefined : members;
  }
  if (typeof value !== 'string') return value;
  if (attribute.type === 'dateTime') return parseDateTime(value);
  return attribute.caseExact ? value : fold(value);
}

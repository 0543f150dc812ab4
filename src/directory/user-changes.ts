// The difference between a user and what a request wants of it: the columns to write, and the attribute names for the
// journal. Only what really changes is written, since a re-set indexed column writes its index rows again.
import { isObject, type Json, type JsonObject, sameJson } from '../scim/json.ts';
import type { ScimResource } from '../scim/resource.ts';
import type { Portal } from './portal.ts';
import type { Profile, User } from './user.ts';
import { roleAttribute } from './user-roles.ts';
import { teamChange } from './user-team.ts';

/** The columns of `users` that an update writes; only what changes is named. */
export interface UserChanges {
  readonly userName?: string;
  readonly externalId?: string | null;
  readonly givenName?: string | null;
  readonly familyName?: string | null;
  readonly attributes?: ScimResource;
  readonly role?: string;
  /** The name of the team that the user moves to, if there is one of that name; null for none. */
  readonly team?: string | null;
}

/** The columns in which a profile differs from the user. */
export function profileChanges(user: User, profile: Profile, portal: Portal): UserChanges {
  const team = teamChange(user.attributes, profile.attributes, portal);
  return {
    ...(profile.externalId === user.externalId ? {} : { externalId: profile.externalId }),
    ...(profile.givenName === user.givenName ? {} : { givenName: profile.givenName }),
    ...(profile.familyName === user.familyName ? {} : { familyName: profile.familyName }),
    ...(sameJson(profile.attributes, user.attributes) ? {} : { attributes: profile.attributes }),
    ...(team === undefined ? {} : { team }),
  };
}

const NAMES: Readonly<Record<Exclude<keyof UserChanges, 'attributes' | 'role' | 'team'>, string>> = {
  userName: 'userName',
  externalId: 'externalId',
  givenName: 'name.givenName',
  familyName: 'name.familyName',
};

/** The SCIM names of what changes; never a value. A team is named by the division that asked for it. */
export function changedNames(user: User, changes: UserChanges, portal: Portal): string[] {
  const { attributes, role, team: _, ...columns } = changes;
  const names = Object.keys(columns).map((column) => NAMES[column as keyof typeof NAMES]);
  if (role !== undefined) names.push(roleAttribute(portal));
  return attributes === undefined ? names : [...names, ...differingNames(user.attributes, attributes)];
}

function differingNames(before: JsonObject, after: JsonObject): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !sameJson(before[name], after[name]))
    .flatMap((name) => nested(name, before[name], after[name]));
}

/** `name` and the extensions are named down to the attribute, multi-valued attributes as a whole. */
function nested(name: string, before: Json | undefined, after: Json | undefined): string[] {
  if (!isObject(before ?? {}) || !isObject(after ?? {})) return [name];
  const separator = name.startsWith('urn:') ? ':' : '.';
  return differingNames(isObject(before) ? before : {}, isObject(after) ? after : {}).map(
    (sub) => `${name}${separator}${sub}`,
  );
}

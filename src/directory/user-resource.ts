// A user as SCIM answers it. Pure: the same user, portal and base URL always give the same resource.
import { etagOf } from '../scim/etag.ts';
import { isObject, type JsonObject } from '../scim/json.ts';
import { groupLocation, userLocation } from '../scim/location.ts';
import type { Portal } from './portal.ts';
import { canonicalUser, shownEmails, shownFormatted, type User } from './user.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The whole resource, before projection. Where the profile went with the access, an inactive user shows none. When somebody
 * signed in is shown of active users only. */
export function renderUser(user: User, portal: Portal, baseUrl: string): JsonObject {
  const { userName, externalId, name, active, ...rest } = canonicalUser(user, portal);
  const extensions = portal.userSchema.extensions.map((schema) => schema.id);
  const core = Object.fromEntries(Object.entries(rest).filter(([key]) => !extensions.includes(key)));
  const shown = extensions.filter((urn) => isObject(rest[urn]));
  const hasProfile = user.active || portal.policy.deactivation.profile === 'keep';
  return {
    schemas: [portal.userSchema.core.id, ...shown],
    id: user.id,
    ...(externalId === undefined ? {} : { externalId }),
    userName: user.userName,
    ...(hasProfile ? wholeProfile(user, isObject(name) ? name : {}, core) : leftProfile(name, core)),
    active: user.active,
    ...lastLogin(user, portal),
    ...shownGroups(user, baseUrl),
    ...Object.fromEntries(shown.map((urn) => [urn, rest[urn] ?? {}])),
    meta: {
      resourceType: 'User',
      created: new Date(user.createdAt).toISOString(),
      lastModified: new Date(user.updatedAt).toISOString(),
      location: userLocation(user.id, baseUrl),
      version: etagOf(user.version),
    },
  };
}

/** A user without groups has no such attribute, like any other that is empty. */
function shownGroups({ groups = [] }: User, baseUrl: string): JsonObject {
  if (groups.length === 0) return {};
  return {
    groups: groups.map(({ id, displayName }) => ({
      value: id,
      $ref: groupLocation(id, baseUrl),
      display: displayName,
      type: 'direct',
    })),
  };
}

/** Everybody with a profile has a name and an e-mail address to show: identity providers import by them. */
function wholeProfile(user: User, name: JsonObject, core: JsonObject): JsonObject {
  const emails = core['emails'] ?? shownEmails(user);
  return { name: { formatted: shownFormatted(user), ...name }, ...core, ...(emails === undefined ? {} : { emails }) };
}

function leftProfile(name: JsonObject[string] | undefined, core: JsonObject): JsonObject {
  return { ...(name === undefined ? {} : { name }), ...core };
}

function lastLogin(user: User, portal: Portal): JsonObject {
  if (!portal.policy.showLastLogin || !user.active || user.lastLoginAt === null) return {};
  return { userLastLoggedInTimeStamp: loginTimeStamp(user.lastLoginAt) };
}

/** "Dec 9, 2025 6:40:12 PM" in UTC, whatever the runtime's locale data say. */
export function loginTimeStamp(atMs: number): string {
  const at = new Date(atMs);
  const hour = at.getUTCHours();
  const clock = [hour % 12 || 12, two(at.getUTCMinutes()), two(at.getUTCSeconds())].join(':');
  const day = `${MONTHS[at.getUTCMonth()]} ${at.getUTCDate()}, ${at.getUTCFullYear()}`;
  return `${day} ${clock} ${hour < 12 ? 'AM' : 'PM'}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

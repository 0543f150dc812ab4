// A user as the directory holds it, and the same user as a canonical SCIM resource: the row keeps what is queried and
// guarded in columns of their own and the rest of the resource as JSON.
import { isObject, type Json, type JsonObject, sameJson } from '../scim/json.ts';
import type { ScimResource } from '../scim/resource.ts';
import type { Portal } from './portal.ts';
import { shownRole, withoutRole } from './user-roles.ts';

export interface User {
  readonly seq: number;
  readonly id: string;
  readonly userName: string;
  readonly externalId: string | null;
  readonly role: string;
  readonly active: boolean;
  readonly givenName: string | null;
  readonly familyName: string | null;
  /** The rest of the resource, canonical names. */
  readonly attributes: ScimResource;
  readonly registration: number;
  readonly lastLoginAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
  /** Only where a request asks for them: they are read by themselves. */
  readonly groups?: readonly UserGroup[];
}

/** A group as its member shows it. */
export interface UserGroup {
  readonly id: string;
  readonly displayName: string;
}

/** What a resource says of the columns that a client may write. */
export interface Profile {
  readonly externalId: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly attributes: ScimResource;
}

/** What a profile is where there is none. */
export const NO_PROFILE: Profile = { externalId: null, givenName: null, familyName: null, attributes: {} };

/** The user as a canonical resource: what PATCH is applied to and PUT is compared with. */
export function canonicalUser(user: User, portal: Portal): ScimResource {
  const { name: rest, ...attributes } = user.attributes;
  const name: JsonObject = {
    ...(isObject(rest) ? rest : {}),
    ...(user.familyName === null ? {} : { familyName: user.familyName }),
    ...(user.givenName === null ? {} : { givenName: user.givenName }),
  };
  return {
    ...attributes,
    userName: user.userName,
    active: user.active,
    ...(user.externalId === null ? {} : { externalId: user.externalId }),
    ...(Object.keys(name).length === 0 ? {} : { name }),
    ...shownRole(user.role, portal),
  };
}

/** Splits a canonical resource into columns. `userName`, `active` and what steers the role are decided elsewhere. */
export function profileOf(resource: ScimResource, portal: Portal): Profile {
  const { userName: _, active: __, externalId, name, ...others } = withoutRole(resource, portal);
  const { familyName, givenName, ...restOfName } = isObject(name) ? name : {};
  const { formatted, ...parts } = restOfName;
  const keptName = formatted === defaultFormatted(text(givenName), text(familyName)) ? parts : restOfName;
  const full = portal.policy.attributesStored === 'full';
  const attributes = { ...others, ...(Object.keys(keptName).length === 0 ? {} : { name: keptName }) };
  return {
    externalId: text(externalId),
    givenName: text(givenName),
    familyName: text(familyName),
    attributes: full ? attributes : {},
  };
}

/** The full name where the client sent none: family name first, as the portal has always shown it. */
export function defaultFormatted(givenName: string | null, familyName: string | null): string | undefined {
  const parts = [familyName, givenName].filter((part) => part !== null);
  return parts.length === 0 ? undefined : parts.join(' ');
}

/** The full name that is shown of a user who has none of its own. */
export function shownFormatted(user: Pick<User, 'userName' | 'givenName' | 'familyName' | 'attributes'>): string {
  const displayName = text(user.attributes['displayName']);
  return defaultFormatted(user.givenName, user.familyName) ?? displayName ?? user.userName;
}

/** The addresses that are shown of a user who has none of its own: the userName, where it is an e-mail address. */
export function shownEmails(user: User): JsonObject[] | undefined {
  return user.userName.includes('@') ? [{ value: user.userName, type: 'work', primary: true }] : undefined;
}

/** A PUT often carries back what was read. What the gateway only showed, because the user had none, is not stored: a
 * full name made of the old names would outlive the change of them. */
export function withoutEcho(user: User, wanted: ScimResource): ScimResource {
  const { name, emails, ...others } = wanted;
  const stored = user.attributes['name'];
  const ownFormatted = isObject(stored) && stored['formatted'] !== undefined;
  const { formatted, ...parts } = isObject(name) ? name : {};
  const echoedName = !ownFormatted && formatted === shownFormatted(user);
  const echoedEmails = user.attributes['emails'] === undefined && sameJson(emails, shownEmails(user));
  return {
    ...others,
    ...(name === undefined ? {} : { name: echoedName ? parts : name }),
    ...(emails === undefined || echoedEmails ? {} : { emails }),
  };
}

function text(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

// What a request to create or change a user means. Decisions only: values in, a value out, no I/O and no clock.
import { fail, ok, type Result } from '../failure.ts';
import { fold } from '../scim/fold.ts';
import { isObject } from '../scim/json.ts';
import type { ScimResource } from '../scim/resource.ts';
import { ADMIN_ROLE } from './policy.ts';
import type { Portal } from './portal.ts';
import { type Profile, profileOf, type User, withoutEcho } from './user.ts';
import { changedNames, profileChanges, type UserChanges } from './user-changes.ts';

/** A user to be made, or to come back after a DELETE. */
export interface NewUser {
  readonly userName: string;
  readonly userNameKey: string;
  readonly active: boolean;
  readonly role: string;
  readonly profile: Profile;
}

/** Decides a POST. `active` absent means true. */
export function decideCreate(resource: ScimResource, portal: Portal): Result<NewUser> {
  const userName = readUserName(resource);
  if (!userName.ok) return userName;
  const active = resource['active'] !== false;
  const profile = profileOf(resource, portal);
  const kept = active || portal.policy.deactivation.profile === 'keep';
  if (kept && !isStorable(profile.attributes)) return tooManyAttributes();
  return ok({
    userName: userName.value,
    userNameKey: fold(userName.value),
    active,
    role: active ? roleAfter(portal.policy.defaultRole, resource, portal) : portal.policy.defaultRole,
    profile: kept ? profile : { externalId: profile.externalId, givenName: null, familyName: null, attributes: {} },
  });
}

/** What a PUT or PATCH does. `names` are attribute names, for the journal. `ignored` ones named an inactive user. */
export type UserDecision =
  | { readonly kind: 'unchanged'; readonly ignored: readonly string[] }
  | {
      readonly kind: 'update';
      readonly changes: UserChanges;
      readonly names: readonly string[];
      readonly ignored: readonly string[];
    }
  | { readonly kind: 'deactivate'; readonly externalId: string | null }
  | {
      readonly kind: 'reactivate';
      readonly profile: Profile;
      readonly role: string;
      readonly names: readonly string[];
    };

/** Decides a PUT or PATCH whose outcome would be `wanted`, a whole canonical resource. `active` absent means as it was. */
export function decideUpdate(user: User, wanted: ScimResource, portal: Portal): Result<UserDecision> {
  const userName = readUserName(wanted);
  if (!userName.ok) return userName;
  const renamed = fold(userName.value) !== fold(user.userName);
  if (renamed && portal.policy.userNameChanges === 'refused') {
    return fail(
      'user_name_immutable',
      'userName cannot be changed in this portal: it is the identity of the account. Nothing was changed. To give the person another userName, deactivate this user and create a new one.',
    );
  }
  const active = typeof wanted['active'] === 'boolean' ? wanted['active'] : user.active;
  const profile = profileOf(withoutEcho(user, wanted), portal);
  if (user.active && !active) return ok({ kind: 'deactivate', externalId: profile.externalId });
  const role = roleAfter(user.role, wanted, portal);
  const changes: UserChanges = {
    ...(renamed ? { userName: userName.value } : {}),
    ...profileChanges(user, profile),
    ...(role === user.role ? {} : { role }),
  };
  if (!active) return ok(whileInactive(user, changes));
  if (changes.attributes !== undefined && !isStorable(changes.attributes)) return tooManyAttributes();
  const names = changedNames(user, changes);
  if (!user.active) return ok({ kind: 'reactivate', profile, role, names: ['active', ...names] });
  return ok(names.length === 0 ? { kind: 'unchanged', ignored: [] } : { kind: 'update', changes, names, ignored: [] });
}

/** An inactive user keeps nothing but its externalId; whatever else was sent is ignored, and the journal says so. */
function whileInactive(user: User, { externalId, ...others }: UserChanges): UserDecision {
  const ignored = changedNames(user, others);
  if (externalId === undefined) return { kind: 'unchanged', ignored };
  return { kind: 'update', changes: { externalId }, names: ['externalId'], ignored };
}

/** D1 keeps values of up to 2 MB, and a page of 200 users has to fit into one isolate. */
const MAX_ATTRIBUTES_CHARACTERS = 256 * 1024;

function isStorable(attributes: ScimResource): boolean {
  return JSON.stringify(attributes).length <= MAX_ATTRIBUTES_CHARACTERS;
}

function tooManyAttributes() {
  return fail(
    'invalid_value',
    `The attributes of one user cannot take more than ${MAX_ATTRIBUTES_CHARACTERS} characters together. Nothing was changed.`,
  );
}

/** So that a URL can carry the userName as the id, percent-encoded. */
const MAX_USER_NAME_CHARACTERS = 512;

/** The userName of a resource, required, and one that a URL can carry as the id. */
function readUserName(resource: ScimResource): Result<string> {
  const userName = resource['userName'];
  if (typeof userName !== 'string' || userName.trim() === '') {
    return fail(
      'invalid_value',
      'userName is required and must be a non-empty string: map it in the identity provider.',
    );
  }
  // The folded name is the id, and folding can make dots of other characters and many characters of one.
  const key = fold(userName);
  if (key === '.' || key === '..') {
    return fail('invalid_value', 'userName cannot be "." or "..", because a URL cannot carry it.');
  }
  if (Math.max(userName.length, key.length) > MAX_USER_NAME_CHARACTERS) {
    return fail('invalid_value', `userName cannot be longer than ${MAX_USER_NAME_CHARACTERS} characters.`);
  }
  return ok(userName);
}

function wantedAdmin(resource: ScimResource, portal: Portal): boolean | undefined {
  const extension = portal.extensionUrn ? resource[portal.extensionUrn] : undefined;
  const isAdmin = isObject(extension) ? extension['isAdmin'] : undefined;
  return typeof isAdmin === 'boolean' ? isAdmin : undefined;
}

function roleAfter(role: string, wanted: ScimResource, portal: Portal): string {
  const admin = wantedAdmin(wanted, portal);
  if (admin === undefined) return role;
  if (admin) return ADMIN_ROLE;
  return role === ADMIN_ROLE ? portal.policy.defaultRole : role;
}

// What a request to create or change a user means. Decisions only: values in, a value out, no I/O and no clock.
import { fail, ok, type Result } from '../failure.ts';
import { fold } from '../scim/fold.ts';
import type { ScimResource } from '../scim/resource.ts';
import type { Portal } from './portal.ts';
import { NO_PROFILE, type Profile, profileOf, type User, withoutEcho } from './user.ts';
import { changedNames, profileChanges, type UserChanges } from './user-changes.ts';
import { roleAfter, type Wanted } from './user-roles.ts';
import { checkSize } from './user-size.ts';
import { teamOf } from './user-team.ts';

/** A user to be made, or to come back after a DELETE. */
export interface NewUser {
  readonly userName: string;
  readonly userNameKey: string;
  readonly active: boolean;
  readonly role: string;
  readonly profile: Profile;
  /** The name of the team that the user asks for; null for none. */
  readonly team: string | null;
}

/** Decides a POST. `active` absent means true. */
export function decideCreate(wanted: Wanted, portal: Portal): Result<NewUser> {
  const { policy } = portal;
  const userName = readUserName(wanted.resource);
  if (!userName.ok) return userName;
  const role = roleAfter(policy.defaultRole, wanted, portal);
  if (!role.ok) return role;
  const active = wanted.resource['active'] !== false;
  const sent = profileOf(wanted.resource, portal);
  const kept = active || policy.deactivation.profile === 'keep';
  const profile = kept ? sent : { ...NO_PROFILE, externalId: sent.externalId };
  const size = checkSize({ ...profile, userName: userName.value, active, role: role.value }, portal);
  if (!size.ok) return size;
  return ok({
    userName: userName.value,
    userNameKey: fold(userName.value),
    active,
    role: active ? role.value : policy.defaultRole,
    profile,
    team: teamOf(profile.attributes, portal),
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
  | { readonly kind: 'deactivate'; readonly changes: UserChanges; readonly names: readonly string[] }
  | { readonly kind: 'reactivate'; readonly changes: UserChanges; readonly names: readonly string[] };

/** Decides a PUT or PATCH. `wanted` is the whole resource as it would be; `active` absent means as it was. */
export function decideUpdate(user: User, wanted: Wanted, portal: Portal): Result<UserDecision> {
  const renamed = newUserName(user, wanted.resource, portal);
  if (!renamed.ok) return renamed;
  const active = typeof wanted.resource['active'] === 'boolean' ? wanted.resource['active'] : user.active;
  const ends = user.active && !active;
  const role = nextRole(user, active, wanted, portal);
  if (!role.ok) return role;
  const profile = profileOf(withoutEcho(user, wanted.resource), portal);
  const changes: UserChanges = {
    ...(renamed.value === undefined ? {} : { userName: renamed.value }),
    ...profileChanges(user, profile, portal),
    ...(role.value === user.role ? {} : { role: role.value }),
  };
  const stored = active ? { changes, ignored: [] } : whileInactive(user, changes, portal);
  const size = growsProfile(stored.changes, ends)
    ? checkSize({ ...user, ...stored.changes, active }, portal)
    : ok(undefined);
  if (!size.ok) return size;
  const names = changedNames(user, stored.changes, portal);
  if (active !== user.active) {
    const kind = active ? 'reactivate' : 'deactivate';
    return ok({ kind, changes: stored.changes, names: ['active', ...names] });
  }
  return ok(names.length === 0 ? { kind: 'unchanged', ignored: stored.ignored } : { kind: 'update', ...stored, names });
}

/** The role after a request. Who comes back begins with the default one of that day, and nobody keeps access because of the role
 * that would have gone with it. */
function nextRole(user: User, active: boolean, wanted: Wanted, portal: Portal): Result<string> {
  if (user.active && !active) return ok(user.role);
  return roleAfter(active === user.active ? user.role : portal.policy.defaultRole, wanted, portal);
}

/** Whether the size of the user has to be asked. Access ends whatever the size of the externalId that stands beside it. */
function growsProfile({ attributes, givenName, familyName, externalId }: UserChanges, ends: boolean): boolean {
  const names = givenName !== undefined || familyName !== undefined;
  return attributes !== undefined || names || (externalId !== undefined && !ends);
}

/** What of a change an inactive user takes. Where the profile went with the access, nothing but the externalId; where it
 * stayed, all but a role, which comes with access. What is ignored, the journal names. */
function whileInactive(user: User, changes: UserChanges, portal: Portal) {
  const { role, externalId, ...profile } = changes;
  const keeps = portal.policy.deactivation.profile === 'keep';
  const stored: UserChanges = { ...(keeps ? profile : {}), ...(externalId === undefined ? {} : { externalId }) };
  const others: UserChanges = { ...(keeps ? {} : profile), ...(role === undefined ? {} : { role }) };
  return { changes: stored, ignored: changedNames(user, others, portal) };
}

/** The userName that a request changes to; undefined when it stays. Where names cannot change, another spelling in upper and
 * lower case is the same name and stays as it was. */
function newUserName(user: User, wanted: ScimResource, { policy }: Portal): Result<string | undefined> {
  const userName = readUserName(wanted);
  if (!userName.ok) return userName;
  if (userName.value === user.userName) return ok(undefined);
  if (policy.userNameChanges === 'allowed') return userName;
  if (fold(userName.value) === fold(user.userName)) return ok(undefined);
  return fail(
    'user_name_immutable',
    'userName cannot be changed in this portal: it is the identity of the account. Nothing was changed. To give the person another userName, deactivate this user and create a new one.',
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

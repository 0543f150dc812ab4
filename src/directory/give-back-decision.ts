// What a user is again when held deactivations are undone: the newest first, each over what the undoing of the one before left.
// Decisions only. What the identity provider has written since wins; what is absent is filled in.

import type { HeldDeactivation, HeldProfile, HeldUser } from '../lifecycle/held.ts';
import { isObject, type JsonObject } from '../scim/json.ts';
import type { JournalRule, JournalType } from '../storage/journal.ts';
import { ADMIN_ROLE } from './admin-role.ts';
import { cameBack, type RoleSince, wasMadeAnew } from './held-standing.ts';
import type { Portal } from './portal.ts';
import type { User } from './user.ts';
import { changedNames, type UserChanges } from './user-changes.ts';
import { teamOf } from './user-team.ts';

/** The team to come back to: the one of that id, or without it the one that the division names. */
export interface HeldTeam {
  readonly id: string | null;
  readonly name: string | null;
}

/** What somebody who came back does not get again: a role that was decided over since, one of which the journal no longer knows
 * that, each with the keys that ended with it; and the groups of an account that was made anew. */
export type Withheld = 'role_decided' | 'role_forgotten' | 'groups';

/** What is written of the user's row, and what the journal says of it. */
export interface GiveBack {
  readonly type: JournalType;
  readonly rule: JournalRule;
  readonly attributes: readonly string[];
  readonly changes: UserChanges;
  /** Where an inactive user is active again, and a removed one visible. */
  readonly activates: boolean;
  readonly shows: boolean;
  readonly team?: HeldTeam;
  /** Whether the user gets admin rights by it, of which all admins are told. */
  readonly grantsAdmin: boolean;
  /** The user as it is then. */
  readonly after: User;
  /** The held deactivations, with the keys and groups that come back of each. */
  readonly held: readonly HeldDeactivation[];
  readonly withheld: readonly Withheld[];
}

interface Undone {
  readonly user: User;
  readonly team?: HeldTeam;
  readonly held: readonly HeldDeactivation[];
  readonly withheld: readonly Withheld[];
}

/** What is decided on besides a held deactivation itself. */
interface Circumstances {
  readonly before: HeldUser;
  readonly portal: Portal;
  /** By cause, where it was asked. */
  readonly rolesSince: ReadonlyMap<string, RoleSince>;
}

/** Decides what all held deactivations of a user, undone, come to. */
export function decideGiveBack(circumstances: Circumstances, nowMs: number): GiveBack {
  const { before, portal } = circumstances;
  const start: Undone = { user: before, held: [], withheld: [] };
  const undone = before.held.reduce((state, held) => undo(state, held, circumstances), start);
  const after = { ...undone.user, version: before.version + 1, updatedAt: nowMs };
  const changes = changesOf(before, after);
  const grantsAdmin = after.role === ADMIN_ROLE && before.role !== ADMIN_ROLE;
  const activates = after.active && !before.active;
  const names = changedNames(before, changes, portal);
  return {
    ...eventOf(before, after, grantsAdmin),
    attributes: activates ? ['active', ...names] : names,
    changes,
    activates,
    shows: before.removedAt !== null,
    ...(undone.team ? { team: undone.team } : {}),
    grantsAdmin,
    after,
    held: undone.held,
    withheld: [...new Set(undone.withheld)],
  };
}

/** Whoever follows the events learns whether the account is there, and whether it has access. */
function eventOf(before: HeldUser, after: User, grantsAdmin: boolean): Pick<GiveBack, 'type' | 'rule'> {
  const rule = 'brake_restored';
  if (after.active && !before.active) return { type: 'user.reactivated', rule };
  if (before.removedAt !== null) return { type: 'user.created', rule: 'brake_restored_inactive' };
  return { type: grantsAdmin ? 'user.admin_granted' : 'user.updated', rule };
}

function undo({ user, team, ...sum }: Undone, held: HeldDeactivation, circumstances: Circumstances): Undone {
  const { before, portal } = circumstances;
  const { account } = held;
  const { role, withheld } = roleOf(user, held, circumstances);
  const anew = account.groups.length > 0 && wasMadeAnew(before, held);
  const again = { ...account, ...(withheld ? { keys: [] } : {}), ...(anew ? { groups: [] } : {}) };
  const totals = {
    held: [...sum.held, { ...held, account: again }],
    withheld: [...sum.withheld, ...(withheld ? [withheld] : []), ...(anew ? ['groups' as const] : [])],
  };
  const access = {
    ...user,
    role,
    active: user.active || account.active === 1,
    lastLoginAt: user.lastLoginAt ?? account.lastLoginAt,
  };
  const { profile } = account;
  if (!profile) return { ...totals, user: access, ...(team ? { team } : {}) };
  const filled = { ...access, ...fillIn(access, profile) };
  const kept = team ?? (before.teamSeq === null ? teamAgain(access, filled, profile, portal) : undefined);
  return { ...totals, user: filled, ...(kept ? { team: kept } : {}) };
}

/** The role that the user has then. A role other than the least, of somebody who has come back, was decided since. */
function roleOf(
  user: User,
  held: HeldDeactivation,
  { before, portal, rolesSince }: Circumstances,
): { readonly role: string; readonly withheld?: Withheld } {
  const { defaultRole, roles } = portal.policy;
  const { role, active } = held.account;
  const isLost = active === 1 && role !== user.role && role !== defaultRole && roles.includes(role);
  if (!isLost) return { role: user.role };
  const returned = cameBack(before, held);
  if (user.role !== defaultRole) return { role: user.role, ...(returned ? { withheld: 'role_decided' } : {}) };
  if (!returned) return { role };
  const since = rolesSince.get(held.cause) ?? 'forgotten';
  if (since === 'undecided') return { role };
  return { role: user.role, withheld: since === 'decided' ? 'role_decided' : 'role_forgotten' };
}

/** Nobody comes back to a team when the division that was sent since names another one. */
function teamAgain(
  before: User,
  filled: User,
  { team, attributes }: HeldProfile,
  portal: Portal,
): HeldTeam | undefined {
  const division = teamOf(before.attributes, portal);
  if (division !== null && division !== teamOf(attributes, portal)) return undefined;
  return { id: team, name: teamOf(filled.attributes, portal) };
}

/** A full name as it was sent belongs to the names it was sent with. */
function fillIn(user: User, profile: HeldProfile): Pick<User, 'givenName' | 'familyName' | 'attributes'> {
  const givenName = user.givenName ?? profile.givenName;
  const familyName = user.familyName ?? profile.familyName;
  const sameNames = givenName === profile.givenName && familyName === profile.familyName;
  const { name, ...others } = profile.attributes;
  const { formatted, ...parts } = isObject(name) ? name : {};
  const keptName = isObject(name) ? (sameNames ? name : parts) : {};
  const held = Object.keys(keptName).length === 0 ? others : { ...others, name: keptName };
  return { givenName, familyName, attributes: filledObject(user.attributes, held) };
}

/** Objects, `name` and the extensions, are filled in by their attributes; lists are taken as a whole. */
function filledObject(now: JsonObject, held: JsonObject): JsonObject {
  const filled: JsonObject = { ...now };
  for (const [name, value] of Object.entries(held)) {
    const known = now[name];
    if (known === undefined) filled[name] = value;
    else if (isObject(known) && isObject(value)) filled[name] = { ...value, ...known };
  }
  return filled;
}

/** Only what differs is written. */
function changesOf(before: User, after: User): UserChanges {
  return {
    ...(after.givenName === before.givenName ? {} : { givenName: after.givenName }),
    ...(after.familyName === before.familyName ? {} : { familyName: after.familyName }),
    ...(JSON.stringify(after.attributes) === JSON.stringify(before.attributes) ? {} : { attributes: after.attributes }),
    ...(after.role === before.role ? {} : { role: after.role }),
  };
}

// What a user is again when held deactivations are undone: the newest first, each over what the undoing of the one before left.
// Decisions only. What the identity provider has written since wins; what is absent is filled in.

import type { HeldAccount, HeldProfile, HeldUser } from '../lifecycle/held.ts';
import { isObject, type JsonObject } from '../scim/json.ts';
import type { JournalType } from '../storage/journal.ts';
import { ADMIN_ROLE } from './admin-role.ts';
import type { Portal } from './portal.ts';
import type { User } from './user.ts';
import { changedNames, type UserChanges } from './user-changes.ts';
import { teamOf } from './user-team.ts';

/** The team to come back to: the one of that id, or without it the one that the division names. */
export interface HeldTeam {
  readonly id: string | null;
  readonly name: string | null;
}

/** What is written of the user's row, and what the journal says of it. */
export interface GiveBack {
  readonly type: JournalType;
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
}

interface Undone {
  readonly user: User;
  readonly team?: HeldTeam;
}

/** Decides what all held deactivations of a user, undone, come to. */
export function decideGiveBack(before: HeldUser, portal: Portal, nowMs: number): GiveBack {
  const undone = before.held.reduce<Undone>((state, { account }) => undo(state, account, before, portal), {
    user: before,
  });
  const after = { ...undone.user, version: before.version + 1, updatedAt: nowMs };
  const changes = changesOf(before, after);
  const activates = after.active && !before.active;
  const grantsAdmin = after.role === ADMIN_ROLE && before.role !== ADMIN_ROLE;
  const names = changedNames(before, changes, portal);
  return {
    type: activates ? 'user.reactivated' : grantsAdmin ? 'user.admin_granted' : 'user.updated',
    attributes: activates ? ['active', ...names] : names,
    changes,
    activates,
    shows: before.removed,
    ...(undone.team ? { team: undone.team } : {}),
    grantsAdmin,
    after,
  };
}

function undo({ user, team }: Undone, account: HeldAccount, before: HeldUser, portal: Portal): Undone {
  const { defaultRole, roles } = portal.policy;
  const role =
    user.role === defaultRole && account.active === 1 && roles.includes(account.role) ? account.role : user.role;
  const access = {
    ...user,
    role,
    active: user.active || account.active === 1,
    lastLoginAt: user.lastLoginAt ?? account.lastLoginAt,
  };
  const { profile } = account;
  if (!profile) return { user: access, ...(team ? { team } : {}) };
  const filled = { ...access, ...fillIn(access, profile) };
  const kept = team ?? (before.teamSeq === null ? teamAgain(access, filled, profile, portal) : undefined);
  return { user: filled, ...(kept ? { team: kept } : {}) };
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

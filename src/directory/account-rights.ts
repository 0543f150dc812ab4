// Who may change what of an account in the console, and why not. Pure: the page says the same as the commit.

import { listText, roleWords } from '../wording.ts';
import type { Account } from './account.ts';
import { ADMIN_ROLE } from './admin-role.ts';
import type { Portal } from './portal.ts';
import { roleAttribute } from './user-roles.ts';
import { teamOf } from './user-team.ts';

type Signing = Pick<Account, 'loginType' | 'isProvisioned'>;

/** By which attribute the identity provider decides over the role of such an account: `userType` over all of it, `isAdmin` over
 * whether it is an admin; undefined where it decides nothing, as where it does not provision the portal. */
export function roleGovernor(account: Signing, portal: Portal) {
  return account.isProvisioned ? roleGovernorToBe(account, portal) : undefined;
}

/** The same, once an identity provider provisions the portal. */
export function roleGovernorToBe({ loginType }: Pick<Signing, 'loginType'>, { policy, extensionUrn }: Portal) {
  if (loginType !== 'saml') return undefined;
  if (policy.adminBy === 'user_type') return 'userType';
  return extensionUrn === undefined ? undefined : 'isAdmin';
}

/** Whether the identity provider decides over the admin rights of such an account. */
export function isSteeredByScim(account: Signing, portal: Portal): boolean {
  return roleGovernor(account, portal) !== undefined;
}

/** The roles among which the console chooses for an account of that role; none where the identity provider decides. */
export function rolesToGive(account: Signing & Pick<Account, 'role'>, portal: Portal): readonly string[] {
  const { roles } = portal.policy;
  switch (roleGovernor(account, portal)) {
    case undefined:
      return roles;
    case 'userType':
      return [];
    case 'isAdmin':
      return account.role === ADMIN_ROLE ? [] : roles.filter((role) => role !== ADMIN_ROLE);
  }
}

/** What the journal calls a role that the console gives: of those who are no admins, `isAdmin` says nothing. */
export function roleWord(role: string, portal: Portal): string {
  return role === ADMIN_ROLE || portal.policy.adminBy === 'user_type' ? roleAttribute(portal) : 'role';
}

/** Whether it is an active admin and no other one who can sign in is left. */
export function isLastAdmin({ role, active, othersSignIn }: Account): boolean {
  return active && role === ADMIN_ROLE && !othersSignIn;
}

/** Why the admin rights of an account cannot be changed here, in a sentence; undefined where they can. */
export function whyNoAdminChange(account: Account, portal: Portal): string | undefined {
  return whyNoRoleChange(account, portal, account.role === ADMIN_ROLE ? portal.policy.defaultRole : ADMIN_ROLE);
}

/** Why an account cannot be given that role here, in a sentence; undefined where it can. */
export function whyNoRoleChange(account: Account, portal: Portal, role: string): string | undefined {
  const { roles } = portal.policy;
  if (account.removedAt !== null) return REMOVED;
  if (!account.active) return 'The account is deactivated, and only an active account has a role: activate it first.';
  if (!roles.includes(role)) return `The roles of this portal are ${listText(roles.map(roleWords))}.`;
  const governor = roleGovernor(account, portal);
  if (governor === 'userType') {
    return 'The identity provider decides over the roles of those it manages: set userType there.';
  }
  if (governor === 'isAdmin' && [role, account.role].includes(ADMIN_ROLE)) {
    return 'The identity provider decides who is an admin of those it manages: set isAdmin there.';
  }
  return role !== ADMIN_ROLE && isLastAdmin(account) ? LAST_ADMIN : undefined;
}

/** Why an account cannot be put into that team here (null for none), in a sentence; undefined where it can. */
export function whyNoTeamChange(account: Account, portal: Portal, team: string | null): string | undefined {
  if (account.removedAt !== null) return REMOVED;
  if (account.loginType !== 'saml') return 'Teams are for the people of the identity provider.';
  if (!account.active) return 'The account is deactivated: activate it first.';
  const asked = teamAskedFor(account, portal);
  if (asked === null || team === asked) return undefined;
  return 'The division of this person is the name of a team, and decides: change the division in the identity provider.';
}

/** The team that the division of an account decides for; null where it decides nothing. */
export function teamAskedFor({ attributes, asksForTeam, isProvisioned }: Account, portal: Portal): string | null {
  return asksForTeam && isProvisioned ? teamOf(attributes, portal) : null;
}

/** Why the last admin stays one. */
export const LAST_ADMIN = 'It is the last active admin who can sign in. Make another person an admin first.';

/** Why an account cannot be deactivated here by the account `ownSeq`, in a sentence; undefined where it can. */
export function whyNoDeactivation(account: Account, ownSeq: number): string | undefined {
  if (account.removedAt !== null) return REMOVED;
  if (account.seq === ownSeq) return 'It is your own account: ask another admin to deactivate it.';
  return isLastAdmin(account) ? LAST_ADMIN : undefined;
}

/** Why an account cannot be handed to the identity provider here by the account `ownSeq`; undefined where it can. */
export function whyNoConversion(account: Account, ownSeq: number): string | undefined {
  if (account.removedAt !== null) return REMOVED;
  if (account.loginType === 'saml') return 'The identity provider manages it already.';
  return account.seq === ownSeq ? 'It is your own account: ask another admin to convert it.' : undefined;
}

/** Why an account cannot be activated here; undefined where it can, or is active. Only those of the identity provider are removed. */
export function whyNoReactivation({ removedAt }: Account): string | undefined {
  if (removedAt === null) return undefined;
  return `${REMOVED} The identity provider brings the person back by creating them again, or an admin by Add user.`;
}

const REMOVED = 'The account was removed.';

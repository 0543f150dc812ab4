// Who may change what of an account in the console, and why not. Pure: the page says the same as the commit.

import type { Account } from './account.ts';
import { ADMIN_ROLE } from './admin-role.ts';
import type { Portal } from './portal.ts';

/** Whether the identity provider decides over the admin rights of such an account. */
export function isSteeredByScim({ loginType }: Pick<Account, 'loginType'>, portal: Portal): boolean {
  return loginType === 'saml' && (portal.policy.adminBy === 'user_type' || portal.extensionUrn !== undefined);
}

/** Whether it is an active admin and no other one who can sign in is left. */
export function isLastAdmin({ role, active, othersSignIn }: Account): boolean {
  return active && role === ADMIN_ROLE && !othersSignIn;
}

/** Why the admin rights of an account cannot be changed here, in a sentence; undefined where they can. */
export function whyNoAdminChange(account: Account, portal: Portal): string | undefined {
  if (account.removedAt !== null) return REMOVED;
  if (!account.active) return 'The account is deactivated, and only an active account can be an admin.';
  if (isSteeredByScim(account, portal)) {
    const attribute = portal.policy.adminBy === 'user_type' ? 'userType' : 'isAdmin';
    return `The identity provider decides who is an admin of those it manages: set ${attribute} there.`;
  }
  return isLastAdmin(account) ? LAST_ADMIN : undefined;
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

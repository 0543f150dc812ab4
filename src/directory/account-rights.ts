// Who may change what of an account in the console. Pure.

import type { Account } from './account.ts';
import type { Portal } from './portal.ts';

/** Whether the identity provider decides over the admin rights of such an account. */
export function isSteeredByScim({ loginType }: Pick<Account, 'loginType'>, portal: Portal): boolean {
  return loginType === 'saml' && (portal.policy.adminBy === 'user_type' || portal.extensionUrn !== undefined);
}

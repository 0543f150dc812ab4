// What it means when the last admin who has a password loses it, by whatever step: said in the same words everywhere.
import { ADMIN_ROLE } from '../../directory/admin-role.ts';
import type { UserDetails } from './user-query.ts';

/** Whether nobody would be left who opens the console with a password, once this account does not. */
export function isLastPassword({ account, passwordSetAt }: UserDetails): boolean {
  const { loginType, role, active, othersHavePassword } = account;
  const opens = loginType === 'password' && active && role === ADMIN_ROLE && passwordSetAt !== null;
  return opens && !othersHavePassword;
}

/** The sentence, and the way out. */
export function LastPassword({ details: { ssoIsOn } }: { readonly details: UserDetails }) {
  return (
    <>
      No other admin with a password is left.{' '}
      {ssoIsOn ? 'When single sign-on fails, nobody could' : 'Single sign-on is off, so nobody could'} open this console
      until whoever runs the portal makes another one with <code>npm run portal -- admin EMAIL</code>.
    </>
  );
}

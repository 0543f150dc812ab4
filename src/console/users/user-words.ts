// What the console calls people, roles and ways to sign in.
import type { LoginType } from '../../directory/user-list-query.ts';
import { capital } from '../../wording.ts';

/** How somebody signs in. */
export const LOGIN_TEXTS: Readonly<Record<LoginType, string>> = {
  saml: 'Identity provider',
  password: 'Password',
  service: 'No login',
};

/** Such as `Department admin` for `department_admin`. */
export function roleName(role: string): string {
  return capital(role.replaceAll('_', ' '));
}

// What the console calls the ways to sign in.
import type { LoginType } from '../../directory/user-list-query.ts';

/** How somebody signs in. */
export const LOGIN_TEXTS: Readonly<Record<LoginType, string>> = {
  saml: 'Identity provider',
  password: 'Password',
  service: 'No login',
};

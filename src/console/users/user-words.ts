// What the console calls people, roles and ways to sign in.
import type { LoginType } from '../../directory/user-list-query.ts';
import { printable } from '../../printable.ts';

/** How somebody signs in. */
export const LOGIN_TEXTS: Readonly<Record<LoginType, string>> = {
  saml: 'Identity provider',
  password: 'Password',
  service: 'No login',
};

/** Such as `Department admin` for `department_admin`. */
export function roleName(role: string): string {
  const words = role.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

interface Named {
  readonly userName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
}

/** The name of a person, where the account has one. */
export function fullName({ givenName, familyName }: Named): string | undefined {
  const name = [givenName, familyName].filter((part) => part).join(' ');
  return name === '' ? undefined : printable(name, 80);
}

// How texts that people read are put together, on screens and in mails alike.
import { printable } from './printable.ts';

interface Named {
  readonly givenName: string | null;
  readonly familyName: string | null;
}

/** First and last name on one line of at most `most` characters; undefined where there is neither. */
export function fullName({ givenName, familyName }: Named, most = 80): string | undefined {
  const name = printable([givenName, familyName].filter((part) => part).join(' '), most);
  return name === '' ? undefined : name;
}

/** What somebody is called: by name where the account has one, else by user name; at most `most` characters. */
export function personName(person: Named & { readonly userName: string }, most = 80): string {
  return fullName(person, most) ?? printable(person.userName, most);
}

/** The text with a capital letter at its beginning. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Such as `a, b and c`. */
export function listText(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** What a role is called in a sentence, such as `department admin` for `department_admin`. */
export function roleWords(role: string): string {
  return role.replaceAll('_', ' ');
}

/** The same by itself, such as `Department admin`. */
export function roleName(role: string): string {
  return capital(roleWords(role));
}

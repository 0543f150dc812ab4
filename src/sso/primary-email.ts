// The one e-mail address of a user, where a reader wants one: of several the primary one, else the first.
import { shownEmails, type User } from '../directory/user.ts';
import { isObject, type Json } from '../scim/json.ts';

/** The address; null where there is none. */
export function primaryEmail(user: User): string | null {
  const emails: Json | undefined = user.attributes['emails'] ?? shownEmails(user);
  const values = Array.isArray(emails) ? emails.filter(isObject) : [];
  const chosen = values.find(({ primary }) => primary === true) ?? values[0];
  return typeof chosen?.['value'] === 'string' ? chosen['value'] : null;
}

// What the form that adds a user says, and which of its three kinds it is.
import type { LoginType } from '../../directory/user-list-query.ts';
import { LOGIN_TYPES } from '../../directory/user-list-query.ts';

/** What was typed; empty texts for nothing. */
export interface NewUserFields {
  readonly login: LoginType;
  readonly userName: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly role: string;
  readonly team: string;
}

/** The fields of a form, or of an address, which fills the form in. */
export function readNewUser(fields: URLSearchParams): NewUserFields {
  const text = (name: string) => oneLine(fields.get(name) ?? '');
  return {
    login: LOGIN_TYPES.find((login) => login === fields.get('login')) ?? 'saml',
    userName: text('userName'),
    givenName: text('givenName'),
    familyName: text('familyName'),
    role: text('role'),
    team: fields.get('team') ?? '',
  };
}

/** A line that was typed or pasted, without spaces around it and without characters that cannot be seen. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

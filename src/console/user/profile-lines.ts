// The profile of a user as lines to read: whatever is stored, in the words of its attributes. Pure.

import type { Account } from '../../directory/account.ts';
import type { Portal } from '../../directory/portal.ts';
import { canonicalUser } from '../../directory/user.ts';
import { printable, readableTime } from '../../printable.ts';
import { isObject, type Json, type JsonObject } from '../../scim/json.ts';
import { ENTERPRISE_USER } from '../../scim/schema/enterprise-user.ts';
import { capital } from '../../wording.ts';

export interface ProfileLine {
  readonly label: string;
  /** One or more; each one line. */
  readonly values: readonly string[];
}

export interface ProfileSection {
  /** Undefined for the core of it. */
  readonly title?: string;
  readonly lines: readonly ProfileLine[];
}

/** What stands beside the profile on the page. */
const ELSEWHERE = ['userName', 'active', 'externalId'];
const MOST_CHARACTERS = 300;
const MOST_VALUES = 20;

/** The core profile, then one section an extension; nothing where nothing is stored. */
export function profileSections(account: Account, portal: Portal): readonly ProfileSection[] {
  const { name, ...rest } = canonicalUser(account, portal);
  const isExtension = (key: string) => key.startsWith('urn:');
  const core = Object.entries(rest).filter(([key]) => !isExtension(key) && !ELSEWHERE.includes(key));
  const { givenName, familyName, ...others } = isObject(name) ? name : {};
  const names = { givenName: givenName ?? '', familyName: familyName ?? '', ...others };
  const lines = [...linesOf(names), ...linesOf(Object.fromEntries(core))];
  // What says who is an admin is shown as the role.
  const extensions = Object.entries(rest).filter(([key]) => isExtension(key) && key !== portal.extensionUrn);
  return [
    ...(lines.length === 0 ? [] : [{ lines }]),
    ...extensions.flatMap(([urn, value]) => {
      const inner = isObject(value) ? linesOf(value) : [];
      return inner.length === 0 ? [] : [{ title: titleOf(urn), lines: inner }];
    }),
  ];
}

function titleOf(urn: string): string {
  return urn.toLowerCase() === ENTERPRISE_USER.toLowerCase() ? 'Organisation' : printable(urn, 120);
}

const LABELS: Readonly<Record<string, string>> = {
  formatted: 'Full name',
  givenName: 'First name',
  familyName: 'Last name',
  profileUrl: 'Profile URL',
  ims: 'Instant messaging',
  x509Certificates: 'Certificates',
  honorificPrefix: 'Title before the name',
  honorificSuffix: 'Suffix after the name',
  userType: 'User type',
  emails: 'E-mail',
  phoneNumbers: 'Phone',
};

function linesOf(object: JsonObject): ProfileLine[] {
  return Object.entries(object).flatMap(([key, value]) => {
    const values = valuesOf(value);
    return values.length === 0 ? [] : [{ label: LABELS[key] ?? labelOf(key), values }];
  });
}

/** `preferredLanguage` is `Preferred language`. */
function labelOf(key: string): string {
  const words = printable(key, 60).replaceAll(
    /([a-z])([A-Z])/g,
    (_, a: string, b: string) => `${a} ${b.toLowerCase()}`,
  );
  return capital(words);
}

function valuesOf(value: Json): string[] {
  if (!Array.isArray(value)) return nonEmpty(textOf(value));
  const shown = value.slice(0, MOST_VALUES).flatMap((element) => nonEmpty(textOf(element)));
  return value.length > MOST_VALUES ? [...shown, `and ${value.length - MOST_VALUES} more`] : shown;
}

function nonEmpty(text: string): string[] {
  return text === '' ? [] : [text];
}

/** A value of its own is named first, with what it is for behind it: `jane@acme.example (work, primary)`. */
function textOf(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (!isObject(value)) return printable(String(value), MOST_CHARACTERS);
  const { value: own, formatted, display, displayName, type, primary, $ref: _, ...parts } = value;
  const main = [own, formatted, display, displayName].find((part) => typeof part === 'string' && part !== '');
  const text =
    main ??
    Object.values(parts)
      .filter((part) => typeof part === 'string')
      .join(', ');
  const notes = [...(typeof type === 'string' && type !== '' ? [type] : []), ...(primary === true ? ['primary'] : [])];
  const noted = notes.length === 0 ? '' : ` (${printable(notes.join(', '), 60)})`;
  return text === '' ? '' : printable(String(text), MOST_CHARACTERS) + noted;
}

/** Such as `22 Dec 2026`, in UTC. */
export function dayText(ms: number): string {
  return readableTime(ms).slice(5, 16).replace(/^0/, '');
}

// What one saving of the settings of single sign-on changes, by the names that the journal has for it, and whether admins are told:
// whoever is trusted can sign in as anybody. Pure.
import type { JournalRule } from '../storage/journal.ts';
import type { SsoSettings } from './settings.ts';

type Part = 'issuer' | 'signInUrl' | 'signOutUrl' | 'certificates';

const PARTS: readonly Part[] = ['issuer', 'signInUrl', 'signOutUrl', 'certificates'];

export interface TrustChange {
  readonly parts: readonly Part[];
  /** Where single sign-on is switched. */
  readonly rule: JournalRule | undefined;
  /** While it is on, other issuers or certificates are trusted; or it is switched. */
  readonly isMailed: boolean;
}

/** What is different; certificates count in any order. */
export function trustChange(before: SsoSettings | undefined, after: SsoSettings): TrustChange {
  const parts = PARTS.filter((part) => textOf(before?.[part]) !== textOf(after[part]));
  const rule = ruleOf(before?.state ?? 'off', after.state);
  const isTrust = parts.includes('issuer') || parts.includes('certificates');
  return { parts, rule, isMailed: rule !== undefined || (isTrust && after.state === 'on') };
}

function textOf(value: SsoSettings[Part] | undefined): string {
  return JSON.stringify(Array.isArray(value) ? value.toSorted() : (value ?? null));
}

function ruleOf(before: SsoSettings['state'], after: SsoSettings['state']): JournalRule | undefined {
  if (before === after) return undefined;
  return after === 'on' ? 'sso_switched_on' : 'sso_switched_off';
}

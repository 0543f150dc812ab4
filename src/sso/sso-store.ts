// How the settings of single sign-on are read and written. They are guarded by themselves: whoever saves says what was looked at,
// and where that has changed meanwhile nothing is written.
import { createHash } from 'node:crypto';
import type { SettingsContext } from '../directory/portal-settings.ts';
import { fail, ok, type Result } from '../failure.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import type { JournalRule } from '../storage/journal.ts';
import { readBatch } from '../storage/read.ts';
import { savePortalText } from './portal-column.ts';
import { readSso, type SsoSettings } from './settings.ts';

/** What the portal's row holds of signing in, JSON as it is stored. */
export interface SsoRow {
  readonly sso: string;
  /** JSON array, in lower case. */
  readonly emailDomains: string;
  readonly appUrl: string;
}

/** One row of type `SsoRow`. */
export function selectSso(db: D1Database): D1PreparedStatement {
  return db.prepare('SELECT sso, email_domains AS emailDomains, app_url AS appUrl FROM portal WHERE id = 1');
}

/** Reads it; fails like storage does. */
export async function readSsoRow(db: D1Database): Promise<Result<SsoRow>> {
  const outcome = await readBatch(db, [selectSso(db)]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const row = outcome.results[0]?.results[0] as SsoRow | undefined;
  return row ? ok(row) : fail('internal_error', 'The portal has no row: apply the migrations.');
}

/** Hex SHA-256 of what a test is about: the same settings in whatever state, and with the certificates in either order. */
export function settingsHash({ issuer, signInUrl, signOutUrl, certificates }: SsoSettings): string {
  const text = JSON.stringify([issuer, signInUrl, signOutUrl, certificates.toSorted()]);
  return createHash('sha256').update(text).digest('hex');
}

/** Whether a test passed with exactly these settings. */
export function isTested(settings: SsoSettings): boolean {
  return settings.testedHash === settingsHash(settings);
}

/** Saves the settings in place of those that were read as `expected`, JSON as it was stored. Fails with `precondition_failed` where
 * they have changed since, and like storage does. */
export async function saveSso(
  context: SettingsContext,
  expected: string,
  settings: SsoSettings,
): Promise<Result<SsoSettings>> {
  const rule = ruleOf(readSso(expected)?.state ?? 'off', settings.state);
  const saved = await savePortalText(context, { column: 'sso', expected, text: JSON.stringify(settings), rule });
  return saved.ok ? ok(settings) : saved;
}

function ruleOf(before: SsoSettings['state'], after: SsoSettings['state']): JournalRule | undefined {
  if (before === after) return undefined;
  return after === 'on' ? 'sso_switched_on' : 'sso_switched_off';
}

/** Switches single sign-on in settings that were read as `expected`. Switching on fails with `invalid_value` where nothing is set up,
 * and where no test passed with these settings, unless `untested` is allowed. */
export async function switchSso(
  context: SettingsContext,
  state: SsoSettings['state'],
  expected: string,
  { untested = false } = {},
): Promise<Result<SsoSettings>> {
  const settings = readSso(expected);
  if (settings === undefined)
    return fail('invalid_value', 'Single sign-on is not set up yet: there is nothing to switch.');
  if (state === 'on') {
    if (settings.certificates.length === 0)
      return fail('invalid_value', 'There is no certificate: nobody could sign in.');
    if (!untested && !isTested(settings)) {
      return fail('invalid_value', 'No test has passed with these settings yet. Test them first.');
    }
  }
  return saveSso(context, expected, { ...settings, state });
}

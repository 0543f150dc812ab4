// How the settings of single sign-on are read and written. They are guarded by themselves: whoever saves says what was looked at,
// and where that has changed meanwhile nothing is written.
import { createHash } from 'node:crypto';
import type { SettingsContext } from '../directory/portal-settings.ts';
import { fail, ok, type Result } from '../failure.ts';
import { enqueueSsoMail } from '../outbox/enqueue.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { authorOf } from '../storage/journal.ts';
import { readBatch } from '../storage/read.ts';
import { savePortalText } from './portal-column.ts';
import { readSso, type SsoSettings } from './settings.ts';
import { trustChange } from './trust-change.ts';

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

/** The sessions that end with a change. */
export interface EndedSessions {
  /** The hash of the session that asks, which stays; undefined where none does. */
  readonly but: string | undefined;
}

/** Settings as they are saved. `mailOf` is the mutation id of what admins are mailed about; undefined where they are not. */
export interface SavedSso {
  readonly settings: SsoSettings;
  readonly mailOf: string | undefined;
}

/** Saves the settings in place of those that were read as `expected`, JSON as it was stored, and `ends` in the same batch the sessions
 * that single sign-on began. Every active admin is mailed where that changes who is trusted. Fails with `precondition_failed` where
 * the settings have changed since, and like storage does. */
export async function saveSso(
  context: SettingsContext,
  expected: string,
  settings: SsoSettings,
  ends?: EndedSessions,
): Promise<Result<SavedSso>> {
  const { parts, rule, isMailed } = trustChange(readSso(expected), settings);
  const { db } = context;
  const named = [...parts.map((part) => `sso.${part}`), ...(ends ? ['sso.sessions'] : [])];
  const saved = await savePortalText(context, {
    column: 'sso',
    expected,
    text: JSON.stringify(settings),
    rule,
    attributes: rule !== undefined && parts.length === 0 ? ['sso', ...named] : named,
    always: ends !== undefined,
    also: (mutationId, nowMs) => [
      ...(ends ? [endSessions(db, ends)] : []),
      ...(isMailed ? [enqueueSsoMail(db, { mutationId, subject: 'portal', ...authorOf(context), nowMs })] : []),
    ],
  });
  return saved.ok ? ok({ settings, mailOf: isMailed ? saved.value : undefined }) : saved;
}

/** Sessions are few, and the cron forgets what ran out: to look through them needs no index of its own. */
function endSessions(db: D1Database, { but }: EndedSessions): D1PreparedStatement {
  return db.prepare("DELETE FROM sessions WHERE method = 'saml' AND hash IS NOT ?").bind(but ?? null);
}

/** Switches single sign-on in settings that were read as `expected`. Switching on fails with `invalid_value` where nothing is set up,
 * and where no test passed with these settings, unless `untested` is allowed. `ends` as in `saveSso`. */
export async function switchSso(
  context: SettingsContext,
  state: SsoSettings['state'],
  expected: string,
  { untested = false, ends }: { readonly untested?: boolean; readonly ends?: EndedSessions | undefined } = {},
): Promise<Result<SavedSso>> {
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
  return saveSso(context, expected, { ...settings, state }, ends);
}

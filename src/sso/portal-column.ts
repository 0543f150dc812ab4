// One commit for what the portal's row holds of signing in: guarded by the very text that was read, so that two people who change it
// at the same time cannot undo each other unseen.
import type { SettingsContext } from '../directory/portal-settings.ts';
import { fail, ok, type Result } from '../failure.ts';
import { randomId } from '../random-id.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { guard } from '../storage/guard.ts';
import { authorOf, insertJournal, type JournalRule } from '../storage/journal.ts';

/** By the names that the journal has for them. The e-mail domains are part of what a first sign-in is decided by, so that they count
 * as a change of the policy. */
const COLUMNS = {
  sso: 'sso = ?',
  emailDomains: 'email_domains = ?, version = version + 1',
  appUrl: 'app_url = ?',
} as const;
const READ = { sso: 'sso', emailDomains: 'email_domains', appUrl: 'app_url' } as const;

interface ColumnChange {
  readonly column: keyof typeof COLUMNS;
  /** As it was read, and as it shall be. */
  readonly expected: string;
  readonly text: string;
  readonly rule?: JournalRule | undefined;
  /** What the journal says that changed; the column's name where nothing is given. */
  readonly attributes?: readonly string[];
  /** Also where the text is there already, for the sake of what is written with it. */
  readonly always?: boolean;
  /** What is written in the same batch, behind the journal's row of that mutation id. */
  readonly also?: (mutationId: string, nowMs: number) => readonly D1PreparedStatement[];
}

/** Writes the text, and gives the mutation id. Where the text is there already nothing is written.
 * Fails with `precondition_failed` where the column holds another text than `expected`, and like storage does. */
export async function savePortalText(
  { db, sources, ...by }: SettingsContext,
  { column, expected, text, rule, attributes = [column], always = false, also }: ColumnChange,
): Promise<Result<string | undefined>> {
  if (text === expected && !always) return ok(undefined);
  const mutationId = randomId(sources);
  const nowMs = Math.trunc(sources.nowMs());
  const entry = {
    mutationId,
    type: 'portal.changed',
    subject: 'portal',
    ...authorOf(by),
    ...(rule ? { rule } : {}),
    attributes,
  } as const;
  const outcome = await commit(db, {
    mutationId,
    guards: [guard(db, 'state', `(SELECT ${READ[column]} FROM portal WHERE id = 1) = ?`, expected)],
    statements: [
      db.prepare(`UPDATE portal SET ${COLUMNS[column]} WHERE id = 1`).bind(text),
      insertJournal(db, entry, nowMs),
      ...(also?.(mutationId, nowMs) ?? []),
    ],
  });
  if (outcome.kind === 'fault') return faultFailure(outcome);
  return outcome.kind === 'lost' ? changedSince() : ok(mutationId);
}

/** What is said where somebody else was faster. */
export function changedSince(): ReturnType<typeof fail> {
  return fail(
    'precondition_failed',
    'Somebody else changed these settings meanwhile, so nothing was changed. This is how they are now: repeat what you wanted.',
  );
}

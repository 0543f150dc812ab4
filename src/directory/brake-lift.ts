// The end of the brake: it counts from nothing then, so that what an admin has looked at does not engage it again.
import { ok, type Result } from '../failure.ts';
import { NEWEST } from '../lifecycle/held.ts';
import { BRAKE_HOLDS } from '../lifecycle/hold-moves.ts';
import { randomId } from '../random-id.ts';
import { commit } from '../storage/commit.ts';
import { guard } from '../storage/guard.ts';
import { authorOf, insertJournal } from '../storage/journal.ts';
import type { SettingsContext } from './portal-settings.ts';
import { settingsFailure } from './settings-commit.ts';

/** Lifts the brake; what is held stays so. False when it was not engaged, or holds a deactivation whose account row is newer than
 * `upTo`. */
export async function liftBrake(
  { db, sources, ...by }: SettingsContext,
  upTo: number = NEWEST,
): Promise<Result<boolean>> {
  const mutationId = randomId(sources);
  const entry = {
    mutationId,
    type: 'portal.changed',
    subject: 'portal',
    ...authorOf(by),
    attributes: ['brake'],
  } as const;
  const newer = `SELECT 1 FROM destructions NOT INDEXED WHERE ${BRAKE_HOLDS} AND kind = 'account' AND seq > ?`;
  const outcome = await commit(db, {
    mutationId,
    guards: [
      guard(
        db,
        'state',
        `(SELECT brake_engaged_at FROM portal WHERE id = 1) IS NOT NULL AND NOT EXISTS (${newer})`,
        upTo,
      ),
    ],
    statements: [
      db.prepare(
        "UPDATE portal SET brake_engaged_at = NULL, brake_cause = NULL, recent_deactivations = '[]' WHERE id = 1",
      ),
      insertJournal(db, entry, Math.trunc(sources.nowMs())),
    ],
  });
  if (outcome.kind === 'lost' && outcome.guard === 'state') return ok(false);
  return settingsFailure(outcome) ?? ok(true);
}

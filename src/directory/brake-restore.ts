// Undoing what the brake holds: user by user, each in one guarded commit, so that an interrupted restore goes on when it is repeated.
// No request waits for it: the command line and the console call it.
import { fail, ok, type Result } from '../failure.ts';
import { noteArchived } from '../lifecycle/archived-events.ts';
import { giveBack, giveBackGuards, type Restoration } from '../lifecycle/give-back.ts';
import { type HeldUser, readHeldUser, selectHeldUser } from '../lifecycle/held.ts';
import { randomId } from '../random-id.ts';
import { type CommitOutcome, commit, pause } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { insertJournal } from '../storage/journal.ts';
import { readBatch } from '../storage/read.ts';
import { policyGuard } from '../storage/user-writes.ts';
import { liftBrake } from './brake-lift.ts';
import { heldSeqs, type Progress, type Whom } from './brake-whom.ts';
import { decideGiveBack } from './give-back-decision.ts';
import { type Portal, readPortal } from './portal.ts';
import type { SettingsContext } from './portal-settings.ts';
import { type SettingsRow, selectPortalRow } from './settings-commit.ts';
import { foldUser } from './user-folded.ts';

/** A user who stays held: another account has the userName by now, or the account is no longer managed by SCIM. */
export interface StaysHeld {
  readonly userName: string;
  readonly reason: 'user_name_taken' | 'managed_by_portal';
}

export interface Restored {
  /** Users who got everything back. */
  readonly restored: number;
  readonly skipped: readonly StaysHeld[];
  /** Whether the brake was engaged and is not any more. */
  readonly lifted: boolean;
}

/** How often all are looked for again, since an identity provider may go on deactivating meanwhile. */
const PASSES = 3;

/** Gives back all that is held of these users, or of all, and in the end lifts the brake where it is all. Fails with
 * `resource_not_found` for users of whom nothing is held. On a fault of storage what came back until then stays, and the
 * same call again goes on. Two D1 calls a user. */
export async function restoreHeld(
  context: SettingsContext,
  whom: Whom,
  progress: Progress = () => {},
): Promise<Result<Restored>> {
  const noted = await noteArchived(context.db);
  if (!noted.ok) return noted;
  const skipped = new Map<number, StaysHeld>();
  let restored = 0;
  for (let pass = 1; pass <= ('all' in whom ? PASSES : 1); pass++) {
    const held = await heldSeqs(context.db, whom);
    if (!held.ok) return held;
    const seqs = held.value.filter((seq) => !skipped.has(seq));
    if (seqs.length === 0) break;
    const done = await restoreEach(context, seqs, skipped, progress);
    if (!done.ok) return done;
    restored += done.value;
  }
  const lifted = 'all' in whom ? await liftBrake(context) : ok(false);
  return lifted.ok ? ok({ restored, skipped: [...skipped.values()], lifted: lifted.value }) : lifted;
}

/** How many got everything back. */
async function restoreEach(
  context: SettingsContext,
  seqs: readonly number[],
  skipped: Map<number, StaysHeld>,
  progress: Progress,
): Promise<Result<number>> {
  let restored = 0;
  for (const [finished, seq] of seqs.entries()) {
    progress(finished, seqs.length);
    const outcome = await restoreUser(context, seq);
    if (!outcome.ok) return outcome;
    if (outcome.value === 'restored') restored += 1;
    else if (outcome.value !== 'nothing') skipped.set(seq, outcome.value);
  }
  progress(seqs.length, seqs.length);
  return ok(restored);
}

/** `nothing` where somebody else was faster. */
type Outcome = 'restored' | 'nothing' | StaysHeld;

const TRIES = 5;

/** One user: read, decide, and one guarded commit; again when a guard was lost. */
async function restoreUser(context: SettingsContext, userSeq: number): Promise<Result<Outcome>> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const read = await readBatch(context.db, [selectPortalRow(context.db), ...selectHeldUser(context.db, userSeq)]);
    if (read.kind === 'fault') return faultFailure(read);
    const [settings, ...results] = read.results;
    const portal = await portalOf(settings);
    const user = readHeldUser(results);
    if (!user || user.held.length === 0) return ok('nothing');
    if (!user.managed) return ok({ userName: user.userName, reason: 'managed_by_portal' });
    const outcome = await commitRestoration(context, user, portal);
    if (outcome.kind === 'committed') return ok('restored');
    if (outcome.kind === 'fault') return faultFailure(outcome);
    if (outcome.guard === 'unique') return ok({ userName: user.userName, reason: 'user_name_taken' });
    await pause(attempt);
  }
  return fail(
    'too_much_contention',
    'Somebody else keeps changing the same user. What came back so far stays; try again.',
  );
}

async function portalOf(settings: D1Result | undefined): Promise<Portal> {
  const row = (settings?.results as SettingsRow[] | undefined)?.[0];
  if (!row) throw new Error('the portal has no row: apply the migrations');
  return readPortal({ ...row, portalVersion: row.version });
}

function commitRestoration(
  { db, sources, actor }: SettingsContext,
  user: HeldUser,
  portal: Portal,
): Promise<CommitOutcome> {
  const nowMs = Math.trunc(sources.nowMs());
  const mutationId = randomId(sources);
  const { type, attributes, after, ...decided } = decideGiveBack(user, portal, nowMs);
  const { lastLoginAt } = after;
  const folded = foldUser(after, portal);
  const restoration: Restoration = { ...decided, user, lastLoginAt, folded, mutationId, actor, nowMs };
  const entry = { mutationId, type, subject: user.id, actor, rule: 'brake_restored', attributes } as const;
  return commit(db, {
    mutationId,
    guards: [policyGuard(db, portal.version), ...giveBackGuards(db, restoration)],
    statements: [...giveBack(db, restoration), insertJournal(db, entry, nowMs)],
  });
}

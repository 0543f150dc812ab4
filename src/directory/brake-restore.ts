// Undoing what the brake holds: user by user, so that an interrupted restore goes on when it is repeated, and one who cannot be
// given back keeps nobody else waiting. No request waits for it: the command line and the console call it.
import { type Failure, ok, type Result } from '../failure.ts';
import { noteArchived } from '../lifecycle/archived-events.ts';
import { liftBrake } from './brake-lift.ts';
import { heldSeqs, type Progress, type Whom } from './brake-whom.ts';
import type { Withheld } from './give-back-decision.ts';
import { giveBackUser, type StaysHeld, type UserOutcome } from './give-back-user.ts';
import type { SettingsContext } from './portal-settings.ts';

export interface Restored {
  /** Users who got everything back, or all that nobody has decided over since. */
  readonly restored: number;
  /** Those of them who did not get everything. */
  readonly partly: readonly { readonly userName: string; readonly withheld: readonly Withheld[] }[];
  readonly skipped: readonly StaysHeld[];
  /** Users who could be given back and are still held: storage failed, or they were deactivated meanwhile. The same call again
   * goes on with them. */
  readonly left: number;
  /** Why storage failed last, where it did. */
  readonly failure?: Failure;
  /** Whether the brake was engaged and is not any more. */
  readonly lifted: boolean;
}

/** How often those who are still held are tried again: storage may fail, and an identity provider may go on deactivating. */
const PASSES = 3;

/** Users in a row at whom storage fails, after which it is taken to be away. */
const FAILURES_IN_A_ROW = 5;

/** Gives back all that is held of these users, or of all, and where nobody of all is left, lifts the brake. Fails with
 * `resource_not_found` for users of whom nothing is held, and as storage does where it fails at everybody; what came back until
 * then stays, and the same call again goes on. Two D1 calls a user. */
export async function restoreHeld(
  context: SettingsContext,
  whom: Whom,
  progress: Progress = () => {},
): Promise<Result<Restored>> {
  const noted = await noteArchived(context.db);
  if (!noted.ok) return noted;
  const named = 'all' in whom ? ok([]) : await heldSeqs(context.db, whom);
  if (!named.ok) return named;
  const tally: Tally = { restored: 0, partly: [], skipped: new Map(), finished: new Set() };
  const work: Work = { context, progress, tally, look: () => stillHeld(context, whom, named.value, tally) };
  const left = await tryEach(work, PASSES);
  if (!left.ok) return left;
  if ('users' in whom || left.value > 0) return reported(tally, left.value, false);
  const lifted = await liftBrake(context);
  if (!lifted.ok) return lifted;
  // Whoever was deactivated just before that is held too, and nobody after it.
  const late = await tryEach(work, PASSES);
  return late.ok ? reported(tally, late.value, lifted.value) : late;
}

/** What became of whom so far. */
interface Tally {
  restored: number;
  readonly partly: Restored['partly'][number][];
  readonly skipped: Map<number, StaysHeld>;
  /** Of those who were named: nothing is left to do. */
  readonly finished: Set<number>;
  failure?: Failure;
}

interface Work {
  readonly context: SettingsContext;
  readonly progress: Progress;
  readonly tally: Tally;
  /** Who is still to be given back. */
  readonly look: () => Promise<Result<readonly number[]>>;
}

async function stillHeld(
  { db }: SettingsContext,
  whom: Whom,
  named: readonly number[],
  { skipped, finished }: Tally,
): Promise<Result<readonly number[]>> {
  const held = 'all' in whom ? await heldSeqs(db, whom) : ok(named.filter((seq) => !finished.has(seq)));
  return held.ok ? ok(held.value.filter((seq) => !skipped.has(seq))) : held;
}

/** How many are left after so many times. */
async function tryEach(work: Work, passes: number): Promise<Result<number>> {
  for (let pass = 1; ; pass++) {
    const seqs = await work.look();
    if (!seqs.ok || seqs.value.length === 0 || pass > passes) return seqs.ok ? ok(seqs.value.length) : seqs;
    const done = await onePass(work, seqs.value);
    if (!done.ok) return done;
  }
}

async function onePass({ context, progress, tally }: Work, seqs: readonly number[]): Promise<Result<undefined>> {
  let inARow = 0;
  for (const [at, seq] of seqs.entries()) {
    progress(at, seqs.length);
    const outcome = await giveBackUser(context, seq);
    if (outcome.ok) note(tally, seq, outcome.value);
    else tally.failure = outcome.failure;
    inARow = outcome.ok ? 0 : inARow + 1;
    if (!outcome.ok && inARow === FAILURES_IN_A_ROW) return outcome;
  }
  progress(seqs.length, seqs.length);
  return ok(undefined);
}

function note(tally: Tally, seq: number, outcome: UserOutcome): void {
  tally.finished.add(seq);
  if (outcome.kind === 'stays') tally.skipped.set(seq, { userName: outcome.userName, reason: outcome.reason });
  if (outcome.kind !== 'restored') return;
  tally.restored += 1;
  const { userName, withheld } = outcome;
  if (withheld.length > 0) tally.partly.push({ userName, withheld });
}

function reported({ restored, partly, skipped, failure }: Tally, left: number, lifted: boolean): Result<Restored> {
  const atAnybody = restored > 0 || skipped.size > 0;
  if (left > 0 && failure && !atAnybody) return { ok: false, failure };
  const why = left > 0 && failure ? { failure } : {};
  return ok({ restored, partly, skipped: [...skipped.values()], left, ...why, lifted });
}

// Undoing what the brake holds of several users, as far as one request may go.
import { type Failure, ok, type Result } from '../failure.ts';
import { Allowance } from '../storage/allowance.ts';
import type { Restored } from './brake-restore.ts';
import { giveBackUser, type StaysHeld, type UserOutcome } from './give-back-user.ts';
import type { SettingsContext } from './portal-settings.ts';

/** What is given back to a user takes up to some dozens of queries, and D1 allows a request a thousand. */
const LIMITS = { queries: 600, ms: 8_000 } as const;

/** Users in a row at whom storage fails, after which it is taken to be away. */
const FAILURES_IN_A_ROW = 5;

/** What restoring users came to, one after the other; `last` is the last one tried. */
export interface RestoredUsers {
  readonly restored: number;
  /** Who did not get everything. */
  readonly partly: Restored['partly'];
  readonly skipped: readonly StaysHeld[];
  readonly last: number | undefined;
  /** Why storage failed at somebody, who is still held. */
  readonly failure?: Failure;
}

/** Gives back what is held of these users, as far as the allowance goes. Fails as storage does where it fails at all of them, or at
 * several in a row; what came back until then stays. */
export async function restoreUsers(
  context: SettingsContext,
  seqs: readonly number[],
  allowance: Allowance = pieceAllowance(context),
): Promise<Result<RestoredUsers>> {
  const metered = { ...context, db: allowance.db };
  const outcomes: UserOutcome[] = [];
  let [failure, last]: [Failure | undefined, number | undefined] = [undefined, undefined];
  let inARow = 0;
  for (const seq of seqs) {
    if (!allowance.isLeft()) break;
    const outcome = await giveBackUser(metered, seq);
    last = seq;
    inARow = outcome.ok ? 0 : inARow + 1;
    if (outcome.ok) outcomes.push(outcome.value);
    else failure = outcome.failure;
    if (!outcome.ok && inARow === Math.min(FAILURES_IN_A_ROW, seqs.length)) return outcome;
  }
  const back = outcomes.flatMap((outcome) => (outcome.kind === 'restored' ? [outcome] : []));
  const partly = back.filter(({ withheld }) => withheld.length > 0);
  const skipped = outcomes.flatMap((outcome) => (outcome.kind === 'stays' ? [outcome] : []));
  return ok({ restored: back.length, partly, skipped, last, ...(failure ? { failure } : {}) });
}

/** What one request may spend. */
export function pieceAllowance({ db, sources }: SettingsContext): Allowance {
  return new Allowance(db, sources.nowMs, { deadlineMs: sources.nowMs() + LIMITS.ms, queries: LIMITS.queries });
}

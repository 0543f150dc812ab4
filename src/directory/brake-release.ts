// The destruction that the brake held goes on: its ledger rows are the cron's again, under the dates they always had.
import { ok, type Result } from '../failure.ts';
import { selectHeldLedger } from '../lifecycle/held.ts';
import { releaseFromBrake } from '../lifecycle/holds.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import { liftBrake } from './brake-lift.ts';
import { heldBehind, heldSeqs, type Progress, type Whom } from './brake-whom.ts';
import type { SettingsContext } from './portal-settings.ts';

export interface Released {
  /** Users of whom nothing is held any more. */
  readonly released: number;
  /** Whether the brake was engaged and is not any more. */
  readonly lifted: boolean;
}

/** Users released in one transaction. */
const CHUNK = 50;
/** Users of one piece of a release of all. */
const PIECE = 10 * CHUNK;

/** Lets the destruction of these users go on, or of all, and where it is all, lifts the brake first, so that nothing is held anew
 * behind it. Fails with `resource_not_found` for users of whom nothing is held; may be repeated after a fault of storage. */
export async function releaseHeld(
  context: SettingsContext,
  whom: Whom,
  progress: Progress = () => {},
): Promise<Result<Released>> {
  const lifted = 'all' in whom ? await liftBrake(context) : ok(false);
  if (!lifted.ok) return lifted;
  const seqs = await heldSeqs(context.db, whom);
  if (!seqs.ok) return seqs;
  for (let at = 0; at < seqs.value.length; at += CHUNK) {
    progress(at, seqs.value.length);
    const released = await releaseUsers(context, seqs.value.slice(at, at + CHUNK));
    if (!released.ok) return released;
  }
  progress(seqs.value.length, seqs.value.length);
  return ok({ released: seqs.value.length, lifted: lifted.value });
}

/** What one piece of a release came to; `next` is the user behind whom to go on. */
export interface ReleasedPiece {
  readonly released: number;
  readonly next?: number;
}

/** Lets the destruction of the next of all users go on, of what was held when somebody looked: deactivations whose account row is
 * newer than `upTo` stay held. The first piece, behind nobody, lifts the brake where there is none of these. Fails as storage does. */
export async function releasePiece(
  context: SettingsContext,
  after: number,
  upTo: number,
): Promise<Result<ReleasedPiece>> {
  const lifted = after === 0 ? await liftBrake(context, upTo) : ok(false);
  if (!lifted.ok) return lifted;
  const seqs = await heldBehind(context.db, after, PIECE, upTo);
  if (!seqs.ok) return seqs;
  let released = 0;
  for (let at = 0; at < seqs.value.length; at += CHUNK) {
    const done = await releaseUsers(context, seqs.value.slice(at, at + CHUNK), upTo);
    if (!done.ok) return done;
    released += done.value;
  }
  const last = seqs.value.at(-1);
  const next = seqs.value.length < PIECE || last === undefined ? {} : { next: last };
  return ok({ released, ...next });
}

/** Ends the brake's hold of these users in one transaction, 50 at most, and says of how many something was held. `upTo` as
 * `releasePiece` has it. */
export async function releaseUsers(
  context: SettingsContext,
  userSeqs: readonly number[],
  upTo?: number,
): Promise<Result<number>> {
  const read = await readBatch(context.db, [selectHeldLedger(context.db, userSeqs, upTo)]);
  if (read.kind === 'fault') return faultFailure(read);
  const rows = (read.results[0]?.results ?? []) as { seq: number; userSeq: number }[];
  const released = await releaseFromBrake(
    context,
    rows.map(({ seq }) => seq),
  );
  if (!released.ok) return released;
  const changed = new Set(released.value.changed);
  return ok(new Set(rows.flatMap(({ seq, userSeq }) => (changed.has(seq) ? [userSeq] : []))).size);
}

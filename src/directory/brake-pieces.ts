// A restore of all who are held, in pieces that one request of a person may take: each says where the next one begins, and doing a
// piece twice, or two people doing it at once, is harmless.
import { ok, type Result } from '../failure.ts';
import { noteArchived } from '../lifecycle/archived-events.ts';
import { BRAKE_HOLDS } from '../lifecycle/hold-moves.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import { liftBrake } from './brake-lift.ts';
import { pieceAllowance, type RestoredUsers, restoreUsers } from './brake-users.ts';
import { heldBehind } from './brake-whom.ts';
import type { SettingsContext } from './portal-settings.ts';

/** Users of one piece at most; fewer where they take too many of the queries or too much of the time. */
const RESTORED_AT_ONCE = 40;
/** How often those who are still held are gone through, before the brake is lifted and after it. */
const PASSES = 3;

/** Where a restore of all stands: behind which user, in which pass, how many of that pass stay held, and whether the brake is
 * lifted by now. */
export interface RestoreAt {
  readonly after: number;
  readonly pass: number;
  readonly stayed: number;
  readonly lifted: boolean;
}

export const RESTORE_BEGINS: RestoreAt = { after: 0, pass: 1, stayed: 0, lifted: false };

/** What one piece came to; `next` is where to go on, and `left` how many are still held for no good reason when there is no next. */
export interface RestoredPiece extends Omit<RestoredUsers, 'last'> {
  readonly next?: RestoreAt;
  readonly left: number;
  readonly lifted: boolean;
}

/** Gives back to the next of all users of whom something is held; behind the last one lifts the brake. Fails as storage does where
 * it fails at everybody; the same piece again goes on. */
export async function restorePiece(context: SettingsContext, at: RestoreAt): Promise<Result<RestoredPiece>> {
  const allowance = pieceAllowance(context);
  const metered = { ...context, db: allowance.db };
  const noted = await noteArchived(metered.db, () => allowance.isLeft());
  if (!noted.ok) return noted;
  const seqs = await heldBehind(metered.db, at.after, RESTORED_AT_ONCE);
  if (!seqs.ok) return seqs;
  const worked = await restoreUsers(metered, seqs.value, allowance);
  if (!worked.ok) return worked;
  const { last, ...done } = worked.value;
  const stayed = at.stayed + done.skipped.length;
  const isEnd = seqs.value.length < RESTORED_AT_ONCE && last === seqs.value.at(-1);
  if (!isEnd) return ok({ ...done, left: 0, lifted: at.lifted, next: { ...at, stayed, after: last ?? at.after } });
  const rest = await endOfPass(metered, { ...at, stayed });
  return rest.ok ? ok({ ...done, ...rest.value }) : rest;
}

/** Behind the last user: another pass for those who were held meanwhile or could not be tried, the end of the brake where nobody is
 * left, and once more those who were held just before that. */
async function endOfPass(
  context: SettingsContext,
  { pass, stayed, lifted }: RestoreAt,
): Promise<Result<Pick<RestoredPiece, 'next' | 'left' | 'lifted'>>> {
  const again = { after: 0, stayed: 0 };
  const left = await countLeft(context.db, stayed);
  if (!left.ok) return left;
  if (left.value > 0) {
    return ok({ left: left.value, lifted, ...(pass < PASSES ? { next: { ...again, pass: pass + 1, lifted } } : {}) });
  }
  if (lifted) return ok({ left: 0, lifted });
  const ended = await liftBrake(context);
  if (!ended.ok) return ended;
  const late = await countLeft(context.db, stayed);
  if (!late.ok) return late;
  const next = late.value > 0 ? { next: { ...again, pass: 1, lifted: true } } : {};
  return ok({ left: late.value, lifted: ended.value, ...next });
}

/** How many are held besides so many. */
async function countLeft(db: D1Database, stayed: number): Promise<Result<number>> {
  const held = `SELECT DISTINCT user_seq FROM destructions WHERE ${BRAKE_HOLDS} AND kind = 'account'`;
  const read = await readBatch(db, [
    db.prepare(`SELECT count(*) AS count FROM (${held} LIMIT ?1 + 1000)`).bind(stayed),
  ]);
  if (read.kind === 'fault') return faultFailure(read);
  const [counted] = (read.results[0]?.results ?? []) as { count: number }[];
  return ok(Math.max(0, (counted?.count ?? 0) - stayed));
}

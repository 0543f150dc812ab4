// How key administration reads: one row, with D1's own failures as Failures.
import { ok, type Result } from '../failure.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';

/** The first row of a SELECT, or null when there is none. `Row` is what the statement selects. */
export async function storedRow<Row>(db: D1Database, statement: D1PreparedStatement): Promise<Result<Row | null>> {
  const outcome = await readBatch(db, [statement]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const rows = outcome.results[0]?.results as Row[] | undefined;
  return ok(rows?.[0] ?? null);
}

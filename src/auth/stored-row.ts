// How key administration reads: one row, with D1's own failures as Failures.
import { type Failure, ok, type Result } from '../failure.ts';
import type { D1Fault } from '../storage/d1-errors.ts';
import { readBatch } from '../storage/read.ts';

/** The first row of a SELECT, or null when there is none. `Row` is what the statement selects. */
export async function storedRow<Row>(db: D1Database, statement: D1PreparedStatement): Promise<Result<Row | null>> {
  const outcome = await readBatch(db, [statement]);
  if (outcome.kind === 'fault') return { ok: false, failure: storageFailure(outcome.fault, outcome.error) };
  const rows = outcome.results[0]?.results as Row[] | undefined;
  return ok(rows?.[0] ?? null);
}

/** What D1's failure means for the one who administers keys. */
export function storageFailure(fault: D1Fault, error: unknown): Failure {
  const internal = error instanceof Error ? error.message : String(error);
  if (fault.kind === 'retry' || fault.kind === 'overloaded') {
    return { code: 'storage_unavailable', detail: 'The directory is busy; try again.', internal, retryAfterSeconds: 5 };
  }
  return { code: 'internal_error', detail: 'The directory refused the change for a reason of its own.', internal };
}

// What the next runs of the cron will delete, added up for people who may still want to keep it. It counts up to a bound, as the
// whole ledger may be due.
import { ok, type Result } from '../failure.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import { isCapped, selectDue } from './ledger-content.ts';
import type { Amount } from './receipts.ts';

/** All that is pending and due before a time: rows of the ledger, users whose account or content it is, workspaces, and content. */
export interface Due extends Amount {
  readonly rows: number;
  readonly users: number;
  readonly workspaces: number;
}

/** Adds up what a cron would delete that ran at `beforeMs`. Fails as storage does. */
export async function sumDue(db: D1Database, beforeMs: number): Promise<Result<Due>> {
  const outcome = await readBatch(db, selectDue(db, beforeMs));
  return outcome.kind === 'fault' ? faultFailure(outcome) : ok(readDue(outcome.results));
}

/** What the results of `selectDue` say, with the bound that it was given. */
export function readDue(results: readonly D1Result[], bound?: number): Due {
  const [first, ...sums] = results.map((result) => result.results[0]);
  const counts = first as unknown as Pick<Due, 'rows' | 'users' | 'workspaces'>;
  const contents = sums as unknown as { readonly objects: number; readonly bytes: number }[];
  return {
    ...counts,
    objects: contents.reduce((sum, { objects }) => sum + objects, 0),
    bytes: contents.reduce((sum, { bytes }) => sum + bytes, 0),
    atLeast: isCapped(counts.rows, bound) || contents.some(({ objects }) => isCapped(objects, bound)),
  };
}

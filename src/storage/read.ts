// Reads of a request: one batch, repeated on transient faults, since a read can always be repeated.

import { pause } from './commit.ts';
import { classifyD1Error, type D1Fault } from './d1-errors.ts';
import { answered } from './deadline.ts';

/** The results of a read batch, or D1's own failure. */
export type ReadOutcome =
  | { readonly kind: 'read'; readonly results: readonly D1Result[] }
  | { readonly kind: 'fault'; readonly fault: D1Fault; readonly error: unknown };

const TRIES = 3;

/** Runs one batch of SELECTs, at most three times on transient faults. */
export async function readBatch(db: D1Database, statements: D1PreparedStatement[]): Promise<ReadOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return { kind: 'read', results: await answered('D1', () => db.batch(statements)) };
    } catch (error) {
      const fault = classifyD1Error(error);
      if (fault.kind !== 'retry' || attempt === TRIES) return { kind: 'fault', fault, error };
      await pause(attempt);
    }
  }
}

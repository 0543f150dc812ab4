// The only place that runs writes: one request, one batch, which D1 executes as one transaction.
// A batch whose answer was lost is found again by its mutation id, so a repeat never applies it twice.
import { classifyD1Error, type D1Fault } from './d1-errors.ts';
import { answered } from './deadline.ts';
import { type GuardName, guard } from './guard.ts';

/** What a request wants to write. `statements` contain the journal row with `mutationId`; guards run first, in order. */
export interface Commit {
  readonly mutationId: string;
  readonly guards: readonly D1PreparedStatement[];
  readonly statements: readonly D1PreparedStatement[];
}

/** `lost` names the guard that refused; nothing was written then. `fault` is D1's own failure. On `committed`, `results`
 * holds the results of `statements`, or nothing when an earlier try turned out to have gone through. */
export type CommitOutcome =
  | { readonly kind: 'committed'; readonly results: readonly D1Result[] }
  | { readonly kind: 'lost'; readonly guard: GuardName }
  | { readonly kind: 'fault'; readonly fault: D1Fault; readonly error: unknown };

const TRIES = 3;

/** Runs one write batch, at most three times on transient faults. One that does not answer is not repeated: it may still go through,
 * then or later, under the guards that it carries. */
export async function commit(db: D1Database, { mutationId, guards, statements }: Commit): Promise<CommitOutcome> {
  for (let attempt = 1; ; attempt++) {
    const checks = attempt === 1 ? guards : [notYetApplied(db, mutationId), ...guards];
    try {
      const results = await answered('D1', () => db.batch([...checks, ...statements]));
      return { kind: 'committed', results: results.slice(checks.length) };
    } catch (error) {
      const fault = classifyD1Error(error);
      const refusal = refusalOf(fault);
      if (refusal) return refusal;
      if (fault.kind !== 'retry' || attempt === TRIES) return { kind: 'fault', fault, error };
      await pause(attempt);
    }
  }
}

function refusalOf(fault: D1Fault): CommitOutcome | undefined {
  if (fault.kind === 'unique') return { kind: 'lost', guard: 'unique' };
  if (fault.kind !== 'guard') return undefined;
  if (fault.guard === 'applied') return { kind: 'committed', results: [] };
  return { kind: 'lost', guard: fault.guard };
}

function notYetApplied(db: D1Database, mutationId: string): D1PreparedStatement {
  return guard(db, 'applied', 'NOT EXISTS (SELECT 1 FROM journal WHERE mutation_id = ?)', mutationId);
}

/** Jittered, growing: about 20 ms, then about 60 ms. The jitter is the one random number that does not come in as an argument:
 * nothing is decided by it, and every read would have to carry it here. */
export async function pause(attempt: number): Promise<void> {
  const ceilingMs = 20 * (2 * attempt - 1);
  await new Promise((resolve) => setTimeout(resolve, ceilingMs * (0.5 + Math.random() / 2)));
}

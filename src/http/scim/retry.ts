// What happens when a guard was lost to another request: read again and decide again, a bounded number of times.
import { type Failure, fail, ok, type Result } from '../../failure.ts';
import { pause } from '../../storage/commit.ts';

const MAX_ATTEMPTS = 5;

/** Runs `once` until it gives a value or fails; undefined means that a guard was lost and nothing was written. */
export async function retrying<T>(once: () => Promise<Result<T | undefined>>): Promise<Result<T>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const outcome = await once();
    if (!outcome.ok) return outcome;
    if (outcome.value !== undefined) return ok(outcome.value);
    await pause(attempt);
  }
  return contention();
}

/** Nothing was written; the client may simply repeat. */
function contention(): { readonly ok: false; readonly failure: Failure } {
  return fail(
    'too_much_contention',
    'Other requests changed the same resource at the same time. Nothing was changed; try again.',
    { retryAfterSeconds: 1 },
  );
}

// What happens when a guard was lost to another request: read again and decide again, a bounded number of times.
import { type Failure, fail } from '../../failure.ts';

export const MAX_ATTEMPTS = 5;

/** Nothing was written; the client may simply repeat. */
export function contention(): { readonly ok: false; readonly failure: Failure } {
  return fail(
    'too_much_contention',
    'Other requests changed the same resource at the same time. Nothing was changed; try again.',
    { retryAfterSeconds: 1 },
  );
}

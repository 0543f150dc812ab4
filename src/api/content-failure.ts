// What the outcomes of storage mean for the vendor's API, as failures.
import { type Failure, fail, messageOf } from '../failure.ts';
import type { CommitOutcome } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import type { GuardName } from '../storage/guard.ts';

type Failed = { readonly ok: false; readonly failure: Failure };

/** The answer for content that is not there, was closed, or belongs to somebody who left: one answer, which tells nothing. */
export function notReadable(noun: string): Failed {
  return fail('resource_not_found', `There is no readable ${noun} with this id.`);
}

/** The answer for an upload whose owner or workspace is closed to it. */
export function notOpen(guard: GuardName): Failed {
  if (guard === 'owner') return fail('resource_not_found', 'There is no active user with this number.');
  if (guard === 'state') return fail('resource_not_found', 'There is no active workspace with this id.');
  return fail('too_much_contention', 'Others changed the same thing; try again.', {
    internal: guard,
    retryAfterSeconds: 1,
  });
}

/** R2 did not do its work, which a later try may. */
export function bytesUnavailable(error: unknown): Failed {
  const internal = messageOf(error);
  return fail('storage_unavailable', 'The storage is busy; try again.', { internal, retryAfterSeconds: 5 });
}

/** The failure of a commit; undefined when it went through. */
export function failureOf(outcome: CommitOutcome): Failed | undefined {
  if (outcome.kind === 'committed') return undefined;
  return outcome.kind === 'lost' ? notOpen(outcome.guard) : faultFailure(outcome);
}

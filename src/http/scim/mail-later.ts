// Mails go out right after the answer. What sends them is loaded only then, since most requests have none.
import type { ScimRequest } from './request.ts';

/** Sends the mails of a change after the answer. */
export function mailLater({ env, sources, later }: ScimRequest, mutationId: string): void {
  later(async (queriesLeft) => {
    const { sendOutboxOf } = await import('../../outbox/work-outbox.ts');
    await sendOutboxOf(env, sources, mutationId, queriesLeft);
  });
}

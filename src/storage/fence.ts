// A write that got no answer may still be on its way, and the client is told to try again. What it was can be undone by then, by
// the client itself, and must not come back: so the gateway takes the write's own mutation id, which the journal has only once.
import { commit } from './commit.ts';
import { type Author, insertJournal } from './journal.ts';

const TRIES = 3;
const PAUSE_MS = 1_000;

/** After the answer: from now on the write with this mutation id cannot take effect, unless it has. True when that is certain;
 * false when D1 did not take this either. A stalled try ends after 5 s, so all of it within 20. */
export async function fenceOff(db: D1Database, author: Author, mutationId: string, nowMs: number): Promise<boolean> {
  const entry = { mutationId, type: 'write.abandoned', subject: 'portal', ...author, attributes: [] } as const;
  for (let attempt = 1; ; attempt++) {
    const statements = [insertJournal(db, entry, nowMs, { repeated: true })];
    const outcome = await commit(db, { mutationId: '', guards: [], statements });
    if (outcome.kind !== 'fault') return true;
    if (attempt === TRIES) return false;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

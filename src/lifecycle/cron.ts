// Everything the scheduled handler does. A run may come twice, late or not at all: the work is what is due, never the date.
import type { Env, Sources } from '../env.ts';
import { workDestructions } from './destruction.ts';

/** No step begins after this; the step under way then ends well before 25 s. */
const STOP_MS = 22_000;

/** One run: works the ledger of destruction and logs one JSON line with counts and no personal data. Throws, after logging,
 * when the ledger cannot be read, so that the platform shows the run as failed. */
export async function runCron(env: Pick<Env, 'DB' | 'FILES'>, sources: Sources): Promise<void> {
  const startMs = sources.nowMs();
  try {
    const destructions = await workDestructions(env, sources, { deadlineMs: startMs + STOP_MS });
    console.log(JSON.stringify({ event: 'cron', tookMs: sources.nowMs() - startMs, destructions }));
  } catch (error) {
    console.error(JSON.stringify({ event: 'cron', error: error instanceof Error ? error.message : String(error) }));
    throw error;
  }
}

// Everything the scheduled handler does, one row a duty. A run may come twice, late or not at all: the work is what is due,
// never the date.
import type { Env, Sources } from '../env.ts';
import { noteArchived } from './archived-events.ts';
import { workDestructions } from './destruction.ts';

/** No step begins after this; the step under way then ends well before 25 s. */
const STOP_MS = 22_000;

interface Limits {
  /** No piece of work begins at or after this time, in milliseconds since the epoch. */
  readonly deadlineMs: number;
}

/** Does what is due and says what it did, in counts. Throws only where it could not even begin. */
type Duty = (env: Env, sources: Sources, limits: Limits) => Promise<object>;

/** In this order, since the first are short and the last may take all the time there is. */
const DUTIES: Readonly<Record<string, Duty>> = {
  mails: async (...run) => (await import('../outbox/work-outbox.ts')).workOutbox(...run),
  archived: announceArchived,
  destructions: workDestructions,
  retention: async (...run) => (await import('../storage/retention.ts')).forgetOldRows(...run),
};

async function announceArchived({ DB }: Env): Promise<object> {
  const noted = await noteArchived(DB);
  if (!noted.ok) throw new Error(noted.failure.internal ?? noted.failure.detail);
  return { workspaces: noted.value.workspaces };
}

/** One run: every duty, whatever became of the one before, and one JSON line with counts and no personal data. Throws at the
 * end when a duty could not begin, so that the platform shows the run as failed. */
export async function runCron(env: Env, sources: Sources): Promise<void> {
  const startMs = sources.nowMs();
  const reports: Record<string, object> = {};
  const failures: unknown[] = [];
  for (const [name, duty] of Object.entries(DUTIES)) {
    try {
      reports[name] = await duty(env, sources, { deadlineMs: startMs + STOP_MS });
    } catch (error) {
      reports[name] = { error: error instanceof Error ? error.message : String(error) };
      failures.push(error);
    }
  }
  const line = JSON.stringify({ event: 'cron', tookMs: sources.nowMs() - startMs, ...reports });
  if (failures.length === 0) return console.log(line);
  console.error(line);
  throw failures[0];
}

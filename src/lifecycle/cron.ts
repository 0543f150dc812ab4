// Everything the scheduled handler does, one row a duty. A run may come twice, late or not at all: the work is what is due,
// never the date.
import type { Env, Sources } from '../env.ts';
import { messageOf } from '../failure.ts';
import type { Limits } from '../storage/allowance.ts';
import { MeteredDb } from '../storage/metered-db.ts';
import { announceArchived } from './archived-events.ts';
import { workDestructions } from './destruction.ts';
import { Run } from './run.ts';

/** No step begins after this; the step under way then ends well before 25 s. */
const STOP_MS = 22_000;
/** D1 allows an invocation 1,000 queries; the rest is for the step that is under way when these are used up, and its repeats. */
const QUERIES = 900;

interface Duty {
  /** How much of the run it may take at most, so that what stands behind it has its turn every time. */
  readonly ms: number;
  readonly queries: number;
  /** Does what is due and says what it did, in counts. Throws only where it could not even begin. */
  readonly work: (env: Env, sources: Sources, limits: Required<Limits>) => Promise<object>;
}

/** In this order: the last takes all the time and all the queries that are left. */
const DUTIES: Readonly<Record<string, Duty>> = {
  mails: {
    ms: 6_000,
    queries: 60,
    work: async (...run) => (await import('../outbox/work-outbox.ts')).workOutbox(...run),
  },
  archived: {
    ms: 3_000,
    queries: 60,
    work: async (...run) => ({ workspaces: await announceArchived(new Run(...run)) }),
  },
  retention: {
    ms: 3_000,
    queries: 60,
    work: async (...run) => (await import('../storage/retention.ts')).forgetOldRows(...run),
  },
  sessions: {
    ms: 2_000,
    queries: 30,
    work: async (...run) => (await import('../storage/session-retention.ts')).forgetSessions(...run),
  },
  destructions: { ms: STOP_MS, queries: QUERIES, work: workDestructions },
};

/** One run: every duty, whatever became of the one before, and one JSON line with counts and no personal data. Throws at the
 * end when a duty could not begin, so that the platform shows the run as failed. */
export async function runCron(env: Env, sources: Sources): Promise<void> {
  const startMs = sources.nowMs();
  const meter = new MeteredDb(env.DB);
  const metered = { ...env, DB: meter.db };
  const reports: Record<string, object> = {};
  const failures: unknown[] = [];
  for (const [name, { ms, queries, work }] of Object.entries(DUTIES)) {
    const deadlineMs = Math.min(startMs + STOP_MS, sources.nowMs() + ms);
    try {
      reports[name] = await work(metered, sources, { deadlineMs, queries: Math.min(queries, QUERIES - meter.used) });
    } catch (error) {
      reports[name] = { error: messageOf(error) };
      failures.push(error);
    }
  }
  const line = JSON.stringify({ event: 'cron', tookMs: sources.nowMs() - startMs, ...reports });
  if (failures.length === 0) return console.log(line);
  console.error(line);
  throw failures[0];
}

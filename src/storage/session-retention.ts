// Sessions and one-time links that ran out: they open nothing any more, and the cron takes them away.
import type { Env, Sources } from '../env.ts';
import { commit } from './commit.ts';

/** Deletes what ran out, in one call of D1, and says how many of each. Throws on D1's failure; the next run does it then. */
export async function forgetSessions(
  { DB }: Pick<Env, 'DB'>,
  sources: Sources,
): Promise<{ readonly sessions: number; readonly links: number }> {
  const nowMs = Math.trunc(sources.nowMs());
  const statements = ['sessions', 'one_time_links'].map((table) =>
    DB.prepare(`DELETE FROM ${table} WHERE expires_at <= ?`).bind(nowMs),
  );
  const outcome = await commit(DB, { mutationId: '', guards: [], statements });
  if (outcome.kind === 'fault') throw outcome.error;
  const [sessions = 0, links = 0] = outcome.kind === 'committed' ? outcome.results.map(({ meta }) => meta.changes) : [];
  return { sessions, links };
}

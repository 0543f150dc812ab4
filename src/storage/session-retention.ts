// Sessions and one-time links that ran out: they open nothing any more, and the cron takes them away. So it does with sign-ins of
// more than thirty days ago.
import type { Env, Sources } from '../env.ts';
import { commit } from './commit.ts';
import { deletePiece, PIECE_ROWS, RETENTION_MS } from './retention.ts';

/** Deletes what ran out, and of the sign-ins the oldest thousand that are due, in one call of D1, and says how many of each. Throws on
 * D1's failure; the next run does it then. */
export async function forgetSessions(
  { DB }: Pick<Env, 'DB'>,
  sources: Sources,
): Promise<{ readonly sessions: number; readonly links: number; readonly signIns: number }> {
  const nowMs = Math.trunc(sources.nowMs());
  const ranOut = ['sessions', 'one_time_links'].map((table) =>
    DB.prepare(`DELETE FROM ${table} WHERE expires_at <= ?`).bind(nowMs),
  );
  const old = DB.prepare(deletePiece('sign_ins', 'SELECT max(seq) + 1 FROM sign_ins'));
  const statements = [...ranOut, old.bind(nowMs - RETENTION_MS, PIECE_ROWS)];
  const outcome = await commit(DB, { mutationId: '', guards: [], statements });
  if (outcome.kind === 'fault') throw outcome.error;
  const changes = outcome.kind === 'committed' ? outcome.results.map(({ meta }) => meta.changes) : [];
  const [sessions = 0, links = 0, signIns = 0] = changes;
  return { sessions, links, signIns };
}

// Signing out: the session is deleted, or all of its user, and where one of them acted for a service account, that it stopped is in the
// journal by the same batch. Sessions that end by themselves leave no entry.
import type { Sources } from '../env.ts';
import { ok, type Result } from '../failure.ts';
import { randomId } from '../random-id.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { insertJournal } from '../storage/journal.ts';
import { readBatch } from '../storage/read.ts';
import { endedEntry, SERVICE_ALIVE } from './impersonation.ts';
import { IDLE_MS, type SessionRow } from './session.ts';

/** The session that asks, and in which request. */
type Ending = Pick<SessionRow, 'hash' | 'userSeq' | 'userId' | 'actingId'> & { readonly requestId: string };

/** Ends a session, or all of its user. Fails like storage does. Repeating it is harmless. */
export async function endSessions(
  db: D1Database,
  sources: Sources,
  session: Ending,
  which: 'this' | 'all',
): Promise<Result<undefined>> {
  const { hash, userSeq, userId, requestId } = session;
  const nowMs = Math.trunc(sources.nowMs());
  const acted = which === 'this' ? ok(actedFor(session)) : await allActedFor(db, userSeq, nowMs);
  if (!acted.ok) return acted;
  const entries = acted.value.map((subject) => ({
    ...endedEntry(userId, subject, requestId),
    mutationId: randomId(sources),
  }));
  const ended =
    which === 'this'
      ? db.prepare('DELETE FROM sessions WHERE hash = ?').bind(hash)
      : db.prepare('DELETE FROM sessions WHERE user_seq = ?').bind(userSeq);
  const outcome = await commit(db, {
    mutationId: entries[0]?.mutationId ?? '',
    guards: [],
    statements: [ended, ...entries.map((entry) => insertJournal(db, entry, nowMs))],
  });
  return outcome.kind === 'fault' ? faultFailure(outcome) : ok(undefined);
}

function actedFor({ actingId }: Ending): readonly string[] {
  return actingId === null ? [] : [actingId];
}

/** The ids of the service accounts that the living sessions of a user act for, one a session. */
async function allActedFor(db: D1Database, userSeq: number, nowMs: number): Promise<Result<readonly string[]>> {
  const select = db
    .prepare(
      `SELECT a.id FROM sessions AS s CROSS JOIN (SELECT seq, id FROM users WHERE ${SERVICE_ALIVE}) AS a ON a.seq = s.acting_seq
       WHERE s.user_seq = ?1 AND s.expires_at > ?2 AND s.last_seen_at > ?2 - ${IDLE_MS}`,
    )
    .bind(userSeq, nowMs);
  const read = await readBatch(db, [select]);
  if (read.kind === 'fault') return faultFailure(read);
  const found = (read.results[0]?.results ?? []) as { readonly id: string }[];
  return ok(found.map(({ id }) => id));
}

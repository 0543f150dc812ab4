// The rows of the outbox while they are sent: taken by one UPDATE, which moves their next try, and settled when it is known who
// has got the mail. What is written is what happened, never the list that was read, so that two senders cannot undo each other.
import { commit } from '../storage/commit.ts';
import { readBatch } from '../storage/read.ts';
import { RETENTION_MS } from '../storage/retention.ts';
import { WAIT_SQL } from './back-off.ts';

/** A row that this sender has taken. */
export interface Claimed {
  readonly seq: number;
  /** Which try this is, from 1. */
  readonly attempts: number;
}

/** Work right after the answer looks only at what became due this recently, which keeps it off a backlog. */
const RECENT_MS = 300_000;

const CLAIM = (which: string) =>
  `UPDATE outbox SET attempts = attempts + 1, next_at = ?1 + ${WAIT_SQL} WHERE seq IN (
     SELECT seq FROM outbox WHERE done_at IS NULL AND dead_at IS NULL AND next_at <= ?1 ${which} ORDER BY next_at LIMIT 1)
   RETURNING seq, attempts`;

const CLAIM_ANY = CLAIM('');
const CLAIM_OF_CHANGE = CLAIM('AND next_at > ?2 AND mutation_id = ?3');

/** Takes the row that is due longest, or the one of a change; undefined where none is due. Throws on D1's failure. */
export async function claimNext(db: D1Database, nowMs: number, mutationId?: string): Promise<Claimed | undefined> {
  const statement =
    mutationId === undefined
      ? db.prepare(CLAIM_ANY).bind(nowMs)
      : db.prepare(CLAIM_OF_CHANGE).bind(nowMs, nowMs - RECENT_MS, mutationId);
  const [claimed] = await write(db, [statement]);
  return claimed?.results[0] as Claimed | undefined;
}

/** Takes out of the row who has got the mail. Throws on D1's failure. */
export async function noteDelivered(db: D1Database, seq: number, recipients: readonly number[]): Promise<void> {
  const statement = db.prepare(
    `UPDATE outbox SET recipients = (SELECT json_group_array(value) FROM json_each(outbox.recipients)
       WHERE value NOT IN (SELECT value FROM json_each(?))) WHERE seq = ?`,
  );
  await write(db, [statement.bind(JSON.stringify(recipients), seq)]);
}

/** How a try ended: `done` with nobody left; `failed`, to be tried again; `dead`, where nothing more is tried; `interrupted`
 * before it was over, which is no try. */
export type Ending =
  | { readonly kind: 'done'; readonly note: string | null }
  | { readonly kind: 'failed' | 'dead'; readonly error: string }
  | { readonly kind: 'interrupted' };

const OPEN = 'seq = ?1 AND done_at IS NULL AND dead_at IS NULL';

/** Writes how a try ended. Throws on D1's failure. */
export async function settle(db: D1Database, { seq, attempts }: Claimed, ending: Ending, nowMs: number): Promise<void> {
  switch (ending.kind) {
    case 'done': {
      const done = db.prepare(`UPDATE outbox SET done_at = ?2, last_error = ?3 WHERE ${OPEN} AND recipients = '[]'`);
      await write(db, [done.bind(seq, nowMs, ending.note)]);
      return;
    }
    case 'failed':
    case 'dead': {
      const deadAt = ending.kind === 'dead' ? nowMs : null;
      const failed = db.prepare(`UPDATE outbox SET last_error = ?2, dead_at = ?3 WHERE ${OPEN} AND attempts = ?4`);
      await write(db, [failed.bind(seq, ending.error, deadAt, attempts)]);
      return;
    }
    case 'interrupted': {
      const again = db.prepare(`UPDATE outbox SET attempts = ?3 - 1, next_at = ?2 WHERE ${OPEN} AND attempts = ?3`);
      await write(db, [again.bind(seq, nowMs, attempts)]);
      return;
    }
  }
}

/** Forgets, oldest first and a hundred rows at a time, what went out 30 days ago. What is dead stays. Gives their number;
 * throws on D1's failure. */
export async function forgetSent(db: D1Database, nowMs: number): Promise<number> {
  const oldest = '(SELECT seq, done_at FROM outbox WHERE dead_at IS NULL ORDER BY seq LIMIT 100)';
  const statement = db.prepare(`DELETE FROM outbox WHERE seq IN (SELECT seq FROM ${oldest} WHERE done_at <= ?)`);
  const [forgotten] = await write(db, [statement.bind(nowMs - RETENTION_MS)]);
  return forgotten?.meta.changes ?? 0;
}

/** The rows of some SELECTs, in one call; throws on D1's failure. */
export async function read(db: D1Database, statements: D1PreparedStatement[]): Promise<readonly D1Result[]> {
  const outcome = await readBatch(db, statements);
  if (outcome.kind === 'fault') throw outcome.error;
  return outcome.results;
}

/** Each of these may be repeated: a claim whose answer was lost is not given out twice, but waits for its next try. */
async function write(db: D1Database, statements: readonly D1PreparedStatement[]): Promise<readonly D1Result[]> {
  const outcome = await commit(db, { mutationId: '', guards: [], statements });
  if (outcome.kind === 'fault') throw outcome.error;
  if (outcome.kind === 'lost') throw new Error(`the guard ${outcome.guard} refused work of the outbox`);
  return outcome.results;
}

// What is kept for thirty days: the journal and the refusals; session-retention.ts sees to the sign-ins. The cron takes the oldest rows
// in pieces, and stops at the first that is not due.
import type { Env, Sources } from '../env.ts';
import { Allowance, type Limits } from './allowance.ts';
import { commit } from './commit.ts';

/** How long: 30 x 86,400 s. */
export const RETENTION_MS = 30 * 86_400_000;

export const PIECE_ROWS = 1_000;
/** Of each table, so that one with a backlog leaves the other its share of a run. */
const PIECES = 30;

/** Where a table ends when every row of it is due. The journal keeps its newest row: lists and teams know by it whether anything
 * has changed, and SQLite would give its number away again, by which events are told apart. */
const TABLES = {
  journal: 'SELECT max(seq) FROM journal',
  refusals: 'SELECT max(seq) + 1 FROM refusals',
} as const;

type Table = keyof typeof TABLES;

/** SQL that deletes the oldest rows of a table: those of before `?1`, at most `?2`, and nothing from `end` on. Rows are numbered in
 * the order of their times. So the first row that is not due ends the piece, and where nothing is due, that row is all that is read. */
export const deletePiece = (table: string, end: string) =>
  `DELETE FROM ${table} WHERE seq < coalesce(
     (SELECT seq FROM (SELECT seq, at FROM ${table} ORDER BY seq LIMIT ?2 + 1) WHERE at >= ?1 LIMIT 1),
     (SELECT seq FROM ${table} ORDER BY seq LIMIT 1 OFFSET ?2),
     (${end}))`;

interface RetentionLimits extends Limits {
  readonly pieceRows?: number;
}

/** Deletes what is older than thirty days: how many rows of each table. Throws on D1's failure; what was left is taken by the next
 * run. */
export async function forgetOldRows(
  { DB }: Pick<Env, 'DB'>,
  sources: Sources,
  { pieceRows = PIECE_ROWS, ...limits }: RetentionLimits,
): Promise<Readonly<Record<Table, number>>> {
  const beforeMs = Math.trunc(sources.nowMs()) - RETENTION_MS;
  const allowance = new Allowance(DB, sources.nowMs, limits);
  const { db } = allowance;
  const forget = async (table: Table) => {
    let deleted = 0;
    for (let piece = 0; piece < PIECES && allowance.isLeft(); piece++) {
      const statement = db.prepare(deletePiece(table, TABLES[table])).bind(beforeMs, pieceRows);
      const outcome = await commit(db, { mutationId: '', guards: [], statements: [statement] });
      if (outcome.kind === 'fault') throw outcome.error;
      const changes = outcome.kind === 'committed' ? (outcome.results[0]?.meta.changes ?? 0) : 0;
      deleted += changes;
      if (changes < pieceRows) break;
    }
    return deleted;
  };
  return { journal: await forget('journal'), refusals: await forget('refusals') };
}

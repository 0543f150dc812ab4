// The ledger of destruction: which rows are due, who works them now, when they are done. Only `pending` rows are ever taken;
// `held` ones wait for an admin.
import type { Run } from './run.ts';

/** A worker that died leaves its rows to others after this long. */
const LEASE_MS = 60_000;
/** Work right after the answer looks only at what fell due this recently, which keeps it off a backlog. */
const RECENT_MS = 300_000;

/** A due row that this worker holds. */
export interface LedgerRow {
  readonly seq: number;
  readonly kind: 'user_content' | 'workspaces';
  readonly userSeq: number;
  readonly registration: number;
  readonly cause: string;
}

const CLAIM = (which: string) =>
  `UPDATE destructions SET lease_until = ?1 WHERE seq IN (
     SELECT seq FROM destructions WHERE state = 'pending' AND due_at <= ?2 AND lease_until <= ?2 ${which}
     ORDER BY due_at LIMIT ?3)
   RETURNING seq, kind, user_seq AS userSeq, registration, cause`;

const CLAIM_ANY = CLAIM('');
const CLAIM_OF_CAUSE = CLAIM('AND cause = ?4 AND due_at >= ?5');

/** Takes up to `count` due rows that nobody holds, by one statement, so that two workers never take the same one. */
export async function claimDue(run: Run, count: number, cause?: string): Promise<LedgerRow[]> {
  const nowMs = run.nowMs();
  const values = [nowMs + LEASE_MS, nowMs, count];
  const statement =
    cause === undefined
      ? run.db.prepare(CLAIM_ANY).bind(...values)
      : run.db.prepare(CLAIM_OF_CAUSE).bind(...values, cause, nowMs - RECENT_MS);
  const [claimed] = await run.write([statement]);
  return (claimed?.results ?? []) as unknown as LedgerRow[];
}

/** Gives rows back before their lease ends, because the run stops. */
export async function release(run: Run, rows: readonly LedgerRow[]): Promise<void> {
  if (rows.length === 0) return;
  const seqs = JSON.stringify(rows.map((row) => row.seq));
  await run.write([
    run.db.prepare('UPDATE destructions SET lease_until = 0 WHERE seq IN (SELECT value FROM json_each(?))').bind(seqs),
  ]);
}

const NOTHING_LEFT = {
  user_content: ['files', 'messages']
    .map(
      (table) => `NOT EXISTS (SELECT 1 FROM ${table} AS c WHERE c.workspace_seq IS NULL
         AND c.owner_seq = destructions.user_seq AND c.registration <= destructions.registration)`,
    )
    .join(' AND '),
  workspaces: `NOT EXISTS (SELECT 1 FROM workspaces AS w WHERE w.owner_seq = destructions.user_seq AND w.deleted_at IS NULL
     AND w.destruction_seq = destructions.seq AND w.state <> 'active')`,
} as const satisfies Record<LedgerRow['kind'], string>;

/** Closes a row of which nothing is left. False when another worker closed it, or when something is left after all. */
export async function closeRow(run: Run, row: LedgerRow): Promise<boolean> {
  const [closed] = await run.write([
    run.db
      .prepare(
        `UPDATE destructions SET state = 'done', done_at = ? WHERE seq = ? AND state = 'pending' AND ${NOTHING_LEFT[row.kind]}`,
      )
      .bind(run.nowMs(), row.seq),
  ]);
  return closed?.meta.changes === 1;
}

// The ledger of destruction: which rows are due, who works them now, when they are done. Only `pending` rows are ever taken;
// `held` ones wait for an admin.
import type { Run } from './run.ts';
import { oldestDoomed } from './standing.ts';

/** A worker that died leaves its rows to others after this long. */
const LEASE_MS = 60_000;
/** Work right after the answer looks only at what fell due this recently, which keeps it off a backlog. */
const RECENT_MS = 300_000;

/** A due row that this worker holds. */
export interface LedgerRow {
  readonly seq: number;
  readonly kind: 'account' | 'user_content' | 'workspaces';
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
    run.db
      .prepare(
        `UPDATE destructions SET lease_until = 0 WHERE state = 'pending' AND seq IN (SELECT value FROM json_each(?))`,
      )
      .bind(seqs),
  ]);
}

/** The user is `?1`, the registration `?2`, the row `?3`. */
const NOTHING_LEFT = {
  account: 'TRUE',
  user_content: ['files', 'messages'].map((table) => `${oldestDoomed(table)} IS NULL`).join(' AND '),
  workspaces: `NOT EXISTS (SELECT 1 FROM workspaces AS w WHERE w.owner_seq = ?1 AND w.deleted_at IS NULL
     AND w.destruction_seq = ?3 AND w.state <> 'active')`,
} as const satisfies Record<LedgerRow['kind'], string>;

/** Closes a row of which nothing is left, and with it what an account was. False when another worker closed it, when somebody
 * holds it, or when something is left after all. */
export async function closeRow(run: Run, row: LedgerRow): Promise<boolean> {
  const [closed] = await run.write([
    run.db
      .prepare(
        `UPDATE destructions SET state = 'done', done_at = ?4, account = NULL
         WHERE seq = ?3 AND state = 'pending' AND ${NOTHING_LEFT[row.kind]}`,
      )
      .bind(row.userSeq, row.registration, row.seq, run.nowMs()),
  ]);
  return closed?.meta.changes === 1;
}

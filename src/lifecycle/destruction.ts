// Works the ledger: takes what is due under a lease, destroys it, closes the row. May run twice, overlap, be late, or die at
// any point; every step is repeatable, and what one run leaves the next takes up.
import type { Env, Sources } from '../env.ts';
import { messageOf } from '../failure.ts';
import { guard } from '../storage/guard.ts';
import { insertJournal } from '../storage/journal.ts';
import { announceArchived } from './archived-events.ts';
import { claimDue, closeRow, type LedgerRow, release } from './ledger.ts';
import { type Purged, purge } from './purge.ts';
import { Run, type RunLimits } from './run.ts';
import { isPending } from './standing.ts';

/** Rows taken at a time: few, so that a worker that dies holds up few. */
const CLAIM_ROWS = 20;
/** The runtime ends work after an answer at 30 s. */
const AFTER_ANSWER_MS = 20_000;
/** D1 allows an invocation 1,000 queries, and this one may have mails to send too. */
const AFTER_ANSWER_QUERIES = 700;

/** What one run did, in counts: ledger rows taken, closed, found closed or held by others meanwhile, given back for lack of time,
 * and failed (left to their lease). */
export interface WorkReport {
  readonly claimed: number;
  readonly done: number;
  readonly overtaken: number;
  readonly unfinished: number;
  readonly failed: number;
  /** Files and messages whose bytes and rows are gone. */
  readonly objects: number;
  readonly workspaces: number;
  /** What the first failure said. */
  readonly error?: string;
}

/** Works what is due, oldest first, until nothing is, or until the limits. Throws only when the ledger cannot be read. */
export function workDestructions(
  env: Pick<Env, 'DB' | 'FILES'>,
  sources: Sources,
  limits: RunLimits,
): Promise<WorkReport> {
  return work(new Run(env, sources, limits));
}

/** Right after the answer, for `waitUntil`: announces what was archived, and works only what the mutation made due at once, by at
 * most `queries` where the invocation has spent others. Never throws, since the cron takes up whatever is left. */
export async function workDestructionsOf(
  env: Pick<Env, 'DB' | 'FILES'>,
  sources: Sources,
  mutationId: string,
  queries = AFTER_ANSWER_QUERIES,
): Promise<void> {
  const deadlineMs = sources.nowMs() + AFTER_ANSWER_MS;
  const run = new Run(env, sources, { deadlineMs, queries: Math.min(queries, AFTER_ANSWER_QUERIES) });
  try {
    await announceArchived(run).catch(() => undefined);
    const report = await work(run, mutationId);
    if (report.failed > 0) console.error(JSON.stringify({ event: 'destructions', mutationId, ...report }));
  } catch (error) {
    console.error(JSON.stringify({ event: 'destructions', mutationId, error: messageOf(error) }));
  }
}

async function work(run: Run, cause?: string): Promise<WorkReport> {
  const tally = { claimed: 0, done: 0, overtaken: 0, unfinished: 0, failed: 0 };
  const errors: string[] = [];
  while (run.mayGoOn()) {
    const rows = await claimDue(run, CLAIM_ROWS, cause);
    if (rows.length === 0) break;
    tally.claimed += rows.length;
    const unfinished: LedgerRow[] = [];
    for (const row of rows) {
      const outcome = await workRow(run, row, errors);
      tally[outcome]++;
      if (outcome === 'unfinished') unfinished.push(row);
    }
    await release(run, unfinished);
  }
  const [error] = errors;
  return { ...tally, objects: run.objects, workspaces: run.workspaces, ...(error !== undefined && { error }) };
}

type RowOutcome = 'done' | 'overtaken' | 'unfinished' | 'failed';

async function workRow(run: Run, row: LedgerRow, errors: string[]): Promise<RowOutcome> {
  if (!run.mayGoOn()) return 'unfinished';
  try {
    const purged = await DESTROY[row.kind](run, row);
    if (purged === 'unfinished') return 'unfinished';
    return purged === 'gone' && (await closeRow(run, row)) ? 'done' : 'overtaken';
  } catch (error) {
    errors.push(messageOf(error));
    return 'failed';
  }
}

/** What there is to do before a row is closed. Closing an account's row is all that erases it. */
const DESTROY: Readonly<Record<LedgerRow['kind'], (run: Run, row: LedgerRow) => Promise<Purged>>> = {
  account: async () => 'gone',
  user_content: (run, row) =>
    purge(run, row.seq, { kind: 'registration', userSeq: row.userSeq, registration: row.registration }),
  workspaces: destroyWorkspaces,
};

interface DoomedWorkspace {
  readonly seq: number;
  readonly id: string;
}

async function destroyWorkspaces(run: Run, row: LedgerRow): Promise<Purged> {
  await announceArchived(run);
  while (run.mayGoOn()) {
    const workspace = await doomNext(run, row);
    if (!workspace) return 'gone';
    const subject = { kind: 'workspace', workspaceSeq: workspace.seq, workspaceId: workspace.id } as const;
    const purged = await purge(run, row.seq, subject);
    if (purged !== 'gone') return purged;
    if (!(await closeWorkspace(run, row, workspace))) return 'stopped';
  }
  return 'unfinished';
}

/** Takes the next archived workspace of the row past the point of return, before its first object goes: `deleted`, and without
 * `deleted_at` while bytes are left. Restoring asks for `archived`, so nobody restores what is half gone. */
async function doomNext(run: Run, row: LedgerRow): Promise<DoomedWorkspace | undefined> {
  const [doomed] = await run.write([
    run.db
      .prepare(
        `UPDATE workspaces SET state = 'deleted' WHERE seq = (
           SELECT w.seq FROM workspaces AS w JOIN destructions AS d ON d.seq = ?1 AND d.state = 'pending'
           WHERE w.owner_seq = ?2 AND w.deleted_at IS NULL AND w.destruction_seq = ?1 AND w.state <> 'active'
           ORDER BY w.seq LIMIT 1)
         RETURNING seq, id`,
      )
      .bind(row.seq, row.userSeq),
  ]);
  return doomed?.results[0] as DoomedWorkspace | undefined;
}

/** Metadata and activity stay; the journal says once that the content is gone. False when the row is no longer pending. */
async function closeWorkspace(run: Run, row: LedgerRow, workspace: DoomedWorkspace): Promise<boolean> {
  const mutationId = `${row.cause}:workspace:${workspace.id}`;
  const entry = {
    mutationId,
    type: 'workspace.deleted',
    subject: workspace.id,
    actor: 'cron',
    attributes: [],
  } as const;
  const nowMs = run.nowMs();
  const written = await run.writeIf(guard(run.db, 'state', isPending('?1'), row.seq), mutationId, [
    insertJournal(run.db, entry, nowMs, { repeated: true }),
    run.db
      .prepare('UPDATE workspaces SET deleted_at = ? WHERE seq = ? AND deleted_at IS NULL')
      .bind(nowMs, workspace.seq),
  ]);
  if (written) run.workspaces += 1;
  return written;
}

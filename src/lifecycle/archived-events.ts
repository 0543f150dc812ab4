// Says in the journal which workspaces a deactivation archived, one row each. The deactivation itself does not: its rows are
// counted. So it is done right after its answer, by the cron, and at the latest before anything else happens to such a workspace.
import { ok, type Result } from '../failure.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import type { Run } from './run.ts';

/** Ledger rows a step. */
const STEP_ROWS = 100;

/** Announces whatever has not been, in steps, each a transaction that may be repeated, or until it may not go on: the number of
 * workspaces. Fails as storage does. */
export async function noteArchived(db: D1Database, mayGoOn = () => true): Promise<Result<number>> {
  let workspaces = 0;
  while (mayGoOn()) {
    const next = await readBatch(db, [db.prepare(NEXT_STEP).bind(STEP_ROWS)]);
    if (next.kind === 'fault') return faultFailure(next);
    const step = next.results[0]?.results[0] as { readonly through: number | null } | undefined;
    if (typeof step?.through !== 'number') break;
    const outcome = await commit(db, { mutationId: '', guards: [], statements: announce(db, step.through) });
    if (outcome.kind === 'fault') return faultFailure(outcome);
    if (outcome.kind === 'committed') workspaces += outcome.results[0]?.meta.changes ?? 0;
  }
  return ok(workspaces);
}

/** The same as a part of a run, as far as that may go: the journal says that a workspace was archived before it says that it is
 * deleted. Throws on D1's failure. */
export async function announceArchived(run: Run): Promise<number> {
  const noted = await noteArchived(run.db, () => run.mayGoOn());
  if (!noted.ok) throw new Error(noted.failure.internal ?? noted.failure.detail);
  return noted.value;
}

const NEXT_STEP = `SELECT max(seq) AS through FROM (
  SELECT seq FROM destructions WHERE seq > (SELECT archived_through FROM portal WHERE id = 1) ORDER BY seq LIMIT ?)`;

/** The same as statements of a batch that moves workspaces: up to the ledger row `through`, or all of it. What was announced once
 * is passed over by `archived_through`, and where two do it at once, by the mutation id. In order of the ledger. */
export function announce(db: D1Database, through?: number): D1PreparedStatement[] {
  const last = '(SELECT coalesce(?1, max(seq), 0) FROM destructions)';
  return [
    db
      .prepare(
        `INSERT OR IGNORE INTO journal (mutation_id, type, subject, actor, request_id, attributes, at)
         SELECT d.cause || ':archived:' || w.id, 'workspace.archived', w.id, d.actor, d.request_id, '[]', d.created_at
         FROM portal AS p CROSS JOIN destructions AS d ON d.seq > p.archived_through AND d.seq <= ${last}
         CROSS JOIN workspaces AS w ON w.owner_seq = d.user_seq AND w.deleted_at IS NULL AND w.destruction_seq = d.seq
         WHERE p.id = 1 AND d.kind = 'workspaces'`,
      )
      .bind(through ?? null),
    db
      .prepare(`UPDATE portal SET archived_through = ${last} WHERE id = 1 AND archived_through < ${last}`)
      .bind(through ?? null),
  ];
}

/** After a split of ledger rows: the rows that it made announce nothing, since theirs were announced before. */
export function announcedAll(db: D1Database): D1PreparedStatement {
  return db.prepare('UPDATE portal SET archived_through = (SELECT max(seq) FROM destructions) WHERE id = 1');
}

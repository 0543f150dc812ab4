// Workspaces for people: whose they are, how they stand, and how long they still can be restored.
import { ok, type Result } from '../failure.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import type { WorkspaceState } from './workspace-selection.ts';

const DAY_MS = 86_400_000;

/** One workspace. Times are UTC milliseconds. */
export interface ListedWorkspace {
  readonly seq: number;
  readonly id: string;
  readonly name: string;
  readonly state: WorkspaceState;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly ownerActive: boolean;
  readonly archivedAt: number | null;
  readonly deletedAt: number | null;
  /** When an archived one is deleted, unless it is held. */
  readonly dueAt: number | null;
  readonly held: boolean;
  /** Whole days until then, rounded up; 0 when it is overdue, null unless it is archived. */
  readonly daysLeft: number | null;
}

export interface WantedWorkspaces {
  readonly ownerId?: string;
  /** Without one, all but those that are deleted. */
  readonly state?: WorkspaceState;
  readonly limit: number;
  /** The `seq` of the last one of the page before. */
  readonly after?: number;
}

type Row = Omit<ListedWorkspace, 'ownerActive' | 'held' | 'daysLeft'> & {
  readonly ownerActive: number;
  readonly held: number;
};

/** Workspaces in the order they were made, at most `limit`. Fails as storage does. */
export async function listWorkspaces(
  db: D1Database,
  wanted: WantedWorkspaces,
  nowMs: number,
): Promise<Result<readonly ListedWorkspace[]>> {
  const { ownerId, state, limit, after = 0 } = wanted;
  const terms = ['w.seq > ?', state === undefined ? 'w.deleted_at IS NULL' : `w.state = '${state}'`];
  if (state === 'active' || state === 'archived') terms.push('w.deleted_at IS NULL');
  if (ownerId !== undefined) terms.push('w.owner_seq = (SELECT seq FROM users WHERE id = ?)');
  const outcome = await readBatch(db, [
    db
      .prepare(
        `SELECT w.seq, w.id, w.name, w.state, u.id AS ownerId, u.user_name AS ownerName, u.active AS ownerActive,
           w.archived_at AS archivedAt, w.deleted_at AS deletedAt, iif(w.state = 'archived', d.due_at, NULL) AS dueAt,
           w.state = 'archived' AND coalesce(d.state = 'held', 0) AS held
         FROM workspaces AS w JOIN users AS u ON u.seq = w.owner_seq LEFT JOIN destructions AS d ON d.seq = w.destruction_seq
         WHERE ${terms.join(' AND ')} ORDER BY w.seq LIMIT ?`,
      )
      .bind(after, ...(ownerId === undefined ? [] : [ownerId]), limit),
  ]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const rows = (outcome.results[0]?.results ?? []) as unknown as Row[];
  return ok(rows.map((row) => listed(row, nowMs)));
}

function listed(row: Row, nowMs: number): ListedWorkspace {
  const daysLeft = row.dueAt === null ? null : Math.max(0, Math.ceil((row.dueAt - nowMs) / DAY_MS));
  return { ...row, ownerActive: row.ownerActive === 1, held: row.held === 1, daysLeft };
}

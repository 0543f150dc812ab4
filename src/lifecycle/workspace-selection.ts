// Which workspaces a person means, how they stand, and what is in the way: read first, decided purely, and guarded at the write
// to be still so. One or many, all or nothing.
import { type Failure, fail, ok, type Result } from '../failure.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { guard } from '../storage/guard.ts';
import { readBatch } from '../storage/read.ts';
import type { HoldColumns } from './hold-moves.ts';
import type { DestructionState } from './holds.ts';
import type { Filed } from './ledger-split.ts';

/** The most ids a call. */
export const MAX_IDS = 500;
/** The most names in a sentence. */
const MAX_NAMED = 5;

/** Workspaces by id, at most 500, or all of an owner, by user id, that the command can apply to. */
export type Selection = { readonly ids: readonly string[] } | { readonly ownerId: string };

export type WorkspaceState = 'active' | 'archived' | 'deleted';

/** A workspace as a command finds it. */
export interface Standing {
  readonly seq: number;
  readonly id: string;
  readonly name: string;
  readonly state: WorkspaceState;
  readonly deletedAt: number | null;
  readonly ownerSeq: number;
  readonly ownerName: string;
  readonly ownerActive: number;
  readonly ledgerSeq: number | null;
  readonly ledgerState: DestructionState | null;
  readonly ledgerHeldBy: HoldColumns['heldBy'];
  /** When an archived one is to be deleted. */
  readonly dueAt: number | null;
}

const COLUMNS = `w.seq, w.id, w.name, w.state, w.deleted_at AS deletedAt, w.owner_seq AS ownerSeq, u.user_name AS ownerName,
  u.active AS ownerActive, w.destruction_seq AS ledgerSeq, d.state AS ledgerState,
  d.held_by AS ledgerHeldBy, d.due_at AS dueAt`;
const JOINS = 'JOIN users AS u ON u.seq = w.owner_seq LEFT JOIN destructions AS d ON d.seq = w.destruction_seq';

/** The workspaces meant. Fails with `resource_not_found` naming unknown ids and an unknown owner, with `invalid_value` for too many
 * ids and for those that are deleted or being deleted; of an owner's, these are left out. */
export async function selectWorkspaces(db: D1Database, selection: Selection): Promise<Result<readonly Standing[]>> {
  if ('ownerId' in selection) return selectOfOwner(db, selection.ownerId);
  const ids = [...new Set(selection.ids)];
  if (ids.length === 0 || ids.length > MAX_IDS)
    return fail('invalid_value', `Name 1 to ${MAX_IDS} workspaces at a time.`);
  const outcome = await readBatch(db, [
    db
      .prepare(
        `SELECT ${COLUMNS} FROM json_each(?) AS wanted CROSS JOIN workspaces AS w ON w.id = wanted.value ${JOINS}`,
      )
      .bind(JSON.stringify(ids)),
  ]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const found = outcome.results[0]?.results as unknown as Standing[];
  const known = new Set(found.map(({ id }) => id));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) return fail('resource_not_found', `There is no workspace ${listed(unknown)}. ${UNCHANGED}`);
  return deletedAmong(found) ?? ok(found);
}

async function selectOfOwner(db: D1Database, ownerId: string): Promise<Result<readonly Standing[]>> {
  const owner = '(SELECT seq FROM users WHERE id = ?)';
  const outcome = await readBatch(db, [
    db.prepare('SELECT seq FROM users WHERE id = ?').bind(ownerId),
    db
      .prepare(
        `SELECT ${COLUMNS} FROM workspaces AS w ${JOINS}
         WHERE w.owner_seq = ${owner} AND w.deleted_at IS NULL AND w.state <> 'deleted' ORDER BY w.seq`,
      )
      .bind(ownerId),
  ]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const user = outcome.results[0]?.results[0];
  if (!user) return fail('resource_not_found', `There is no user with the id ${ownerId}. ${UNCHANGED}`);
  return ok(outcome.results[1]?.results as unknown as Standing[]);
}

const UNCHANGED = 'Nothing was changed.';

function deletedAmong(found: readonly Standing[]): { readonly ok: false; readonly failure: Failure } | undefined {
  const gone = found.filter(({ state }) => state === 'deleted');
  if (gone.length === 0) return undefined;
  const begun = gone.filter(({ deletedAt }) => deletedAt === null);
  const sentence =
    begun.length > 0
      ? `The deletion of ${named(begun)} has begun: part of the content is gone, and what is left cannot be brought back.`
      : `${named(gone)} ${gone.length === 1 ? 'is' : 'are'} deleted: the content is gone for ever.`;
  return fail('invalid_value', `${sentence} ${UNCHANGED}`);
}

/** Workspaces as a sentence names them: a few, and how many more. */
export function named(workspaces: readonly Pick<Standing, 'id' | 'name'>[]): string {
  return listed(workspaces.map(({ id, name }) => `"${name}" (${id})`));
}

function listed(words: readonly string[]): string {
  const more = words.length - MAX_NAMED;
  return more > 0 ? `${words.slice(0, MAX_NAMED).join(', ')} and ${more} more` : words.join(', ');
}

/** The archived ones as the ledger has them. */
export function filedOf(workspaces: readonly Standing[]): Filed[] {
  return workspaces.flatMap(({ seq, state, ledgerSeq }) =>
    state === 'archived' && ledgerSeq !== null ? [{ seq, ledgerSeq }] : [],
  );
}

/** Whether an admin holds an archived workspace, alone or beside the brake. */
export function isUnderLegalHold({ ledgerState, ledgerHeldBy }: Standing): boolean {
  return ledgerState === 'held' && ledgerHeldBy !== null;
}

/** Holds that each of the workspaces stands as it was read. */
export function standingGuard(db: D1Database, workspaces: readonly Standing[]): D1PreparedStatement {
  const seen = workspaces.map((w) => [w.seq, w.state, w.ownerSeq, w.ledgerSeq, w.ledgerState, w.ledgerHeldBy]);
  return guard(
    db,
    'state',
    `NOT EXISTS (SELECT 1 FROM json_each(?1) AS j LEFT JOIN workspaces AS w ON w.seq = (j.value ->> 0)
       LEFT JOIN destructions AS d ON d.seq = w.destruction_seq
       WHERE w.state IS NOT (j.value ->> 1) OR w.owner_seq IS NOT (j.value ->> 2)
         OR w.destruction_seq IS NOT (j.value ->> 3) OR d.state IS NOT (j.value ->> 4)
         OR d.held_by IS NOT (j.value ->> 5))`,
    JSON.stringify(seen),
  );
}

// Who may add something where: an active user, under the current registration, in an active workspace if one is named.
// Found before the bytes travel, and held by guards at the moment of the write.
import { type Failure, ok } from '../failure.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { guard } from '../storage/guard.ts';
import { readBatch } from '../storage/read.ts';
import { notOpen } from './content-failure.ts';

/** Where something new belongs. */
export interface Place {
  readonly ownerSeq: number;
  readonly ownerId: string;
  readonly registration: number;
  readonly workspaceSeq: number | null;
}

type Found = { readonly ok: true; readonly value: Place } | { readonly ok: false; readonly failure: Failure };

/** The place; fails with `resource_not_found` when the owner or the workspace is closed. */
export async function findPlace(db: D1Database, ownerSeq: number, workspaceId: string | undefined): Promise<Found> {
  const outcome = await readBatch(db, [
    db.prepare('SELECT id, registration FROM users WHERE seq = ? AND active = 1').bind(ownerSeq),
    db.prepare("SELECT seq FROM workspaces WHERE id = ? AND state = 'active'").bind(workspaceId ?? null),
  ]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const owner = outcome.results[0]?.results[0] as { readonly id: string; readonly registration: number } | undefined;
  const workspace = outcome.results[1]?.results[0] as { readonly seq: number } | undefined;
  if (!owner) return notOpen('owner');
  if (workspaceId !== undefined && !workspace) return notOpen('state');
  const { id: ownerId, registration } = owner;
  return ok({ ownerSeq, ownerId, registration, workspaceSeq: workspace?.seq ?? null });
}

/** Holds that the place is still open. What was deactivated meanwhile, or came back anew, takes nothing more. */
export function placeGuards(db: D1Database, { ownerSeq, registration, workspaceSeq }: Place): D1PreparedStatement[] {
  const owner = 'EXISTS (SELECT 1 FROM users WHERE seq = ? AND active = 1 AND registration = ?)';
  const guards = [guard(db, 'owner', owner, ownerSeq, registration)];
  if (workspaceSeq !== null) {
    guards.push(
      guard(db, 'state', "EXISTS (SELECT 1 FROM workspaces WHERE seq = ? AND state = 'active')", workspaceSeq),
    );
  }
  return guards;
}

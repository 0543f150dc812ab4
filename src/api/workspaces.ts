// Workspaces as the vendor's product makes them, gives them back and hands them on. What happens to them when their owner leaves is
// lifecycle's.
import type { Env, Sources } from '../env.ts';
import { ok, type Result } from '../failure.ts';
import * as moves from '../lifecycle/workspace-moves.ts';
import type { Selection } from '../lifecycle/workspace-selection.ts';
import { randomId } from '../random-id.ts';
import { commit } from '../storage/commit.ts';
import { insertJournal } from '../storage/journal.ts';
import { failureOf } from './content-failure.ts';
import { findPlace, placeGuards } from './place.ts';

/** Makes an active workspace. Fails with `resource_not_found` when the owner is not active, else as storage does. */
export async function createWorkspace(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  { ownerSeq, name }: { readonly ownerSeq: number; readonly name: string },
): Promise<Result<{ readonly workspaceId: string }>> {
  const place = await findPlace(env.DB, ownerSeq, undefined);
  if (!place.ok) return place;
  const workspaceId = randomId(sources);
  const mutationId = randomId(sources);
  const nowMs = Math.trunc(sources.nowMs());
  const insert = env.DB.prepare(
    "INSERT INTO workspaces (id, owner_seq, name, state, created_at) VALUES (?, ?, ?, 'active', ?)",
  ).bind(workspaceId, ownerSeq, name, nowMs);
  const actor = place.value.ownerId;
  const entry = { mutationId, type: 'workspace.created', subject: workspaceId, actor, attributes: [] } as const;
  const outcome = await commit(env.DB, {
    mutationId,
    guards: placeGuards(env.DB, place.value),
    statements: [insert, insertJournal(env.DB, entry, nowMs)],
  });
  return failureOf(outcome) ?? ok({ workspaceId });
}

/** Which workspaces, by ids or all of an owner, and who asks for it: the id of a signed-in admin. */
export type Move = Selection & { readonly by: string };

/** What became of the workspaces named: changed now, or so already. Ids. */
export interface Moved {
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
}

/** Makes archived workspaces active again, all or none. Fails with `not_admin` unless `by` is an active admin at that moment, with `invalid_value` where the owner of one is not active and no
 * `newOwnerId` is named, or where its deletion has begun, or where it is under legal hold and `endHold` is not set; with `resource_not_found` for unknown ids. */
export async function restoreWorkspaces(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  move: Move & { readonly newOwnerId?: string | undefined; readonly endHold?: boolean | undefined },
): Promise<Result<Moved>> {
  return movedOf(await moves.restoreWorkspaces({ db: env.DB, sources, actor: move.by }, { ...move, byAdmin: true }));
}

/** Gives active and archived workspaces to another active user, all or none; neither state nor deletion date changes. Fails
 * with `not_admin` unless `by` is an active admin at that moment. */
export async function transferWorkspaces(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  move: Move & { readonly newOwnerId: string },
): Promise<Result<Moved>> {
  return movedOf(await moves.transferWorkspaces({ db: env.DB, sources, actor: move.by }, { ...move, byAdmin: true }));
}

function movedOf(outcome: Awaited<ReturnType<typeof moves.restoreWorkspaces>>): Result<Moved> {
  if (!outcome.ok) return outcome;
  const { changed, unchanged } = outcome.value;
  return ok({ changed: changed.map(({ id }) => id), unchanged: unchanged.map(({ id }) => id) });
}

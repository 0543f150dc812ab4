// Workspaces as the vendor's product makes them. What happens to them when their owner leaves is lifecycle's.
import type { Env, Sources } from '../env.ts';
import { ok, type Result } from '../failure.ts';
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

// Restore and transfer of workspaces: an owner who is not active is asked for a new one, and neither changes the date of what
// stays archived.
import { expect } from 'vitest';
import { restoreWorkspaces, transferWorkspaces } from '../../../src/lifecycle/workspace-moves.ts';
import type { Command } from './commands.ts';
import { personAt } from './person-requests.ts';
import { rowsIn } from './picture.ts';
import type { Account, Model, Workspace } from './state.ts';
import type { World } from './world.ts';

type Move = Extract<Command, { what: 'restore' | 'transfer' }>;

/** Restores or transfers some workspaces, all of them or none. */
export async function playMove(world: World, { what, workspaces: numbers, owner: n }: Move): Promise<void> {
  const { model, portal } = world;
  const all = model.workspaces;
  const chosen = [...new Set(numbers.map((number) => all[number % Math.max(1, all.length)]))];
  const workspaces = chosen.filter((workspace) => workspace !== undefined);
  const owner = ownerOf(model, what === 'transfer' ? Math.max(n, -2) : n);
  if (workspaces.length === 0 || (what === 'transfer' && owner === undefined)) return;
  const context = { db: portal.env.DB, sources: portal.sources, actor: 'cli' };
  const ids = workspaces.map(({ id }) => id);
  const isFree = what === 'transfer' || !workspaces.some((workspace) => isUnderLegalHold(world, workspace));
  const moved =
    what === 'restore'
      ? await restoreWorkspaces(context, { ids, ...(owner ? { newOwnerId: owner.id } : {}) })
      : await transferWorkspaces(context, { ids, newOwnerId: owner?.id ?? '' });
  await world.look();
  const may = isFree && mayMove(what, workspaces, owner);
  expect(moved.ok, moved.ok ? '' : moved.failure.detail).toBe(may);
  if (may) model.handled = true;
  if (may) for (const workspace of workspaces) move(model, what, workspace, owner);
}

function ownerOf(model: Model, n: number): Account | undefined {
  if (n === -2) return model.breakGlass;
  return n < 0 ? undefined : personAt(model, n);
}

/** Whether an admin holds the workspace; the brake's hold alone does not stand in the way of a restore. */
function isUnderLegalHold({ picture }: World, workspace: Workspace): boolean {
  const row = rowsIn(picture, 'workspaces').find(({ id }) => id === workspace.id);
  const ledgerRow = rowsIn(picture, 'destructions').find(({ seq }) => seq === row?.['destruction_seq']);
  return workspace.state === 'archived' && ledgerRow !== undefined && ledgerRow['held_by'] !== null;
}

function mayMove(what: Move['what'], workspaces: readonly Workspace[], owner: Account | undefined): boolean {
  if (workspaces.some(({ state }) => state === 'deleted')) return false;
  if (owner !== undefined) return owner.active;
  return workspaces.every((workspace) => what === 'transfer' || workspace.state === 'active' || workspace.owner.active);
}

function move(model: Model, what: Move['what'], workspace: Workspace, owner: Account | undefined): void {
  if (what === 'transfer' && owner !== undefined && owner !== workspace.owner) {
    workspace.owner = owner;
    model.note('workspace.transferred', workspace);
  }
  if (what === 'restore' && workspace.state === 'archived') {
    workspace.state = 'active';
    workspace.owner = owner ?? workspace.owner;
    workspace.held = false;
    for (const content of model.contents) if (content.workspace === workspace) content.held = false;
    model.note('workspace.restored', workspace);
  }
}

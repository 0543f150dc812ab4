// Legal holds: what is held stays, whatever the cron and the clock do, until it is released. Which rows of the ledger there are is
// taken from the portal; that these and no others move, and what then stays, is held here.
import { expect } from 'vitest';
import { releaseHeld } from '../../../src/directory/brake-release.ts';
import { holdDestructions, releaseDestructions, type Which } from '../../../src/lifecycle/holds.ts';
import type { Command } from './commands.ts';
import { personAt } from './person-requests.ts';
import { type Row, rowsIn } from './picture.ts';
import type { Model } from './state.ts';
import type { World } from './world.ts';

/** Holds, or releases, all rows there are, the first one, or those of somebody. */
export async function playHold(
  world: World,
  { what, whom }: Extract<Command, { what: 'hold' | 'release' }>,
): Promise<void> {
  const { model, portal } = world;
  const before = rowsIn(world.picture, 'destructions');
  const person = whom < 0 ? undefined : personAt(model, whom);
  const which: Which = whom === -2 ? { seqs: [1] } : person ? { userId: person.id } : 'all';
  const moves = (row: Row) =>
    after(what, row) !== undefined &&
    (which === 'all' || ('seqs' in which ? row['seq'] === 1 : row['user_seq'] === person?.seq));
  const moved = before.filter(moves);
  const context = { db: portal.env.DB, sources: portal.sources, actor: 'cli' };
  const done = await (what === 'hold' ? holdDestructions : releaseDestructions)(context, which);
  await world.look();
  if (!done.ok) throw new Error(done.failure.detail);
  expect(done.value.changed).toEqual(moved.map(({ seq }) => seq));
  expectMoved(world, before, (row) => (moves(row) ? after(what, row) : undefined));
  const type = what === 'hold' ? 'destruction.held' : 'destruction.released';
  if (moved.length === 0) return;
  model.note(type, { id: which === 'all' ? 'all' : 'seqs' in which ? '1' : which.userId });
  model.handled = true;
  for (const row of moved) keep(world, row, after(what, row)?.state === 'held');
}

/** The brake lets go of all it holds, and is lifted. */
export async function playLetGo(world: World): Promise<void> {
  const { model, portal } = world;
  const before = rowsIn(world.picture, 'destructions');
  const done = await releaseHeld({ db: portal.env.DB, sources: portal.sources, actor: 'cli' }, { all: true });
  await world.look();
  if (!done.ok) throw new Error(done.failure.detail);
  expect(done.value.lifted).toBe(model.brakeEngaged);
  expectMoved(world, before, (row) => after('let go', row));
  if (model.brakeEngaged) model.note('portal.changed', { id: 'portal' });
  if (model.brakeEngaged) model.ends.splice(0);
  model.brakeEngaged = false;
  for (const row of before) {
    const moved = after('let go', row);
    if (!moved) continue;
    model.note('destruction.released', { id: String(row['seq']) });
    model.handled = true;
    keep(world, row, moved.state === 'held');
  }
}

type Move = { readonly state: string; readonly held_by: string | null };

/** These rows and no others have changed, and nothing but who holds them. */
function expectMoved(world: World, before: readonly Row[], moved: (row: Row) => Move | undefined): void {
  const stateOf = ({ lease_until: _, ...row }: Row) => row;
  const expected = before.map((row) => stateOf({ ...row, ...moved(row) }));
  expect(rowsIn(world.picture, 'destructions').map(stateOf)).toEqual(expected);
}

/** What becomes of a row; undefined where nothing does. The brake's hold and the admin's stand beside each other. */
function after(what: 'hold' | 'release' | 'let go', { state, held_by }: Row): Move | undefined {
  if (what === 'hold' && state === 'pending') return { state: 'held', held_by: 'admin' };
  if (what === 'hold' && state === 'held' && held_by === null) return { state: 'held', held_by: 'both' };
  if (what === 'release' && state === 'held' && held_by === 'admin') return { state: 'pending', held_by: null };
  if (what === 'release' && state === 'held' && held_by === 'both') return { state: 'held', held_by: null };
  if (what === 'let go' && state === 'held' && held_by === null) return { state: 'pending', held_by: null };
  if (what === 'let go' && state === 'held' && held_by === 'both') return { state: 'held', held_by: 'admin' };
  return undefined;
}

/** What a row stands for stays, as far as it is still there; or may go again. */
function keep({ model, picture }: World, row: Row, held: boolean): void {
  const stored = new Set([...rowsIn(picture, 'files'), ...rowsIn(picture, 'messages')].map(({ id }) => id));
  for (const account of accountsOf(model, row)) account.fate = held ? 'held' : 'released';
  const workspaces = workspacesOf(model, rowsIn(picture, 'workspaces'), row);
  for (const workspace of workspaces) workspace.held = held;
  for (const content of model.contents) {
    const mine =
      row['kind'] === 'workspaces'
        ? content.workspace !== undefined && workspaces.includes(content.workspace)
        : content.workspace === undefined &&
          content.fate === 'doomed' &&
          content.owner.seq === row['user_seq'] &&
          content.doomedWith === row['registration'];
    if (mine) content.held = held && stored.has(content.id);
  }
}

function accountsOf({ heldAccounts }: Model, row: Row) {
  if (row['kind'] !== 'account') return [];
  const made = [row['user_seq'], row['registration'], row['created_at']].join();
  return heldAccounts.filter(
    ({ person, registration, atMs, fate }) => fate !== 'gone' && [person.seq, registration, atMs].join() === made,
  );
}

function workspacesOf({ workspaces }: Model, rows: readonly Row[], { seq, kind }: Row) {
  const ids = rows.filter((row) => row['destruction_seq'] === seq).map(({ id }) => id);
  return kind === 'workspaces' ? workspaces.filter(({ id, state }) => state !== 'active' && ids.includes(id)) : [];
}

// What the vendor's product does: it stores files and messages, and makes workspaces. What a fault cuts off happened wholly or not at
// all, but for bytes that no row names.
import { expect } from 'vitest';
import { putFile } from '../../../src/api/files.ts';
import { sendMessage } from '../../../src/api/messages.ts';
import { createWorkspace } from '../../../src/api/workspaces.ts';
import { type Failure, kindOf, type Result } from '../../../src/failure.ts';
import type { Command } from './commands.ts';
import { disturbedBindings } from './disturbance.ts';
import { markOf } from './marks.ts';
import { personAt } from './person-requests.ts';
import { type Picture, rowsIn, withoutTraces } from './picture.ts';
import type { Account, Model, Workspace } from './state.ts';
import type { World } from './world.ts';

/** Whom a number means where any account will do. */
function ownerAt(model: Model, n: number): Account {
  return personAt(model, n) ?? model.breakGlass;
}

/** Stores a file or a message, perhaps through a fault. */
export async function playUpload(
  world: World,
  { table, owner: n, workspace: w, fault }: Extract<Command, { what: 'upload' }>,
): Promise<void> {
  const { model } = world;
  const owner = ownerAt(model, n);
  const workspace = w < 0 ? undefined : model.workspaces[w % Math.max(1, model.workspaces.length)];
  const number = model.nextNumber();
  const text = `Dear ${markOf(number)}`;
  const nameMark = table === 'files' ? markOf(model.nextNumber()) : undefined;
  const place = { ownerSeq: owner.seq, workspaceId: workspace?.id };
  const { bindings, hit } = disturbedBindings(fault);
  const bytes = new TextEncoder().encode(text);
  const stored =
    nameMark === undefined
      ? await sendMessage(bindings, world.portal.sources, { ...place, text })
      : await putFile(bindings, world.portal.sources, { ...place, name: `${nameMark}.txt`, bytes });
  const open = owner.active && (workspace === undefined || workspace.state === 'active');
  const before = world.picture;
  const done = await wasDone(world, stored, open, hit());
  const content = {
    table,
    owner,
    registration: owner.registration,
    workspace,
    mark: markOf(number),
    fate: 'live',
    dueMs: 0,
    doomedWith: 0,
    held: false,
  } as const;
  const left = leftBehind(before, world.picture).map((id) => ({
    ...content,
    id,
    nameMark: undefined,
    bytes: 0,
    rowless: true,
  }));
  if (!done) return void model.contents.push(...left);
  const [row] = newRows(before, world.picture, table);
  const whole = { ...content, id: String(row?.['id']), nameMark, bytes: bytes.byteLength, rowless: false };
  model.contents.push(whole);
  model.note(table === 'files' ? 'file.created' : 'message.created', whole);
}

/** Makes a workspace, perhaps through a fault. */
export async function playWorkspace(
  world: World,
  { owner: n, fault }: Extract<Command, { what: 'make workspace' }>,
): Promise<void> {
  const { model } = world;
  const owner = ownerAt(model, n);
  const { bindings, hit } = disturbedBindings(fault);
  const made = await createWorkspace(bindings, world.portal.sources, { ownerSeq: owner.seq, name: 'Plans' });
  const before = world.picture;
  if (!(await wasDone(world, made, owner.active, hit()))) return;
  const [row] = newRows(before, world.picture, 'workspaces');
  const workspace: Workspace = {
    id: String(row?.['id']),
    owner,
    state: 'active',
    archivedMs: 0,
    dueMs: 0,
    held: false,
  };
  model.workspaces.push(workspace);
  model.note('workspace.created', workspace);
}

/** Whether something happened: as it should where no fault hit, and wholly or not at all where one did. */
async function wasDone(world: World, result: Result<unknown>, should: boolean, hit: boolean): Promise<boolean> {
  const before = world.picture;
  await world.look();
  if (hit) world.model.lastFaultMs = world.nowMs;
  const same = JSON.stringify(rowsOnly(before)) === JSON.stringify(rowsOnly(world.picture));
  if (result.ok) expect(should).toBe(true);
  else if (!hit || !isStorageFault(result.failure)) expect(should, result.failure.detail).toBe(false);
  if (!result.ok && (!hit || !isStorageFault(result.failure))) expect(same).toBe(true);
  return result.ok || !same;
}

function rowsOnly(picture: Picture): unknown {
  return { ...(withoutTraces(picture) as object), objects: [] };
}

function isStorageFault({ code }: Failure): boolean {
  return kindOf(code).status >= 500;
}

function newRows(before: Picture, after: Picture, table: string) {
  const known = new Set(rowsIn(before, table).map((row) => row['id']));
  return rowsIn(after, table).filter((row) => !known.has(row['id'] ?? null));
}

/** The ids of bytes that lie in R2 since then: those of an upload that was cut off have no row. */
function leftBehind(before: Picture, after: Picture): string[] {
  const known = new Set(before.objects.map(({ name }) => name));
  return after.objects.filter(({ name }) => !known.has(name)).map(({ name }) => name.slice(name.lastIndexOf('/') + 1));
}

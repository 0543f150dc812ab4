// Everything that the brake holds comes back: access, role, profile, keys, groups, workspaces and content, to the letter. This model
// knows it for people whom nobody touched since; what else may be is tested beside the code.
import { expect } from 'vitest';
import { restoreHeld } from '../../../src/directory/brake-restore.ts';
import { isAdmin, noteRights } from './ends.ts';
import type { HeldAccount, Model } from './state.ts';
import type { World } from './world.ts';

/** Gives back all that is held, and lifts the brake. */
export async function playGiveBack(world: World): Promise<void> {
  const { model, portal } = world;
  const held = model.heldAccounts.filter(({ fate }) => fate === 'held');
  if (!held.every((account) => isUntouched(model, account))) return;
  const done = await restoreHeld({ db: portal.env.DB, sources: portal.sources, actor: 'cli' }, { all: true });
  await world.look();
  expect(done).toEqual({
    ok: true,
    value: { restored: held.length, partly: [], skipped: [], left: 0, lifted: model.brakeEngaged },
  });
  for (const account of held) giveBack(model, account);
  if (!model.brakeEngaged) return;
  model.note('portal.changed', { id: 'portal' });
  model.brakeEngaged = false;
  model.ends.splice(0);
}

function isUntouched(model: Model, { person, version }: HeldAccount): boolean {
  const holder = model.holderOf(person.userName);
  return !model.handled && person.version === version && (holder === undefined || holder === person);
}

function giveBack(model: Model, account: HeldAccount): void {
  const { person, before, takesProfile, keys } = account;
  const wasAdmin = isAdmin(person);
  const activates = before.active && !person.active;
  const { given, family, title } = takesProfile ? before : person;
  const role = before.active ? before.role : person.role;
  const active = before.active || person.active;
  const appears = person.removed && !active;
  const version = person.version + 1;
  Object.assign(person, { given, family, title, role, active, removed: false, version, changedMs: model.nowMs });
  for (const key of keys) key.revoked = false;
  rejoin(model, account);
  reopen(model, account);
  account.fate = 'gone';
  model.note(activates ? 'user.reactivated' : appears ? 'user.created' : 'user.updated', person);
  noteRights(model, person, wasAdmin);
}

function rejoin(model: Model, { person, groups }: HeldAccount): void {
  for (const group of model.groups.filter((one) => groups.includes(one) && !one.members.has(person))) {
    group.members.add(person);
    group.version += 1;
    group.changedMs = model.nowMs;
    model.note('group.member_added', group);
  }
}

/** What was archived is in use again, and what was condemned belongs to the registration of now. */
function reopen(model: Model, { person, registration, atMs }: HeldAccount): void {
  const mine = model.workspaces.filter(
    ({ owner, held, archivedMs }) => owner === person && held && archivedMs === atMs,
  );
  for (const workspace of mine) {
    Object.assign(workspace, { state: 'active', held: false });
    model.note('workspace.restored', workspace);
  }
  for (const content of model.contents.filter(({ owner, workspace }) => owner === person && workspace === undefined)) {
    const condemned = content.fate === 'doomed' && content.held && content.doomedWith === registration;
    if (condemned) Object.assign(content, { fate: 'live', held: false });
    if (content.fate === 'live' && content.registration === registration) content.registration = person.registration;
  }
}

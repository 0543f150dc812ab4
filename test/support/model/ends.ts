// What ends with somebody's access: keys, rights, profile, content and workspaces, as the portal chose; or is kept by the brake.
import type { Content, Model, Person } from './state.ts';

const HOUR_MS = 60 * 60 * 1000;

/** Whether the brake keeps what this end takes. The second end of access within an hour engages it, and is the first it keeps. */
export function brakeHolds(model: Model, person: Person, profile: 'remove' | 'keep', removes: boolean): boolean {
  const { choices, ends, nowMs } = model;
  const endsAccess = person.active;
  if (!choices.brake) return false;
  const engages = endsAccess && !model.brakeEngaged && ends.some((end) => end > nowMs - HOUR_MS);
  if (endsAccess) ends.push(nowMs);
  if (engages) model.rights.push({ type: 'brake_engaged', subject: person });
  model.brakeEngaged ||= engages;
  if (!model.brakeEngaged) return false;
  model.heldAccounts.push({
    person,
    registration: person.registration,
    atMs: nowMs,
    before: { ...person },
    version: person.version + 1,
    takesProfile: profile === 'remove',
    keys: endsAccess ? model.keys.filter(({ owner, revoked }) => owner === person && !revoked) : [],
    groups: removes ? model.groups.filter(({ members }) => members.has(person)) : [],
    fate: 'held',
  });
  return true;
}

/** Access ends: rights and keys at once, the rest as the portal chose. */
export function endAccess(model: Model, person: Person, profile: 'remove' | 'keep', held: boolean): void {
  person.role = model.choices.defaultRole;
  if (profile === 'remove') Object.assign(person, NO_PROFILE);
  for (const key of model.keys) if (key.owner === person) key.revoked = true;
  if (model.choices.content === 'destroy') {
    doom(model, person, held);
    person.registration += 1;
  }
  if (model.choices.workspaces === 'archive') archive(model, person, held);
}

/** The end of somebody inactive takes, by the policy of its own day, what an earlier one kept. */
export function endWhatWasKept(model: Model, person: Person, held: boolean): void {
  Object.assign(person, NO_PROFILE);
  const { registration } = person;
  const kept = model.contents.some(
    (one) => isPersonal(one, person) && one.registration === registration && !one.rowless,
  );
  if (model.choices.content === 'destroy' && kept) doom(model, person, held);
  if (model.choices.workspaces === 'archive') archive(model, person, held);
}

/** Whether somebody has admin rights and can use them. */
export function isAdmin({ active, removed, role }: Person): boolean {
  return active && !removed && role === 'admin';
}

/** All admins are told when somebody becomes one of them, or ceases to be. */
export function noteRights({ rights }: Model, person: Person, wasAdmin: boolean): void {
  if (isAdmin(person) === wasAdmin) return;
  rights.push({ type: wasAdmin ? 'admin_revoked' : 'admin_granted', subject: person });
}

const NO_PROFILE = { given: null, family: null, title: null };

function isPersonal({ owner, workspace, fate }: Content, person: Person): boolean {
  return owner === person && workspace === undefined && fate === 'live';
}

/** All personal content up to the registration that ends. */
function doom(model: Model, person: Person, held: boolean): void {
  for (const content of model.contents) {
    if (!isPersonal(content, person)) continue;
    Object.assign(content, { fate: 'doomed', dueMs: model.nowMs, doomedWith: person.registration, held });
  }
}

const THIRTY_DAYS_MS = 30 * 24 * 60 * 60 * 1000;

function archive(model: Model, person: Person, held: boolean): void {
  for (const workspace of model.workspaces) {
    if (workspace.owner !== person || workspace.state !== 'active') continue;
    const dueMs = model.nowMs + THIRTY_DAYS_MS;
    Object.assign(workspace, { state: 'archived', archivedMs: model.nowMs, dueMs, held });
    model.archivings.push({ type: 'workspace.archived', subject: workspace });
  }
}

// What becomes of a group: who is in it, what it is called, and when that is a new version.
import type { Group, Model, Person } from './state.ts';

/** POST. Undefined among the members is an id that nobody visible has. */
export function createGroup(
  model: Model,
  displayName: string,
  members: readonly (Person | undefined)[],
): { readonly status: number; readonly group?: Group } {
  if (nameTaken(model, displayName)) return { status: 409 };
  if (!areVisible(members)) return { status: 400 };
  const group: Group = { id: '', seq: 0, displayName, members: new Set(members), version: 1, changedMs: model.nowMs };
  model.groups.push(group);
  model.note('group.created', group);
  return { status: 201, group };
}

/** What a PATCH or PUT does to who is in a group. */
export type MembersChange = 'add' | 'remove' | 'replace';

const TYPES = { add: 'group.member_added', remove: 'group.member_removed', replace: 'group.updated' } as const;

/** PATCH or PUT of members. */
export function changeMembers(
  model: Model,
  group: Group,
  how: MembersChange,
  named: readonly (Person | undefined)[],
): number {
  if (how !== 'remove' && !areVisible(named)) return 400;
  const people = named.filter((one) => one !== undefined);
  const before = new Set(group.members);
  if (how === 'replace') group.members.clear();
  for (const person of people) {
    if (how === 'remove') group.members.delete(person);
    else group.members.add(person);
  }
  const same = before.size === group.members.size && [...before].every((person) => group.members.has(person));
  if (!same) newVersion(model, group, TYPES[how]);
  return 200;
}

/** A new name. */
export function renameGroup(model: Model, group: Group, displayName: string): number {
  if (displayName === group.displayName) return 200;
  if (nameTaken(model, displayName, group)) return 409;
  group.displayName = displayName;
  newVersion(model, group, 'group.updated');
  return 200;
}

/** DELETE. */
export function deleteGroup(model: Model, group: Group): number {
  model.groups.splice(model.groups.indexOf(group), 1);
  model.note('group.deleted', { id: group.id });
  return 204;
}

function newVersion(model: Model, group: Group, type: string): void {
  group.version += 1;
  group.changedMs = model.nowMs;
  model.note(type, group);
}

function areVisible(members: readonly (Person | undefined)[]): members is readonly Person[] {
  return members.every((person) => person !== undefined && !person.removed);
}

function nameTaken({ groups }: Model, displayName: string, than?: Group): boolean {
  const key = displayName.toLowerCase();
  return groups.some((group) => group !== than && group.displayName.toLowerCase() === key);
}

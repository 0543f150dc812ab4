// What becomes of a person: create, change, end, as the behaviour is documented. A refusal is a status; anything else changes
// the model at once.
import { brakeHolds, endAccess, endWhatWasKept, isAdmin, noteRights } from './ends.ts';
import type { Group, Key, Model, Person } from './state.ts';

/** What a request says of a person: undefined is "not named", null is "no value". */
export interface Wanted {
  readonly userName?: string;
  readonly active?: boolean;
  readonly externalId?: string | null;
  readonly given?: string | null;
  readonly family?: string | null;
  readonly title?: string | null;
  readonly rights?: Rights;
}

/** `nothing` is null: an empty `userType`, an `isAdmin` without value. `unknown` is a role that no portal has. */
export type Rights = 'grant' | 'revoke' | 'nothing' | 'unknown';

/** The status, and whom it was about. */
export interface Outcome {
  readonly status: number;
  readonly person?: Person;
}

/** POST. */
export function createPerson(model: Model, userName: string, wanted: Wanted): Outcome {
  const { choices, nowMs } = model;
  const role = roleAfter(model, choices.defaultRole, wanted.rights);
  if (role === undefined) return { status: 400 };
  if (model.holderOf(userName)) return { status: 409 };
  const active = wanted.active !== false;
  const kept = active || choices.profile === 'keep' ? wanted : {};
  const fresh = {
    userName,
    externalId: wanted.externalId ?? null,
    given: kept.given ?? null,
    family: kept.family ?? null,
    title: kept.title ?? null,
    role: active ? role : choices.defaultRole,
    active,
    removed: false,
    createdMs: nowMs,
    changedMs: nowMs,
  };
  const id = choices.idIsName ? userName.toLowerCase() : '';
  const tombstone = choices.idIsName ? model.people.find((one) => one.id === id) : undefined;
  const person: Person = tombstone ?? { id, seq: 0, registration: 1, version: 0, ...fresh };
  Object.assign(person, fresh, { version: person.version + 1 });
  if (!tombstone) model.people.push(person);
  model.note('user.created', person);
  noteRights(model, person, false);
  return { status: 201, person };
}

/** PUT and PATCH of somebody visible, once If-Match is met. */
export function changePerson(model: Model, person: Person, wanted: Wanted, key: Key): Outcome {
  const userName = newName(model, person, wanted.userName);
  const active = wanted.active ?? person.active;
  const ends = person.active && !active;
  const role = ends ? person.role : roleAfter(model, person.role, wanted.rights);
  if (userName === undefined || role === undefined) return { status: 400 };
  const { stored, profile } = storedOf(model, person, wanted, { userName, role, active });
  if (active === person.active && !differs(person, stored)) {
    if (differs(person, { ...profile, role })) model.note('user.ignored', person);
    return { status: 200, person };
  }
  const refusal = refusalOf(model, person, { ...stored, active }, key);
  if (refusal !== undefined) return { status: refusal };
  const wasAdmin = isAdmin(person);
  const held = ends && brakeHolds(model, person, model.choices.profile, false);
  model.note(typeOfChange(person, active, stored.role ?? person.role), person);
  Object.assign(person, stored, { active, version: person.version + 1, changedMs: model.nowMs });
  if (ends) endAccess(model, person, model.choices.profile, held);
  noteRights(model, person, wasAdmin);
  return { status: 200, person };
}

/** What of a change is stored: an inactive person takes no role, and a profile only where profiles are kept. */
function storedOf(
  { choices }: Model,
  person: Person,
  wanted: Wanted,
  decided: Pick<Person, 'userName' | 'role' | 'active'>,
) {
  const { userName, role, active } = decided;
  const profile = { userName, ...profileOf(person, wanted) };
  const keeps = active || choices.profile === 'keep';
  const externalId = wanted.externalId === undefined ? person.externalId : wanted.externalId;
  const stored: Partial<Person> = { externalId, ...(keeps ? profile : {}), ...(active ? { role } : {}) };
  return { stored, profile };
}

/** DELETE. */
export function removePerson(model: Model, person: Person, key: Key): Outcome {
  const wasActive = person.active;
  const wasAdmin = isAdmin(person);
  const refusal = wasActive ? refusalOf(model, person, { active: false }, key) : undefined;
  if (refusal !== undefined) return { status: refusal };
  const held = brakeHolds(model, person, 'remove', true);
  Object.assign(person, { active: false, removed: true, version: person.version + 1, changedMs: model.nowMs });
  const before = person.registration;
  if (wasActive) endAccess(model, person, 'remove', held);
  else endWhatWasKept(model, person, held);
  person.registration = before + 1;
  for (const group of model.groups) leave(model, group, person);
  model.note('user.deleted', person);
  noteRights(model, person, wasAdmin);
  return { status: 204, person };
}

function leave(model: Model, group: Group, person: Person): void {
  if (!group.members.delete(person)) return;
  group.version += 1;
  group.changedMs = model.nowMs;
  model.note('group.member_removed', group);
}

/** 403 for the owner of the key and the last admin, 409 for a name that is taken. */
function refusalOf(model: Model, person: Person, after: Partial<Person>, key: Key): number | undefined {
  const loses = after.active === false || (after.role !== undefined && after.role !== 'admin');
  const demoted = person.active && (after.active === false || (person.role === 'admin' && loses));
  if (demoted && key.owner === person) return 403;
  const holder = model.holderOf(after.userName ?? person.userName);
  if (holder !== undefined && holder !== person) return 409;
  return demoted && person.role === 'admin' && !model.hasOtherAdmin(person) ? 403 : undefined;
}

function typeOfChange(person: Person, active: boolean, role: string): string {
  if (active !== person.active) return active ? 'user.reactivated' : 'user.deactivated';
  if (role !== person.role && role === 'admin') return 'user.admin_granted';
  return role !== person.role && person.role === 'admin' ? 'user.admin_revoked' : 'user.updated';
}

function profileOf(person: Person, { given, family, title }: Wanted): Pick<Person, 'given' | 'family' | 'title'> {
  return {
    given: given === undefined ? person.given : given,
    family: family === undefined ? person.family : family,
    title: title === undefined ? person.title : title,
  };
}

function differs(person: Person, after: Partial<Person>): boolean {
  return Object.entries(after).some(([name, value]) => person[name as keyof Person] !== value);
}

/** The userName after a request; undefined where it may not change. */
function newName({ choices }: Model, person: Person, userName = person.userName): string | undefined {
  if (choices.renames) return userName;
  return userName.toLowerCase() === person.userName.toLowerCase() ? person.userName : undefined;
}

/** The role after a request; undefined for one that the portal does not have. */
function roleAfter({ choices }: Model, role: string, rights: Rights | undefined): string | undefined {
  if (rights === undefined) return role;
  const { adminBy, adminSync, defaultRole } = choices;
  if (adminBy === 'user_type') {
    if (rights === 'unknown') return undefined;
    return rights === 'grant' ? 'admin' : defaultRole;
  }
  if (!adminSync || rights === 'nothing' || rights === 'unknown') return role;
  if (rights === 'grant') return 'admin';
  return role === 'admin' ? defaultRole : role;
}

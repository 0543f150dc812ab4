// From a command about a person to the request that an identity provider would send, and to what the model makes of it.
import { CORE, ENTERPRISE, PORTAL_URN, patchOf, userPath } from '../scim.ts';
import type { FieldChange, Fields, PersonCommand, Rename, RightsChange } from './commands.ts';
import { markOf } from './marks.ts';
import { changePerson, createPerson, type Outcome, type Rights, removePerson, type Wanted } from './people.ts';
import type { Key, Model, Person } from './state.ts';

/** A request below the base URL. `decide` changes the model by it, and gives the status that the gateway owes. */
export interface Planned {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  /** Whom it is about, where there is somebody; to read the version for If-Match. */
  readonly target?: { readonly version: number } | undefined;
  readonly decide: (key: Key) => number;
}

const NAMES = ['ada', 'bo', 'cy', 'di', 'scim-admin'] as const;

/** The n-th userName there is; one of them belongs to an account that SCIM does not manage. */
export function nameOf(n: number): string {
  return `${NAMES[n % NAMES.length]}@acme.example`;
}

/** The person whom a number means at this moment: mostly one that SCIM sees, with 0 perhaps one that was removed. */
export function personAt({ people }: Model, n: number): Person | undefined {
  const visible = people.filter(({ removed }) => !removed);
  return n === 0 || visible.length === 0 ? people[people.length - 1] : visible[n % visible.length];
}

/** Plans a request. `pathOf` says how the URL names somebody. */
export function planPerson(model: Model, command: PersonCommand, pathOf = pathById): Planned {
  if (command.what === 'POST') return planPost(model, command);
  const person = personAt(model, command.who);
  const path = person ? pathOf(person) : userPath('nobody@acme.example');
  const target = person?.removed ? undefined : person;
  const found = (decide: (known: Person, key: Key) => Outcome) => (key: Key) =>
    target && !target.removed ? decide(target, key).status : 404;
  if (command.what === 'DELETE') {
    const decide = found((known, key) => removePerson(model, known, key));
    return { method: 'DELETE', path, target, decide };
  }
  const sent = sentOf(model, command.fields, person);
  const userName = renamed(command.rename, person);
  const active = command.active === 'leave' ? undefined : JSON.parse(command.active);
  if (command.what === 'PUT') {
    const name = userName ?? person?.userName ?? 'nobody@acme.example';
    const body = bodyOf(model, name, sent, active, command.rights);
    const wanted = { ...nulls(wantedOf(sent, active, command.rights)), userName: name };
    return {
      method: 'PUT',
      path,
      target,
      body,
      decide: found((known, key) => changePerson(model, known, wanted, key)),
    };
  }
  const changes = patchedValues(model, { ...(userName ? { userName } : {}), ...pathsOf(sent) }, active, command.rights);
  const body = patchOf(...FORMS[command.form](Object.keys(changes).length > 0 ? changes : { nonsense: true }));
  const wanted = { ...wantedOf(sent, active, command.rights), ...(userName ? { userName } : {}) };
  return {
    method: 'PATCH',
    path,
    target,
    body,
    decide: found((known, key) => changePerson(model, known, wanted, key)),
  };
}

function planPost(model: Model, command: Extract<PersonCommand, { what: 'POST' }>): Planned {
  const name = nameOf(command.name);
  const userName = command.upper ? name.toUpperCase() : name;
  const sent = sentOf(model, command.fields, undefined);
  const active = command.active === 'leave' ? undefined : JSON.parse(command.active);
  const wanted = wantedOf(sent, active, command.rights);
  const body = bodyOf(model, userName, sent, active, command.rights);
  return { method: 'POST', path: '/Users', body, decide: () => createPerson(model, userName, wanted).status };
}

function pathById({ id }: Person): string {
  return userPath(id);
}

function renamed(rename: Rename, person: Person | undefined): string | undefined {
  if (rename === 'leave' || person === undefined) return undefined;
  if (rename !== 'other case') return nameOf(rename);
  return person.userName === person.userName.toUpperCase()
    ? person.userName.toLowerCase()
    : person.userName.toUpperCase();
}

/** What is sent for each field; null stands for a JSON null, undefined for nothing. */
type Sent = Readonly<Record<keyof Fields, string | null | undefined>>;

function sentOf(model: Model, fields: Fields, person: Person | undefined): Sent {
  const value = (name: keyof Fields, change: FieldChange) => {
    if (change === 'leave') return undefined;
    if (change === 'null') return null;
    if (change === 'empty') return '';
    if (change === 'same') return person?.[name] ?? null;
    const number = model.nextNumber();
    return name === 'externalId' ? `ext-${number}` : `Zoë ${markOf(number)}`;
  };
  return {
    externalId: value('externalId', fields.externalId),
    given: value('given', fields.given),
    family: value('family', fields.family),
    title: value('title', fields.title),
  };
}

function wantedOf({ externalId, given, family, title }: Sent, active: unknown, rights: RightsChange): Wanted {
  return {
    ...defined({
      externalId: noEmpty(externalId),
      given: noEmpty(given),
      family: noEmpty(family),
      title: noEmpty(title),
    }),
    ...(active === undefined ? {} : { active: String(active).toLowerCase() === 'true' }),
    ...(rights === 'leave' ? {} : { rights: rights satisfies Rights }),
  };
}

function noEmpty(value: string | null | undefined): string | null | undefined {
  return value === '' ? null : value;
}

function defined<T extends object>(object: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}

/** A PUT takes away what it does not name. */
function nulls(wanted: Wanted): Wanted {
  return { externalId: null, given: null, family: null, title: null, ...wanted };
}

function bodyOf(model: Model, userName: string, sent: Sent, active: unknown, rights: RightsChange): object {
  const { given: givenName, family: familyName, externalId, title } = sent;
  const schemas = [CORE, ENTERPRISE];
  return {
    schemas,
    userName,
    name: { givenName, familyName },
    externalId,
    title,
    active,
    ...rightsBody(model, rights),
  };
}

/** The portal's own attribute of admin rights, in one of the two spellings of its URN. */
function rightsBody({ choices, nowMs }: Model, rights: RightsChange): Record<string, unknown> {
  if (rights === 'leave') return {};
  if (choices.adminBy === 'user_type') {
    return { userType: { grant: 'Admin', revoke: choices.defaultRole, nothing: null, unknown: 'emperor' }[rights] };
  }
  const isAdmin = { grant: true, revoke: 'False', nothing: null, unknown: null }[rights];
  const urn = choices.renames ? 'urn:portcullis:scim:schemas:extension:portal:2.0:User' : PORTAL_URN;
  return { [nowMs % 2 === 0 ? urn : urn.replace('sendsafely', 'SendSafely')]: { isAdmin } };
}

function pathsOf({ externalId, given, family, title }: Sent): Record<string, string | null> {
  return defined({ externalId, 'name.givenName': given, 'name.familyName': family, title }) as Record<
    string,
    string | null
  >;
}

function patchedValues(model: Model, values: object, active: unknown, rights: RightsChange): Record<string, unknown> {
  return { ...values, ...(active === undefined ? {} : { active }), ...rightsBody(model, rights) };
}

type Form = (values: Record<string, unknown>) => object[];

const FORMS: Readonly<Record<'paths' | 'one object' | 'urn paths', Form>> = {
  paths: (values) =>
    flat(values).map(([path, value]) => (value === null ? { op: 'remove', path } : { op: 'Replace', path, value })),
  'one object': (values) => [{ op: 'replace', value: values }],
  'urn paths': (values) =>
    flat(values).map(([path, value]) => ({
      op: 'Add',
      path: path.startsWith('urn:') ? path : `${CORE}:${path}`,
      value,
    })),
};

/** Extensions down to their attributes. */
function flat(values: Record<string, unknown>): [path: string, value: unknown][] {
  return Object.entries(values).flatMap(([path, value]) =>
    value !== null && typeof value === 'object'
      ? Object.entries(value).map(([name, inner]): [string, unknown] => [`${path}:${name}`, inner])
      : [[path, value]],
  );
}

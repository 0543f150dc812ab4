// The rows are what the model says: no more of them, no fewer, and nothing else in them.

import type { Moment } from './invariants.ts';
import { type Row, rowsIn } from './picture.ts';
import type { Content, Model, Person } from './state.ts';

/** Every person has the row that the acknowledged requests make, in the version they make. */
export function peopleAreAsModelled({ picture, model }: Moment): string[] {
  const rows = rowsIn(picture, 'users').filter((row) => row['login_type'] === 'saml');
  return differences(model.people.map(personLine), rows.map(userLine));
}

function personLine(person: Person): unknown {
  const { id, userName, externalId, given, family, title, role, registration, version, changedMs, createdMs } = person;
  const flags = [person.active, person.removed];
  return [id, userName, externalId, given, family, title, role, ...flags, registration, version, createdMs, changedMs];
}

function userLine(row: Row): unknown {
  const { title = null, ...others } = JSON.parse(String(row['attributes']));
  const names = ['id', 'user_name', 'external_id', 'given_name', 'family_name'].map((name) => row[name]);
  const flags = [row['active'] === 1, row['removed_at'] !== null];
  const rest = ['registration', 'version', 'created_at', 'updated_at'].map((name) => row[name]);
  return [...names, title, row['role'], ...flags, ...rest, ...Object.entries(others)];
}

/** Every group has its row, and exactly its members. */
export function groupsAreAsModelled({ picture, model }: Moment): string[] {
  const members = rowsIn(picture, 'group_members');
  const ids = new Map(rowsIn(picture, 'users').map((row) => [row['seq'], row['id']]));
  const rows = rowsIn(picture, 'groups').map((row) => [
    row['id'],
    row['display_name'],
    row['version'],
    row['updated_at'],
    members
      .filter((one) => one['group_seq'] === row['seq'])
      .map((one) => ids.get(one['user_seq'] ?? null))
      .sort(),
  ]);
  const wanted = model.groups.map(({ id, displayName, version, changedMs, members: people }) => [
    id,
    displayName,
    version,
    changedMs,
    [...people].map((person) => person.id).sort(),
  ]);
  return differences(wanted, rows);
}

/** Workspaces are in the state that the rules and the clock give them. */
export function workspacesAreAsModelled({ picture, model }: Moment): string[] {
  const rows = rowsIn(picture, 'workspaces').map((row) => [
    row['id'],
    row['owner_seq'],
    row['state'],
    row['archived_at'],
  ]);
  const wanted = model.workspaces.map(({ id, owner, state, archivedMs }) => [
    id,
    owner.seq,
    state,
    state === 'active' ? null : archivedMs,
  ]);
  return differences(wanted, rows);
}

/** Live content has its row and its bytes; what is gone has neither; nothing else is there but what an upload left that was cut
 * off. Doomed content may be half gone. */
export function contentIsAsModelled({ picture, model }: Moment): string[] {
  const objects = new Map(picture.objects.map(({ name, text }) => [name, text]));
  const wrong: string[] = [];
  const keys = new Set<string>();
  for (const table of ['files', 'messages'] as const) {
    const rows = new Map(rowsIn(picture, table).map((row) => [row['id'], row]));
    for (const content of model.contents.filter((one) => one.table === table && !one.rowless)) {
      const row = rows.get(content.id);
      rows.delete(content.id);
      if (row) keys.add(String(row['r2_key']));
      wrong.push(...contentFaults(model, content, row, row && objects.get(String(row['r2_key']))));
    }
    wrong.push(...[...rows.keys()].map((id) => `${table} has ${id}, which nobody stored`));
  }
  const left = [...objects.keys()].filter((key) => !keys.has(key) && !mayLinger(model, key));
  return [...wrong, ...left.map((key) => `${key} lies in R2 and no row names it`)];
}

function contentFaults(model: Model, content: Content, row: Row | undefined, text: string | undefined): string[] {
  const { id, fate, owner, registration, bytes, mark } = content;
  if (fate === 'gone') return row ? [`${id} should be gone`] : [];
  if (fate === 'doomed' && !content.held) return [];
  if (row === undefined) return [`${id} of ${owner.id} is lost`];
  if (text === undefined || !text.includes(mark)) return [`the bytes of ${id} are lost`];
  const wanted = [owner.seq, registration, bytes];
  const stored = [row['owner_seq'], row['registration'], row['size_bytes']];
  return String(wanted) === String(stored) ? [] : [`${id} is ${stored} instead of ${wanted}, ${model.nowMs}`];
}

function mayLinger({ contents }: Model, key: string): boolean {
  return contents.some(
    ({ fate, id, rowless }) => key.endsWith(id) && (fate === 'doomed' || (rowless && fate === 'live')),
  );
}

function differences(wanted: readonly unknown[], found: readonly unknown[]): string[] {
  const [lines, rows] = [wanted, found].map((list) => list.map((one) => JSON.stringify(one))) as [string[], string[]];
  return [
    ...lines.filter((line) => !rows.includes(line)).map((line) => `there is no ${line}`),
    ...rows.filter((row) => !lines.includes(row)).map((row) => `there is ${row}`),
    ...(lines.length === rows.length ? [] : [`${rows.length} rows instead of ${lines.length}`]),
  ];
}

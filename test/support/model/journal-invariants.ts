// The journal has one row a changed version of a user or a group, one a change of anything else, and none for nothing.

import type { Moment } from './invariants.ts';
import { type Row, rowsIn } from './picture.ts';
import type { Noted } from './state.ts';

/** Types that stand for a new version of their subject. */
const VERSIONS: readonly string[] = [
  'user.created',
  'user.updated',
  'user.deactivated',
  'user.reactivated',
  'user.deleted',
  'user.admin_granted',
  'user.admin_revoked',
  'group.created',
  'group.updated',
  'group.member_added',
  'group.member_removed',
];

/** The version of every user and every group is the number of its rows of these types, ever; and no two rows have one mutation
 * id. The two accounts that the tests put into the tables have version 1 and no row. */
export function journalVersions({ picture, history, model }: Moment): string[] {
  const counts = new Map<unknown, number>();
  for (const { type, subject } of history.rows) {
    if (VERSIONS.includes(String(type))) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  }
  const seeded: readonly unknown[] = [model.service.id, model.breakGlass.id];
  const versioned = [...rowsIn(picture, 'users'), ...rowsIn(picture, 'groups')];
  const wrong = versioned.flatMap((row) => {
    const { id = null, version } = row;
    const rows = counts.get(id) ?? 0;
    return rows === version || seeded.includes(id) ? [] : [`${id} has version ${version} and ${rows} journal rows`];
  });
  const ids = history.rows.map((row) => row['mutation_id']);
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
  return [...history.faults, ...wrong, ...twice.map((id) => `two journal rows are of ${id}`)];
}

/** The journal says exactly what was acknowledged. That a workspace is deleted is said by whoever works the ledger, so those rows
 * are held against the workspaces; that it was archived may be said later, so there may be fewer of those for a while. */
export function journalSaysAll({ model, history, picture }: Moment): string[] {
  const deleted = rowsIn(picture, 'workspaces').filter((row) => row['deleted_at'] !== null);
  const wanted = [...model.noted.map(lineOf), ...deleted.map(({ id }) => `workspace.deleted ${id}`)];
  const said = history.rows.map(({ type, subject }: Row) => `${type} ${subject}`);
  const { missing, tooMany } = compareLists([...wanted, ...model.archivings.map(lineOf)], said);
  const late = missing.filter((line) => !line.startsWith('workspace.archived'));
  return [...late.map((line) => `no row says ${line}`), ...tooMany.map((line) => `a row says ${line}`)];
}

/** What was archived and not said yet: nothing, once the cron has come. */
export function unsaidArchivings({ model, history }: Pick<Moment, 'model' | 'history'>): string[] {
  const said = history.rows.map(({ type, subject }: Row) => `${type} ${subject}`);
  return compareLists(model.archivings.map(lineOf), said).missing;
}

function lineOf({ type, subject }: Noted): string {
  return `${type} ${subject.id}`;
}

/** Every change of anybody's admin rights is one mail to all admins, and so is the brake; nothing else is. Each names its row of
 * the journal. */
export function mailsAreOwed({ model, history }: Moment): string[] {
  const mails = [...history.mails.values()];
  const subjects = new Map(history.rows.map((row) => [row['mutation_id'], row['subject']]));
  const astray = mails.filter((mail) => subjects.get(mail['mutation_id'] ?? null) !== mail['subject']);
  const told = mails.map(({ kind, subject }) => `${kind} ${subject}`);
  const { missing, tooMany } = compareLists(model.rights.map(lineOf), told);
  return [
    ...missing.map((line) => `no mail tells ${line}`),
    ...tooMany.map((line) => `a mail tells ${line}`),
    ...astray.map((mail) => `the mail ${mail['seq']} tells of a change that the journal does not know`),
  ];
}

function compareLists(wanted: readonly string[], found: readonly string[]) {
  const tooMany = [...found];
  const missing = wanted.filter((line) => {
    const at = tooMany.indexOf(line);
    if (at >= 0) tooMany.splice(at, 1);
    return at < 0;
  });
  return { missing, tooMany };
}

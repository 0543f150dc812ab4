// The feed of events, as somebody reads it who follows the portal: complete, in order, and enough to know who has access, which
// groups there are and how the workspaces stand.
import type { Moment } from './invariants.ts';
import { unsaidArchivings } from './journal-invariants.ts';
import { rowsIn } from './picture.ts';

/** What the journal says that is nobody's business but the portal's. */
const NO_EVENTS = /^(?:user\.ignored|key\.|portal\.|destruction\.|file\.|message\.)/;

/** One event a change, in order, under the journal's mutation id, and none without. */
export function eventsAreTrue({ history }: Moment): string[] {
  const told = history.events.map(({ seq, id, type, subject }) => `${seq} ${id} ${type} ${subject}`);
  const wanted = history.rows
    .filter(({ type }) => !NO_EVENTS.test(String(type)))
    .map((row) => `${row['seq']} ${row['mutation_id']} ${row['type']} ${row['subject']}`);
  const at = wanted.findIndex((line, i) => line !== told[i]);
  if (at >= 0) return [`the feed says ${told[at]}, the journal ${wanted[at]}`];
  return told.length > wanted.length ? [`the feed says ${told[wanted.length]} without a change`] : [];
}

/** What an event makes of its subject; the types that change nothing of it are left out. */
const BECOMES: Readonly<Record<string, string>> = {
  'user.created': 'active',
  'user.deactivated': 'inactive',
  'user.reactivated': 'active',
  'user.deleted': 'gone',
  'group.created': 'there',
  'group.deleted': 'gone',
  'workspace.created': 'active',
  'workspace.archived': 'archived',
  'workspace.restored': 'active',
  'workspace.deleted': 'gone',
};

/** The rules of users who are created without access. */
const WITHOUT_ACCESS: readonly string[] = ['created_inactive', 'brake_restored_inactive'];

/** Whoever applies the events one after the other knows how everything stands. */
export function eventsReplay(moment: Moment): string[] {
  const { history, picture } = moment;
  const states = new Map<string, string>();
  for (const { type, subject, rule } of history.events) {
    const state = rule !== undefined && WITHOUT_ACCESS.includes(rule) ? 'inactive' : BECOMES[type];
    if (state !== undefined) states.set(subject, state);
  }
  const users = rowsIn(picture, 'users')
    .filter((row) => row['login_type'] === 'saml')
    .map((row) => [row['id'], row['removed_at'] !== null ? 'gone' : row['active'] === 1 ? 'active' : 'inactive']);
  const groups = rowsIn(picture, 'groups').map((row) => [row['id'], 'there']);
  const late = unsaidArchivings(moment).length > 0;
  const workspaces = rowsIn(picture, 'workspaces')
    .filter((row) => !late && (row['state'] !== 'deleted' || row['deleted_at'] !== null))
    .map((row) => [row['id'], row['state'] === 'deleted' ? 'gone' : row['state']]);
  const wrong = [...users, ...groups, ...workspaces].filter(([id, state]) => states.get(String(id)) !== state);
  return wrong.map(([id, state]) => `${id} is ${state}, and by the events ${states.get(String(id))}`);
}

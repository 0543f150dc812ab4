// The one way to become inactive: every spelling of it ends in these statements, in the caller's one batch.
// Rows in proportion to the workspaces owned, for a DELETE also to the groups left, and never to files: one ledger row stands
// for all content of a registration.
import type { Policy } from '../directory/policy.ts';
import type { UserChanges } from '../directory/user-changes.ts';
import { leaveAllGroups } from '../storage/group-writes.ts';
import { refusal } from '../storage/guard.ts';
import type { Author } from '../storage/journal.ts';
import { hideInPortal, hideRow } from '../storage/list-positions.ts';
import { type Assignment, assign, assignmentsOf } from '../storage/user-writes.ts';
import type { Brake } from './brake-hold.ts';

/** How long an archived workspace stays restorable: 30 x 86,400 s. */
export const ARCHIVE_MS = 30 * 86_400_000;

/** One deactivation, one removal, or both at once. A user who is removed already is not passed, and without `isOutside` none that
 * SCIM does not see. */
export interface Deactivation extends Author {
  readonly userSeq: number;
  /** The registration that ends. */
  readonly registration: number;
  /** Mutation id of the caller's journal row: the cause that the ledger names. */
  readonly mutationId: string;
  readonly nowMs: number;
  readonly policy: Policy;
  /** The portal's version that has this policy: the batch fails with the guard `policy` where it is another by then. */
  readonly portalVersion: number;
  readonly wasActive: boolean;
  /** True for DELETE: the row becomes a tombstone that SCIM no longer sees. */
  readonly remove: boolean;
  /** For DELETE: whether the user is in groups, which it then leaves. Where not, the caller guards that it stays so. */
  readonly inGroups?: boolean;
  /** What filters see of the user afterwards, unless it is removed; nothing where left out. */
  readonly folded?: string;
  /** What changes besides; where the profile goes, nothing but the external id. */
  readonly changes?: UserChanges;
  /** For an account that SCIM does not see, which the counters of users leave out. Such a one is deactivated, and never removed. */
  readonly isOutside?: boolean;
  /** For deactivations by SCIM, where the policy has one: they are counted, and held once they come in a flood. */
  readonly brake?: Brake;
}

/** The statements of one deactivation; pure building, nothing runs here. The caller adds guards (`users.version` among them)
 * and the journal row with `mutationId`, and commits all of it as one batch, in this order. */
export function deactivate(db: D1Database, d: Deactivation): D1PreparedStatement[] {
  const removal = d.remove ? [hideRow(db, d.userSeq), ...(d.inGroups ? leaveAllGroups(db, d) : [])] : [];
  const ended = [endUser(db, d), ...(d.wasActive ? [revokeKeys(db, d)] : [])];
  if (!d.wasActive && !d.remove) return ended;
  const held = d.brake ? [d.brake.hold(db, d)] : [];
  const statements = [countDown(db, d), ...held, ...removal, ...ended];
  if (d.policy.deactivation.content === 'destroy') statements.push(destroyContent(db, d));
  if (d.policy.deactivation.workspaces === 'archive') statements.push(...archiveWorkspaces(db, d));
  if (d.brake && d.wasActive) statements.push(d.brake.mail(db, d));
  return statements;
}

/** The counters, and in the same look at the portal's row the guard of the policy that all of this was decided by. */
function countDown(db: D1Database, d: Deactivation): D1PreparedStatement {
  const { remove, wasActive, userSeq, portalVersion, isOutside } = d;
  const { assignments: counted, values } = d.brake?.count(d) ?? { assignments: [], values: [] };
  const assignments = [
    `version = iif(version = ?1, version, ${refusal('policy')})`,
    ...(wasActive && !isOutside ? ['active_count = active_count - 1'] : []),
    ...(remove ? ['user_count = user_count - 1', hideInPortal('?2')] : []),
    ...counted,
  ];
  const statement = db.prepare(`UPDATE portal SET ${assignments.join(', ')} WHERE id = 1`);
  return remove || values.length > 0
    ? statement.bind(portalVersion, userSeq, ...values)
    : statement.bind(portalVersion);
}

/** A tombstone keeps no profile, whatever the policy keeps of an inactive user. The registration ends with its content, or with
 * the account: what comes back belongs to the next one, and a purge that is still running cannot touch it. */
function endUser(db: D1Database, d: Deactivation): D1PreparedStatement {
  const { profile, content } = d.policy.deactivation;
  const columns = assignmentsOf(d.changes ?? {});
  if (d.wasActive) {
    columns.push(['active = ?', 0], ['role = ?', d.policy.defaultRole], ['deactivated_at = ?', d.nowMs]);
    // Ends all sessions without looking at them: they belong to the number that was.
    columns.push(['access_epoch = access_epoch + ?', 1]);
  }
  if (d.remove || (d.wasActive && profile === 'remove')) columns.push(...NO_PROFILE);
  columns.push(['folded = ?', d.remove ? '{}' : (d.folded ?? '{}')]);
  if (d.remove || (d.wasActive && content === 'destroy')) columns.push(['registration = registration + ?', 1]);
  if (d.remove) columns.push(['removed_at = ?', d.nowMs]);
  columns.push(['updated_at = ?', d.nowMs]);
  return assign(db, d.userSeq, columns);
}

const NO_PROFILE: readonly Assignment[] = [
  ['given_name = ?', null],
  ['family_name = ?', null],
  ['attributes = ?', '{}'],
  ['team_seq = ?', null],
];

/** KV entries stay: the table is the authority, so the keys end with this batch whatever KV still serves. */
function revokeKeys(db: D1Database, d: Deactivation): D1PreparedStatement {
  return db
    .prepare('UPDATE api_keys SET revoked_at = ? WHERE owner_seq = ? AND revoked_at IS NULL')
    .bind(d.nowMs, d.userSeq);
}

/** The removal of an inactive user condemns what the policy of that day kept. Where it kept nothing, the registration has
 * grown past all content, and nothing is written twice. */
function destroyContent(db: D1Database, d: Deactivation): D1PreparedStatement {
  const kept = d.wasActive ? '' : `WHERE ${['files', 'messages'].map(holdsPersonal).join(' OR ')}`;
  return db
    .prepare(
      `INSERT INTO destructions (kind, user_seq, registration, cause, actor, request_id, created_at, due_at, state)
       SELECT 'user_content', ?1, ?2, ?3, ?5, ?6, ?4, ?4, ${stateOf(d)} ${kept}`,
    )
    .bind(d.userSeq, d.registration, d.mutationId, d.nowMs, d.actor, d.requestId ?? null);
}

/** SQL: what is condemned waits for its date, or for an admin. */
function stateOf({ brake }: Deactivation): string {
  return brake?.state ?? "'pending'";
}

function holdsPersonal(table: string): string {
  return `EXISTS (SELECT 1 FROM ${table} WHERE workspace_seq IS NULL AND owner_seq = ?1 AND registration = ?2)`;
}

/** The workspaces first, under the number that the ledger's next row will get, then that row if there were any: so the
 * owner's workspaces are read once. SQLite numbers a row one above the largest, which is the content's row written just
 * before, unless there was none to condemn. `changes()` is the count of the statement before, in the same transaction. */
function archiveWorkspaces(db: D1Database, d: Deactivation): D1PreparedStatement[] {
  const contentRow = d.wasActive && d.policy.deactivation.content === 'destroy';
  const largestSeq = contentRow ? 'last_insert_rowid()' : '(SELECT coalesce(max(seq), 0) FROM destructions)';
  return [
    db
      .prepare(
        `UPDATE workspaces SET state = 'archived', archived_at = ?, destruction_seq = ${largestSeq} + 1
         WHERE owner_seq = ? AND deleted_at IS NULL AND state = 'active'`,
      )
      .bind(d.nowMs, d.userSeq),
    db
      .prepare(
        `INSERT INTO destructions (kind, user_seq, registration, cause, actor, request_id, created_at, due_at, state)
         SELECT 'workspaces', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ${stateOf(d)} WHERE changes() > 0`,
      )
      .bind(d.userSeq, d.registration, d.mutationId, d.actor, d.requestId ?? null, d.nowMs, d.nowMs + ARCHIVE_MS),
  ];
}

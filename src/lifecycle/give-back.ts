// The way back from a held deactivation, as statements for one batch: the counterpart of `deactivate()`. What is decided about
// the user's row comes in; what is restored here is what lies beside it: groups, keys, workspaces, content, and the ledger.
import type { GiveBack } from '../directory/give-back-decision.ts';
import { enqueueAdminMail } from '../outbox/enqueue.ts';
import { guard } from '../storage/guard.ts';
import type { Author } from '../storage/journal.ts';
import { showInPortal, showRemoved } from '../storage/list-positions.ts';
import { type Assignment, assign, assignmentsOf, uniqueGuard, versionGuard } from '../storage/user-writes.ts';
import { announce } from './archived-events.ts';
import type { HeldDeactivation, HeldUser } from './held.ts';

/** Everything that one user gets back at once. */
export interface Restoration
  extends Author,
    Pick<GiveBack, 'changes' | 'activates' | 'shows' | 'team' | 'grantsAdmin' | 'held'> {
  /** The user as it was read. */
  readonly user: HeldUser;
  readonly lastLoginAt: number | null;
  /** What filters see of the user afterwards. */
  readonly folded: string;
  readonly mutationId: string;
  readonly nowMs: number;
}

/** Holds that the user is as it was read, that all of this is still held, and where a removed user becomes visible, that nobody
 * has its userName by now. */
export function giveBackGuards(db: D1Database, { user, shows }: Restoration): D1PreparedStatement[] {
  const seqs = user.held.flatMap(ledgerSeqs);
  const held = `(SELECT count(*) FROM json_each(?) AS named CROSS JOIN destructions AS d ON d.seq = named.value
    WHERE d.state = 'held') = ?`;
  return [
    versionGuard(db, user.seq, user.version),
    guard(db, 'state', held, JSON.stringify(seqs), seqs.length),
    ...(shows ? [uniqueGuard(db, user.userNameKey, user.seq)] : []),
  ];
}

/** The statements that undo all held deactivations of a user; the caller adds guards and the journal row with `mutationId`. */
export function giveBack(db: D1Database, r: Restoration): D1PreparedStatement[] {
  return [
    ...countUp(db, r),
    assign(db, r.user.seq, columnsOf(r)),
    ...(r.grantsAdmin ? [enqueueAdminMail(db, { kind: 'admin_granted', subject: r.user.id, ...r })] : []),
    ...r.held.flatMap((held) => [
      ...joinGroups(db, r, held),
      ...restoreKeys(db, r, held),
      ...restoreWorkspaces(db, r, held),
      ...restoreContent(db, r, held),
      close(db, r, held),
    ]),
  ];
}

function ledgerSeqs({ accountSeq, contentSeq, workspacesSeqs }: HeldDeactivation): number[] {
  return [accountSeq, ...(contentSeq === undefined ? [] : [contentSeq]), ...workspacesSeqs];
}

function countUp(db: D1Database, { user, shows, activates }: Restoration): D1PreparedStatement[] {
  if (!shows && !activates) return [];
  const counted = 'user_count = user_count + ?1, active_count = active_count + ?2';
  const active = activates ? 1 : 0;
  if (!shows) return [db.prepare(`UPDATE portal SET ${counted} WHERE id = 1`).bind(0, active)];
  return [
    showRemoved(db, user.id),
    db.prepare(`UPDATE portal SET ${counted}, ${showInPortal('?3')} WHERE id = 1`).bind(1, active, user.id),
  ];
}

function columnsOf({ changes, activates, shows, team, lastLoginAt, folded, nowMs }: Restoration): Assignment[] {
  const columns = assignmentsOf(changes);
  if (activates) columns.push(['active = ?', 1], ['deactivated_at = ?', null]);
  if (shows) columns.push(['removed_at = ?', null]);
  if (team) columns.push([TEAM, JSON.stringify([team.id, team.name])]);
  return [...columns, ['last_login_at = ?', lastLoginAt], ['folded = ?', folded], ['updated_at = ?', nowMs]];
}

const TEAM = `team_seq = (SELECT coalesce((SELECT seq FROM teams WHERE id = team.value ->> 0),
  (SELECT seq FROM teams WHERE name = team.value ->> 1)) FROM (SELECT ? AS value) AS team)`;

/** Each group that is still there and lacks the user becomes a new version with a row in the journal. */
function joinGroups(db: D1Database, r: Restoration, { account }: HeldDeactivation): D1PreparedStatement[] {
  if (account.groups.length === 0) return [];
  const ids = JSON.stringify(account.groups);
  const lacking = `FROM json_each(?1) AS named CROSS JOIN groups AS g ON g.id = named.value
    WHERE NOT EXISTS (SELECT 1 FROM group_members WHERE group_seq = g.seq AND user_seq = ?2)`;
  return [
    db
      .prepare(
        `INSERT INTO journal (mutation_id, type, subject, actor, request_id, rule, attributes, at)
         SELECT ?3 || ':' || g.seq, 'group.member_added', g.id, ?4, ?5, 'brake_restored', '["members"]', ?6 ${lacking}`,
      )
      .bind(ids, r.user.seq, r.mutationId, r.actor, r.requestId ?? null, r.nowMs),
    db
      .prepare(`UPDATE groups SET updated_at = ?3, version = version + 1 WHERE seq IN (SELECT g.seq ${lacking})`)
      .bind(ids, r.user.seq, r.nowMs),
    db.prepare(`INSERT INTO group_members (group_seq, user_seq) SELECT g.seq, ?2 ${lacking}`).bind(ids, r.user.seq),
  ];
}

/** Only keys that this deactivation revoked. */
function restoreKeys(db: D1Database, { user }: Restoration, { account, at }: HeldDeactivation): D1PreparedStatement[] {
  if (account.keys.length === 0) return [];
  return [
    db
      .prepare(
        `UPDATE api_keys SET revoked_at = NULL
         WHERE owner_seq = ? AND revoked_at = ? AND id IN (SELECT value FROM json_each(?))`,
      )
      .bind(user.seq, at, JSON.stringify(account.keys)),
  ];
}

/** The workspaces that are still under the ledger's rows; those that an admin moved meanwhile are under others. What archived them is
 * in the journal before what restores them. */
function restoreWorkspaces(
  db: D1Database,
  r: Restoration,
  { workspacesSeqs }: HeldDeactivation,
): D1PreparedStatement[] {
  if (workspacesSeqs.length === 0) return [];
  const seqs = JSON.stringify(workspacesSeqs);
  const archived = `owner_seq = ?1 AND deleted_at IS NULL AND state = 'archived'
    AND destruction_seq IN (SELECT value FROM json_each(?2))`;
  return [
    ...announce(db),
    db
      .prepare(
        `INSERT INTO journal (mutation_id, type, subject, actor, request_id, rule, attributes, at)
         SELECT ?3 || ':' || id, 'workspace.restored', id, ?4, ?5, 'brake_restored', '[]', ?6
         FROM workspaces WHERE ${archived}`,
      )
      .bind(r.user.seq, seqs, r.mutationId, r.actor, r.requestId ?? null, r.nowMs),
    db
      .prepare(`UPDATE workspaces SET state = 'active', archived_at = NULL, destruction_seq = NULL WHERE ${archived}`)
      .bind(r.user.seq, seqs),
  ];
}

const MINE = 'workspace_seq IS NULL AND owner_seq = ?1 AND registration = ?2';

/** Files and messages belong to the registration that the user has now. Their bytes stay where they lie, so the ledger keeps saying
 * which registration has them: for content that was kept, in a row of its own. */
function restoreContent(db: D1Database, r: Restoration, held: HeldDeactivation): D1PreparedStatement[] {
  const { registration, contentSeq, account } = held;
  const { seq, registration: current } = r.user;
  const endedKept = account.removed === 1 && account.content === 'keep';
  if (registration === current || (contentSeq === undefined && !endedKept)) return [];
  const move = (table: string) =>
    db.prepare(`UPDATE ${table} SET registration = ?3 WHERE ${MINE}`).bind(seq, registration, current);
  return [...(contentSeq === undefined ? [noteKept(db, r, held)] : []), move('files'), move('messages')];
}

function noteKept(db: D1Database, r: Restoration, { registration, cause }: HeldDeactivation): D1PreparedStatement {
  const exists = (table: string) => `EXISTS (SELECT 1 FROM ${table} WHERE ${MINE})`;
  return db
    .prepare(
      `INSERT INTO destructions (kind, user_seq, registration, cause, actor, request_id, restored_to, created_at, due_at, state)
       SELECT 'user_content', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 'cancelled' WHERE ${exists('files')} OR ${exists('messages')}`,
    )
    .bind(r.user.seq, registration, cause, r.actor, r.requestId ?? null, r.user.registration, r.nowMs);
}

/** Nothing of it is destroyed any more, and what was held of the account is kept no longer. */
function close(db: D1Database, r: Restoration, held: HeldDeactivation): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE destructions SET state = 'cancelled', held_by = NULL, account = NULL, restored_to = iif(kind = 'user_content', ?, restored_to)
       WHERE seq IN (SELECT value FROM json_each(?)) AND state = 'held'`,
    )
    .bind(r.user.registration, JSON.stringify(ledgerSeqs(held)));
}

// Writing groups: statements for a commit's batch. A member is a row: it is inserted where it is missing and deleted where it
// is, and nobody reads a list to write it back, so that parallel changes lose nothing.
import type { Group, GroupColumns } from '../directory/group.ts';
import { fold } from '../scim/fold.ts';
import type { MembershipChange } from '../scim/group-change.ts';
import { GROUP_COLUMNS } from './group-rows.ts';
import { guard, refusal } from './guard.ts';
import { idChunks } from './id-chunks.ts';
import type { Author } from './journal.ts';
import { VISIBLE } from './user-rows.ts';

/** What besides its existence must still be true of a group at the moment of the write. */
export interface GroupHold {
  /** Where attributes change: that they are what they were. Members that come and go meanwhile do not matter. */
  readonly attributes?: boolean;
  /** Where the client asks for it by If-Match: that nothing has changed at all. */
  readonly version?: boolean;
}

/** Holds that the group is there, and as much of it unchanged as is asked. A `seq` alone may be another group's by then. */
export function groupGuard(db: D1Database, group: Group, hold: GroupHold): D1PreparedStatement {
  const terms: [sql: string, ...values: unknown[]][] = [['seq = ? AND id = ?', group.seq, group.id]];
  if (hold.attributes) terms.push(['display_name = ? AND external_id IS ?', group.displayName, group.externalId]);
  if (hold.version) terms.push(['version = ?', group.version]);
  const condition = terms.map(([sql]) => sql).join(' AND ');
  const values = terms.flatMap(([, ...bound]) => bound);
  return guard(db, 'state', `EXISTS (SELECT 1 FROM groups WHERE ${condition})`, ...values);
}

/** A new group. Returns one row of type `Group`; its name is held unique by the index. */
export function insertGroup(
  db: D1Database,
  group: { readonly id: string; readonly displayName: string; readonly externalId: string | null },
  nowMs: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO groups (id, display_name, display_name_key, external_id, created_at, updated_at, version)
       VALUES (?1, ?2, ?3, ?4, ?5, ?5, 1) RETURNING ${GROUP_COLUMNS}`,
    )
    .bind(group.id, group.displayName, fold(group.displayName), group.externalId, nowMs);
}

/** The changed attributes of one group, and a new version. Returns one row of type `Group`. */
export function updateGroup(
  db: D1Database,
  seq: number,
  { displayName, externalId }: GroupColumns,
  nowMs: number,
): D1PreparedStatement {
  const columns: [column: string, value: unknown][] = [];
  if (displayName !== undefined) columns.push(['display_name', displayName], ['display_name_key', fold(displayName)]);
  if (externalId !== undefined) columns.push(['external_id', externalId]);
  const assignments = columns.map(([column]) => `${column} = ?, `).join('');
  return db
    .prepare(
      `UPDATE groups SET ${assignments}updated_at = ?, version = version + 1 WHERE seq = ? RETURNING ${GROUP_COLUMNS}`,
    )
    .bind(...columns.map(([, value]) => value), nowMs, seq);
}

/** Changes who is in a group. The batch fails with the guard `members` where one who is added is no visible user. */
export function changeMembers(db: D1Database, seq: number, change: MembershipChange): D1PreparedStatement[] {
  const cleared = change.cleared ? [deleteAllBut(db, seq, change.added)] : [];
  return [...cleared, ...deleteMembers(db, seq, change.removed), ...insertMembers(db, '?', seq, change.added)];
}

/** The first members of a group that is made in the same batch; for the guard see `changeMembers`. */
export function insertFirstMembers(db: D1Database, id: string, ids: ReadonlySet<string>): D1PreparedStatement[] {
  return insertMembers(db, '(SELECT seq FROM groups WHERE id = ?)', id, ids);
}

const NAMED_SEQS = 'SELECT u.seq FROM json_each(?) AS named CROSS JOIN users AS u ON u.id = named.value';

/** One condition a chunk, since D1 limits the terms of a compound SELECT. */
function deleteAllBut(db: D1Database, seq: number, kept: ReadonlySet<string>): D1PreparedStatement {
  const chunks = idChunks(kept);
  const conditions = chunks.map(() => ` AND user_seq NOT IN (${NAMED_SEQS})`).join('');
  return db.prepare(`DELETE FROM group_members WHERE group_seq = ?${conditions}`).bind(seq, ...chunks);
}

function deleteMembers(db: D1Database, seq: number, ids: ReadonlySet<string>): D1PreparedStatement[] {
  return idChunks(ids).map((chunk) =>
    db.prepare(`DELETE FROM group_members WHERE group_seq = ? AND user_seq IN (${NAMED_SEQS})`).bind(seq, chunk),
  );
}

/** `group` is SQL with one parameter. The guard stands inside, so that each user is looked up once. */
function insertMembers(
  db: D1Database,
  group: string,
  value: number | string,
  ids: ReadonlySet<string>,
): D1PreparedStatement[] {
  return idChunks(ids).map((chunk) =>
    db
      .prepare(
        `INSERT OR IGNORE INTO group_members (group_seq, user_seq)
         SELECT ${group}, iif(u.seq IS NOT NULL, u.seq, ${refusal('members')})
         FROM json_each(?) AS named LEFT JOIN users AS u ON u.id = named.value AND ${VISIBLE}`,
      )
      .bind(value, chunk),
  );
}

/** The group with its memberships. */
export function deleteGroup(db: D1Database, seq: number): D1PreparedStatement[] {
  return [
    db.prepare('DELETE FROM group_members WHERE group_seq = ?').bind(seq),
    db.prepare('DELETE FROM groups WHERE seq = ?').bind(seq),
  ];
}

interface Leaving extends Author {
  readonly userSeq: number;
  /** Of the removal; the rows of the journal are numbered under it. */
  readonly mutationId: string;
  readonly nowMs: number;
}

/** Holds that no group has the user as a member; reads no row. */
export function groupless(db: D1Database, userSeq: number): D1PreparedStatement {
  return guard(db, 'state', 'NOT EXISTS (SELECT 1 FROM group_members WHERE user_seq = ?)', userSeq);
}

/** A removed user leaves all groups, each of which becomes a new version with a row in the journal. */
export function leaveAllGroups(
  db: D1Database,
  { userSeq, mutationId, actor, requestId, nowMs }: Leaving,
): readonly D1PreparedStatement[] {
  return [
    db
      .prepare(
        `UPDATE groups SET updated_at = ?, version = version + 1
         FROM group_members AS m WHERE m.user_seq = ? AND groups.seq = m.group_seq`,
      )
      .bind(nowMs, userSeq),
    db
      .prepare(
        `INSERT INTO journal (mutation_id, type, subject, actor, request_id, rule, attributes, at)
         SELECT ?1 || ':' || g.seq, 'group.member_removed', g.id, ?2, ?5, 'member_deleted', '["members"]', ?3
         FROM group_members AS m CROSS JOIN groups AS g ON g.seq = m.group_seq WHERE m.user_seq = ?4`,
      )
      .bind(mutationId, actor, nowMs, userSeq, requestId ?? null),
    db.prepare('DELETE FROM group_members WHERE user_seq = ?').bind(userSeq),
  ];
}

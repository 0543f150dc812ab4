// Reading groups: the statements, and their rows as the directory's types. Members come in the order in which the users were
// made, and only those that SCIM sees.
import type { Group, GroupMember } from '../directory/group.ts';
import { shownFormatted, type UserGroup } from '../directory/user.ts';
import { idChunks } from './id-chunks.ts';
import { VISIBLE } from './user-rows.ts';

/** The columns that make a `Group`, under the names it has them. */
export const GROUP_COLUMNS = `seq, id, display_name AS displayName, external_id AS externalId, created_at AS createdAt,
  updated_at AS updatedAt, version`;

const MEMBER_COLUMNS = `m.group_seq AS groupSeq, u.id, u.user_name AS userName, u.given_name AS givenName,
  u.family_name AS familyName, u.attributes ->> '$.name.formatted' AS formatted, u.attributes ->> '$.displayName' AS displayName`;

const MEMBERS = `CROSS JOIN group_members AS m ON m.group_seq = g.seq CROSS JOIN users AS u ON u.seq = m.user_seq AND ${VISIBLE}`;

interface MemberRow {
  readonly groupSeq: number;
  readonly id: string;
  readonly userName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly formatted: string | null;
  readonly displayName: string | null;
}

interface Where {
  readonly sql: string;
  readonly values: readonly unknown[];
}

interface Range {
  readonly limit: number;
  readonly offset: number;
}

/** The group with this id: one row of type `Group`, or none. */
export function selectGroup(db: D1Database, id: string): D1PreparedStatement {
  return db.prepare(`SELECT ${GROUP_COLUMNS} FROM groups WHERE id = ?`).bind(id);
}

/** The first row of a result, as a group. */
export function readGroup(result: D1Result | undefined): Group | undefined {
  return (result?.results as Group[] | undefined)?.[0];
}

/** The members of one group, for `readMembers`. */
export function selectMembers(db: D1Database, id: string): D1PreparedStatement {
  return db.prepare(`SELECT ${MEMBER_COLUMNS} FROM groups AS g ${MEMBERS} WHERE g.id = ? ORDER BY m.user_seq`).bind(id);
}

/** The members of each group, by the `seq` of the group. */
export function readMembers(result: D1Result | undefined): ReadonlyMap<number, readonly GroupMember[]> {
  const members = new Map<number, GroupMember[]>();
  for (const row of (result?.results ?? []) as MemberRow[]) {
    const list = members.get(row.groupSeq);
    const member = { id: row.id, display: shownName(row) };
    if (list === undefined) members.set(row.groupSeq, [member]);
    else list.push(member);
  }
  return members;
}

/** The name under which the user itself is shown. */
function shownName({ formatted, displayName, ...row }: MemberRow): string {
  return formatted ?? shownFormatted({ ...row, attributes: displayName === null ? {} : { displayName } });
}

/** A page of the groups that meet a condition, in creation order. `where` is SQL of our own making. */
export function selectGroups(db: D1Database, where: Where, { limit, offset }: Range): D1PreparedStatement {
  return db
    .prepare(`SELECT ${GROUP_COLUMNS} FROM groups WHERE ${where.sql} ORDER BY seq LIMIT ? OFFSET ?`)
    .bind(...where.values, limit, offset);
}

/** How many groups meet a condition: one row `{ total }`. */
export function countGroups(db: D1Database, where: Where): D1PreparedStatement {
  return db.prepare(`SELECT count(*) AS total FROM groups WHERE ${where.sql}`).bind(...where.values);
}

/** The first `most` members of the groups of a page, group after group: the joins run in the order they are written, so that
 * the database stops reading there. */
export function selectMembersOfPage(
  db: D1Database,
  where: Where,
  { limit, offset }: Range,
  most: number,
): D1PreparedStatement {
  const page = `SELECT seq FROM groups WHERE ${where.sql} ORDER BY seq LIMIT ? OFFSET ?`;
  return db
    .prepare(`SELECT ${MEMBER_COLUMNS} FROM (${page}) AS g ${MEMBERS} LIMIT ?`)
    .bind(...where.values, limit, offset, most);
}

/** How many of the users with these ids are in the group: one row `{ count }` a statement, to be added up. */
export function countHeld(db: D1Database, groupId: string, ids: Iterable<string>): D1PreparedStatement[] {
  return idChunks(ids).map((chunk) =>
    db
      .prepare(
        `SELECT count(*) AS count FROM groups AS g CROSS JOIN json_each(?) AS named
         CROSS JOIN users AS u ON u.id = named.value AND ${VISIBLE}
         CROSS JOIN group_members AS m ON m.group_seq = g.seq AND m.user_seq = u.seq WHERE g.id = ?`,
      )
      .bind(chunk, groupId),
  );
}

/** How many members the group has: one row `{ count }`. */
export function countMembers(db: D1Database, groupId: string): D1PreparedStatement {
  return db
    .prepare(
      'SELECT count(*) AS count FROM groups AS g CROSS JOIN group_members AS m ON m.group_seq = g.seq WHERE g.id = ?',
    )
    .bind(groupId);
}

/** The first `most` of each chunk of these ids that are no visible user's: rows `{ id }`. */
export function selectUnknownUsers(db: D1Database, ids: Iterable<string>, most: number): D1PreparedStatement[] {
  return idChunks(ids).map((chunk) =>
    db
      .prepare(
        `SELECT named.value AS id FROM json_each(?) AS named LEFT JOIN users AS u ON u.id = named.value AND ${VISIBLE}
         WHERE u.seq IS NULL LIMIT ?`,
      )
      .bind(chunk, most),
  );
}

interface UserGroupRow extends UserGroup {
  readonly userSeq: number;
}

/** The groups of these users, in creation order, for `readGroupsOfUsers`. */
export function selectGroupsOfUsers(db: D1Database, users: readonly { readonly seq: number }[]): D1PreparedStatement {
  return db
    .prepare(
      `SELECT m.user_seq AS userSeq, g.id, g.display_name AS displayName FROM json_each(?) AS named
       CROSS JOIN group_members AS m ON m.user_seq = named.value CROSS JOIN groups AS g ON g.seq = m.group_seq
       ORDER BY m.group_seq`,
    )
    .bind(JSON.stringify(users.map(({ seq }) => seq)));
}

/** The groups of each user, by the `seq` of the user. */
export function readGroupsOfUsers(result: D1Result | undefined): ReadonlyMap<number, readonly UserGroup[]> {
  const groups = new Map<number, UserGroup[]>();
  for (const { userSeq, id, displayName } of (result?.results ?? []) as UserGroupRow[]) {
    const list = groups.get(userSeq);
    if (list === undefined) groups.set(userSeq, [{ id, displayName }]);
    else list.push({ id, displayName });
  }
  return groups;
}

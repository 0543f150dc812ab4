// Reading groups: the statements, and their rows as the directory's types. Members come in the order in which the users were
// made, and only those that SCIM sees.
import type { Group } from '../directory/group.ts';
import type { UserGroup } from '../directory/user.ts';
import { idChunks } from './id-chunks.ts';
import { MEMBER_COLUMNS } from './member-rows.ts';
import { isTeamId, selectTeam, selectTeamMembers, teamsOfUsers } from './team-rows.ts';
import { VISIBLE } from './user-rows.ts';

/** The columns that make a `Group`, under the names it has them. */
export const GROUP_COLUMNS = `seq, id, display_name AS displayName, external_id AS externalId, created_at AS createdAt,
  updated_at AS updatedAt, version`;

/** From the group `g` to its members, in their order. */
export const MEMBERS = `CROSS JOIN group_members AS m ON m.group_seq = g.seq CROSS JOIN users AS u ON u.seq = m.user_seq AND ${VISIBLE}`;

/** The group with this id, or the team that is shown as one: one row of type `Group`, or none. */
export function selectGroup(db: D1Database, id: string): D1PreparedStatement {
  if (isTeamId(id)) return selectTeam(db, id);
  return db.prepare(`SELECT ${GROUP_COLUMNS} FROM groups WHERE id = ?`).bind(id);
}

/** The first row of a result, as a group. */
export function readGroup(result: D1Result | undefined): Group | undefined {
  return (result?.results as Group[] | undefined)?.[0];
}

/** The members of one group or team, for `readMembers`. */
export function selectMembers(db: D1Database, id: string): D1PreparedStatement {
  if (isTeamId(id)) return selectTeamMembers(db, id);
  return db
    .prepare(
      `SELECT g.seq AS groupSeq, ${MEMBER_COLUMNS} FROM groups AS g ${MEMBERS} WHERE g.id = ? ORDER BY m.user_seq`,
    )
    .bind(id);
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

/** The groups of these users in creation order, and behind them the team where `teams` says so, for `readGroupsOfUsers`. */
export function selectGroupsOfUsers(
  db: D1Database,
  users: readonly { readonly seq: number }[],
  teams: boolean,
): D1PreparedStatement[] {
  const seqs = JSON.stringify(users.map(({ seq }) => seq));
  const groups = db.prepare(
    `SELECT m.user_seq AS userSeq, g.id, g.display_name AS displayName FROM json_each(?) AS named
     CROSS JOIN group_members AS m ON m.user_seq = named.value CROSS JOIN groups AS g ON g.seq = m.group_seq
     ORDER BY m.group_seq`,
  );
  return [groups, ...(teams ? [teamsOfUsers(db)] : [])].map((statement) => statement.bind(seqs));
}

/** The groups of each user, by the `seq` of the user. */
export function readGroupsOfUsers(results: readonly D1Result[]): ReadonlyMap<number, readonly UserGroup[]> {
  const groups = new Map<number, UserGroup[]>();
  for (const { userSeq, id, displayName } of results.flatMap((result) => result.results as UserGroupRow[])) {
    const list = groups.get(userSeq);
    if (list === undefined) groups.set(userSeq, [{ id, displayName }]);
    else list.push({ id, displayName });
  }
  return groups;
}

// Teams as groups, where a portal shows them so: read-only, so there are statements to read them and none to write. Who is in a
// team is a column of the users, with an index of its own.
import { TEAM_VERSION_SQL } from './filter-columns.ts';
import { MEMBER_COLUMNS } from './member-rows.ts';
import { VISIBLE } from './user-rows.ts';

/** What the id of a team begins with, and of no group: theirs are hexadecimal. */
export const TEAM_ID_PREFIX = 'team-';

/** True for the id of a team, and for none of a group. */
export function isTeamId(id: string): boolean {
  return id.startsWith(TEAM_ID_PREFIX);
}

/** What makes a team's `seq` a group's: groups never get that far, and so teams stand behind all of them. */
export const TEAM_SEQS = 1_000_000_000_000;

/** The columns of a team that make a `Group`, for a statement that reads `teams` under its own name. */
export const TEAM_COLUMNS = `${TEAM_SEQS} + teams.seq AS seq, teams.id, teams.name AS displayName, NULL AS externalId,
  teams.created_at AS createdAt, teams.created_at AS updatedAt, ${TEAM_VERSION_SQL} AS version`;

/** The team with this id: one row of type `Group`, or none. */
export function selectTeam(db: D1Database, id: string): D1PreparedStatement {
  return db.prepare(`SELECT ${TEAM_COLUMNS} FROM teams WHERE id = ?`).bind(id);
}

/** The members of one team, for `readMembers`. */
export function selectTeamMembers(db: D1Database, id: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT ${TEAM_SEQS} + t.seq AS groupSeq, ${MEMBER_COLUMNS}
       FROM teams AS t CROSS JOIN users AS u ON u.team_seq = t.seq AND ${VISIBLE} WHERE t.id = ? ORDER BY u.seq`,
    )
    .bind(id);
}

/** The team of each of these users (a JSON array of their `seq`s), as `selectGroupsOfUsers` has the groups. */
export function teamsOfUsers(db: D1Database): D1PreparedStatement {
  return db.prepare(
    `SELECT u.seq AS userSeq, t.id, t.name AS displayName FROM json_each(?) AS named
     CROSS JOIN users AS u ON u.seq = named.value CROSS JOIN teams AS t ON t.seq = u.team_seq`,
  );
}

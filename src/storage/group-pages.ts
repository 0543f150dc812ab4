// Pages of the group list, with the teams behind the groups where a portal shows them. Without teams, `teams` is nowhere in a
// statement.
import type { Sql } from './condition-sql.ts';
import { GROUP_COLUMNS, MEMBERS } from './group-rows.ts';
import { MEMBER_COLUMNS } from './member-rows.ts';
import { TEAM_COLUMNS, TEAM_SEQS } from './team-rows.ts';
import { VISIBLE } from './user-rows.ts';

/** Which groups a list is about, and which teams; `teams` undefined where the portal shows none. SQL of our own making. */
export interface GroupsWhere {
  readonly groups: Sql;
  readonly teams: Sql | undefined;
}

interface Range {
  readonly limit: number;
  readonly offset: number;
}

/** A page of the groups that meet a condition, in creation order, and the teams behind them: rows of type `Group`. */
export function selectGroups(db: D1Database, where: GroupsWhere, range: Range): D1PreparedStatement {
  const { sql, values } = pageSql(where, range, { groups: GROUP_COLUMNS, teams: TEAM_COLUMNS });
  return db.prepare(sql).bind(...values);
}

/** How many groups and teams meet a condition: one row `{ total }`. */
export function countGroups(db: D1Database, { groups, teams }: GroupsWhere): D1PreparedStatement {
  const ofTeams = teams ? ` + (SELECT count(*) FROM teams WHERE ${teams.sql})` : '';
  return db
    .prepare(`SELECT (SELECT count(*) FROM groups WHERE ${groups.sql})${ofTeams} AS total`)
    .bind(...groups.values, ...(teams?.values ?? []));
}

/** The first `most` members of the groups of a page, group after group: the joins run in the order they are written, so that
 * the database stops reading there. */
export function selectMembersOfPage(
  db: D1Database,
  where: GroupsWhere,
  range: Range,
  most: number,
): D1PreparedStatement {
  const columns = { groups: 'seq', teams: `${TEAM_SEQS} + teams.seq AS seq` };
  const { sql, values } = pageSql(where, range, columns);
  const ofTeams = `UNION ALL SELECT g.seq AS groupSeq, ${MEMBER_COLUMNS}
     FROM page AS g CROSS JOIN users AS u ON u.team_seq = g.seq - ${TEAM_SEQS} AND ${VISIBLE}`;
  return db
    .prepare(
      `WITH page AS ${where.teams ? 'MATERIALIZED ' : ''}(${sql})
       SELECT g.seq AS groupSeq, ${MEMBER_COLUMNS} FROM page AS g ${MEMBERS} ${where.teams ? ofTeams : ''} LIMIT ?`,
    )
    .bind(...values, most);
}

function pageSql(
  { groups, teams }: GroupsWhere,
  { limit, offset }: Range,
  columns: Readonly<Record<'groups' | 'teams', string>>,
): Sql {
  const ofTeams = teams ? `UNION ALL SELECT ${columns.teams} FROM teams WHERE ${teams.sql}` : '';
  return {
    sql: `SELECT ${columns.groups} FROM groups WHERE ${groups.sql} ${ofTeams} ORDER BY seq LIMIT ? OFFSET ?`,
    values: [...groups.values, ...(teams?.values ?? []), limit, offset],
  };
}

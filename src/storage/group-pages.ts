// Pages of the group list, with the teams of a portal that shows them. Without teams, `teams` is nowhere in a statement.
import type { Group } from '../directory/group.ts';
import type { Position } from '../scim/cursor.ts';
import type { Sql } from './condition-sql.ts';
import { GROUP_COLUMNS, MEMBERS } from './group-rows.ts';
import { behindSql, keySql, type Order, orderSql } from './list-order.ts';
import { EVERYTHING, type PlainStart } from './list-rows.ts';
import { MEMBER_COLUMNS } from './member-rows.ts';
import { TEAM_COLUMNS, TEAM_SEQS } from './team-rows.ts';
import { VISIBLE } from './user-rows.ts';

/** One thing as it is for groups, and as it is for teams. */
export type ByTable<T> = Readonly<Record<'groups' | 'teams', T>>;

/** Which groups a list is about, and which teams; `teams` undefined where the portal shows none. SQL of our own making. */
export interface GroupsWhere {
  readonly groups: Sql;
  readonly teams: Sql | undefined;
}

/** Without orders, groups stand in creation order and teams behind them; sorted, they are one list. */
export interface GroupPageRequest {
  readonly where: GroupsWhere;
  readonly orders: ByTable<Order> | undefined;
  readonly start: PlainStart;
  readonly limit: number;
}

/** A group of a page, with its sort key: the place in the page's order. */
export interface PlacedGroup extends Group {
  readonly sortKey: Position['key'];
}

/** A page of the groups that meet a condition: rows of type `PlacedGroup`. */
export function selectGroups(db: D1Database, page: GroupPageRequest): D1PreparedStatement {
  const { sql, values } = pageSql(page, { groups: GROUP_COLUMNS, teams: TEAM_COLUMNS });
  return db.prepare(sql).bind(...values);
}

/** How many groups and teams meet a condition: one row `{ total }`. */
export function countGroups(db: D1Database, { groups, teams }: GroupsWhere): D1PreparedStatement {
  const ofTeams = teams ? ` + (SELECT count(*) FROM teams WHERE ${teams.sql})` : '';
  return db
    .prepare(`SELECT (SELECT count(*) FROM groups WHERE ${groups.sql})${ofTeams} AS total`)
    .bind(...groups.values, ...(teams?.values ?? []));
}

/** The first `most` members of the groups of a page, group after group, and then of its teams: the joins run in the order they
 * are written, so that the database stops reading there. */
export function selectMembersOfPage(db: D1Database, page: GroupPageRequest, most: number): D1PreparedStatement {
  const { sql, values } = pageSql(page, { groups: 'seq', teams: `${TEAM_SEQS} + teams.seq AS seq` });
  const withTeams = page.where.teams !== undefined;
  const ofTeams = `UNION ALL SELECT g.seq AS groupSeq, ${MEMBER_COLUMNS}
     FROM page AS g CROSS JOIN users AS u ON u.team_seq = g.seq - ${TEAM_SEQS} AND ${VISIBLE}`;
  return db
    .prepare(
      `WITH page AS ${withTeams ? 'MATERIALIZED ' : ''}(${sql})
       SELECT g.seq AS groupSeq, ${MEMBER_COLUMNS} FROM page AS g ${MEMBERS} ${withTeams ? ofTeams : ''} LIMIT ?`,
    )
    .bind(...values, most);
}

function pageSql({ where, orders, start, limit }: GroupPageRequest, columns: ByTable<string>): Sql {
  const parts = (['groups', 'teams'] as const).flatMap((table) => {
    const rows = where[table];
    if (rows === undefined) return [];
    const order = orders?.[table];
    const behind = behindStart(table, order, start);
    const key = order ? keySql(order.key) : 'NULL';
    return {
      sql: `SELECT ${columns[table]}, ${key} AS sortKey FROM ${table} WHERE (${rows.sql}) AND ${behind.sql}`,
      values: [...rows.values, ...behind.values],
    };
  });
  const by = orderSql(orders?.groups, 'seq', 'sortKey');
  return {
    sql: `${parts.map(({ sql }) => sql).join(' UNION ALL ')} ORDER BY ${by} LIMIT ? OFFSET ?`,
    values: [...parts.flatMap(({ values }) => values), limit, start.kind === 'offset' ? start.offset : 0],
  };
}

/** A position is that of the whole list, in which the `seq`s of teams come behind those of all groups. */
function behindStart(table: 'groups' | 'teams', order: Order | undefined, start: PlainStart): Sql {
  if (start.kind === 'offset') return EVERYTHING;
  const { seq, key } = start.position;
  return behindSql(order, { seq: table === 'teams' ? seq - TEAM_SEQS : seq, key }, `${table}.seq`);
}

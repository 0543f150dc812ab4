// What a filter can read of a row, as a closed table: each name stands for SQL of our own making, so no text of a client can
// become SQL. Strings that compare without case are read in their folded form, dates in UTC milliseconds, booleans as 0 and 1.

import { VISIBLE } from './user-rows.ts';

export type FilterTableName = 'users' | 'groups' | 'teams';

/** The rows of a table that SCIM sees; the `WHERE` of the partial indexes, word for word. */
export const VISIBLE_SQL: Readonly<Record<FilterTableName, string>> = {
  users: VISIBLE,
  groups: '1',
  teams: '1',
};

/** "Dec 9, 2025 6:40:12 PM", folded: the text that is shown of a last sign-in, of active users only. */
const LAST_LOGIN_TEXT = (() => {
  const part = (format: string) => `strftime('${format}', users.last_login_at / 1000, 'unixepoch')`;
  const month = `substr('janfebmaraprmayjunjulaugsepoctnovdec', 3 * ${part('%m')} - 2, 3)`;
  const hour = `((${part('%H')} + 11) % 12 + 1)`;
  const half = `iif(${part('%H')} < '12', 'am', 'pm')`;
  const text = `concat(${month}, ' ', 0 + ${part('%d')}, ', ', ${part('%Y')}, ' ', ${hour}, ${part(':%M:%S')}, ' ', ${half})`;
  return `iif(users.active = 1 AND users.last_login_at IS NOT NULL, ${text}, NULL)`;
})();

/** The version of every team: the newest row of the journal. Whatever changes a team or a member writes one, so a team never
 * changes under the same version, and nobody has to count its versions. */
export const TEAM_VERSION_SQL = '(SELECT coalesce(max(seq), 1) FROM journal)';

/** Columns, and what is computed of columns. Qualified by the table, which statements name without an alias. */
export const COLUMN_SQL = {
  user_id: 'users.id',
  user_name_key: 'users.user_name_key',
  user_external_id: 'users.external_id',
  user_active: 'users.active',
  user_is_admin: "(users.role = 'admin')",
  user_created_at: 'users.created_at',
  user_updated_at: 'users.updated_at',
  user_version: `('W/"' || users.version || '"')`,
  user_resource_type: "'User'",
  user_last_login: LAST_LOGIN_TEXT,
  group_id: 'groups.id',
  group_name_key: 'groups.display_name_key',
  group_external_id: 'groups.external_id',
  group_created_at: 'groups.created_at',
  group_updated_at: 'groups.updated_at',
  group_version: `('W/"' || groups.version || '"')`,
  group_resource_type: "'Group'",
  member_id: 'member.id',
  member_name_key: 'member.user_name_key',
  member_type: "'user'",
  membership_group_id: 'joined.id',
  membership_group_name_key: 'joined.display_name_key',
  membership_type: "'direct'",
  team_id: 'teams.id',
  team_name_key: 'teams.name_key',
  team_external_id: 'NULL',
  team_created_at: 'teams.created_at',
  team_version: `('W/"' || ${TEAM_VERSION_SQL} || '"')`,
  team_member_id: 'member.id',
  membership_or_team_id: 'joined.id',
} as const;

export type FilterColumn = keyof typeof COLUMN_SQL;

/** Lists that are rows of other tables: what an EXISTS looks through for one row of the table. */
export const RELATION_SQL = {
  /** The visible members of a group, as `member`. */
  group_members: `group_members AS link JOIN users AS member ON member.seq = link.user_seq
    WHERE link.group_seq = groups.seq AND member.login_type = 'saml' AND member.removed_at IS NULL`,
  /** The groups of a user, as `joined`. */
  user_groups: `group_members AS link JOIN groups AS joined ON joined.seq = link.group_seq
    WHERE link.user_seq = users.seq`,
  /** The same where teams are shown as groups. */
  user_groups_and_team: `(
      SELECT g.id, g.display_name_key FROM group_members AS link JOIN groups AS g ON g.seq = link.group_seq
      WHERE link.user_seq = users.seq
      UNION ALL SELECT t.id, t.name_key FROM teams AS t WHERE t.seq = users.team_seq
    ) AS joined WHERE 1`,
  /** The visible members of a team, as `member`. */
  team_members: `users AS member
    WHERE member.team_seq = teams.seq AND member.login_type = 'saml' AND member.removed_at IS NULL`,
} as const;

export type FilterRelation = keyof typeof RELATION_SQL;

/** An index: `seqs` selects the `seq` of the rows in one of the ranges that `json_each(?) AS j` gives as `[from, to]`, where a
 * `to` of null has no end. The CROSS JOIN pins the order, which the planner would else turn round. */
export interface FilterIndex {
  readonly seqs: string;
  /** How many rows one value stands for: 1, a few, perhaps thousands, or half of the table. */
  readonly rows: 'one' | 'few' | 'several' | 'many';
}

/** Above every number and text, whatever the column holds: SQLite orders blobs last. */
const IN_RANGE = "BETWEEN (j.value ->> 0) AND ifnull(j.value ->> 1, x'')";

const usersBy = (column: string, more = '') =>
  `SELECT s.seq FROM json_each(?) AS j CROSS JOIN users AS s
   WHERE s.${column} ${IN_RANGE} AND s.login_type = 'saml' AND s.removed_at IS NULL${more}`;

const groupsBy = (column: string, more = '') =>
  `SELECT s.seq FROM json_each(?) AS j CROSS JOIN groups AS s WHERE s.${column} ${IN_RANGE}${more}`;

const teamsBy = (column: string) =>
  `SELECT s.seq FROM json_each(?) AS j CROSS JOIN teams AS s WHERE s.${column} ${IN_RANGE}`;

/** The columns that an index serves. */
export const INDEXES: Readonly<Partial<Record<FilterColumn, FilterIndex>>> = {
  user_id: { seqs: usersBy('id'), rows: 'one' },
  user_name_key: { seqs: usersBy('user_name_key'), rows: 'one' },
  user_external_id: { seqs: usersBy('external_id', ' AND s.external_id IS NOT NULL'), rows: 'few' },
  user_active: { seqs: usersBy('active'), rows: 'many' },
  user_updated_at: { seqs: usersBy('updated_at'), rows: 'several' },
  group_id: { seqs: groupsBy('id'), rows: 'one' },
  group_name_key: { seqs: groupsBy('display_name_key'), rows: 'one' },
  group_external_id: { seqs: groupsBy('external_id', ' AND s.external_id IS NOT NULL'), rows: 'few' },
  group_updated_at: { seqs: groupsBy('updated_at'), rows: 'several' },
  member_id: {
    seqs: `SELECT link.group_seq AS seq FROM json_each(?) AS j CROSS JOIN users AS s CROSS JOIN group_members AS link
      WHERE s.id ${IN_RANGE} AND link.user_seq = s.seq`,
    rows: 'few',
  },
  membership_group_id: {
    seqs: `SELECT link.user_seq AS seq FROM json_each(?) AS j CROSS JOIN groups AS s CROSS JOIN group_members AS link
      WHERE s.id ${IN_RANGE} AND link.group_seq = s.seq`,
    rows: 'several',
  },
  team_id: { seqs: teamsBy('id'), rows: 'one' },
  team_name_key: { seqs: teamsBy('name_key'), rows: 'few' },
  team_member_id: {
    seqs: `SELECT s.team_seq AS seq FROM json_each(?) AS j CROSS JOIN users AS s
      WHERE s.id ${IN_RANGE} AND s.team_seq IS NOT NULL`,
    rows: 'few',
  },
  membership_or_team_id: {
    seqs: `SELECT found.seq FROM (WITH j AS (SELECT value FROM json_each(?))
      SELECT link.user_seq AS seq FROM j CROSS JOIN groups AS s CROSS JOIN group_members AS link
      WHERE s.id ${IN_RANGE} AND link.group_seq = s.seq
      UNION ALL SELECT u.seq FROM j CROSS JOIN teams AS s CROSS JOIN users AS u
      WHERE s.id ${IN_RANGE} AND u.team_seq = s.seq AND u.removed_at IS NULL) AS found`,
    rows: 'several',
  },
};

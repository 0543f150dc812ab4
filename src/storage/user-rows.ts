// Reading users: the statements, and a row as the directory's `User`.
import type { User } from '../directory/user.ts';
import { SEQ_AT } from './list-positions.ts';

/** The columns that make a `User`, under the names it has them. */
export const USER_COLUMNS = `seq, id, user_name AS userName, external_id AS externalId, role, active, given_name AS givenName,
  family_name AS familyName, attributes, registration, last_login_at AS lastLoginAt, created_at AS createdAt,
  updated_at AS updatedAt, version`;

/** What SCIM sees: accounts that the identity provider manages, not removed. Every SCIM statement starts from it. */
export const VISIBLE = "login_type = 'saml' AND removed_at IS NULL";

/** A row of `USER_COLUMNS`, as D1 gives it. */
export interface UserRow extends Omit<User, 'active' | 'attributes'> {
  readonly active: number;
  readonly attributes: string;
  readonly inGroups?: number;
}

/** The user of a row. */
export function readUser({ inGroups: _, ...row }: UserRow): User {
  return { ...row, active: row.active === 1, attributes: JSON.parse(row.attributes) };
}

/** The visible user with this id: one row of type `UserRow`, or none. */
export function selectUser(db: D1Database, id: string): D1PreparedStatement {
  return db.prepare(`SELECT ${USER_COLUMNS} FROM users WHERE id = ? AND ${VISIBLE}`).bind(id);
}

/** The same, and whether any group has the user as a member: `inGroups`, 0 or 1. A user in no group costs no row more. */
export function selectUserToRemove(db: D1Database, id: string): D1PreparedStatement {
  const inGroups = 'EXISTS (SELECT 1 FROM group_members WHERE user_seq = users.seq) AS inGroups';
  return db.prepare(`SELECT ${USER_COLUMNS}, ${inGroups} FROM users WHERE id = ? AND ${VISIBLE}`).bind(id);
}

/** The account with this `seq`, of any login type: a key's owner. */
export function selectAccount(db: D1Database, seq: number): D1PreparedStatement {
  return db.prepare(`SELECT ${USER_COLUMNS} FROM users WHERE seq = ?`).bind(seq);
}

/** Who holds a userName, of any login type: one row `{ loginType, active }`, or none. */
export function selectNameHolder(db: D1Database, userNameKey: string): D1PreparedStatement {
  return db
    .prepare('SELECT login_type AS loginType, active FROM users WHERE user_name_key = ? AND removed_at IS NULL')
    .bind(userNameKey);
}

/** A page of all visible users in creation order, from a position counted from 1; it costs the same wherever it is. */
export function selectUsersFrom(db: D1Database, position: number, limit: number): D1PreparedStatement {
  return db
    .prepare(`SELECT ${USER_COLUMNS} FROM users WHERE seq >= ${SEQ_AT} AND ${VISIBLE} ORDER BY seq LIMIT ?2`)
    .bind(position, limit);
}

/** How many visible users meet a condition: one row `{ total }`. */
export function countUsers(
  db: D1Database,
  where: { readonly sql: string; readonly values: readonly unknown[] },
): D1PreparedStatement {
  return db.prepare(`SELECT count(*) AS total FROM users WHERE ${VISIBLE} AND (${where.sql})`).bind(...where.values);
}

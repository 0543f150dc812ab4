// Writing users: statements for a commit's batch. Deactivation is not here, it has one way of its own (lifecycle).

import type { UserChanges } from '../directory/user-changes.ts';
import type { NewUser } from '../directory/user-decisions.ts';
import { fold } from '../scim/fold.ts';
import { guard, refusal } from './guard.ts';
import { showInPortal, showRemoved } from './list-positions.ts';

/** Holds that no visible account, of any login type, has this userName, but the one that asks for it (its `seq`). */
export function uniqueGuard(db: D1Database, userNameKey: string, exceptSeq = 0): D1PreparedStatement {
  return guard(
    db,
    'unique',
    'NOT EXISTS (SELECT 1 FROM users WHERE user_name_key = ? AND removed_at IS NULL AND seq <> ?)',
    userNameKey,
    exceptSeq,
  );
}

/** Where among the statements of `insertUser` the row is. */
export const INSERTED = 2;

/** A new user, or a removed one coming back under the same id: under the registration that its removal began, with nothing of
 * the old profile. `folded` is what filters see of it. The batch fails with the guard
 * `policy` where the portal has another version. The statement number `INSERTED` returns one row `{ seq, version,
 * registration }`. */
export function insertUser(
  db: D1Database,
  id: string,
  user: NewUser,
  folded: string,
  portalVersion: number,
  nowMs: number,
): D1PreparedStatement[] {
  const { profile } = user;
  const deactivatedAt = user.active ? null : nowMs;
  return [
    showRemoved(db, id),
    countNewUser(db, id, user.active ? 1 : 0, portalVersion),
    db
      .prepare(
        `INSERT INTO users (id, user_name, user_name_key, external_id, login_type, role, active, given_name, family_name,
           attributes, folded, team_seq, registration, created_at, updated_at, version, deactivated_at)
         VALUES (?1, ?2, ?3, ?4, 'saml', ?5, ?6, ?7, ?8, ?9, ?12, (SELECT seq FROM teams WHERE name = ?13), 1, ?10, ?10, 1, ?11)
         ON CONFLICT (id) DO UPDATE SET user_name = ?2, user_name_key = ?3, external_id = ?4, login_type = 'saml', role = ?5,
           active = ?6, given_name = ?7, family_name = ?8, attributes = ?9, folded = ?12, team_seq = excluded.team_seq,
           last_login_at = NULL, created_at = ?10, updated_at = ?10, version = version + 1, deactivated_at = ?11,
           removed_at = NULL
         RETURNING seq, version, registration`,
      )
      .bind(
        id,
        user.userName,
        user.userNameKey,
        profile.externalId,
        user.role,
        user.active ? 1 : 0,
        profile.givenName,
        profile.familyName,
        JSON.stringify(profile.attributes),
        nowMs,
        deactivatedAt,
        folded,
        user.team,
      ),
  ];
}

/** One assignment of an UPDATE of `users`: SQL with one `?`, and what is bound to it. */
export type Assignment = readonly [sql: string, value: unknown];

/** The assignments of what changes. A team is looked up by its name; without one of that name the user is in none. */
export function assignmentsOf(changes: UserChanges): Assignment[] {
  const all: readonly (Assignment | undefined)[] = [
    changes.userName === undefined ? undefined : ['user_name = ?', changes.userName],
    changes.userName === undefined ? undefined : ['user_name_key = ?', fold(changes.userName)],
    changes.externalId === undefined ? undefined : ['external_id = ?', changes.externalId],
    changes.givenName === undefined ? undefined : ['given_name = ?', changes.givenName],
    changes.familyName === undefined ? undefined : ['family_name = ?', changes.familyName],
    changes.attributes === undefined ? undefined : ['attributes = ?', JSON.stringify(changes.attributes)],
    changes.role === undefined ? undefined : ['role = ?', changes.role],
    changes.team === undefined ? undefined : ['team_seq = (SELECT seq FROM teams WHERE name = ?)', changes.team],
  ];
  return all.filter((assignment) => assignment !== undefined);
}

/** The changed columns of one user, what filters see of it then, and a new version. */
export function updateUser(
  db: D1Database,
  seq: number,
  changes: UserChanges,
  folded: string,
  nowMs: number,
): D1PreparedStatement {
  // The sessions of whom stops being an admin end for good, also where the rights come back: in the same row, so for nothing.
  const isDemotion = changes.role !== undefined && changes.role !== 'admin';
  const ended: Assignment[] = isDemotion ? [['access_epoch = access_epoch + (role = ?)', 'admin']] : [];
  return assign(db, seq, [...assignmentsOf(changes), ...ended, ['folded = ?', folded], ['updated_at = ?', nowMs]]);
}

/** An inactive user comes back, with what changes. The registration grew when the last one's content was condemned; content
 * that was kept belongs to the one that goes on. An account that SCIM does not see is not counted. */
export function reactivateUser(
  db: D1Database,
  seq: number,
  changes: UserChanges,
  folded: string,
  nowMs: number,
  isOutside = false,
): D1PreparedStatement[] {
  const back: Assignment[] = [
    ['active = ?', 1],
    ['last_login_at = ?', null],
    ['deactivated_at = ?', null],
  ];
  const columns = [...assignmentsOf(changes), ...back, ['folded = ?', folded], ['updated_at = ?', nowMs]] as const;
  return [assign(db, seq, columns), countUsersBy(db, 0, isOutside ? 0 : 1)];
}

/** An UPDATE of one user that gives it a new version. */
export function assign(db: D1Database, seq: number, assignments: readonly Assignment[]): D1PreparedStatement {
  const list = assignments.map(([sql]) => sql).join(', ');
  return db
    .prepare(`UPDATE users SET ${list}, version = version + 1 WHERE seq = ?`)
    .bind(...assignments.map(([, value]) => value), seq);
}

/** Holds the user's version: what was decided on is still what is there. */
export function versionGuard(db: D1Database, seq: number, version: number): D1PreparedStatement {
  return guard(db, 'state', '(SELECT version FROM users WHERE seq = ?) = ?', seq, version);
}

/** Holds the portal's version: the policy that was decided by is still in force. */
export function policyGuard(db: D1Database, version: number): D1PreparedStatement {
  return guard(db, 'policy', '(SELECT version FROM portal WHERE id = 1) = ?', version);
}

/** Holds that an active admin who can sign in is left besides this one. */
export function floorGuard(db: D1Database, seq: number): D1PreparedStatement {
  return guard(
    db,
    'floor',
    `EXISTS (SELECT 1 FROM users WHERE role = 'admin' AND active = 1 AND login_type IN ('saml', 'password')
       AND removed_at IS NULL AND seq <> ?)`,
    seq,
  );
}

/** The counters, and in the same look at the portal's row the guard of the policy that the user was decided by. */
function countNewUser(db: D1Database, id: string, active: number, portalVersion: number): D1PreparedStatement {
  const held = `version = iif(version = ?3, version, ${refusal('policy')})`;
  return db
    .prepare(
      `UPDATE portal SET ${held}, user_count = user_count + 1, active_count = active_count + ?1, ${showInPortal('?2')}
       WHERE id = 1`,
    )
    .bind(active, id, portalVersion);
}

function countUsersBy(db: D1Database, users: number, active: number): D1PreparedStatement {
  return db
    .prepare('UPDATE portal SET user_count = user_count + ?, active_count = active_count + ? WHERE id = 1')
    .bind(users, active);
}

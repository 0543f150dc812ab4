// Who comes into a team without anybody naming them: people in no team whose division is its name. They asked for it before it was
// there, and the identity provider does not ask again.
import { DIVISION_SQL } from './division.ts';

/** SQL: a row of `users` that an identity provider manages and that is in no team. */
export const TEAMLESS = "team_seq IS NULL AND login_type = 'saml' AND removed_at IS NULL";

/** Takes in whoever asks for the team of that name. It looks at every user of the portal, in one statement. */
export function adopt(db: D1Database, name: string): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE users SET team_seq = (SELECT seq FROM teams WHERE name = ?1) WHERE ${TEAMLESS} AND ${DIVISION_SQL} = ?1`,
    )
    .bind(name);
}

/** The same for all teams at once: where the division begins to decide. */
export function adoptAll(db: D1Database): D1PreparedStatement {
  return db.prepare(
    `UPDATE users SET team_seq = (SELECT seq FROM teams WHERE name = users.${DIVISION_SQL})
     WHERE ${TEAMLESS} AND ${DIVISION_SQL} IN (SELECT name FROM teams)`,
  );
}

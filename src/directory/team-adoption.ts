// Who comes into a team without anybody naming them: people whose division is its name, and who are in no team, or in the one of first
// sign-ins. They asked for it before it was there, and the identity provider does not ask again.
import { DIVISION_SQL } from './division.ts';

/** SQL: the number of the team of first sign-ins; NULL for none. Only the portal's own choices name a team, no preset does. */
const FIRST_TEAM =
  "(SELECT seq FROM teams WHERE name = (SELECT policy ->> '$.jit.defaultTeam' FROM portal WHERE id = 1))";

/** SQL: a row of `users` that an identity provider manages, and whom nobody has put into a team for good. */
export const UNPLACED = `(team_seq IS NULL OR team_seq = ${FIRST_TEAM}) AND login_type = 'saml' AND removed_at IS NULL`;

/** Takes in whoever asks for the team of that name. It looks at every user of the portal, in one statement. */
export function adopt(db: D1Database, name: string): D1PreparedStatement {
  const team = '(SELECT seq FROM teams WHERE name = ?1)';
  return db
    .prepare(
      `UPDATE users SET team_seq = ${team} WHERE ${UNPLACED} AND ${DIVISION_SQL} = ?1 AND team_seq IS NOT ${team}`,
    )
    .bind(name);
}

/** The same for all teams at once: where the division begins to decide. */
export function adoptAll(db: D1Database): D1PreparedStatement {
  const team = `(SELECT seq FROM teams WHERE name = users.${DIVISION_SQL})`;
  return db.prepare(
    `UPDATE users SET team_seq = ${team}
     WHERE ${UNPLACED} AND ${DIVISION_SQL} IN (SELECT name FROM teams) AND team_seq IS NOT ${team}`,
  );
}

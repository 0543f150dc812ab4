// A team that somebody is to be in must be there when it is written: a name that finds none would mean no team at all.
import { fail, type Result } from '../failure.ts';
import { guard } from '../storage/guard.ts';

/** Holds that there is a team of that name; lost under the name `team`. */
export function teamGuard(db: D1Database, name: string): D1PreparedStatement {
  return guard(db, 'team', 'EXISTS (SELECT 1 FROM teams WHERE name = ?)', name);
}

/** What the loss of that guard means. */
export function noSuchTeam(): Result<never> {
  return fail('invalid_value', 'There is no team of that name. Nothing was changed.');
}

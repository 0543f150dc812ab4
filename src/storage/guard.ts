// Guards: statements that make the whole batch fail, and say why, when a condition does not hold at that very moment. In a commit
// they stand first, since a guarded UPDATE alone would hit no row and still let the other statements of its batch through; in a
// read, in front of what must not run.

const GUARD_NAMES = [
  'applied',
  'key',
  'session',
  'admin',
  'replay',
  'request',
  'policy',
  'state',
  'unique',
  'floor',
  'owner',
  'members',
  'team',
  'scan',
] as const;

/** Why a batch was refused, in the order the guards stand in one. */
export type GuardName = (typeof GUARD_NAMES)[number];

/** True for the name of a guard. */
export function isGuardName(name: string): name is GuardName {
  return GUARD_NAMES.some((known) => known === name);
}

/** A statement that passes when the SQL condition is true and otherwise rolls its batch back with an error naming `name`.
 * The error is that of an invalid JSON path, which carries the text of the path. */
export function guard(db: D1Database, name: GuardName, condition: string, ...values: unknown[]): D1PreparedStatement {
  return db.prepare(`SELECT iif(${condition}, 1, ${refusal(name)})`).bind(...values);
}

/** The expression that refuses, for statements that check row by row: only inside a branch that is not always taken. */
export function refusal(name: GuardName): string {
  return `json_extract('{}', 'guard:${name}')`;
}

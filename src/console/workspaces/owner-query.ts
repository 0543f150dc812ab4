// A person named by number or by what somebody typed: the owner of a list, or who is to own workspaces.
import { fold } from '../../scim/fold.ts';

export interface PersonRow {
  readonly seq: number;
  readonly id: string;
  readonly userName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly active: number;
  readonly removed: number;
  readonly loginType: 'saml' | 'password' | 'service';
}

const COLUMNS = `u.seq, u.id, u.user_name AS userName, u.given_name AS givenName, u.family_name AS familyName, u.active,
  u.removed_at IS NOT NULL AS removed, u.login_type AS loginType`;

/** SQL of the `seq` of who is meant by a text: an id, or unless removed, a userName in any case. `text` and `folded` are parameters. */
function seqOf(text: string, folded: string): string {
  return `(SELECT seq FROM users WHERE id = ${text} UNION ALL SELECT seq FROM users WHERE id = ${folded}
    UNION ALL SELECT seq FROM users WHERE user_name_key = ${folded} AND removed_at IS NULL LIMIT 1)`;
}

/** Parameters of one statement, in order. */
export class Parameters {
  readonly values: (string | number | null)[] = [];

  /** The name under which SQL finds the value. */
  add(value: string | number | null): string {
    this.values.push(value);
    return `?${this.values.length}`;
  }
}

/** SQL of the `seq` of a person by number or by text. */
export function personSeq(parameters: Parameters, person: number | string): string {
  if (typeof person === 'number') return parameters.add(person);
  return seqOf(parameters.add(person), parameters.add(fold(person)));
}

/** One `PersonRow`, or none. */
export function selectPerson(db: D1Database, person: number | string): D1PreparedStatement {
  const parameters = new Parameters();
  const sql = `SELECT ${COLUMNS} FROM users AS u WHERE u.seq = ${personSeq(parameters, person)}`;
  return db.prepare(sql).bind(...parameters.values);
}

const LOOKED_THROUGH = 200;
const PROPOSED = 5;

/** People who can own workspaces and whose userName begins with what somebody typed. */
export function selectProposals(db: D1Database, text: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT ${COLUMNS} FROM (SELECT * FROM users WHERE removed_at IS NULL AND user_name_key >= ?1 AND user_name_key < ?1 || ?2
         ORDER BY user_name_key LIMIT ${LOOKED_THROUGH}) AS u
       WHERE u.active = 1 AND u.login_type <> 'service' LIMIT ${PROPOSED}`,
    )
    .bind(fold(text), '\u{10FFFF}');
}

/** Whether a person can own workspaces. */
export function mayOwn({ active, removed, loginType }: PersonRow): boolean {
  return active === 1 && removed === 0 && loginType !== 'service';
}

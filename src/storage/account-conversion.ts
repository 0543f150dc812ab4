// An account that SCIM did not see becomes one that it does: the row, the counters, and its place in the list.
import { BLOCK, countRegion } from './list-positions.ts';
import { assign } from './user-writes.ts';

/** The statements; what the account signed in with ends. `folded` is what filters see of the user from now on. */
export function showAccount(
  db: D1Database,
  { seq, active }: { readonly seq: number; readonly active: boolean },
  folded: string,
  nowMs: number,
): D1PreparedStatement[] {
  return [
    assign(db, seq, [
      ['login_type = ?', 'saml'],
      ['folded = ?', folded],
      ['updated_at = ?', nowMs],
    ]),
    db
      .prepare(`UPDATE list_blocks SET hidden = hidden - 1 WHERE block = (CAST(?1 AS INTEGER) - 1) / ${BLOCK}`)
      .bind(seq),
    db
      .prepare(
        `UPDATE portal SET user_count = user_count + 1, active_count = active_count + ?2, hidden_count = hidden_count - 1,
           hidden_regions = ${countRegion('?1', -1)} WHERE id = 1`,
      )
      .bind(seq, active ? 1 : 0),
    ...forgetPassword(db, seq),
  ];
}

/** Takes the password, the links to set one, and the sessions of an account away, and whoever acts for it stops: also when the account
 * is a service account again within their session. */
export function forgetPassword(db: D1Database, seq: number): D1PreparedStatement[] {
  return [
    db.prepare('DELETE FROM credentials WHERE user_seq = ?').bind(seq),
    ...forgetSignIns(db, seq),
    db.prepare('UPDATE sessions SET acting_seq = NULL WHERE acting_seq = ?').bind(seq),
  ];
}

/** Takes the links to set a password and the sessions of an account away. */
export function forgetSignIns(db: D1Database, seq: number): D1PreparedStatement[] {
  const tables = ['one_time_links', 'sessions'];
  return tables.map((table) => db.prepare(`DELETE FROM ${table} WHERE user_seq = ?`).bind(seq));
}

// Whether somebody could still get into the console without the identity provider.

/** One row where an active admin has a password, and none where nobody has. */
export function selectPasswordAdmin(db: D1Database): D1PreparedStatement {
  return db.prepare(
    `SELECT u.seq FROM credentials AS c CROSS JOIN users AS u ON u.seq = c.user_seq
     WHERE u.role = 'admin' AND u.active = 1 AND u.login_type = 'password' AND u.removed_at IS NULL LIMIT 1`,
  );
}

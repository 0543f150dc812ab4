// A portal in which everything that Home can tell of has happened, written straight into its tables.

const DAY_MS = 86_400_000;

/** One of each matter; names carry markup, which must stay text. */
export async function makeTrouble(db: D1Database, nowMs: number): Promise<void> {
  const key = (id: string, label: string, owner: number, expires: number | null, used: number | null) =>
    db
      .prepare(
        `INSERT INTO api_keys (id, owner_seq, username, purpose, label, hash, created_at, expires_at, last_used_at)
         VALUES (?1, ?2, 'scim-admin@acme.example', 'scim', ?3, ?1, ?4, ?5, ?6)`,
      )
      .bind(id, owner, label, nowMs - 90 * DAY_MS, expires, used);
  const refusal = (rule: string, method: string, route: string, status: number, detail: string, ago: number) =>
    db
      .prepare(
        `INSERT INTO refusals (at, actor, request_id, method, route, status, rule, detail)
         VALUES (?, 'expiring', 'r1', ?, ?, ?, ?, ?)`,
      )
      .bind(nowMs - ago, method, route, status, rule, detail);
  const ledger = (kind: string, state: string, user: number, due: number) =>
    db
      .prepare(
        `INSERT INTO destructions (kind, user_seq, registration, cause, created_at, due_at, state)
         VALUES (?, ?, 1, 'flood', ?, ?, ?)`,
      )
      .bind(kind, user, nowMs, due, state);
  const owner = "(SELECT seq FROM users WHERE login_type = 'service' AND role = 'admin' AND active = 1 LIMIT 1)";
  await db.batch([
    db.prepare("UPDATE portal SET brake_engaged_at = ?, brake_cause = 'flood'").bind(nowMs - 3 * 3_600_000),
    ...[11, 12, 13].map((user) => ledger('account', 'held', user, nowMs)),
    ledger('workspaces', 'pending', 14, nowMs + DAY_MS / 2),
    ledger('user_content', 'pending', 15, nowMs + DAY_MS / 3),
    db
      .prepare(
        `INSERT INTO outbox (kind, mutation_id, subject, actor, recipients, created_at, next_at, dead_at)
         VALUES ('admin_granted', 'm', 'jane.example@acme.example', 'cli', '[1]', ?1, ?1, ?1)`,
      )
      .bind(nowMs),
    key('orphan', 'Old sync', 99_999, null, null),
    key('expiring', 'Okta <b>production</b>', 0, nowMs + 5 * DAY_MS, nowMs),
    key('silent', 'Entra', 0, null, nowMs - 6 * DAY_MS),
    db.prepare(`UPDATE api_keys SET owner_seq = ${owner} WHERE owner_seq = 0`),
    refusal('user_name_immutable', 'PATCH', '/Users/:id', 400, 'userName cannot be changed.', 7_200_000),
    refusal('user_name_immutable', 'PATCH', '/Users/:id', 400, 'userName cannot be changed.', 3_600_000),
    refusal('user_name_in_use', 'POST', '/Users', 409, 'The userName <script>alert(1)</script> is taken.', 60_000),
  ]);
}

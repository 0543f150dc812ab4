// People whom a flood of deactivations has ended and the brake holds, written straight into the tables, where making them by requests
// would take too long; and the way back to the portal of before.

const ROOMY = 3;

export interface Flood {
  /** The `seq` of the last user before. */
  readonly before: number;
}

/** So many people of whom something is held, since half an hour, in a portal whose brake is engaged; the first few have files and
 * workspaces. Their userNames are `leaver1@acme.example` and so on. */
export async function makeFlood(db: D1Database, count: number, nowMs: number): Promise<Flood> {
  const last = await db.prepare('SELECT max(seq) AS seq FROM users').first<{ seq: number }>();
  const before = last?.seq ?? 0;
  const each = JSON.stringify(Array.from({ length: count }, (_, i) => i + 1));
  const at = nowMs - 30 * 60_000;
  const key = "(SELECT id FROM api_keys WHERE purpose = 'scim' ORDER BY rowid LIMIT 1)";
  const account = `json_object('active', 1, 'removed', 0, 'role', 'user', 'lastLoginAt', NULL,
    'profile', json_object('givenName', 'Jane', 'familyName', 'Example ' || value, 'attributes', json('{}'), 'team', NULL),
    'keys', json('[]'), 'content', 'destroy', 'groups', json('[]'))`;
  const ledger = (kind: string, columns: string, where: string) =>
    db
      .prepare(
        `INSERT INTO destructions (kind, user_seq, registration, cause, actor, request_id, account, created_at, due_at, state)
         SELECT '${kind}', ?2 + value, 1, 'flood' || value, ${key}, 'f100d', ${columns}, ?3 - 1000 * (?4 - value), ?3, 'held'
         FROM json_each(?1) WHERE ${where}`,
      )
      .bind(each, before, at, count);
  await db.batch([
    db
      .prepare(
        `INSERT INTO users (seq, id, user_name, user_name_key, login_type, role, active, attributes, registration, created_at, updated_at, version, deactivated_at)
         SELECT ?2 + value, 'leaver' || value || '@acme.example', 'leaver' || value || '@acme.example',
           'leaver' || value || '@acme.example', 'saml', 'user', 0, '{}', 1, ?3, ?3, 2, ?3 - 1000 * (?4 - value)
         FROM json_each(?1)`,
      )
      .bind(each, before, at, count),
    ledger('account', account, '1'),
    ledger('user_content', 'NULL', `value <= ${ROOMY}`),
    ledger('workspaces', 'NULL', `value <= ${ROOMY}`),
    db
      .prepare(
        `INSERT INTO files (id, owner_seq, registration, r2_key, size_bytes, created_at, name)
         SELECT 'flood' || value, ?2 + 1 + value % ${ROOMY}, 1, 'flood' || value, 1234567, ?3, 'plan.txt' FROM json_each(?1)`,
      )
      .bind(each, before, at),
    db
      .prepare(
        `INSERT INTO workspaces (id, owner_seq, name, state, created_at, archived_at, destruction_seq)
         SELECT 'flood' || seq, user_seq, 'Plans', 'archived', ?1, ?1, seq FROM destructions
         WHERE kind = 'workspaces' AND cause LIKE 'flood%'`,
      )
      .bind(at),
    db
      .prepare(
        `UPDATE portal SET user_count = user_count + ?1, brake_engaged_at = ?2, brake_cause = 'flood1',
           recent_deactivations = (SELECT json_group_array(CAST(?2 AS INTEGER)) FROM json_each(?3) WHERE value <= 100)`,
      )
      .bind(count, at, each),
  ]);
  return { before };
}

/** Takes away whoever came with the flood, whatever became of them, and the brake with its policy. */
export async function endFlood(db: D1Database, { before }: Flood): Promise<void> {
  const there = 'FROM users WHERE seq > ?1 AND removed_at IS NULL';
  await db.batch([
    db
      .prepare(
        `UPDATE portal SET user_count = user_count - (SELECT count(*) ${there}), brake_engaged_at = NULL, brake_cause = NULL,
           active_count = active_count - (SELECT count(*) ${there} AND active = 1), recent_deactivations = '[]',
           policy = '{}', version = version + 1`,
      )
      .bind(before),
    ...['destructions WHERE user_seq', 'files WHERE owner_seq', 'workspaces WHERE owner_seq', 'users WHERE seq'].map(
      (where) => db.prepare(`DELETE FROM ${where} > ?`).bind(before),
    ),
    db.prepare("DELETE FROM journal WHERE rule = 'brake_restored' OR mutation_id LIKE 'flood%'"),
  ]);
}

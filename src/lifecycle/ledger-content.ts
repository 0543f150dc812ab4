// What a row of the ledger is about, counted now: the workspaces under it and the content that would go with it. Every count is
// bounded, since a person who looks must not read the database.

/** Rows of content that are counted of one ledger row, of one table. */
export const COUNTED_ROWS = 1_000;
/** The same where all that is due is added up. */
const SUMMED_ROWS = 50_000;
/** Workspaces that are counted of one ledger row, of those deleted and of those not. */
export const COUNTED_WORKSPACES = 10_000;

/** Joins of a ledger row `d` with the rows `c` of a table of content that go with it. */
const CONTENT = {
  user_content: (table: string) =>
    `CROSS JOIN ${table} AS c ON c.workspace_seq IS NULL AND c.owner_seq = d.user_seq AND c.registration = d.registration`,
  workspaces: (table: string) =>
    `CROSS JOIN workspaces AS w ON w.owner_seq = d.user_seq AND w.deleted_at IS NULL AND w.destruction_seq = d.seq
     CROSS JOIN ${table} AS c ON c.workspace_seq = w.seq AND c.workspace_seq IS NOT NULL`,
} as const;

const PLACES = (['user_content', 'workspaces'] as const).flatMap((kind) =>
  (['files', 'messages'] as const).map((table) => ({ kind, table })),
);

/** Rows `{ seq, objects, bytes }`, several a ledger row: what there is now of those of `seqs`, up to `bound` of a table. */
export function selectContentNow(db: D1Database, seqs: readonly number[], bound: number): D1PreparedStatement[] {
  return PLACES.map(({ kind, table }) =>
    db
      .prepare(
        `SELECT own.seq, (SELECT json_array(count(*), coalesce(sum(size_bytes), 0)) FROM (
             SELECT c.size_bytes FROM destructions AS d ${CONTENT[kind](table)} WHERE d.seq = own.seq LIMIT ${bound})) AS counts
         FROM json_each(?) AS page CROSS JOIN destructions AS own ON own.seq = page.value WHERE own.kind = '${kind}'`,
      )
      .bind(JSON.stringify(seqs)),
  );
}

/** Rows `{ seq, waiting, deleted, names }`: the workspaces under each ledger row, those deleted apart, each counted up to
 * `workspaces`; `names` is JSON, `[id, name, state, deletedAt]` of the first `named`. */
export function selectWorkspacesUnder(
  db: D1Database,
  seqs: readonly number[],
  bounds: { readonly named: number; readonly workspaces: number },
): D1PreparedStatement {
  const waiting = 'w.owner_seq = d.user_seq AND w.deleted_at IS NULL AND w.destruction_seq = d.seq';
  const deleted = 'w.destruction_seq = d.seq AND w.deleted_at IS NOT NULL';
  const count = (which: string) =>
    `(SELECT count(*) FROM (SELECT 1 FROM workspaces AS w WHERE ${which} LIMIT ${bounds.workspaces}))`;
  const columns = 'SELECT w.id, w.name, w.state, w.deleted_at AS deletedAt FROM workspaces AS w WHERE';
  return db
    .prepare(
      `SELECT d.seq, ${count(waiting)} AS waiting, ${count(deleted)} AS deleted,
         (SELECT json_group_array(json_array(id, name, state, deletedAt)) FROM (
            ${columns} ${waiting} UNION ALL ${columns} ${deleted} LIMIT ?2)) AS names
       FROM json_each(?1) AS page CROSS JOIN destructions AS d ON d.seq = page.value AND d.kind = 'workspaces'`,
    )
    .bind(JSON.stringify(seqs), bounds.named);
}

/** One row `{ rows, users, workspaces }`, then rows `{ objects, bytes }`: all that is pending and due before a time, each counted up
 * to `bound`. */
export function selectDue(db: D1Database, beforeMs: number, bound = SUMMED_ROWS): D1PreparedStatement[] {
  const due = `(SELECT * FROM destructions WHERE state = 'pending' AND due_at < ?1 ORDER BY due_at LIMIT ${bound})`;
  const under = 'w.owner_seq = d.user_seq AND w.deleted_at IS NULL AND w.destruction_seq = d.seq';
  return [
    db
      .prepare(
        `SELECT count(*) AS rows, count(DISTINCT iif(d.kind = 'workspaces', NULL, d.user_seq)) AS users,
           coalesce(sum(iif(d.kind <> 'workspaces', 0, (SELECT count(*) FROM (SELECT 1 FROM workspaces AS w WHERE ${under}
             LIMIT ${bound})))), 0) AS workspaces
         FROM ${due} AS d`,
      )
      .bind(beforeMs),
    ...PLACES.map(({ kind, table }) =>
      db
        .prepare(
          `SELECT count(*) AS objects, coalesce(sum(size_bytes), 0) AS bytes FROM (
             SELECT c.size_bytes FROM ${due} AS d ${CONTENT[kind](table)} WHERE d.kind = '${kind}'
             LIMIT ${bound})`,
        )
        .bind(beforeMs),
    ),
  ];
}

/** Whether a count of `selectDue` stopped at its bound. */
export function isCapped(count: number, bound = SUMMED_ROWS): boolean {
  return count >= bound;
}

// Where a position of the user list stands in the table, without counting the rows before it. `seq`s have no gaps (rows are
// never deleted, failed inserts roll back), so a visible row's position is its `seq` less the hidden rows before it, and hidden
// rows are counted by blocks and regions. Whoever makes a row visible or hidden says so here, in the same batch.

/** `seq`s of a block and of a region; the numbers stand in the migration too. */
export const BLOCK = 100;
const REGION = 10_000;

/** One more hidden row in its block. `HIDE_IN_PORTAL` goes with it, in the statement that changes the portal's row anyway. */
export function hideRow(db: D1Database, seq: number): D1PreparedStatement {
  return db
    .prepare(
      'INSERT INTO list_blocks (block, hidden) VALUES (?, 1) ON CONFLICT (block) DO UPDATE SET hidden = hidden + 1',
    )
    .bind(Math.floor((seq - 1) / BLOCK));
}

/** Assignments for an UPDATE of `portal` when `seq`, an SQL expression, becomes hidden. */
export function hideInPortal(seq: string): string {
  const counted = countRegion(seq, 1);
  return `hidden_count = hidden_count + 1, hidden_through = max(hidden_through, ${seq}), hidden_regions = ${counted}`;
}

/** The removed user with this id is about to be visible again. Where there is none, nothing is written, and `changes()` of the
 * next statement is 0. */
export function showRemoved(db: D1Database, id: string): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE list_blocks SET hidden = hidden - 1
       WHERE block = (SELECT (seq - 1) / ${BLOCK} FROM users WHERE id = ? AND removed_at IS NOT NULL)`,
    )
    .bind(id);
}

/** Assignments for an UPDATE of `portal` right after `showRemoved`; `id` is an SQL expression. */
export function showInPortal(id: string): string {
  const counted = `(SELECT ${countRegion('users.seq', -1)} FROM users WHERE users.id = ${id})`;
  return `hidden_count = hidden_count - (changes() > 0), hidden_regions = iif(changes() > 0, ${counted}, hidden_regions)`;
}

/** An account that SCIM does not see was just made under this id. */
export function hideNewAccount(db: D1Database, id: string): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `INSERT INTO list_blocks (block, hidden) SELECT (seq - 1) / ${BLOCK}, 1 FROM users WHERE id = ?
         ON CONFLICT (block) DO UPDATE SET hidden = hidden + 1`,
      )
      .bind(id),
    db.prepare(`UPDATE portal SET ${hideInPortal('(SELECT seq FROM users WHERE id = ?1)')} WHERE id = 1`).bind(id),
  ];
}

/** SQL: the counts of the regions, with one more or less in that of `seq`. */
export function countRegion(seq: string, by: 1 | -1): string {
  const path = regionPath(`(CAST(${seq} AS INTEGER) - 1) / ${REGION}`);
  return `json_set(hidden_regions, ${path}, coalesce(hidden_regions ->> ${path}, 0) + ${by})`;
}

function regionPath(region: string): string {
  return `('$."' || (${region}) || '"')`;
}

/** SQL of the `seq` at position `?1` of the unfiltered list, from 1; NULL or a `seq` past the last where the list is shorter.
 *
 * Behind the last hidden row it is an addition, one row read. Elsewhere it is the least `s` with `s = position + hidden rows up
 * to s`: walking the regions gives the one it is in; then blocks that begin before `s` are added until no more do; then the last
 * block is walked. Each block is read once. D1 binds numbers as REAL, hence the CAST. */
export const SEQ_AT = `(SELECT CASE WHEN ?1 > hidden_through - hidden_count THEN ?1 + hidden_count ELSE (
  WITH RECURSIVE
    regions (region, high, counts) AS (SELECT 0, CAST(?1 AS INTEGER), hidden_regions FROM portal WHERE id = 1
      UNION ALL SELECT region + 1, high + ${inRegion()}, counts FROM regions
      WHERE ${REGION} * (region + 1) < high + ${inRegion()}),
    blocks (low, high) AS (SELECT ${REGION} * max(region), max(high) FROM regions
      UNION ALL SELECT high, high + (SELECT coalesce(sum(hidden), 0) FROM list_blocks
        WHERE block >= ${firstBlockFrom('low')} AND block < ${firstBlockFrom('high')}) FROM blocks WHERE high > low),
    last_block (start, hidden, high) AS MATERIALIZED (SELECT coalesce(${BLOCK} * block, -${BLOCK}), hidden, high
      FROM (SELECT max(high) AS high FROM blocks) LEFT JOIN list_blocks ON block = (
        SELECT max(block) FROM list_blocks WHERE block < ${firstBlockFrom('high')}))
  SELECT iif(high > start + ${BLOCK}, high, (
    SELECT seq FROM users WHERE seq > start AND login_type = 'saml' AND removed_at IS NULL
    ORDER BY seq LIMIT 1 OFFSET (SELECT high - hidden - start - 1 FROM last_block))) FROM last_block
) END FROM portal WHERE id = 1)`;

function inRegion(): string {
  return `coalesce(counts ->> ${regionPath('region')}, 0)`;
}

/** The first block that begins after `seq`s up to `seq`. */
function firstBlockFrom(seq: string): string {
  return `((${seq} + ${BLOCK - 1}) / ${BLOCK})`;
}

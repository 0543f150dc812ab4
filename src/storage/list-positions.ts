// Where a position of the user list stands in the table, without counting the rows before it. `seq`s have no gaps (rows are
// never deleted, failed inserts roll back), so a visible row's position is its `seq` less the hidden rows before it, and hidden
// rows are counted by blocks and regions. Whoever makes a row visible or hidden says so here, in the same batch.

/** `seq`s of a block and of a region; the numbers stand in the migrations too. */
const BLOCK = 100;
const REGION = 10_000;

/** One more hidden row: a removed user. Two rows written; the portal's own counters go with its other ones. */
export function hideRow(db: D1Database, seq: number): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO list_blocks (block, hidden) VALUES (?, 1), (?, 1)
       ON CONFLICT (block) DO UPDATE SET hidden = hidden + 1`,
    )
    .bind(Math.floor((seq - 1) / BLOCK), -1 - Math.floor((seq - 1) / REGION));
}

/** The removed user with this id is about to be visible again. Where there is none, nothing is written, and `changes()` of the
 * next statement is 0. */
export function showRemoved(db: D1Database, id: string): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE list_blocks SET hidden = hidden - 1 WHERE block IN (
         SELECT (seq - 1) / ${BLOCK} FROM users WHERE id = ?1 AND removed_at IS NOT NULL
         UNION ALL SELECT -1 - (seq - 1) / ${REGION} FROM users WHERE id = ?1 AND removed_at IS NOT NULL)`,
    )
    .bind(id);
}

/** An account that SCIM does not see was just made under this id. */
export function hideNewAccount(db: D1Database, id: string): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `INSERT INTO list_blocks (block, hidden)
         SELECT (seq - 1) / ${BLOCK}, 1 FROM users WHERE id = ?1
         UNION ALL SELECT -1 - (seq - 1) / ${REGION}, 1 FROM users WHERE id = ?1
         ON CONFLICT (block) DO UPDATE SET hidden = hidden + 1`,
      )
      .bind(id),
    db
      .prepare(
        `UPDATE portal SET hidden_count = hidden_count + 1,
           hidden_through = max(hidden_through, (SELECT seq FROM users WHERE id = ?)) WHERE id = 1`,
      )
      .bind(id),
  ];
}

/** SQL of the `seq` at position `?1` of the unfiltered list, from 1; NULL or a `seq` past the last where the list is shorter.
 *
 * Behind the last hidden row it is an addition, one row read. Elsewhere the sought `seq` is the least `s` with
 * `s = position + hidden rows up to s`, found by repeated addition: first by regions that begin before `s`, then by blocks inside
 * the last region, then by walking the last block. Each count is read once. D1 binds numbers as REAL, hence the CAST. */
export const SEQ_AT = `(SELECT CASE WHEN ?1 > hidden_through - hidden_count THEN ?1 + hidden_count ELSE (${seqByBlocks()}) END
  FROM portal WHERE id = 1)`;

function seqByBlocks(): string {
  return `
    WITH RECURSIVE
      by_regions (low, high) AS (SELECT 0, CAST(?1 AS INTEGER) UNION ALL SELECT high, high + (
        SELECT coalesce(sum(hidden), 0) FROM list_blocks
        WHERE block <= -1 - ${upwards('low', REGION)} AND block > -1 - ${upwards('high', REGION)}) FROM by_regions WHERE high > low),
      region (start, hidden, high) AS (SELECT coalesce(${REGION} * (-1 - block), -${REGION}), hidden, high
        FROM (SELECT max(high) AS high FROM by_regions) LEFT JOIN list_blocks ON block = (
          SELECT min(block) FROM list_blocks WHERE block < 0 AND block > -1 - ${upwards('high', REGION)})),
      by_blocks (low, high) AS (
        SELECT iif(high > start + ${REGION}, high, start), iif(high > start + ${REGION}, high, high - hidden) FROM region
        UNION ALL SELECT high, high + (
        SELECT coalesce(sum(hidden), 0) FROM list_blocks
        WHERE block >= ${upwards('low', BLOCK)} AND block < ${upwards('high', BLOCK)}) FROM by_blocks WHERE high > low),
      last_block (start, hidden, high) AS MATERIALIZED (SELECT coalesce(${BLOCK} * block, -${BLOCK}), hidden, high
        FROM (SELECT max(high) AS high FROM by_blocks) LEFT JOIN list_blocks ON block = (
          SELECT max(block) FROM list_blocks WHERE block >= 0 AND block < ${upwards('high', BLOCK)}))
    SELECT iif(high > start + ${BLOCK}, high, (
      SELECT seq FROM users WHERE seq > start AND login_type = 'saml' AND removed_at IS NULL
      ORDER BY seq LIMIT 1 OFFSET (SELECT high - hidden - start - 1 FROM last_block))) FROM last_block`;
}

function upwards(value: string, size: number): string {
  return `((${value} + ${size - 1}) / ${size})`;
}

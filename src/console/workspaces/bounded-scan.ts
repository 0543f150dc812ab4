// A page of a list that no index has in the wanted form: a bounded number of candidates is looked at in the order of an index, and
// the page says where the looking stopped, so that the reader can go on from there. What a page costs does not grow with the portal.

/** Where a page ends: the keys of its last row, which only its own scan understands. */
export interface Place {
  readonly k1: number;
  readonly k2: number;
  readonly k3: number;
}

export const START: Place = { k1: 0, k2: 0, k3: 0 };

export interface Scan {
  /** A SELECT of candidates in order, without LIMIT, with the columns k1, k2, k3. */
  readonly candidates: string;
  /** SQL over a candidate `c`: whether it belongs to the list. */
  readonly match: string;
  /** The most candidates that are looked at. */
  readonly scanned: number;
  /** The most rows of a page. */
  readonly rows: number;
}

/** A SELECT of the columns of the candidates, and of `n` and `matches`: one row more than a page has, or behind what there is the last
 * candidate that was looked at, as no match. That one is looked for only where the page is not full. */
export function scanSql({ candidates, match, scanned, rows }: Scan): string {
  return `SELECT s.*, row_number() OVER () AS n FROM (
      SELECT * FROM (SELECT c.*, 1 AS matches FROM (${candidates} LIMIT ${scanned}) AS c WHERE ${match} LIMIT ${rows + 1})
      UNION ALL SELECT * FROM (SELECT c.*, 0 AS matches FROM (${candidates} LIMIT 1 OFFSET ${scanned - 1}) AS c)
      LIMIT ${rows + 1}) AS s`;
}

export interface Scanned extends Place {
  readonly n: number;
  readonly matches: number;
}

export interface ScannedPage<Row> {
  readonly rows: readonly Row[];
  /** Where the next page begins; undefined where there is none. */
  readonly next: Place | undefined;
  /** Whether looking stopped before the page was full. */
  readonly isCut: boolean;
}

/** The page in the rows of a `scanSql`, at most `rows` of them. */
export function readScan<Row extends Scanned>(found: readonly Row[], rows: number): ScannedPage<Row> {
  const matching = found.filter(({ matches }) => matches === 1);
  const last = found.find(({ matches }) => matches === 0);
  const isFull = matching.length > rows;
  return {
    rows: matching.slice(0, rows),
    next: isFull ? matching[rows - 1] : last,
    isCut: !isFull && last !== undefined,
  };
}

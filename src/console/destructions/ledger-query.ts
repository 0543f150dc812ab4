// The statements behind the list of destructions, each by an index that is there for other reasons and up to a bound.

import { type Due, readDue } from '../../lifecycle/due.ts';
import { selectDue } from '../../lifecycle/ledger-content.ts';
import { type Bounds, type LedgerRow, ledgerRowsOf } from '../../lifecycle/receipts.ts';
import { COUNTED } from '../page/count-text.ts';
import { type Place, readScan, type Scanned, type ScannedPage, scanSql } from '../workspaces/bounded-scan.ts';
import { Parameters, type PersonRow, personSeq, selectPerson } from '../workspaces/owner-query.ts';
import type { LedgerAddress, View } from './list-address.ts';

export const PAGE_ROWS = 50;
/** Rows of the ledger looked at for a page, and where one person's are asked for. */
export const SCANNED = 1_000;
export const SCANNED_OF_PERSON = 10_000;
const DAY_MS = 86_400_000;

/** How far a row of the list is described. */
export const LISTED: Bounds = { named: 3, workspaces: COUNTED, content: 100 };

interface Source {
  readonly where: string;
  readonly key: 'due_at' | 'user_seq' | 'seq';
  readonly order: 'ASC' | 'DESC';
}

const SOURCES: Readonly<Record<View, Source>> = {
  coming: { where: "d.state = 'pending'", key: 'due_at', order: 'ASC' },
  held: { where: "d.state = 'held'", key: 'user_seq', order: 'ASC' },
  // All rows, newest first, of which the list shows those that are done.
  done: { where: '1', key: 'seq', order: 'DESC' },
};

function candidates({ where, key, order }: Source, parameters: Parameters, after: Place | undefined): string {
  const terms = [where];
  if (after) {
    const [k1, k2] = [parameters.add(after.k1), parameters.add(after.k2)];
    if (order === 'DESC') terms.push(`d.seq < ${k2} AND ${k1} IS NOT NULL`);
    else terms.push(`d.${key} >= ${k1} AND (d.${key} > ${k1} OR d.seq > ${k2})`);
  }
  return `SELECT d.*, d.${key} AS k1, d.seq AS k2, 0 AS k3 FROM destructions AS d WHERE ${terms.join(' AND ')}
    ORDER BY d.${key} ${order}, d.seq ${order}`;
}

/** The statements, in the order in which `readLedger` takes their results. */
export function selectLedger(db: D1Database, address: LedgerAddress, nowMs: number): readonly D1PreparedStatement[] {
  const { view, person, after } = address;
  const parameters = new Parameters();
  const match = [view === 'done' ? "c.state = 'done'" : '1'];
  if (person !== undefined) match.push(`c.user_seq = ${personSeq(parameters, person)}`);
  const scan = scanSql({
    candidates: candidates(SOURCES[view], parameters, after),
    match: match.join(' AND '),
    scanned: scannedOf(address),
    rows: PAGE_ROWS,
  });
  const page = db
    .prepare(`${ledgerRowsOf(scan, ['n', 'matches', 'k1', 'k2', 'k3'])} ORDER BY d.n`)
    .bind(...parameters.values);
  return [
    page,
    selectCounts(db, nowMs),
    ...(view === 'coming' ? selectDue(db, nowMs + DAY_MS, COUNTED) : []),
    ...(person === undefined ? [] : [selectPerson(db, person)]),
  ];
}

export function scannedOf({ person }: LedgerAddress): number {
  return person === undefined ? SCANNED : SCANNED_OF_PERSON;
}

/** What waits and what is held, counted up to `COUNTED`. */
export interface LedgerCounts {
  readonly waiting: number;
  readonly held: number;
  readonly heldByAdmin: number;
}

/** One row of `LedgerCounts`: what is due within 30 days is all that waits, since nothing is dated further. */
export function selectCounts(db: D1Database, nowMs: number): D1PreparedStatement {
  const held = `SELECT held_by FROM destructions WHERE state = 'held' LIMIT ${COUNTED}`;
  return db
    .prepare(
      `SELECT (SELECT count(*) FROM (SELECT 1 FROM destructions WHERE state = 'pending' AND due_at < ?1 LIMIT ${COUNTED})) AS waiting,
         count(*) AS held, coalesce(sum(held_by IS NOT NULL), 0) AS heldByAdmin FROM (${held})`,
    )
    .bind(nowMs + 31 * DAY_MS);
}

export interface Ledger {
  readonly page: ScannedPage<LedgerRow & Scanned>;
  readonly counts: LedgerCounts;
  /** What is deleted within 24 hours; only where the view is of what is coming. */
  readonly tomorrow: Due | undefined;
  /** Undefined where nobody is asked for, null where there is nobody of that name. */
  readonly person: PersonRow | null | undefined;
}

/** What the results of `selectLedger` say. */
export function readLedger([page, counts, ...others]: readonly D1Result[], address: LedgerAddress): Ledger {
  const person =
    address.person === undefined ? undefined : ((others.at(-1)?.results[0] as PersonRow | undefined) ?? null);
  const due = address.person === undefined ? others : others.slice(0, -1);
  return {
    page: readScan((page?.results ?? []) as unknown as (LedgerRow & Scanned)[], PAGE_ROWS),
    counts: counts?.results[0] as unknown as LedgerCounts,
    tomorrow: address.view === 'coming' ? readDue(due, COUNTED) : undefined,
    person,
  };
}

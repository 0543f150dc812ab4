// The statements behind the list of workspaces. Each walks an index that is there for other reasons: archiving writes no row for
// this list. Without an owner, archived workspaces are found through the open rows of the ledger, the next to be deleted first.
import { type Place, readScan, type Scanned, type ScannedPage, START, scanSql } from './bounded-scan.ts';
import type { ListAddress, Phase } from './list-address.ts';
import { Parameters, type PersonRow, personSeq, selectPerson } from './owner-query.ts';
import { COUNTED_IN_LIST, type WorkspaceRow, workspaceRowsOf } from './workspace-row.ts';

export const PAGE_ROWS = 50;
/** Candidates looked at for a page, and where a name is searched. */
export const SCANNED = 1_000;
export const SCANNED_BY_NAME = 10_000;

interface Source {
  readonly phase: Phase;
  /** Gives SQL, which takes its values from the parameters. */
  readonly candidates: (parameters: Parameters, after: Place | undefined, owner: string | undefined) => string;
  readonly match: string;
}

const WORKSPACES = 'SELECT w.*, w.seq AS k1, 0 AS k2, 0 AS k3 FROM workspaces AS w';
const IS_HELD = `c.state = 'archived' AND EXISTS (SELECT 1 FROM destructions AS d WHERE d.seq = c.destruction_seq AND d.state = 'held')`;

/** Newest first: the rows of the table, or by its index those of an owner that are not deleted. */
function bySeq(match: string): Source {
  return {
    phase: 'all',
    match,
    candidates: (parameters, after, owner) => {
      const before = after ? `AND w.seq < ${parameters.add(after.k1)}` : '';
      const whose = owner === undefined ? '1' : `w.owner_seq = ${owner} AND w.deleted_at IS NULL`;
      return `${WORKSPACES} WHERE ${whose} ${before} ORDER BY w.seq DESC`;
    },
  };
}

/** What is deleted, by the index that receipts use: the newest rows of the ledger first. */
const GONE: Source = {
  phase: 'all',
  match: 'c.state IS NOT NULL',
  candidates: (parameters, after) => {
    const before = after
      ? `AND (w.destruction_seq, w.seq) < (${parameters.add(after.k1)}, ${parameters.add(after.k2)})`
      : '';
    return `SELECT w.*, w.destruction_seq AS k1, w.seq AS k2, 0 AS k3 FROM workspaces AS w
      WHERE w.deleted_at IS NOT NULL AND w.destruction_seq IS NOT NULL ${before} ORDER BY w.destruction_seq DESC, w.seq DESC`;
  },
};

/** What is under open rows of the ledger, in the order of an index over those. Each such row is a candidate, even one that has no
 * workspace, so that the bound counts it. */
function byLedger(phase: 'waiting' | 'held', key: string, state: string): Source {
  return {
    phase,
    match: 'c.destruction_seq = c.ledger',
    candidates: (parameters, after = START) => {
      const [k1, k2, k3] = [parameters.add(after.k1), parameters.add(after.k2), parameters.add(after.k3)];
      return `SELECT w.*, d.seq AS ledger, d.${key} AS k1, d.seq AS k2, coalesce(w.seq, 0) AS k3
        FROM destructions AS d LEFT JOIN workspaces AS w ON d.kind = 'workspaces' AND w.owner_seq = d.user_seq
          AND w.deleted_at IS NULL AND w.seq > iif(d.${key} = ${k1} AND d.seq = ${k2}, ${k3}, 0)
        WHERE d.state = '${state}' AND d.${key} >= ${k1} AND (d.${key} > ${k1} OR d.seq >= ${k2})
        ORDER BY d.${key}, d.seq, w.seq`;
    },
  };
}

const WAITING = byLedger('waiting', 'due_at', 'pending');
const HELD = byLedger('held', 'user_seq', 'held');

function sourcesOf(address: ListAddress): readonly Source[] {
  const isOfOwner = personOf(address) !== undefined;
  switch (address.view) {
    case 'active':
      return [bySeq("c.state = 'active'")];
    case 'deleted':
      return [GONE];
    case 'held':
      return [isOfOwner ? bySeq(IS_HELD) : HELD];
    case 'archived': {
      if (isOfOwner) return [bySeq("c.state <> 'active'")];
      return address.after?.phase === 'held' ? [HELD] : [WAITING, HELD];
    }
  }
}

/** Whose workspaces are asked for. */
export function personOf({ ownerSeq, ownerText }: ListAddress): number | string | undefined {
  return ownerSeq ?? ownerText;
}

function boundsOf({ name }: ListAddress) {
  return { rows: PAGE_ROWS, scanned: name === undefined ? SCANNED : SCANNED_BY_NAME };
}

/** The statements, in the order in which `readList` takes their results. */
export function selectList(db: D1Database, address: ListAddress): readonly D1PreparedStatement[] {
  const person = personOf(address);
  const scans = sourcesOf(address).map((source) => selectScan(db, address, source));
  return person === undefined ? scans : [selectPerson(db, person), ...scans];
}

function selectScan(db: D1Database, address: ListAddress, { phase, candidates, match }: Source): D1PreparedStatement {
  const parameters = new Parameters();
  const person = personOf(address);
  const owner = person === undefined ? undefined : personSeq(parameters, person);
  const after = address.after?.phase === phase ? address.after : undefined;
  const terms = [match];
  const sql = candidates(parameters, after, owner);
  if (owner !== undefined) terms.push(`c.owner_seq = ${owner}`);
  if (address.name !== undefined) terms.push(`instr(lower(c.name), lower(${parameters.add(address.name)})) > 0`);
  const scan = scanSql({ ...boundsOf(address), candidates: sql, match: terms.join(' AND ') });
  return db
    .prepare(`${workspaceRowsOf(scan, COUNTED_IN_LIST, ['n', 'matches', 'k1', 'k2', 'k3'])} ORDER BY p.n`)
    .bind(...parameters.values);
}

export type ListedRow = WorkspaceRow & Scanned;

export interface WorkspaceList {
  /** Undefined where no owner is asked for, null where there is none of that name. */
  readonly owner: PersonRow | null | undefined;
  readonly rows: readonly WorkspaceRow[];
  readonly next: ListAddress['after'];
  readonly isCut: boolean;
}

/** What the results of `selectList` say. */
export function readList(results: readonly D1Result[], address: ListAddress): WorkspaceList {
  const rows = results.map((result) => result.results);
  const owner = personOf(address) === undefined ? undefined : ((rows.shift()?.[0] as PersonRow | undefined) ?? null);
  const pages = sourcesOf(address).map(({ phase }, i) => ({
    phase,
    ...readScan((rows[i] ?? []) as ListedRow[], PAGE_ROWS),
  }));
  return { owner, ...joined(pages) };
}

/** The second half begins where the first one ends; until then its place stays at its beginning. */
function joined(pages: readonly (ScannedPage<ListedRow> & { readonly phase: Phase })[]): Omit<WorkspaceList, 'owner'> {
  const [first, second] = pages;
  const at = (page: typeof first, place: Place | undefined) =>
    page && place ? { ...place, phase: page.phase } : undefined;
  if (!first || !second || first.next) {
    return { rows: first?.rows ?? [], next: at(first, first?.next), isCut: first?.isCut ?? false };
  }
  const room = PAGE_ROWS - first.rows.length;
  const rows = second.rows.slice(0, room);
  const isFull = second.rows.length > room;
  const next = isFull ? (rows.at(-1) ?? START) : second.next;
  return { rows: [...first.rows, ...rows], next: at(second, next), isCut: !isFull && second.isCut };
}

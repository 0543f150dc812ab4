// What the page of a change reads: the workspaces selected, and who is to own them, with people of a like name.
import type { ChangeRequest } from './change-address.ts';
import type { Action } from './change-words.ts';
import { type PersonRow, selectPerson, selectProposals } from './owner-query.ts';
import { COUNTED_IN_LIST, type WorkspaceRow, workspaceRowsOf } from './workspace-row.ts';

/** The most workspaces of one change: their ids stand in the form, which has a bound. */
export const MOST_SELECTED = 200;
/** Workspaces of an owner that are looked through for those that a change is for. */
const LOOKED_THROUGH = 2_000;

/** The statements, in the order in which `readChange` takes their results. One row more than may be changed at once. */
export function selectChange(db: D1Database, request: ChangeRequest): readonly D1PreparedStatement[] {
  const { to } = request;
  const people = to === undefined ? [] : [selectPerson(db, to), selectProposals(db, to)];
  return [
    request.allOf === undefined ? selectIds(db, request.ids) : selectAllOf(db, request.action, request.allOf),
    ...people,
  ];
}

function selectIds(db: D1Database, ids: readonly string[]): D1PreparedStatement {
  const named = `SELECT w.*, j.key AS place FROM json_each(?) AS j CROSS JOIN workspaces AS w ON w.id = j.value LIMIT ${MOST_SELECTED + 1}`;
  return db
    .prepare(`${workspaceRowsOf(named, COUNTED_IN_LIST)} ORDER BY p.place`)
    .bind(JSON.stringify(ids.slice(0, MOST_SELECTED + 1)));
}

function selectAllOf(db: D1Database, action: Action, ownerSeq: number): D1PreparedStatement {
  const wanted = action === 'transfer' ? "w.state <> 'deleted'" : "w.state = 'archived'";
  const owned = `SELECT * FROM (SELECT * FROM workspaces WHERE owner_seq = ? AND deleted_at IS NULL ORDER BY seq LIMIT ${LOOKED_THROUGH}) AS w
    WHERE ${wanted} LIMIT ${MOST_SELECTED + 1}`;
  return db.prepare(`${workspaceRowsOf(owned, COUNTED_IN_LIST)} ORDER BY p.seq`).bind(ownerSeq);
}

export interface ChangeData {
  readonly rows: readonly WorkspaceRow[];
  /** Ids that no workspace has. */
  readonly unknown: number;
  /** More were meant than can be changed at once. */
  readonly hasMore: boolean;
  /** Who was named; undefined where nobody was, or there is no such person. */
  readonly owner: PersonRow | undefined;
  /** People who may be meant by what was typed. */
  readonly proposals: readonly PersonRow[];
}

/** What the results of `selectChange` say. */
export function readChange(results: readonly D1Result[], { ids, allOf }: ChangeRequest): ChangeData {
  const [rows = [], people = [], proposals = []] = results.map((result) => result.results);
  const found = rows as WorkspaceRow[];
  return {
    rows: found.slice(0, MOST_SELECTED),
    unknown: allOf === undefined ? Math.min(ids.length, MOST_SELECTED + 1) - found.length : 0,
    hasMore: found.length > MOST_SELECTED,
    owner: people[0] as PersonRow | undefined,
    proposals: proposals as PersonRow[],
  };
}

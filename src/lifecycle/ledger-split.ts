// Takes single workspaces out of the ledger row that they share: for each old row a new one with the same cause and the same due
// date, and with another owner or another state. Statements only; the caller guards that all is still as it was read.
import { announce, announcedAll } from './archived-events.ts';
import type { HoldMove } from './hold-moves.ts';

/** An archived workspace, and the ledger row that it is under. */
export interface Filed {
  readonly seq: number;
  readonly ledgerSeq: number;
}

export interface Split {
  /** The owner that the new rows and their workspaces get; without one, the owner stays. */
  readonly ownerSeq?: number;
  /** What becomes of the hold; without one, it stays as it is. */
  readonly move?: HoldMove;
}

/** Moves the workspaces to ledger rows of their own. Rows in proportion to the workspaces; `nowMs` closes what is empty then. */
export function splitLedger(
  db: D1Database,
  filed: readonly Filed[],
  { ownerSeq, move }: Split,
  nowMs: number,
): D1PreparedStatement[] {
  if (filed.length === 0) return [];
  const rows = ledgerRowsOf(filed);
  const place = new Map(rows.map((seq, i) => [seq, i + 1 - rows.length]));
  // The brake lets go of users, not of what others have got meanwhile: that is held until an admin releases it.
  const heldBy = move?.heldBy ?? (ownerSeq === undefined ? 'held_by' : "iif(state = 'held', 'admin', NULL)");
  const moves = filed.map(({ seq, ledgerSeq }) => [seq, place.get(ledgerSeq)]);
  return [
    ...announce(db),
    db
      .prepare(
        `INSERT INTO destructions (seq, kind, user_seq, registration, cause, actor, request_id, created_at, due_at, state,
           held_by)
         SELECT (SELECT max(seq) FROM destructions) + 1 + old.key, d.kind, coalesce(?2, d.user_seq), d.registration, d.cause,
           d.actor, d.request_id, d.created_at, d.due_at, ${move?.state ?? 'state'}, ${heldBy}
         FROM json_each(?1) AS old CROSS JOIN destructions AS d ON d.seq = old.value ORDER BY old.key`,
      )
      .bind(JSON.stringify(rows), ownerSeq ?? null),
    // The last of the new rows has the number of the last insert, and the others stand before it.
    db
      .prepare(
        `UPDATE workspaces SET owner_seq = coalesce(?2, owner_seq), destruction_seq = last_insert_rowid() + (move.value ->> 1)
         FROM json_each(?1) AS move WHERE workspaces.seq = (move.value ->> 0)`,
      )
      .bind(JSON.stringify(moves), ownerSeq ?? null),
    announcedAll(db),
    endEmptied(db, rows, nowMs),
  ];
}

/** The ledger rows of the workspaces, each once, in order. */
export function ledgerRowsOf(filed: readonly Filed[]): number[] {
  return [...new Set(filed.map(({ ledgerSeq }) => ledgerSeq))].sort((a, b) => a - b);
}

/** Ends those of the rows that no workspace waits under any more: cancelled, or done where some of theirs were deleted. */
export function endEmptied(db: D1Database, rows: readonly number[], nowMs: number): D1PreparedStatement {
  const deleted = `EXISTS (SELECT 1 FROM workspaces AS w WHERE w.destruction_seq = destructions.seq AND w.deleted_at IS NOT NULL)`;
  return db
    .prepare(
      `UPDATE destructions SET lease_until = 0, held_by = NULL, state = iif(${deleted}, 'done', 'cancelled'), done_at = iif(${deleted}, ?2, NULL)
       WHERE seq IN (SELECT value FROM json_each(?1)) AND state IN ('pending', 'held') AND NOT EXISTS (
         SELECT 1 FROM workspaces AS w WHERE w.owner_seq = destructions.user_seq AND w.deleted_at IS NULL
           AND w.destruction_seq = destructions.seq)`,
    )
    .bind(JSON.stringify(rows), nowMs);
}

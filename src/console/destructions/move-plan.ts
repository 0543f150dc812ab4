// What a hold or a release of the selected rows would come to. Pure; `holds.ts` decides again by what is there then.
import { HOLD, RELEASE } from '../../lifecycle/hold-moves.ts';
import type { Destruction } from '../../lifecycle/receipts.ts';
import type { Action } from './done-note.ts';

export interface MovePlan {
  readonly changes: readonly Destruction[];
  readonly unchanged: readonly { readonly row: Destruction; readonly because: string }[];
  /** Those of `changes` that are destroyed within minutes. */
  readonly overdue: number;
}

export function movePlan(action: Action, rows: readonly Destruction[], nowMs: number): MovePlan {
  const { isTaken } = action === 'hold' ? HOLD : RELEASE;
  const changes = rows.filter(isTaken);
  const frees = (row: Destruction) => row.heldBy === 'admin' && row.dueAt <= nowMs;
  return {
    changes,
    unchanged: rows.filter((row) => !isTaken(row)).map((row) => ({ row, because: because(row) })),
    overdue: action === 'release' ? changes.filter(frees).length : 0,
  };
}

function because({ state, heldBy }: Destruction): string {
  switch (state) {
    case 'done':
      return 'is done: it is deleted for good';
    case 'cancelled':
      return 'is cancelled: nothing of it is deleted';
    case 'pending':
      return 'is not on hold';
    case 'held':
      return heldBy === null ? 'is held by the brake, and under no legal hold' : 'is under legal hold already';
  }
}

// What a hold and a release do to a row of the ledger. An admin's legal hold and the brake's stand beside each other, and neither
// ends the other: a row goes back to the cron when nobody holds it any more. SQL over the columns of `destructions`, as they were.
import type { JournalType } from '../storage/journal.ts';

/** Of a row, what the moves look at. */
export interface HoldColumns {
  readonly state: 'pending' | 'held' | 'done' | 'cancelled';
  /** Of a held row: null where the brake alone holds it. */
  readonly heldBy: 'admin' | 'both' | null;
}

/** One move: the conditions of the rows it takes, the columns it gives them, and what the journal calls it. */
export interface HoldMove {
  readonly type: Extract<JournalType, `destruction.${string}`>;
  readonly takes: readonly string[];
  readonly state: string;
  readonly heldBy: string;
  /** The same as `takes`, of a row that was read. */
  readonly isTaken: (row: HoldColumns) => boolean;
}

/** An admin's legal hold, of what waits and of what the brake holds. */
export const HOLD: HoldMove = {
  type: 'destruction.held',
  takes: ["state = 'pending'", "state = 'held' AND held_by IS NULL"],
  state: "'held'",
  heldBy: "iif(state = 'pending', 'admin', 'both')",
  isTaken: ({ state, heldBy }) => state === 'pending' || (state === 'held' && heldBy === null),
};

/** The end of a legal hold; what the brake holds too stays held by it. */
export const RELEASE: HoldMove = {
  type: 'destruction.released',
  takes: ["state = 'held' AND held_by IS NOT NULL"],
  state: "iif(held_by = 'admin', 'pending', 'held')",
  heldBy: 'NULL',
  isTaken: ({ state, heldBy }) => state === 'held' && heldBy !== null,
};

/** SQL: nobody holds the row after a `RELEASE` that it takes. */
export const RELEASE_FREES = "state = 'held' AND held_by = 'admin'";

/** SQL: the brake is among those who hold the row. */
export const BRAKE_HOLDS = "state = 'held' AND held_by IS NOT 'admin'";

/** The end of the brake's hold; what is under a legal hold too stays held by that. */
export const BRAKE_RELEASE: HoldMove = {
  type: 'destruction.released',
  takes: [BRAKE_HOLDS],
  state: "iif(held_by IS NULL, 'pending', 'held')",
  heldBy: "iif(held_by IS NULL, NULL, 'admin')",
  isTaken: ({ state, heldBy }) => state === 'held' && heldBy !== 'admin',
};

// Whose keys are at hand: those of the account acted for, else those of who is signed in.
import type { SessionRow } from '../../auth/session.ts';

export interface KeysOwner {
  readonly seq: number;
  readonly userName: string;
  /** Acted for; nobody signs in with it. */
  readonly isService: boolean;
}

/** The account whose keys this session may change. */
export function keysOwner({ userSeq, userName, actingSeq, actingName }: SessionRow): KeysOwner {
  if (actingSeq !== null && actingName !== null) return { seq: actingSeq, userName: actingName, isService: true };
  return { seq: userSeq, userName, isService: false };
}

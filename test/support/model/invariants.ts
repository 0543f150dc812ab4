// What must be true of a portal at every moment, each as a function from a whole picture and the model to what is wrong. None of
// them asks the gateway anything, and none shares code with it.

import { accessHasEnded, anAdminIsLeft, keysAreAsModelled, membersAreVisible } from './access-invariants.ts';
import { countsAreTrue, listPositionsAreTrue } from './counter-invariants.ts';
import { ledgerIsSound, workspaceDatesHold } from './destruction-invariants.ts';
import { eventsAreTrue, eventsReplay } from './event-invariants.ts';
import type { History } from './history.ts';
import { journalSaysAll, journalVersions, mailsAreOwed } from './journal-invariants.ts';
import { marksAreInPlace, secretsAreNowhere } from './mark-invariants.ts';
import {
  contentIsAsModelled,
  groupsAreAsModelled,
  peopleAreAsModelled,
  workspacesAreAsModelled,
} from './model-invariants.ts';
import type { Picture } from './picture.ts';
import type { Model } from './state.ts';

export interface Moment {
  readonly picture: Picture;
  readonly model: Model;
  readonly history: History;
}

/** What is wrong, in sentences; nothing where the invariant holds. */
export type Invariant = (moment: Moment) => string[];

/** All of them by name. */
export const INVARIANTS = {
  peopleAreAsModelled,
  groupsAreAsModelled,
  workspacesAreAsModelled,
  contentIsAsModelled,
  journalVersions,
  journalSaysAll,
  mailsAreOwed,
  eventsAreTrue,
  eventsReplay,
  accessHasEnded,
  keysAreAsModelled,
  anAdminIsLeft,
  membersAreVisible,
  workspaceDatesHold,
  ledgerIsSound,
  marksAreInPlace,
  secretsAreNowhere,
  countsAreTrue,
  listPositionsAreTrue,
} as const satisfies Record<string, Invariant>;

/** Everything that is wrong at this moment. */
export function violations(moment: Moment): string[] {
  return Object.entries<Invariant>(INVARIANTS).flatMap(([name, invariant]) =>
    invariant(moment).map((sentence) => `${name}: ${sentence}`),
  );
}

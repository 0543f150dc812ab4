// What a change of workspaces will do, in sentences. Pure.
import { printable } from '../../printable.ts';
import { counted } from '../page/count-text.ts';
import type { Plan } from './change-plan.ts';
import type { Action } from './change-words.ts';
import type { PersonRow } from './owner-query.ts';
import { personText } from './workspace-parts.tsx';
import type { WorkspaceRow } from './workspace-row.ts';

/** The change in one or two sentences. */
export function changeSentence(action: Action, plan: Plan, owner: PersonRow | undefined): string {
  const { changes, unchanged } = plan;
  if (changes.length === 0) return `Nothing has to be changed: ${ALREADY[action](unchanged.length)}.`;
  const rest = unchanged.length === 0 ? '' : ` The others stay as they are: ${ALREADY[action](unchanged.length)}.`;
  return SENTENCES[action](changes.length, owner && personText(owner), plan.needsOwner) + rest;
}

const ALREADY: Readonly<Record<Action, (count: number) => string>> = {
  restore: (count) => `${are(count)} active already`,
  transfer: (count) => `${are(count)} theirs already`,
  hold: (count) => `${are(count)} under legal hold already`,
  release: (count) => `${are(count)} under no legal hold`,
};

function are(count: number): string {
  return count === 1 ? 'one is' : `${count} are`;
}

const SENTENCES: Readonly<Record<Action, (count: number, owner: string | undefined, needsOwner: boolean) => string>> = {
  restore: (count, owner, needsOwner) => {
    const [they, become] = count === 1 ? ['1 workspace', 'becomes'] : [`${count} workspaces`, 'become'];
    if (needsOwner) return `${they} ${become} active again, with a new owner. Say who it is.`;
    const stay = count === 1 ? 'stays with its owner' : 'stay with their owners';
    const then = owner === undefined ? stay : `${count === 1 ? 'goes' : 'go'} to ${owner}`;
    return `${they} ${become} active again and ${then}. Nothing of ${count === 1 ? 'it' : 'them'} is deleted.`;
  },
  transfer: (count, owner) =>
    owner === undefined
      ? `${counted(count, 'workspace')} ${count === 1 ? 'gets' : 'get'} another owner. Say who it is.`
      : `${counted(count, 'workspace')} ${count === 1 ? 'goes' : 'go'} to ${owner}. Archived ones stay archived, and every date of deletion stays as it is.`,
  hold: (count) =>
    `${counted(count, 'workspace')} ${count === 1 ? 'stays archived and is' : 'stay archived and are'} not deleted, past the date too, until you release ${count === 1 ? 'it' : 'them'}.`,
  release: (count) =>
    `The legal hold of ${counted(count, 'workspace')} ends. ${count === 1 ? 'It is' : 'They are'} deleted at the date that stands in the list, unless the brake holds ${count === 1 ? 'it' : 'them'} too.`,
};

/** What is ticked to restore what is under a legal hold. */
export function endsHoldText(rows: readonly WorkspaceRow[]): string {
  const which = rows.length === 1 ? '1 workspace' : `${rows.length} workspaces`;
  return `End the legal hold of ${which}. Once active, ${rows.length === 1 ? 'it is' : 'they are'} held no more: the next deactivation of the owner archives and dates ${rows.length === 1 ? 'it' : 'them'} anew.`;
}

const NAMED = 5;

/** What a release destroys. */
export function overdueText(rows: readonly WorkspaceRow[]): string {
  const names = rows.slice(0, NAMED).map(({ name }) => `“${printable(name, 60)}”`);
  const more = rows.length > NAMED ? ` and ${rows.length - NAMED} more` : '';
  return `${counted(rows.length, 'workspace')} ${rows.length === 1 ? 'is' : 'are'} overdue and will be deleted for good within minutes of the release: ${names.join(', ')}${more}.`;
}

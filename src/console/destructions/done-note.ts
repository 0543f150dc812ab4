// What was just done, as the address says it after a form: how many destructions were held or released, and how many were not.
import type { HoldReport } from '../../lifecycle/holds.ts';
import { counted } from '../page/count-text.ts';
import type { NoticeProps } from '../page/notice.tsx';

export type Action = 'hold' | 'release';

export function actionIn(text: string | null): Action | undefined {
  return text === 'hold' || text === 'release' ? text : undefined;
}

export function doneParams(action: Action, { changed, overdue, unchanged, unknown }: HoldReport): string {
  return `done=${action}&n=${changed.length}&overdue=${overdue}&rest=${unchanged.length + unknown.length}`;
}

/** The note above the screen; undefined where nothing was done. */
export function doneMove({ searchParams }: URL): NoticeProps | undefined {
  const action = actionIn(searchParams.get('done'));
  const [n, overdue, rest] = ['n', 'overdue', 'rest'].map((name) => countIn(searchParams.get(name)));
  if (action === undefined || n === undefined) return undefined;
  const others = rest
    ? ` ${counted(rest, 'other')} stayed as ${rest === 1 ? 'it was' : 'they were'}: done, cancelled, or so already.`
    : '';
  if (n === 0) return { kind: 'note', children: `Nothing changed.${others}` };
  const are = n === 1 ? 'is' : 'are';
  const what =
    action === 'hold'
      ? `${counted(n, 'destruction')} ${are} on hold: nothing of ${n === 1 ? 'it' : 'them'} is deleted until you release ${n === 1 ? 'it' : 'them'}.`
      : `The legal hold of ${counted(n, 'destruction')} has ended.`;
  const soon = overdue
    ? ` What ${counted(overdue, 'overdue one')} ${overdue === 1 ? 'stands' : 'stand'} for is deleted within minutes.`
    : '';
  return { kind: 'good', children: `${what}${soon}${others}` };
}

function countIn(text: string | null): number | undefined {
  return text !== null && /^\d{1,7}$/.test(text) ? Number(text) : undefined;
}

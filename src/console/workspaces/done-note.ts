// What was just done, as the address says it after a form: the action, and how many workspaces changed.

import { counted } from '../page/count-text.ts';
import type { NoticeProps } from '../page/notice.tsx';
import { ACTIONS, type Action, actionIn } from './change-words.ts';

export function doneParams(action: Action, changed: number): string {
  return `done=${action}&n=${changed}`;
}

/** The note above the screen; undefined where nothing was done. */
export function doneChange(url: URL): NoticeProps | undefined {
  const action = actionIn(url.searchParams.get('done'));
  const n = url.searchParams.get('n') ?? '';
  if (action === undefined || !/^\d{1,4}$/.test(n)) return undefined;
  const count = Number(n);
  if (count === 0) return { kind: 'note', children: 'Nothing had to be changed: it was so already.' };
  const text = `${counted(count, 'workspace')} ${count === 1 ? 'is' : 'are'} ${ACTIONS[action].done}.`;
  return {
    kind: 'good',
    children: count === 1 ? text.replace('release them', 'release it').replace('their date', 'its date') : text,
  };
}

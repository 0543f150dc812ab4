// The four things that are done with workspaces, and the words for them.

export const ACTION_NAMES = ['restore', 'transfer', 'hold', 'release'] as const;

export type Action = (typeof ACTION_NAMES)[number];

interface Words {
  /** On buttons. */
  readonly verb: string;
  /** What was done, behind `2 workspaces are`. */
  readonly done: string;
}

export const ACTIONS: Readonly<Record<Action, Words>> = {
  restore: { verb: 'Restore', done: 'restored and open again' },
  transfer: { verb: 'Transfer', done: 'transferred' },
  hold: { verb: 'Hold', done: 'on hold: not deleted until you release them' },
  release: { verb: 'Release', done: 'released, and deleted at their date' },
};

export function actionIn(text: string | null): Action | undefined {
  return ACTION_NAMES.find((name) => name === text);
}

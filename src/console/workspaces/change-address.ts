// The address and the form of a change of workspaces: which ones, what is to become of them, and where it was begun.
import { numberIn, textIn } from '../page/typed.ts';
import { type Action, actionIn } from './change-words.ts';
import { type ListAddress, listQuery, readListAddress } from './list-address.ts';

/** What is asked for, by an address or by a form. */
export interface ChangeRequest {
  readonly action: Action;
  readonly ids: readonly string[];
  /** In place of ids: all of this owner that the change is for. */
  readonly allOf: number | undefined;
  /** Who is to own them, as somebody typed it, or by id. */
  readonly to: string | undefined;
  /** Whether somebody else is to be named although nobody has to be. */
  readonly asksOwner: boolean;
  /** The list it was begun on. */
  readonly from: ListAddress;
}

export function readChangeRequest(params: URLSearchParams): ChangeRequest | undefined {
  const action = actionIn(params.get('do'));
  if (action === undefined) return undefined;
  return {
    action,
    ids: [...new Set(params.getAll('w').filter((id) => id !== ''))],
    allOf: numberIn(params.get('all')),
    to: textIn(params.get('to')),
    asksOwner: params.get('ask') === 'owner',
    from: readListAddress(new URLSearchParams(params.get('from') ?? '')),
  };
}

/** The address of the page of a change. */
export function changePath({ action, ids, to, asksOwner, from }: Omit<ChangeRequest, 'allOf'>): string {
  const params = new URLSearchParams({ do: action });
  for (const id of ids) params.append('w', id);
  if (to !== undefined) params.set('to', to);
  if (asksOwner) params.set('ask', 'owner');
  params.set('from', listQuery(from));
  return `/console/workspaces/change?${params}`;
}

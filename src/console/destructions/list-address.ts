// The address of the list of destructions: what is to come, what is held, or what is done; whose, and from where on.
import { numberIn, textIn } from '../page/typed.ts';
import type { Place } from '../workspaces/bounded-scan.ts';

export const VIEWS = ['coming', 'held', 'done'] as const;

export type View = (typeof VIEWS)[number];

export interface LedgerAddress {
  readonly view: View;
  /** Whose: a `seq` from a link, or as somebody typed it. */
  readonly person?: number | string | undefined;
  readonly after?: Place | undefined;
}

export function readLedgerAddress(params: URLSearchParams): LedgerAddress {
  const view = VIEWS.find((one) => one === params.get('show')) ?? 'coming';
  const person = numberIn(params.get('user')) ?? textIn(params.get('of'));
  const [, k1, k2] = /^(\d{1,15})\.(\d{1,15})$/.exec(params.get('after') ?? '') ?? [];
  return { view, person, after: k1 === undefined ? undefined : { k1: Number(k1), k2: Number(k2), k3: 0 } };
}

/** The path of a list. */
export function ledgerPath({ view, person, after }: LedgerAddress): string {
  const params = new URLSearchParams({ show: view });
  if (typeof person === 'number') params.set('user', String(person));
  if (typeof person === 'string') params.set('of', person);
  if (after) params.set('after', `${after.k1}.${after.k2}`);
  return `/console/destructions?${params}`;
}

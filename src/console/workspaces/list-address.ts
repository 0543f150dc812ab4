// The address of the list of workspaces: which of them, whose, of what name, and from where on. What cannot be read is left out.
import { numberIn, textIn } from '../page/typed.ts';
import type { Place } from './bounded-scan.ts';

export const VIEWS = ['active', 'archived', 'held', 'deleted'] as const;

/** `held` is the part of `archived` that somebody keeps past its date. */
export type View = (typeof VIEWS)[number];

/** The scans that a view consists of: `waiting` and `held` are the two halves of `archived`. */
export type Phase = 'all' | 'waiting' | 'held';

export interface ListAddress {
  readonly view: View;
  /** The `seq` of the owner, from a link. */
  readonly ownerSeq?: number | undefined;
  /** The owner as somebody typed one. */
  readonly ownerText?: string | undefined;
  /** Part of the name. */
  readonly name?: string | undefined;
  readonly after?: (Place & { readonly phase: Phase }) | undefined;
}

export function readListAddress(params: URLSearchParams): ListAddress {
  const view = VIEWS.find((one) => one === params.get('state')) ?? 'active';
  const ownerSeq = numberIn(params.get('owner'));
  const ownerText = ownerSeq === undefined ? textIn(params.get('of')) : undefined;
  return { view, ownerSeq, ownerText, name: textIn(params.get('q')), after: placeIn(params.get('after')) };
}

/** The path of a list. */
export function listPath(address: ListAddress): string {
  return `/console/workspaces?${listQuery(address)}`;
}

/** The same behind the question mark. */
export function listQuery({ view, ownerSeq, ownerText, name, after }: ListAddress): string {
  const params = new URLSearchParams({ state: view });
  if (ownerSeq !== undefined) params.set('owner', String(ownerSeq));
  if (ownerText !== undefined) params.set('of', ownerText);
  if (name !== undefined) params.set('q', name);
  if (after) params.set('after', [after.phase, after.k1, after.k2, after.k3].join('.'));
  return params.toString();
}

/** Whether the list is narrowed. */
export function isFiltered({ ownerSeq, ownerText, name }: ListAddress): boolean {
  return ownerSeq !== undefined || ownerText !== undefined || name !== undefined;
}

function placeIn(text: string | null): ListAddress['after'] {
  const [, phase, k1, k2, k3] = /^(all|waiting|held)\.(\d{1,15})\.(\d{1,15})\.(\d{1,15})$/.exec(text ?? '') ?? [];
  if (phase === undefined) return undefined;
  return { phase: phase as Phase, k1: Number(k1), k2: Number(k2), k3: Number(k3) };
}

// Whom a form of the brake is about: all who are held, or those who were selected in the list.
import { type HeldCount, selectHeldCount } from '../../directory/brake-status.ts';
import { readBatch } from '../../storage/read.ts';

/** `seqs` of the people selected; what is no number is nobody. */
export type FormWhom = { readonly all: true } | { readonly seqs: readonly number[] };

/** More than one page of the list has, and few enough for one transaction. */
const MOST = 50;

export function whomOf(form: URLSearchParams): FormWhom {
  if (form.get('whom') === 'all') return { all: true };
  const seqs = form.getAll('user').flatMap((text) => (/^[1-9]\d{0,14}$/.test(text) ? [Number(text)] : []));
  return { seqs: [...new Set(seqs)].slice(0, MOST) };
}

/** A number that a piece of long work hands to the next one; 0 where there is none. */
export function numberOf(form: URLSearchParams, name: string): number {
  const text = form.get(name) ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

/** Of how many something is held; 0 also where the database does not say. */
export async function heldCount(db: D1Database): Promise<number> {
  const read = await readBatch(db, [selectHeldCount(db)]);
  const [row] = (read.kind === 'read' ? (read.results[0]?.results ?? []) : []) as unknown as HeldCount[];
  return row?.heldUsers ?? 0;
}

// Of whom the brake holds something, as a person names them: all, or by id or userName.
import { fail, ok, type Result } from '../failure.ts';
import { selectHeldNamed, selectHeldSeqs } from '../lifecycle/held.ts';
import { fold } from '../scim/fold.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';

/** All users of whom something is held, or those with these ids or userNames. */
export type Whom = { readonly all: true } | { readonly users: readonly string[] };

/** Called with how many users are finished, of how many. */
export type Progress = (finished: number, total: number) => void;

const PAGE = 500;

/** Their `seq`s, in order. Fails with `resource_not_found` for a name of whom nothing is held. */
export function heldSeqs(db: D1Database, whom: Whom): Promise<Result<readonly number[]>> {
  return 'all' in whom ? allSeqs(db) : namedSeqs(db, whom.users);
}

/** The next of all behind one of them, `count` at most; `upTo` as `selectHeldSeqs` has it. */
export async function heldBehind(
  db: D1Database,
  after: number,
  count: number,
  upTo?: number,
): Promise<Result<readonly number[]>> {
  const page = await readBatch(db, [selectHeldSeqs(db, after, count, upTo)]);
  if (page.kind === 'fault') return faultFailure(page);
  const rows = (page.results[0]?.results ?? []) as { userSeq: number }[];
  return ok(rows.map(({ userSeq }) => userSeq));
}

async function allSeqs(db: D1Database): Promise<Result<readonly number[]>> {
  const seqs: number[] = [];
  for (;;) {
    const page = await heldBehind(db, seqs.at(-1) ?? 0, PAGE);
    if (!page.ok) return page;
    seqs.push(...page.value);
    if (page.value.length < PAGE) return ok(seqs);
  }
}

async function namedSeqs(db: D1Database, names: readonly string[]): Promise<Result<readonly number[]>> {
  const found = await readBatch(db, [selectHeldNamed(db, names, names.map(fold))]);
  if (found.kind === 'fault') return faultFailure(found);
  const rows = (found.results[0]?.results ?? []) as { userSeq: number; id: string; userNameKey: string }[];
  const unknown = names.filter(
    (name) => !rows.some(({ id, userNameKey }) => id === name || userNameKey === fold(name)),
  );
  if (unknown.length === 0) return ok(rows.map(({ userSeq }) => userSeq));
  return fail('resource_not_found', `The brake holds nothing of: ${unknown.join(', ')}. Nothing was changed.`);
}

// Which refused requests are kept. A client that repeats itself says nothing new, so the very same refusal is kept a few times;
// strangers, and one key by one rule, have a part of the table each; and the newest of each key and rule outlives all others.
import { answered } from './deadline.ts';
import { TRIM_EVERY } from './refusals.ts';

/** How many there ever are: altogether, of strangers, and of one key by one rule. */
export const REFUSAL_BOUNDS = { all: 1_000, strangers: 200, ofRule: 200 } as const;

/** How many of the very same refusal are left by a trim. */
const SAME_KEPT = 20;

/** What a trim leaves of a bound, so that it holds until the next trim, and if that one fails, until the one after. */
const room = (bound: number) => bound - 2 * TRIM_EVERY;

/** A row of the table as the choice needs it. */
export interface KeptRefusal {
  readonly seq: number;
  readonly actor: string | null;
  readonly rule: string;
  /** Equal for what is the very same refusal. */
  readonly sameness: string;
}

/** The `seq`s that go, of rows from the newest to the oldest. Pure. */
export function surplusOf(rows: readonly KeptRefusal[]): number[] {
  const counts = new Map<string, number>();
  const nth = (...parts: readonly (string | null)[]) => {
    const key = JSON.stringify(parts);
    const number = (counts.get(key) ?? 0) + 1;
    counts.set(key, number);
    return number;
  };
  const surplus: number[] = [];
  const newest: number[] = [];
  const others: number[] = [];
  for (const { seq, actor, rule, sameness } of rows) {
    const isNewest = nth('rule', actor, rule) === 1 && actor !== null;
    const isBeyond =
      nth('same', actor, rule, sameness) > SAME_KEPT ||
      nth('kept', actor, rule) > room(REFUSAL_BOUNDS.ofRule) ||
      (actor === null && nth('strangers') > room(REFUSAL_BOUNDS.strangers));
    if (isBeyond) surplus.push(seq);
    else if (isNewest) newest.push(seq);
    else others.push(seq);
  }
  return [...surplus, ...[...newest, ...others].slice(room(REFUSAL_BOUNDS.all))];
}

/** Brings the table below its bounds: two calls of D1, each row read once. Work that may be repeated, or done twice at once. */
export async function trimRefusals(db: D1Database): Promise<void> {
  const select = db.prepare(
    `SELECT seq, actor, rule, method || ' ' || route || ' ' || detail AS sameness FROM refusals ORDER BY seq DESC`,
  );
  const [read] = await answered('D1', () => db.batch<KeptRefusal>([select]));
  const surplus = surplusOf(read?.results ?? []);
  if (surplus.length === 0) return;
  const remove = 'DELETE FROM refusals WHERE seq IN (SELECT value FROM json_each(?))';
  await answered('D1', () => db.batch([db.prepare(remove).bind(JSON.stringify(surplus))]));
}

// What the live check has found so far, carried in the address of its next look, so that no look reads the journal from its
// beginning. It is about rows that the reader may see anyway, and each is asked for again: a forged address shows nothing more.

/** What a key does to users, in the order of a test. */
export const MILESTONES = ['created', 'updated', 'deactivated'] as const;
export type Milestone = (typeof MILESTONES)[number];

/** What refusals are about: a milestone, the connection, something else by the same key, or a caller without a genuine key. */
export const REFUSED = ['connection', ...MILESTONES, 'other', 'stranger'] as const;
export type Refused = (typeof REFUSED)[number];

/** Numbers of rows; 0 for none. */
export interface CheckMemory {
  /** The journal is searched from `oldest`, exclusive, to `newest`; all of it that can matter, where `oldest` is 0. */
  readonly newest: number;
  readonly oldest: number;
  /** The refusals are searched up to this one. */
  readonly refusals: number;
  /** The newest of each kind. */
  readonly done: Readonly<Record<Milestone, number>>;
  readonly refused: Readonly<Record<Refused, number>>;
}

/** The memory in the query of an address; undefined for a first look. */
export function readMemory(query: URLSearchParams): CheckMemory | undefined {
  const looked = numbers(query, 'looked', 3);
  const done = numbers(query, 'done', MILESTONES.length);
  const refused = numbers(query, 'refused', REFUSED.length);
  if (!looked || !done || !refused) return undefined;
  const [newest = 0, oldest = 0, refusals = 0] = looked;
  return { newest, oldest, refusals, done: named(MILESTONES, done), refused: named(REFUSED, refused) };
}

/** The same as a query. */
export function memoryQuery({ newest, oldest, refusals, done, refused }: CheckMemory): string {
  const looked = [newest, oldest, refusals].join('.');
  const values = <Name extends string>(names: readonly Name[], of: Readonly<Record<Name, number>>) =>
    names.map((name) => of[name]).join('.');
  return `looked=${looked}&done=${values(MILESTONES, done)}&refused=${values(REFUSED, refused)}`;
}

/** A record with a value for each name. */
export function named<Name extends string, Value>(
  names: readonly Name[],
  values: readonly Value[],
): Readonly<Record<Name, Value>> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]])) as Record<Name, Value>;
}

function numbers(query: URLSearchParams, name: string, count: number): number[] | undefined {
  const parts = (query.get(name) ?? '').split('.');
  const isWhole = parts.length === count && parts.every((part) => /^\d{1,15}$/.test(part));
  return isWhole ? parts.map(Number) : undefined;
}

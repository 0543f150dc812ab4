// What differs between the two base URLs, and why: one table. The same directory stands behind both, and nothing else in the
// code knows which of them a request came by.

interface Difference {
  readonly why: string;
  readonly standard: unknown;
  readonly entra: unknown;
}

/** Every difference there is, by its name in `Dialect`. */
export const DIFFERENCES = {
  /** What a successful PATCH answers, unless `attributes` asks for the resource. */
  patchReply: {
    why: 'Okta reads the resource out of the answer; Entra expects no content.',
    standard: 'resource',
    entra: 'no_content',
  },
  /** Whether an unfiltered list that would be empty shows the key's owner. */
  emptyListShowsOwner: {
    why: "Okta's credential test fails on an empty list; Entra's wants a filter that finds nothing.",
    standard: true,
    entra: false,
  },
} as const satisfies Record<string, Difference>;

type Differences = typeof DIFFERENCES;
type DialectName = 'standard' | 'entra';

export type Dialect = {
  readonly name: DialectName;
  /** The path of the base URL. */
  readonly basePath: string;
} & { readonly [Name in keyof Differences]: Differences[Name][DialectName] };

/** Longest base path first, so that a path is matched with its own dialect. */
export const DIALECTS: readonly Dialect[] = [dialect('entra', '/scim/v2/entra'), dialect('standard', '/scim/v2')];

function dialect(name: DialectName, basePath: string): Dialect {
  const { patchReply, emptyListShowsOwner } = DIFFERENCES;
  return { name, basePath, patchReply: patchReply[name], emptyListShowsOwner: emptyListShowsOwner[name] };
}

/** Whether a successful PATCH answers 204: where the dialect has it so and the client does not ask for attributes. */
export function patchStaysSilent({ patchReply }: Dialect, query: URLSearchParams): boolean {
  return patchReply === 'no_content' && !query.has('attributes');
}

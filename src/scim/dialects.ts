// What differs between the two base URLs, as data. The same directory stands behind both.

export interface Dialect {
  readonly name: 'standard' | 'entra';
  /** The path of the base URL. */
  readonly basePath: string;
  /** What a successful PATCH answers. Entra expects no content; Okta reads the resource back. */
  readonly patchReply: 'resource' | 'no_content';
  /** Whether an unfiltered list that would be empty shows the key's owner: Okta's "Test API Credentials" fails on an
   * empty list, while Entra's "Test connection" wants a filter that finds nothing. */
  readonly emptyListShowsOwner: boolean;
}

/** Longest base path first, so that a path is matched with its own dialect. */
export const DIALECTS: readonly Dialect[] = [
  { name: 'entra', basePath: '/scim/v2/entra', patchReply: 'no_content', emptyListShowsOwner: false },
  { name: 'standard', basePath: '/scim/v2', patchReply: 'resource', emptyListShowsOwner: true },
];

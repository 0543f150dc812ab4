// How the pages say that what is chosen here today may be decided by the identity provider later.

/** Under a choice in a portal that nothing provisions; `what` is an attribute of SCIM. */
export function decidesAgain(what: string): string {
  return `Once an identity provider provisions this portal, ${what} decides again.`;
}

// Where a resource is, RFC 7643 section 3.1. An id is percent-encoded, since that of a user may be an e-mail address.

/** The URI of a user. */
export function userLocation(id: string, baseUrl: string): string {
  return `${baseUrl}/Users/${encodeURIComponent(id)}`;
}

/** The URI of a group. */
export function groupLocation(id: string, baseUrl: string): string {
  return `${baseUrl}/Groups/${encodeURIComponent(id)}`;
}

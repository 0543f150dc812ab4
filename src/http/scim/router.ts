// From a URL to a base URL and the path below it. What only looks like SCIM is still SCIM's to refuse, so that no odd
// spelling of a path gets past the key.
import { DIALECTS, type Dialect } from '../../scim/dialects.ts';
import { decodeOnce, readSegments } from './route-match.ts';

export interface Target {
  readonly dialect: Dialect;
  /** Path segments below the base URL, decoded. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/** Whether a path is this API's to answer, however it is spelled: encoded, doubled slashes, another case. */
export function isScimPath(pathname: string): boolean {
  return /^[/\\]*scim(?![a-z0-9_-])/i.test(decodeFully(pathname));
}

/** The base URL and the path below it; undefined when the path is under neither. */
export function readTarget(url: URL): Target | undefined {
  const { pathname, search } = withoutAppendedFlag(url);
  const dialect = DIALECTS.find(({ basePath }) => pathname === basePath || pathname.startsWith(`${basePath}/`));
  const segments = dialect && readSegments(pathname.slice(dialect.basePath.length));
  return dialect && segments && { dialect, segments, query: new URLSearchParams(search) };
}

/** Some admins append `?aadOptscim062020` to the Tenant URL; a client that then glues its path on puts the path into the
 * query: `/scim/v2/entra?aadOptscim062020/Users?filter=...`. */
function withoutAppendedFlag(url: URL): { pathname: string; search: string } {
  const glued = /^\?aadOptscim062020(\/[^?&]*)(?:[?&](.*))?$/i.exec(url.search);
  if (!glued) return url;
  return { pathname: url.pathname + (glued[1] ?? ''), search: glued[2] ?? '' };
}

/** Decodes until nothing changes, at most three times; what cannot be decoded stays as it is. */
function decodeFully(pathname: string): string {
  let path = pathname;
  for (let round = 0; round < 3; round++) path = decodeOnce(path) ?? path;
  return path;
}

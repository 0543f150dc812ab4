// From a URL to a base URL and a row of the route table. Spelling is exact; what only looks like SCIM is still SCIM's to
// refuse, so that no odd spelling of a path gets past the key.
import { DIALECTS, type Dialect } from '../../scim/dialects.ts';
import { ROUTES, type Route } from './routes.ts';

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
  if (!dialect) return undefined;
  const raw = pathname
    .slice(dialect.basePath.length)
    .split('/')
    .filter((segment) => segment !== '');
  const segments = raw.map(decodeOnce);
  if (segments.some((segment) => segment === undefined)) return undefined;
  return { dialect, segments: segments.filter((segment) => segment !== undefined), query: new URLSearchParams(search) };
}

export type Match =
  | { readonly kind: 'route'; readonly route: Route; readonly params: Record<string, string> }
  | { readonly kind: 'method'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' };

/** The row of the table for a method and the segments below the base URL. */
export function matchRoute(method: string, segments: readonly string[]): Match {
  const found = ROUTES.map((route) => ({ route, params: matchPattern(route.pattern, segments) })).filter(
    (candidate): candidate is { route: Route; params: Record<string, string> } => candidate.params !== undefined,
  );
  const exact = found.find(({ route }) => route.method === method);
  if (exact) return { kind: 'route', ...exact };
  return found.length === 0 ? { kind: 'none' } : { kind: 'method', allowed: found.map(({ route }) => route.method) };
}

function matchPattern(pattern: string, segments: readonly string[]): Record<string, string> | undefined {
  const parts = pattern.split('/').slice(1);
  if (parts.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of parts.entries()) {
    const segment = segments[i] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}

/** Some admins append `?aadOptscim062020` to the Tenant URL; a client that then glues its path on puts the path into the
 * query: `/scim/v2/entra?aadOptscim062020/Users?filter=...`. */
function withoutAppendedFlag(url: URL): { pathname: string; search: string } {
  const glued = /^\?aadOptscim062020(\/[^?&]*)(?:[?&](.*))?$/i.exec(url.search);
  if (!glued) return url;
  return { pathname: url.pathname + (glued[1] ?? ''), search: glued[2] ?? '' };
}

function decodeOnce(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** Decodes until nothing changes, at most three times; what cannot be decoded stays as it is. */
function decodeFully(pathname: string): string {
  let path = pathname;
  for (let round = 0; round < 3; round++) path = decodeOnce(path) ?? path;
  return path;
}

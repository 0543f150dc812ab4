// From a path below the base URL to a row of a route table. Spelling is exact: what is in no table does not exist.
import type { Route } from './routes.ts';

export type Match =
  | { readonly kind: 'route'; readonly route: Route; readonly params: Record<string, string> }
  | { readonly kind: 'method'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' };

/** The segments of a path, each decoded once; undefined when one cannot be. Empty ones count for nothing. */
export function readSegments(path: string): readonly string[] | undefined {
  const raw = path.split('/').filter((segment) => segment !== '');
  const segments = raw.map(decodeOnce).filter((segment) => segment !== undefined);
  return segments.length === raw.length ? segments : undefined;
}

/** The row of `routes` for a method and the segments below the base URL. */
export function matchRoute(routes: readonly Route[], method: string, segments: readonly string[]): Match {
  const found = routes
    .map((route) => ({ route, params: matchPattern(route.pattern, segments) }))
    .filter(
      (candidate): candidate is { route: Route; params: Record<string, string> } => candidate.params !== undefined,
    );
  const exact = found.find(({ route }) => route.method === method);
  if (exact) return { kind: 'route', ...exact };
  return found.length === 0 ? { kind: 'none' } : { kind: 'method', allowed: found.map(({ route }) => route.method) };
}

/** A percent-encoded text decoded; undefined when it cannot be. */
export function decodeOnce(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function matchPattern(pattern: string, segments: readonly string[]): Record<string, string> | undefined {
  const open = pattern.endsWith('/*');
  const parts = pattern.split('/').slice(1, open ? -1 : undefined);
  if (open ? segments.length <= parts.length : segments.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of parts.entries()) {
    const segment = segments[i] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}

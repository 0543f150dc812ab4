// One operation of a bulk request, run like a request of its own: the same routes and handlers, its own commit, and its own
// question whether the key is alive.
import { AuthorisedDb } from '../../auth/authorised-db.ts';
import type { Env } from '../../env.ts';
import { fail, ok, type Result } from '../../failure.ts';
import type { Json } from '../../scim/json.ts';
import type { Answer } from '../answer.ts';
import { fenceAbandoned } from './abandoned-write.ts';
import type { LaterWork, ScimRequest } from './request.ts';
import { matchRoute, readSegments } from './route-match.ts';
import type { Route } from './routes.ts';

/** What to run; every reference in it is resolved. */
export interface Operation {
  readonly method: string;
  /** Below the base URL, with a query or without. */
  readonly path: string;
  readonly version: string | undefined;
  readonly data: Json | undefined;
}

/** What the operations of one bulk request share. */
export interface OperationContext {
  readonly request: ScimRequest;
  readonly routes: readonly Route[];
  readonly env: Env;
  readonly later: (work: LaterWork) => void;
}

/** The address of what a path names; the path as written where it names nothing. */
export function locationOf(baseUrl: string, path: string): string {
  const segments = readSegments(path.split('?')[0] ?? '') ?? [];
  return [baseUrl, ...segments.map(encodeURIComponent)].join('/');
}

/** The answer of one operation. A bug in it is its own answer, since others may have been committed before it. */
export async function runOperation(context: OperationContext, operation: Operation): Promise<Result<Answer>> {
  try {
    return await route(context, operation);
  } catch (error) {
    // What is thrown after the answer is logged.
    context.request.later(() => Promise.reject(error));
    return fail('internal_error', 'Something went wrong inside the gateway.');
  }
}

async function route({ request, routes, env, later }: OperationContext, operation: Operation): Promise<Result<Answer>> {
  const [path = '', ...query] = operation.path.split('?');
  const segments = readSegments(path);
  const match = segments ? matchRoute(routes, operation.method, segments) : undefined;
  if (match?.kind === 'method') {
    return fail('method_not_allowed', `In a bulk request this path takes ${match.allowed.join(', ')} only.`);
  }
  if (match?.kind !== 'route') {
    return fail(
      'not_found',
      'There is nothing at this path. Bulk operations address /Users, /Groups and what is below them.',
    );
  }
  const { data } = operation;
  const own: ScimRequest = {
    ...request,
    env,
    later,
    db: new AuthorisedDb(env, request.db.key, request.sources),
    query: new URLSearchParams(query.join('?')),
    preconditions: { ifMatch: operation.version ?? null, ifNoneMatch: null },
    params: match.params,
    body: async () => (data === undefined ? fail('invalid_syntax', 'This operation needs "data".') : ok(data)),
  };
  const answer = await match.route.handler(own);
  fenceAbandoned(own);
  return answer;
}

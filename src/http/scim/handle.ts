// One SCIM request from its key to its response. Nothing is answered but 401 until D1 has said that the key is alive;
// what happens after the answer (last use, refusals, KV) never changes it.
import type { PresentedKey } from '../../auth/authorise.ts';
import { AuthorisedDb } from '../../auth/authorised-db.ts';
import { readCredential } from '../../auth/credential.ts';
import { limitFailures } from '../../auth/failure-limit.ts';
import { findKey, forgetKey, rememberKey } from '../../auth/key-lookup.ts';
import { recordUse } from '../../auth/key-use.ts';
import type { Env, Sources } from '../../env.ts';
import { type Failure, type FailureCode, fail, kindOf, type Result } from '../../failure.ts';
import type { Json } from '../../scim/json.ts';
import { answered } from '../../storage/deadline.ts';
import { recordRefusal } from '../../storage/refusals.ts';
import { type Answer, answerResponse, failureResponse } from '../answer.ts';
import { readJsonBody } from '../body.ts';
import { fenceAbandoned } from './abandoned-write.ts';
import { readPreconditions } from './preconditions.ts';
import type { ScimRequest } from './request.ts';
import { type Match, matchRoute } from './route-match.ts';
import { readTarget, type Target } from './router.ts';
import { ROUTES } from './routes.ts';

export interface Exchange {
  readonly env: Env;
  readonly sources: Sources;
  readonly request: Request;
  readonly url: URL;
  /** Also in the answer, as X-Request-Id. */
  readonly requestId: string;
  readonly later: (work: () => Promise<unknown>) => void;
}

/** A response and what the request log says of it. */
export interface Handled {
  readonly response: Response;
  readonly route: string;
  readonly keyId?: string;
  readonly failure?: Failure;
}

/** Answers one request under /scim. */
export async function handleScim(exchange: Exchange): Promise<Handled> {
  const { env, sources, request, url } = exchange;
  const target = readTarget(url);
  const match: Match = target ? matchRoute(ROUTES, request.method, target.segments) : { kind: 'none' };
  const route = match.kind === 'route' ? match.route.pattern : 'none';
  const credential = await readCredential(request.headers.get('authorization'));
  if (!credential.ok) return unauthenticated(exchange, route, credential.failure);
  const db = new AuthorisedDb(env, await findKey(env, sources, credential.value), sources);
  const answer = await authorised(db, await answerTo(exchange, db, target, match));
  const { keyId } = db.key;
  if (!answer.ok && !db.confirmed) {
    if (kindOf(answer.failure.code).status !== 401) return refused(answer.failure, route);
    forgetKey(db.key.hash);
    return unauthenticated(exchange, route, answer.failure, db.key);
  }
  exchange.later(() => afterwards(exchange, db));
  if (answer.ok) return { response: answerResponse(answer.value), route, keyId };
  exchange.later(() => note(exchange, route, answer.failure, keyId));
  return { ...refused(answer.failure, route), keyId };
}

/** Failures that come of asking D1. To ask again would double the load that it sheds. */
const D1_WAS_ASKED: ReadonlySet<FailureCode> = new Set([
  'credential_unknown',
  'token_unknown',
  'storage_unavailable',
  'internal_error',
]);

/** An outcome that was decided before D1 was asked holds only if the key is alive. */
async function authorised(db: AuthorisedDb, answer: Result<Answer>): Promise<Result<Answer>> {
  if (db.confirmed || (!answer.ok && D1_WAS_ASKED.has(answer.failure.code))) return answer;
  const asked = await db.read([]);
  return asked.ok ? answer : asked;
}

async function answerTo(
  exchange: Exchange,
  db: AuthorisedDb,
  target: Target | undefined,
  match: Match,
): Promise<Result<Answer>> {
  if (match.kind === 'method') {
    const allow = match.allowed.join(', ');
    return fail('method_not_allowed', `This address answers ${allow} only.`, { headers: { Allow: allow } });
  }
  if (match.kind === 'none' || !target) {
    return fail('not_found', 'There is nothing at this address. The base URL ends with /scim/v2 or /scim/v2/entra.');
  }
  const { dialect, query } = target;
  const { env, sources, request, url, requestId, later } = exchange;
  const scimRequest: ScimRequest = {
    env,
    sources,
    dialect,
    query,
    preconditions: readPreconditions(request.headers),
    db,
    author: { actor: db.key.keyId, requestId },
    later,
    baseUrl: url.origin + dialect.basePath,
    params: match.params,
    body: (maxBytes) => readBody(exchange, db, maxBytes),
  };
  const answer = await match.route.handler(scimRequest);
  fenceAbandoned(scimRequest);
  return answer;
}

/** The body, which can be large. A key that neither the isolate nor KV knows may be a stranger's invention, since the shape of
 * a password is public; nothing is read for it before D1 has said that it is alive. */
async function readBody({ request }: Exchange, db: AuthorisedDb, maxBytes?: number): Promise<Result<Json>> {
  if (db.key.source === 'none' && !db.confirmed) {
    const asked = await db.read([]);
    if (!asked.ok) return asked;
  }
  return readJsonBody(request, maxBytes);
}

function refused(failure: Failure, route: string): Handled {
  return { response: failureResponse(failure), route, failure };
}

/** 401, or 429 when this address has failed too often; a sample of them is kept for the admin to see. */
async function unauthenticated(
  exchange: Exchange,
  route: string,
  failure: Failure,
  presented?: PresentedKey,
): Promise<Handled> {
  if (presented && (await isUsual(exchange, failure, presented))) return refused(failure, route);
  const address = exchange.request.headers.get('cf-connecting-ip') ?? 'unknown';
  const limited = await limitFailures(exchange.env, exchange.url.hostname, address);
  exchange.later(async () => {
    const key = `unauthenticated:${exchange.url.hostname}`;
    const sample = await answered('rate limit', () => exchange.env.REFUSAL_SAMPLE.limit({ key }));
    if (sample.success) await note(exchange, route, failure, null);
  });
  return refused(limited ?? failure, route);
}

/** A client of OAuth whose token has run out does what it should, and needs the 401 to get another. */
async function isUsual({ env, sources }: Exchange, { code }: Failure, key: PresentedKey): Promise<boolean> {
  if (code !== 'token_unknown') return false;
  const { hasRunOut } = await import('../../auth/oauth/expired-token.ts');
  return hasRunOut(env.DB, key, sources.nowMs());
}

async function note(exchange: Exchange, route: string, failure: Failure, actor: string | null): Promise<void> {
  const { status } = kindOf(failure.code);
  if (status >= 500) return;
  const { requestId, request } = exchange;
  const { method } = request;
  const refusal = { actor, requestId, method, route, status, rule: failure.code, detail: failure.detail };
  await recordRefusal(exchange.env.DB, refusal, exchange.sources.nowMs());
}

async function afterwards({ env, sources }: Exchange, { key, principal }: AuthorisedDb): Promise<void> {
  if (!principal) return;
  await recordUse(env.DB, principal, sources.nowMs());
  await rememberKey(env, sources, key, principal);
}

// POST /oauth/token and /oauth/revoke as HTTP: what a request must look like, what is answered, and who hears of a refusal. Loaded when
// the first one comes.
import { limitFailures } from '../../auth/failure-limit.ts';
import { describe, type Outcome, type Refused, refuse } from '../../auth/oauth/refused.ts';
import { type Answered, giveBackToken, giveTokens } from '../../auth/oauth/token-endpoint.ts';
import { readClientRequest } from '../../auth/oauth/token-request.ts';
import { type Failure, fail, kindOf } from '../../failure.ts';
import { readText } from '../../request-text.ts';
import { answered } from '../../storage/deadline.ts';
import { recordRefusal } from '../../storage/refusals.ts';
import type { Exchange, Handled } from '../scim/handle.ts';

const MAX_BYTES = 16 * 1024;
const ENDPOINTS = { '/oauth/token': giveTokens, '/oauth/revoke': giveBackToken } as const;

/** Answers one request to an endpoint that clients call; others are not sent here. */
export async function handleOAuth(exchange: Exchange): Promise<Handled> {
  const { request, url } = exchange;
  const route = url.pathname === '/oauth/revoke' ? url.pathname : '/oauth/token';
  if (request.method !== 'POST') {
    const { failure } = fail('method_not_allowed', 'This address answers POST only.', { headers: { Allow: 'POST' } });
    return { response: refusal({ error: 'invalid_request', failure }), route, failure };
  }
  const { outcome, clientId } = await answer(exchange, ENDPOINTS[route]);
  if (outcome.ok) return { response: json(200, outcome.value), route, ...(clientId ? { keyId: clientId } : {}) };
  return clientId === undefined
    ? stranger(exchange, route, outcome.refused)
    : ofClient(exchange, route, outcome.refused, clientId);
}

async function answer(exchange: Exchange, endpoint: typeof giveTokens): Promise<Answered> {
  const body = await readForm(exchange);
  if (!body.ok) return { outcome: body };
  const request = readClientRequest(exchange.request.headers.get('authorization'), body.value);
  if (!request.ok) return { outcome: request };
  return endpoint(exchange.env, exchange.sources, request.value);
}

async function readForm({ request, url }: Exchange): Promise<Outcome<string>> {
  if (url.search !== '') {
    return refuse('invalid_request', 'Parameters belong into the body of the request and not into its address.');
  }
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(type)) {
    return refuse('invalid_request', 'The body must be application/x-www-form-urlencoded.');
  }
  const text = await readText(request, MAX_BYTES);
  if (text.ok) return text;
  return { ok: false, refused: { error: 'invalid_request', failure: text.failure } };
}

/** Who has not shown which client it is: counted by address, and a sample is kept for the admin to see. */
async function stranger(exchange: Exchange, route: string, refused: Refused): Promise<Handled> {
  const { env, request, url } = exchange;
  const { failure, isUnproven = false } = refused;
  const isFault = kindOf(failure.code).status >= 500;
  if (isFault && !isUnproven) return { response: refusal(refused), route, failure };
  const address = request.headers.get('cf-connecting-ip') ?? 'unknown';
  const limited = await limitFailures(env, url.hostname, address);
  exchange.later(async () => {
    if (isFault) return;
    const key = `unauthenticated:${url.hostname}`;
    const sample = await answered('rate limit', () => env.REFUSAL_SAMPLE.limit({ key }));
    if (sample.success) await note(exchange, route, failure, null);
  });
  if (!limited) return { response: refusal(refused), route, failure };
  const tooMany = { ...limited, detail: TOO_MANY };
  return { response: refusal({ error: 'temporarily_unavailable', failure: tooMany }), route, failure: tooMany };
}

const TOO_MANY =
  'Too many requests whose credential could not be accepted came from this address. Correct client id and secret or assertion, then try again in a minute.';

function ofClient(exchange: Exchange, route: string, refused: Refused, keyId: string): Handled {
  const { failure } = refused;
  if (kindOf(failure.code).status < 500) exchange.later(() => note(exchange, route, failure, keyId));
  return { response: refusal(refused), route, failure, keyId };
}

async function note({ env, sources, requestId }: Exchange, route: string, failure: Failure, actor: string | null) {
  const { status } = kindOf(failure.code);
  const refused = { actor, requestId, method: 'POST', route, status, rule: failure.code, detail: failure.detail };
  await recordRefusal(env.DB, refused, sources.nowMs());
}

function refusal({ error, failure }: Refused): Response {
  const { status } = kindOf(failure.code);
  const { retryAfterSeconds } = failure;
  return json(
    status,
    { error, error_description: describe(failure.detail) },
    {
      ...failure.headers,
      ...(error === 'invalid_client' ? { 'WWW-Authenticate': 'Basic realm="Portcullis OAuth"' } : {}),
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    },
  );
}

function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      Pragma: 'no-cache',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
  });
}

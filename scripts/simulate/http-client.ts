// The only file of the simulation that talks HTTP: one request, one answer, timed, cut off when the server stalls.
// It knows nothing of SCIM but that bodies are JSON. Redirects are not followed: a credential must not travel on.
// Node's fetch adds two headers that no provider sends, Accept-Language and Sec-Fetch-Mode; servers do not mind.

export const answerTimeoutMs = 30_000;

export type JsonObject = Record<string, unknown>;

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query below the base URL, percent-encoded already. */
  readonly path: string;
  /** The same for human eyes, without ids and user names. */
  readonly shown: string;
  readonly body?: JsonObject;
  /** Signs in with a secret that cannot be right. */
  readonly withWrongSecret?: true;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** Parsed JSON; the raw text where it is not JSON; undefined where there is no body. */
  readonly body: unknown;
  readonly ms: number;
}

export type Send = (call: Call) => Promise<Answer>;

/** No answer at all: nothing listens, the name does not resolve, TLS fails, or the server stalls. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

export interface Endpoint {
  readonly baseUrl: URL;
  readonly authorization: string;
  readonly wrongAuthorization: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
}

/** A function that sends calls to one endpoint. It rejects with `Unreachable` and with nothing else. */
export function createSend(endpoint: Endpoint, timeoutMs = answerTimeoutMs): Send {
  return async (call) => {
    const headers: Record<string, string> = {
      ...endpoint.headers,
      Authorization: call.withWrongSecret ? endpoint.wrongAuthorization : endpoint.authorization,
    };
    if (call.body !== undefined) headers['Content-Type'] = endpoint.contentType;
    const startedAt = performance.now();
    try {
      const response = await fetch(addressOf(endpoint.baseUrl, call.path), {
        method: call.method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        contentType: response.headers.get('Content-Type') ?? '',
        body: parseBody(text),
        ms: performance.now() - startedAt,
      };
    } catch (error) {
      throw new Unreachable(`${endpoint.baseUrl.origin} does not answer: ${reasonOf(error, timeoutMs)}`);
    }
  };
}

/** Base URL with or without a closing slash, with or without a query of its own (Entra's `?aadOptscim062020`). */
function addressOf(base: URL, path: string): string {
  const mark = path.indexOf('?');
  const resource = mark < 0 ? path : path.slice(0, mark);
  const query = [base.search.slice(1), mark < 0 ? '' : path.slice(mark + 1)].filter((part) => part !== '').join('&');
  return `${base.origin}${base.pathname.replace(/\/+$/, '')}${resource}${query === '' ? '' : `?${query}`}`;
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const reasonsByCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused (is the server running?)',
  ENOTFOUND: 'no such host name',
  EAI_AGAIN: 'the host name cannot be looked up',
  ECONNRESET: 'the connection was closed half-way',
  UND_ERR_SOCKET: 'the connection was closed half-way',
};

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `nothing came within ${timeoutMs / 1000} s`;
  const cause = error.cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return reasonsByCode[code] ?? (cause instanceof Error && cause.message !== '' ? cause.message : error.message);
}

// The one place where answers and failures become HTTP responses of the SCIM kind (RFC 7644 sections 3.1 and 3.12).
import { type Failure, kindOf } from '../failure.ts';
import type { JsonObject } from '../scim/json.ts';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** A successful answer; without a body when `resource` is absent. */
export interface Answer {
  readonly status: number;
  readonly resource?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The response of an answer. */
export function answerResponse(answer: Answer): Response {
  return scimResponse(answer.status, answer.resource, answer.headers);
}

/** The SCIM error of a failure; its internal detail stays inside. */
export function failureBody({ code, detail }: Failure): JsonObject {
  const { status, scimType } = kindOf(code);
  return { schemas: [ERROR], status: String(status), ...(scimType ? { scimType } : {}), detail };
}

/** The response of a failure. */
export function failureResponse(failure: Failure): Response {
  const retry = failure.retryAfterSeconds;
  return scimResponse(kindOf(failure.code).status, failureBody(failure), {
    ...failure.headers,
    ...(retry === undefined ? {} : { 'Retry-After': String(retry) }),
  });
}

function scimResponse(status: number, body: JsonObject | undefined, headers: Answer['headers'] = {}): Response {
  return new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/scim+json; charset=utf-8' }),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
  });
}

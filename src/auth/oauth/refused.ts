// What a client is told when it gets no token: the words of RFC 6749 section 5.2, each with the failure that it is to the gateway.
import type { Failure, FailureCode } from '../../failure.ts';

export type OAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'access_denied'
  /** Of the gateway, not of the client. */
  | 'server_error'
  | 'temporarily_unavailable';

/** A refusal with its word on the wire. */
export interface Refused {
  readonly error: OAuthError;
  readonly failure: Failure;
  /** A fault that a stranger can bring about: counted by address like a wrong credential. */
  readonly isUnproven?: true;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refused: Refused };

const CODES = {
  invalid_request: 'oauth_request_refused',
  invalid_client: 'oauth_client_refused',
  invalid_grant: 'oauth_grant_refused',
  unauthorized_client: 'oauth_request_refused',
  unsupported_grant_type: 'oauth_request_refused',
} as const satisfies Partial<Record<OAuthError, FailureCode>>;

/** A refusal of the client's doing, with a plain sentence that repeats no secret. */
export function refuse(error: keyof typeof CODES, detail: string): { readonly ok: false; readonly refused: Refused } {
  return { ok: false, refused: { error, failure: { code: CODES[error], detail } } };
}

/** A fault of ours or of somebody we depend on. */
export function faulted(failure: Failure): { readonly ok: false; readonly refused: Refused } {
  const error = failure.code === 'storage_unavailable' ? 'temporarily_unavailable' : 'server_error';
  return { ok: false, refused: { error, failure } };
}

/** A fault before the client has shown who it is, which costs more than a look at the database. */
export function unproven(failure: Failure): { readonly ok: false; readonly refused: Refused } {
  return { ok: false, refused: { ...faulted(failure).refused, isUnproven: true } };
}

/** A sentence in the characters that `error_description` may have. */
export function describe(detail: string): string {
  return detail.replaceAll(/["\\]/g, "'").replaceAll(/[^\x20-\x7e]/g, '?');
}

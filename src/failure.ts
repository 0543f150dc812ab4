// Everything that can go wrong, as data: one closed table of codes, each with its HTTP status and RFC 7644 scimType.
// A code is also the rule that a refusal is recorded under. This file knows neither HTTP responses nor storage.

/** The keywords of RFC 7644 section 3.12, table 9, and RFC 9865 section 2.2. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

interface FailureKind {
  readonly status: number;
  readonly scimType?: ScimType;
}

/** Every failure the gateway can answer with. The key is stable: logs, refusals and explanations name it. */
export const FAILURES = {
  invalid_syntax: { status: 400, scimType: 'invalidSyntax' },
  invalid_value: { status: 400, scimType: 'invalidValue' },
  invalid_filter: { status: 400, scimType: 'invalidFilter' },
  too_many_to_scan: { status: 400, scimType: 'tooMany' },
  invalid_cursor: { status: 400, scimType: 'invalidCursor' },
  expired_cursor: { status: 400, scimType: 'expiredCursor' },
  invalid_count: { status: 400, scimType: 'invalidCount' },
  invalid_path: { status: 400, scimType: 'invalidPath' },
  no_target: { status: 400, scimType: 'noTarget' },
  read_only_attribute: { status: 400, scimType: 'mutability' },
  user_name_immutable: { status: 400, scimType: 'mutability' },
  immutable_attribute: { status: 400, scimType: 'mutability' },
  team_read_only: { status: 400, scimType: 'mutability' },
  unknown_member: { status: 400, scimType: 'invalidValue' },
  group_name_in_use: { status: 409, scimType: 'uniqueness' },
  team_name_in_use: { status: 409, scimType: 'uniqueness' },
  user_name_in_use: { status: 409, scimType: 'uniqueness' },
  user_name_in_use_inactive: { status: 409, scimType: 'uniqueness' },
  user_name_managed_by_portal: { status: 409, scimType: 'uniqueness' },
  bulk_conflict: { status: 409 },
  last_admin: { status: 403 },
  key_owner: { status: 403 },
  not_admin: { status: 403 },
  credential_missing: { status: 401 },
  credential_malformed: { status: 401 },
  credential_unknown: { status: 401 },
  token_unknown: { status: 401 },
  too_many_failures: { status: 429 },
  sso_off: { status: 403 },
  saml_response_refused: { status: 403 },
  saml_replayed: { status: 403 },
  sso_user_unknown: { status: 403 },
  sso_user_inactive: { status: 403 },
  sso_user_removed: { status: 403 },
  sso_not_saml: { status: 403 },
  jit_incomplete: { status: 403 },
  jit_domain: { status: 403 },
  oauth_client_refused: { status: 401 },
  oauth_grant_refused: { status: 400 },
  oauth_request_refused: { status: 400 },
  discovery_filter: { status: 403 },
  https_required: { status: 403 },
  not_found: { status: 404 },
  resource_not_found: { status: 404 },
  method_not_allowed: { status: 405 },
  precondition_failed: { status: 412 },
  body_too_large: { status: 413, scimType: 'invalidSyntax' },
  too_many_operations: { status: 413 },
  unsupported_media_type: { status: 415 },
  misdirected_request: { status: 421 },
  internal_error: { status: 500 },
  not_implemented: { status: 501 },
  storage_unavailable: { status: 503 },
  too_much_contention: { status: 503 },
  bulk_exhausted: { status: 503 },
} as const satisfies Record<string, FailureKind>;

export type FailureCode = keyof typeof FAILURES;

/** The failures that are recorded as refusals: those of the client, with a status below 500. */
export type RefusalCode = {
  [Code in FailureCode]: `${(typeof FAILURES)[Code]['status']}` extends `4${string}` ? Code : never;
}[FailureCode];

/** One failure as a value: `detail` is the public sentence, `internal` is for the log only and never leaves the Worker. */
export interface Failure {
  readonly code: FailureCode;
  readonly detail: string;
  readonly internal?: string;
  readonly retryAfterSeconds?: number;
  /** Extra response headers the status demands, such as `WWW-Authenticate` or `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** A successful result. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** A failed result; `detail` is a plain sentence that names attribute and value kind and never a secret. */
export function fail(
  code: FailureCode,
  detail: string,
  more: Omit<Failure, 'code' | 'detail'> = {},
): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: { code, detail, ...more } };
}

/** The HTTP status and, where the RFC has one, the scimType of a failure. */
export function kindOf(code: FailureCode): FailureKind {
  return FAILURES[code];
}

/** What was thrown, in its own words: for logs and for `internal`, never for an answer. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// An admin allows a client in the browser: what a request for it must be, the code that is written, and where the browser goes then.
// Knows no pages. Until the redirect URI is known to be the client's own, nothing is sent there.
import type { Env, Sources } from '../../env.ts';
import { type Failure, fail, ok, type Result } from '../../failure.ts';
import { randomId } from '../../random-id.ts';
import { type Author, authorOf } from '../../storage/journal.ts';
import { auditedCommit } from '../audited-commit.ts';
import { keyState } from '../key-state.ts';
import { clientGuard } from './client-guard.ts';
import { type ClientRow, selectClient } from './client-query.ts';
import { describe, type OAuthError } from './refused.ts';
import { newCode } from './secret-format.ts';

/** All that a token of ours opens. */
export const SCOPE = 'scim';
/** A code is exchanged at once; this is for slow connections. */
export const CODE_LIFE_MS = 5 * 60_000;

/** A request that may be put before the admin. The form carries it back by `parameters`. */
export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string | null;
  /** Of PKCE, S256. */
  readonly codeChallenge: string | null;
  /** As they came, to be sent again with the admin's decision; names without repetition. */
  readonly parameters: readonly (readonly [string, string])[];
}

/** What became of the look at a request: ask the admin, show a page and send nothing anywhere, or send the client its error. */
export type Authorization =
  | { readonly kind: 'ask'; readonly client: ClientRow; readonly request: AuthorizationRequest }
  | { readonly kind: 'page'; readonly failure: Failure }
  | { readonly kind: 'redirect'; readonly location: string; readonly failure: Failure };

/** The one statement that a look at the request needs: it selects the `ClientRow`, if there is one. */
export function selectRequestedClient(db: D1Database, query: URLSearchParams): D1PreparedStatement {
  return selectClient(db, query.get('client_id') ?? '');
}

/** Looks at the parameters of GET /oauth/authorize, or of the form that carries them back, with the client that was found. */
export function checkAuthorization(
  query: URLSearchParams,
  client: ClientRow | undefined,
  nowMs: number,
): Authorization {
  const known = knownClient(query, client, nowMs);
  if (!known.ok) return { kind: 'page', failure: known.failure };
  const redirectUri = query.get('redirect_uri') ?? '';
  const state = query.get('state');
  const wrong = wrongWithRequest(query);
  if (wrong) {
    const answer = { error: wrong.error, error_description: describe(wrong.detail) };
    const { failure } = fail('oauth_request_refused', wrong.detail);
    return { kind: 'redirect', location: backTo(redirectUri, state, answer), failure };
  }
  const parameters = PARAMETERS.flatMap((name) => query.getAll(name).map((value) => [name, value] as const));
  const codeChallenge = query.get('code_challenge');
  const request = { clientId: known.value.id, redirectUri, state, codeChallenge, parameters };
  return { kind: 'ask', client: known.value, request };
}

const PARAMETERS = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
];
const MAX_STATE_CHARACTERS = 4_000;

/** The client, when the redirect URI is one of its own: only then may anything be sent there. */
function knownClient(query: URLSearchParams, client: ClientRow | undefined, nowMs: number): Result<ClientRow> {
  for (const name of ['client_id', 'redirect_uri']) {
    const { length } = query.getAll(name);
    if (length !== 1) {
      return refuse(
        `The address has ${length === 0 ? 'no' : 'more than one'} ${name}. Begin again in the identity provider.`,
      );
    }
  }
  if (!client || keyState({ ...client, purpose: 'oauth', replacedBy: null }, nowMs).kind !== 'alive') {
    return refuse(
      'There is no client with this client_id that works: it is unknown here, was revoked, or the account it acts for is no active admin.',
    );
  }
  if (client.grant !== 'authorization_code') {
    return refuse(
      `The client "${client.label}" is not of the kind that an admin allows in the browser: make one of the kind Okta.`,
    );
  }
  const uris: readonly string[] = JSON.parse(client.redirectUris);
  if (!uris.includes(query.get('redirect_uri') ?? '')) {
    return refuse(
      `The redirect_uri is none of those registered for the client "${client.label}". They are compared character by character.`,
    );
  }
  return ok(client);
}

function refuse(detail: string) {
  return fail('oauth_request_refused', detail);
}

interface Wrong {
  readonly error: OAuthError;
  readonly detail: string;
}

function wrongWithRequest(query: URLSearchParams): Wrong | undefined {
  const twice = PARAMETERS.find((name) => query.getAll(name).length > 1);
  if (twice !== undefined) return invalid(`${twice} was sent more than once.`);
  if (!query.has('response_type')) return invalid('response_type is missing; it must be code.');
  if (query.get('response_type') !== 'code') {
    return { error: 'unsupported_response_type', detail: 'The only response_type is code.' };
  }
  if ((query.get('state') ?? '').length > MAX_STATE_CHARACTERS) {
    return invalid(`state is longer than ${MAX_STATE_CHARACTERS} characters.`);
  }
  return wrongWithChallenge(query.get('code_challenge'), query.get('code_challenge_method'));
}

/** RFC 7636 section 4.3; a client with a secret need not send one. */
function wrongWithChallenge(challenge: string | null, method: string | null): Wrong | undefined {
  if (challenge === null)
    return method === null ? undefined : invalid('code_challenge_method came without code_challenge.');
  if (method !== 'S256') return invalid('code_challenge_method must be S256.');
  return /^[\w-]{43}$/.test(challenge)
    ? undefined
    : invalid('code_challenge is not the base64url form of a SHA-256 hash.');
}

function invalid(detail: string): Wrong {
  return { error: 'invalid_request', detail };
}

/** Where the browser goes: the redirect URI, whose own query is kept (RFC 6749 section 4.1.2). */
function backTo(redirectUri: string, state: string | null, answer: Readonly<Record<string, string>>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (state !== null) url.searchParams.set('state', state);
  return url.href;
}

/** Writes the code, and gives the address that the browser goes to with it. `env.DB` is that of the admin's session, and `userId` the
 * admin's. Fails with `oauth_request_refused` where the client has ended since, or like storage does. */
export async function allow(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  request: AuthorizationRequest,
  by: Author & { readonly userId: string },
): Promise<Result<string>> {
  const { clientId, redirectUri, state, codeChallenge } = request;
  const nowMs = Math.trunc(sources.nowMs());
  const { text, hash } = await newCode(sources);
  const registered = `c."grant" = 'authorization_code' AND EXISTS (SELECT 1 FROM json_each(c.redirect_uris) WHERE value = ?3)`;
  const insert = env.DB.prepare(
    `INSERT INTO oauth_codes (hash, key_id, user_id, grant_id, redirect_uri, code_challenge, scope, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const code = [hash, clientId, by.userId, randomId(sources), redirectUri, codeChallenge, SCOPE];
  const outcome = await auditedCommit(env.DB, sources, {
    type: 'key.allowed',
    subject: clientId,
    ...authorOf(by),
    attributes: [],
    guards: [clientGuard(env.DB, clientId, nowMs, registered, redirectUri)],
    statements: [insert.bind(...code, nowMs, nowMs + CODE_LIFE_MS)],
  });
  if (outcome.kind === 'fault') return { ok: false, failure: outcome.failure };
  if (outcome.kind === 'lost') return refuse('Nothing was allowed: the client has ended or was changed just now.');
  return ok(backTo(redirectUri, state, { code: text }));
}

/** The address that the browser goes to when the admin says no. Writes nothing. */
export function deny({ redirectUri, state }: AuthorizationRequest): string {
  const error_description = 'The admin did not allow it.';
  const error: OAuthError = 'access_denied';
  return backTo(redirectUri, state, { error, error_description });
}

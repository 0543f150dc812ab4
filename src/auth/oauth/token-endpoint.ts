// POST /oauth/token and POST /oauth/revoke behind HTTP: who asks, what for, and what it gets. `@node-oauth/oauth2-server` decides by the
// grant; what it asks for is `token-model.ts`.
import OAuth2Server from '@node-oauth/oauth2-server';
import type { Env, Sources } from '../../env.ts';
import { commit } from '../../storage/commit.ts';
import { faultFailure } from '../../storage/fault-failure.ts';
import { hexSha256 } from '../key-format.ts';
import { SCOPE } from './authorize.ts';
import { authenticateClient, type ProvenClient } from './client-authentication.ts';
import { type LibraryError, refuseExchange } from './failed-exchange.ts';
import { faulted, type Outcome, refuse } from './refused.ts';
import { type Brought, type CodeRow, type RefreshRow, Stop, tokenModel } from './token-model.ts';
import type { ClientRequest, Fields } from './token-request.ts';
import { ACCESS_LIFE_SECONDS } from './token-write.ts';

/** What became of a request; `clientId` where the client has shown who it is. */
export interface Answered {
  readonly clientId?: string;
  /** The JSON to answer, or the refusal. */
  readonly outcome: Outcome<Readonly<Record<string, unknown>>>;
}

/** Gives tokens. Two calls of D1. */
export async function giveTokens(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  { proof, fields }: ClientRequest,
): Promise<Answered> {
  const code = await hexSha256(fields.get('code') ?? '');
  const refresh = await hexSha256(fields.get('refresh_token') ?? '');
  const statements = [env.DB.prepare(SELECT_CODE).bind(code), env.DB.prepare(SELECT_REFRESH).bind(refresh)];
  const authenticated = await authenticateClient(env, sources, proof, statements);
  if (!authenticated.ok) return { outcome: authenticated };
  const { client, results } = authenticated.value;
  const missing = missingParameter(fields);
  if (missing !== undefined) return { clientId: client.id, outcome: refuse('invalid_request', missing) };
  const brought: Brought = {
    code: (results[0]?.results as CodeRow[] | undefined)?.[0] ?? null,
    refresh: (results[1]?.results as RefreshRow[] | undefined)?.[0] ?? null,
  };
  return { clientId: client.id, outcome: await byGrant(env, sources, client, brought, fields) };
}

const SELECT_CODE = `SELECT hash, key_id AS keyId, grant_id AS grantId, redirect_uri AS redirectUri,
  code_challenge AS codeChallenge, expires_at AS expiresAt, used_at AS usedAt FROM oauth_codes WHERE hash = ?`;
const SELECT_REFRESH = `SELECT hash, key_id AS keyId, grant_id AS grantId, expires_at AS expiresAt
  FROM oauth_tokens WHERE hash = ? AND kind = 'refresh'`;

const NEEDED = new Map([
  ['authorization_code', 'code'],
  ['refresh_token', 'refresh_token'],
]);

function missingParameter(fields: Fields): string | undefined {
  const grant = fields.get('grant_type');
  if (grant === undefined) return 'grant_type is missing.';
  const needed = NEEDED.get(grant);
  return needed === undefined || fields.has(needed) ? undefined : `${needed} is missing.`;
}

/** What the library sees of a request: no credential of the client. */
const ASKED = ['grant_type', 'code', 'redirect_uri', 'code_verifier', 'refresh_token'];

async function byGrant(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  client: ProvenClient,
  brought: Brought,
  fields: Fields,
): Promise<Answered['outcome']> {
  const server = new OAuth2Server({
    model: tokenModel(env, sources, client, brought),
    // It has shown who it is already.
    requireClientAuthentication: { [fields.get('grant_type') ?? '']: false },
    alwaysIssueNewRefreshToken: false,
    accessTokenLifetime: ACCESS_LIFE_SECONDS,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '1' };
  const asked = ASKED.flatMap((name) => (fields.has(name) ? [[name, fields.get(name)] as const] : []));
  const body = { ...Object.fromEntries(asked), client_id: client.id, scope: SCOPE };
  const response = new OAuth2Server.Response();
  try {
    await server.token(new OAuth2Server.Request({ method: 'POST', query: {}, headers, body }), response);
  } catch (error) {
    return refusalOf(error, (named) => refuseExchange(env, sources, client, brought.code, fields, named));
  }
  return { ok: true, value: { ...response.body, expires_in: ACCESS_LIFE_SECONDS } };
}

/** Of our own, or one of the library's, in our words; anything else is a bug and goes on. */
async function refusalOf(
  error: unknown,
  ofExchange: (error: LibraryError) => Promise<Outcome<never>>,
): Promise<Outcome<never>> {
  if (!(error instanceof OAuth2Server.OAuthError)) throw error;
  const inner: unknown = Reflect.get(error, 'inner');
  if (inner instanceof Stop) return { ok: false, refused: inner.refused };
  switch (error.name) {
    case 'unsupported_grant_type':
    case 'unauthorized_client':
      return refuse(
        error.name,
        'This client cannot get tokens by that grant_type; its page in the console says by which.',
      );
    case 'invalid_grant':
    case 'invalid_request':
      return ofExchange(error.name);
    default:
      throw inner ?? error;
  }
}

/** Ends a token of the client (RFC 7009): an access token alone, a refresh token with all that came of it. A token that is unknown
 * or somebody else's changes nothing, and the answer is the same. */
export async function giveBackToken(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  { proof, fields }: ClientRequest,
): Promise<Answered> {
  const authenticated = await authenticateClient(env, sources, proof);
  if (!authenticated.ok) return { outcome: authenticated };
  const { id } = authenticated.value.client;
  const token = fields.get('token');
  if (token === undefined) return { clientId: id, outcome: refuse('invalid_request', 'token is missing.') };
  const end = env.DB.prepare(END).bind(await hexSha256(token), id);
  const outcome = await commit(env.DB, { mutationId: '', guards: [], statements: [end] });
  if (outcome.kind === 'fault') return { clientId: id, outcome: faulted(faultFailure(outcome).failure) };
  return { clientId: id, outcome: { ok: true, value: {} } };
}

const END = `DELETE FROM oauth_tokens WHERE key_id = ?2 AND hash IN (SELECT other.hash
  FROM oauth_tokens AS t CROSS JOIN oauth_tokens AS other ON other.grant_id = t.grant_id
  WHERE t.hash = ?1 AND t.key_id = ?2 AND (t.kind = 'refresh' OR other.hash = ?1))`;

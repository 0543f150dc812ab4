// What the OAuth library asks of storage, answered from D1 for one request. Who the client is and what it brought was read before, in
// one call, which the library could not do. It decides what is easy to get wrong: which grants exist and which this client may use, PKCE
// by RFC 7636, whether the redirect URI is that of the code, whether a refresh token comes anew, and how the answer looks.
import type {
  AuthorizationCode,
  AuthorizationCodeModel,
  Client,
  ClientCredentialsModel,
  RefreshToken,
  RefreshTokenModel,
} from '@node-oauth/oauth2-server';
import type { Env, Sources } from '../../env.ts';
import { SCOPE } from './authorize.ts';
import type { ProvenClient } from './client-authentication.ts';
import { type Refused, refuse } from './refused.ts';
import { type Basis, endGrant, goneGrant, type Tokens, writeTokens } from './token-write.ts';

/** A code as it was found. */
export interface CodeRow {
  readonly hash: string;
  readonly keyId: string;
  readonly grantId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string | null;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

/** A refresh token as it was found. */
export interface RefreshRow {
  readonly hash: string;
  readonly keyId: string;
  readonly grantId: string;
  readonly expiresAt: number;
}

/** What the client brought, by hash; null where D1 has no such thing. */
export interface Brought {
  readonly code: CodeRow | null;
  readonly refresh: RefreshRow | null;
}

/** Thrown through the library, which hands it back as the reason of its own error. */
export class Stop extends Error {
  readonly refused: Refused;

  constructor({ refused }: { readonly refused: Refused }) {
    super(refused.failure.detail);
    this.refused = refused;
  }
}

/** The library must never think that something has run out: that is decided here, by our clock. */
const LATER = new Date(8.64e15);
/** Whom the token acts for is known by the client. */
const USER = {};

/** The model of one request. */
export function tokenModel(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  proven: ProvenClient,
  { code, refresh }: Brought,
): AuthorizationCodeModel & RefreshTokenModel & ClientCredentialsModel {
  const client: Client = { id: proven.id, grants: GRANTS[proven.grant] };
  const nowMs = sources.nowMs();
  let basis: Basis = { kind: 'client' };
  return {
    getClient: async () => client,
    getUserFromClient: async () => USER,
    getAccessToken: async () => null,
    validateScope: async () => [SCOPE],
    generateAccessToken: async () => 'made when it is written',
    generateRefreshToken: async () => 'made when it is written',
    saveAuthorizationCode: async () => null,
    getAuthorizationCode: async (text) => {
      const found = await usableCode(env, code, proven.id, nowMs);
      basis = { kind: 'code', hash: found.hash, grantId: found.grantId };
      return codeOf(text, found, client);
    },
    // Used up in the batch that writes the tokens, or by `refuseExchange` where a check fails: a lost answer can be repeated then.
    revokeAuthorizationCode: async () => true,
    getRefreshToken: async (text) => {
      if (refresh?.keyId !== proven.id || refresh.expiresAt <= nowMs) throw new Stop(goneGrant());
      basis = { kind: 'refresh', hash: refresh.hash, grantId: refresh.grantId };
      return { refreshToken: text, scope: [SCOPE], client, user: USER } satisfies RefreshToken;
    },
    revokeToken: async () => true,
    saveToken: async () => {
      const written = await writeTokens(env, sources, proven, basis);
      if (!written.ok) throw new Stop(written);
      return { ...asText(written.value), scope: [SCOPE], client, user: USER };
    },
  };
}

const GRANTS: Readonly<Record<ProvenClient['grant'], string[]>> = {
  authorization_code: ['authorization_code', 'refresh_token'],
  client_credentials: ['client_credentials'],
  workload_identity: ['client_credentials'],
};

function asText({ accessToken, refreshToken }: Tokens) {
  return { accessToken, ...(refreshToken === undefined ? {} : { refreshToken }) };
}

/** A code of this client, unused and in time; it stops where there is none, and a code that comes again ends its tokens. */
async function usableCode(
  env: Pick<Env, 'DB'>,
  code: CodeRow | null,
  clientId: string,
  nowMs: number,
): Promise<CodeRow> {
  if (code?.keyId !== clientId || code.expiresAt <= nowMs) {
    const detail =
      'The code has run out, is unknown here or is not of this client. Let the admin allow the client again.';
    throw new Stop(refuse('invalid_grant', detail));
  }
  if (code.usedAt === null) return code;
  const ended = await endGrant(env, code.grantId);
  if (ended.ok) throw new Error('a used code was accepted');
  throw new Stop(ended);
}

function codeOf(text: string, { redirectUri, codeChallenge }: CodeRow, client: Client): AuthorizationCode {
  const challenge = codeChallenge === null ? {} : { codeChallenge, codeChallengeMethod: 'S256' };
  return { authorizationCode: text, expiresAt: LATER, redirectUri, scope: [SCOPE], client, user: USER, ...challenge };
}

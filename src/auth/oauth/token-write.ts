// The one batch in which tokens come into being, under guards: the client and its secret are alive at that moment, a code is unused,
// a refresh token valid. A repeat after a lost answer finds its own tokens.
import type { Env, Sources } from '../../env.ts';
import { commit } from '../../storage/commit.ts';
import { faultFailure } from '../../storage/fault-failure.ts';
import { guard } from '../../storage/guard.ts';
import { SCOPE } from './authorize.ts';
import type { ProvenClient } from './client-authentication.ts';
import { clientGuard } from './client-guard.ts';
import { faulted, type Outcome, refuse } from './refused.ts';
import { newAccessToken, newRefreshToken } from './secret-format.ts';

export const ACCESS_LIFE_SECONDS = 3_600;
/** Since its last use. */
export const REFRESH_LIFE_MS = 90 * 86_400_000;
/** Living access tokens of one grant; a client that gets more loses the oldest. */
const MAX_ACCESS_TOKENS = 50;

/** What tokens are given for: nothing but the client itself, a code, or a refresh token, by hash. */
export type Basis =
  | { readonly kind: 'client' }
  | { readonly kind: 'code'; readonly hash: string; readonly grantId: string }
  | { readonly kind: 'refresh'; readonly hash: string; readonly grantId: string };

export interface Tokens {
  readonly accessToken: string;
  /** Of a code. */
  readonly refreshToken?: string;
}

const INSERT = `INSERT OR IGNORE INTO oauth_tokens (hash, key_id, kind, grant_id, scope, created_at, expires_at)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
const EXCESS = `DELETE FROM oauth_tokens WHERE hash IN (SELECT hash FROM oauth_tokens
  WHERE grant_id = ? AND kind = 'access' ORDER BY rowid DESC LIMIT -1 OFFSET ${MAX_ACCESS_TOKENS})`;

/** Writes the tokens. Refused with `invalid_client` or `invalid_grant` where somebody was faster; a code that somebody else used
 * just now ends what it gave. */
export async function writeTokens(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  client: ProvenClient,
  basis: Basis,
): Promise<Outcome<Tokens>> {
  const { DB } = env;
  const nowMs = Math.trunc(sources.nowMs());
  const grantId = basis.kind === 'client' ? (client.secretId ?? client.id) : basis.grantId;
  const access = await newAccessToken(sources, client.id);
  const refresh = basis.kind === 'code' ? await newRefreshToken(sources, client.id) : undefined;
  const insert = (hash: string, kind: 'access' | 'refresh', lifeMs: number) =>
    DB.prepare(INSERT).bind(hash, client.id, kind, grantId, SCOPE, nowMs, nowMs + lifeMs);
  const outcome = await commit(DB, {
    mutationId: '',
    guards: [aliveGuard(DB, client, nowMs), ...basisGuards(DB, basis, access.hash, nowMs)],
    statements: [
      insert(access.hash, 'access', ACCESS_LIFE_SECONDS * 1000),
      ...(refresh ? [insert(refresh.hash, 'refresh', REFRESH_LIFE_MS)] : []),
      ...usedStatements(DB, client, basis, nowMs),
      DB.prepare(EXCESS).bind(grantId),
    ],
  });
  if (outcome.kind === 'fault') return faulted(faultFailure(outcome).failure);
  if (outcome.kind === 'committed') {
    return { ok: true, value: { accessToken: access.text, ...(refresh ? { refreshToken: refresh.text } : {}) } };
  }
  if (outcome.guard === 'key')
    return refuse(
      'invalid_client',
      'The client or its secret was revoked just now, or its owner is no longer an active admin.',
    );
  return basis.kind === 'code' ? endGrant(env, basis.grantId) : goneGrant();
}

function aliveGuard(db: D1Database, { id, secretId }: ProvenClient, nowMs: number): D1PreparedStatement {
  if (secretId === null) return clientGuard(db, id, nowMs);
  const works = 'EXISTS (SELECT 1 FROM oauth_secrets WHERE id = ?3 AND revoked_at IS NULL)';
  return clientGuard(db, id, nowMs, works, secretId);
}

function basisGuards(db: D1Database, basis: Basis, accessHash: string, nowMs: number): D1PreparedStatement[] {
  switch (basis.kind) {
    case 'client':
      return [];
    case 'code': {
      const condition = `EXISTS (SELECT 1 FROM oauth_codes WHERE hash = ?1 AND expires_at > ?2
        AND (used_at IS NULL OR EXISTS (SELECT 1 FROM oauth_tokens WHERE hash = ?3)))`;
      return [guard(db, 'state', condition, basis.hash, nowMs, accessHash)];
    }
    case 'refresh': {
      const condition = "EXISTS (SELECT 1 FROM oauth_tokens WHERE hash = ? AND kind = 'refresh' AND expires_at > ?)";
      return [guard(db, 'state', condition, basis.hash, nowMs)];
    }
  }
}

function usedStatements(
  db: D1Database,
  { secretId }: ProvenClient,
  basis: Basis,
  nowMs: number,
): D1PreparedStatement[] {
  const ofSecret = db.prepare('UPDATE oauth_secrets SET last_used_at = ? WHERE id = ?').bind(nowMs, secretId);
  const used = secretId === null ? [] : [ofSecret];
  switch (basis.kind) {
    case 'client':
      return used;
    case 'code':
      return [...used, db.prepare('UPDATE oauth_codes SET used_at = ? WHERE hash = ?').bind(nowMs, basis.hash)];
    case 'refresh': {
      const longer = db.prepare('UPDATE oauth_tokens SET expires_at = ? WHERE hash = ?');
      return [...used, longer.bind(nowMs + REFRESH_LIFE_MS, basis.hash)];
    }
  }
}

/** Makes an unused code good for nothing. Refused by faults of storage only. */
export async function consumeCode({ DB }: Pick<Env, 'DB'>, hash: string, nowMs: number): Promise<Outcome<null>> {
  const use = DB.prepare('UPDATE oauth_codes SET used_at = ? WHERE hash = ? AND used_at IS NULL').bind(nowMs, hash);
  const outcome = await commit(DB, { mutationId: '', guards: [], statements: [use] });
  return outcome.kind === 'fault' ? faulted(faultFailure(outcome).failure) : { ok: true, value: null };
}

/** A code was used twice: whoever has the tokens that it gave has lost them (RFC 6749 section 4.1.2). Always a refusal. */
export async function endGrant({ DB }: Pick<Env, 'DB'>, grantId: string): Promise<Outcome<never>> {
  const end = DB.prepare('DELETE FROM oauth_tokens WHERE grant_id = ?').bind(grantId);
  const outcome = await commit(DB, { mutationId: '', guards: [], statements: [end] });
  if (outcome.kind === 'fault') return faulted(faultFailure(outcome).failure);
  return refuse(
    'invalid_grant',
    'The code was used before or an exchange of it failed, and each is good once; all tokens that came of it have ended. Let the admin allow the client again.',
  );
}

/** The refresh token is of no use. */
export function goneGrant() {
  return refuse(
    'invalid_grant',
    'The refresh token has run out, was revoked or is not of this client. Let the admin allow the client again.',
  );
}

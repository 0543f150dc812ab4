// The life of a client of OAuth: made for an active admin, given secrets and deprived of them. The client itself is a key like any
// other, so `revokeKey` ends it, and it ends with its owner.
import type { Env, Sources } from '../../env.ts';
import { fail, ok, type Result } from '../../failure.ts';
import { guard } from '../../storage/guard.ts';
import { type Author, authorOf } from '../../storage/journal.ts';
import { auditedCommit } from '../audited-commit.ts';
import { newKeyId } from '../key-format.ts';
import { ACTIVE_ADMIN } from '../key-owner.ts';
import { noSuchKey } from '../key-row.ts';
import { keyState } from '../key-state.ts';
import { storedRow } from '../stored-row.ts';
import type { ClientGrant, WorkloadIdentity } from './client-grant.ts';
import { clientGuard } from './client-guard.ts';
import { type ClientRow, selectClient } from './client-query.ts';
import { newClientSecret } from './secret-format.ts';

/** Of one client, so that a secret can be replaced without an interruption. */
export const MAX_LIVE_SECRETS = 5;

/** A client to make, under an id of `newKeyId`: a form that is sent twice names the same. */
export interface NewClient extends Author {
  readonly clientId: string;
  /** The account it acts for; a service account as a rule. */
  readonly ownerSeq: number;
  /** As `readLabel` gives it. */
  readonly label: string;
  /** As `readRedirectUris` and `readWorkloadIdentity` give it. */
  readonly grant: ClientGrant;
}

/** Makes a client for an active admin, and gives its id: another than the wanted one where that is taken by another key. Fails with
 * `invalid_value` (the owner is no active admin) or like storage does. */
export async function createClient(env: Pick<Env, 'DB'>, sources: Sources, wanted: NewClient): Promise<Result<string>> {
  const { clientId, ownerSeq, label, grant } = wanted;
  const outcome = await auditedCommit(env.DB, sources, {
    type: 'key.created',
    subject: clientId,
    ...authorOf(wanted),
    attributes: ['label', 'owner', 'grant'],
    guards: [guard(env.DB, 'owner', `EXISTS (SELECT 1 FROM users WHERE seq = ? AND ${ACTIVE_ADMIN})`, ownerSeq)],
    statements: [
      env.DB.prepare(
        `INSERT INTO api_keys (id, owner_seq, username, purpose, label, hash, created_at)
         SELECT ?1, seq, user_name, 'oauth', ?3, 'oauth:' || ?1, ?4 FROM users WHERE seq = ?2`,
      ).bind(clientId, ownerSeq, label, Math.trunc(sources.nowMs())),
      insertGrant(env.DB, clientId, grant),
    ],
  });
  if (outcome.kind === 'committed') return ok(clientId);
  if (outcome.kind === 'fault') return { ok: false, failure: outcome.failure };
  if (outcome.guard !== 'unique') {
    return fail('invalid_value', 'Nothing was made: only an active admin can own a client of OAuth.');
  }
  const taken = await storedRow<ClientRow>(env.DB, selectClient(env.DB, clientId));
  if (!taken.ok) return taken;
  const { value } = taken;
  const isSame = value?.ownerSeq === ownerSeq && value.label === label && value.grant === grant.grant;
  return isSame ? ok(clientId) : createClient(env, sources, { ...wanted, clientId: newKeyId(sources) });
}

function insertGrant(db: D1Database, clientId: string, grant: ClientGrant): D1PreparedStatement {
  const redirectUris = grant.grant === 'authorization_code' ? grant.redirectUris : [];
  const identity: Partial<WorkloadIdentity> = grant.grant === 'workload_identity' ? grant : {};
  const { issuer = null, subject = null, audience = null, jwksUrl = null } = identity;
  return db
    .prepare(
      `INSERT INTO oauth_clients (key_id, "grant", redirect_uris, issuer, subject, audience, jwks_url)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    .bind(clientId, grant.grant, JSON.stringify(redirectUris), issuer, subject, audience, jwksUrl);
}

/** A secret just made. `secret` exists only here: it is stored nowhere and cannot be shown again. */
export interface CreatedSecret {
  readonly secretId: string;
  readonly secret: string;
}

export interface NewSecret extends Author {
  readonly clientId: string;
  /** An id of `randomId`: a form that is sent twice names the same, and makes one secret. */
  readonly secretId: string;
  /** Where only clients of this account may be changed. */
  readonly ownerSeq?: number;
}

/** Gives a client another secret. Fails with `resource_not_found`, `precondition_failed` (it has ended, takes no secrets, has
 * five that work, or the same form has made this one), `invalid_value` (its owner is no active admin), or like storage does. */
export async function addSecret(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  wanted: NewSecret,
): Promise<Result<CreatedSecret>> {
  const { clientId, secretId } = wanted;
  const nowMs = Math.trunc(sources.nowMs());
  const client = await readClient(env.DB, wanted);
  if (!client.ok) return client;
  const usable = takesSecrets(client.value, nowMs);
  if (!usable.ok) return usable;
  const { text, hash, hint } = await newClientSecret(sources);
  const room = '(SELECT count(*) FROM oauth_secrets WHERE key_id = ? AND revoked_at IS NULL) < ?';
  const outcome = await auditedCommit(env.DB, sources, {
    type: 'key.secret_made',
    subject: clientId,
    ...authorOf(wanted),
    attributes: [],
    guards: [clientGuard(env.DB, clientId, nowMs), guard(env.DB, 'state', room, clientId, MAX_LIVE_SECRETS)],
    statements: [
      env.DB.prepare('INSERT INTO oauth_secrets (id, key_id, hash, hint, created_at) VALUES (?, ?, ?, ?, ?)').bind(
        secretId,
        clientId,
        hash,
        hint,
        nowMs,
      ),
    ],
  });
  if (outcome.kind === 'committed') return ok({ secretId, secret: text });
  if (outcome.kind === 'fault') return { ok: false, failure: outcome.failure };
  if (outcome.guard === 'state') return fail('precondition_failed', FULL);
  if (outcome.guard === 'unique') return fail('precondition_failed', MADE_ALREADY);
  return fail('precondition_failed', 'Nothing was made: somebody else has changed the client just now.');
}

const FULL = `Nothing was made: the client has ${MAX_LIVE_SECRETS} secrets that work. Revoke one of them first.`;
const MADE_ALREADY = 'This secret was made already, and was shown once. Make another one, and revoke this one.';

function takesSecrets(client: ClientRow, nowMs: number): Result<true> {
  if (client.grant === 'workload_identity') {
    return fail('precondition_failed', 'Nothing was made: a client with workload identity has no secrets.');
  }
  const { kind } = keyState({ ...client, purpose: 'oauth', replacedBy: null }, nowMs);
  if (kind === 'alive') return ok(true);
  if (kind === 'ownerless') {
    return fail('invalid_value', `Nothing was made: ${client.ownerName} is not an active admin any more.`);
  }
  return fail('precondition_failed', 'Nothing was made: the client was revoked.');
}

/** Revokes a secret, and with it the access tokens that were got for it by client credentials. `changed: false` when it was revoked
 * before. Fails with `resource_not_found` or like storage does. */
export async function revokeSecret(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  wanted: NewSecret,
): Promise<Result<{ readonly changed: boolean }>> {
  const { clientId, secretId } = wanted;
  const client = await readClient(env.DB, wanted);
  if (!client.ok) return client;
  const select = env.DB.prepare('SELECT revoked_at AS revokedAt FROM oauth_secrets WHERE id = ? AND key_id = ?');
  const known = await storedRow(env.DB, select.bind(secretId, clientId));
  if (!known.ok) return known;
  if (!known.value) return fail('resource_not_found', 'The client has no secret with this id.');
  const works = 'EXISTS (SELECT 1 FROM oauth_secrets WHERE id = ? AND revoked_at IS NULL)';
  const outcome = await auditedCommit(env.DB, sources, {
    type: 'key.secret_revoked',
    subject: clientId,
    ...authorOf(wanted),
    attributes: [],
    guards: [guard(env.DB, 'state', works, secretId)],
    statements: [
      env.DB.prepare('UPDATE oauth_secrets SET revoked_at = ? WHERE id = ?').bind(
        Math.trunc(sources.nowMs()),
        secretId,
      ),
      env.DB.prepare('DELETE FROM oauth_tokens WHERE grant_id = ?').bind(secretId),
    ],
  });
  if (outcome.kind === 'fault') return { ok: false, failure: outcome.failure };
  return ok({ changed: outcome.kind === 'committed' });
}

async function readClient(
  db: D1Database,
  { clientId, ownerSeq }: Pick<NewSecret, 'clientId' | 'ownerSeq'>,
): Promise<Result<ClientRow>> {
  const read = await storedRow<ClientRow>(db, selectClient(db, clientId));
  if (!read.ok) return read;
  const { value } = read;
  return value && (ownerSeq === undefined || value.ownerSeq === ownerSeq) ? ok(value) : noSuchKey();
}

// Whether a client is who it says: one call of D1 reads the client with its secret, and whatever else the request is about. To a
// stranger all reasons of a refusal are one.
import type { Env, Sources } from '../../env.ts';
import { faultFailure } from '../../storage/fault-failure.ts';
import { readBatch } from '../../storage/read.ts';
import { hexSha256 } from '../key-format.ts';
import type { GrantName, WorkloadIdentity } from './client-grant.ts';
import { clientAlive } from './client-guard.ts';
import { faulted, type Outcome, refuse } from './refused.ts';
import type { ClientProof } from './token-request.ts';

/** A client that has shown who it is. */
export interface ProvenClient {
  readonly id: string;
  readonly grant: GrantName;
  /** The secret that it showed; null for a workload identity. */
  readonly secretId: string | null;
}

interface Read {
  readonly id: string;
  readonly grant: GrantName;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly audience: string | null;
  readonly jwksUrl: string | null;
  readonly secretId: string | null;
}

/** A living client, with the secret of hash ?3 if that is one of its own and works. */
const SELECT = `SELECT k.id, c."grant", c.issuer, c.subject, c.audience, c.jwks_url AS jwksUrl, s.id AS secretId
  FROM api_keys AS k CROSS JOIN oauth_clients AS c ON c.key_id = k.id
    LEFT JOIN oauth_secrets AS s ON s.hash = ?3 AND s.key_id = k.id AND s.revoked_at IS NULL
  WHERE k.id = ?1 AND ${clientAlive()}`;

/** The client, and one result for each of `statements`, which run in the same call. */
export async function authenticateClient(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  proof: ClientProof,
  statements: readonly D1PreparedStatement[] = [],
): Promise<Outcome<{ readonly client: ProvenClient; readonly results: readonly D1Result[] }>> {
  const nowMs = Math.trunc(sources.nowMs());
  const hash = proof.kind === 'secret' ? await hexSha256(proof.secret) : '';
  const select = env.DB.prepare(SELECT).bind(proof.clientId, nowMs, hash);
  const outcome = await readBatch(env.DB, [select, ...statements]);
  if (outcome.kind === 'fault') return faulted(faultFailure(outcome).failure);
  const [found, ...results] = outcome.results;
  const read = (found?.results as Read[] | undefined)?.[0];
  const client = proof.kind === 'secret' ? bySecret(read) : await byAssertion(read, proof.assertion, nowMs);
  return client.ok ? { ok: true, value: { client: client.value, results } } : client;
}

function bySecret(read: Read | undefined): Outcome<ProvenClient> {
  if (!read?.secretId || read.grant === 'workload_identity') {
    return refuse(
      'invalid_client',
      'This client id and secret are unknown here, or the client or the secret was revoked, or the owner of the client is no longer an active admin.',
    );
  }
  return { ok: true, value: { id: read.id, grant: read.grant, secretId: read.secretId } };
}

async function byAssertion(read: Read | undefined, assertion: string, nowMs: number): Promise<Outcome<ProvenClient>> {
  const identity = read && identityOf(read);
  if (!read || !identity) {
    return refuse(
      'invalid_client',
      'This client id is unknown here or that of a client without workload identity, or the client was revoked, or its owner is no longer an active admin.',
    );
  }
  const { verifyAssertion } = await import('./assertion.ts');
  const verified = await verifyAssertion(assertion, identity, nowMs);
  return verified.ok ? { ok: true, value: { id: read.id, grant: read.grant, secretId: null } } : verified;
}

function identityOf({ grant, issuer, subject, audience, jwksUrl }: Read): WorkloadIdentity | undefined {
  if (grant !== 'workload_identity' || !issuer || !subject || !audience || !jwksUrl) return undefined;
  return { issuer, subject, audience, jwksUrl };
}

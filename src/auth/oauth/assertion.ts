// An assertion by which a workload shows who it is (RFC 7523 section 3): signed by a key of the issuer that the admin entered, for
// this audience, about this subject, now. Its issuer uses one until it runs out, so that the same one may come again.
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { fail, messageOf } from '../../failure.ts';
import { printable } from '../../printable.ts';
import { isKeyAddressOf, type WorkloadIdentity } from './client-grant.ts';
import { issuerKeys, KeysUnavailable, REST_SECONDS } from './issuer-keys.ts';
import { type Outcome, refuse, unproven } from './refused.ts';

const ALGORITHMS = ['RS256', 'PS256', 'ES256'];
const SKEW_SECONDS = 120;
const MAX_LIFE_SECONDS = 24 * 3_600;

/** Whether the assertion proves that identity at `nowMs`. Refused with `invalid_client` and what is wrong with it; 503 where the
 * issuer's keys cannot be had. */
export async function verifyAssertion(
  assertion: string,
  identity: WorkloadIdentity,
  nowMs: number,
): Promise<Outcome<true>> {
  const wrong = wrongWithHeader(assertion);
  if (wrong !== undefined || !isKeyAddressOf(identity)) return untrusted(wrong ?? 'the JWKS URL is not at the issuer');
  try {
    const { payload } = await jwtVerify(assertion, issuerKeys(identity.jwksUrl, nowMs), {
      algorithms: ALGORITHMS,
      issuer: identity.issuer,
      subject: identity.subject,
      audience: audiences(identity.audience),
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(nowMs),
      requiredClaims: ['iss', 'sub', 'aud', 'exp'],
    });
    const off = wrongWithClaims(payload, nowMs / 1000);
    return off === undefined ? { ok: true, value: true } : untrusted(off);
  } catch (error) {
    if (error instanceof KeysUnavailable) return unavailable(identity, error);
    if (error instanceof errors.JOSEError || error instanceof TypeError) return untrusted(inWords(error));
    throw error;
  }
}

/** Entra shows the audience with `/.default` behind it and sends it without. */
function audiences(audience: string): string[] {
  const plain = audience.replace(/\/\.default$/, '');
  return [plain, `${plain}/.default`];
}

/** Said before any key is fetched for it. */
function wrongWithHeader(assertion: string): string | undefined {
  try {
    const { alg, kid } = decodeProtectedHeader(assertion);
    if (!ALGORITHMS.includes(alg ?? '')) return `its algorithm is none of ${ALGORITHMS.join(', ')}`;
    return typeof kid === 'string' && kid !== '' ? undefined : 'its header names no key (kid)';
  } catch {
    return 'it is no signed JWT';
  }
}

function wrongWithClaims({ aud, exp = 0, iat }: JWTPayload, nowSeconds: number): string | undefined {
  if (Array.isArray(aud) && aud.length !== 1) return 'it has more than one audience (aud)';
  if (exp > nowSeconds + MAX_LIFE_SECONDS + SKEW_SECONDS) return 'it is valid for more than 24 hours (exp)';
  if (iat !== undefined && iat > nowSeconds + SKEW_SECONDS) return 'it was issued in the future (iat)';
  return undefined;
}

function inWords(error: Error): string {
  if (error instanceof errors.JWTExpired) return 'it has expired (exp)';
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, payload, reason } = error;
    if (reason === 'missing') return `it has no ${claim}`;
    if (claim === 'nbf') return 'it is not valid yet (nbf)';
    const seen = payload[claim];
    const quoted = typeof seen === 'string' ? `, but '${printable(seen, 120)}'` : '';
    return `its ${claim} is not that of the client${quoted}`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is not by the key that it names';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the issuer has no such key (kid)';
  return 'it is no JWT that can be verified';
}

function untrusted(why: string) {
  return refuse('invalid_client', `The client_assertion is refused: ${why}.`);
}

/** To be counted like a wrong credential: whoever knows the id of a client can send what nobody has signed. */
function unavailable({ jwksUrl }: WorkloadIdentity, error: Error) {
  const detail = `The keys of the issuer at ${new URL(jwksUrl).host} could not be fetched; try again in ${REST_SECONDS} seconds.`;
  const more = { internal: messageOf(error), retryAfterSeconds: REST_SECONDS };
  return unproven(fail('storage_unavailable', detail, more).failure);
}

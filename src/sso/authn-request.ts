// How a sign-in begins here: a request to the identity provider, by a redirect, that its answer must name. It is kept until it is
// answered or ten minutes have passed. It is bound to no browser: who makes somebody else's post a genuine response of
// their own signs that browser in as themselves, and could anyway, since a sign-in that begins at the identity provider is allowed.
import type { Env, Sources } from '../env.ts';
import { ok, type Result } from '../failure.ts';
import { randomId } from '../random-id.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { acsUrl, type SsoSettings } from './settings.ts';

/** How long the identity provider's answer is waited for. */
export const REQUEST_MS = 10 * 60_000;

/** How names are written is the identity provider's choice, made where its application is set up. */
export const NAME_ID_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';

/** Who signs in, and what for. */
export interface SignInRequest {
  readonly origin: string;
  readonly settings: Pick<SsoSettings, 'signInUrl' | 'certificates'>;
  readonly purpose: 'sign_in' | 'test';
  /** Where the person wanted to go: a path of this hostname. */
  readonly relayState?: string | null | undefined;
  /** Of a test: the admin who makes it. */
  readonly userSeq?: number;
}

/** The URL of the identity provider that the browser is sent to, and the ID of the request in it. Fails like storage does. */
export async function signInUrl(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  { origin, settings, purpose, relayState, userSeq }: SignInRequest,
): Promise<Result<{ readonly id: string; readonly url: string }>> {
  // XML's ID may not begin with a digit.
  const id = `_${randomId(sources)}`;
  const nowMs = Math.trunc(sources.nowMs());
  const insert = env.DB.prepare(
    `INSERT OR IGNORE INTO saml_requests (id, purpose, relay_state, user_seq, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  ).bind(id, purpose, relayState ?? null, userSeq ?? null, nowMs, nowMs + REQUEST_MS);
  const outcome = await commit(env.DB, { mutationId: '', guards: [], statements: [insert] });
  if (outcome.kind === 'fault') return faultFailure(outcome);
  return ok({ id, url: await redirectUrl(id, origin, settings) });
}

async function redirectUrl(id: string, origin: string, settings: SignInRequest['settings']): Promise<string> {
  const { SAML } = await import('@node-saml/node-saml');
  const saml = new SAML({
    entryPoint: settings.signInUrl,
    issuer: acsUrl(origin),
    callbackUrl: acsUrl(origin),
    idpCert: [...settings.certificates],
    identifierFormat: NAME_ID_FORMAT,
    // To ask for a password would refuse whoever signs in by something better.
    disableRequestedAuthnContext: true,
    generateUniqueId: () => id,
  });
  return saml.getAuthorizeUrlAsync('', undefined, {});
}

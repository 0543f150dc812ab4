// The 401: every refusal of a credential names what was seen and carries the challenges of RFC 7235 section 4.1.
import type { Failure } from '../failure.ts';

/** How a credential came in: `bare` is `username:password` without a scheme, as Okta's header template sends it,
 * `token` an access token of OAuth. */
export type CredentialForm = 'basic' | 'bearer' | 'bare' | 'token';

const CHALLENGES = 'Basic realm="Portcullis SCIM", charset="UTF-8", Bearer realm="Portcullis SCIM"';
/** Tells a client to get another access token (RFC 6750 section 3.1). */
export const INVALID_TOKEN = 'Bearer realm="Portcullis SCIM", error="invalid_token"';

const FORM_NAMES: Readonly<Record<CredentialForm, string>> = {
  basic: 'HTTP Basic',
  bearer: 'Bearer',
  bare: 'Authorization without a scheme',
  token: 'An access token',
};

/** What a person calls that form. */
export function formName(form: CredentialForm): string {
  return FORM_NAMES[form];
}

/** A 401 with its `WWW-Authenticate` header. */
export function unauthorized(
  code: 'credential_missing' | 'credential_malformed' | 'credential_unknown' | 'token_unknown',
  detail: string,
  challenges = CHALLENGES,
) {
  return { code, detail, headers: { 'WWW-Authenticate': challenges } } satisfies Failure;
}

/** The 401 for a well-formed pair or token that D1 does not vouch for. It does not say which of the reasons it is: to a stranger
 * they are all one. */
export function credentialUnknown(form: CredentialForm): Failure {
  if (form === 'token') {
    const detail =
      'The access token has expired, was revoked or is unknown here, or its client was revoked, or the owner of the client is no ' +
      'longer an active admin. Get another one from /oauth/token.';
    return unauthorized('token_unknown', detail, INVALID_TOKEN);
  }
  return unauthorized(
    'credential_unknown',
    `${formName(form)} credentials were received and are well formed, but this SCIM API Username and Password are unknown ` +
      'here, expired or revoked, or the owner of the key is no longer an active admin of this portal. ' +
      'Check that the base URL is that of the portal the key was made for, or make a new key and paste both values again.',
  );
}

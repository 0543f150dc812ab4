// The 401: every refusal of a credential names what was seen and carries the challenges of RFC 7235 section 4.1.
import type { Failure } from '../failure.ts';

/** How a credential came in: `bare` is `username:password` without a scheme, as Okta's header template sends it. */
export type CredentialForm = 'basic' | 'bearer' | 'bare';

const CHALLENGES = 'Basic realm="Portcullis SCIM", charset="UTF-8", Bearer realm="Portcullis SCIM"';

const FORM_NAMES: Readonly<Record<CredentialForm, string>> = {
  basic: 'HTTP Basic',
  bearer: 'Bearer',
  bare: 'Authorization without a scheme',
};

/** What a person calls that form. */
export function formName(form: CredentialForm): string {
  return FORM_NAMES[form];
}

/** A 401 with its `WWW-Authenticate` header. */
export function unauthorized(
  code: 'credential_missing' | 'credential_malformed' | 'credential_unknown',
  detail: string,
) {
  return { code, detail, headers: { 'WWW-Authenticate': CHALLENGES } } satisfies Failure;
}

/** The 401 for a well-formed pair that D1 does not vouch for. It does not say which of the reasons it is: to a stranger
 * they are all one. */
export function credentialUnknown(form: CredentialForm): Failure {
  return unauthorized(
    'credential_unknown',
    `${formName(form)} credentials were received and are well formed, but this SCIM API Username and Password are unknown ` +
      'here, expired or revoked, or the owner of the key is no longer an active admin of this portal. ' +
      'Check that the base URL is that of the portal the key was made for, or make a new key and paste both values again.',
  );
}

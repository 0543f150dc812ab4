// Whether a response of the identity provider can be believed, in three layers: our own look at the whole document, then the library's
// signatures, then what the signed text says. Which request it answers and whether it was used before is not known here.
import { fail, type Result } from '../failure.ts';
import type { Assertion } from './assertion.ts';
import type { SsoSettings } from './settings.ts';

/** A form that was sent to the portal's address for responses. */
export interface Sent {
  /** The value of the field SAMLResponse. */
  readonly samlResponse: string;
  /** The portal's own address: Audience, Recipient and Destination. */
  readonly acsUrl: string;
  readonly settings: Pick<SsoSettings, 'issuer' | 'certificates'>;
  /** UTC milliseconds. */
  readonly nowMs: number;
}

/** What the response says, once all of it is proved. Fails with `saml_response_refused`; its detail says which check failed, what was
 * seen and what is expected, for an admin to read. */
export async function verifyResponse({ samlResponse, acsUrl, settings, nowMs }: Sent): Promise<Result<Assertion>> {
  const { issuer, certificates } = settings;
  if (certificates.length === 0) return fail('saml_response_refused', 'The portal has no certificate to verify with.');
  const { readDocument } = await import('./document.ts');
  const document = readDocument(samlResponse);
  if (!document.ok) return document;
  const { signedText } = await import('./signed-text.ts');
  const signed = await signedText(document.value, acsUrl, certificates);
  if (!signed.ok) return signed;
  const { readClaims } = await import('./claims.ts');
  const { text, objection } = signed.value;
  const claims = readClaims(text, { issuer, acsUrl, nowMs });
  return claims.ok && objection !== null
    ? fail('saml_response_refused', 'The library that verifies SAML refuses the response.', { internal: objection })
    : claims;
}

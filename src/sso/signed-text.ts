// The library that verifies signatures, and the very text that they turn out to sign.
//
// What it does: canonicalises, computes digest and signature of response and of assertion, with the configured certificates only;
// refuses an ID that is there twice or a reference to something else than the signature's parent; hands back the signed octets.
// What it leaves open and `document.ts`, `signature.ts`, `claims.ts` and `validity.ts` close: it takes SHA-1 and SHA-512 too, and
// inclusive C14N; finds elements by local name in any namespace and leaves unknown ones alone; repairs XML that is not well-formed;
// decrypts; looks neither at Destination, Recipient, issuer nor method of confirmation; accepts conditions without times, and no
// NameID; takes the time from its own clock.
import { SAML } from '@node-saml/node-saml';
import { fail, messageOf, ok, type Result } from '../failure.ts';

class Library extends SAML {
  /** The canonical form of the whole response, once both signatures are good. */
  verified: string | undefined;

  protected override getSignedAssertion(signedXml: string): Promise<string | null> {
    this.verified = signedXml;
    return super.getSignedAssertion(signedXml);
  }
}

/** What both signatures are good for. */
export interface SignedText {
  readonly text: string;
  /** What the library holds against it all the same, for the log; null where it accepts all of it. */
  readonly objection: string | null;
}

/** The signed text of a response that `readDocument` let through. Fails with `saml_response_refused` where a signature does not fit any
 * of the certificates, which are Base64 of DER. */
export async function signedText(
  xml: string,
  acsUrl: string,
  certificates: readonly string[],
): Promise<Result<SignedText>> {
  const library = new Library({
    callbackUrl: acsUrl,
    issuer: acsUrl,
    idpCert: [...certificates],
    wantAuthnResponseSigned: true,
    wantAssertionsSigned: true,
    // Both are judged in `validity.ts`, with the portal's clock and in words that say what to set.
    audience: false,
    acceptedClockSkewMs: -1,
  });
  const objection = await objectionOf(library, xml);
  const text = library.verified;
  return text === undefined
    ? fail('saml_response_refused', whyNot(objection ?? '', xml, certificates), {
        internal: objection ?? 'nothing signed',
      })
    : ok({ text, objection });
}

async function objectionOf(library: Library, xml: string): Promise<string | null> {
  try {
    // Encoded anew, so that it decodes what was looked at and nothing else.
    await library.validatePostResponseAsync({ SAMLResponse: Buffer.from(xml, 'utf8').toString('base64') });
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function whyNot(message: string, xml: string, certificates: readonly string[]): string {
  if (!/^Invalid (?:document )?signature/.test(message)) return 'The signatures of the response cannot be verified.';
  const what = message.includes('document') ? 'response' : 'assertion';
  const inside = xml.match(/X509Certificate>([\s\w+/=]*)</)?.[1]?.replace(/\s/g, '');
  return inside === undefined || certificates.includes(inside)
    ? `The signature of the ${what} is wrong: it was changed after it was signed, or the portal has another certificate.`
    : `The signature of the ${what} is not made with a certificate of the portal. If the identity provider has a new one, add it.`;
}

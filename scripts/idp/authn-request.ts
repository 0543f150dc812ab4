// What a portal asks when somebody begins at its login page: the request in the query of the sign-in URL. Whoever asks must be on this
// machine, since this identity provider says whatever it is told to.
import { inflateRawSync } from 'node:zlib';
import { fail, ok, type Result } from '../../src/failure.ts';
import { acsUrl } from '../../src/sso/settings.ts';
import { attributeOf, childrenNamed, parseXml, type XmlElement } from '../../src/sso/xml.ts';

const MAX_BYTES = 65_536;
const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';
const LOCAL_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Who asks, and where the answer goes. */
export interface AuthnRequest {
  readonly id: string;
  /** The portal's Identifier. */
  readonly issuer: string;
  readonly acsUrl: string;
}

/** True for an HTTP URL of this machine. */
export function isLocal(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'http:' && LOCAL_HOSTS.has(new URL(url).hostname);
}

/** Reads the field SAMLRequest (Base64 of deflated XML). Fails with `invalid_value` for what is none, and for one that wants the answer
 * sent anywhere but to the address of a local portal. */
export function readAuthnRequest(samlRequest: string): Result<AuthnRequest> {
  const root = parse(samlRequest);
  const id = root && attributeOf(root, 'ID');
  if (root?.localName !== 'AuthnRequest' || !id) {
    return fail('invalid_value', 'The SAMLRequest in the address is no AuthnRequest.');
  }
  const issuer = childrenNamed(root, ASSERTION, 'Issuer')[0]?.textContent?.trim() ?? '';
  const acs = attributeOf(root, 'AssertionConsumerServiceURL') ?? issuer;
  if (!isLocal(acs) || acs !== acsUrl(new URL(acs).origin)) {
    const sentence = `The request wants its answer at "${acs}". This identity provider answers local portals only.`;
    return fail('invalid_value', sentence);
  }
  return ok({ id, issuer, acsUrl: acs });
}

function parse(samlRequest: string): XmlElement | undefined {
  try {
    const bytes = inflateRawSync(Buffer.from(samlRequest, 'base64'), { maxOutputLength: MAX_BYTES });
    const parsed = parseXml(bytes.toString('utf8'));
    return 'root' in parsed ? parsed.root : undefined;
  } catch {
    return undefined;
  }
}

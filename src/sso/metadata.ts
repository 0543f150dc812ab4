// What an identity provider reads to set itself up: who this service provider is, and where responses go.
import { NAME_ID_FORMAT } from './authn-request.ts';
import { acsUrl } from './settings.ts';

/** The SAML metadata of this portal, XML. */
export async function metadataXml(origin: string): Promise<string> {
  const { generateServiceProviderMetadata } = await import('@node-saml/node-saml');
  return generateServiceProviderMetadata({
    issuer: acsUrl(origin),
    callbackUrl: acsUrl(origin),
    identifierFormat: NAME_ID_FORMAT,
    wantAssertionsSigned: true,
    // The same document every time.
    generateUniqueId: () => '_portcullis',
  });
}

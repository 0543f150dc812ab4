// What an admin uploads or reads to set the portal up by hand: metadata of SAML 2.0.
import { html } from 'hono/html';
import type { Identity } from './identity.ts';

/** Where this identity provider is, and what it is called. */
export interface Addresses {
  readonly issuer: string;
  readonly signInUrl: string;
  readonly signOutUrl: string;
  readonly appUrl: string;
}

/** The addresses below an origin. */
export function addressesAt(origin: string): Addresses {
  return {
    issuer: `${origin}/metadata`,
    signInUrl: `${origin}/sso`,
    signOutUrl: `${origin}/sign-out`,
    appUrl: `${origin}/app`,
  };
}

/** The XML document. It offers no logout by requests, since the sign-out URL is a page to come to and no more. */
export function metadataXml({ issuer, signInUrl }: Addresses, { certificateBase64 }: Identity): string {
  const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
  const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol';
  return String(html`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${issuer}">
  <IDPSSODescriptor protocolSupportEnumeration="${protocol}">
    <KeyDescriptor use="signing">
      <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">
        <X509Data><X509Certificate>${certificateBase64}</X509Certificate></X509Data>
      </KeyInfo>
    </KeyDescriptor>
    <NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</NameIDFormat>
    <SingleSignOnService Binding="${redirect}" Location="${signInUrl}"/>
  </IDPSSODescriptor>
</EntityDescriptor>
`);
}

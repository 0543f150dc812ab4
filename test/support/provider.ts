// Settings of single sign-on for tests: certificates that are made once a file, and what an admin would save.
import { env } from 'cloudflare:workers';
import 'reflect-metadata';
import { X509CertificateGenerator } from '@peculiar/x509';
import { type Identity, makeIdentity } from '../../scripts/idp/identity.ts';
import type { SsoSettings } from '../../src/sso/settings.ts';
import { type SsoRow, selectSso } from '../../src/sso/sso-store.ts';
import { START_MS } from './portal.ts';

export const DAY_MS = 86_400_000;

/** An identity provider's key and certificate, valid from a day ago for `days`. */
export function identityFor(days: number, name = 'idp.example', startMs = START_MS): Promise<Identity> {
  return makeIdentity(name, { notBeforeMs: startMs - DAY_MS, notAfterMs: startMs + days * DAY_MS });
}

const KINDS = {
  'RSA 1024': {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 1024,
  },
  EC: { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' },
} as const;

/** A certificate in Base64 whose key the portal does not take. */
export async function unfitCertificate(kind: keyof typeof KINDS): Promise<string> {
  const signingAlgorithm = KINDS[kind];
  const keys = (await crypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: '02',
      name: `CN=${kind}`,
      notBefore: new Date(START_MS - DAY_MS),
      notAfter: new Date(START_MS + DAY_MS),
      signingAlgorithm,
      keys,
    },
    crypto,
  );
  return Buffer.from(certificate.rawData).toString('base64');
}

export const ISSUER = 'http://www.okta.com/exk1example';
export const SIGN_IN_URL = 'https://idp.example/app/portal/sso/saml';
export const SIGN_OUT_URL = 'https://idp.example/login/signout';

/** Metadata of that identity provider; `more` are attributes of its role. */
export const metadata = (certificates: readonly string[], more = '', issuer = ISSUER) =>
  `<md:EntityDescriptor entityID="${issuer}" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"><md:IDPSSODescriptor${more} protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${certificates
    .map(
      (one) =>
        `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${one}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
    )
    .join(
      '',
    )}<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${SIGN_IN_URL}"/></md:IDPSSODescriptor></md:EntityDescriptor>`;

/** Settings as somebody saved them. */
export function settingsWith(certificates: readonly string[], more: Partial<SsoSettings> = {}): SsoSettings {
  return {
    state: 'off',
    issuer: ISSUER,
    signInUrl: SIGN_IN_URL,
    signOutUrl: SIGN_OUT_URL,
    certificates: [...certificates],
    testedHash: null,
    ...more,
  };
}

/** What the portal's row holds. */
export async function ssoRow(): Promise<SsoRow> {
  const row = await selectSso(env.DB).first<SsoRow>();
  if (!row) throw new Error('the portal has no row');
  return row;
}

// An identity provider's key and self-signed certificate, made on the spot. For tests and for trying sign-in by hand; runs
// in Node and in workerd.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509';

const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};

/** What an identity provider signs with; the certificate as the console takes it and as a PEM file. */
export interface Identity {
  readonly privateKeyPem: string;
  readonly certificateBase64: string;
  readonly certificatePem: string;
}

/** When a certificate is valid; UTC milliseconds. */
export interface Validity {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** A new RSA key and its certificate with the common name `name`. */
export async function makeIdentity(name: string, validity: Validity): Promise<Identity> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: '01',
      name: `CN=${name}`,
      notBefore: new Date(validity.notBeforeMs),
      notAfter: new Date(validity.notAfterMs),
      signingAlgorithm: ALGORITHM,
      keys,
    },
    crypto,
  );
  return {
    privateKeyPem: PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
    certificateBase64: Buffer.from(certificate.rawData).toString('base64'),
    certificatePem: certificate.toString('pem'),
  };
}

// The certificate that an identity provider signs with, as an admin pastes it: which one it is, until when it is valid, and whether
// the portal can use it. What it says of itself is for people only: it is trusted because an admin put it there.
import { createHash, X509Certificate } from 'node:crypto';
import { fail, ok, type Result } from '../failure.ts';
import { oneLine, printable } from '../printable.ts';

/** Times are UTC milliseconds. */
export interface Certificate {
  /** DER, without line breaks. */
  readonly base64: string;
  readonly subject: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** SHA-256, upper-case hex in pairs. */
  readonly fingerprint: string;
  /** SHA-1 in hex, by which Entra names its certificates. Nothing is decided by it. */
  readonly thumbprint: string;
}

/** Far more than a certificate of 8192 bits has. */
export const MAX_CERTIFICATE_CHARACTERS = 16_000;
const MIN_BITS = 2048;
const PEM = /-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END ([A-Z0-9 ]+)-----/gs;
/** White space of any kind, what cannot be seen, and line breaks as a JSON file writes them. */
const BETWEEN = /[\s\p{Cf}]|\\[nr]/gu;

/** Reads one certificate: Base64 with or without PEM lines, wrapped in any way. Fails with `invalid_value` where the text is none, or
 * its key is not RSA of at least 2048 bits. */
export function readCertificate(text: string): Result<Certificate> {
  const body = bodyOf(text);
  if (!body.ok) return body;
  const der = Buffer.from(body.value, 'base64');
  const parsed = parse(der);
  if (parsed === undefined || !Buffer.from(parsed.raw).equals(der)) {
    return refused('This is no X.509 certificate: it may be cut short, or something else was copied with it.');
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = parsed.publicKey;
  if (type !== 'rsa') return refused(`The key of this certificate is ${type ?? 'unknown'}; the portal takes RSA only.`);
  const bits = details?.modulusLength ?? 0;
  if (bits < MIN_BITS)
    return refused(`The RSA key of this certificate has ${bits} bits; at least ${MIN_BITS} are needed.`);
  return ok({
    base64: der.toString('base64'),
    subject: printable(oneLine(parsed.subject.replaceAll('\n', ', ')), 200),
    notBeforeMs: Date.parse(parsed.validFrom),
    notAfterMs: Date.parse(parsed.validTo),
    fingerprint: digest('sha256', der).replace(/(..)(?!$)/g, '$1:'),
    thumbprint: digest('sha1', der),
  });
}

function bodyOf(text: string): Result<string> {
  if (text.length > MAX_CERTIFICATE_CHARACTERS) return refused('This is far too long for a certificate.');
  if (text.includes('PRIVATE KEY')) {
    return refused(
      'This is a private key, which must not leave the identity provider: make a new one there. The portal needs the certificate.',
    );
  }
  if (text.trimStart().startsWith('<'))
    return refused('This is XML: metadata of the identity provider has a field of its own.');
  const body = pemBody(text);
  if (!body.ok) return body;
  const plain = body.value.replace(BETWEEN, '');
  if (plain === '') return refused('Paste the certificate: the text between BEGIN CERTIFICATE and END CERTIFICATE.');
  if (/^[0-9a-f]{2}(:?[0-9a-f]{2}){15,31}$/i.test(plain)) {
    return refused('This is a fingerprint (thumbprint) of a certificate. The portal needs the certificate itself.');
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(plain))
    return refused('This is no certificate in Base64: it has other characters in it.');
  return ok(plain);
}

/** What stands between the PEM lines; the whole text where there are none. */
function pemBody(text: string): Result<string> {
  const blocks = [...text.matchAll(PEM)];
  const [block] = blocks;
  if (block === undefined) {
    return /-----(BEGIN|END)/.test(text)
      ? refused('A part of the certificate is missing: copy it with its first and its last line.')
      : ok(text);
  }
  if (blocks.length > 1) return refused('These are several certificates: each has a field of its own.');
  const [, begins, body = '', ends] = block;
  if (begins !== 'CERTIFICATE' || ends !== begins)
    return refused(`This is a ${printable(begins ?? '', 40)}, no CERTIFICATE.`);
  return ok(body);
}

function parse(der: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}

function digest(algorithm: 'sha1' | 'sha256', der: Buffer): string {
  return createHash(algorithm).update(der).digest('hex').toUpperCase();
}

function refused(sentence: string): Result<never> {
  return fail('invalid_value', sentence);
}

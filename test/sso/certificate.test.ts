// Certificates as admins paste them: however one is wrapped it is the same, and whatever is none is refused in a sentence.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../scripts/idp/identity.ts';
import { readCertificate } from '../../src/sso/certificate.ts';
import { START_MS } from '../support/portal.ts';
import { DAY_MS, identityFor, unfitCertificate } from '../support/provider.ts';

let identity: Identity;
beforeAll(async () => {
  identity = await identityFor(100, 'idp.example');
});

function reason(text: string): string {
  const read = readCertificate(text);
  return read.ok ? 'accepted' : `${read.failure.code}: ${read.failure.detail}`;
}

describe('a certificate', () => {
  it('says whose it is, until when, and its fingerprints', async () => {
    const read = readCertificate(identity.certificatePem);
    const der = Buffer.from(identity.certificateBase64, 'base64');
    const hex = async (name: string) =>
      Buffer.from(await crypto.subtle.digest(name, der))
        .toString('hex')
        .toUpperCase();
    expect(read).toEqual({
      ok: true,
      value: {
        base64: identity.certificateBase64,
        subject: 'CN=idp.example',
        notBeforeMs: START_MS - DAY_MS,
        notAfterMs: START_MS + 100 * DAY_MS,
        fingerprint: ((await hex('SHA-256')).match(/../g) ?? []).join(':'),
        thumbprint: await hex('SHA-1'),
      },
    });
  });

  it('reads the same with any wrapping, with PEM lines or without, in a file with other text around it', () => {
    const base64 = identity.certificateBase64;
    const gap = fc.constantFrom('\n', '\r\n', ' ', '\t', '\u00a0', '\u200b', '\\n', '\\r\\n', '');
    const cuts = fc.array(fc.tuple(fc.nat({ max: base64.length }), gap), { maxLength: 60 });
    const frame = fc.constantFrom(
      ['', ''],
      ['-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----'],
      ['Bag Attributes\nsubject=CN = idp.example\n-----BEGIN CERTIFICATE-----\n', '\n-----END CERTIFICATE-----\n\n'],
      ['\ufeff  -----BEGIN CERTIFICATE-----\r\n', '-----END CERTIFICATE-----  '],
    );
    fc.assert(
      fc.property(cuts, frame, (places, [begin = '', end = '']) => {
        let wrapped = base64;
        for (const [at, text] of places.toSorted(([a], [b]) => b - a)) {
          wrapped = wrapped.slice(0, at) + text + wrapped.slice(at);
        }
        const read = readCertificate(begin + wrapped + end);
        expect(read.ok && read.value.base64).toBe(base64);
      }),
    );
  });

  it('with a part missing, or anything more, is none', () => {
    const base64 = identity.certificateBase64;
    const der = Buffer.from(base64, 'base64');
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: der.length - 1 }),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        (n, more) => {
          expect(reason(der.subarray(0, n).toString('base64'))).toMatch(/^invalid_value: /);
          expect(reason(der.subarray(n).toString('base64'))).toMatch(/^invalid_value: /);
          expect(reason(Buffer.concat([der, more]).toString('base64'))).toContain('This is no X.509 certificate');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is never anything that somebody typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => reason(text).startsWith('invalid_value: ')),
    );
  });
});

describe('what is refused', () => {
  const pem = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----`;

  it.each([
    ['nothing', () => '  \n ', 'Paste the certificate'],
    ['only the lines', () => pem('CERTIFICATE', ''), 'Paste the certificate'],
    ['a private key', () => identity.privateKeyPem, 'This is a private key, which must not leave'],
    ['a request', () => pem('CERTIFICATE REQUEST', 'MIIB'), 'This is a CERTIFICATE REQUEST, no CERTIFICATE.'],
    [
      'two at once',
      () => `${identity.certificatePem}\n${identity.certificatePem}`,
      'several certificates: each has a field',
    ],
    ['no last line', () => identity.certificatePem.slice(0, 400), 'A part of the certificate is missing'],
    ['metadata', () => '\n<md:EntityDescriptor/>', 'metadata of the identity provider has a field of its own'],
    ['a thumbprint', () => 'A1'.repeat(20), 'This is a fingerprint'],
    ['a fingerprint', () => Array(32).fill('0F').join(':'), 'This is a fingerprint'],
    ['an address', () => 'https://idp.example/cert', 'no certificate in Base64'],
    ['a book', () => 'A'.repeat(16_001), 'far too long'],
  ])('%s is refused in its own words', (_, text, words) => {
    expect(reason(text())).toContain(words);
  });

  it('a key that is too short or of another kind is refused', async () => {
    expect(reason(await unfitCertificate('RSA 1024'))).toContain('has 1024 bits; at least 2048 are needed');
    expect(reason(await unfitCertificate('EC'))).toContain(
      'The key of this certificate is ec; the portal takes RSA only',
    );
  });

  it('never quotes what was pasted', () => {
    for (const text of [identity.privateKeyPem, identity.certificatePem.slice(0, 400)]) {
      for (const line of text.split('\n').filter((one) => one.length > 20)) expect(reason(text)).not.toContain(line);
    }
  });
});

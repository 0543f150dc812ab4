// Signatures that are good, but made in a way that proves less: with a broken hash, with a key that everybody knows, over something
// else, or by whoever put the key into the message.
import { createHash, createHmac, createSign } from 'node:crypto';
import type { Signing } from '../../../scripts/idp/sign-xml.ts';
import { field, forge, type Keys, swap } from '../../support/forgery.ts';
import type { HostileDocument } from './hostile-document.ts';

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';

type Compute = (keys: Keys) => (text: string) => string;

/** What the algorithm of that name really computes, where there is one. */
const METHODS: readonly (readonly [string, string, Compute])[] = [
  ['RSA with SHA-1', 'http://www.w3.org/2000/09/xmldsig#rsa-sha1', signs('RSA-SHA1')],
  ['RSA with MD5', 'http://www.w3.org/2001/04/xmldsig-more#rsa-md5', signs('RSA-MD5')],
  ['RSA with SHA-512', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', signs('RSA-SHA512')],
  ['HMAC with the certificate as key', 'http://www.w3.org/2000/09/xmldsig#hmac-sha1', hmac('sha1', 'certificatePem')],
  [
    'HMAC SHA-256 with the certificate as key',
    'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256',
    hmac('sha256', 'certificatePem'),
  ],
  [
    'HMAC SHA-256 with the Base64 of the certificate',
    'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256',
    hmac('sha256', 'certificateBase64'),
  ],
  ['no algorithm', '', () => () => ''],
  ['none', 'http://www.w3.org/2000/09/xmldsig#none', () => () => ''],
  ['none, as tokens have it', 'none', () => () => ''],
  ['ECDSA', 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256', signs('RSA-SHA256')],
  ['RSA-PSS', 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1', signs('RSA-SHA256')],
  ['the right name in capitals', RSA_SHA256.toUpperCase(), signs('RSA-SHA256')],
  ['a name of every object', '__proto__', signs('RSA-SHA256')],
];

function signs(algorithm: string): Compute {
  return ({ idp }) =>
    (text) =>
      createSign(algorithm).update(text).sign(idp.privateKeyPem, 'base64');
}

function hmac(algorithm: string, key: 'certificatePem' | 'certificateBase64'): Compute {
  return ({ idp }) =>
    (text) =>
      createHmac(algorithm, idp[key]).update(text).digest('base64');
}

const DIGESTS: readonly (readonly [string, string, string])[] = [
  ['a digest by SHA-1', 'http://www.w3.org/2000/09/xmldsig#sha1', 'sha1'],
  ['a digest by MD5', 'http://www.w3.org/2001/04/xmldsig-more#md5', 'md5'],
  ['a digest by SHA-512', 'http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
];

const transform = (algorithm: string, inside = '') => `<Transform Algorithm="${algorithm}">${inside}</Transform>`;
const TRANSFORMS = /(?<=<Transforms>).*(?=<\/Transforms>)/s;
const OTHER_TRANSFORMS = 'other transforms than';
const OTHER_REFERENCE = 'refers to something else';

/** Changed in what is signed, so that the signature is good. */
const EDITS: readonly (readonly [string, RegExp | string, string, string])[] = [
  [
    'an XSLT transform',
    TRANSFORMS,
    transform(
      'http://www.w3.org/TR/1999/REC-xslt-19991116',
      '<x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform"></x:stylesheet>',
    ),
    OTHER_TRANSFORMS,
  ],
  [
    'an XPath transform',
    TRANSFORMS,
    transform(ENVELOPED) +
      transform('http://www.w3.org/TR/1999/REC-xpath-19991116', '<XPath>not(ancestor-or-self::NameID)</XPath>'),
    OTHER_TRANSFORMS,
  ],
  [
    'an XPath filter',
    TRANSFORMS,
    transform(ENVELOPED) + transform('http://www.w3.org/2002/06/xmldsig-filter2') + transform(EXCLUSIVE),
    OTHER_TRANSFORMS,
  ],
  ['a Base64 transform', TRANSFORMS, transform('http://www.w3.org/2000/09/xmldsig#base64'), OTHER_TRANSFORMS],
  ['no transforms', TRANSFORMS, '', OTHER_TRANSFORMS],
  ['only the enveloped signature as transform', TRANSFORMS, transform(ENVELOPED), OTHER_TRANSFORMS],
  ['the transforms in another order', TRANSFORMS, transform(EXCLUSIVE) + transform(ENVELOPED), OTHER_TRANSFORMS],
  [
    'three transforms',
    TRANSFORMS,
    transform(ENVELOPED) + transform(EXCLUSIVE) + transform(EXCLUSIVE),
    OTHER_TRANSFORMS,
  ],
  [
    'canonicalisation with comments',
    `<Transform Algorithm="${EXCLUSIVE}">`,
    `<Transform Algorithm="${EXCLUSIVE}WithComments">`,
    OTHER_TRANSFORMS,
  ],
  [
    'inclusive canonicalisation',
    `<Transform Algorithm="${EXCLUSIVE}">`,
    `<Transform Algorithm="${INCLUSIVE}">`,
    OTHER_TRANSFORMS,
  ],
  [
    'an element in the transform',
    `<Transform Algorithm="${EXCLUSIVE}">`,
    `<Transform Algorithm="${EXCLUSIVE}"><XPath>/</XPath>`,
    OTHER_TRANSFORMS,
  ],
  [
    'inclusive canonicalisation of the signed part',
    `<CanonicalizationMethod Algorithm="${EXCLUSIVE}"`,
    `<CanonicalizationMethod Algorithm="${INCLUSIVE}"`,
    'canonicalised otherwise',
  ],
  ['an empty reference', /URI="[^"]*"/, 'URI=""', OTHER_REFERENCE],
  ['no reference by name', /URI="[^"]*"/, 'Type=""', OTHER_REFERENCE],
  ['a reference without its hash', 'URI="#', 'URI="', OTHER_REFERENCE],
  ['a reference to another element', /URI="[^"]*"/, 'URI="#_status"', OTHER_REFERENCE],
  ['a reference to an address', /URI="[^"]*"/, 'URI="https://evil.example/"', OTHER_REFERENCE],
  ['a reference by XPointer', /URI="[^"]*"/, 'URI="#xpointer(/)"', OTHER_REFERENCE],
  [
    'two references',
    '</Reference>',
    `</Reference><Reference URI="#x"><DigestMethod Algorithm="${SHA256}"></DigestMethod><DigestValue>AAAA</DigestValue></Reference>`,
    'more than one reference',
  ],
  ['two digests', '</DigestValue>', '</DigestValue><DigestValue>AAAA</DigestValue>', 'other parts in its reference'],
  ['no reference', /<Reference .*<\/Reference>/s, '', 'has no reference'],
  ['a shortened HMAC', `${RSA_SHA256}">`, `${RSA_SHA256}"><HMACOutputLength>1</HMACOutputLength>`, 'RSA and SHA-256'],
];

const PARTS = ['response', 'assertion'] as const;

/** In the response by turns, and in the assertion. */
function signed(index: number, signing: (keys: Keys) => Partial<Signing>): HostileDocument['field'] {
  return (keys) => field(forge(keys, { [PARTS[index % 2] ?? 'response']: signing(keys) }));
}

export const ALGORITHMS: readonly HostileDocument[] = [
  ...METHODS.map(
    ([what, name, compute], i): HostileDocument => ({
      of: 'weak or other algorithms',
      what,
      field: signed(i, (keys) => ({ edit: swap(RSA_SHA256, name), compute: compute(keys) })),
      refusedBy: 'not made with RSA and SHA-256',
    }),
  ),
  ...DIGESTS.map(
    ([what, name, hash], i): HostileDocument => ({
      of: 'weak or other algorithms',
      what,
      field: signed(i, () => ({
        edit: swap(SHA256, name),
        digest: (text) => createHash(hash).update(text).digest('base64'),
      })),
      refusedBy: 'another digest than SHA-256',
    }),
  ),
  ...EDITS.map(
    ([what, from, to, refusedBy], i): HostileDocument => ({
      of: 'other transforms and references',
      what,
      field: signed(i, () => ({ edit: swap(from, to) })),
      refusedBy,
    }),
  ),
];

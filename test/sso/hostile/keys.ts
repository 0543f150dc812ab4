// Responses signed with a key that nobody configured, which the message recommends; and genuine ones that were changed afterwards.
import { createPublicKey } from 'node:crypto';
import { field, forge, JANE, type Keys, type Steps, swap, VICTIM } from '../../support/forgery.ts';
import type { HostileClass, HostileDocument } from './hostile-document.ts';

type Row = readonly [what: string, steps: (keys: Keys) => Steps, refusedBy: string];

const UNKNOWN = 'is not made with a certificate of the portal';
const WRONG = 'is wrong: it was changed after it was signed';

function keyValue({ stranger }: Keys): string {
  const { n, e } = createPublicKey(stranger.certificatePem).export({ format: 'jwk' });
  const base64 = (text = '') => Buffer.from(text, 'base64url').toString('base64');
  return `<KeyInfo><KeyValue><RSAKeyValue><Modulus>${base64(n)}</Modulus><Exponent>${base64(e)}</Exponent></RSAKeyValue></KeyValue></KeyInfo>`;
}

const x509 = (certificate: string) => `<X509Data><X509Certificate>${certificate}</X509Certificate></X509Data>`;

/** Both parts signed by a stranger with that as the key. */
const byStranger = (keys: Keys, keyInfo?: string): Steps => {
  const signing = { by: keys.stranger, ...(keyInfo === undefined ? {} : { keyInfo }) };
  return { nameId: VICTIM, assertion: signing, response: signing };
};

const KEYS: readonly Row[] = [
  ["a stranger's certificate inside", (keys) => byStranger(keys), `signature of the response ${UNKNOWN}`],
  ["a stranger's bare key inside", (keys) => byStranger(keys, keyValue(keys)), `signature of the response ${WRONG}`],
  [
    'the name of a key inside',
    (keys) => byStranger(keys, '<KeyInfo><KeyName>idp.example</KeyName></KeyInfo>'),
    `signature of the response ${WRONG}`,
  ],
  ['no key inside', (keys) => byStranger(keys, ''), `signature of the response ${WRONG}`],
  [
    'where to fetch the key inside',
    (keys) => byStranger(keys, '<KeyInfo><RetrievalMethod URI="https://evil.example/"/></KeyInfo>'),
    `signature of the response ${WRONG}`,
  ],
  [
    "the portal's certificate inside, another key used",
    (keys) => byStranger(keys, `<KeyInfo>${x509(keys.idp.certificateBase64)}</KeyInfo>`),
    `signature of the response ${WRONG}`,
  ],
  [
    "a stranger's certificate first, the portal's second",
    (keys) =>
      byStranger(
        keys,
        `<KeyInfo>${x509(keys.stranger.certificateBase64)}${x509(keys.idp.certificateBase64)}</KeyInfo>`,
      ),
    `signature of the response ${UNKNOWN}`,
  ],
  [
    "the assertion signed by a stranger, the response by the portal's identity provider",
    ({ stranger }) => ({ nameId: VICTIM, assertion: { by: stranger } }),
    'signature of the assertion is',
  ],
  [
    "the response signed by a stranger, the assertion by the portal's identity provider",
    ({ stranger }) => ({ response: { by: stranger } }),
    `signature of the response ${UNKNOWN}`,
  ],
  [
    'a certificate that was taken away',
    ({ next }) => ({ assertion: { by: next }, response: { by: next } }),
    `signature of the response ${UNKNOWN}`,
  ],
];

const onlyAfterwards = (afterwards: (xml: string) => string) => () => ({ afterwards, inResponseTo: '_request' });

const CHANGES: readonly Row[] = [
  ['the NameID', onlyAfterwards(swap(JANE, VICTIM)), `signature of the response ${WRONG}`],
  ['an attribute', onlyAfterwards(swap('>Jane<', '>Admin<')), `signature of the response ${WRONG}`],
  [
    'an attribute more',
    onlyAfterwards(
      swap(
        '</AttributeStatement>',
        '<Attribute Name="userType"><AttributeValue>admin</AttributeValue></Attribute></AttributeStatement>',
      ),
    ),
    `signature of the response ${WRONG}`,
  ],
  [
    'a second statement of attributes',
    onlyAfterwards(swap('<AuthnStatement ', '<AttributeStatement/><AuthnStatement ')),
    `signature of the response ${WRONG}`,
  ],
  [
    'how long it lasts',
    onlyAfterwards((xml) => xml.replaceAll('2026-01-15T13', '2036-01-15T13')),
    `signature of the response ${WRONG}`,
  ],
  [
    'the request that it answers',
    onlyAfterwards((xml) => xml.replaceAll('"_request"', '"_other"')),
    `signature of the response ${WRONG}`,
  ],
  [
    'the ID of the assertion, and the reference to it',
    onlyAfterwards((xml) => xml.replaceAll('_assertion', '_again')),
    `signature of the response ${WRONG}`,
  ],
  [
    'the ID of the response, and the reference to it',
    onlyAfterwards((xml) => xml.replaceAll('_response', '_again')),
    `signature of the response ${WRONG}`,
  ],
  [
    'white space between elements',
    onlyAfterwards(swap('<Subject>', ' <Subject>')),
    `signature of the response ${WRONG}`,
  ],
  [
    'one character of the signature',
    onlyAfterwards((xml) => xml.replace(/(?<=<SignatureValue>)./, (one) => (one === 'A' ? 'B' : 'A'))),
    `signature of the response ${WRONG}`,
  ],
  ['an empty signature', onlyAfterwards(swap(/(?<=<SignatureValue>)[^<]+/, '')), `signature of the response ${WRONG}`],
  [
    'the assertion, before the response was signed',
    () => ({ between: swap(JANE, VICTIM) }),
    `signature of the assertion ${WRONG}`,
  ],
];

function documents(of: HostileClass, rows: readonly Row[]): readonly HostileDocument[] {
  return rows.map(([what, steps, refusedBy]) => ({
    of,
    what,
    refusedBy,
    field: (keys) => field(forge(keys, steps(keys))),
  }));
}

export const FORGED_KEYS: readonly HostileDocument[] = documents('keys inside the message', KEYS);
export const CHANGED: readonly HostileDocument[] = documents('changed after signing', CHANGES);

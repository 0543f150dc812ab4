// Signature wrapping, XSW 1 to 8: what was really signed is moved to where the signature's reference still finds it, and a forged copy
// stands where the claims are read. Each way is tried on responses where only the response, only the assertion, or both are signed.
import { field, forge, JANE, type Keys, VICTIM } from '../../support/forgery.ts';
import type { HostileClass, HostileDocument } from './hostile-document.ts';

interface Pieces {
  readonly xml: string;
  /** Of the response; empty where it has none. */
  readonly responseSignature: string;
  readonly assertion: string;
  readonly assertionSignature: string;
  /** The one that is carried along. */
  readonly signature: string;
}

const SOURCES = [
  ['signature wrapping of the response', { assertion: null }],
  ['signature wrapping of the assertion', { response: null }],
  ['signature wrapping of both', {}],
] as const satisfies readonly (readonly [HostileClass, object])[];

const WRAPPINGS: readonly (readonly [string, (pieces: Pieces) => string])[] = [
  ['XSW1: the signed response inside the signature of a forged one', (pieces) => wrapResponse(pieces, inSignature)],
  ['XSW2: the signed response beside the signature of a forged one', (pieces) => wrapResponse(pieces, before)],
  ['XSW3: a forged assertion before the signed one', (pieces) => wrap(pieces, ({ evil, all }) => evil('') + all)],
  ['XSW4: the signed assertion inside a forged one', (pieces) => wrap(pieces, ({ evil, all }) => evil('', all))],
  [
    'XSW5: a forged assertion with the signature, the signed one behind it',
    (pieces) => wrap(pieces, ({ evil, bare }) => evil(pieces.signature) + bare),
  ],
  [
    'XSW6: a forged assertion whose signature holds the signed one',
    (pieces) => wrap(pieces, ({ evil, bare }) => evil(inSignature(pieces.signature, bare))),
  ],
  [
    'XSW7: a forged assertion in extensions before the signed one',
    (pieces) => wrap(pieces, ({ evil, all }) => `<samlp:Extensions>${evil('')}</samlp:Extensions>${all}`),
  ],
  [
    'XSW8: a forged assertion whose signature holds the signed one in an object',
    (pieces) => wrap(pieces, ({ evil, bare }) => evil(inSignature(pieces.signature, `<Object>${bare}</Object>`))),
  ],
];

/** The victim's name in every forged copy. */
export const WRAPPED: readonly HostileDocument[] = SOURCES.flatMap(([of, signing]) =>
  WRAPPINGS.map(
    ([what, wrapped]): HostileDocument => ({
      of,
      what,
      field: (keys) => field(wrapped(pieces(keys, signing))),
      refusedBy: 'holds 2 assertions',
    }),
  ),
);

/** With one assertion only, which the counting of them does not stop. */
export const WRAPPED_OTHERWISE: readonly HostileDocument[] = [
  {
    of: 'signature wrapping of both',
    what: 'the signed response whole inside the signature of one that has no assertion',
    field: (keys) => field(emptied(pieces(keys, {}))),
    refusedBy: 'does not stand directly in the response',
  },
  {
    of: 'signature wrapping of the response',
    what: 'a forged response around the signed assertion, with the signature of another response',
    field: (keys) => {
      const { responseSignature } = pieces(keys, {});
      return field(
        forge(keys, {
          response: null,
          inResponseTo: '_other',
          responseId: '_forged',
          afterwards: (xml) => xml.replace('</Issuer>', () => `</Issuer>${responseSignature}`),
        }),
      );
    },
    refusedBy: 'signature of the response refers to something else',
  },
  {
    of: 'signature wrapping of the assertion',
    what: 'the signature of the response in the assertion and the other way round',
    field: (keys) => {
      const { xml, responseSignature, assertionSignature } = pieces(keys, {});
      return field(
        xml
          .replace(responseSignature, '#1')
          .replace(assertionSignature, () => responseSignature)
          .replace('#1', () => assertionSignature),
      );
    },
    refusedBy: 'signature of the response refers to something else',
  },
];

function pieces(keys: Keys, signing: object): Pieces {
  const xml = forge(keys, signing);
  const assertion = xml.match(/<Assertion .*<\/Assertion>/s)?.[0] ?? '';
  const assertionSignature = assertion.match(/<Signature .*<\/Signature>/s)?.[0] ?? '';
  const responseSignature = xml.replace(assertion, '').match(/<Signature .*<\/Signature>/s)?.[0] ?? '';
  return { xml, responseSignature, assertion, assertionSignature, signature: assertionSignature || responseSignature };
}

interface Parts {
  /** A forged assertion with that signature, and something at its end. */
  readonly evil: (signature: string, inside?: string) => string;
  /** The signed assertion with its signature, and without. */
  readonly all: string;
  readonly bare: string;
}

function wrap({ xml, assertion, assertionSignature }: Pieces, arrange: (parts: Parts) => string): string {
  const bare = assertion.replace(assertionSignature, '');
  const evil = (signature: string, inside = '') =>
    forged(bare, '_assertion')
      .replace('</Issuer>', () => `</Issuer>${signature}`)
      .replace('</Assertion>', () => `${inside}</Assertion>`);
  return xml.replace(assertion, () => arrange({ evil, all: assertion, bare }));
}

function wrapResponse(
  { xml, responseSignature, assertionSignature, signature }: Pieces,
  arrange: (signature: string, original: string) => string,
): string {
  const original = xml.replace(responseSignature, '');
  const evil = forged(forged(original.replace(assertionSignature, ''), '_response'), '_assertion');
  return evil.replace('</Issuer>', () => `</Issuer>${arrange(signature, original)}`);
}

function emptied({ xml, responseSignature, assertion }: Pieces): string {
  const original = xml.replace(responseSignature, '');
  const evil = forged(original.replace(assertion, ''), '_response');
  return evil.replace('</Issuer>', () => `</Issuer>${inSignature(responseSignature, original)}`);
}

function forged(xml: string, id: string): string {
  return xml.replace(`ID="${id}"`, `ID="${id}_forged"`).replace(JANE, VICTIM);
}

function inSignature(signature: string, original: string): string {
  return signature.replace('</Signature>', () => `${original}</Signature>`);
}

function before(signature: string, original: string): string {
  return original + signature;
}

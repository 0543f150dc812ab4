// What is no response at all: too much of it, not Base64, not UTF-8, not well-formed, or another document.
import { deflateRawSync, gzipSync } from 'node:zlib';
import { field, forge, type Keys, type Steps, swap } from '../../support/forgery.ts';
import type { HostileClass, HostileDocument } from './hostile-document.ts';

type Make = (keys: Keys) => string;
type Row = readonly [what: string, make: Make, refusedBy: string];

const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:';
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const sends =
  (steps: Steps): Make =>
  (keys) =>
    field(forge(keys, steps));
const after = (edit: (xml: string) => string) => sends({ afterwards: edit });
const inNameId = (xml: string) => after(swap('<NameID ', `${xml}<NameID `));
const TEN_MEGABYTES = '<a/>'.repeat(2_500_000);

const SIZES: readonly Row[] = [
  ['a deflated response, as redirects have it', (keys) => base64(deflateRawSync(forge(keys))), 'not text in UTF-8'],
  ['a deflate bomb of ten megabytes', () => base64(deflateRawSync(TEN_MEGABYTES)), 'not text in UTF-8'],
  ['a gzip bomb of ten megabytes', () => base64(gzipSync(TEN_MEGABYTES)), 'not text in UTF-8'],
  ['a megabyte of XML', inNameId(`<x>${'a'.repeat(1_000_000)}</x>`), 'larger than 256 KB'],
  [
    'a few bytes more than 256 KB',
    after((xml) => `${xml}${' '.repeat(256 * 1024 + 3 - xml.length)}`),
    'larger than 256 KB',
  ],
  ['a hundred levels', inNameId('<x>'.repeat(100) + '</x>'.repeat(100)), 'nested deeper than 24'],
  [
    'two thousand levels with a namespace each',
    inNameId(Array.from({ length: 2000 }, (_, i) => `<x xmlns:a${i}="b">`).join('') + '</x>'.repeat(2000)),
    'nested deeper than 24',
  ],
  ['twenty thousand elements', inNameId('<x/>'.repeat(20_000)), 'more than 5000 tags'],
  [
    'thousands of attributes of one element',
    inNameId(`<x${Array.from({ length: 7000 }, (_, i) => ` a${i}="b"`).join('')}/>`),
    'a tag with more than 16 attributes',
  ],
  [
    'ten thousand attributes of a thousand elements',
    inNameId('<x a="" b="" c="" d="" e="" f="" g="" h="" i="" j=""/>'.repeat(1000)),
    'more than 8000 attributes',
  ],
  [
    'a thousand references in a signature',
    sends({ response: { edit: (info) => info.replace(/<Reference .*<\/Reference>/s, (one) => one.repeat(200)) } }),
    'more than one reference',
  ],
  [
    'a thousand signatures',
    after(
      swap('<samlp:Status>', `${'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'.repeat(1000)}<samlp:Status>`),
    ),
    'holds 1002 signatures',
  ],
  [
    'a thousand assertions',
    after(swap('<samlp:Status>', `${`<Assertion xmlns="${SAML}"/>`.repeat(1000)}<samlp:Status>`)),
    'holds 1001 assertions',
  ],
  ['two hundred thousand opening brackets', () => field('<'.repeat(190_000)), 'more than 5000 tags'],
  ['an attribute value that never ends', () => field(`<a b="${'x'.repeat(190_000)}`), 'a tag is not complete'],
];

const utf16 = (bigEndian: boolean, mark: boolean) => (keys: Keys) => {
  const bytes = Buffer.from((mark ? '\u{feff}' : '') + forge(keys), 'utf16le');
  return base64(bigEndian ? bytes.swap16() : bytes);
};

const ENCODINGS: readonly Row[] = [
  ['nothing', () => '', 'has no SAMLResponse'],
  ['no Base64', () => '<samlp:Response/>', 'not Base64'],
  [
    'Base64 for addresses',
    (keys) =>
      field(`${forge(keys)}???`)
        .replaceAll('+', '-')
        .replaceAll('/', '_'),
    'not Base64',
  ],
  ['Base64 with a space', (keys) => field(forge(keys)).replace(/^..../, '$& '), 'not Base64'],
  ['Base64 cut short', (keys) => field(forge(keys)).slice(0, -5), 'not Base64'],
  ['Base64 with more behind it', (keys) => `${field(forge(keys)).replace(/=*$/, '')}==AAAA`, 'not Base64'],
  ['Base64 with bits left over', () => 'PGEvPh==', 'not Base64'],
  ['UTF-16 with a mark', utf16(false, true), 'not text in UTF-8'],
  ['UTF-16 the other way round, with a mark', utf16(true, true), 'not text in UTF-8'],
  ['UTF-16 without a mark', utf16(false, false), 'a character that XML does not allow'],
  ['UTF-16 the other way round, without a mark', utf16(true, false), 'does not begin as XML does'],
  ['UTF-8 with a mark', after((xml) => `\u{feff}${xml}`), 'does not begin as XML does'],
  ['UTF-8 written too long', () => base64(Uint8Array.of(0x3c, 0x61, 0xc0, 0xbc, 0x2f, 0x3e)), 'not text in UTF-8'],
  [
    'Latin letters of another encoding',
    (keys) => base64(Buffer.from(forge(keys, { nameId: 'jörg@acme.example' }), 'latin1')),
    'not text in UTF-8',
  ],
  [
    'another encoding in the declaration',
    after((xml) => `<?xml version="1.0" encoding="UTF-7"?>${xml}`),
    'contains a processing instruction',
  ],
  ['XML 1.1', after((xml) => `<?xml version="1.1"?>${xml}`), 'contains a processing instruction'],
  [
    'a declaration twice',
    after((xml) => `<?xml version="1.0"?><?xml version="1.0"?>${xml}`),
    'contains a processing instruction',
  ],
  ['a NUL in the NameID', after(swap('jane.', 'jane.\0')), 'a character that XML does not allow'],
  ['a control character', after(swap('jane.', 'jane.\u{1}')), 'a character that XML does not allow'],
  ['no XML', () => field('hello'), 'does not begin as XML does'],
  ['JSON', () => field('{"nameID":"victim.example@acme.example"}'), 'does not begin as XML does'],
  ['white space before it', after((xml) => ` ${xml}`), 'does not begin as XML does'],
  ['cut in the middle', after((xml) => xml.slice(0, 3000)), 'a tag is not complete'],
  ['text behind it', after((xml) => `${xml}hello`), 'not well-formed'],
  ['a second document behind it', after((xml) => xml + xml), 'not well-formed'],
  [
    'tags that cross',
    after(swap('</NameID><SubjectConfirmation', '<SubjectConfirmation')),
    'a closing tag has no opening one',
  ],
  [
    'a closing tag with an attribute',
    after(swap('</NameID>', '</NameID Format="x">')),
    'a closing tag has no opening one',
  ],
  ['an attribute without quotes', after(swap('Version="2.0"', 'Version=2.0')), 'not well-formed'],
  ['an attribute twice', after(swap('Version="2.0"', 'Version="2.0" Version="2.0"')), 'not well-formed'],
  ['a prefix of no namespace', after(swap('<NameID ', '<evil:x/><NameID ')), 'a prefix that stands for no namespace'],
];

const status = (inside: string) => sends({ unsigned: swap(/<samlp:StatusCode [^>]*>/, inside) });
const encrypted = (name: string) => `<${name}><x:EncryptedData xmlns:x="http://www.w3.org/2001/04/xmlenc#"/></${name}>`;

const DOCUMENTS: readonly Row[] = [
  [
    'a response to a sign-out',
    () => field(`<samlp:LogoutResponse xmlns:samlp="${PROTOCOL}" ID="_a" Version="2.0"/>`),
    'no response to a sign-in',
  ],
  [
    'a genuine response renamed to one to a sign-out',
    after((xml) => xml.replaceAll('samlp:Response', 'samlp:LogoutResponse')),
    'no response to a sign-in',
  ],
  [
    'a request',
    () => field(`<samlp:AuthnRequest xmlns:samlp="${PROTOCOL}" ID="_a" Version="2.0"/>`),
    'no response to a sign-in',
  ],
  [
    'a bare assertion',
    (keys) => field(forge(keys).match(/<Assertion .*<\/Assertion>/s)?.[0] ?? ''),
    'no response to a sign-in',
  ],
  [
    'a response of SAML 1.1',
    after((xml) => xml.replaceAll(PROTOCOL, 'urn:oasis:names:tc:SAML:1.0:protocol')),
    'no response to a sign-in',
  ],
  ['a response of no namespace', () => field('<Response/>'), 'no response to a sign-in'],
  ['a response within an envelope', after((xml) => `<Envelope>${xml}</Envelope>`), 'no response to a sign-in'],
  ['a web page', () => field('<html><body/></html>'), 'no response to a sign-in'],
  [
    'an encrypted assertion',
    after(swap(/<Assertion .*<\/Assertion>/s, encrypted('EncryptedAssertion'))),
    'switch encryption off',
  ],
  [
    'an encrypted name',
    sends({ unsigned: swap(/<NameID .*<\/NameID>/s, encrypted('EncryptedID')) }),
    'switch encryption off',
  ],
  [
    'an encrypted attribute',
    sends({ unsigned: swap('</AttributeStatement>', `${encrypted('EncryptedAttribute')}</AttributeStatement>`) }),
    'switch encryption off',
  ],
  [
    'a status of failure, with an assertion all the same',
    sends({ status: `${STATUS}Responder` }),
    'did not sign the person in: something went wrong there',
  ],
  [
    'a status of denial',
    status(
      `<samlp:StatusCode Value="${STATUS}Requester"><samlp:StatusCode Value="${STATUS}RequestDenied"/></samlp:StatusCode>`,
    ),
    'it denies the request',
  ],
  ['a status that nobody knows', sends({ status: 'urn:evil' }), 'it gives no known reason'],
  [
    'success within failure',
    status(
      `<samlp:StatusCode Value="${STATUS}Requester"><samlp:StatusCode Value="${STATUS}Success"/></samlp:StatusCode>`,
    ),
    'it finds the request wrong',
  ],
  ['no status', sends({ unsigned: swap(/<samlp:Status>.*<\/samlp:Status>/s, '') }), 'no single status'],
  ['two statuses', sends({ unsigned: swap('<samlp:Status>', '<samlp:Status/><samlp:Status>') }), 'no single status'],
  [
    'another version of the response',
    sends({ unsigned: swap('Version="2.0"', 'Version="1.1"') }),
    'The response is not of SAML version 2.0',
  ],
  [
    'another version of the assertion',
    sends({ unsigned: (xml) => xml.replace(/(<Assertion [^>]*)Version="2.0"/, '$1Version="1.1"') }),
    'The assertion is not of SAML version 2.0',
  ],
];

function documents(of: HostileClass, rows: readonly Row[]): readonly HostileDocument[] {
  return rows.map(([what, make, refusedBy]) => ({ of, what, refusedBy, field: make }));
}

export const BYTES: readonly HostileDocument[] = [
  ...documents('bombs and sizes', SIZES),
  ...documents('bad encodings', ENCODINGS),
  ...documents('other documents', DOCUMENTS),
];

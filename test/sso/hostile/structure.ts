// How many assertions and signatures there are, and where: each response here has the right signatures somewhere, but not as a genuine
// response has them.
import { ASSERTION_ID, field, forge, RESPONSE_ID, type Steps, swap, VICTIM } from '../../support/forgery.ts';
import type { HostileClass, HostileDocument } from './hostile-document.ts';

const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';
const SECOND = `<Assertion ID="_second" IssueInstant="2026-01-15T12:00:00Z" Version="2.0" xmlns="${SAML}"><Issuer>https://idp.example/entity</Issuer><Subject><NameID>${VICTIM}</NameID></Subject></Assertion>`;
const WHOLE_SIGNATURE = /<Signature .*?<\/Signature>/s;

/** Moves the first signature behind the first place where `behind` stands once the signature is gone. */
function signatureTo(behind: string): (xml: string) => string {
  return (xml) => {
    const signature = xml.match(WHOLE_SIGNATURE)?.[0] ?? '';
    return swap(behind, behind + signature)(xml.replace(signature, ''));
  };
}

type Row = readonly [what: string, steps: Steps, refusedBy: string];

const ASSERTIONS: readonly Row[] = [
  [
    'a second assertion before the first, the response signed with both',
    { between: swap('<Assertion ', `${SECOND}<Assertion `) },
    'holds 2 assertions',
  ],
  [
    'a second assertion behind the first, the response signed with both',
    { between: swap('</samlp:Response>', `${SECOND}</samlp:Response>`) },
    'holds 2 assertions',
  ],
  [
    'a second assertion inside the first, all signed',
    { unsigned: swap('</AuthnStatement>', `</AuthnStatement><Advice>${SECOND}</Advice>`) },
    'holds 2 assertions',
  ],
  [
    'a second assertion in an attribute value, all signed',
    { unsigned: swap('>Jane<', `>${SECOND}<`) },
    'holds 2 assertions',
  ],
  [
    'a second assertion of SAML 1.1',
    { unsigned: swap('<Assertion ', '<Assertion xmlns="urn:oasis:names:tc:SAML:1.0:assertion"/><Assertion ') },
    'holds 2 assertions',
  ],
  ['no assertion', { assertion: null, unsigned: swap(/<Assertion .*<\/Assertion>/s, '') }, 'holds 0 assertions'],
  [
    'the assertion within extensions',
    {
      unsigned: (xml) =>
        swap(
          '</Assertion>',
          '</Assertion></samlp:Extensions>',
        )(swap('<Assertion ', '<samlp:Extensions><Assertion ')(xml)),
    },
    'does not stand directly',
  ],
  [
    'an assertion of another namespace',
    {
      assertion: null,
      response: null,
      unsigned: swap(/<Assertion .*<\/Assertion>/s, '<Assertion xmlns="urn:evil" ID="_assertion"/>'),
    },
    'does not stand directly',
  ],
  [
    'an element of its own in the response',
    { unsigned: swap('<samlp:Status>', '<x xmlns="urn:evil"/><samlp:Status>') },
    'The response has a part',
  ],
  [
    'extensions in the response',
    { unsigned: swap('<samlp:Status>', '<samlp:Extensions><x xmlns="urn:evil"/></samlp:Extensions><samlp:Status>') },
    'The response has a part',
  ],
  [
    'advice in the assertion',
    { unsigned: swap('</AuthnStatement>', '</AuthnStatement><Advice><x xmlns="urn:evil"/></Advice>') },
    'The assertion has a part',
  ],
];

const SIGNATURES: readonly Row[] = [
  ['nothing is signed', { assertion: null, response: null }, 'response is not signed'],
  ['only the assertion is signed', { response: null }, 'response is not signed'],
  ['only the response is signed', { assertion: null }, 'assertion is not signed'],
  [
    'the response is signed twice',
    { afterwards: (xml) => swap('<samlp:Status>', `${xml.match(WHOLE_SIGNATURE)?.[0]}<samlp:Status>`)(xml) },
    'holds 3 signatures',
  ],
  [
    'the assertion is signed twice',
    { between: (xml) => swap('<Subject>', `${xml.match(WHOLE_SIGNATURE)?.[0]}<Subject>`)(xml) },
    'holds 3 signatures',
  ],
  [
    'a third signature in an attribute value',
    { unsigned: swap('>Jane<', `><Signature xmlns="${XMLDSIG}"/><`) },
    'holds 3 signatures',
  ],
  [
    'a third signature of another namespace',
    { unsigned: swap('>Jane<', '><Signature xmlns="urn:evil"/><') },
    'holds 3 signatures',
  ],
  [
    'the signature of the response in its status',
    { afterwards: signatureTo('<samlp:Status>') },
    'response is not signed in its own place',
  ],
  [
    'the signature of the response in the assertion',
    { afterwards: signatureTo('</Subject>') },
    'response is not signed in its own place',
  ],
  [
    'the signature of the assertion in its subject',
    { between: signatureTo('<Subject>') },
    'assertion is not signed in its own place',
  ],
  [
    'the signature of the assertion behind it',
    { between: signatureTo('</Assertion>') },
    'assertion is not signed in its own place',
  ],
  [
    'the signature of the assertion of another namespace',
    { afterwards: (xml) => xml.replace(/(<Assertion.*<Signature xmlns=")[^"]*/s, '$1urn:evil') },
    'The assertion has a part',
  ],
  [
    'an object in the signature',
    { response: { keyInfo: `<Object><x xmlns="urn:evil"/></Object>` } },
    'other parts than SignedInfo',
  ],
  [
    'an object behind the key in the signature',
    { assertion: { keyInfo: '<KeyInfo/><Object/>' } },
    'other parts than SignedInfo',
  ],
  [
    'two signature values',
    { response: { keyInfo: '<SignatureValue>AAAA</SignatureValue>' } },
    'other parts than SignedInfo',
  ],
  ['two SignedInfo', { afterwards: swap('<SignedInfo>', '<SignedInfo/><SignedInfo>') }, 'other parts than SignedInfo'],
  ['the same ID in response and assertion', { assertionId: RESPONSE_ID }, 'Two elements have the same ID'],
  [
    'the same ID in a small letter elsewhere',
    { unsigned: swap('<NameID ', `<NameID id="${ASSERTION_ID}" `) },
    'Two elements have the same ID',
  ],
  [
    'the same Id in the signature',
    { afterwards: swap('<Signature ', `<Signature Id="${RESPONSE_ID}" `) },
    'Two elements have the same ID',
  ],
  [
    'the same xml:id elsewhere',
    { unsigned: swap('<NameID ', `<NameID xml:id="${ASSERTION_ID}" `) },
    'Two elements have the same ID',
  ],
  [
    'no ID in the assertion',
    { response: null, assertion: null, unsigned: swap(`ID="${ASSERTION_ID}" `, '') },
    'ID of the response or the assertion',
  ],
  ['an ID that means something in XPath', { responseId: "x' or '1'='1" }, 'ID of the response or the assertion'],
];

function documents(of: HostileClass, rows: readonly Row[]): readonly HostileDocument[] {
  return rows.map(([what, steps, refusedBy]) => ({ of, what, refusedBy, field: (keys) => field(forge(keys, steps)) }));
}

export const STRUCTURES: readonly HostileDocument[] = [
  ...documents('several or missing assertions', ASSERTIONS),
  ...documents('several, missing or misplaced signatures', SIGNATURES),
];

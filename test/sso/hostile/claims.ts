// Responses that the portal's own identity provider really signed, but not for this portal, not for now, not in answer to this, or about
// nobody that can be told from others.
import { ACS, field, forge, ISSUER, JANE, type Steps, swap } from '../../support/forgery.ts';
import { START_MS } from '../../support/portal.ts';
import type { HostileClass, HostileDocument } from './hostile-document.ts';

type Row = readonly [what: string, steps: Steps, refusedBy: string];

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const OTHER = 'https://other.example/auth/saml2/';
const ISSUED = '2026-01-15T12:00:00.000Z';
const LATER = '2026-01-15T12:02:01.000Z';
const CONFIRMATION = /<SubjectConfirmation .*<\/SubjectConfirmation>/s;
const CONDITIONS = /<Conditions .*<\/Conditions>/s;
const NAME_ID = /<NameID .*<\/NameID>/s;

/** Before it is signed. */
const says = (from: string | RegExp, to: string): Steps => ({ unsigned: swap(from, to) });
/** The last place of that text, which is in the assertion. */
const assertionSays = (from: string, to: string): Steps => ({
  unsigned: (xml) => {
    const at = xml.lastIndexOf(from);
    return xml.slice(0, at) + to + xml.slice(at + from.length);
  },
});

const ADDRESSED: readonly Row[] = [
  ['another audience', { audience: OTHER }, 'The audience is https://other.example/auth/saml2/; set'],
  ['our audience without its last slash', { audience: ACS.slice(0, -1) }, 'The audience is'],
  ['an audience that begins like ours', { audience: `${ACS}x` }, 'The audience is'],
  ['our audience in capitals', { audience: ACS.toUpperCase() }, 'The audience is'],
  ['an empty audience', { audience: '' }, 'The audience is'],
  [
    'a second audience besides ours',
    says('</Audience>', `</Audience><Audience>${OTHER}</Audience>`),
    'The audience is',
  ],
  [
    'a second restriction of the audience',
    says('</Conditions>', `<AudienceRestriction><Audience>${OTHER}</Audience></AudienceRestriction></Conditions>`),
    'The audience is',
  ],
  [
    'an audience within an audience',
    says(`>${ACS}</Audience>`, `><Audience>${ACS}</Audience></Audience>`),
    'The audience is',
  ],
  ['no audience', says(/<Audience>.*<\/Audience>/s, ''), 'names no audience'],
  ['no restriction of the audience', says(/<AudienceRestriction>.*<\/AudienceRestriction>/s, ''), 'names no audience'],
  ['another recipient', { recipient: OTHER }, 'The recipient is https://other.example/auth/saml2/; set'],
  ['no recipient', says(` Recipient="${ACS}"`, ''), 'The recipient is missing'],
  ['another destination', { destination: OTHER }, 'The destination is https://other.example/auth/saml2/; set'],
  ['no destination', says(` Destination="${ACS}"`, ''), 'The destination is missing'],
  ['an empty destination', { destination: '' }, 'The destination is'],
  ['a holder of a key', says('cm:bearer', 'cm:holder-of-key'), 'no single confirmation of the method bearer'],
  ['a voucher of the sender', says('cm:bearer', 'cm:sender-vouches'), 'no single confirmation of the method bearer'],
  ['no confirmation', says(CONFIRMATION, ''), 'no single confirmation of the method bearer'],
  [
    'two confirmations, the second for another',
    { unsigned: (xml) => xml.replace(CONFIRMATION, (one) => one + one.replace(ACS, OTHER)) },
    'no single confirmation of the method bearer',
  ],
  [
    'a confirmation without data',
    says(/<SubjectConfirmationData [^>]*>/, ''),
    'no single confirmation of the method bearer',
  ],
];

const ISSUERS: readonly Row[] = [
  [
    'another issuer',
    { issuer: 'https://evil.example/' },
    'The issuer of the response is https://evil.example/; the portal expects',
  ],
  [
    'another issuer of the assertion only',
    { issuer: 'https://evil.example/', responseIssuer: ISSUER },
    'The issuer of the assertion is',
  ],
  ['another issuer of the response only', { responseIssuer: 'https://evil.example/' }, 'The issuer of the response is'],
  ['our issuer with a slash', { issuer: `${ISSUER}/` }, 'The issuer of the response is'],
  ['our issuer in capitals', { issuer: ISSUER.toUpperCase() }, 'The issuer of the response is'],
  ['our issuer with a space', { issuer: `${ISSUER} ` }, 'The issuer of the response is'],
  ['an empty issuer', { issuer: '' }, 'The response has no single issuer'],
  [
    'two issuers of the assertion',
    assertionSays('</Issuer>', `</Issuer><Issuer>${ISSUER}</Issuer>`),
    'The assertion has no single issuer',
  ],
  [
    'an issuer of another namespace',
    says(/<Issuer xmlns="[^"]*">/, '<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:protocol">'),
    'The response has no single issuer',
  ],
];

const TIMES: readonly Row[] = [
  [
    'two minutes after the end of the conditions',
    { notOnOrAfterMs: START_MS - 2 * MINUTE_MS },
    'The subject confirmation ended',
  ],
  ['a day after the end', { notOnOrAfterMs: START_MS - 1440 * MINUTE_MS }, 'The subject confirmation ended'],
  [
    'only the conditions ended',
    says(/(?<=<Conditions NotBefore="[^"]*" NotOnOrAfter=")[^"]*/, '2026-01-15T11:58:00.000Z'),
    'The period of the conditions ended',
  ],
  [
    'more than two minutes before the beginning',
    { notBeforeMs: START_MS + 2 * MINUTE_MS + SECOND_MS },
    'The period of the conditions begins later',
  ],
  [
    'a confirmation that begins later',
    says('<SubjectConfirmationData', `<SubjectConfirmationData NotBefore="${LATER}"`),
    'The subject confirmation begins later',
  ],
  ['no conditions', says(CONDITIONS, ''), 'The assertion has no conditions'],
  ['two conditions', says('</Conditions>', '</Conditions><Conditions/>'), 'The assertion has no conditions'],
  ['no beginning', says(/(?<=<Conditions) NotBefore="[^"]*"/, ''), 'The period of the conditions has no NotBefore'],
  [
    'no end of the conditions',
    says(/(?<=<Conditions NotBefore="[^"]*") NotOnOrAfter="[^"]*"/, ''),
    'The period of the conditions has no NotOnOrAfter',
  ],
  [
    'no end of the confirmation',
    says(/(?<=<SubjectConfirmationData) NotOnOrAfter="[^"]*"/, ''),
    'The subject confirmation has no NotOnOrAfter',
  ],
  [
    'an end that is no time',
    says(/(?<=<SubjectConfirmationData NotOnOrAfter=")[^"]*/, 'never'),
    'The subject confirmation has no NotOnOrAfter',
  ],
  [
    'an end in no month',
    says(/(?<=<SubjectConfirmationData NotOnOrAfter=")[^"]*/, '2026-13-01T00:00:00Z'),
    'The subject confirmation has no NotOnOrAfter',
  ],
  [
    'an end in a time zone',
    says(/(?<=<SubjectConfirmationData NotOnOrAfter=")[^"]*/, '2026-01-15T11:30:00-12:00'),
    'The subject confirmation has no NotOnOrAfter',
  ],
  [
    'an end that is a number',
    says(/(?<=<SubjectConfirmationData NotOnOrAfter=")[^"]*/, '99999999999999'),
    'The subject confirmation has no NotOnOrAfter',
  ],
  [
    'a response issued in the future',
    says(`IssueInstant="${ISSUED}"`, `IssueInstant="${LATER}"`),
    'The response was issued in the future',
  ],
  [
    'an assertion issued in the future',
    assertionSays(`IssueInstant="${ISSUED}"`, `IssueInstant="${LATER}"`),
    'The assertion was issued in the future',
  ],
  [
    'an assertion issued at no time',
    assertionSays(` IssueInstant="${ISSUED}"`, ''),
    'The assertion has no IssueInstant',
  ],
  ['a session that ended', { sessionNotOnOrAfterMs: START_MS - 2 * MINUTE_MS }, 'The session ended'],
  ['nobody signed in', says(/<AuthnStatement .*<\/AuthnStatement>/s, ''), 'does not say how the person signed in'],
  [
    'a condition that nobody knows',
    says('</Conditions>', '<Condition/></Conditions>'),
    'a condition that the portal does not know',
  ],
  [
    'a condition of another namespace',
    says('</Conditions>', '<OneTimeUse xmlns="urn:evil"/></Conditions>'),
    'a condition that the portal does not know',
  ],
];

const REQUESTS: readonly Row[] = [
  [
    'only the response names a request',
    says('<samlp:Response ', '<samlp:Response InResponseTo="_request" '),
    'answer different requests',
  ],
  [
    'only the confirmation names a request',
    says('<SubjectConfirmationData ', '<SubjectConfirmationData InResponseTo="_request" '),
    'answer different requests',
  ],
  [
    'two different requests',
    { inResponseTo: '_request', unsigned: (xml) => xml.replace('"_request"', '"_other"') },
    'answer different requests',
  ],
  ['a request without a name', { inResponseTo: '' }, 'answers a request without saying which'],
];

const NAMES: readonly Row[] = [
  [
    'a name for this time only',
    { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' },
    'of the format transient',
  ],
  ['an empty NameID', { nameId: '' }, 'The NameID is empty'],
  ['no NameID', says(NAME_ID, ''), 'no single NameID'],
  ['no subject', says(/<Subject>.*<\/Subject>/s, ''), 'no single NameID'],
  ['two NameIDs', says('</NameID>', '</NameID><NameID>victim.example@acme.example</NameID>'), 'no single NameID'],
  [
    'two subjects',
    says('</Subject>', '</Subject><Subject><NameID>victim.example@acme.example</NameID></Subject>'),
    'no single NameID',
  ],
  ['a NameID of another namespace', says('<NameID ', '<NameID xmlns="urn:evil" '), 'no single NameID'],
  ['another kind of name', { unsigned: (xml) => xml.replace(/(<\/?)NameID/g, '$1BaseID') }, 'no single NameID'],
  ['an element in the NameID', says(JANE, `victim<x/>.example@acme.example`), 'no single NameID'],
  ['a zero-width space', { nameId: `jane\u{200b}.example@acme.example` }, 'characters that cannot be seen'],
  ['a change of direction', { nameId: `jane\u{202e}.example@acme.example` }, 'characters that cannot be seen'],
  ['a soft hyphen', { nameId: `ja\u{ad}ne.example@acme.example` }, 'characters that cannot be seen'],
  ['a zero-width joiner', { nameId: `ja\u{200d}ne.example@acme.example` }, 'characters that cannot be seen'],
  ['a byte order mark', { nameId: `\u{feff}${JANE}` }, 'characters that cannot be seen'],
  ['a tag character', { nameId: `${JANE}\u{e0041}` }, 'characters that cannot be seen'],
  ['a character for private use', { nameId: `${JANE}\u{e000}` }, 'characters that cannot be seen'],
  ['a line break', { nameId: `${JANE}\nvictim.example@acme.example` }, 'characters that cannot be seen'],
  ['a carriage return by number', says(JANE, `${JANE}&#13;x`), 'characters that cannot be seen'],
  ['a space behind it', { nameId: `${JANE} ` }, 'spaces around it'],
  ['wide letters', { nameId: `\u{ff4a}${JANE.slice(1)}` }, 'variants of letters'],
  ['the sign of Kelvin', { nameId: `\u{212a}elvin.example@acme.example` }, 'variants of letters'],
  ['a ligature', { nameId: `\u{fb01}ona.example@acme.example` }, 'variants of letters'],
  ['a letter within a circle', { nameId: `\u{24d9}ane.example@acme.example` }, 'variants of letters'],
  ['a space that does not break', { nameId: `jane\u{a0}example@acme.example` }, 'variants of letters'],
  ['a wide space before it', { nameId: `\u{3000}${JANE}` }, 'spaces around it'],
];

function documents(of: HostileClass, rows: readonly Row[]): readonly HostileDocument[] {
  return rows.map(([what, steps, refusedBy]) => ({ of, what, refusedBy, field: (keys) => field(forge(keys, steps)) }));
}

export const CLAIMS: readonly HostileDocument[] = [
  ...documents('addressed to somebody else', ADDRESSED),
  ...documents('from another issuer', ISSUERS),
  ...documents('out of time', TIMES),
  ...documents('answers another request', REQUESTS),
  ...documents('no name, or a trick in it', NAMES),
];

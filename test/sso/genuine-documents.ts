// Responses that a portal must accept, shaped like those of Okta, Entra, AD FS and others, and what each of them says.
import type { Assertion } from '../../src/sso/assertion.ts';
import { field, forge, JANE, type Keys, type Steps } from '../support/forgery.ts';
import { START_MS } from '../support/portal.ts';

export interface GenuineDocument {
  readonly what: string;
  readonly field: (keys: Keys) => string;
  readonly says: Partial<Assertion>;
  /** Of the portal, where it is not the identity provider's one. */
  readonly certificates?: (keys: Keys) => readonly string[];
}

const SKEW_MS = 120_000;
const MINUTE_MS = 60_000;
const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const JIT = {
  user_name: JANE,
  email: JANE,
  givenName: 'Jané',
  familyName: "O'Neil & Söhne <x>",
  userType: 'manager',
  division: 'Zürich "Süd"',
};
const JIT_SAYS = Object.fromEntries(Object.entries(JIT).map(([name, value]) => [name, [value]]));
const GROUPS = Array.from({ length: 300 }, (_, i) => `group number ${i}`);
const TENANT = {
  'http://schemas.microsoft.com/identity/claims/tenantid': ['11111111-2222-3333-4444-555555555555'],
  'http://schemas.microsoft.com/identity/claims/objectidentifier': ['66666666-7777-8888-9999-000000000000'],
  'http://schemas.microsoft.com/identity/claims/identityprovider': [
    'https://sts.windows.net/11111111-2222-3333-4444-555555555555/',
  ],
  'http://schemas.microsoft.com/claims/authnmethodsreferences': [
    'http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password',
  ],
};

const says =
  (steps: Steps): GenuineDocument['field'] =>
  (keys) =>
    field(forge(keys, steps));

/** A blank line before each tag, as some products print XML; not within what has text in it. */
const printed = (xml: string) => xml.replace(/></g, '>\r\n  <');
const adfs = (xml: string) =>
  xml
    .replace('<samlp:Response ', '<samlp:Response Consent="urn:oasis:names:tc:SAML:2.0:consent:unspecified" ')
    .replace(/ Format="[^"]*"/, '');
const keycloak = (xml: string) =>
  xml.replaceAll('saml2p', 'samlp').replaceAll('saml2:', 'saml:').replaceAll(':saml2=', ':saml=');
/** Times as .NET writes them. */
const sevenDigits = (xml: string) => xml.replace(/\.000Z/g, '.0000000Z');

export const GENUINE_DOCUMENTS: readonly GenuineDocument[] = [
  {
    what: 'Okta, in answer to a request, with all the claims of a first sign-in',
    field: says({ shape: 'okta', inResponseTo: '_request', attributes: JIT }),
    says: {
      id: '_assertion',
      inResponseTo: '_request',
      nameIdFormat: UNSPECIFIED,
      attributes: JIT_SAYS,
      deadAtMs: START_MS + 5 * MINUTE_MS + SKEW_MS,
    },
  },
  {
    what: 'Okta, from its dashboard, without claims',
    field: says({ shape: 'okta', attributes: {} }),
    says: { inResponseTo: null, attributes: {} },
  },
  {
    what: 'Okta, with three hundred groups',
    field: says({ shape: 'okta', attributes: { groups: GROUPS } }),
    says: { attributes: { groups: GROUPS } },
  },
  {
    what: 'Entra, in answer to a request',
    field: says({
      inResponseTo: '_request',
      attributes: { [`${CLAIMS}/givenname`]: 'Jane', [`${CLAIMS}/name`]: JANE },
    }),
    says: {
      inResponseTo: '_request',
      attributes: { ...TENANT, [`${CLAIMS}/givenname`]: ['Jane'], [`${CLAIMS}/name`]: [JANE] },
      deadAtMs: START_MS + 60 * MINUTE_MS + SKEW_MS,
    },
  },
  {
    what: 'Entra, from My Apps, with a persistent NameID and a claim of several values',
    field: says({ nameIdFormat: PERSISTENT, attributes: { groups: ['one', 'two', ''] } }),
    says: { nameIdFormat: PERSISTENT, inResponseTo: null, attributes: { ...TENANT, groups: ['one', 'two', ''] } },
  },
  {
    what: 'AD FS: consent, a NameID without format, a prefix for signatures only',
    field: says({ unsigned: adfs, assertion: { prefix: 'ds:' }, response: { prefix: 'ds:' }, inResponseTo: 'id-0a1b' }),
    says: { nameIdFormat: null, inResponseTo: 'id-0a1b' },
  },
  {
    what: 'prefixes of other products, and a session that ends tonight',
    field: says({
      shape: 'okta',
      unsigned: keycloak,
      attributes: JIT,
      sessionNotOnOrAfterMs: START_MS + 480 * MINUTE_MS,
    }),
    says: { attributes: JIT_SAYS },
  },
  {
    what: 'line breaks between the elements, and in Base64',
    field: (keys) => field(forge(keys, { unsigned: printed })).replace(/.{76}/g, '$&\r\n'),
    says: { attributes: { ...TENANT, givenName: ['Jane'] } },
  },
  {
    what: 'times with seven digits',
    field: says({ unsigned: sevenDigits }),
    says: { deadAtMs: START_MS + 60 * MINUTE_MS + SKEW_MS },
  },
  {
    what: 'a name of umlauts, other letters and signs of XML',
    field: says({ nameId: `"jörg"+&<ß>'Ωмир-日本@acme.example` }),
    says: { nameId: `"jörg"+&<ß>'Ωмир-日本@acme.example` },
  },
  {
    what: 'a name that only looks like another, as it is',
    field: says({ nameId: 'j\u{430}ne.example@acme.example' }),
    says: { nameId: 'j\u{430}ne.example@acme.example' },
  },
  {
    what: 'a name whose umlaut is two characters',
    field: says({ nameId: 'jo\u{308}rg@acme.example' }),
    says: { nameId: 'jo\u{308}rg@acme.example' },
  },
  {
    what: 'signed with the second of two certificates',
    field: ({ idp, next }) =>
      field(forge({ idp, next, stranger: idp }, { assertion: { by: next }, response: { by: next } })),
    certificates: ({ idp, next }) => [idp.certificateBase64, next.certificateBase64],
    says: {},
  },
  {
    what: 'signed with the first of two certificates',
    field: says({}),
    certificates: ({ idp, next }) => [idp.certificateBase64, next.certificateBase64],
    says: {},
  },
  {
    what: 'no certificate in the message',
    field: says({ assertion: { keyInfo: '' }, response: { keyInfo: '' } }),
    says: {},
  },
  {
    what: 'a declaration in other quotes',
    field: says({ afterwards: (xml) => `<?xml version='1.0' encoding='utf-8' standalone='yes'?>\n${xml}\n` }),
    says: {},
  },
  {
    what: 'a clock that is two minutes ahead',
    field: says({ nowMs: START_MS + SKEW_MS, notBeforeMs: START_MS + SKEW_MS }),
    says: {},
  },
  {
    what: 'a clock that is nearly two minutes behind',
    field: says({ nowMs: START_MS - SKEW_MS, notOnOrAfterMs: START_MS - SKEW_MS + 1 }),
    says: { deadAtMs: START_MS + 1 },
  },
  {
    what: 'for one use, and not to be passed on',
    field: says({
      unsigned: (xml) => xml.replace('</Conditions>', '<OneTimeUse/><ProxyRestriction Count="0"/></Conditions>'),
    }),
    says: {},
  },
  {
    what: 'claims in two statements, one of them without a value',
    field: says({
      shape: 'okta',
      attributes: { groups: 'one', empty: [] },
      unsigned: (xml) => xml.replace(/<saml2:AttributeStatement.*<\/saml2:AttributeStatement>/s, (one) => one + one),
    }),
    says: { attributes: { groups: ['one', 'one'], empty: [] } },
  },
  {
    what: 'a claim with elements in it, whose value is left out',
    field: says({ shape: 'okta', unsigned: (xml) => xml.replace('>Jane<', '>Ja<b xmlns="urn:x">ne</b><') }),
    says: { attributes: { givenName: [] } },
  },
];

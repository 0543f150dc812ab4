// People and filters for the oracle: few values, many collisions, and text that folds, sorts or nests in surprising ways.
import fc from 'fast-check';
import type { AttributeRef, CompareOperator, Filter, FilterValue } from '../../src/scim/filter/ast.ts';
import type { JsonObject } from '../../src/scim/json.ts';
import type { OracleAttribute, OracleTable, OracleType } from './filter-oracle.ts';
import { CORE, ENTERPRISE, PORTAL_URN } from './scim.ts';

const PLURAL: OracleAttribute['parts'] = { value: 'text', display: 'text', type: 'text', primary: 'boolean' };
const EXTENSION = PORTAL_URN.toLowerCase();

/** Every attribute of RFC 7643 sections 3.1, 4.1 and 4.3 that a client can filter by, the portal's own, and where they are shown. */
export const USER_ORACLE: OracleTable = {
  schemas: { path: ['schemas'], list: true, type: 'text' },
  id: { path: ['id'], type: 'exact' },
  externalid: { path: ['externalId'], type: 'exact' },
  meta: { path: ['meta'], parts: { resourceType: 'exact', created: 'date', lastModified: 'date', version: 'exact' } },
  username: { path: ['userName'], type: 'text' },
  name: {
    path: ['name'],
    parts: {
      formatted: 'text',
      familyName: 'text',
      givenName: 'text',
      middleName: 'text',
      honorificPrefix: 'text',
      honorificSuffix: 'text',
    },
  },
  displayname: { path: ['displayName'], type: 'text' },
  nickname: { path: ['nickName'], type: 'text' },
  profileurl: { path: ['profileUrl'], type: 'exact' },
  title: { path: ['title'], type: 'text' },
  usertype: { path: ['userType'], type: 'text' },
  preferredlanguage: { path: ['preferredLanguage'], type: 'text' },
  locale: { path: ['locale'], type: 'text' },
  timezone: { path: ['timezone'], type: 'text' },
  active: { path: ['active'], type: 'boolean' },
  emails: { path: ['emails'], list: true, parts: PLURAL },
  phonenumbers: { path: ['phoneNumbers'], list: true, parts: PLURAL },
  ims: { path: ['ims'], list: true, parts: PLURAL },
  photos: { path: ['photos'], list: true, parts: { ...PLURAL, value: 'exact' } },
  addresses: {
    path: ['addresses'],
    list: true,
    parts: {
      formatted: 'text',
      streetAddress: 'text',
      locality: 'text',
      region: 'text',
      postalCode: 'text',
      country: 'text',
      type: 'text',
      primary: 'boolean',
    },
  },
  entitlements: { path: ['entitlements'], list: true, parts: PLURAL },
  roles: { path: ['roles'], list: true, parts: PLURAL },
  x509certificates: { path: ['x509Certificates'], list: true, parts: { ...PLURAL, value: 'binary' } },
  userlastloggedintimestamp: { path: ['userLastLoggedInTimeStamp'], type: 'text' },
  ...Object.fromEntries(
    ['employeeNumber', 'costCenter', 'organization', 'division', 'department'].map((name) => [
      `${ENTERPRISE}:${name}`.toLowerCase(),
      { path: [ENTERPRISE, name], type: 'text' } as const,
    ]),
  ),
  [`${ENTERPRISE}:manager`.toLowerCase()]: {
    path: [ENTERPRISE, 'manager'],
    parts: { value: 'text', $ref: 'exact', displayName: 'text' },
  },
  [`${EXTENSION}:isadmin`]: { path: [PORTAL_URN, 'isAdmin'], type: 'boolean' },
};

/** Kelvin sign, sharp s, dotless and dotted i, ligature, composed and not, full width, above and below the surrogates. */
const TEXTS = [
  'Kelvin',
  '\u212Aelvin',
  'straße',
  'STRASSE',
  'ı',
  'İstanbul',
  'istanbul',
  'I',
  'ﬁne',
  'fine',
  'e\u0301',
  'É',
  'Ａcme',
  'acme',
  '😀',
  '\uFFFD',
  '\u{10FFFF}',
  '%',
  '_a',
  '"quoted" \\',
  "' OR 1=1 --",
  'true',
  '7',
  ' ',
  'work',
  'Work',
  'home',
  'O’Neil',
  'a'.repeat(60),
] as const;

export const someText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...TEXTS), fc.constantFrom(...TEXTS)).map((two) => two.join('')) },
);

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const url = fc.constantFrom('https://a.example/x', 'https://A.example/x', 'https://b.example');

function plural(value: fc.Arbitrary<string>): fc.Arbitrary<JsonObject[]> {
  const element = fc.record({ value, display: maybe(someText), type: maybe(fc.constantFrom('work', 'Home', 'x')) });
  const list = fc.array(element, { minLength: 1, maxLength: 3 });
  return fc
    .tuple(list, fc.nat(3), fc.boolean())
    .map(([elements, preferred, said]) =>
      elements.map((one, i) =>
        sent({ ...one, ...(i === preferred ? { primary: true } : said ? { primary: false } : {}) }),
      ),
    );
}

function sent(record: Readonly<Record<string, unknown>>): JsonObject {
  return JSON.parse(JSON.stringify(record)) as JsonObject;
}

const address = fc.record({
  formatted: maybe(someText),
  streetAddress: someText,
  locality: maybe(someText),
  country: maybe(fc.constantFrom('DE', 'de', 'US')),
  type: maybe(fc.constantFrom('work', 'home')),
});

/** What is sent to make a person; `n` keeps the userName unique. */
export function person(n: number): fc.Arbitrary<JsonObject> {
  const name = fc.record({
    formatted: maybe(someText),
    givenName: maybe(someText),
    familyName: maybe(someText),
    middleName: maybe(someText),
    honorificPrefix: maybe(someText),
  });
  const enterprise = fc.record({
    employeeNumber: maybe(fc.constantFrom('7', '007', '70')),
    costCenter: maybe(someText),
    department: maybe(someText),
    division: maybe(someText),
    manager: maybe(fc.record({ value: fc.constantFrom('boss', 'Boss', 'other'), $ref: maybe(url) })),
  });
  const others = {
    externalId: maybe(someText.map((text) => `${text}${n % 7}`)),
    displayName: maybe(someText),
    nickName: maybe(someText),
    profileUrl: maybe(url),
    title: maybe(someText),
    preferredLanguage: maybe(fc.constantFrom('en', 'EN', 'de')),
    timezone: maybe(fc.constantFrom('Europe/Berlin', 'europe/berlin')),
    name: maybe(name),
    emails: maybe(plural(someText.map((text) => `${text.replaceAll(' ', '')}@acme.example`))),
    phoneNumbers: maybe(plural(fc.constantFrom('+1', '+12', '2'))),
    ims: maybe(plural(someText)),
    photos: maybe(plural(url)),
    addresses: maybe(fc.array(address, { minLength: 1, maxLength: 2 })),
    entitlements: maybe(plural(someText)),
    roles: maybe(plural(someText)),
    x509Certificates: maybe(plural(fc.constantFrom('TUlJ', 'tUlJ', 'MTIz'))),
    [ENTERPRISE]: maybe(enterprise),
    [PORTAL_URN]: maybe(fc.record({ isAdmin: fc.boolean() })),
  };
  const userName = someText.map((text) => `${text}${n}${n % 2 === 0 ? '@acme.example' : ''}`);
  return fc.record({ userName, ...others }).map(sent);
}

const SPELLINGS = [(name: string) => name, (name: string) => name.toUpperCase(), (name: string) => name.toLowerCase()];

const reference: fc.Arbitrary<{
  readonly ref: AttributeRef;
  readonly attribute: OracleAttribute;
  readonly part?: string;
}> = fc
  .tuple(fc.constantFrom(...Object.entries(USER_ORACLE)), fc.constantFrom(...SPELLINGS), fc.boolean(), fc.nat())
  .map(([[key, attribute], spell, qualified, pick]) => {
    const colon = key.lastIndexOf(':');
    const isCommon = key === 'schemas' || key === 'id' || key === 'externalid' || key === 'meta';
    const urn = colon >= 0 ? key.slice(0, colon) : qualified && !isCommon ? CORE : undefined;
    const parts = [undefined, ...Object.keys(attribute.parts ?? {})];
    const part = parts[pick % parts.length];
    const ref = { urn: urn && spell(urn), name: spell(key.slice(colon + 1)), sub: part && spell(part) };
    return { ref, attribute, ...(part === undefined ? {} : { part }) };
  });

const DATES = ['2026-01-15T12:00:00Z', '2026-01-15T13:00:05+01:00', '2026-01-15T12:00:10.250Z', '2026-01-16T00:00:00'];
const PIECES = [
  '2026',
  '2026-01-15T12:0',
  '.000Z',
  '.250z',
  'W/"',
  '"',
  'jan',
  'Jan 15, 2026 ',
  ' pm',
  '12:00:00 AM',
  'user',
  'User',
];
const URNS = [CORE, ENTERPRISE, PORTAL_URN, EXTENSION, 'urn:', ':User'];

function valueFor(type: OracleType | undefined): fc.Arbitrary<FilterValue> {
  const odd = fc.constantFrom<FilterValue>(null, true, 7, 'x', '');
  const usual: Record<OracleType, fc.Arbitrary<FilterValue>> = {
    text: fc.oneof(
      { weight: 6, arbitrary: someText },
      { weight: 2, arbitrary: fc.tuple(someText, fc.nat(3), fc.integer({ min: 1, max: 6 })).map(cut) },
      { weight: 1, arbitrary: fc.constantFrom(...PIECES, ...URNS, '@acme.example', '', 7, 'boss', '7') },
    ),
    exact: fc.oneof(someText, url, fc.constantFrom(...PIECES, 'Kelvin3', 'acme1')),
    boolean: fc.constantFrom(true, false, 'True', 'false'),
    date: fc.constantFrom(...DATES, ...PIECES),
    binary: fc.constantFrom('TUlJ', 'tUlJ', 'MTIz', 'T', 'J'),
  };
  return fc.oneof({ weight: 12, arbitrary: type ? usual[type] : someText }, { weight: 1, arbitrary: odd });
}

function cut([text, from, length]: [string, number, number]): string {
  return Array.from(text)
    .slice(from, from + length)
    .join('');
}

const OPERATORS: readonly CompareOperator[] = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'];

function operatorFor(type: OracleType | undefined): fc.Arbitrary<CompareOperator> {
  const usual = type === 'boolean' ? fc.constantFrom<CompareOperator>('eq', 'ne') : fc.constantFrom(...OPERATORS);
  return fc.oneof({ weight: 20, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...OPERATORS) });
}

function termOf(attribute: AttributeRef, type: OracleType | undefined): fc.Arbitrary<Filter> {
  const compare = fc.record({
    kind: fc.constant('compare' as const),
    attribute: fc.constant(attribute),
    operator: operatorFor(type),
    value: valueFor(type),
  });
  const present = fc.constant({ kind: 'present', attribute } as const);
  return fc.oneof({ weight: 6, arbitrary: compare }, { weight: 1, arbitrary: present });
}

const row: fc.Arbitrary<Filter> = reference.chain(({ ref, attribute, part }) => {
  const type = part ? attribute.parts?.[part] : (attribute.type ?? attribute.parts?.['value']);
  // A complex attribute without `value` can only be present.
  const comparable = type !== undefined;
  return comparable ? termOf(ref, type) : fc.constant({ kind: 'present', attribute: ref } as const);
});

const holders = Object.entries(USER_ORACLE).filter(([, { list, parts }]) => parts && (list || parts['familyName']));

const bracketed: fc.Arbitrary<Filter> = fc.constantFrom(...holders).chain(([name, attribute]) => {
  const part = fc
    .constantFrom(...Object.entries(attribute.parts ?? {}))
    .chain(([sub, type]) => termOf({ urn: undefined, name: sub, sub: undefined }, type));
  return fc.record({
    kind: fc.constant('valuePath' as const),
    attribute: fc.constant({ urn: undefined, name, sub: undefined }),
    filter: joined(part, 2),
  });
});

function joined(leaf: fc.Arbitrary<Filter>, depth: number): fc.Arbitrary<Filter> {
  if (depth === 0) return leaf;
  const inner = joined(leaf, depth - 1);
  const terms = fc.array(inner, { minLength: 2, maxLength: 3 });
  return fc.oneof(
    { weight: 4, arbitrary: leaf },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), terms }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('not' as const), term: inner }) },
  );
}

/** Any filter over users, of up to 27 comparisons. */
export const userFilter: fc.Arbitrary<Filter> = joined(
  fc.oneof({ weight: 4, arbitrary: row }, { weight: 1, arbitrary: bracketed }),
  3,
);

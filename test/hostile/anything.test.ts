// Whatever a client with a key sends, the Worker answers: never a 5xx, never a half-done change, never a wrong counter.
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { switchAdminSyncOn } from '../support/admins.ts';
import { dump, ENTRA, freshPortal, HOST, type Portal } from '../support/portal.ts';
import { CORE, ENTERPRISE, expectCountersTrue, make, PORTAL_URN, patchOf, userPath } from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
  await switchAdminSyncOn();
  await make(portal);
});

const names = fc.constantFrom(
  'userName',
  'USERNAME',
  'active',
  'name',
  'name.givenName',
  'emails',
  'emails[type eq "work"]',
  'emails[type eq "work"].value',
  'emails[primary eq true].value',
  'emails.value',
  'addresses',
  'x509Certificates',
  'externalId',
  'id',
  'meta',
  'meta.version',
  'groups',
  'schemas',
  'password',
  'members',
  'manager',
  CORE,
  ENTERPRISE,
  PORTAL_URN,
  `${ENTERPRISE}:manager`,
  `${ENTERPRISE}:manager.value`,
  `${PORTAL_URN}:isAdmin`,
  '__proto__',
  'constructor',
  '',
  '.',
  '[',
  'a[b',
);
const people = fc.constantFrom(
  'jane.example@acme.example',
  'kim@acme.example',
  'JANE.EXAMPLE@acme.example',
  '.',
  'a/b',
  '%',
  'ß',
);
const scalars = fc.oneof(
  people,
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('true', 'False', '', ' ', '\ud800', '\u0000', 'work'),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true }),
);
const values = fc.oneof(
  { weight: 3, arbitrary: scalars },
  fc.dictionary(names, scalars, { maxKeys: 4 }),
  fc.array(fc.oneof(scalars, fc.dictionary(fc.constantFrom('value', 'type', 'primary', 'x', '$ref'), scalars)), {
    maxLength: 4,
  }),
  fc.jsonValue({ maxDepth: 3 }),
);
const resources = fc
  .tuple(people, fc.dictionary(names, values, { maxKeys: 5 }))
  .map(([userName, more]) => ({ userName, ...more }));
const patches = fc
  .array(
    fc.record(
      { op: fc.constantFrom('add', 'Replace', 'REMOVE', 'move', ''), path: names, value: values },
      { requiredKeys: ['op'] },
    ),
    { maxLength: 4 },
  )
  .map((operations) => patchOf(...operations));
const operators = fc.constantFrom('eq', 'sw', 'co', 'ne', 'pr', 'gt', 'zz');
const filters = fc.oneof(
  fc.tuple(names, operators, scalars).map(([name, operator, value]) => `${name} ${operator} ${JSON.stringify(value)}`),
  fc.tuple(names, names).map(([a, b]) => `(${a} pr or not (${b} eq "x")) and active eq true`),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const queries = fc
  .dictionary(
    fc.constantFrom('filter', 'startIndex', 'count', 'attributes', 'excludedAttributes', 'sortBy', 'cursor', 'x'),
    fc.oneof(filters, fc.integer().map(String), names, fc.string({ unit: 'binary', maxLength: 20 })),
    { maxKeys: 3 },
  )
  .map((query) => `?${new URLSearchParams(Object.entries(query).map(([k, v]) => [k, v.toWellFormed()]))}`);
const paths = fc.oneof(
  people.map(userPath),
  fc.constantFrom(
    '/Users',
    '/Users/',
    '/Groups',
    '/Schemas',
    '/ResourceTypes/User',
    '/ServiceProviderConfig',
    '/Me',
    '/',
    '/Users/%E0',
  ),
  fc.webPath(),
);
const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      'application/json',
      'application/scim+json',
      'text/plain',
      ';',
      'application/json; charset=latin1',
    ),
    'if-match': fc.constantFrom('*', 'W/"1"', '"', ''),
    'if-none-match': fc.constantFrom('*', 'W/"1"'),
    accept: fc.constantFrom('text/html', '*/*', ''),
    'user-agent': fc.constantFrom('', 'SCIM'),
    'x-forwarded-host': fc.constantFrom('other.example'),
    'x-http-method-override': fc.constantFrom('DELETE', 'GET'),
    range: fc.constantFrom('bytes=0-1'),
  },
  { requiredKeys: [] },
);
const urls = fc.constantFrom('', ENTRA, `${HOST}/scim/v2/`, HOST);
const bodies = fc.oneof(resources, patches, values, fc.constant(undefined));
const requests = fc.oneof(
  fc.record({
    method: fc.constant('POST'),
    base: urls,
    path: fc.constant('/Users'),
    query: queries,
    headers,
    body: resources,
  }),
  fc.record({
    method: fc.constant('PUT'),
    base: urls,
    path: people.map(userPath),
    query: queries,
    headers,
    body: resources,
  }),
  fc.record({
    method: fc.constant('PATCH'),
    base: urls,
    path: people.map(userPath),
    query: queries,
    headers,
    body: patches,
  }),
  fc.record({
    method: fc.constant('GET'),
    base: urls,
    path: paths,
    query: queries,
    headers,
    body: fc.constant(undefined),
  }),
  fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
    base: urls,
    path: paths,
    query: queries,
    headers,
    body: bodies,
  }),
);

it('300 random requests are all answered, and a refused one changes nothing', { timeout: 60_000 }, async () => {
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(requests, async ({ method, base, path, query, headers: sent, body }) => {
      const before = await dump();
      const payload = method === 'GET' || method === 'HEAD' ? undefined : body;
      const reply = await portal.send(method, `${base}${path}${query}`, payload, { headers: sent });
      seen.add(reply.status);
      expect([500, 502, 503, 504]).not.toContain(reply.status);
      if (reply.status >= 400) expect(await dump()).toEqual(before);
      await expectCountersTrue();
    }),
    { numRuns: 300 },
  );
  expect([...seen]).toEqual(expect.arrayContaining([200, 400, 404]));
});

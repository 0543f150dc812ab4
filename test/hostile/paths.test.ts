// No spelling of a path gets past the key, and none of them breaks the Worker for one who has it.
import { beforeEach, describe, expect, it } from 'vitest';
import { ROUTES } from '../../src/http/scim/routes.ts';
import { dump, ENTRA, freshPortal, HOST, type Portal, STANDARD, sendTo } from '../support/portal.ts';
import { expectScimError, JANE, make } from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
  await make(portal);
});

const keyless = (method: string, url: string) => sendTo(portal.env, portal.sources, method, url);
const fill = (pattern: string) => pattern.replace(':id', encodeURIComponent(JANE));

describe.each([STANDARD, ENTRA])('below %s', (base) => {
  it.each(ROUTES.map(({ method, pattern }) => [method, pattern] as const))(
    '%s %s is 401 without a key, as a SCIM error with its challenges',
    async (method, pattern) => {
      const before = await dump();
      for (const path of [fill(pattern), `${fill(pattern)}/`]) {
        const reply = await keyless(method, base + path);
        expect(reply.status).toBe(401);
        expectScimError(reply, { status: 401, detail: /No Authorization header was received/ });
        expect(reply.headers.get('www-authenticate')).toMatch(
          /^Basic realm="[^"]+", charset="UTF-8", Bearer realm="[^"]+"$/,
        );
        expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
      }
      expect(await dump()).toEqual(before);
    },
  );

  it.each(['HEAD', 'OPTIONS', 'PROPFIND'])('%s is 401 without a key and 405 with one', async (method) => {
    expect((await keyless(method, `${base}/Users`)).status).toBe(401);
    const { status, headers } = await portal.send(method, `${base}/Users`);
    expect([status, headers.get('allow')]).toEqual([405, 'GET, POST']);
  });
});

/** Each means `/scim/v2/Users`, or looks as if it might. */
const SPELLINGS = [
  '/scim/v2/Users',
  '/scim/v2/Users/',
  '/scim/v2//Users',
  '//scim/v2/Users',
  '///scim///v2///Users///',
  '/SCIM/v2/Users',
  '/Scim/V2/users',
  '/scim/v2/USERS',
  '/%73cim/v2/Users',
  '/%53CIM/v2/Users',
  '/%2573cim/v2/Users',
  '/scim%2fv2%2fUsers',
  '/scim%2Fv2/Users',
  '/%2fscim/v2/Users',
  '/scim%5cv2%5cUsers',
  '/scim/v2/%55sers',
  '/scim/v2/Users%00',
  '/scim/v2/Users%20',
  '/scim/v2/Users%0d%0a',
  '/scim/v2/Users.json',
  '/scim/v2/Users;x=1',
  '/scim;x/v2/Users',
  '/scim/v2;/Users',
  '/scim/v2/./Users',
  '/scim/v2/%2e/Users',
  '/./scim/v2/Users',
  '/x/../scim/v2/Users',
  '/x/%2e%2e/scim/v2/Users',
  '/scim/v2/x/%2e%2e/Users',
  '/scim/v2/entra/../Users',
  '/scim/v2/Users/x/../',
  '/scim\\v2\\Users',
  '\\scim/v2/Users',
  '/scim/v2/entra//Users',
  '/scim/v2/ENTRA/Users',
  '/scim/v2/entra/entra/Users',
  '/scim/v2/entra?aadOptscim062020/Users',
  '/scim/v2/entra/?aadOptscim062020/Users?startIndex=1',
  '/scim/v2/entra/Users?aadOptscim062020',
  '/scim/v2?/Users',
  '/scim/v2/Users?',
  '/scim/v2/Users?#',
  '/scim/v2/Users#fragment',
  '/scim/v2/Users/%E0%A4%A',
  '/scim/v2/Users/%',
  '/scim/v2/Users/%ff',
  '/scim/v2/Users/%ud800',
  '/scim/v2/Users/a/b/c',
  '/scim/v2/.search',
  '/scim/v2/Bulk',
  '/scim/v2/Users/constructor',
  '/scim/v2/__proto__',
  '/scim/v1/Users',
  '/scim',
  '/scim/',
  '/scim/v2',
  '/scim/v2/',
  '/scim/v22/Users',
  '/scim/v2Users',
  '/%25%37%33cim/v2/Users',
];

describe('spelled in other ways', () => {
  it.each(SPELLINGS)(
    '%s tells nothing and changes nothing without a key, and never breaks with one',
    async (spelling) => {
      const before = await dump();
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        const { status, body } = await keyless(method, HOST + spelling);
        expect([401, 404], method).toContain(status);
        expect(JSON.stringify(body)).not.toContain('jane');
      }
      expect(await dump()).toEqual(before);
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        const { status } = await portal.send(method, HOST + spelling, method === 'GET' ? undefined : { userName: 'x' });
        expect(status, method).toBeLessThan(500);
      }
    },
  );
});

it.each([
  ['/scim/v2/entra/', 'Users'],
  ['/scim/v2/entra?aadOptscim062020', '/Users?startIndex=1&count=1'],
  ['/scim/v2/entra/?aadOptscim062020', '/Users'],
  ['/scim/v2/entra?AADOPTSCIM062020', '/Users?filter=userName%20eq%20%22jane.example%40acme.example%22'],
  ['/scim/v2/entra', '/Users?aadOptscim062020'],
  ['/scim/v2/', '/Users'],
])('the base URL %s works when %s is glued to it', async (base, path) => {
  const { status, body } = await portal.send('GET', HOST + base + path);
  expect(status).toBe(200);
  expect(body).toMatchObject({ totalResults: 1, Resources: [{ id: JANE }] });
});

it.each([
  '/SCIM/v2/Users',
  '//scim/v2/Users',
  '/%73cim/v2/Users',
  '/%2573cim/v2/Users',
  '/%2fscim/v2/Users',
  '/scim%2fv2%2fUsers',
  '/scim;x/v2/Users',
  '/scim/v1/Users',
])('%s looks like SCIM, so it asks for the key before it says that there is nothing', async (path) => {
  expect((await keyless('GET', HOST + path)).status).toBe(401);
});

it.each(['/scimitar', '/scim-old/v2/Users', '/scim_v2/Users', '/robots.txt', '/users', '/v2/Users'])(
  '%s is not ours, so it is 404 with and without a key',
  async (path) => {
    expect((await keyless('GET', HOST + path)).status).toBe(404);
    expect((await portal.send('GET', HOST + path)).status).toBe(404);
  },
);

it('an id in dots or with a slash cannot reach another route', async () => {
  for (const id of ['..', '.', '%2e%2e', '../Users', '..%2fUsers', '%2e%2e%2f%2e%2e', `..%2f..%2fUsers%2f${JANE}`]) {
    const { status } = await portal.send('DELETE', `/Users/${id}`);
    expect([404, 405], id).toContain(status);
  }
  expect((await portal.send('GET', `/Users/${JANE}`)).status).toBe(200);
});

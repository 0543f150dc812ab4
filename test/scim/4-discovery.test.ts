// Discovery, RFC 7644 section 4: what it promises is what the other answers carry.
import { beforeEach, describe, expect, it } from 'vitest';
import { isAdmin, switchAdminSyncOn } from '../support/admins.ts';
import { GROUP } from '../support/groups.ts';
import { ENTRA, freshPortal, type Portal, STANDARD } from '../support/portal.ts';
import {
  CORE,
  ENTERPRISE,
  expectRefused,
  expectStatus,
  filtered,
  JANE_PATH,
  jane,
  make,
  PORTAL_URN,
  patchOf,
} from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

interface Declared {
  readonly name: string;
  readonly multiValued: boolean;
  readonly returned: string;
  readonly subAttributes?: readonly Declared[];
}

const get = async (path: string) => (await expectStatus(200, portal.send('GET', path))).body;

it('the configuration is true: what it says is supported works, and nothing else is claimed', async () => {
  const config = await get('/ServiceProviderConfig');
  expect(config).toMatchObject({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: 100, maxPayloadSize: 1024 * 1024 },
    filter: { supported: true, maxResults: 200 },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: 100,
      maxPageSize: 200,
      cursorTimeout: 3600,
    },
    meta: { resourceType: 'ServiceProviderConfig', location: `${STANDARD}/ServiceProviderConfig` },
  });
  expect(config.authenticationSchemes.map(({ type }: { type: string }) => type)).toEqual([
    'httpbasic',
    'oauthbearertoken',
    'oauth2',
  ]);
});

describe('resource types', () => {
  it('list the user with its extensions and the group, on each URL under its own location', async () => {
    for (const base of [STANDARD, ENTRA]) {
      const { totalResults, Resources } = await get(`${base}/ResourceTypes`);
      expect(totalResults).toBe(2);
      expect(Resources).toEqual([
        expect.objectContaining({
          id: 'User',
          endpoint: '/Users',
          schema: CORE,
          schemaExtensions: [{ schema: ENTERPRISE, required: false }],
          meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/User` },
        }),
        expect.objectContaining({
          id: 'Group',
          endpoint: '/Groups',
          schema: GROUP,
          schemaExtensions: [],
          meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/Group` },
        }),
      ]);
      for (const type of Resources) expect(await get(type.meta.location)).toEqual(type);
    }
  });

  it('list the portal extension only while its feature is on', async () => {
    await switchAdminSyncOn();
    const { Resources } = await get('/ResourceTypes');
    expect(Resources[0].schemaExtensions).toEqual([
      { schema: ENTERPRISE, required: false },
      { schema: PORTAL_URN, required: false },
    ]);
  });
});

describe('schemas', () => {
  it('are listed, and each is found by its id in any case and at its location', async () => {
    await switchAdminSyncOn();
    const { totalResults, itemsPerPage, Resources } = await get('/Schemas');
    expect([totalResults, itemsPerPage]).toEqual([4, 4]);
    expect(Resources.map(({ id }: { id: string }) => id)).toEqual([CORE, ENTERPRISE, PORTAL_URN, GROUP]);
    for (const schema of Resources) {
      expect(await get(`/Schemas/${schema.id}`)).toEqual(schema);
      expect(await get(`/Schemas/${schema.id.toUpperCase()}`)).toEqual(schema);
      expect(await get(`/Schemas/${encodeURIComponent(schema.id)}`)).toEqual(schema);
      expect(await get(schema.meta.location)).toEqual(schema);
    }
  });

  it('declare every characteristic of every attribute', async () => {
    const { Resources } = await get('/Schemas');
    const check = (attribute: Declared) => {
      expect(attribute).toMatchObject({
        name: expect.any(String),
        type: expect.stringMatching(/^(string|boolean|decimal|integer|dateTime|reference|binary|complex)$/),
        description: expect.stringMatching(/\.$/),
        multiValued: expect.any(Boolean),
        required: expect.any(Boolean),
        caseExact: expect.any(Boolean),
        mutability: expect.stringMatching(/^(readOnly|readWrite|immutable|writeOnly)$/),
        returned: expect.stringMatching(/^(always|never|default|request)$/),
        uniqueness: expect.stringMatching(/^(none|server|global)$/),
      });
      attribute.subAttributes?.forEach(check);
    };
    for (const { attributes } of Resources) attributes.forEach(check);
  });

  it('say that the userName is immutable and that the password is never returned', async () => {
    const { attributes } = await get(`/Schemas/${CORE}`);
    const named = (name: string) => attributes.find((attribute: Declared) => attribute.name === name);
    expect(named('userName')).toMatchObject({
      mutability: 'immutable',
      required: true,
      uniqueness: 'server',
      caseExact: false,
    });
    expect(named('password')).toMatchObject({ mutability: 'writeOnly', returned: 'never' });
    expect(named('userLastLoggedInTimeStamp')).toMatchObject({ mutability: 'readOnly', type: 'string' });
    expect(named('groups')).toMatchObject({ mutability: 'readOnly', returned: 'request' });
  });

  it('say that only users can be members of a group', async () => {
    const { attributes } = await get(`/Schemas/${GROUP}`);
    const members = attributes.find((attribute: Declared) => attribute.name === 'members');
    const part = (name: string) => members.subAttributes.find((sub: Declared) => sub.name === name);
    expect(part('type')).toMatchObject({ canonicalValues: ['User'], mutability: 'immutable' });
    expect(part('$ref')).toMatchObject({ referenceTypes: ['User'], mutability: 'immutable' });
    expect(part('display')).toMatchObject({ mutability: 'readOnly' });
  });

  it.each(['nothing', `${CORE}:userName`, 'Schema', '..%2f', '%'])('have nothing under %j', async (id) => {
    await expectRefused(portal, ['GET', `/Schemas/${id}`], { status: 404 });
  });
});

it.each(['/ServiceProviderConfig', '/ResourceTypes', '/ResourceTypes/User', '/Schemas', `/Schemas/${CORE}`])(
  '%s is refused with a filter, and answers GET only',
  async (path) => {
    await expectRefused(portal, ['GET', `${path}?filter=id%20pr`], { status: 403, detail: /cannot be filtered/ });
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) {
      const { status, headers } = await portal.send(method, path);
      expect([method, status, headers.get('allow')]).toEqual([method, 405, 'GET']);
    }
  },
);

it.each(['/Me', '/Me/', '/Me/groups', '/Me/a/b'])(
  '%s is not there for keys with any verb, and says so',
  async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      await expectRefused(portal, [method, path], { status: 501, detail: /no \/Me/ });
    }
  },
);

describe('every attribute of an answer is declared', () => {
  /** Attributes of every resource, which no schema declares (RFC 7643 section 3.1). */
  const COMMON = ['schemas', 'id', 'externalId', 'meta'];

  function expectDeclared(value: unknown, attributes: readonly Declared[], at: string): void {
    for (const [name, inner] of Object.entries(value as object)) {
      const attribute = attributes.find((known) => known.name === name);
      expect(attribute, `${at}.${name}`).toBeDefined();
      expect(Array.isArray(inner), `${at}.${name}`).toBe(attribute?.multiValued);
      for (const one of [inner].flat()) {
        if (attribute?.subAttributes) expectDeclared(one, attribute.subAttributes, `${at}.${name}`);
      }
    }
  }

  it('of a full user, of a list, and of an inactive user', async () => {
    await switchAdminSyncOn();
    const schemas = new Map<string, readonly Declared[]>(
      (await get('/Schemas')).Resources.map(({ id, attributes }: { id: string; attributes: Declared[] }) => [
        id,
        attributes,
      ]),
    );
    const list = [{ value: 'https://acme.example/1', type: 'work', primary: true, display: '1' }];
    const complex = { emails: list, phoneNumbers: list, ims: list, photos: list, entitlements: list, roles: list };
    const created = await make(portal, {
      ...jane({
        externalId: 'x',
        name: { formatted: 'J', honorificPrefix: 'Dr.', middleName: 'M', honorificSuffix: 'III' },
      }),
      ...complex,
      x509Certificates: [{ value: 'MIIB' }],
      addresses: [{ formatted: 'a', streetAddress: 'b', locality: 'c', region: 'd', postalCode: 'e', country: 'f' }],
      displayName: 'J',
      title: 'Clerk',
      [ENTERPRISE]: { employeeNumber: '7', manager: { value: 'boss', $ref: '../Users/boss' } },
      ...isAdmin(true),
    });
    const listed = (await get(filtered('active eq true'))).Resources[0];
    const { body: inactive } = await portal.send(
      'PATCH',
      JANE_PATH,
      patchOf({ op: 'replace', path: 'active', value: false }),
    );
    for (const resource of [created, listed, inactive]) {
      for (const name of COMMON.slice(0, 2)) expect(resource).toHaveProperty(name);
      const core = Object.entries(resource).filter(([name]) => !COMMON.includes(name) && !schemas.has(name));
      expectDeclared(Object.fromEntries(core), schemas.get(CORE) ?? [], 'User');
      for (const urn of resource.schemas.slice(1)) expectDeclared(resource[urn], schemas.get(urn) ?? [], urn);
      expect(Object.keys(resource).filter((name) => schemas.has(name))).toEqual(resource.schemas.slice(1));
    }
    expect(Object.keys(created)).toEqual(
      expect.arrayContaining([...Object.keys(complex), 'addresses', ENTERPRISE, PORTAL_URN]),
    );
  });
});

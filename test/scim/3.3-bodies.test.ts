// POST /Users as identity providers really send it, word for word; RFC 7644 section 3.3 and the vendors' pages.
import { beforeEach, describe, expect, it } from 'vitest';
import { ENTRA, freshPortal, type Portal } from '../support/portal.ts';
import { CORE, ENTERPRISE, expectStatus, JANE, jane, make, rowOf, rows } from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const OKTA = {
  schemas: [CORE],
  userName: JANE,
  name: { givenName: 'Jane', familyName: 'Example' },
  emails: [{ primary: true, value: JANE, type: 'work' }],
  displayName: 'Jane Example',
  locale: 'en-US',
  externalId: '00ujl29u0le5T6Aj10h7',
  groups: [],
  password: '1mz050nq',
  active: true,
};

const ENTRA_BODY = {
  schemas: [CORE, ENTERPRISE],
  externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
  userName: JANE,
  active: true,
  displayName: 'Jane Example',
  emails: [{ primary: true, type: 'work', value: JANE }],
  meta: { resourceType: 'User' },
  name: { formatted: 'Jane Example', familyName: 'Example', givenName: 'Jane' },
  roles: [],
  [ENTERPRISE]: { employeeNumber: '7', department: 'Sales', manager: 'boss@acme.example' },
};

const PING = {
  schemas: ['urn:scim:schemas:core:1.0', 'urn:pingidentity:custom:1.0'],
  id: '',
  externalId: '',
  userName: JANE,
  active: 'true',
  name: { formatted: '', familyName: 'Example', givenName: 'Jane', middleName: '', honorificPrefix: '' },
  title: '',
  emails: [{ type: 'work', value: JANE, primary: 'true' }],
  phoneNumbers: [{ type: 'work', value: '' }],
  addresses: [{ type: 'work', streetAddress: '', locality: '', country: '' }],
  'urn:pingidentity:custom:1.0': { badge: '7' },
};

const ONELOGIN = {
  schemas: 'urn:ietf:params:scim:schemas:core:2.0:User',
  userName: JANE,
  name: { givenName: 'Jane', familyName: 'Example', formatted: 'Jane Example' },
  displayName: '',
  emails: { value: JANE, type: 'work', primary: true },
  [ENTERPRISE]: { department: '', manager: { value: '', displayName: '' } },
};

describe.each([
  ['Okta', '', OKTA],
  ['Entra', ENTRA, ENTRA_BODY],
  ['PingFederate', '', PING],
  ['OneLogin', '', ONELOGIN],
])('the body of %s', (_idp, base, body) => {
  it('makes an active user with its names and address', async () => {
    const created = await expectStatus(201, portal.send('POST', `${base}/Users`, body));
    expect(created.body).toMatchObject({
      id: JANE,
      active: true,
      name: { givenName: 'Jane', familyName: 'Example' },
      emails: [{ value: JANE, type: 'work', primary: true }],
    });
  });
});

it('Okta gets its locale and externalId back, and neither password nor groups', async () => {
  const created = await make(portal, OKTA);
  expect(created).toMatchObject({ externalId: OKTA.externalId, locale: 'en-US', displayName: 'Jane Example' });
  expect(created).not.toHaveProperty('password');
  expect(created).not.toHaveProperty('groups');
});

it('Entra gets its manager back as an object, also where it sent plain text', async () => {
  const created = await make(portal, ENTRA_BODY);
  expect(created[ENTERPRISE]).toEqual({
    employeeNumber: '7',
    department: 'Sales',
    manager: { value: 'boss@acme.example' },
  });
  expect(created).not.toHaveProperty('roles');
});

it('empty strings mean no value, so nothing of them is stored or shown', async () => {
  const created = await make(portal, PING);
  expect(created).not.toHaveProperty('externalId');
  expect(created).not.toHaveProperty('title');
  expect(created).not.toHaveProperty('phoneNumbers');
  expect(created).not.toHaveProperty('addresses');
  expect(created.name).toEqual({ formatted: 'Example Jane', familyName: 'Example', givenName: 'Jane' });
  expect(await rowOf()).toMatchObject({ external_id: null });
  expect(JSON.parse(String((await rowOf())['attributes']))).toEqual({
    emails: [{ value: JANE, type: 'work', primary: true }],
  });
});

it('an extension of empty strings is not shown, nor listed in schemas', async () => {
  const created = await make(portal, ONELOGIN);
  expect(created.schemas).toEqual([CORE]);
  expect(created).not.toHaveProperty(ENTERPRISE);
});

it.each([
  ['the string "True"', 'True', true],
  ['the string "false"', 'false', false],
  ['false', false, false],
  ['null, which says nothing', null, true],
  ['an empty string, which says nothing', '', true],
])('active may be %s', async (_case, active, expected) => {
  expect((await make(portal, jane({ active }))).active).toBe(expected);
});

it('a number for a text attribute is read as its digits', async () => {
  const created = await make(portal, jane({ [ENTERPRISE]: { employeeNumber: 7 } }));
  expect(created[ENTERPRISE].employeeNumber).toBe('7');
});

it('a userName that is a number is read as its digits', async () => {
  expect((await make(portal, jane({ userName: 4711 }))).userName).toBe('4711');
});

it.each([
  ['true for a name', { name: { givenName: true } }, 'name.givenName'],
  ['an object for a title', { title: {} }, 'title'],
  ['a word for active', { active: 'perhaps' }, 'active'],
  ['a number for active', { active: 1 }, 'active'],
  ['a number for e-mails', { emails: true }, 'emails'],
  [
    'two primary addresses',
    {
      emails: [
        { value: 'a', primary: true },
        { value: 'b', primary: true },
      ],
    },
    'emails',
  ],
  ['text for an extension', { [ENTERPRISE]: 'Sales' }, ENTERPRISE],
])('%s is refused with a text that names the attribute and not the value', async (_case, more, name) => {
  const reply = await expectStatus(400, portal.send('POST', '/Users', jane(more)));
  expect(reply.body.scimType).toBe('invalidValue');
  expect(reply.body.detail).toContain(`"${name}"`);
  expect(reply.body.detail).not.toContain('perhaps');
  expect(await rows("SELECT id FROM users WHERE login_type = 'saml'")).toEqual([]);
});

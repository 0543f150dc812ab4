// POST /Users, RFC 7644 section 3.3: what is answered, what is stored, and what is thrown away.
import { beforeEach, describe, expect, it } from 'vitest';
import { ENTRA, freshPortal, type Portal, STANDARD, START_MS } from '../support/portal.ts';
import {
  CORE,
  ENTERPRISE,
  expectCountersTrue,
  expectRefused,
  expectStatus,
  JANE,
  JANE_PATH,
  jane,
  journalOf,
  make,
  one,
  rowOf,
  userPath,
} from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const CREATED = new Date(START_MS).toISOString();

describe('the answer', () => {
  it.each([
    ['the standard URL', STANDARD],
    ['the Entra URL', ENTRA],
  ])('is 201 with location, ETag and the whole user on %s', async (_name, base) => {
    const reply = await expectStatus(201, portal.send('POST', `${base}/Users`, jane({ externalId: '00u1' })));
    const location = `${base}/Users/jane.example%40acme.example`;
    expect(reply.headers.get('location')).toBe(location);
    expect(reply.headers.get('etag')).toBe('W/"1"');
    expect(reply.headers.get('content-type')).toBe('application/scim+json; charset=utf-8');
    expect(reply.body).toEqual({
      schemas: [CORE],
      id: JANE,
      externalId: '00u1',
      userName: JANE,
      name: { formatted: 'Example Jane', familyName: 'Example', givenName: 'Jane' },
      active: true,
      emails: [{ value: JANE, type: 'work', primary: true }],
      meta: { resourceType: 'User', created: CREATED, lastModified: CREATED, location, version: 'W/"1"' },
    });
  });

  it('is the same user that GET gives afterwards', async () => {
    const created = await make(portal, jane({ externalId: '00u1', title: 'Clerk', nickName: 'J' }));
    expect((await portal.send('GET', JANE_PATH)).body).toEqual(created);
  });

  it('keeps the userName as it was sent and makes the id of its lower case', async () => {
    const created = await make(portal, jane({ userName: 'Jane.Example@ACME.example' }));
    expect(created).toMatchObject({ id: JANE, userName: 'Jane.Example@ACME.example' });
  });

  it('shows formatted as it was sent', async () => {
    const name = { givenName: 'Jane', familyName: 'Example', formatted: 'Dr. Jane Example' };
    expect((await make(portal, jane({ name }))).name).toEqual(name);
  });

  it.each([
    ['family name only', { name: { familyName: 'Example' } }, 'Example'],
    ['given name only', { name: { givenName: 'Jane' } }, 'Jane'],
    ['displayName only', { name: undefined, displayName: 'Jane E.' }, 'Jane E.'],
    ['no name at all', { name: undefined }, JANE],
  ])('always has a name to show: %s', async (_case, more, formatted) => {
    expect((await make(portal, jane(more))).name.formatted).toBe(formatted);
  });

  it('shows the addresses that were sent, and none where there is none', async () => {
    const emails = [{ value: 'j@acme.example', type: 'home' }];
    expect((await make(portal, jane({ emails }))).emails).toEqual(emails);
    expect(await make(portal, { userName: 'jane' })).not.toHaveProperty('emails');
  });

  it('may be narrowed by attributes', async () => {
    const reply = await expectStatus(201, portal.send('POST', '/Users?attributes=userName', jane()));
    expect(reply.body).toEqual({ schemas: [CORE], id: JANE, userName: JANE });
  });
});

describe('what is stored', () => {
  it('is an active user that signs in by SAML, with a journal entry of names only', async () => {
    await make(portal, jane({ externalId: '00u1', title: 'Clerk' }));
    expect(await rowOf()).toMatchObject({
      login_type: 'saml',
      role: 'user',
      active: 1,
      given_name: 'Jane',
      family_name: 'Example',
      external_id: '00u1',
      registration: 1,
      version: 1,
      created_at: START_MS,
      attributes: '{"title":"Clerk"}',
    });
    const [entry, ...others] = await journalOf();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ type: 'user.created', actor: portal.keyId, rule: null });
    expect(entry?.attributes).toEqual(expect.arrayContaining(['userName', 'title', 'externalId', 'name.givenName']));
    expect(JSON.stringify(entry)).not.toContain('Clerk');
    await expectCountersTrue();
  });

  it('has enterprise attributes, answered under their URN and listed in schemas', async () => {
    const enterprise = { employeeNumber: '701984', department: 'Sales', manager: { value: 'boss@acme.example' } };
    const created = await make(portal, jane({ [ENTERPRISE]: enterprise }));
    expect(created.schemas).toEqual([CORE, ENTERPRISE]);
    expect(created[ENTERPRISE]).toEqual(enterprise);
    expect((await portal.send('GET', JANE_PATH)).body[ENTERPRISE]).toEqual(enterprise);
  });

  it('has every attribute of the core schema, in any spelling of its name', async () => {
    const core = {
      displayName: 'Jane E.',
      nickName: 'J',
      profileUrl: 'https://acme.example/jane',
      title: 'Clerk',
      userType: 'Employee',
      preferredLanguage: 'en',
      locale: 'en-GB',
      timezone: 'Europe/London',
      phoneNumbers: [{ value: '+44 20 7946 0000', type: 'work' }],
      ims: [{ value: 'jane' }],
      photos: [{ value: 'https://acme.example/jane.png', type: 'photo' }],
      addresses: [{ locality: 'London', country: 'GB', type: 'work' }],
      entitlements: [{ value: 'parking' }],
      roles: [{ value: 'clerk' }],
      x509Certificates: [{ value: 'MIIB' }],
    };
    const shouted = Object.fromEntries(Object.entries(core).map(([name, value]) => [name.toUpperCase(), value]));
    expect(await make(portal, jane(shouted))).toMatchObject(core);
  });

  it('has nothing of what no schema knows', async () => {
    const created = await make(
      portal,
      jane({ shoeSize: 39, 'urn:acme:custom': { x: 1 }, name: { givenName: 'J', x: 1 } }),
    );
    expect(JSON.stringify(created)).not.toMatch(/shoeSize|custom|"x"/);
    expect((await rowOf())['attributes']).toBe('{}');
  });

  it('has neither id, meta nor groups of the body', async () => {
    const created = await make(
      portal,
      jane({ id: 'mine', meta: { created: '2001-01-01T00:00:00Z', version: 'W/"9"' }, groups: [{ value: 'admins' }] }),
    );
    expect(created).toMatchObject({ id: JANE, meta: { created: CREATED, version: 'W/"1"' } });
    expect(created).not.toHaveProperty('groups');
    expect((await rowOf())['attributes']).toBe('{}');
  });

  it('is an inactive user without a profile where active is false', async () => {
    const created = await make(portal, jane({ active: false, externalId: '00u1', title: 'Clerk' }));
    expect(Object.keys(created).sort()).toEqual(['active', 'externalId', 'id', 'meta', 'schemas', 'userName']);
    expect(await rowOf()).toMatchObject({ active: 0, given_name: null, family_name: null, attributes: '{}' });
    expect(await one('SELECT count(*) AS n FROM destructions')).toEqual({ n: 0 });
    await expectCountersTrue();
  });
});

describe('a userName', () => {
  const LONG = 'j'.repeat(513);
  it.each([
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['blank', '  \t '],
    ['an object', { value: JANE }],
    ['a list', [JANE]],
    ['a boolean', true],
    ['a dot', '.'],
    ['two dots', '..'],
    ['a character that compares as a dot', '\u2024'],
    ['a character that compares as two dots', '\u2025'],
    ['longer than 512 characters', LONG],
    ['longer than 512 characters once compared', '\ufdfa'.repeat(30)],
  ])('that is %s is refused as invalidValue', async (_case, userName) => {
    await expectRefused(portal, ['POST', '/Users', jane({ userName })], {
      status: 400,
      scimType: 'invalidValue',
      detail: /userName/,
    });
  });

  it('that is missing says what to map in the identity provider', async () => {
    const reply = await portal.send('POST', '/Users', { name: { givenName: 'Jane' } });
    expect(reply.body.detail).toBe(
      'userName is required and must be a non-empty string: map it in the identity provider.',
    );
  });

  it.each([
    'a+b@acme.example',
    '100%',
    'sales/jane',
    'straße@acme.example',
    '🦊@acme.example',
    'a#b?c',
    'back\\slash',
    '%2e%2e',
    'two words',
    "o'hara@acme.example",
    'semi;colon=1',
    'x'.repeat(512),
  ])('%s is found again at the location that was answered', async (userName) => {
    const created = await expectStatus(201, portal.send('POST', '/Users', { userName }));
    const location = created.headers.get('location') ?? '';
    expect(location).toBe(STANDARD + userPath(userName));
    expect((await expectStatus(200, portal.send('GET', location))).body.userName).toBe(userName);
    await expectStatus(204, portal.send('DELETE', location));
  });
});

import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/scim/json.ts';
import { readResource } from '../../../src/scim/resource.ts';
import { parseStrictJson } from '../../../src/scim/strict-json.ts';
import { accepted, CORE, codeOf, ENTERPRISE, PORTAL, PORTAL_AS_TYPED, refused, USER } from './world.ts';

const read = (body: Json) => accepted(readResource(USER, body));

describe('what identity providers post', () => {
  it("reads Okta's create, without password, groups and schemas", () => {
    const { resource, present } = read({
      schemas: [CORE],
      userName: 'test.user@okta.local',
      name: { givenName: 'Test', familyName: 'User' },
      emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
      displayName: 'Test User',
      locale: 'en-US',
      externalId: '00ujl29u0le5T6Aj10h7',
      groups: [],
      password: '1mz050nq',
      active: true,
    });
    expect(resource).toEqual({
      externalId: '00ujl29u0le5T6Aj10h7',
      userName: 'test.user@okta.local',
      name: { familyName: 'User', givenName: 'Test' },
      displayName: 'Test User',
      locale: 'en-US',
      active: true,
      emails: [{ value: 'test.user@okta.local', type: 'work', primary: true }],
    });
    expect(present).toEqual(
      new Set([
        'userName',
        'name',
        'name.givenName',
        'name.familyName',
        'emails',
        'displayName',
        'locale',
        'externalId',
        'active',
      ]),
    );
  });

  it("reads Entra's create, with the enterprise extension and booleans as text", () => {
    const { resource, present } = read({
      schemas: [CORE, ENTERPRISE],
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      userName: 'Test_User_ab6490ee',
      active: 'True',
      addresses: [],
      meta: { resourceType: 'User' },
      roles: [],
      [ENTERPRISE]: { employeeNumber: '7', manager: 'u1' },
    });
    expect(resource).toEqual({
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      userName: 'Test_User_ab6490ee',
      active: true,
      [ENTERPRISE]: { employeeNumber: '7', manager: { value: 'u1' } },
    });
    expect(present).toContain('roles');
    expect(present).toContain(`${ENTERPRISE}:manager`);
    expect(present).not.toContain('meta');
  });

  it("reads a hand-made client's PUT: odd schemas, empty texts for nothing, single values for lists", () => {
    const { resource, present } = read({
      schemas: 'User',
      id: '5',
      username: 'a@x',
      title: '',
      nickName: null,
      name: { givenName: 'A', familyName: '' },
      emails: { value: 'a@x' },
      phoneNumbers: [{ type: 'work', value: '' }],
      favouriteColour: 'blue',
      [ENTERPRISE]: { manager: '', department: '' },
    });
    expect(resource).toEqual({ userName: 'a@x', name: { givenName: 'A' }, emails: [{ value: 'a@x' }] });
    for (const name of ['title', 'nickName', 'name.familyName', 'phoneNumbers', `${ENTERPRISE}:manager`]) {
      expect(present).toContain(name);
    }
    expect(present).not.toContain('favouriteColour');
    expect(present).not.toContain('id');
  });

  it('takes the portal extension under its URN in any case and keeps it as the schema spells it', () => {
    expect(read({ [PORTAL_AS_TYPED]: { ISADMIN: 'true' } })).toEqual({
      resource: { [PORTAL]: { isAdmin: true } },
      present: new Set([PORTAL, `${PORTAL}:isAdmin`]),
    });
  });
});

describe('a name may be written in many ways', () => {
  it.each<[string, Json, string]>([
    ['userName', { userName: 'x' }, 'userName'],
    ['USERNAME', { userName: 'x' }, 'userName'],
    [`${CORE}:userName`, { userName: 'x' }, 'userName'],
    [`${CORE.toUpperCase()}:USERNAME`, { userName: 'x' }, 'userName'],
    ['name.givenName', { name: { givenName: 'x' } }, 'name.givenName'],
    [`${CORE}:name.givenname`, { name: { givenName: 'x' } }, 'name.givenName'],
    [`${ENTERPRISE}:employeeNumber`, { [ENTERPRISE]: { employeeNumber: 'x' } }, `${ENTERPRISE}:employeeNumber`],
    [`${ENTERPRISE}:manager.value`, { [ENTERPRISE]: { manager: { value: 'x' } } }, `${ENTERPRISE}:manager.value`],
  ])('%s', (name, resource, canonical) => {
    expect(read({ [name]: 'x' })).toEqual({ resource, present: new Set([canonical]) });
  });

  it('core attributes may stand under the URN of the core schema', () => {
    expect(read({ [CORE]: { userName: 'x', 'name.givenName': 'K' } }).resource).toEqual({
      userName: 'x',
      name: { givenName: 'K' },
    });
  });

  it('dotted and whole names of one attribute come together', () => {
    const both = {
      'name.givenName': 'K',
      name: { familyName: 'L' },
      [`${ENTERPRISE}:division`]: 'D',
      [ENTERPRISE]: { department: 'E' },
    };
    expect(read(both).resource).toEqual({
      name: { familyName: 'L', givenName: 'K' },
      [ENTERPRISE]: { division: 'D', department: 'E' },
    });
  });
});

describe('what a client may not write, or nobody knows, is dropped', () => {
  it.each<Json>([
    { id: 'x' },
    { meta: { created: 5, x: { y: 1 } } },
    { groups: 'nonsense' },
    { 'meta.created': 'x' },
    { [`${CORE}:id`]: 'x' },
    { password: { not: 'even text' } },
    { schemas: 5 },
    { userLastLoggedInTimeStamp: 'now' },
    { [`${ENTERPRISE}:manager.displayName`]: 'x' },
    { favouriteColour: 'blue' },
    { 'favourite.colour': 'blue' },
    { 'name.unknown': 'x' },
    { 'userName.value': 'x' },
    { 'emails.value': 'x' },
    { 'emails[type eq "work"].value': 'x' },
    { '': 'x' },
    { '.': 'x' },
    { 'urn:unknown:2.0:User': { a: 1 } },
    { 'urn:unknown:2.0:User:a': 1 },
    { [`${CORE}:`]: { '': { '': {} } } },
    { [ENTERPRISE]: { unknown: 1, '': { a: 1 } } },
    { constructor: 'x', toString: 'x', 'constructor.prototype': 'x' },
  ])('%j', (body) => {
    const { resource, present } = read(body);
    expect(resource).toEqual({});
    expect([...present].filter((name) => name !== ENTERPRISE && name !== CORE)).toEqual([]);
  });

  it('names that would reach a prototype are only unknown names', () => {
    const hostile =
      '{"__proto__":{"isAdmin":true},"name":{"__proto__":{"givenName":"x"}},"name.__proto__":"x","__proto__.polluted":"x"}';
    const { resource } = read(accepted(parseStrictJson(hostile)));
    expect(resource).toEqual({});
    expect(Object.getPrototypeOf(resource)).toBe(Object.prototype);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('what cannot be read is refused', () => {
  it.each<Json>(['text', 5, true, null, [], [{ userName: 'x' }]])('a body that is %j', (body) => {
    expect(codeOf(readResource(USER, body))).toBe('invalid_syntax');
  });

  it.each<[Json, string]>([
    [{ active: 'yes' }, '"active"'],
    [{ name: { givenName: [] } }, '"name.givenName"'],
    [{ 'name.givenName': {} }, '"name.givenName"'],
    [{ [ENTERPRISE]: 'x' }, ENTERPRISE],
    [{ [ENTERPRISE]: [] }, ENTERPRISE],
    [{ [ENTERPRISE]: { manager: [] } }, '"manager"'],
    [{ [PORTAL]: { isAdmin: 'yes' } }, '"isAdmin"'],
  ])('%j', (body, named) => {
    const failure = refused(readResource(USER, body));
    expect(failure.code).toBe('invalid_value');
    expect(failure.detail).toContain(named);
  });
});

it('an extension that is null is named, and holds nothing', () => {
  expect(read({ [ENTERPRISE]: null })).toEqual({ resource: {}, present: new Set([ENTERPRISE]) });
});

it('the body is not changed and shares nothing with the resource', () => {
  const body = { name: { givenName: 'K' }, emails: [{ value: 'a' }], [ENTERPRISE]: { manager: { value: 'u' } } };
  const before = structuredClone(body);
  const { resource } = read(body);
  (resource['name'] as Record<string, Json>)['givenName'] = 'changed';
  expect(body).toEqual(before);
});

import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/scim/json.ts';
import { project, readProjection } from '../../../src/scim/projection.ts';
import { accepted, CORE, codeOf, ENTERPRISE, PORTAL, PORTAL_AS_TYPED, USER } from './world.ts';

const SHOWN = {
  schemas: [CORE, ENTERPRISE, PORTAL],
  id: 'a@x',
  externalId: 'e1',
  meta: { resourceType: 'User', version: 'W/"1"' },
  userName: 'a@x',
  name: { givenName: 'A', familyName: 'X' },
  active: true,
  emails: [{ value: 'a@x', type: 'work', primary: true }, { value: 'b@x' }],
  [ENTERPRISE]: { department: 'D', manager: { value: 'u1', displayName: 'Boss' } },
  [PORTAL]: { isAdmin: false },
};

const RESOURCE: JsonObject = {
  ...SHOWN,
  password: 'hunter2',
  groups: [{ value: 'g1', display: 'All' }],
  unknownToTheTable: 'x',
};

const asked = (attributes?: string, excludedAttributes?: string) =>
  project(RESOURCE, accepted(readProjection(USER, { attributes, excludedAttributes })), USER);

const ALWAYS = { schemas: SHOWN.schemas, id: 'a@x' };

describe('without a wish, everything returned by default is shown', () => {
  it('leaves out password, groups (only on request) and what no schema knows', () => {
    expect(asked()).toEqual(SHOWN);
  });

  it.each(['', '  '])('an empty wish (%j) is none', (empty) => {
    expect(asked(empty, empty)).toEqual(SHOWN);
    expect(asked(empty)).toEqual(SHOWN);
    expect(asked(undefined, empty)).toEqual(SHOWN);
  });
});

describe('attributes shows what it names, and id and schemas', () => {
  it.each<[string, JsonObject]>([
    ['userName', { userName: 'a@x' }],
    ['USERNAME', { userName: 'a@x' }],
    [' userName , active ', { userName: 'a@x', active: true }],
    [`${CORE}:userName`, { userName: 'a@x' }],
    ['name', { name: SHOWN.name }],
    ['name.givenName', { name: { givenName: 'A' } }],
    ['name.givenName,name', { name: SHOWN.name }],
    [`${CORE}:name.familyName`, { name: { familyName: 'X' } }],
    ['emails.type', { emails: [{ type: 'work' }] }],
    ['emails.value', { emails: [{ value: 'a@x' }, { value: 'b@x' }] }],
    ['emails.display', {}],
    ['meta', { meta: SHOWN.meta }],
    ['meta.version', { meta: { version: 'W/"1"' } }],
    ['externalId', { externalId: 'e1' }],
    ['groups', { groups: [{ value: 'g1', display: 'All' }] }],
    ['groups.value', { groups: [{ value: 'g1' }] }],
    ['password', {}],
    ['id', {}],
    ['schemas', {}],
    [ENTERPRISE, { [ENTERPRISE]: SHOWN[ENTERPRISE] ?? null }],
    [ENTERPRISE.toUpperCase(), { [ENTERPRISE]: SHOWN[ENTERPRISE] ?? null }],
    [`${ENTERPRISE}:department`, { [ENTERPRISE]: { department: 'D' } }],
    [`${ENTERPRISE}:manager.value`, { [ENTERPRISE]: { manager: { value: 'u1' } } }],
    [`${PORTAL_AS_TYPED}:isAdmin`, { [PORTAL]: { isAdmin: false } }],
    ['department', {}],
    ['unknown', {}],
    ['unknownToTheTable', {}],
    ['emails[type eq "work"]', {}],
    ['__proto__,constructor,', {}],
    [',', {}],
  ])('%s', (attributes, shown) => {
    expect(asked(attributes)).toEqual({ ...ALWAYS, ...shown });
  });

  it('the URN of the core schema asks for its attributes, not for meta and externalId', () => {
    const { userName, name, active, emails } = SHOWN;
    expect(asked(CORE)).toEqual({ ...ALWAYS, userName, name, active, emails, groups: RESOURCE['groups'] });
  });
});

describe('excludedAttributes leaves out what it names, but never id and schemas', () => {
  const without = (...names: string[]) =>
    Object.fromEntries(Object.entries(SHOWN).filter(([name]) => !names.includes(name)));

  it.each<[string, JsonObject]>([
    ['emails', without('emails')],
    ['EMAILS, name', without('emails', 'name')],
    ['id,schemas', SHOWN],
    ['unknown', SHOWN],
    ['meta', without('meta')],
    ['meta.version', { ...SHOWN, meta: { resourceType: 'User' } }],
    ['name.givenName', { ...SHOWN, name: { familyName: 'X' } }],
    ['name.givenName,name.familyName', without('name')],
    ['emails.value', { ...SHOWN, emails: [{ type: 'work', primary: true }] }],
    ['groups', SHOWN],
    [ENTERPRISE, without(ENTERPRISE)],
    [`${ENTERPRISE}:manager`, { ...SHOWN, [ENTERPRISE]: { department: 'D' } }],
    [`${ENTERPRISE}:manager.displayName`, { ...SHOWN, [ENTERPRISE]: { department: 'D', manager: { value: 'u1' } } }],
    [`${PORTAL}:isAdmin`, without(PORTAL)],
    [CORE, without('userName', 'name', 'active', 'emails')],
  ])('%s', (excluded, shown) => {
    expect(asked(undefined, excluded)).toEqual(shown);
  });
});

it('asking for both at once is refused', () => {
  expect(codeOf(readProjection(USER, { attributes: 'userName', excludedAttributes: 'emails' }))).toBe('invalid_value');
});

it('an empty list stays an empty list where it is shown', () => {
  const projection = accepted(readProjection(USER, { attributes: 'groups' }));
  expect(project({ id: 'x', groups: [] }, projection, USER)).toEqual({ id: 'x', groups: [] });
});

it('the resource is not changed', () => {
  const before = structuredClone(RESOURCE);
  asked('name.givenName');
  expect(RESOURCE).toEqual(before);
});

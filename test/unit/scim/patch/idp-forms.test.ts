// The bodies identity providers really send, as recorded in their documentation. One test a form.
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../../src/scim/patch/apply.ts';
import { readPatch } from '../../../../src/scim/patch/operations.ts';
import { parseStrictJson } from '../../../../src/scim/strict-json.ts';
import { accepted, CORE, ENTERPRISE, PORTAL, USER } from '../world.ts';
import { patch, patched } from './patching.ts';

const ALICE = {
  externalId: 'e1',
  userName: 'alice@x',
  name: { familyName: 'Ash', givenName: 'Alice' },
  active: true,
  emails: [
    { value: 'alice@x', type: 'work', primary: true },
    { value: 'alice@home', type: 'home' },
  ],
  [ENTERPRISE]: { department: 'D', manager: { value: 'u0', $ref: '/Users/u0' } },
};

describe('Entra', () => {
  it.each(['False', 'false', 'FALSE', false])('disables with a capitalised op and the boolean %j', (value) => {
    expect(patched(ALICE, { op: 'Replace', path: 'active', value })).toEqual({ ...ALICE, active: false });
  });

  it.each(['True', true])('enables with %j', (value) => {
    expect(patched({ ...ALICE, active: false }, { op: 'Add', path: 'active', value })).toEqual(ALICE);
  });

  it('sends an object without path, with dotted and URN keys (aadOptscim062020)', () => {
    const body = `{
      "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      "Operations": [{
        "op": "replace",
        "value": {
          "displayName": "Bjfe",
          "name.givenName": "Kjlf",
          "name.familyName": "Zieg",
          "active": "False",
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber": "7",
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value": "u9"
        }
      }]
    }`;
    const operations = accepted(readPatch(accepted(parseStrictJson(body))));
    const { resource, named } = accepted(applyPatch(USER, ALICE, operations));
    expect(resource).toEqual({
      ...ALICE,
      displayName: 'Bjfe',
      name: { familyName: 'Zieg', givenName: 'Kjlf' },
      active: false,
      [ENTERPRISE]: { employeeNumber: '7', department: 'D', manager: { value: 'u9', $ref: '/Users/u0' } },
    });
    expect([...named].sort()).toEqual([
      'active',
      'displayName',
      'name.familyName',
      'name.givenName',
      `${ENTERPRISE}:employeeNumber`,
      `${ENTERPRISE}:manager.value`,
    ]);
  });

  it.each(['Add', 'Replace'])('%ss through a filter on a value that does not exist, which makes it', (op) => {
    const after = patched(
      { userName: 'a' },
      { op, path: 'emails[type eq "work"].value', value: 'a@x' },
      { op, path: 'addresses[type eq "work"].locality', value: 'Delft' },
      { op, path: 'addresses[type eq "work"].country', value: 'NL' },
      { op, path: 'phoneNumbers[type eq "mobile"].value', value: '1' },
      { op, path: 'roles[primary eq "True"].value', value: 'User' },
    );
    expect(after).toEqual({
      userName: 'a',
      emails: [{ value: 'a@x', type: 'work' }],
      addresses: [{ locality: 'Delft', country: 'NL', type: 'work' }],
      phoneNumbers: [{ value: '1', type: 'mobile' }],
      roles: [{ value: 'User', primary: true }],
    });
  });

  it('makes a value where its flag comes before its content', () => {
    const after = patched(
      {},
      { op: 'Add', path: 'emails[type eq "work"].primary', value: 'True' },
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'a@x' },
    );
    expect(after).toEqual({ emails: [{ value: 'a@x', type: 'work', primary: true }] });
  });

  it('replaces through a filter on a value that exists', () => {
    expect(patched(ALICE, { op: 'Replace', path: 'emails[type eq "work"].value', value: 'new@x' })['emails']).toEqual([
      { value: 'new@x', type: 'work', primary: true },
      { value: 'alice@home', type: 'home' },
    ]);
  });

  it.each([
    'value ne "x"',
    'type eq "a" or type eq "b"',
    'not (type eq "a")',
    'type eq "a" and value co "b"',
    'type pr and type eq "a"',
  ])('cannot make a value from the filter %s, which is no target', (filter) => {
    const result = patch({}, { op: 'Add', path: `emails[${filter}].value`, value: 'x' });
    expect(result).toMatchObject({
      ok: false,
      failure: { code: 'no_target', detail: expect.stringContaining('"emails"') },
    });
  });

  it.each([
    ['Add', 'u1', { value: 'u1' }],
    ['Replace', 'u1', { value: 'u1' }],
    ['Replace', { value: 'u1' }, { value: 'u1', $ref: '/Users/u0' }],
    ['Replace', '', undefined],
    ['Replace', null, undefined],
    ['Remove', undefined, undefined],
  ])('%ss the manager as %j', (op, value, manager) => {
    const after = patched(ALICE, { op, path: `${ENTERPRISE}:manager`, ...(value === undefined ? {} : { value }) });
    expect(after[ENTERPRISE]).toEqual({ department: 'D', ...(manager && { manager }) });
  });

  it('sends several operations, which are all or nothing', () => {
    const before = structuredClone(ALICE);
    const result = patch(
      ALICE,
      { op: 'Replace', path: 'name.givenName', value: 'Bea' },
      { op: 'Remove', path: 'emails[type eq "work"]' },
      { op: 'Replace', path: 'active', value: 'maybe' },
    );
    expect(result).toMatchObject({ ok: false, failure: { code: 'invalid_value' } });
    expect(ALICE).toEqual(before);
  });
});

describe('Okta', () => {
  it('deactivates with an object without path', () => {
    expect(patched(ALICE, { op: 'replace', value: { active: false } })).toEqual({ ...ALICE, active: false });
  });

  it('sends id, groups, meta and password in that object, which change nothing', () => {
    const whole = {
      schemas: [CORE],
      id: 'someone-else',
      groups: [{ value: 'g1' }],
      meta: { created: 'x' },
      password: 'hunter2',
      active: true,
      name: { givenName: 'Alicia' },
    };
    const { resource, named } = accepted(patch(ALICE, { op: 'replace', value: whole }));
    expect(resource).toEqual({ ...ALICE, name: { familyName: 'Ash', givenName: 'Alicia' } });
    expect([...named].sort()).toEqual(['active', 'name', 'name.givenName']);
  });

  it('pushes custom attributes under their URN as an object', () => {
    expect(patched(ALICE, { op: 'replace', value: { [PORTAL]: { isAdmin: 'true' } } })[PORTAL]).toEqual({
      isAdmin: true,
    });
  });
});

describe('others', () => {
  it('send members as a list to remove, by value', () => {
    const roles = [{ value: 'u1' }, { value: 'U2', display: 'Two', type: 'x' }, { value: 'u3' }];
    expect(
      patched({ roles }, { op: 'Remove', path: 'roles', value: [{ value: 'u2' }, { value: 'u1' }, { value: 'no' }] }),
    ).toEqual({
      roles: [{ value: 'u3' }],
    });
    expect(patched({ roles }, { op: 'remove', path: 'roles', value: 'u1' })['roles']).toHaveLength(2);
    expect(patched({ roles }, { op: 'remove', path: 'roles[value eq "u1"]' })['roles']).toHaveLength(2);
    expect(patched({ roles }, { op: 'remove', path: 'roles' })).toEqual({});
    expect(patched({ roles }, { op: 'remove', path: 'roles', value: null })).toEqual({});
    expect(patched({ roles }, { op: 'remove', path: 'roles', value: [] })).toEqual({ roles });
  });

  it('send empty texts for missing values', () => {
    const empty = { name: { givenName: '' }, emails: '', externalId: '', [ENTERPRISE]: { department: '' } };
    expect(patched(ALICE, { op: 'replace', value: empty })).toEqual({
      userName: 'alice@x',
      name: { familyName: 'Ash' },
      active: true,
      [ENTERPRISE]: { manager: { value: 'u0', $ref: '/Users/u0' } },
    });
  });
});

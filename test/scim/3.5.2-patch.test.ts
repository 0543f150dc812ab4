// PATCH /Users/{id}, RFC 7644 section 3.5.2, in the spellings that identity providers use.
import { beforeEach, describe, expect, it } from 'vitest';
import { dump, ENTRA, freshPortal, type Portal, STANDARD } from '../support/portal.ts';
import {
  CORE,
  ENTERPRISE,
  expectRefused,
  expectStatus,
  JANE,
  JANE_PATH,
  journalOf,
  make,
  patchOf,
  rowOf,
} from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const patch = (...operations: object[]) => expectStatus(200, portal.send('PATCH', JANE_PATH, patchOf(...operations)));

describe('names', () => {
  it.each([
    ['Okta, an object without a path', [{ op: 'replace', value: { name: { givenName: 'Jana', familyName: 'Doe' } } }]],
    [
      'Entra, a path each',
      [
        { op: 'Replace', path: 'name.givenName', value: 'Jana' },
        { op: 'Add', path: 'name.familyName', value: 'Doe' },
      ],
    ],
    [
      'Entra, dotted names without a path',
      [{ op: 'replace', value: { 'name.givenName': 'Jana', 'name.familyName': 'Doe' } }],
    ],
    [
      'names behind the URN of the schema',
      [
        { op: 'REPLACE', path: `${CORE}:name.givenName`, value: 'Jana' },
        { op: 'replace', value: { [`${CORE}:name.familyName`]: 'Doe' } },
      ],
    ],
    [
      'a path to the whole name, in another case',
      [{ op: 'add', path: 'NAME', value: { GIVENNAME: 'Jana', familyname: 'Doe' } }],
    ],
  ])('change by %s', async (_case, operations) => {
    await make(portal);
    const { body } = await patch(...operations);
    expect(body.name).toEqual({ formatted: 'Doe Jana', familyName: 'Doe', givenName: 'Jana' });
    expect(await rowOf()).toMatchObject({ given_name: 'Jana', family_name: 'Doe', version: 2 });
    expect((await journalOf()).at(-1)?.attributes.toSorted()).toEqual(['name.familyName', 'name.givenName']);
  });

  it('keep the part that is not named', async () => {
    await make(portal);
    const { body } = await patch({ op: 'replace', value: { name: { givenName: 'Jana' } } });
    expect(body.name).toEqual({ formatted: 'Example Jana', familyName: 'Example', givenName: 'Jana' });
  });

  it.each([
    ['remove', { op: 'remove', path: 'name.givenName' }],
    ['replace by an empty string', { op: 'replace', path: 'name.givenName', value: '' }],
    ['replace by null', { op: 'replace', value: { name: { givenName: null } } }],
  ])('go by %s', async (_case, operation) => {
    await make(portal);
    expect((await patch(operation)).body.name).toEqual({ formatted: 'Example', familyName: 'Example' });
  });
});

describe('other attributes', () => {
  it("Entra's object of dotted and URN names is read whole", async () => {
    await make(portal);
    const { body } = await patch({
      op: 'replace',
      value: {
        'name.givenName': 'Kim',
        title: 'Cook',
        [`${ENTERPRISE}:employeeNumber`]: '7',
        [`${ENTERPRISE}:manager`]: 'boss@acme.example',
        'emails[type eq "work"].value': 'kim@acme.example',
      },
    });
    expect(body).toMatchObject({
      name: { givenName: 'Kim' },
      title: 'Cook',
      emails: [{ type: 'work', value: 'kim@acme.example' }],
      [ENTERPRISE]: { employeeNumber: '7', manager: { value: 'boss@acme.example' } },
    });
  });

  it('a filter on a value that does not exist makes it, and the next one finds it', async () => {
    await make(portal);
    await patch({ op: 'Add', path: 'emails[type eq "work"].value', value: 'a@acme.example' });
    const { body } = await patch({ op: 'Replace', path: 'emails[type eq "work"].value', value: 'b@acme.example' });
    expect(body.emails).toEqual([{ value: 'b@acme.example', type: 'work' }]);
  });

  it('a filter that is no plain eq finds nothing and is refused as noTarget, with all operations beside it', async () => {
    await make(portal);
    const operations = [
      { op: 'replace', path: 'title', value: 'Cook' },
      { op: 'replace', path: 'emails[type ne "work"].value', value: 'x' },
    ];
    await expectRefused(portal, ['PATCH', JANE_PATH, patchOf(...operations)], { status: 400, scimType: 'noTarget' });
  });

  it('operations apply in order, all of them as one change', async () => {
    await make(portal);
    const { body } = await patch(
      { op: 'add', path: 'title', value: 'Clerk' },
      { op: 'replace', path: 'title', value: 'Cook' },
      { op: 'add', path: 'nickName', value: 'J' },
      { op: 'remove', path: 'nickName' },
    );
    expect(body).toMatchObject({ title: 'Cook', meta: { version: 'W/"2"' } });
    expect(body).not.toHaveProperty('nickName');
    expect(await journalOf()).toHaveLength(2);
  });

  it('unknown attributes are ignored, never an error', async () => {
    await make(portal);
    const before = await dump();
    await patch(
      { op: 'add', path: 'shoeSize', value: 39 },
      { op: 'replace', value: { shoeSize: 39, 'urn:acme:1.0:User:x': 1 } },
      { op: 'add', path: 'urn:acme:1.0:User:x.y', value: 1 },
    );
    expect(await dump()).toEqual(before);
  });
});

describe('the reply', () => {
  const operation = patchOf({ op: 'replace', path: 'title', value: 'Cook' });

  it.each([
    ['the standard URL', `${STANDARD}${JANE_PATH}`, 200],
    ['the Entra URL', `${ENTRA}${JANE_PATH}`, 204],
    ['the Entra URL when attributes are asked for', `${ENTRA}${JANE_PATH}?attributes=title`, 200],
  ])('on %s has the ETag, whether or not anything changed', async (_case, url, status) => {
    await make(portal);
    for (const _time of ['change', 'no change']) {
      const { body, headers } = await expectStatus(status, portal.send('PATCH', url, operation));
      expect(headers.get('etag')).toBe('W/"2"');
      if (status === 204) expect(body).toEqual({});
      else expect(body).toMatchObject({ id: JANE, title: 'Cook' });
    }
  });

  it('shows the attributes asked for', async () => {
    await make(portal);
    const { body } = await expectStatus(200, portal.send('PATCH', `${ENTRA}${JANE_PATH}?attributes=title`, operation));
    expect(body).toEqual({ schemas: [CORE], id: JANE, title: 'Cook' });
  });
});

describe('a PATCH that changes nothing', () => {
  it.each([
    ['the same name', { op: 'replace', path: 'name.givenName', value: 'Jane' }],
    ['active true on an active user', { op: 'Replace', path: 'active', value: 'True' }],
    ['the userName in another case', { op: 'replace', value: { userName: JANE.toUpperCase() } }],
    ['removing what is not there', { op: 'remove', path: 'nickName' }],
    ['removing an unknown attribute', { op: 'remove', path: 'shoeSize' }],
    ['no value for what has none', { op: 'replace', path: 'title', value: '' }],
    ['null for active, which says nothing', { op: 'replace', path: 'active', value: null }],
    ['a password', { op: 'replace', path: 'password', value: 'correct horse' }],
    ['an id in an object without a path', { op: 'replace', value: { id: 'mine', meta: {}, groups: [], schemas: [] } }],
  ])('%s leaves version, time and journal untouched', async (_case, operation) => {
    await make(portal);
    const before = await dump();
    portal.sources.ms += 1000;
    const { body } = await patch(operation);
    expect(body.meta.version).toBe('W/"1"');
    expect(await dump()).toEqual(before);
  });
});

describe('a PATCH that is refused', () => {
  it.each([
    ['another userName', [{ op: 'replace', path: 'userName', value: 'kim@acme.example' }], 'mutability', /userName/],
    [
      'another userName beside active false',
      [
        { op: 'replace', path: 'active', value: false },
        { op: 'replace', value: { userName: 'kim@acme.example' } },
      ],
      'mutability',
      /userName/,
    ],
    ['removing the userName', [{ op: 'remove', path: 'userName' }], 'invalidValue', /userName/],
    ['a word for active', [{ op: 'replace', path: 'active', value: 'perhaps' }], 'invalidValue', /active/],
    ['an id', [{ op: 'replace', path: 'id', value: 'mine' }], 'mutability', /"id" is read-only/],
    ['meta', [{ op: 'replace', path: 'meta', value: {} }], 'mutability', /"meta" is read-only/],
    ['a part of meta', [{ op: 'remove', path: 'meta.version' }], 'mutability', /"meta.version" is read-only/],
    ['groups', [{ op: 'add', path: 'groups', value: [{ value: 'g' }] }], 'mutability', /"groups" is read-only/],
    ['the last sign-in', [{ op: 'add', path: 'userLastLoggedInTimeStamp', value: 'x' }], 'mutability', /read-only/],
    ['no operations', [], 'invalidSyntax', /Operations/],
    ['an unknown op', [{ op: 'move', path: 'title', value: 'x' }], 'invalidSyntax', /"op"/],
    ['an operation that is none', [7 as unknown as object], 'invalidSyntax', /Operation 1/],
    ['a remove without a path', [{ op: 'remove' }], 'noTarget', /path/],
    ['no value', [{ op: 'replace', path: 'title' }], 'invalidValue', /value/],
    ['a value without a path that is no object', [{ op: 'replace', value: 'Cook' }], 'invalidValue', /object/],
    ['a path that is a number', [{ op: 'replace', path: 7, value: 'x' }], 'invalidPath', /text/],
    ['a path that cannot be read', [{ op: 'replace', path: 'emails[', value: 'x' }], 'invalidPath', /path/],
  ])('%s', async (_case, operations, scimType, detail) => {
    await make(portal);
    const body = patchOf(...(operations as object[]));
    await expectRefused(portal, ['PATCH', JANE_PATH, body], { status: 400, scimType, detail });
    await expectRefused(portal, ['PATCH', ENTRA + JANE_PATH, body], { status: 400, scimType });
  });

  it('for one operation applies none of them', async () => {
    await make(portal);
    const body = patchOf({ op: 'replace', path: 'title', value: 'Cook' }, { op: 'replace', path: 'id', value: 'x' });
    await expectRefused(portal, ['PATCH', JANE_PATH, body], { status: 400, scimType: 'mutability' });
  });
});

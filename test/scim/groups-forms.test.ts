// Groups as Okta, Entra and others send them, RFC 7643 section 4.2 and RFC 7644 section 3.5: every form verbatim, over HTTP.
import { beforeEach, describe, expect, it } from 'vitest';
import { GROUP, makeGroup, memberIds, membersOf, people, person, seedPeople } from '../support/groups.ts';
import { ENTRA, freshPortal, type Portal, STANDARD, START_MS } from '../support/portal.ts';
import { expectStatus, journalOf, one, patchOf } from '../support/scim.ts';

const [ANN, BEN, CEM, DOT] = [person(1), person(2), person(3), person(4)];

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
  await seedPeople(5);
});

const versionOf = async (id: string) => (await one('SELECT version FROM groups WHERE id = ?', id))['version'];

describe('POST', () => {
  it('makes a group with members and answers with all of it, members in the order of the users', async () => {
    const { body, headers } = await expectStatus(
      201,
      portal.send('POST', '/Groups', {
        schemas: [GROUP],
        displayName: 'Tour Guides',
        externalId: 'x-1',
        members: [{ value: BEN, display: 'anything' }, ANN, { value: BEN, type: 'User' }],
      }),
    );
    const at = new Date(START_MS).toISOString();
    const member = (id: string) => ({
      value: id,
      $ref: `${STANDARD}/Users/${encodeURIComponent(id)}`,
      display: 'Example Jane',
      type: 'User',
    });
    expect(body).toEqual({
      schemas: [GROUP],
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      externalId: 'x-1',
      displayName: 'Tour Guides',
      members: [member(ANN), member(BEN)],
      meta: {
        resourceType: 'Group',
        created: at,
        lastModified: at,
        location: `${STANDARD}/Groups/${body.id}`,
        version: 'W/"1"',
      },
    });
    expect(headers.get('location')).toBe(body.meta.location);
    expect(headers.get('etag')).toBe('W/"1"');
    expect((await expectStatus(200, portal.send('GET', `/Groups/${body.id}`))).body).toEqual(body);
    expect(await journalOf(body.id)).toEqual([
      { type: 'group.created', rule: null, attributes: ['displayName', 'externalId', 'members'], actor: portal.keyId },
    ]);
  });

  it('makes an empty group out of what Entra sends', async () => {
    const { body } = await expectStatus(
      201,
      portal.send('POST', `${ENTRA}/Groups`, {
        schemas: [GROUP, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
        externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
        displayName: 'displayName',
        meta: { resourceType: 'Group' },
      }),
    );
    expect(body).toMatchObject({ displayName: 'displayName', members: [] });
    expect(body.meta.location).toBe(`${ENTRA}/Groups/${body.id}`);
  });

  it('shows what is asked for, and reads back nothing else', async () => {
    const { body } = await expectStatus(
      201,
      portal.send('POST', '/Groups?attributes=displayName', { displayName: 'A', members: membersOf([ANN]) }),
    );
    expect(body).toEqual({ schemas: [GROUP], id: expect.any(String), displayName: 'A' });
  });
});

type Operation = { readonly op: string; readonly path?: string; readonly value?: unknown };
type Form = readonly [name: string, operations: readonly Operation[], after: readonly string[]];

/** On a group of Ann and Ben. */
const MEMBER_FORMS: readonly Form[] = [
  ['Entra adds one', [{ op: 'Add', path: 'members', value: [{ value: CEM }] }], [ANN, BEN, CEM]],
  [
    'Entra adds one with $ref: null',
    [{ op: 'Add', path: 'members', value: [{ $ref: null, value: CEM }] }],
    [ANN, BEN, CEM],
  ],
  ['Entra removes one', [{ op: 'Remove', path: 'members', value: [{ value: ANN }] }], [BEN]],
  ['Entra removes several', [{ op: 'Remove', path: 'members', value: membersOf([ANN, BEN]) }], []],
  [
    'several operations and values',
    [
      { op: 'Add', path: 'members', value: membersOf([CEM, DOT]) },
      { op: 'Remove', path: 'members', value: membersOf([ANN, CEM]) },
      { op: 'Add', path: 'members', value: [{ value: ANN }] },
    ],
    [ANN, BEN, DOT],
  ],
  ['remove by filter', [{ op: 'remove', path: `members[value eq "${ANN}"]` }], [BEN]],
  ['remove by filter, in capitals', [{ op: 'REMOVE', path: `Members[Value EQ "${ANN}"]` }], [BEN]],
  ['remove by filter of two', [{ op: 'remove', path: `members[value eq "${ANN}" or value eq "${BEN}"]` }], []],
  ['remove by filter with the type', [{ op: 'remove', path: `members[type eq "User" and value eq "${ANN}"]` }], [BEN]],
  ['remove behind the URN', [{ op: 'remove', path: `${GROUP}:members[value eq "${ANN}"]` }], [BEN]],
  ['bare remove', [{ op: 'remove', path: 'members' }], []],
  ['remove of all users', [{ op: 'remove', path: 'members[type eq "User"]' }], []],
  [
    'bare remove, then add',
    [
      { op: 'remove', path: 'members' },
      { op: 'add', path: 'members', value: [CEM] },
    ],
    [CEM],
  ],
  [
    'Okta adds',
    [{ op: 'add', path: 'members', value: [{ value: CEM, display: 'cem@acme.example' }] }],
    [ANN, BEN, CEM],
  ],
  [
    'Okta removes and adds',
    [
      { op: 'remove', path: `members[value eq "${ANN}"]` },
      { op: 'add', path: 'members', value: [{ value: CEM, display: 'cem@acme.example' }] },
    ],
    [BEN, CEM],
  ],
  ['Okta replaces the list', [{ op: 'replace', path: 'members', value: membersOf([BEN, CEM]) }], [BEN, CEM]],
  ['an empty list empties', [{ op: 'replace', path: 'members', value: [] }], []],
  ['null empties', [{ op: 'replace', path: 'members', value: null }], []],
  ['add without path', [{ op: 'add', value: { members: [{ value: CEM }] } }], [ANN, BEN, CEM]],
  ['replace without path', [{ op: 'replace', value: { members: [{ value: CEM }] } }], [CEM]],
  ['a bare string', [{ op: 'add', path: 'members', value: CEM }], [ANN, BEN, CEM]],
  ['a single object', [{ op: 'add', path: 'members', value: { value: CEM } }], [ANN, BEN, CEM]],
  ['adding through a filter', [{ op: 'add', path: `members[value eq "${CEM}"]`, value: CEM }], [ANN, BEN, CEM]],
  ['an object behind the URN', [{ op: 'replace', path: GROUP, value: { members: [CEM] } }], [CEM]],
  ['what nobody knows', [{ op: 'replace', value: { colour: 'red', members: [CEM] } }], [CEM]],
];

describe.each([
  ['Okta', ''],
  ['Entra', ENTRA],
] as const)('PATCH of members on the URL of %s', (_name, base) => {
  it.each(MEMBER_FORMS)('%s', async (_form, operations, after) => {
    const { id } = await makeGroup(portal, 'Guides', [ANN, BEN]);
    portal.sources.ms += 1000;
    const path = `${base}/Groups/${id}`;
    const { body, headers } = await expectStatus(
      base === '' ? 200 : 204,
      portal.send('PATCH', path, patchOf(...operations)),
    );
    expect(await memberIds(id)).toEqual(after);
    expect(headers.get('etag')).toBe('W/"2"');
    const read = await expectStatus(200, portal.send('GET', path));
    expect(read.body.members.map(({ value }: { value: string }) => value)).toEqual(after);
    expect(read.body.meta).toMatchObject({ version: 'W/"2"', lastModified: new Date(START_MS + 1000).toISOString() });
    if (base === '') expect(body).toEqual(read.body);
    expect(await journalOf(id)).toHaveLength(2);
  });
});

describe('PATCH of the name', () => {
  it.each<readonly [string, Operation]>([
    ['Okta, with the id in it', { op: 'replace', value: { id: 'abf4dd94-a4c0', displayName: 'Test SCIMv2' } }],
    ['Entra', { op: 'Replace', path: 'displayName', value: 'Test SCIMv2' }],
    ['Entra without path', { op: 'replace', value: { displayName: 'Test SCIMv2' } }],
    ['behind the URN', { op: 'add', path: `${GROUP}:displayName`, value: 'Test SCIMv2' }],
    ['the URN as a name', { op: 'replace', value: { [`${GROUP}:displayName`]: 'Test SCIMv2' } }],
  ])('%s: renames, and the members stay', async (_name, operation) => {
    const { id } = await makeGroup(portal, 'Guides', [ANN]);
    const { body } = await expectStatus(200, portal.send('PATCH', `/Groups/${id}`, patchOf(operation)));
    expect(body).toMatchObject({ id, displayName: 'Test SCIMv2', members: [{ value: ANN }] });
    expect((await journalOf(id))[1]).toMatchObject({ type: 'group.updated', attributes: ['displayName'] });
  });

  it('and of the externalId, set and taken away', async () => {
    const { id } = await makeGroup(portal, 'Guides');
    const set = patchOf({ op: 'Add', path: 'externalId', value: 'x' });
    expect((await expectStatus(200, portal.send('PATCH', `/Groups/${id}`, set))).body.externalId).toBe('x');
    const unset = patchOf({ op: 'remove', path: 'externalId' });
    expect((await expectStatus(200, portal.send('PATCH', `/Groups/${id}`, unset))).body).not.toHaveProperty(
      'externalId',
    );
  });

  it('to another case of itself is a change and no duplicate', async () => {
    const { id } = await makeGroup(portal, 'guides');
    const body = patchOf({ op: 'replace', path: 'displayName', value: 'GUIDES' });
    expect((await expectStatus(200, portal.send('PATCH', `/Groups/${id}`, body))).body.displayName).toBe('GUIDES');
  });
});

describe('a change that changes nothing answers like any other and leaves no trace', () => {
  it.each<readonly [string, readonly Operation[]]>([
    ['a member who is there', [{ op: 'Add', path: 'members', value: [{ value: ANN }] }]],
    ['a member who is not', [{ op: 'Remove', path: 'members', value: [{ value: CEM }] }]],
    ['somebody unknown who goes', [{ op: 'Remove', path: 'members', value: [{ value: 'nobody' }] }]],
    ['the same list', [{ op: 'replace', path: 'members', value: [BEN, ANN, ANN] }]],
    ['the same name', [{ op: 'replace', value: { id: 'x', displayName: 'Guides' } }]],
    [
      'there and back',
      [
        { op: 'add', path: 'members', value: CEM },
        { op: 'remove', path: `members[value eq "${CEM}"]` },
      ],
    ],
    ['an empty list to remove', [{ op: 'remove', path: 'members', value: [] }]],
    ['only what is read-only or unknown', [{ op: 'replace', value: { id: 'x', meta: {}, schemas: [], colour: 1 } }]],
  ])('%s', async (_name, operations) => {
    const made = await makeGroup(portal, 'Guides', [ANN, BEN]);
    portal.sources.ms += 1000;
    const okta = await expectStatus(200, portal.send('PATCH', `/Groups/${made.id}`, patchOf(...operations)));
    expect(okta.body).toEqual(made);
    const entra = await expectStatus(204, portal.send('PATCH', `${ENTRA}/Groups/${made.id}`, patchOf(...operations)));
    expect(entra.headers.get('etag')).toBe('W/"1"');
    expect(await versionOf(made.id)).toBe(1);
    expect(await journalOf(made.id)).toHaveLength(1);
  });
});

describe('PUT', () => {
  it('replaces name and members, and answers with the members', async () => {
    const { id } = await makeGroup(portal, 'Guides', [ANN, BEN]);
    const { body } = await expectStatus(
      200,
      portal.send('PUT', `/Groups/${id}`, {
        schemas: [GROUP],
        id: 'something else',
        displayName: 'Leaders',
        members: [{ value: CEM, display: 'cem@acme.example' }, { value: BEN }],
        meta: { version: 'W/"9"' },
      }),
    );
    expect(body).toMatchObject({ id, displayName: 'Leaders', members: membersOf([BEN, CEM]) });
    expect(body.meta.version).toBe('W/"2"');
    expect((await journalOf(id))[1]).toMatchObject({ type: 'group.updated', attributes: ['displayName', 'members'] });
  });

  it('keeps the members that it does not name, and an empty list empties', async () => {
    const { id } = await makeGroup(portal, 'Guides', [ANN, BEN]);
    await expectStatus(200, portal.send('PUT', `/Groups/${id}`, { displayName: 'Leaders' }));
    expect(await memberIds(id)).toEqual([ANN, BEN]);
    const { body } = await expectStatus(
      200,
      portal.send('PUT', `/Groups/${id}`, { displayName: 'Leaders', members: [] }),
    );
    expect(body.members).toEqual([]);
    expect(await memberIds(id)).toEqual([]);
  });

  it('of what was read changes nothing', async () => {
    const made = await makeGroup(portal, 'Guides', [ANN, BEN]);
    const { body } = await expectStatus(200, portal.send('PUT', `/Groups/${made.id}`, made));
    expect(body).toEqual(made);
    expect(await journalOf(made.id)).toHaveLength(1);
  });

  it('takes an externalId away that it does not carry', async () => {
    const { body: made } = await portal.send('POST', '/Groups', { displayName: 'A', externalId: 'x' });
    const { body } = await expectStatus(200, portal.send('PUT', `/Groups/${made.id}`, { displayName: 'A' }));
    expect(body).not.toHaveProperty('externalId');
  });
});

describe('DELETE', () => {
  it('takes the group with its memberships and leaves the users', async () => {
    const { id } = await makeGroup(portal, 'Guides', people(1, 5));
    await expectStatus(204, portal.send('DELETE', `/Groups/${id}`));
    await expectStatus(404, portal.send('GET', `/Groups/${id}`));
    await expectStatus(404, portal.send('DELETE', `/Groups/${id}`));
    expect(await one('SELECT count(*) AS n FROM group_members')).toEqual({ n: 0 });
    expect((await journalOf(id)).at(-1)).toMatchObject({ type: 'group.deleted', actor: portal.keyId });
    await expectStatus(200, portal.send('GET', `/Users/${encodeURIComponent(ANN)}`));
    await makeGroup(portal, 'Guides');
  });
});

it('a thousand members come in one request, as one operation and as a thousand', async () => {
  portal = await freshPortal();
  await seedPeople(1000);
  const everybody = people(1, 1000);
  const { id } = await makeGroup(portal, 'Guides');
  const adds = patchOf({ op: 'Add', path: 'members', value: membersOf(everybody) });
  await expectStatus(204, portal.send('PATCH', `${ENTRA}/Groups/${id}`, adds));
  expect(await memberIds(id)).toEqual(everybody);
  const removals = patchOf(...everybody.map((value) => ({ op: 'remove', path: `members[value eq "${value}"]` })));
  await expectStatus(204, portal.send('PATCH', `${ENTRA}/Groups/${id}`, removals));
  expect(await memberIds(id)).toEqual([]);
});

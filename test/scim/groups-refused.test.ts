// What groups refuse: with a status and a sentence to act on, and with every table as it was.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { GROUP, makeGroup, membersOf, person, seedPeople } from '../support/groups.ts';
import { addAccount, ENTRA, freshPortal, type Portal } from '../support/portal.ts';
import { expectRefused, expectStatus, patchOf, userPath } from '../support/scim.ts';

const [ANN, BEN] = [person(1), person(2)];

let portal: Portal;
let id: string;
beforeEach(async () => {
  portal = await freshPortal();
  await seedPeople(3);
  id = (await makeGroup(portal, 'Guides', [ANN])).id;
});

const patch = (...operations: object[]) => ['PATCH', `/Groups/${id}`, patchOf(...operations)] as const;
const put = (body: unknown) => ['PUT', `/Groups/${id}`, body] as const;
const post = (body: unknown) => ['POST', '/Groups', body] as const;

describe('members must be users that SCIM sees', () => {
  const refused = { status: 400, scimType: 'invalidValue' };

  it.each<readonly [string, () => Promise<string>]>([
    ['an unknown id', async () => 'nobody'],
    [
      'a removed user',
      async () => {
        await expectStatus(204, portal.send('DELETE', userPath(BEN)));
        return BEN;
      },
    ],
    ['a service account', async () => 'scim-admin@acme.example'],
    [
      'a password account',
      async () => {
        await addAccount('password', 'local@acme.example');
        return 'local@acme.example';
      },
    ],
    ['an id in another case', async () => BEN.toUpperCase()],
    ['the id of a group', async () => id],
  ])('not %s', async (_name, prepare) => {
    const unknown = await prepare();
    const wanted = { ...refused, detail: new RegExp(unknown) };
    const members = membersOf([person(3), unknown]);
    await expectRefused(portal, patch({ op: 'Add', path: 'members', value: members }), wanted);
    await expectRefused(portal, patch({ op: 'replace', path: 'members', value: members }), wanted);
    await expectRefused(portal, put({ displayName: 'Other', members }), wanted);
    await expectRefused(portal, post({ displayName: 'Other', members }), wanted);
  });

  it('and the first three unknown ids are named, cut where they are long', async () => {
    const members = membersOf(['a'.repeat(300), 'b', 'c', 'd']);
    const { body } = await expectRefused(portal, post({ displayName: 'Other', members }), refused);
    expect(body.detail).toContain(`"${'a'.repeat(100)}", "b", "c",`);
    expect(body.detail).not.toContain('"d"');
  });

  it.each<readonly [string, unknown]>([
    ['by its type', { value: 'g1', type: 'Group' }],
    ['by its URI', { value: 'g1', $ref: 'https://portal.example/scim/v2/Groups/g1' }],
  ])('and no groups inside groups, %s', async (_name, member) => {
    const wanted = { ...refused, detail: /Groups inside groups are not supported/ };
    await expectRefused(portal, post({ displayName: 'Other', members: [member] }), wanted);
    await expectRefused(portal, put({ displayName: 'Other', members: [member] }), wanted);
    await expectRefused(portal, patch({ op: 'add', path: 'members', value: [member] }), wanted);
  });
});

describe('names', () => {
  const taken = { status: 409, scimType: 'uniqueness', detail: /displayName exists already/ };

  it.each(['Guides', 'GUIDES', 'ｇｕｉｄｅｓ'])('are unique: %s is taken', async (displayName) => {
    await expectRefused(portal, post({ displayName }), taken);
    const { id: other } = await makeGroup(portal, 'Leaders');
    const rename = patchOf({ op: 'replace', path: 'displayName', value: displayName });
    await expectRefused(portal, ['PATCH', `/Groups/${other}`, rename], taken);
    await expectRefused(portal, ['PUT', `${ENTRA}/Groups/${other}`, { displayName }], taken);
  });

  it.each<readonly [string, unknown]>([
    ['missing', {}],
    ['empty', { displayName: '' }],
    ['blank', { displayName: ' \t' }],
    ['null', { displayName: null }],
    ['an object', { displayName: { a: 1 } }],
    ['too long', { displayName: 'x'.repeat(1025) }],
    ['too long once folded', { displayName: 'ﷺ'.repeat(100) }],
  ])('cannot be %s', async (_name, body) => {
    const wanted = { status: 400, scimType: 'invalidValue', detail: /displayName/ };
    await expectRefused(portal, post(body), wanted);
    await expectRefused(portal, put(body), wanted);
  });

  it('cannot be taken away', async () => {
    const wanted = { status: 400, scimType: 'invalidValue', detail: /displayName is required/ };
    await expectRefused(portal, patch({ op: 'remove', path: 'displayName' }), wanted);
    await expectRefused(portal, patch({ op: 'replace', value: { displayName: '' } }), wanted);
  });
});

describe('PATCH', () => {
  it.each<readonly [string, object, string, RegExp]>([
    ['the id', { op: 'replace', path: 'id', value: 'mine' }, 'mutability', /"id" is read-only/],
    ['meta', { op: 'replace', path: 'meta.version', value: 'W/"9"' }, 'mutability', /read-only/],
    ['a display', { op: 'replace', path: `members[value eq "${ANN}"].display`, value: 'x' }, 'mutability', /read-only/],
    [
      'a value',
      { op: 'replace', path: `members[value eq "${ANN}"].value`, value: BEN },
      'mutability',
      /cannot be changed/,
    ],
    ['all values', { op: 'add', path: 'members.value', value: BEN }, 'mutability', /cannot be changed/],
    [
      'one into another',
      { op: 'replace', path: `members[value eq "${ANN}"]`, value: { value: BEN } },
      'mutability',
      /cannot be/,
    ],
    ['several through a filter', { op: 'add', path: `members[type eq "User"]`, value: BEN }, 'noTarget', /names one/],
    ['members by display', { op: 'remove', path: 'members[display co "J"]' }, 'invalidFilter', /selected by their id/],
    ['members by not', { op: 'remove', path: `members[not (value eq "x")]` }, 'invalidFilter', /selected by their id/],
    ['members by a number', { op: 'remove', path: 'members[value gt 3]' }, 'invalidFilter', /selected by their id/],
    ['a filter on the name', { op: 'remove', path: 'displayName[value eq "x"]' }, 'invalidPath', /displayName/],
    ['a broken path', { op: 'add', path: 'members[', value: 'x' }, 'invalidPath', /path/i],
    ['the whole core schema', { op: 'remove', path: GROUP }, 'noTarget', /name of an attribute/],
    [
      'members without value',
      { op: 'add', path: 'members', value: [{ $ref: 'https://x/Users/1' }] },
      'invalidValue',
      /needs a "value"/,
    ],
    [
      'members of objects',
      { op: 'add', path: 'members', value: [{ value: { a: 1 } }] },
      'invalidValue',
      /members\.value/,
    ],
    ['members of lists', { op: 'add', path: 'members', value: [[ANN]] }, 'invalidValue', /members/],
    ['members that are true', { op: 'add', path: 'members', value: true }, 'invalidValue', /members/],
    ['members that are a word behind the URN', { op: 'add', path: GROUP, value: 'x' }, 'invalidValue', /object/],
  ])('cannot write %s', async (_name, operation, scimType, detail) => {
    await expectRefused(portal, patch(operation), { status: 400, scimType, detail });
  });

  it('does all operations or none', async () => {
    await expectRefused(
      portal,
      patch(
        { op: 'replace', path: 'displayName', value: 'Leaders' },
        { op: 'add', path: 'members', value: BEN },
        { op: 'replace', path: 'id', value: 'x' },
      ),
      { status: 400, scimType: 'mutability' },
    );
  });
});

it.each(['unknown', '__proto__', '%00', '..%2f', "' OR 1=1 --", '🙂'])('a group %s is not found', async (unknown) => {
  const path = `/Groups/${encodeURIComponent(unknown)}`;
  for (const [method, body] of [
    ['GET', undefined],
    ['PUT', { displayName: 'x', members: membersOf([BEN]) }],
    ['PATCH', patchOf({ op: 'add', path: 'members', value: BEN })],
    ['DELETE', undefined],
  ] as const) {
    await expectRefused(portal, [method, path, body], { status: 404, detail: /no group/ });
  }
});

describe('hostile bodies', () => {
  it.each<readonly [string, string]>([
    ['no JSON', '{"displayName":'],
    ['equal names', '{"displayName":"a","DISPLAYNAME":"b"}'],
    ['a list', '[]'],
    ['a NUL', '{"displayName":"a\\u0000"}'],
    ['half a character in a member', '{"displayName":"a","members":[{"value":"\\ud800"}]}'],
    ['deep nesting', `{"displayName":"a","members":${'['.repeat(40)}${']'.repeat(40)}}`],
    ['a huge id', `{"displayName":"a","members":["${'x'.repeat(70_000)}"]}`],
  ])('%s', async (_name, raw) => {
    const reply = await portal.send('POST', '/Groups', undefined, { raw });
    expect(reply.status).toBe(400);
    const { scimType } = reply.body;
    await expectRefused(portal, ['POST', '/Groups', undefined, { raw }], { status: 400, scimType });
  });

  it('a prototype is an attribute that nobody knows', async () => {
    const raw = '{"displayName":"a","__proto__":{"members":["x"]},"constructor":{"prototype":{"a":1}}}';
    await expectStatus(201, portal.send('POST', '/Groups', undefined, { raw }));
  });

  it('over 8 MiB', async () => {
    const raw = `{"displayName":"${'x'.repeat(8 * 1024 * 1024)}"}`;
    await expectRefused(portal, ['POST', '/Groups', undefined, { raw }], { status: 413, scimType: 'invalidSyntax' });
  });

  it('eight megabytes of control characters as ids are refused in chunks that D1 takes', async () => {
    const members = Array.from({ length: 130 }, (_, i) => `${i}${'\u0001'.repeat(10_000)}`);
    const wanted = { status: 400, scimType: 'invalidValue' };
    await expectRefused(portal, post({ displayName: 'a', members }), wanted);
  });
});

describe('a portal whose policy has no groups', () => {
  beforeEach(async () => {
    await env.DB.prepare(`UPDATE portal SET policy = '{"groups":"off"}', version = version + 1`).run();
  });

  it('lists none, and none by its id', async () => {
    const { body } = await expectStatus(200, portal.send('GET', '/Groups?filter=displayName%20eq%20%22Guides%22'));
    expect(body).toMatchObject({ totalResults: 0, itemsPerPage: 0, Resources: [] });
    await expectRefused(portal, ['GET', `/Groups/${id}`], { status: 404 });
  });

  it('refuses every write with a sentence', async () => {
    const wanted = { status: 501, detail: /Groups are switched off in this portal/ };
    await expectRefused(portal, post({ displayName: 'a' }), wanted);
    await expectRefused(portal, put({ displayName: 'a' }), wanted);
    await expectRefused(portal, patch({ op: 'add', path: 'members', value: BEN }), wanted);
    await expectRefused(portal, ['DELETE', `/Groups/${id}`], wanted);
  });

  it('declares none', async () => {
    const { body: types } = await expectStatus(200, portal.send('GET', '/ResourceTypes'));
    expect(types.Resources.map(({ name }: { name: string }) => name)).toEqual(['User']);
    await expectRefused(portal, ['GET', `/Schemas/${GROUP}`], { status: 404 });
  });

  it('has them again when they are switched on', async () => {
    await expectRefused(portal, post({ displayName: 'a' }), { status: 501 });
    await env.DB.prepare(`UPDATE portal SET policy = '{}', version = version + 1`).run();
    await makeGroup(portal, 'a');
    await expectStatus(200, portal.send('GET', `/Groups/${id}`));
  });
});

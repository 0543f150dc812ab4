// Users in groups: the read-only attribute `groups`, and what becomes of memberships when a user is deactivated, deleted, back.
import { beforeEach, describe, expect, it } from 'vitest';
import { countedDb } from '../support/counted-db.ts';
import { makeGroup, memberIds, membersOf, person, seedPeople, shownIds } from '../support/groups.ts';
import { ENTRA, freshPortal, type Portal, STANDARD } from '../support/portal.ts';
import {
  CORE,
  expectRefused,
  expectStatus,
  filtered,
  JANE,
  JANE_PATH,
  jane,
  journalOf,
  make,
  patchOf,
} from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
  await seedPeople(2);
  await make(portal);
});

const shown = ({ id, displayName }: { id: string; displayName: string }, base = STANDARD) => ({
  value: id,
  $ref: `${base}/Groups/${id}`,
  display: displayName,
  type: 'direct',
});

describe('the groups of a user', () => {
  it('are shown only where they are asked for, on every verb', async () => {
    const one = await makeGroup(portal, 'One', [JANE]);
    const two = await makeGroup(portal, 'Two', [JANE, person(1)]);
    const asked = '?attributes=groups';
    const wanted = [shown(one), shown(two)];
    const replies = [
      await portal.send('GET', JANE_PATH + asked),
      await portal.send('PUT', JANE_PATH + asked, jane({ title: 'Clerk' })),
      await portal.send('PATCH', JANE_PATH + asked, patchOf({ op: 'add', path: 'title', value: 'Cook' })),
    ];
    for (const { status, body } of replies) expect([status, body.groups]).toEqual([200, wanted]);
    const { body: list } = await portal.send('GET', `${ENTRA}/Users?attributes=userName,Groups.display`);
    expect(list.Resources.map(({ groups }: { groups?: unknown }) => groups)).toEqual([
      [{ display: 'Two' }],
      undefined,
      [{ display: 'One' }, { display: 'Two' }],
    ]);
    const { body: whole } = await portal.send('GET', `${JANE_PATH}?attributes=${CORE}`);
    expect(whole.groups).toEqual(wanted);
    const plain = await expectStatus(200, portal.send('GET', JANE_PATH));
    expect(plain.body).not.toHaveProperty('groups');
  });

  it('cost one statement for a page, and nothing where nobody asks', async () => {
    await makeGroup(portal, 'One', [JANE]);
    const cost = async (query: string) => {
      const { db, cost } = countedDb(portal.env.DB);
      let calls = 0;
      const options = { env: { DB: db }, answered: () => (calls = cost.calls) };
      await expectStatus(200, portal.send('GET', `/Users${query}`, undefined, options));
      return calls;
    };
    await cost('');
    const plain = await cost('');
    expect(plain).toBe(1);
    expect(await cost('?attributes=groups')).toBe(plain + 1);
  });

  it('cannot be written', async () => {
    const { id } = await makeGroup(portal, 'One');
    const body = patchOf({ op: 'add', path: 'groups', value: [{ value: id }] });
    await expectRefused(portal, ['PATCH', JANE_PATH, body], { status: 400, scimType: 'mutability' });
    await expectStatus(200, portal.send('PUT', JANE_PATH, jane({ groups: [{ value: id }] })));
    expect(await memberIds(id)).toEqual([]);
  });

  it('can be filtered by', async () => {
    const { id } = await makeGroup(portal, 'One', [JANE]);
    const { body } = await expectStatus(200, portal.send('GET', filtered(`groups.value eq "${id}"`)));
    expect(body.Resources.map((user: { id: string }) => user.id)).toEqual([JANE]);
  });
});

describe('a member is shown under the name of the user', () => {
  it.each([
    ['the family name first', {}, 'Example Jane'],
    ['the formatted name', { name: { formatted: 'Jane X. Example', familyName: 'Example' } }, 'Jane X. Example'],
    ['the displayName', { name: {}, displayName: 'JX' }, 'JX'],
    ['the userName', { name: {} }, JANE],
  ])('%s', async (_name, more, display) => {
    await expectStatus(200, portal.send('PUT', JANE_PATH, jane(more)));
    const { members } = await makeGroup(portal, 'One', [JANE]);
    expect(members[0].display).toBe(display);
  });
});

describe('a user', () => {
  it('who is deactivated stays a member, without the name', async () => {
    const { id } = await makeGroup(portal, 'One', [JANE]);
    await expectStatus(200, portal.send('PATCH', JANE_PATH, patchOf({ op: 'replace', value: { active: false } })));
    const { body } = await expectStatus(200, portal.send('GET', `/Groups/${id}`));
    expect(body.members).toEqual([expect.objectContaining({ value: JANE, display: JANE })]);
    const { id: other } = await makeGroup(portal, 'Two', [JANE]);
    expect(await shownIds(portal, other)).toEqual([JANE]);
    await expectStatus(200, portal.send('PATCH', JANE_PATH, patchOf({ op: 'replace', value: { active: true } })));
    expect(await shownIds(portal, id)).toEqual([JANE]);
  });

  it('who is deleted leaves all groups, each a new version, and is no member when a later POST brings them back', async () => {
    const { id: one } = await makeGroup(portal, 'One', [JANE, person(1)]);
    const { id: two } = await makeGroup(portal, 'Two', [JANE]);
    const { id: other } = await makeGroup(portal, 'Other', [person(1)]);
    portal.sources.ms += 1000;
    await expectStatus(204, portal.send('DELETE', JANE_PATH));
    expect(await shownIds(portal, one)).toEqual([person(1)]);
    expect(await shownIds(portal, two)).toEqual([]);
    const versions = async () =>
      Promise.all([one, two, other].map(async (id) => (await portal.send('GET', `/Groups/${id}`)).headers.get('etag')));
    expect(await versions()).toEqual(['W/"2"', 'W/"2"', 'W/"1"']);
    expect((await journalOf(two)).at(-1)).toEqual({
      type: 'group.member_removed',
      rule: 'member_deleted',
      attributes: ['members'],
      actor: portal.keyId,
    });
    await make(portal);
    expect(await memberIds(one)).toEqual([person(1)]);
    expect((await portal.send('GET', `${JANE_PATH}?attributes=groups`)).body).not.toHaveProperty('groups');
    const add = patchOf({ op: 'Add', path: 'members', value: membersOf([JANE]) });
    await expectStatus(204, portal.send('PATCH', `${ENTRA}/Groups/${two}`, add));
    expect(await shownIds(portal, two)).toEqual([JANE]);
  });

  it('who is deleted while inactive leaves them too', async () => {
    const { id } = await makeGroup(portal, 'One', [JANE]);
    await expectStatus(200, portal.send('PATCH', JANE_PATH, patchOf({ op: 'replace', value: { active: false } })));
    await expectStatus(204, portal.send('DELETE', JANE_PATH));
    expect(await memberIds(id)).toEqual([]);
  });
});

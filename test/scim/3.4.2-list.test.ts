// GET /Users, RFC 7644 section 3.4.2: the shape of a list, its pages and its totals.
import { beforeEach, describe, expect, it } from 'vitest';
import { ENTRA, freshPortal, type Portal, type Reply } from '../support/portal.ts';
import { expectRefused, expectStatus, filtered, jane, make, patchOf, userPath } from '../support/scim.ts';
import { seedUsers } from '../support/seed.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const userName = (n: number) => `user${String(n).padStart(4, '0')}@acme.example`;
const ids = ({ body }: Reply): string[] => body.Resources.map((resource: { id: string }) => resource.id);
const names = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => userName(from + i));
const deactivate = patchOf({ op: 'replace', path: 'active', value: false });

it('a list has its schema, total, page and whole users in it', async () => {
  const created = await make(portal);
  const reply = await expectStatus(200, portal.send('GET', '/Users'));
  expect(reply.body).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: 1,
    itemsPerPage: 1,
    startIndex: 1,
    Resources: [created],
  });
});

describe('of 250 users', () => {
  beforeEach(() => seedUsers(250, userName));

  it.each([
    ['', 1, names(1, 100)],
    ['startIndex=1&count=2', 1, names(1, 2)],
    ['startIndex=249', 249, names(249, 250)],
    ['startIndex=250&count=10', 250, names(250, 250)],
    ['startIndex=251', 251, []],
    ['startIndex=999999999999999', 999_999_999_999_999, []],
    ['startIndex=0&count=1', 1, names(1, 1)],
    ['startIndex=-7&count=1', 1, names(1, 1)],
    ['count=0', 1, []],
    ['count=-1', 1, []],
    ['count=5000', 1, names(1, 200)],
    ['count=999999999999999&startIndex=101', 101, names(101, 250)],
    ['startIndex=&count=', 1, names(1, 100)],
    ['filter=&count=3', 1, names(1, 3)],
  ])('?%s gives the page from %i', async (query, startIndex, expected) => {
    const reply = await expectStatus(200, portal.send('GET', `/Users?${query}`));
    expect(ids(reply)).toEqual(expected);
    expect(reply.body).toMatchObject({ totalResults: 250, startIndex, itemsPerPage: expected.length });
  });

  it.each([
    'startIndex=one',
    'count=ten',
    'count=1.5',
    'count=1e2',
    'startIndex=0x10',
    'count=NaN',
    'count=9999999999999999',
  ])('?%s is refused as invalidValue', async (query) => {
    const name = query.slice(0, query.indexOf('='));
    const detail = new RegExp(`^${name} must be a whole number`);
    await expectRefused(portal, ['GET', `/Users?${query}`], { status: 400, scimType: 'invalidValue', detail });
  });

  it.each([
    ['without a filter', '/Users?', 250],
    ['of active users', `${filtered('active eq true')}&`, 248],
    ['of everybody by a prefix', `${filtered('userName sw "user"')}&`, 250],
  ])('an import by pages %s sees everybody once, in one order', async (_case, path, total) => {
    await expectStatus(200, portal.send('PATCH', userPath(userName(3)), deactivate));
    await expectStatus(200, portal.send('PATCH', userPath(userName(200)), deactivate));
    const seen: string[] = [];
    for (let startIndex = 1; startIndex <= total; startIndex += 90) {
      const reply = await expectStatus(200, portal.send('GET', `${path}startIndex=${startIndex}&count=90`));
      expect(reply.body.totalResults).toBe(total);
      seen.push(...ids(reply));
    }
    const gone = total === 250 ? [] : [userName(3), userName(200)];
    expect(seen).toEqual(names(1, 250).filter((name) => !gone.includes(name)));
  });

  it('an update or a deactivation does not move anybody', async () => {
    await portal.send('PATCH', userPath(userName(2)), patchOf({ op: 'replace', path: 'title', value: 'Cook' }));
    await portal.send('PATCH', userPath(userName(1)), deactivate);
    expect(ids(await portal.send('GET', '/Users?count=3'))).toEqual(names(1, 3));
  });

  it('a removed user leaves the list and the total', async () => {
    await expectStatus(204, portal.send('DELETE', userPath(userName(1))));
    const reply = await portal.send('GET', '/Users?count=2');
    expect(reply.body.totalResults).toBe(249);
    expect(ids(reply)).toEqual(names(2, 3));
  });
});

describe('of nobody', () => {
  it('is the owner of the key on the standard URL, so that a credential test passes', async () => {
    const reply = await expectStatus(200, portal.send('GET', '/Users?startIndex=1&count=2'));
    expect(ids(reply)).toEqual([portal.username]);
    expect(reply.body).toMatchObject({ totalResults: 1, itemsPerPage: 1, startIndex: 1 });
    expect(reply.body.Resources[0]).toMatchObject({ userName: portal.username, active: true });
  });

  it.each([
    ['a count of zero', '/Users?count=0'],
    ['a later page', '/Users?startIndex=2'],
  ])('shows no resource for %s', async (_case, path) => {
    const { body } = await expectStatus(200, portal.send('GET', path));
    expect(body).toMatchObject({ totalResults: 1, itemsPerPage: 0, Resources: [] });
  });

  it.each([
    ['the Entra URL', `${ENTRA}/Users`],
    ['the Entra URL with a filter', ENTRA + filtered('userName eq "8f0f5b4e-0b3d-4e6a-9f2e-2b1f6d1c7a55"')],
    ['a filter by a random name', filtered('userName eq "8f0f5b4e-0b3d-4e6a-9f2e-2b1f6d1c7a55"')],
    ['a filter by active', filtered('active eq true')],
    ['a filter by the name of the owner', filtered('userName eq "scim-admin@acme.example"')],
    ['groups', '/Groups'],
  ])('is empty, with Resources as a list, for %s', async (_case, path) => {
    const { body } = await expectStatus(200, portal.send('GET', path));
    expect(body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 0,
      itemsPerPage: 0,
      startIndex: 1,
      Resources: [],
    });
  });

  it('does not show the owner any more once somebody is provisioned, and not by GET', async () => {
    await make(portal);
    expect(ids(await portal.send('GET', '/Users'))).toEqual([jane()['userName']]);
    await expectStatus(404, portal.send('GET', userPath(portal.username)));
  });

  it('shows the owner again when the last user was removed', async () => {
    const { id } = await make(portal);
    await expectStatus(204, portal.send('DELETE', userPath(id)));
    expect(ids(await portal.send('GET', '/Users'))).toEqual([portal.username]);
  });
});

// POST /.search, RFC 7644 section 3.4.3, and the search of everything, section 3.4.2.1.
import { beforeEach, describe, expect, it } from 'vitest';
import { makeGroup } from '../support/groups.ts';
import { ENTRA, freshPortal, type Portal, type Reply, STANDARD } from '../support/portal.ts';
import { expectRefused, expectStatus, make } from '../support/scim.ts';

const REQUEST = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

let portal: Portal;
let ids: string[];
beforeEach(async () => {
  portal = await freshPortal();
  for (const [userName, title] of [
    ['ann', 'Cook'],
    ['bob', 'Clerk'],
    ['cid', 'Cook'],
  ]) {
    await make(portal, { userName, title, displayName: `${userName} Example`, externalId: `x-${userName}` });
  }
  const groups = [await makeGroup(portal, 'Kitchen', ['ann', 'cid']), await makeGroup(portal, 'ann Example')];
  ids = ['ann', 'bob', 'cid', ...groups.map(({ id }) => id)];
});

const search = async (path: string, body: object = {}, base = ''): Promise<Reply['body']> =>
  (await expectStatus(200, portal.send('POST', `${base}${path}/.search`, { schemas: [REQUEST], ...body }))).body;
const found = async (body: object = {}) => (await search('', body)).Resources.map(({ id }: { id: string }) => id);

describe('of one type', () => {
  it.each<[string, string, object]>([
    ['/Users', '', {}],
    ['/Users', 'filter=title%20eq%20%22cook%22', { filter: 'title eq "cook"' }],
    ['/Users', 'startIndex=2&count=1', { startIndex: 2, count: 1 }],
    ['/Users', 'startIndex=2&count=1', { startIndex: '2', COUNT: '1' }],
    ['/Users', 'count=0', { count: 0 }],
    ['/Users', 'attributes=userName,name.formatted', { attributes: ['userName', 'name.formatted'] }],
    ['/Users', 'excludedAttributes=name,meta', { excludedAttributes: ['name', 'meta'] }],
    ['/Users', 'excludedAttributes=name,meta', { excludedAttributes: 'name,meta', filter: null, odd: 1 }],
    ['/Users', 'sortBy=userName&sortOrder=descending', { sortBy: 'userName', sortOrder: 'descending' }],
    ['/Groups', '', {}],
    [
      '/Groups',
      'filter=displayName%20sw%20%22kit%22&attributes=members',
      { filter: 'displayName sw "kit"', attributes: ['members'] },
    ],
  ])('%s answers as GET with %j does', async (path, query, body) => {
    for (const base of [STANDARD, ENTRA]) {
      const listed = await expectStatus(200, portal.send('GET', `${base}${path}?${query}`));
      expect(await search(path, body, base)).toEqual(listed.body);
    }
  });

  it.each<[string, unknown, string]>([
    ['no object', [], 'invalidSyntax'],
    ['a filter that is none', { filter: 'userName eq' }, 'invalidFilter'],
    ['a filter that is no text', { filter: 7 }, 'invalidValue'],
    ['names that are no text', { attributes: [7] }, 'invalidValue'],
    ['a count that is no number', { count: true }, 'invalidValue'],
    ['a fraction', { startIndex: 1.5 }, 'invalidValue'],
    ['both projections', { attributes: ['id'], excludedAttributes: ['name'] }, 'invalidValue'],
  ])('%s is 400', async (_, body, scimType) => {
    for (const path of ['/Users/.search', '/Groups/.search', '/.search']) {
      await expectRefused(portal, ['POST', path, body], { status: 400, scimType });
    }
  });

  it('what stands in the URL counts for nothing, and nothing but POST searches', async () => {
    const reply = await portal.send('POST', '/Users/.search?filter=nonsense&count=0', { count: 1 });
    expect(reply.body.itemsPerPage).toBe(1);
    expect((await portal.send('GET', '/.search')).status).toBe(405);
    expect((await portal.send('GET', '/Users/.search')).status).toBe(404);
    expect((await portal.send('GET', '/')).status).toBe(404);
  });
});

describe('of everything', () => {
  it('lists users, then groups, each as its own list shows it', async () => {
    const all = await search('');
    const [users, groups] = [await portal.send('GET', '/Users'), await portal.send('GET', '/Groups')];
    expect(all.Resources).toEqual([...users.body.Resources, ...groups.body.Resources]);
    expect(all).toMatchObject({ totalResults: 5, itemsPerPage: 5, startIndex: 1 });
  });

  it('pages through both as through one list, whatever the page', async () => {
    for (const count of [1, 2, 3, 4, 5, 9]) {
      const seen: string[] = [];
      for (let startIndex = 1; startIndex <= 6; startIndex += count) {
        const page = await search('', { startIndex, count });
        expect([page.totalResults, page.startIndex]).toEqual([5, startIndex]);
        seen.push(...page.Resources.map(({ id }: { id: string }) => id));
      }
      expect(seen, `pages of ${count}`).toEqual(ids);
    }
    expect(await search('', { count: 0 })).toMatchObject({ totalResults: 5, itemsPerPage: 0, Resources: [] });
  });

  it.each<[string, number[]]>([
    ['displayName eq "ann example"', [0, 4]],
    ['userName eq "bob"', [1]],
    ['userName pr', [0, 1, 2]],
    ['not (userName pr)', [3, 4]],
    ['userName ne "bob"', [0, 2, 3, 4]],
    ['members.value eq "cid"', [3]],
    ['members pr or title eq "Clerk"', [1, 3]],
    ['members[value eq "ann"]', [3]],
    ['title eq "Cook" and (displayName sw "a" or displayName eq "Kitchen")', [0]],
    ['userName eq null', [3, 4]],
    ['externalId pr', [0, 1, 2]],
    ['meta.resourceType eq "Group"', [3, 4]],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', [0, 1, 2]],
    ['urn:ietf:params:scim:schemas:core:2.0:Group:displayName pr', [3, 4]],
  ])('an attribute that a type does not have is absent there: %s', async (filter, wanted) => {
    expect(await found({ filter })).toEqual(wanted.map((i) => ids[i]));
    expect((await search('', { filter, count: 1 })).totalResults).toBe(wanted.length);
  });

  it('an attribute that no type has is refused', async () => {
    await expectRefused(portal, ['POST', '/.search', { filter: 'nonsense eq 1' }], {
      status: 400,
      scimType: 'invalidFilter',
    });
  });

  it('projects each type, and has no cursors', async () => {
    const all = await search('', { attributes: ['userName', 'displayName'] });
    expect(Object.keys(all.Resources[0]).sort()).toEqual(['displayName', 'id', 'schemas', 'userName']);
    expect(Object.keys(all.Resources[4]).sort()).toEqual(['displayName', 'id', 'schemas']);
    await expectRefused(portal, ['POST', '/.search', { cursor: '' }], {
      status: 400,
      scimType: 'invalidValue',
      detail: /startIndex/,
    });
  });

  it('of an empty portal is empty, and shows no owner of a key', async () => {
    portal = await freshPortal();
    expect(await search('')).toMatchObject({ totalResults: 0, Resources: [] });
  });
});

// GET /Groups, RFC 7644 section 3.4.2: filters, pages, projection, and what the members of a page cost.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { countedDb } from '../support/counted-db.ts';
import { GROUP, makeGroup, membersOf, people, person, seedPeople } from '../support/groups.ts';
import { ENTRA, freshPortal, type Portal, START_MS } from '../support/portal.ts';
import { expectRefused, expectStatus, rows } from '../support/scim.ts';

const [ANN, BEN] = [person(1), person(2)];

let portal: Portal;
let ids: Record<string, string>;
beforeEach(async () => {
  portal = await freshPortal();
  await seedPeople(3);
  ids = {};
  for (const [name, members] of [
    ['Guides', [ANN, BEN]],
    ['Leaders', [ANN]],
    ['Straße', []],
  ] as const) {
    portal.sources.ms += 1000;
    ids[name] = (await makeGroup(portal, name, members)).id;
  }
  await portal.send('PUT', `/Groups/${ids['Leaders']}`, { displayName: 'Leaders', externalId: 'Ext-1' });
});

const listed = async (query: string, base = '') => {
  const { body } = await expectStatus(200, portal.send('GET', `${base}/Groups${query}`));
  return { ...body, names: body.Resources.map(({ displayName }: { displayName: string }) => displayName) };
};
const filtered = (filter: string, more = '') => listed(`?filter=${encodeURIComponent(filter)}${more}`);

it('lists all groups in the order they were made, each with its members', async () => {
  const { names, totalResults, itemsPerPage, startIndex, Resources } = await listed('');
  expect([names, totalResults, itemsPerPage, startIndex]).toEqual([['Guides', 'Leaders', 'Straße'], 3, 3, 1]);
  expect(Resources.map(({ members }: { members: unknown[] }) => members.length)).toEqual([2, 1, 0]);
  for (const group of Resources) {
    expect((await expectStatus(200, portal.send('GET', `/Groups/${group.id}`))).body).toEqual(group);
  }
});

it('is empty where there are none, and shows no owner of a key', async () => {
  await env.DB.batch(['groups', 'group_members'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
  for (const base of ['', ENTRA]) expect(await listed('', base)).toMatchObject({ totalResults: 0, Resources: [] });
});

describe('filters', () => {
  it.each<readonly [string, readonly string[]]>([
    ['displayName eq "Guides"', ['Guides']],
    ['displayName eq "GUIDES"', ['Guides']],
    [`${GROUP}:displayName eq "guides"`, ['Guides']],
    ['displayName eq "Strasse"', []],
    ['displayName eq "straße"', ['Straße']],
    ['displayName eq "nobody"', []],
    ['displayName sw "lead"', ['Leaders']],
    ['displayName co "D"', ['Guides', 'Leaders']],
    ['not (displayName co "d")', ['Straße']],
    ['externalId eq "Ext-1"', ['Leaders']],
    ['externalId eq "ext-1"', []],
    ['externalId pr', ['Leaders']],
    [`members.value eq "${BEN}"`, ['Guides']],
    [`members[value eq "${ANN}"]`, ['Guides', 'Leaders']],
    [`members eq "${ANN}" and displayName eq "leaders"`, ['Leaders']],
    ['members[type eq "user"]', ['Guides', 'Leaders']],
    ['members pr', ['Guides', 'Leaders']],
    ['not (members pr)', ['Straße']],
    [`members.value ne "${ANN}"`, ['Guides', 'Straße']],
    ['meta.resourceType eq "Group"', ['Guides', 'Leaders', 'Straße']],
    [`meta.created gt "${new Date(START_MS + 1000).toISOString()}"`, ['Leaders', 'Straße']],
    [`meta.lastModified ge "${new Date(START_MS + 3000).toISOString()}"`, ['Leaders', 'Straße']],
    ['meta.version eq "W/\\"2\\""', ['Leaders']],
  ])('%s', async (filter, expected) => {
    const { names, totalResults } = await filtered(filter);
    expect([names, totalResults]).toEqual([expected, expected.length]);
  });

  it('by id', async () => {
    expect((await filtered(`id eq "${ids['Guides']}"`)).names).toEqual(['Guides']);
    expect((await filtered(`id eq "${ids['Guides']}" and members eq "${BEN}"`)).names).toEqual(['Guides']);
  });

  it.each([
    'colour eq "red"',
    'members.display eq "x"',
    'members.$ref eq "x"',
    'meta.location eq "x"',
    'displayName eq',
    'members[value',
  ])('%s is refused', async (filter) => {
    const path = `/Groups?filter=${encodeURIComponent(filter)}`;
    await expectRefused(portal, ['GET', path], { status: 400, scimType: 'invalidFilter' });
  });
});

describe('pages', () => {
  it('are cut by startIndex and count, with the members of their own groups', async () => {
    const second = await listed('?startIndex=2&count=1');
    expect([second.names, second.totalResults, second.itemsPerPage, second.startIndex]).toEqual([['Leaders'], 3, 1, 2]);
    expect(second.Resources[0].members).toHaveLength(1);
    expect(await listed('?count=0')).toMatchObject({ totalResults: 3, itemsPerPage: 0, Resources: [] });
    expect(await listed('?startIndex=9')).toMatchObject({ totalResults: 3, itemsPerPage: 0, startIndex: 9 });
    expect((await filtered('members pr', '&startIndex=2')).names).toEqual(['Leaders']);
  });
});

describe('members that nobody asks for', () => {
  const costOf = async (path: string) => {
    const { db, cost } = countedDb(env.DB);
    let atAnswer = { ...cost };
    const options = { env: { DB: db }, answered: () => (atAnswer = { ...cost }) };
    const { body } = await expectStatus(200, portal.send('GET', path, undefined, options));
    return { body, ...atAnswer };
  };

  it.each(['excludedAttributes=members', 'attributes=displayName', 'attributes=id,externalId,meta'])(
    'are not read: %s',
    async (query) => {
      await costOf('/Groups?count=0');
      const wide = await costOf(`/Groups?${query}`);
      for (const group of wide.body.Resources) expect(group).not.toHaveProperty('members');
      const narrow = await costOf(`/Groups/${ids['Guides']}?${query}`);
      expect(narrow.body).not.toHaveProperty('members');
      await env.DB.prepare('DELETE FROM group_members').run();
      expect((await costOf(`/Groups?${query}`)).rowsRead).toBe(wide.rowsRead);
      expect((await costOf(`/Groups/${ids['Guides']}?${query}`)).rowsRead).toBe(narrow.rowsRead);
    },
  );

  it('are read where only a part of them is asked for', async () => {
    const { body } = await costOf(`/Groups/${ids['Guides']}?attributes=members.value`);
    expect(body).toEqual({ schemas: [GROUP], id: ids['Guides'], members: membersOf([ANN, BEN]) });
  });

  it('cannot be asked for and out at once', async () => {
    const path = '/Groups?attributes=id&excludedAttributes=members';
    await expectRefused(portal, ['GET', path], { status: 400, scimType: 'invalidValue' });
  });

  it('come with the groups of a page in one call', async () => {
    await costOf('/Groups?count=0');
    expect((await costOf('/Groups')).calls).toBe(1);
  });
});

describe('a page of very large groups', { timeout: 60_000 }, () => {
  it('ends before it shows more than 100,000 members, but always shows one group', async () => {
    portal = await freshPortal();
    await seedPeople(60_000);
    const made = [];
    for (const name of ['A', 'B', 'C']) made.push((await makeGroup(portal, name)).id);
    await env.DB.prepare(
      'INSERT INTO group_members SELECT g.seq, u.seq FROM groups AS g CROSS JOIN users AS u WHERE u.user_name LIKE ?',
    )
      .bind('person%')
      .run();
    const page = await listed('?attributes=displayName,members.value');
    expect([page.names, page.totalResults, page.itemsPerPage]).toEqual([['A'], 3, 1]);
    expect(page.Resources[0].members).toHaveLength(60_000);
    expect((await listed('?excludedAttributes=members')).names).toEqual(['A', 'B', 'C']);
    await seedMore(60_001, 110_000, made[0] ?? '');
    const first = await listed('?attributes=members.value');
    expect([first.itemsPerPage, first.Resources[0].members.length]).toEqual([1, 110_000]);
  });
});

/** More people, all of them in one group. */
async function seedMore(from: number, to: number, groupId: string): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO users (id, user_name, user_name_key, login_type, role, active, attributes, registration, created_at, updated_at, version)
     SELECT value, value, value, 'saml', 'user', 1, '{}', 1, 0, 0, 1 FROM json_each(?)`,
  )
    .bind(JSON.stringify(people(from, to)))
    .run();
  await env.DB.prepare(
    'INSERT OR IGNORE INTO group_members SELECT g.seq, u.seq FROM groups AS g CROSS JOIN users AS u WHERE g.id = ? AND u.user_name LIKE ?',
  )
    .bind(groupId, 'person%')
    .run();
  expect((await rows('SELECT 1 FROM group_members WHERE group_seq = 1')).length).toBe(to);
}

// Sort and cursors over groups, RFC 7644 section 3.4.2.3 and RFC 9865, with the words and failures that users have; in a portal
// that shows its teams, over both as over one list.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { addTeam } from '../../src/directory/teams.ts';
import { fold } from '../../src/scim/fold.ts';
import { makeGroup, person, seedPeople } from '../support/groups.ts';
import { ENTRA, freshPortal, type Portal, type Reply } from '../support/portal.ts';
import { expectRefused, expectStatus } from '../support/scim.ts';

interface Listed {
  readonly id: string;
  readonly displayName: string;
  readonly externalId?: string;
  readonly meta: { readonly created: string; readonly lastModified: string };
}

const RUNS = 40;
const SLIM = { excludedAttributes: 'members' };

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const page = (query: Record<string, string>, base = '') =>
  portal.send('GET', `${base}/Groups?${new URLSearchParams(query)}`);
const listed = async (query: Record<string, string>): Promise<Listed[]> =>
  (await expectStatus(200, page({ ...SLIM, count: '200', ...query }))).body.Resources;
const idsOf = (resources: readonly { id: string }[]) => resources.map(({ id }) => id);
const refused = (query: Record<string, string>, scimType: string, detail?: RegExp) =>
  expectRefused(portal, ['GET', `/Groups?${new URLSearchParams(query)}`], {
    status: 400,
    scimType,
    ...(detail === undefined ? {} : { detail }),
  });

async function walk(query: Record<string, string>, between: () => Promise<void> = async () => {}): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const { body }: Reply = await expectStatus(200, page({ ...SLIM, ...query, cursor }));
    expect(body).not.toHaveProperty('startIndex');
    seen.push(...idsOf(body.Resources));
    cursor = body.nextCursor;
    if (cursor !== undefined) await between();
  }
  return seen;
}

/** Groups whose names, external ids and times are in three different orders, some of them without an externalId. */
async function makeGroups(): Promise<void> {
  const words = ['Zebra', 'apple', 'Éclair', 'Banana', 'straße', 'Äpfel', '10', '9', 'Crew'];
  for (const [n, displayName] of words.entries()) {
    portal.sources.ms += n % 3 ? 1000 : 0;
    const externalId = n % 3 ? { externalId: `${n % 2 ? 'E' : 'e'}xt-${n % 4}` } : {};
    await expectStatus(201, portal.send('POST', '/Groups', { displayName, ...externalId }));
  }
  for (const at of [4, 1]) {
    portal.sources.ms += 5000;
    const { id, externalId } = (await listed({}))[at] ?? { id: '' };
    await expectStatus(200, portal.send('PUT', `/Groups/${id}`, { displayName: `Renamed ${at}`, externalId }));
  }
}

async function makeTeams(names: readonly string[]): Promise<void> {
  for (const name of names) {
    portal.sources.ms += 1000;
    await addTeam({ db: env.DB, sources: portal.sources, actor: 'cli' }, name);
  }
}

const KEYS: Readonly<Record<string, (group: Listed) => string | undefined>> = {
  displayName: ({ displayName }) => fold(displayName),
  DISPLAYNAME: ({ displayName }) => fold(displayName),
  'urn:ietf:params:scim:schemas:core:2.0:Group:displayName': ({ displayName }) => fold(displayName),
  id: ({ id }) => id,
  externalId: ({ externalId }) => externalId,
  'meta.created': ({ meta }) => meta.created,
  'meta.lastModified': ({ meta }) => meta.lastModified,
};

/** What has no value comes last, equal ones stay as they are, and descending is the exact reverse. All in the BMP, so that
 * JavaScript orders text as SQLite does. */
function sorted(groups: readonly Listed[], sortBy: string, descending: boolean): string[] {
  const key = KEYS[sortBy] ?? (() => undefined);
  const order = groups.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    return Number(a > b) - Number(a < b);
  });
  return idsOf(descending ? order.reverse() : order);
}

describe.each([
  ['of groups', 'sendsafely', []],
  ['of groups and teams', 'sendoso', ['Beta', 'Echo', 'zulu', 'Aardvark']],
] as const)('a list %s', (_, preset, teams) => {
  let all: Listed[];
  beforeEach(async () => {
    portal = await freshPortal(preset);
    await makeTeams(teams.slice(0, 2));
    await makeGroups();
    await makeTeams(teams.slice(2));
    all = await listed({});
    expect(all).toHaveLength(9 + teams.length);
  });

  it.each(Object.keys(KEYS))(
    'sorted by %s is an array sorted, both ways, on pages by index and by cursor',
    async (sortBy) => {
      for (const sortOrder of ['ascending', 'descending']) {
        const expected = sorted(all, sortBy, sortOrder === 'descending');
        const sort = { sortBy, sortOrder };
        expect(idsOf(await listed(sort)), sortOrder).toEqual(expected);
        for (const count of [1, 4, 9]) {
          expect(await walk({ ...sort, count: `${count}` }), `${sortOrder} by ${count}`).toEqual(expected);
          expect(idsOf(await listed({ ...sort, startIndex: '3', count: `${count}` }))).toEqual(
            expected.slice(2, 2 + count),
          );
        }
      }
    },
  );

  it('walks unsorted in creation order, with members and without, and with a filter', async () => {
    for (const count of [1, 2, 5, 200]) {
      expect(await walk({ count: `${count}` })).toEqual(idsOf(all));
      expect(await walk({ count: `${count}`, excludedAttributes: '' })).toEqual(idsOf(all));
    }
    const filter = 'displayName co "e"';
    const meeting = all.filter(({ displayName }) => fold(displayName).includes('e'));
    expect(await walk({ filter, count: '2' })).toEqual(idsOf(meeting));
    const order = { sortBy: 'externalId', sortOrder: 'descending' };
    expect(await walk({ ...order, filter, count: '2' })).toEqual(sorted(meeting, 'externalId', true));
  });

  it('of each kind of order is what a search answers', async () => {
    const body = { sortBy: 'displayName', sortOrder: 'descending', count: 4 };
    const get = await expectStatus(200, page({ sortBy: 'displayName', sortOrder: 'descending', count: '4' }));
    expect((await expectStatus(200, portal.send('POST', '/Groups/.search', body))).body).toEqual(get.body);
    const { nextCursor } = (await portal.send('POST', '/Groups/.search', { ...body, cursor: '' })).body;
    const next = await expectStatus(200, portal.send('POST', '/Groups/.search', { ...body, cursor: nextCursor }));
    expect(idsOf(next.body.Resources)).toEqual(sorted(all, 'displayName', true).slice(4, 8));
    const root = await expectStatus(200, portal.send('POST', '/.search', body));
    expect(root.body).toMatchObject({ totalResults: all.length, itemsPerPage: 4 });
    expect(idsOf(root.body.Resources)).toEqual(sorted(all, 'displayName', true).slice(0, 4));
    const foreign = await expectStatus(200, portal.send('POST', '/.search', { sortBy: 'userName' }));
    expect(idsOf(foreign.body.Resources)).toEqual(idsOf(all));
  });
});

describe('of three groups', () => {
  beforeEach(async () => {
    for (const name of ['C', 'A', 'B']) await makeGroup(portal, name);
  });

  it('a next cursor comes only where one was asked for and more groups follow', async () => {
    expect((await page({ count: '1' })).body).not.toHaveProperty('nextCursor');
    const first = await expectStatus(200, page({ cursor: '', count: '2' }));
    expect(first.body).toMatchObject({
      totalResults: 3,
      itemsPerPage: 2,
      nextCursor: expect.stringMatching(/^[\w-]+$/),
    });
    const last = await expectStatus(200, page({ cursor: first.body.nextCursor, count: '2' }, ENTRA));
    expect(last.body).toMatchObject({ totalResults: 3, itemsPerPage: 1 });
    for (const reply of [last, await page({ cursor: '', count: '3' }), await page({ cursor: '', count: '0' })]) {
      expect(reply.body).toMatchObject({ totalResults: 3 });
      expect(reply.body).not.toHaveProperty('nextCursor');
    }
  });

  it.each([
    ['sortBy=displayName&sortOrder=up', /^sortOrder must be/],
    ['sortBy=userName', /do not know/],
    ['sortBy=members', /^Groups cannot be sorted by "members"/],
    ['sortBy=members.value', /^Groups cannot be sorted by "members"/],
    ['sortBy=members.display', /do not know/],
    ['sortBy=meta', /"meta" has parts; sort by one of them, such as "meta\.created"/],
  ])('?%s is refused as invalidValue', async (query, detail) => {
    await refused(Object.fromEntries(new URLSearchParams(query)), 'invalidValue', detail);
  });

  it('sortOrder without sortBy changes nothing', async () => {
    expect(idsOf(await listed({ sortOrder: 'descending' }))).toEqual(idsOf(await listed({})));
  });

  it('a cursor is none of users, of another filter or order, with a startIndex, a bad count, or an hour later', async () => {
    await seedPeople(3);
    const users = (await expectStatus(200, portal.send('GET', '/Users?cursor=&count=1'))).body.nextCursor;
    await refused({ cursor: users }, 'invalidCursor', /another/);
    const { nextCursor: cursor } = (await page({ cursor: '', count: '1' })).body;
    await expectRefused(portal, ['GET', `/Users?cursor=${cursor}`], { status: 400, scimType: 'invalidCursor' });
    await refused({ cursor, filter: 'displayName pr' }, 'invalidCursor', /another filter or sort/);
    await refused({ cursor, sortBy: 'displayName' }, 'invalidCursor');
    await refused({ cursor, startIndex: '1' }, 'invalidValue', /not by both/);
    for (const count of ['-1', 'ten', '1.5']) await refused({ cursor, count }, 'invalidCount');
    for (const forged of ['next', btoa('{"seq":1}'), btoa('["x",1,"2",null]'), 'A'.repeat(9999)]) {
      await refused({ cursor: forged }, 'invalidCursor', /Begin again/);
    }
    portal.sources.ms += 3_600_000;
    await expectStatus(200, page({ cursor }));
    portal.sources.ms += 1000;
    await refused({ cursor }, 'expiredCursor', /Begin again/);
  });

  it('a damaged cursor is refused or a cursor all the same, never a fault', async () => {
    const { nextCursor } = (await page({ cursor: '', count: '1', sortBy: 'displayName' })).body;
    for (let at = 0; at < nextCursor.length; at += 3) {
      const cursor = `${nextCursor.slice(0, at)}A${nextCursor.slice(at + 1)}`;
      const reply = await page({ cursor, sortBy: 'displayName' });
      expect([200, 400]).toContain(reply.status);
      if (reply.status === 400) expect(reply.body.scimType).toMatch(/^(invalid|expired)Cursor$/);
    }
  });
});

describe('a walk among other requests', () => {
  const orders: Record<string, string>[] = [
    {},
    { sortBy: 'displayName' },
    { sortBy: 'displayName', sortOrder: 'descending' },
    { sortBy: 'externalId' },
    { sortBy: 'externalId', sortOrder: 'descending' },
    { sortBy: 'meta.created' },
    { filter: 'displayName sw "g"', sortBy: 'id' },
  ];
  const event = fc.record({ kind: fc.constantFrom('create', 'delete'), n: fc.nat({ max: 11 }) });

  it('sees every group and team that existed throughout exactly once', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...orders),
        fc.integer({ min: 1, max: 5 }),
        fc.array(event, { maxLength: 10 }),
        fc.boolean(),
        async (query, count, events, withTeams) => {
          portal = await freshPortal(withTeams ? 'sendoso' : 'sendsafely');
          if (withTeams) await makeTeams(['gamma', 'group 5b', 'Alpha']);
          for (let n = 0; n < 12; n++) await create(`Group ${n}`, n);
          const rest = [...events];
          let created = 0;
          const gone = new Set<string>();
          const before = idsOf(await listed(query));
          const seen = await walk({ ...query, count: `${count}` }, async () => {
            for (const { kind, n } of rest.splice(0, 2)) {
              if (kind === 'create') await create(`Group ${n}-${++created}`, n);
              else await remove(before[n] ?? '', gone);
            }
          });
          expect(new Set(seen).size).toBe(seen.length);
          expect(before.filter((id) => !gone.has(id) && !seen.includes(id))).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
  });

  async function create(displayName: string, n: number): Promise<void> {
    portal.sources.ms += n % 2 ? 1000 : 0;
    const externalId = n % 3 ? { externalId: `ext-${n % 4}` } : {};
    await expectStatus(201, portal.send('POST', '/Groups', { displayName, ...externalId }));
  }

  /** Once, and no team, which only an admin can remove. */
  async function remove(id: string, gone: Set<string>): Promise<void> {
    if (id === '' || id.startsWith('team-') || gone.has(id)) return;
    gone.add(id);
    await expectStatus(204, portal.send('DELETE', `/Groups/${id}`));
  }
});

it('a page that ends early for its members goes on behind the last group shown', { timeout: 60_000 }, async () => {
  portal = await freshPortal('sendoso');
  await seedPeople(60_000);
  await makeTeams(['B', 'D']);
  for (const name of ['A', 'C', 'E']) await makeGroup(portal, name);
  await env.DB.prepare(
    `INSERT INTO group_members SELECT g.seq, u.seq FROM groups AS g CROSS JOIN users AS u
     WHERE g.display_name <> 'E' AND u.user_name LIKE 'person%'`,
  ).run();
  await env.DB.prepare("UPDATE users SET team_seq = (SELECT seq FROM teams WHERE name = 'B') WHERE id <= ?")
    .bind(person(50_000))
    .run();
  const walked = async (query: Record<string, string>) => {
    const pages: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const { body }: Reply = await expectStatus(
        200,
        page({ ...query, cursor, attributes: 'displayName,members.value' }),
      );
      const name = ({ displayName, members }: { displayName: string; members?: unknown[] }) =>
        `${displayName} ${members?.length ?? 0}`;
      pages.push(body.Resources.map(name).join(', '));
      cursor = body.nextCursor;
    }
    return pages;
  };
  expect(await walked({})).toEqual(['A 60000', 'C 60000, E 0', 'B 50000, D 0']);
  expect(await walked({ sortBy: 'displayName' })).toEqual(['A 60000', 'B 50000', 'C 60000, D 0, E 0']);
});

it('of more than 50,000 groups, a sort that no index serves is too many; one by an index is not', async () => {
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= 50000)
     INSERT INTO groups (id, display_name, display_name_key, created_at, updated_at, version)
     SELECT printf('g%05d', i), printf('G%05d', i), printf('g%05d', 50001 - i), 0, 0, 1 FROM n`,
  ).run();
  await refused({ sortBy: 'meta.created' }, 'tooMany', /50000/);
  const first = await expectStatus(200, page({ sortBy: 'displayName', cursor: '', count: '2' }));
  expect(idsOf(first.body.Resources)).toEqual(['g50001', 'g50000']);
  expect(idsOf(await listed({ sortBy: 'externalId', count: '1' }))).toEqual(['g00001']);
  expect(await walk({ sortBy: 'meta.created', filter: 'displayName eq "g00007"' })).toEqual(['g49994']);
});

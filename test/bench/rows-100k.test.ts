// The same budgets where the directory is a hundred times larger: what a request costs must not grow with the directory, nor with
// how deep into a list it looks. Once with everybody visible and once with one row in ten hidden.
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costBeforeAnswer, Measurements, type Operation } from '../support/budget.ts';
import { expectPositionsTrue, removeUsers } from '../support/list-positions.ts';
import { freshPortal, type Portal, START_MS } from '../support/portal.ts';
import { seedUsers } from '../support/seed.ts';

const SMALL = 1000;
const LARGE = 100_000;
const PAGE = { calls: 1, read: 105, written: 0 };
const READ = { calls: 1, read: 5, written: 0 };
const userName = (n: number) => `user${String(n).padStart(7, '0')}@acme.example`;
const userPath = (n: number) => `/Users/${encodeURIComponent(userName(n))}`;
const patch = (value: object) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', value }],
});

let portal: Portal;
const cursors = new Map<string, string>();

/** A page in the middle of a walk by cursor; the cursor is fetched beforehand. */
const cursorPage = (query: string) => (send: Portal['send']) =>
  send('GET', `/Users?${query}&cursor=${cursors.get(query) ?? ''}`);

const get = (query: string) => (send: Portal['send']) => send('GET', `/Users?${query}`);
const filter = (text: string) => get(`count=100&filter=${encodeURIComponent(text)}`);

const WALKS = ['count=100', 'count=100&sortBy=userName', 'count=100&sortBy=externalId&sortOrder=descending'];

/** What must cost the same in a large directory as in a small one. */
const flat = (users: number): readonly Operation[] => [
  { name: 'list, first page', budget: PAGE, status: 200, run: get('count=100') },
  { name: 'list, middle page', budget: PAGE, status: 200, run: get(`count=100&startIndex=${users / 2 + 1}`) },
  { name: 'list, last page', budget: PAGE, status: 200, run: get(`count=100&startIndex=${users - 99}`) },
  ...WALKS.map((query) => ({
    name: `cursor page, ${query.slice(10) || 'unsorted'}`,
    budget: PAGE,
    status: 200,
    run: cursorPage(query),
  })),
  {
    name: 'sorted by lastModified, first page',
    budget: PAGE,
    status: 200,
    run: get('count=100&sortBy=meta.lastModified'),
  },
  { name: 'active eq true, first page', budget: PAGE, status: 200, run: filter('active eq true') },
  { name: 'userName eq', budget: READ, status: 200, run: filter(`userName eq "${userName(users - 5)}"`) },
  { name: 'id eq', budget: READ, status: 200, run: filter(`id eq "${userName(users - 5)}"`) },
  { name: 'externalId eq', budget: READ, status: 200, run: filter(`externalId eq "ext-${users - 5}"`) },
  { name: 'GET by id', budget: READ, status: 200, run: (send) => send('GET', userPath(users - 5)) },
];

const writes: readonly Operation[] = [
  {
    name: 'POST',
    budget: { calls: 1, read: 8, written: 10 },
    status: 201,
    run: (send) =>
      send('POST', '/Users', { userName: 'new@acme.example', externalId: 'new', name: { givenName: 'Jane' } }),
  },
  {
    name: 'PATCH simple (names)',
    budget: { calls: 2, read: 8, written: 6 },
    status: 200,
    run: (send) => send('PATCH', userPath(LARGE - 7), patch({ name: { givenName: 'Kim' } })),
  },
  {
    name: 'PUT',
    budget: { calls: 2, read: 10, written: 10 },
    status: 200,
    run: (send) => send('PUT', userPath(LARGE - 8), { userName: userName(LARGE - 8), externalId: 'changed' }),
  },
  {
    name: 'deactivate',
    budget: { calls: 2, read: 10, written: 10 },
    status: 200,
    run: (send) => send('PATCH', userPath(LARGE - 9), patch({ active: false })),
  },
  {
    name: 'DELETE',
    budget: { calls: 2, read: 10, written: 10 },
    status: 204,
    run: (send) => send('DELETE', userPath(LARGE - 11)),
  },
  {
    name: 'come back after DELETE',
    budget: { calls: 1, read: 8, written: 10 },
    status: 201,
    run: (send) => send('POST', '/Users', { userName: userName(LARGE - 11) }),
  },
];

async function fill(users: number): Promise<void> {
  portal = await freshPortal();
  await seedUsers(users, userName);
  await fetchCursors();
}

async function fetchCursors(): Promise<void> {
  for (const query of WALKS) {
    const { body } = await portal.send('GET', `/Users?${query}&cursor=`);
    cursors.set(query, body.nextCursor);
  }
}

describe('flat', () => {
  const small = new Map<string, number>();
  const measured = new Measurements();
  afterAll(() => console.log(measured.table(`${LARGE} users`)));

  it(`costs of ${SMALL} users are measured`, async () => {
    await fill(SMALL);
    for (const { name, run, status } of flat(SMALL))
      small.set(name, (await costBeforeAnswer(portal, run, status)).rowsRead);
  });

  describe(`with ${LARGE} users`, () => {
    beforeAll(() => fill(LARGE), 60_000);

    it.each(flat(LARGE))('$name stays within its budget and within 20 % of $name of few', async (operation) => {
      await measured.hold(portal, operation);
      const { rowsRead } = await costBeforeAnswer(portal, operation.run, operation.status);
      expect(rowsRead).toBeLessThanOrEqual((small.get(operation.name) ?? 0) * 1.2);
    });

    it.each(writes)('$name stays within its budget', (operation) => measured.hold(portal, operation));

    it.each(['sortBy=title', 'sortBy=meta.created', `sortBy=userName&startIndex=${LARGE / 2 + 2}`])(
      '?%s is refused as tooMany, without having been read',
      async (query) => {
        const { rowsRead } = await costBeforeAnswer(portal, get(query), 400);
        expect(rowsRead).toBeLessThan(10);
        expect((await get(query)(portal.send)).body.scimType).toBe('tooMany');
      },
    );
  });
});

describe('with one row in ten hidden', () => {
  const measured = new Measurements();
  const visible = 90_000;
  const holes = { calls: 1, read: 400, written: 0 };
  afterAll(() => console.log(measured.table(`${LARGE} users, 10 % of them hidden`)));

  beforeAll(async () => {
    await fill(LARGE);
    await removeUsers('seq % 10 = 0', START_MS);
    await expectPositionsTrue();
    await fetchCursors();
  }, 60_000);

  it.each([1, 101, 45_001, 77_777, visible - 99])('the page from %i costs little', async (startIndex) => {
    const run = get(`count=100&startIndex=${startIndex}`);
    await measured.hold(portal, { name: `list, page from ${startIndex}`, budget: holes, status: 200, run });
  });

  it.each(WALKS)('the cursor page of %s costs little', async (query) => {
    await measured.hold(portal, { name: `cursor page, ${query}`, budget: holes, status: 200, run: cursorPage(query) });
  });

  it('a tenth of a whole import by startIndex reads at most 4 rows a user', async () => {
    let rowsRead = 0;
    for (let startIndex = 1; startIndex < visible; startIndex += 1000) {
      rowsRead += (await costBeforeAnswer(portal, get(`count=100&startIndex=${startIndex}`), 200)).rowsRead;
    }
    expect(rowsRead).toBeLessThanOrEqual((4 * visible) / 10);
  });

  it('a DELETE among them and a come-back keep every count true', async () => {
    const measuredWrites = writes.filter(({ name }) => name === 'DELETE' || name.startsWith('come back'));
    for (const operation of measuredWrites) await measured.hold(portal, operation);
    await expectPositionsTrue();
    const { results } = await env.DB.prepare('SELECT user_count AS users FROM portal').all<{ users: number }>();
    expect(results[0]?.users).toBe(visible);
  });
});

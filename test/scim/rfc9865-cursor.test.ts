// Cursors, RFC 9865: the shape of the pages, what is refused, and that a walk sees every user that existed throughout exactly
// once, whatever else happens meanwhile.
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ENTRA, freshPortal, type Portal, type Reply } from '../support/portal.ts';
import { expectRefused, expectStatus, filtered, make, patchOf, userPath } from '../support/scim.ts';
import { seedUsers } from '../support/seed.ts';

const RUNS = 100;
const userName = (n: number) => `user${String(n).padStart(4, '0')}@acme.example`;
const idsOf = ({ body }: Reply): string[] => body.Resources.map(({ id }: { id: string }) => id);

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const page = (query: Record<string, string>) => portal.send('GET', `/Users?${new URLSearchParams(query)}`);
const refused = (query: Record<string, string>, scimType: string, detail?: RegExp) =>
  expectRefused(portal, ['GET', `/Users?${new URLSearchParams(query)}`], {
    status: 400,
    scimType,
    ...(detail === undefined ? {} : { detail }),
  });

async function walk(query: Record<string, string>, between: (pages: number) => Promise<void> = async () => {}) {
  const seen: string[] = [];
  const totals: number[] = [];
  for (let cursor: string | undefined = '', pages = 0; cursor !== undefined; pages++) {
    const reply: Reply = await expectStatus(200, page({ ...query, cursor }));
    seen.push(...idsOf(reply));
    totals.push(reply.body.totalResults);
    cursor = reply.body.nextCursor;
    if (cursor !== undefined) await between(pages);
  }
  return { seen, totals };
}

describe('of 250 users', () => {
  beforeEach(() => seedUsers(250, userName));

  it('a first page has a next cursor, a last one has none, and none has a previous one or a startIndex', async () => {
    const first = await expectStatus(200, page({ cursor: '', count: '200' }));
    expect(first.body).toMatchObject({
      totalResults: 250,
      itemsPerPage: 200,
      nextCursor: expect.stringMatching(/^[\w-]+$/),
    });
    const last = await expectStatus(200, page({ cursor: first.body.nextCursor, count: '200' }));
    expect(last.body).toMatchObject({ totalResults: 250, itemsPerPage: 50 });
    for (const { body } of [first, last]) {
      expect(body).not.toHaveProperty('previousCursor');
      expect(body).not.toHaveProperty('startIndex');
    }
    expect(last.body).not.toHaveProperty('nextCursor');
    expect(new Set([...idsOf(first), ...idsOf(last)]).size).toBe(250);
  });

  it('a page that ends with the last user has no next cursor', async () => {
    expect((await walk({ count: '125' })).totals).toEqual([250, 250]);
  });

  it('without a cursor in the request there is none in the answer', async () => {
    expect((await page({ count: '10' })).body).not.toHaveProperty('nextCursor');
  });

  it('the default page is 100, the largest 200, and 0 gives the total alone', async () => {
    expect(idsOf(await page({ cursor: '' }))).toHaveLength(100);
    expect(idsOf(await page({ cursor: '', count: '5000' }))).toHaveLength(200);
    const none = await expectStatus(200, page({ cursor: '', count: '0' }));
    expect(none.body).toMatchObject({ totalResults: 250, itemsPerPage: 0, Resources: [] });
    expect(none.body).not.toHaveProperty('nextCursor');
  });

  it('pages may have different sizes, and a cursor may be used twice, on either base URL', async () => {
    const { nextCursor } = (await page({ cursor: '', count: '7' })).body;
    const again = await page({ cursor: nextCursor, count: '3' });
    expect(idsOf(again)).toEqual([8, 9, 10].map(userName));
    const query = new URLSearchParams({ cursor: nextCursor, count: '3' });
    expect(idsOf(await portal.send('GET', `${ENTRA}/Users?${query}`))).toEqual(idsOf(again));
  });

  it('a filter by an index walks like any other', async () => {
    for (const filter of [
      'active eq true',
      'userName sw "user"',
      'externalId sw "ext-2"',
      'userName eq "user0007@acme.example"',
    ]) {
      const { seen, totals } = await walk({ filter, count: '40' });
      expect(new Set(seen).size).toBe(seen.length);
      expect(new Set(totals)).toEqual(new Set([seen.length]));
    }
  });
});

describe('a cursor', () => {
  let cursor: string;
  beforeEach(async () => {
    await seedUsers(30, userName);
    cursor = (await page({ cursor: '', count: '5' })).body.nextCursor;
  });

  it('is no cursor of another filter, order or sort', async () => {
    await refused({ cursor, filter: 'active eq true' }, 'invalidCursor', /another filter or sort/);
    await refused({ cursor, sortBy: 'userName' }, 'invalidCursor');
    const sorted = (await page({ cursor: '', count: '5', sortBy: 'userName' })).body.nextCursor;
    await refused({ cursor: sorted, sortBy: 'userName', sortOrder: 'descending' }, 'invalidCursor');
    await refused({ cursor: sorted }, 'invalidCursor');
  });

  it('expires after an hour, and not before', async () => {
    portal.sources.ms += 3_600_000;
    await expectStatus(200, page({ cursor }));
    portal.sources.ms += 1000;
    await refused({ cursor }, 'expiredCursor', /Begin again/);
  });

  it('goes with no startIndex', async () => {
    await refused({ cursor, startIndex: '1' }, 'invalidValue', /not by both/);
  });

  it.each(['-1', 'ten', '1.5', '1e2', '9999999999999999'])('goes with no count of %s', async (count) => {
    await refused({ cursor, count }, 'invalidCount', /^With a cursor, count must be/);
  });

  it.each([
    ['words', 'next please'],
    ['other JSON', btoa('{"seq":1}')],
    ['a list of the wrong things', btoa('["x",1,"2",null]')],
    ['bytes that are no text', btoa('\xff\xfe')],
    ['very much', 'A'.repeat(10_000)],
    ['one from the future', btoa(JSON.stringify(['x', 9e9, 1, null]))],
  ])('that is %s is refused', async (_case, forged) => {
    await refused({ cursor: forged }, 'invalidCursor', /Begin again/);
  });

  it('that is damaged in any place is refused or a cursor all the same, never a fault', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: cursor.length - 1 }), fc.constantFrom(...'Aa0_-='), async (at, character) => {
        const reply = await page({ cursor: cursor.slice(0, at) + character + cursor.slice(at + 1) });
        expect([200, 400]).toContain(reply.status);
        if (reply.status === 400) expect(reply.body.scimType).toMatch(/^(invalid|expired)Cursor$/);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a walk among other requests', () => {
  const orders: Record<string, string>[] = [
    {},
    { sortBy: 'userName' },
    { sortBy: 'userName', sortOrder: 'descending' },
    { sortBy: 'externalId' },
    { sortBy: 'title', sortOrder: 'descending' },
    { sortBy: 'meta.created' },
    { filter: 'active eq true' },
    { filter: 'userName sw "u"', sortBy: 'userName' },
  ];
  const event = fc.record({
    kind: fc.constantFrom('create', 'delete', 'update', 'return'),
    n: fc.integer({ min: 1, max: 30 }),
  });

  it('sees every user that existed throughout exactly once, and nobody twice', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...orders),
        fc.integer({ min: 1, max: 9 }),
        fc.array(event, { maxLength: 12 }),
        async (query, count, events) => {
          portal = await freshPortal();
          await seedUsers(30, userName);
          const touched = new Set<string>();
          const rest = [...events];
          const { seen } = await walk({ ...query, count: `${count}` }, async () => {
            for (const one of rest.splice(0, 3)) {
              const id = one.kind === 'create' ? `u-new${one.n}-${touched.size}@acme.example` : userName(one.n);
              if (one.kind !== 'update') touched.add(id);
              await happen(one.kind, id);
            }
          });
          const throughout = Array.from({ length: 30 }, (_, i) => userName(i + 1)).filter((id) => !touched.has(id));
          expect(throughout.filter((id) => !seen.includes(id))).toEqual([]);
          const stayed = seen.filter((id) => !touched.has(id));
          expect(new Set(stayed).size).toBe(stayed.length);
        },
      ),
      { numRuns: RUNS },
    );
  });

  /** Updates touch what no order here sorts by; what holds when the sort key itself changes is another promise. */
  async function happen(kind: 'create' | 'delete' | 'update' | 'return', id: string): Promise<void> {
    if (kind === 'create') await make(portal, { userName: id, title: 'Cook' });
    if (kind === 'update')
      await portal.send('PATCH', userPath(id), patchOf({ op: 'add', path: 'nickName', value: 'Kim' }));
    if (kind === 'delete' || kind === 'return') await portal.send('DELETE', userPath(id));
    if (kind === 'return') await portal.send('POST', '/Users', { userName: id });
  }

  it('meets a user again, or not at all, only where the sort key itself moved past the cursor', async () => {
    await seedUsers(10, userName);
    const { seen } = await walk({ sortBy: 'meta.lastModified', count: '4' }, async (pages) => {
      if (pages > 0) return;
      portal.sources.ms += 60_000;
      await portal.send('PATCH', userPath(userName(1)), patchOf({ op: 'add', path: 'title', value: 'Cook' }));
    });
    expect(seen.filter((id) => id === userName(1))).toHaveLength(2);
    expect(new Set(seen).size).toBe(10);
  });
});

it('of nobody, a walk shows the owner of the key on the standard URL, once', async () => {
  const { seen } = await walk({ count: '1' });
  expect(seen).toEqual([portal.username]);
  const { body } = await expectStatus(200, portal.send('GET', `${ENTRA}/Users?cursor=`));
  expect(body).toMatchObject({ totalResults: 0, Resources: [] });
  expect(idsOf(await portal.send('GET', `${filtered('active eq true')}&cursor=`))).toEqual([]);
});

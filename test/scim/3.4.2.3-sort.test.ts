// Sorted lists, RFC 7644 section 3.4.2.3, against a plain array: what has no value comes last, descending is the exact reverse.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fold } from '../../src/scim/fold.ts';
import type { Json, JsonObject } from '../../src/scim/json.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { CORE, ENTERPRISE, expectRefused, expectStatus, make, patchOf, userPath } from '../support/scim.ts';

const USERS = 45;
const RUNS = 120;

type Key = string | number | undefined;
type Resource = JsonObject & { readonly id: string };

let portal: Portal;
let users: Resource[];

beforeAll(async () => {
  portal = await freshPortal();
  for (let n = 0; n < USERS; n++) {
    portal.sources.ms += 1000;
    await make(portal, person(n));
  }
  for (const n of [3, 11, 30]) {
    portal.sources.ms += 1000;
    const off = patchOf({ op: 'replace', path: 'active', value: false });
    await expectStatus(200, portal.send('PATCH', userPath(nameOf(n)), off));
  }
  users = (await expectStatus(200, portal.send('GET', '/Users?count=200'))).body.Resources;
  expect(users).toHaveLength(USERS);
});

const nameOf = (n: number) => `${n % 2 ? 'U' : 'u'}ser${(n * 17) % USERS}@acme.example`.toLowerCase();
const words = ['éclair', 'Eclair', 'zebra', 'Äpfel', 'apple', 'Apple', '10', '9', '𝒳', 'ﬁre'];

function person(n: number): Record<string, unknown> {
  const word = words[n % words.length] ?? '';
  return {
    userName: nameOf(n).replace('user', n % 3 ? 'user' : 'User'),
    ...(n % 4 ? { externalId: `${n % 2 ? 'E' : 'e'}xt-${n % 7}` } : {}),
    ...(n % 3 ? { title: word } : {}),
    name: { familyName: word, ...(n % 5 ? { givenName: `G${n % 6}` } : {}) },
    emails: [
      { value: `b${n % 8}@x.example`, type: 'work' },
      ...(n % 2 ? [{ value: `A${n % 9}@x.example`, type: 'home', primary: true }] : []),
    ],
    ...(n % 6 ? { [ENTERPRISE]: { employeeNumber: String(n % 10), manager: { value: `m${n % 4}` } } } : {}),
  };
}

const object = (value: Json | undefined): JsonObject => (value ?? {}) as JsonObject;
const list = (value: Json | undefined): JsonObject[] => (value ?? []) as JsonObject[];
const text = (value: Json | undefined): Key => (typeof value === 'string' ? fold(value) : undefined);
const exact = (value: Json | undefined): Key => value as Key;
const first = (values: JsonObject[]): JsonObject => values.find(({ primary }) => primary === true) ?? values[0] ?? {};
const date = (value: Json | undefined): Key => Date.parse(String(value));

/** How each attribute is written, and its sort key in a resource. */
const KEYS: readonly (readonly [sortBy: string, key: (user: JsonObject) => Key])[] = [
  ['userName', (user) => text(user['userName'])],
  ['USERNAME', (user) => text(user['userName'])],
  [`${CORE}:userName`, (user) => text(user['userName'])],
  ['id', (user) => exact(user['id'])],
  ['externalId', (user) => exact(user['externalId'])],
  ['title', (user) => text(user['title'])],
  ['name.familyName', (user) => text(object(user['name'])['familyName'])],
  ['name.givenName', (user) => text(object(user['name'])['givenName'])],
  ['emails', (user) => text(first(list(user['emails']))['value'])],
  ['emails.type', (user) => text(first(list(user['emails']))['type'])],
  ['active', (user) => Number(user['active'])],
  ['meta.created', (user) => date(object(user['meta'])['created'])],
  ['meta.lastModified', (user) => date(object(user['meta'])['lastModified'])],
  [`${ENTERPRISE}:employeeNumber`, (user) => text(object(user[ENTERPRISE])['employeeNumber'])],
  [`${ENTERPRISE}:manager.value`, (user) => text(object(object(user[ENTERPRISE])['manager'])['value'])],
  ['nickName', () => undefined],
];

/** Code points, as SQLite orders text. */
function compare(a: Key, b: Key): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [Array.from(String(a)), Array.from(String(b))];
  const at = left.findIndex((character, i) => character !== right[i]);
  if (at < 0) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? -1) - (right[at]?.codePointAt(0) ?? -1);
}

function sorted(key: (user: JsonObject) => Key, descending: boolean): string[] {
  const order = users.map((user, i) => ({ id: user.id, key: key(user), i }));
  order.sort((a, b) => compare(a.key, b.key) || a.i - b.i);
  return (descending ? order.reverse() : order).map(({ id }) => id);
}

const idsOf = (body: { Resources: { id: string }[] }) => body.Resources.map(({ id }) => id);

describe.each(KEYS)('sortBy=%s', (sortBy, key) => {
  it.each(['ascending', 'descending'])('%s is the order of an array', async (sortOrder) => {
    const path = `/Users?count=200&sortBy=${encodeURIComponent(sortBy)}&sortOrder=${sortOrder}`;
    const { body } = await expectStatus(200, portal.send('GET', path));
    expect(idsOf(body)).toEqual(sorted(key, sortOrder === 'descending'));
  });
});

it('any page of any order, by index and by cursor, with a filter and without, is a slice of the array', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        at: fc.nat({ max: KEYS.length - 1 }),
        descending: fc.boolean(),
        startIndex: fc.integer({ min: 1, max: USERS + 5 }),
        count: fc.integer({ min: 1, max: 20 }),
        filtered: fc.boolean(),
        walk: fc.boolean(),
      }),
      async ({ at, descending, startIndex, count, filtered, walk }) => {
        const [sortBy, key] = KEYS[at] ?? ['userName', () => undefined];
        const query = new URLSearchParams({
          sortBy,
          sortOrder: descending ? 'descending' : 'ascending',
          count: `${count}`,
        });
        if (filtered) query.set('filter', 'name.familyName co "e" or active eq false');
        const meets = (user: JsonObject) =>
          fold(String(object(user['name'])['familyName'] ?? '')).includes('e') || user['active'] === false;
        const ids = new Set(users.filter((user) => !filtered || meets(user)).map(({ id }) => id));
        const expected = sorted(key, descending).filter((id) => ids.has(id));
        if (!walk) {
          query.set('startIndex', `${startIndex}`);
          const { body } = await expectStatus(200, portal.send('GET', `/Users?${query}`));
          expect(body.totalResults).toBe(expected.length);
          expect(idsOf(body)).toEqual(expected.slice(startIndex - 1, startIndex - 1 + count));
          return;
        }
        const seen: string[] = [];
        for (let cursor: string | undefined = ''; cursor !== undefined; ) {
          query.set('cursor', cursor);
          const { body } = await expectStatus(200, portal.send('GET', `/Users?${query}`));
          expect(body.totalResults).toBe(expected.length);
          seen.push(...idsOf(body));
          cursor = body.nextCursor;
        }
        expect(seen).toEqual(expected);
      },
    ),
    { numRuns: RUNS },
  );
}, 240_000);

it('sortOrder without sortBy changes nothing', async () => {
  const { body } = await expectStatus(200, portal.send('GET', '/Users?sortOrder=descending&count=200'));
  expect(idsOf(body)).toEqual(users.map(({ id }) => id));
});

it.each([
  ['sortBy=userName&sortOrder=up', /^sortOrder must be/],
  ['sortBy=shoeSize', /do not know/],
  ['sortBy=password', /do not know/],
  ['sortBy=name', /has parts/],
  ['sortBy=meta', /has parts/],
  ['sortBy=addresses', /has parts/],
  ['sortBy=groups', /cannot be sorted by "groups"/],
  ['sortBy=emails[type eq "work"].value', /do not know/],
  ["sortBy=userName'; DROP TABLE users; --", /do not know/],
])('?%s is refused as invalidValue', async (query, detail) => {
  const path = `/Users?${new URLSearchParams(query)}`;
  await expectRefused(portal, ['GET', path], { status: 400, scimType: 'invalidValue', detail });
});

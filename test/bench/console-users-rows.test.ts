// What a page of the list of users costs at 100,000 users: one D1 call, and as many rows wherever in the list it is.
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ListPage, readListPage, selectListPage } from '../../src/directory/user-list.ts';
import { writePlace } from '../../src/directory/user-list-cursor.ts';
import { readListQuery } from '../../src/directory/user-list-query.ts';
import { signedIn, Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { freshPortal, type Portal, START_MS } from '../support/portal.ts';
import { seedUsers } from '../support/seed.ts';

const USERS = 100_000;
const userName = (n: number) => `user${String(n).padStart(7, '0')}@acme.example`;

let portal: Portal;
let admin: Visitor;
const lines: string[] = [];
afterAll(() => console.log(`\nthe list of users at ${USERS} users\n${lines.join('\n')}`));

/** One in ten is deactivated and one in a hundred removed; at 60,000 there is a stretch of 30,000 deactivated ones. */
beforeAll(async () => {
  portal = await freshPortal('sendoso');
  await seedUsers(USERS, userName);
  await env.DB.batch([
    env.DB.prepare(
      `UPDATE users SET active = 0, deactivated_at = ?1 WHERE login_type = 'saml' AND (seq % 10 = 0 OR seq BETWEEN 60000 AND 90000)`,
    ).bind(START_MS),
    env.DB.prepare("UPDATE users SET removed_at = ?1 + seq WHERE login_type = 'saml' AND seq % 100 = 0").bind(START_MS),
    env.DB.prepare("UPDATE users SET role = 'manager' WHERE seq = 99990"),
    env.DB.prepare(
      "UPDATE users SET given_name = 'Zoe', folded = json_set(folded, '$.name.givenName', 'zoe') WHERE seq = 45001",
    ),
    env.DB.prepare('PRAGMA optimize'),
  ]);
  admin = await signedIn(portal.sources);
}, 60_000);

/** The page at an address: how many rows and calls of D1, and what is on it. */
async function costOf(query: string) {
  const { db, cost } = countedDb(env.DB);
  const same = new Visitor(portal.sources, { ...env, DB: db });
  for (const [name, value] of admin.cookies) same.cookies.set(name, value);
  const { status, text } = await same.get(`/console/users?${query}`);
  expect(status).toBe(200);
  const rows = text.match(/<th scope="row">/g)?.length ?? 0;
  return { ...cost, rows, looked: /Looked through ([\d,]+)/.exec(text)?.[1], text };
}

async function hold(name: string, query: string, most: number) {
  const cost = await costOf(query);
  lines.push(
    `${name.padEnd(52)} ${cost.calls} call ${String(cost.rowsRead).padStart(7)} of ${most} rows read, ${cost.rows} users`,
  );
  expect(cost.calls).toBe(1);
  expect(cost.rowsWritten).toBe(0);
  expect(cost.rowsRead).toBeLessThanOrEqual(most);
  return cost;
}

const at = (source: 'names' | 'inactive' | 'removed', seq: number, key: string | number) =>
  `after=${writePlace({ source, seq, key })}`;

// Each row of a page is read, numbered and shown, and joined with its team where it has one.
const PAGE = 400;
const BOUND = 61_000;

describe('a full page costs the same', () => {
  it.each([
    ['registered, first', ''],
    ['registered, middle', at('names', 0, userName(50_000))],
    ['registered, last', at('names', 0, userName(USERS - 57))],
    ['deactivated, first', 'show=deactivated'],
    ['deactivated, middle', `show=deactivated&${at('inactive', 75_000, 75_000)}`],
    ['removed, first', 'show=removed'],
    ['removed, middle', `show=removed&${at('removed', 50_000, START_MS + 50_000)}`],
    ['removed, last of deactivated', `show=deactivated&${at('removed', 5_100, START_MS + 5_100)}`],
    ['all, first', 'show=all'],
    ['all, middle', `show=all&${at('names', 0, userName(70_000))}`],
    ['sign-in by the identity provider', 'login=saml'],
    ['role sender', 'role=sender&show=all'],
    ['a prefix that many have', 'q=user00'],
    ['a prefix that many have, middle', `q=user00&${writePlace({ source: 'prefix', seq: 0, key: userName(40_000) })}`],
    ['a word that many have', 'q=acme'],
  ])('%s', async (name, query) => {
    const isRole = name === 'role sender';
    if (isRole) await env.DB.prepare("UPDATE users SET role = 'sender' WHERE role = 'user'").run();
    const cost = await hold(name, query, PAGE);
    if (!name.includes('last')) expect(cost.rows).toBe(50);
    expect(cost.looked).toBeUndefined();
  });
});

describe('few rows are read for', () => {
  it.each([
    ['admins', 'role=admin', 3],
    ['service accounts', 'login=service', 1],
    ['passwords', 'login=password&role=admin&q=admin', 1],
  ])('%s', async (name, query, users) => {
    expect((await hold(name, query, 60)).rows).toBe(users);
  });
});

describe('looking for one among all stops at its bound', () => {
  it.each([
    ['a user name', `q=${userName(77_777)}&show=all`, 1],
    ['an external id', 'q=ext-99991', 1],
    ['a word that nobody has', 'q=nobody', 0],
    ['a role that few have', 'role=manager', 0],
    ['registered behind a long stretch of others', at('names', 0, userName(60_000)), 0],
  ])('%s', async (name, query, users) => {
    const cost = await hold(name, query, BOUND);
    expect([cost.rows, cost.looked]).toEqual([users, '20,000']);
  });

  it('and going on finds the one there is', async () => {
    const query = readListQuery(new URLSearchParams({ q: 'zoe' }));
    let page: ListPage | undefined;
    let pages = 0;
    do {
      page = readListPage(await selectListPage(env.DB, query, page?.next ?? '').run());
      pages++;
    } while (page.users.length === 0 && page.next !== undefined);
    expect(page.users.map(({ seq, givenName }) => [seq, givenName])).toEqual([[45_001, 'Zoe']]);
    expect(pages).toBe(3);
  });
});

describe('the plan of the statement', () => {
  const planOf = async (query: string) => {
    const noting = { prepare: (sql: string) => env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`) };
    const listed = readListQuery(new URLSearchParams(query));
    const { results } = await selectListPage(noting as D1Database, listed, '').all<{ detail: string }>();
    return results.map(({ detail }) => detail);
  };

  it.each([
    '',
    'show=deactivated',
    'show=inactive',
    'show=removed',
    'show=all',
    'role=admin',
    'login=service',
    'q=jane&show=all',
  ])('of %j searches indexes in their order: nothing is scanned, nothing is sorted', async (query) => {
    const plan = await planOf(query);
    const touching = plan.filter((line) => /\b(users|teams)\b/.test(line));
    expect(touching.length).toBeGreaterThan(1);
    for (const line of touching) expect(line).toMatch(/^SEARCH /);
    expect(plan.join('\n')).not.toMatch(/B-TREE/);
  });
});

it('the page is light', async () => {
  const { text } = await costOf('');
  const zipped = await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
  lines.push(`the page weighs ${text.length} characters, ${zipped.byteLength} bytes gzipped`);
  expect(zipped.byteLength).toBeLessThan(8_000);
});

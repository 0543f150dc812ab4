// What a filter reads: indexed attributes stay indexed whatever they are combined with, everything else looks through what its index
// leaves, and a large directory is refused before it is scanned.
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planFilter } from '../../src/directory/filter-plan.ts';
import { USER_TABLE } from '../../src/directory/user-columns.ts';
import { parseFilter } from '../../src/scim/filter/parser.ts';
import { coreUserSchema } from '../../src/scim/schema/core-user.ts';
import { ResourceSchema } from '../../src/scim/schema/resource-schema.ts';
import { conditionSql } from '../../src/storage/condition-sql.ts';
import { VISIBLE_SQL } from '../../src/storage/filter-columns.ts';
import { MAX_SCANNED_ROWS, scanGuard } from '../../src/storage/scan-guard.ts';
import { countedDb } from '../support/counted-db.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { expectScimError, expectStatus, filtered } from '../support/scim.ts';
import { seedUsers } from '../support/seed.ts';

const USERS = 1200;
const name = (n: number) => `user${String(n).padStart(5, '0')}@acme.example`;
const schema = new ResourceSchema(coreUserSchema({ userNameImmutable: true, showLastLogin: true }), []);

let portal: Portal;
beforeAll(async () => {
  portal = await freshPortal();
  await seedUsers(USERS, name);
  await env.DB.batch([
    env.DB.prepare("UPDATE users SET active = 0 WHERE user_name LIKE 'user0000%'"),
    env.DB.prepare("UPDATE users SET updated_at = updated_at + 1000 WHERE user_name LIKE 'user0010%'"),
    env.DB.prepare('UPDATE portal SET active_count = active_count - 9'),
  ]);
  await portal.send('GET', '/Users?count=1');
});

async function costOf(filter: string, more = '') {
  const { db, cost } = countedDb(env.DB);
  const reply = await portal.send('GET', filtered(filter, more), undefined, { env: { DB: db } });
  return { reply, cost };
}

/** Rows of the key's question are three; a row found by an index other than the primary key counts twice. */
const INDEXED: readonly (readonly [filter: string, total: number, rowsRead: number])[] = [
  [`userName eq "${name(7)}"`, 1, 5],
  [`id eq "${name(7)}"`, 1, 5],
  ['externalId eq "ext-7"', 1, 5],
  [`userName eq "${name(7)}" and title co "x"`, 0, 5],
  [`title co "x" and (userName eq "${name(700)}" and not (active eq false))`, 0, 5],
  [`active eq true and userName eq "${name(700)}"`, 1, 5],
  [`userName eq "${name(7)}" or userName eq "${name(8)}"`, 2, 30],
  [`userName eq "${name(7)}" or externalId eq "ext-8" or id eq "${name(9)}"`, 3, 40],
  [`(userName eq "${name(77)}" or externalId eq "ext-800") and name.familyName eq "example"`, 2, 40],
  [`(title pr or userName eq "x") and externalId eq "ext-7"`, 0, 6],
  ['userName sw "user0001"', 10, 80],
  ['userName sw "user0001" and emails[type eq "work" and value ew "example"]', 10, 80],
  ['meta.lastModified gt "2026-01-15T12:00:00Z"', 10, 80],
  ['meta.lastModified gt "2026-01-15T12:00:00Z" and active eq true and name.givenName eq "JANE"', 10, 80],
  ['active eq false and name.givenName co "x"', 0, 60],
  ['meta.lastModified gt "2026-01-15T12:00:00Z" or active eq false or userName eq "x"', 19, 160],
];

describe(`among ${USERS} users`, () => {
  it.each(INDEXED)('%s reads few rows, in one call', async (filter, total, rowsRead) => {
    const { reply, cost } = await costOf(filter);
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    expect(reply.body.totalResults).toBe(total);
    expect(cost.calls).toBe(1);
    expect(cost.rowsRead).toBeLessThanOrEqual(rowsRead);
  });

  it.each(INDEXED)('%s scans no table', async (filter) => {
    const parsed = parseFilter(filter);
    const condition = parsed.ok ? planFilter(parsed.value, schema, USER_TABLE) : parsed;
    if (!condition.ok) throw new Error(condition.failure.detail);
    const where = conditionSql(condition.value);
    const { results } = await env.DB.prepare(
      `EXPLAIN QUERY PLAN SELECT * FROM users WHERE ${VISIBLE_SQL.users} AND (${where.sql}) ORDER BY seq LIMIT 100`,
    )
      .bind(...where.values)
      .all<{ detail: string }>();
    const steps = results.map(({ detail }) => detail);
    expect(
      steps.filter((step) => /SCAN (users|s)\b/.test(step)),
      steps.join('\n'),
    ).toEqual([]);
  });

  it('a filter without an index looks through each user once a statement', async () => {
    const { reply, cost } = await costOf('name.familyName eq "EXAMPLE" and title ne "x"', '&count=10');
    expect(reply.body.totalResults).toBe(USERS - 9 + 9);
    expect(cost.rowsRead).toBeLessThanOrEqual(2 * USERS + 20);
  });

  it.each([
    ['active eq true', USERS - 9],
    ['active ne true', 9],
    ['active eq "False"', 9],
    ['userName pr', USERS],
    ['not (id eq null)', USERS],
  ])('%s takes its total from a counter', async (filter, total) => {
    const { reply, cost } = await costOf(filter, '&count=5');
    expect(reply.body.totalResults).toBe(total);
    expect(cost.rowsRead).toBeLessThanOrEqual(25);
  });
});

describe('in a directory that is too large to look through', () => {
  /** The guard goes by the portal's counter, so that a small directory can say that it is large. */
  beforeEach(async () => {
    await env.DB.prepare('UPDATE portal SET user_count = ?')
      .bind(MAX_SCANNED_ROWS + 1)
      .run();
  });

  it.each([
    'title eq "x"',
    'not (userName eq "x")',
    'userName eq "x" or title pr',
    'userName co "x"',
    'meta.created gt "2026-01-01T00:00:00Z"',
  ])('%s is refused as tooMany before anything is scanned', async (filter) => {
    const { reply, cost } = await costOf(filter);
    expectScimError(reply, {
      status: 400,
      scimType: 'tooMany',
      detail: /more than 50000 .*id, userName, externalId, active or meta\.lastModified/,
    });
    expect(cost.rowsRead).toBeLessThanOrEqual(20);
  });

  it.each([
    'userName sw "user0001" and title ne "x"',
    'active eq false and title ne "x"',
    `userName eq "${name(7)}" and title ne "x"`,
  ])('%s runs, because its index leaves few', async (filter) => {
    const { reply, cost } = await costOf(filter);
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    expect(reply.body.totalResults).toBeGreaterThan(0);
    expect(cost.rowsRead).toBeLessThanOrEqual(100);
  });

  it('sorting by an attribute without an index is held by the same guard', async () => {
    await expect(env.DB.batch([scanGuard(env.DB, undefined)])).rejects.toThrow('guard:scan');
    await env.DB.prepare('UPDATE portal SET user_count = ?').bind(MAX_SCANNED_ROWS).run();
    await expect(env.DB.batch([scanGuard(env.DB, undefined)])).resolves.toBeDefined();
  });
});

describe('within the limits of D1', () => {
  const WIDE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName';

  beforeEach(async () => {
    await env.DB.prepare('UPDATE portal SET user_count = ?').bind(USERS).run();
  });

  it.each([
    ...['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'].flatMap(
      (operator) =>
        [
          [`forty ${operator} by index`, (i: number) => `userName ${operator} "u${i}"`],
          [`forty ${operator} on JSON`, (i: number) => `${WIDE} ${operator} "u${i}"`],
          [`forty ${operator} on lists`, (i: number) => `emails.value ${operator} "u${i}"`],
          [`forty ${operator} on what is computed`, (i: number) => `userLastLoggedInTimeStamp ${operator} "u${i}"`],
          [`forty ${operator} on groups`, (i: number) => `groups.value ${operator} "u${i}"`],
        ] as [string, (i: number) => string][],
    ),
    ['forty dates', (i: number) => `meta.lastModified ge "2026-01-${10 + (i % 20)}T00:00:00Z"`],
    ['forty pieces of dates', (i: number) => `meta.created co "2026-0${i % 10}"`],
    [
      'forty value paths',
      (i: number) => `emails[type eq "work" and not (value eq "u${i}")]`.replace(' and', i < 20 ? ' and' : ' or'),
    ],
    [
      'forty of every index',
      (i: number) =>
        [
          `userName eq "u${i}"`,
          `id eq "u${i}"`,
          `externalId sw "u${i}"`,
          'active eq false',
          `meta.lastModified lt "2020-01-01T00:00:00Z"`,
          `groups.value eq "u${i}"`,
        ][i % 6] ?? '',
    ],
  ] as [string, (i: number) => string][])('%s run', async (_case, term) => {
    const terms = _case === 'forty value paths' ? 20 : 40;
    for (const join of [' or ', ' and ']) {
      const filter = Array.from({ length: terms }, (_, i) => term(i)).join(join);
      await expectStatus(200, portal.send('GET', filtered(filter, '&count=1&startIndex=2')));
    }
  });

  it('brackets twenty deep, each with "not", "and" and "or", run', async () => {
    let filter = 'title eq "x"';
    for (let depth = 1; depth <= 19; depth++) {
      filter = depth % 2 === 0 ? `not (active eq true and ${filter})` : `not (${filter} or nickName pr)`;
    }
    await expectStatus(200, portal.send('GET', filtered(`emails.value pr and (${filter})`)));
    await expectStatus(
      200,
      portal.send(
        'GET',
        filtered(
          `emails[${filter.replaceAll('title', 'type').replaceAll('nickName', 'display').replaceAll('active', 'primary')}]`,
        ),
      ),
    );
  });

  it('a value of eight thousand characters runs, by each operator', async () => {
    for (const operator of ['eq', 'ne', 'co', 'sw', 'ew', 'gt']) {
      await expectStatus(200, portal.send('GET', filtered(`title ${operator} "${'ß'.repeat(8000)}"`)));
    }
  });
});

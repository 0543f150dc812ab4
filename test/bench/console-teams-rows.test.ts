// What the screens of teams cost with 1,000 teams and 100,000 users: one D1 call, bounded rows; and what it takes to make and remove
// a team of tens of thousands in one statement.
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedIn, type Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { freshPortal } from '../support/portal.ts';
import { one } from '../support/scim.ts';
import { seedUsers } from '../support/seed.ts';

const USERS = 100_000;
const TEAMS = 1_000;
const LARGE = 30_000;
const ASKING = 40_000;
/** The accounts before the users: the key's owner, and an admin. */
const FIRST = 2;

let admin: Visitor;
const lines: string[] = [];
afterAll(() => console.log(`\nteams: ${TEAMS} of them, ${USERS} users\n${lines.join('\n')}`));

/** `Team 0000` has 30,000 people, the others a few; 40,000 ask for `Wanted`, which there is not: half of them are in no team, half in
 * `Team 0999`, where first sign-ins come. */
beforeAll(async () => {
  const portal = await freshPortal('sendoso');
  await seedUsers(USERS, (n) => `user${n}@acme.example`);
  const asks = '{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"division":"Wanted"}}';
  await env.DB.batch([
    env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${TEAMS})
       INSERT INTO teams (id, name, name_key, created_at) SELECT printf('team-%04d', i), printf('Team %04d', i), printf('team %04d', i), 1 FROM n`,
    ),
    env.DB.prepare(
      `UPDATE users SET team_seq = (SELECT min(seq) FROM teams) + iif(seq <= ${FIRST + LARGE}, 0, 1 + seq % ${TEAMS - 1})
       WHERE login_type = 'saml' AND seq <= ${FIRST + USERS - ASKING}`,
    ),
    env.DB.prepare(
      `UPDATE users SET attributes = ? WHERE login_type = 'saml' AND seq > ${FIRST + USERS - ASKING}`,
    ).bind(asks),
    env.DB.prepare(
      `UPDATE users SET team_seq = (SELECT max(seq) FROM teams)
       WHERE login_type = 'saml' AND seq > ${FIRST + USERS - ASKING} AND seq % 2 = 0`,
    ),
    env.DB.prepare(`UPDATE portal SET policy = '{"jit":{"defaultTeam":"Team 0999"}}', version = version + 1`),
    env.DB.prepare('PRAGMA optimize'),
  ]);
  admin = await signedIn(portal.sources);
}, 120_000);

async function costOf(path: string, fields?: Record<string, string>) {
  const { db, cost } = countedDb(env.DB);
  const same = admin.over({ DB: db });
  const began = performance.now();
  const page = fields ? await same.post(path, { fields }) : await same.get(path);
  expect([200, 303]).toContain(page.status);
  return { ...cost, page, ms: Math.round(performance.now() - began) };
}

function note(name: string, { calls, rowsRead, rowsWritten }: Awaited<ReturnType<typeof costOf>>, most: string): void {
  const counts = `${String(rowsRead).padStart(7)} read, ${String(rowsWritten).padStart(6)} written`;
  lines.push(`${name.padEnd(44)} ${calls} calls ${counts}, at most ${most}`);
}

const READ: readonly (readonly [name: string, path: string, most: number])[] = [
  // A page of 25 teams is counted up to 1,000 each, and 10,000 of the users are looked through.
  ['the teams, first page', '/console/teams', 10_000 * 3 + 26 * 1_000 + 100],
  ['the teams, behind the large one', '/console/teams?after=Team%200500', 10_000 * 3 + 26 * 100 + 100],
  ['a part of a name', '/console/teams?q=0777', 10_000 * 3 + TEAMS + 200],
  ['one team, everybody counted', '/console/teams/team-0000', LARGE + 30],
  ['one team, of few', '/console/teams/team-0500', 200],
  ['its removal', '/console/teams/team-0000/remove', LARGE + 30],
  // A list of users names up to 201 teams to choose one of.
  ['the people of the large team', '/console/users?team=Team%200000', 400 + 201],
  ['the people of a team of few', '/console/users?team=Team%200500&show=all', 400 + 201],
  ['the people of no such team', '/console/users?team=Team', 30 + 201],
  ['everybody, where there are many teams', '/console/users', 400 + 201],
];

describe('looking', () => {
  it.each(READ)('%s', async (name, path, most) => {
    const cost = await costOf(path);
    note(name, cost, `${most} read`);
    expect([cost.calls, cost.rowsWritten]).toEqual([1, 0]);
    expect(cost.rowsRead).toBeLessThanOrEqual(most);
  });
});

describe('the plan', () => {
  it('of the people of a team searches its index in its order', async () => {
    const { readListQuery } = await import('../../src/directory/user-list-query.ts');
    const { selectListPage } = await import('../../src/directory/user-list.ts');
    const noting = { prepare: (sql: string) => env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`) };
    const query = readListQuery(new URLSearchParams({ team: 'Team 0000', q: 'jane', show: 'all' }));
    const { results } = await selectListPage(noting as D1Database, query, '').all<{ detail: string }>();
    const plan = results.map(({ detail }) => detail);
    expect(plan.join('\n')).not.toMatch(/B-TREE|SCAN (users|teams)/);
  });
});

describe('tens of thousands at once', () => {
  const count = () =>
    one<{ n: number }>(
      "SELECT count(*) AS n FROM users WHERE team_seq = (SELECT seq FROM teams WHERE name = 'Wanted')",
    );

  it('come into a team when it is made, in one statement that looks at everybody', async () => {
    const cost = await costOf('/console/teams', { name: 'Wanted' });
    note(`${ASKING} come into a new team`, cost, `${USERS * 3} read`);
    expect(cost.page.location).toBe(`/console/teams?done=added&n=${ASKING}`);
    expect(cost.rowsRead).toBeLessThanOrEqual(USERS * 3);
    expect(cost.rowsWritten).toBeLessThanOrEqual(ASKING * 2 + 20);
    expect(await count()).toEqual({ n: ASKING });
  });

  it('are in none when it is removed, which looks at them only', async () => {
    const { id } = await one<{ id: string }>("SELECT id FROM teams WHERE name = 'Wanted'");
    const cost = await costOf(`/console/teams/${id}/remove`, {});
    note(`${ASKING} go out with their team`, cost, `${ASKING * 4} read`);
    expect(cost.page.location).toBe(`/console/teams?done=removed&n=${ASKING}`);
    expect(cost.rowsRead).toBeLessThanOrEqual(ASKING * 4 + 100);
    expect(cost.rowsWritten).toBeLessThanOrEqual(ASKING * 2 + 20);
  });
});

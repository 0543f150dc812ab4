// What teams that are shown as groups cost, counted, in a portal with many users and one large team: no more than groups do.
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { addTeam } from '../../src/directory/teams.ts';
import { Measurements, type Operation } from '../support/budget.ts';
import { makeGroup, person, seedPeople } from '../support/groups.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { ENTERPRISE, jane, one, patchOf, userPath } from '../support/scim.ts';

const USERS = 2000;
const MEMBERS = 1000;
const TEAMS = 20;
const GROUPS = 20;

let portal: Portal;
let large: string;
beforeAll(async () => {
  portal = await freshPortal('sendoso');
  await seedPeople(USERS);
  const context = { db: env.DB, sources: portal.sources, actor: 'cli' };
  for (let n = 1; n <= TEAMS; n++) await addTeam(context, `Team ${n}`);
  for (let n = 1; n <= GROUPS; n++) await makeGroup(portal, `Group ${n}`, n <= 3 ? [person(1)] : []);
  const team = await one<{ seq: number; id: string }>("SELECT seq, id FROM teams WHERE name = 'Team 1'");
  large = team.id;
  await env.DB.prepare('UPDATE users SET team_seq = ? WHERE id BETWEEN ? AND ?')
    .bind(team.seq, person(1), person(MEMBERS))
    .run();
  await portal.send('GET', '/Users?count=1');
});

const measured = new Measurements();
afterAll(() => console.log(measured.table(`${USERS} users, ${GROUPS} groups, ${TEAMS} teams, one of ${MEMBERS}`)));

const named = (filter: string) => `/Groups?excludedAttributes=members&filter=${encodeURIComponent(filter)}`;
const division = (value: string) => ({ [ENTERPRISE]: { division: value } });

const OPERATIONS: readonly Operation[] = [
  {
    name: 'GET a team without members',
    budget: { calls: 1, read: 6, written: 0 },
    status: 200,
    run: (send) => send('GET', `/Groups/${large}?excludedAttributes=members`),
  },
  {
    name: `GET a team, ${MEMBERS} members`,
    budget: { calls: 1, read: 8 + 2 * MEMBERS, written: 0 },
    status: 200,
    run: (send) => send('GET', `/Groups/${large}`),
  },
  {
    name: 'filter displayName eq, a team',
    budget: { calls: 1, read: 12, written: 0 },
    status: 200,
    run: (send) => send('GET', named('displayName eq "team 7"')),
  },
  {
    name: 'filter id eq and members eq',
    budget: { calls: 1, read: 18, written: 0 },
    status: 200,
    run: (send) => send('GET', named(`id eq "${large}" and members eq "${person(900)}"`)),
  },
  {
    name: 'list without members',
    budget: { calls: 1, read: 6 + 2 * GROUPS + 3 * TEAMS, written: 0 },
    status: 200,
    run: (send) => send('GET', '/Groups?excludedAttributes=members'),
  },
  {
    name: `list with ${MEMBERS} members`,
    budget: { calls: 1, read: 20 + 6 * (GROUPS + TEAMS) + MEMBERS, written: 0 },
    status: 200,
    run: (send) => send('GET', '/Groups'),
  },
  {
    name: 'filter members pr',
    budget: { calls: 1, read: 20 + 6 * (GROUPS + TEAMS), written: 0 },
    status: 200,
    run: (send) => send('GET', named('members pr')),
  },
  {
    name: 'users of a team, a page of 10',
    budget: { calls: 1, read: 20 + 6 * MEMBERS, written: 0 },
    status: 200,
    run: (send) => send('GET', `/Users?count=10&filter=${encodeURIComponent(`groups.value eq "${large}"`)}`),
  },
  {
    name: 'GET a user with groups and team',
    budget: { calls: 2, read: 9 + 3 * 4, written: 0 },
    status: 200,
    run: (send) => send('GET', `${userPath(person(1))}?attributes=groups`),
  },
  {
    name: 'POST a group, no members',
    budget: { calls: 1, read: 8, written: 7 },
    status: 201,
    run: (send) => send('POST', '/Groups', { displayName: 'New' }),
  },
  {
    name: 'POST a user with a team',
    budget: { calls: 1, read: 9, written: 10 },
    status: 201,
    run: (send) => send('POST', '/Users', jane({ externalId: 'new', ...division('Team 2') })),
  },
  {
    name: 'PATCH moves a user to a team',
    budget: { calls: 2, read: 12, written: 10 },
    status: 200,
    run: (send) =>
      send('PATCH', userPath(person(5)), patchOf({ op: 'replace', path: `${ENTERPRISE}:division`, value: 'Team 3' })),
  },
  {
    name: 'DELETE a user of a team',
    budget: { calls: 2, read: 13, written: 14 },
    status: 204,
    run: (send) => send('DELETE', userPath(person(6))),
  },
];

describe('teams as groups', () => {
  it.each(OPERATIONS)('$name stays within its budget', (operation) => measured.hold(portal, operation));
});

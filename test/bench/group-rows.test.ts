// What every operation on groups costs, counted, in a portal with many users and one large group: what is not asked for is not
// read, and a change costs what it changes.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Measurements, type Operation } from '../support/budget.ts';
import { makeGroup, membersOf, people, person, seedPeople } from '../support/groups.ts';
import { ENTRA, freshPortal, type Portal } from '../support/portal.ts';
import { patchOf, userPath } from '../support/scim.ts';

const USERS = 2000;
const MEMBERS = 1000;
const OTHERS = 50;

let portal: Portal;
let large: string;
beforeAll(async () => {
  portal = await freshPortal();
  await seedPeople(USERS);
  large = (await makeGroup(portal, 'Large', people(1, MEMBERS))).id;
  for (let n = 1; n <= OTHERS; n++) await makeGroup(portal, `Group ${n}`, n <= 3 ? [person(1)] : []);
});

const measured = new Measurements();
afterAll(() => console.log(measured.table(`${USERS} users, a group of ${MEMBERS}, ${OTHERS} others`)));

const group = (base = '') => `${base}/Groups/${large}`;
const add = (ids: readonly string[]) => patchOf({ op: 'Add', path: 'members', value: membersOf(ids) });
const remove = (ids: readonly string[]) => patchOf({ op: 'Remove', path: 'members', value: membersOf(ids) });
const named = (filter: string) => `/Groups?excludedAttributes=members&filter=${encodeURIComponent(filter)}`;

/** Two calls; each of `n` members is three rows in the load (the id, the user, the membership) and three in the commit. */
const change = (n: number) => ({ calls: 2, read: 12 + 6 * n, written: 6 + 2 * n });

const OPERATIONS: readonly Operation[] = [
  {
    name: 'GET by id without members',
    budget: { calls: 1, read: 5, written: 0 },
    status: 200,
    run: (send) => send('GET', `${group()}?excludedAttributes=members`),
  },
  {
    name: `GET by id, ${MEMBERS} members`,
    budget: { calls: 1, read: 6 + 2 * MEMBERS, written: 0 },
    status: 200,
    run: (send) => send('GET', group()),
  },
  {
    name: 'filter displayName eq',
    budget: { calls: 1, read: 6, written: 0 },
    status: 200,
    run: (send) => send('GET', named('displayName eq "group 7"')),
  },
  {
    name: 'filter id eq and members eq (Entra)',
    budget: { calls: 1, read: 12, written: 0 },
    status: 200,
    run: (send) => send('GET', named(`id eq "${large}" and members eq "${person(900)}"`)),
  },
  {
    name: 'list without members',
    budget: { calls: 1, read: 5 + 2 * (OTHERS + 1), written: 0 },
    status: 200,
    run: (send) => send('GET', '/Groups?excludedAttributes=members'),
  },
  {
    name: 'POST, no members',
    budget: { calls: 1, read: 8, written: 7 },
    status: 201,
    run: (send) => send('POST', '/Groups', { displayName: 'New' }),
  },
  {
    name: 'PATCH adds one (Entra)',
    budget: change(1),
    status: 204,
    run: (send) => send('PATCH', group(ENTRA), add([person(1500)])),
  },
  {
    name: 'PATCH removes one (Entra)',
    budget: change(1),
    status: 204,
    run: (send) => send('PATCH', group(ENTRA), remove([person(1500)])),
  },
  {
    name: 'PATCH adds 100 (Entra)',
    budget: change(100),
    status: 204,
    run: (send) => send('PATCH', group(ENTRA), add(people(1101, 1200))),
  },
  {
    name: 'PATCH adds who is there (Entra)',
    budget: { calls: 1, read: 9, written: 0 },
    status: 204,
    run: (send) => send('PATCH', group(ENTRA), add([person(1)])),
  },
  {
    name: 'PATCH renames (Okta, without members)',
    budget: { calls: 2, read: 10, written: 8 },
    status: 200,
    run: (send) =>
      send('PATCH', `${group()}?excludedAttributes=members`, patchOf({ op: 'replace', value: { displayName: 'L' } })),
  },
  {
    name: 'GET a user with groups',
    budget: { calls: 2, read: 9 + 3 * 4, written: 0 },
    status: 200,
    run: (send) => send('GET', `${userPath(person(1))}?attributes=groups`),
  },
  {
    name: 'DELETE a user in 4 groups',
    budget: { calls: 2, read: 12 + 8 * 4, written: 12 + 6 * 4 },
    status: 204,
    run: (send) => send('DELETE', userPath(person(1))),
  },
];

describe('groups', () => {
  it.each(OPERATIONS)('$name stays within its budget', (operation) => measured.hold(portal, operation));
});

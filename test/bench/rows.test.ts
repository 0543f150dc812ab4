// What every operation costs, counted: D1 calls before the answer, rows read and written, KV reads. The budgets are the
// design's; `npm run bench:rows` prints the table.
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace } from '../../src/api/workspaces.ts';
import { isolateKeyCache } from '../../src/auth/key-lookup.ts';
import { Measurements, type Operation } from '../support/budget.ts';
import { ENTRA, freshPortal, type Portal } from '../support/portal.ts';
import { seedUsers } from '../support/seed.ts';

const USERS = 1000;
const WORKSPACES = 3;

const READ = { calls: 1, read: 5, written: 0 };
const userName = (n: number) => `user${String(n).padStart(7, '0')}@acme.example`;
const userPath = (n: number) => `/Users/${encodeURIComponent(userName(n))}`;
const patch = (...Operations: object[]) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations });
const filtered = (filter: string) => `/Users?filter=${encodeURIComponent(filter)}`;

const OPERATIONS: readonly Operation[] = [
  { name: 'GET by id', budget: READ, status: 200, run: (send) => send('GET', userPath(500)) },
  { name: 'GET unknown id', budget: READ, status: 404, run: (send) => send('GET', '/Users/nobody%40acme.example') },
  {
    name: 'filter userName eq',
    budget: READ,
    status: 200,
    run: (send) => send('GET', filtered(`userName eq "${userName(7)}"`)),
  },
  {
    name: 'filter userName eq, none',
    budget: READ,
    status: 200,
    run: (send) => send('GET', filtered('userName eq "nobody"')),
  },
  {
    name: 'filter externalId eq',
    budget: READ,
    status: 200,
    run: (send) => send('GET', filtered('externalId eq "ext-7"')),
  },
  {
    name: 'list 100, first page',
    budget: { calls: 1, read: 105, written: 0 },
    status: 200,
    run: (send) => send('GET', '/Users?count=100'),
  },
  {
    name: 'filter active eq true, 100',
    budget: { calls: 1, read: 105, written: 0 },
    status: 200,
    run: (send) => send('GET', `${filtered('active eq true')}&count=100`),
  },
  {
    name: 'POST',
    budget: { calls: 1, read: 8, written: 10 },
    status: 201,
    run: (send) =>
      send('POST', '/Users', {
        userName: 'new@acme.example',
        externalId: 'new',
        name: { givenName: 'Jane', familyName: 'Example' },
      }),
  },
  {
    name: 'PATCH simple (names)',
    budget: { calls: 2, read: 8, written: 6 },
    status: 200,
    run: (send) =>
      send(
        'PATCH',
        userPath(10),
        patch({ op: 'replace', value: { name: { givenName: 'Kim', familyName: 'Example' } } }),
      ),
  },
  {
    name: 'PATCH that changes nothing',
    budget: { calls: 1, read: 8, written: 0 },
    status: 200,
    run: (send) => send('PATCH', userPath(10), patch({ op: 'replace', path: 'name.givenName', value: 'Kim' })),
  },
  {
    name: 'PATCH general (Entra)',
    budget: { calls: 2, read: 10, written: 10 },
    status: 204,
    run: (send) =>
      send(
        'PATCH',
        ENTRA + userPath(11),
        patch(
          { op: 'Add', path: 'emails[type eq "work"].value', value: 'x@acme.example' },
          { op: 'Replace', path: 'title', value: 'Clerk' },
        ),
      ),
  },
  {
    name: 'PUT',
    budget: { calls: 2, read: 10, written: 10 },
    status: 200,
    run: (send) =>
      send('PUT', userPath(12), {
        userName: userName(12),
        externalId: 'changed',
        name: { givenName: 'Kim' },
        active: true,
      }),
  },
  {
    name: `deactivate, ${WORKSPACES} workspaces`,
    budget: { calls: 2, read: 10 + WORKSPACES, written: 10 + WORKSPACES },
    status: 200,
    run: (send) => send('PATCH', userPath(20), patch({ op: 'replace', value: { active: false } })),
  },
  {
    name: 'reactivate',
    budget: { calls: 2, read: 10, written: 10 },
    status: 200,
    run: (send) => send('PATCH', userPath(20), patch({ op: 'replace', value: { active: true } })),
  },
  {
    name: `DELETE, ${WORKSPACES} workspaces`,
    budget: { calls: 2, read: 10 + WORKSPACES, written: 10 + WORKSPACES },
    status: 204,
    run: (send) => send('DELETE', userPath(21)),
  },
];

describe(`with ${USERS} users`, () => {
  const measured = new Measurements();
  let portal: Portal;

  beforeAll(async () => {
    portal = await freshPortal();
    await seedUsers(USERS, userName);
    for (const n of [20, 21]) {
      const owner = await env.DB.prepare('SELECT seq FROM users WHERE id = ?').bind(userName(n)).first<number>('seq');
      for (let i = 0; i < WORKSPACES; i++) {
        await createWorkspace(env, portal.sources, { ownerSeq: owner ?? 0, name: `Workspace ${i}` });
      }
    }
    await portal.send('GET', '/Users?count=1');
  });

  afterAll(() => console.log(measured.table(`${USERS} users`)));

  it.each(OPERATIONS)('$name stays within its budget', (operation) => measured.hold(portal, operation));

  it('reads KV once in a cold isolate and never in a warm one', async () => {
    let reads = 0;
    const SCIM_KEYS = new Proxy(env.SCIM_KEYS, {
      get(target, name) {
        if (name !== 'get') return Reflect.get(target, name);
        return (...args: Parameters<KVNamespace['get']>) => {
          reads++;
          return target.get(...args);
        };
      },
    });
    isolateKeyCache.clear();
    await portal.send('GET', '/Users?count=1', undefined, { env: { SCIM_KEYS } });
    expect(reads).toBe(1);
    await portal.send('GET', '/Users?count=1', undefined, { env: { SCIM_KEYS } });
    expect(reads).toBe(1);
  });
});

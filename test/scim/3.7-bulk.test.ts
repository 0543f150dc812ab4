// POST /Bulk, RFC 7644 section 3.7.
import { beforeEach, describe, expect, it } from 'vitest';
import { workDestructions } from '../../src/lifecycle/destruction.ts';
import { recordRefusal } from '../../src/storage/refusals.ts';
import { ENTRA, freshPortal, type Portal, type Reply } from '../support/portal.ts';
import {
  ENTERPRISE,
  ERROR,
  expectRefused,
  expectStatus,
  JANE,
  JANE_PATH,
  jane,
  journalOf,
  make,
  one,
  patchOf,
  rowOf,
  rows,
  userPath,
} from '../support/scim.ts';

const REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const bulkOf = (Operations: unknown, more: object = {}) => ({ schemas: [REQUEST], Operations, ...more });

async function bulk(Operations: object[], more: object = {}, base = ''): Promise<Reply['body'][]> {
  const { body } = await expectStatus(200, portal.send('POST', `${base}/Bulk`, bulkOf(Operations, more)));
  expect(body.schemas).toEqual([RESPONSE]);
  return body.Operations;
}

const person = (bulkId: string, more: object = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { userName: `${bulkId}@acme.example`, ...more },
});
const managedBy = (bulkId: string) => ({ [ENTERPRISE]: { department: 'Ice', manager: { value: `bulkId:${bulkId}` } } });
const group = (bulkId: string, ...members: string[]) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { displayName: bulkId, members: members.map((value) => ({ value })) },
});
const statuses = (entries: Reply['body'][]) => entries.map(({ status }) => status);
const managerOf = async (id: string) => (await portal.send('GET', userPath(id))).body[ENTERPRISE]?.manager?.value;
const membersOf = async (location: string) =>
  (await portal.send('GET', location)).body.members?.map(({ value }: { value: string }) => value).sort();

describe('an answer', () => {
  it('says of every operation what a request of its own would, in the order sent', async () => {
    await make(portal);
    await make(portal, jane({ userName: 'kim@acme.example' }));
    const entries = await bulk([
      person('new'),
      { method: 'PUT', path: JANE_PATH, data: jane({ title: 'Cook' }) },
      { method: 'patch', path: JANE_PATH, data: patchOf({ op: 'replace', path: 'title', value: 'Clerk' }) },
      { method: 'DELETE', path: userPath('kim@acme.example') },
    ]);
    const at = (id: string) => `https://portal.example/scim/v2${userPath(id)}`;
    expect(entries).toEqual([
      { method: 'POST', bulkId: 'new', location: at('new@acme.example'), version: 'W/"1"', status: '201' },
      { method: 'PUT', location: at(JANE), version: 'W/"2"', status: '200' },
      { method: 'PATCH', location: at(JANE), version: 'W/"3"', status: '200' },
      { method: 'DELETE', location: at('kim@acme.example'), status: '204' },
    ]);
    expect((await portal.send('GET', JANE_PATH)).body.title).toBe('Clerk');
    expect((await journalOf()).map(({ type }) => type)).toEqual(['user.created', 'user.updated', 'user.updated']);
  });

  it('is 200 outside though every operation fails, and each failure is a SCIM error', async () => {
    await make(portal);
    const entries = await bulk([
      person('twice', { userName: JANE }),
      { method: 'DELETE', path: '/Users/nobody' },
      { method: 'PUT', path: JANE_PATH, data: { userName: 'other@acme.example' } },
      { method: 'GET', path: JANE_PATH },
      { method: 'POST', path: '/Users', data: { userName: 'x' } },
      { method: 'POST', path: '/Bulk', bulkId: 'b', data: {} },
      { method: 'DELETE', path: '/Users' },
      { method: 'PATCH', path: '/Me', data: {} },
      { method: 'DELETE', path: 'Users/x' },
      { method: 'DELETE' },
      { method: 'PATCH', path: JANE_PATH },
      { method: 'DELETE', path: '/Users/%' },
      'nonsense' as unknown as object,
    ]);
    expect(statuses(entries)).toEqual([
      '409',
      '404',
      '400',
      '400',
      '400',
      '404',
      '405',
      '404',
      '400',
      '400',
      '400',
      '404',
      '400',
    ]);
    for (const { response, status } of entries) {
      expect(response).toMatchObject({ schemas: [ERROR], status, detail: expect.stringMatching(/^\S.{9,}\.$/s) });
    }
    expect(entries[0]).not.toHaveProperty('location');
    expect(entries[0].response.scimType).toBe('uniqueness');
    expect(entries[2].response.scimType).toBe('mutability');
    expect(entries[1].location).toBe('https://portal.example/scim/v2/Users/nobody');
    expect((await rows("SELECT rule FROM refusals WHERE route = '/Bulk'")).length).toBe(entries.length);
  });

  it('is the same under the other base URL, with its own locations', async () => {
    const [created, patched] = await bulk(
      [
        person('new'),
        {
          method: 'PATCH',
          path: '/Users/bulkId:new',
          data: patchOf({ op: 'Replace', path: 'active', value: 'False' }),
        },
      ],
      {},
      ENTRA,
    );
    expect(created.location).toBe(`${ENTRA}/Users/new%40acme.example`);
    expect(patched).toMatchObject({ status: '204', version: 'W/"2"', location: created.location });
    expect((await rowOf('new@acme.example'))['active']).toBe(0);
  });

  it('takes names in any case and paths with a slash at the end', async () => {
    const body = { operations: [{ METHOD: 'post', Path: '/Users/', BulkId: 'a', Data: { userName: 'a' } }] };
    const reply = await expectStatus(200, portal.send('POST', '/Bulk', body));
    expect(statuses(reply.body.Operations)).toEqual(['201']);
  });
});

describe('the envelope', () => {
  it.each<[string, unknown, number, string]>([
    ['no object', [], 400, 'invalidSyntax'],
    ['no operations', { schemas: [REQUEST] }, 400, 'invalidSyntax'],
    ['an empty list', bulkOf([]), 400, 'invalidSyntax'],
    ['a bulkId twice', bulkOf([person('a'), person('a')]), 400, 'invalidValue'],
    ['failOnErrors that is no count', bulkOf([person('a')], { failOnErrors: 'one' }), 400, 'invalidValue'],
    ['failOnErrors below one', bulkOf([person('a')], { failOnErrors: 0 }), 400, 'invalidValue'],
  ])('%s refuses the whole of it, and nothing is done', async (_, body, status, scimType) => {
    await expectRefused(portal, ['POST', '/Bulk', body], { status, scimType });
  });

  it('with more than 100 operations is 413, and says the limit', async () => {
    const many = Array.from({ length: 101 }, (_, i) => person(`u${i}`));
    await expectRefused(portal, ['POST', '/Bulk', bulkOf(many)], { status: 413, detail: /maxOperations \(100\)/ });
  });

  it('of more than a mebibyte is 413, and says the limit', async () => {
    const large = bulkOf([person('a', { title: 'x'.repeat(1024 * 1024) })]);
    const reply = await expectStatus(413, portal.send('POST', '/Bulk', large));
    expect(reply.body.detail).toMatch(/1048576/);
  });

  it('answers POST only', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      expect((await portal.send(method, '/Bulk')).headers.get('allow')).toBe('POST');
    }
  });
});

describe('failOnErrors', () => {
  const operations = [
    person('a'),
    { method: 'DELETE', path: '/Users/x' },
    person('b'),
    { method: 'DELETE', path: '/Users/y' },
    person('c'),
  ];

  it.each([
    [1, ['201', '404']],
    [2, ['201', '404', '201', '404']],
    [3, ['201', '404', '201', '404', '201']],
  ])('%i: the rest is left out once that many have failed', async (failOnErrors, wanted) => {
    expect(statuses(await bulk(operations, { failOnErrors }))).toEqual(wanted);
    const { n } = await one<{ n: number }>("SELECT count(*) AS n FROM users WHERE login_type = 'saml'");
    expect(n).toBe(wanted.filter((status) => status === '201').length);
  });

  it('counts no circle that is still open', async () => {
    const circle = [person('a', managedBy('b')), person('b', managedBy('a'))];
    expect(statuses(await bulk(circle, { failOnErrors: 1 }))).toEqual(['201', '201']);
  });

  it('leaves a circle open that it stops in, and says so', async () => {
    await make(portal);
    const circle = [person('a', { userName: JANE, ...managedBy('b') }), person('b', managedBy('a')), person('c')];
    const entries = await bulk(circle, { failOnErrors: 1 });
    expect(statuses(entries)).toEqual(['409', '409']);
    expect(entries[1]).toMatchObject({
      location: expect.stringContaining('b%40acme'),
      response: { detail: expect.stringContaining('circle') },
    });
  });

  it('absent: everything is tried', async () => {
    expect(await bulk(operations)).toHaveLength(5);
  });
});

describe('bulkId references', () => {
  it('reach back and forward, in members, manager and paths', async () => {
    const entries = await bulk([
      group('team', 'bulkId:kim', 'bulkId:lee'),
      {
        method: 'PATCH',
        path: '/Users/bulkId:lee',
        data: patchOf({ op: 'add', path: `${ENTERPRISE}:manager`, value: 'bulkId:kim' }),
      },
      person('kim'),
      person('lee', managedBy('kim')),
      {
        method: 'PATCH',
        path: '/Groups/bulkId:team',
        data: patchOf({ op: 'remove', path: 'members[value eq "bulkId:kim"]' }),
      },
    ]);
    expect(statuses(entries)).toEqual(['201', '200', '201', '201', '200']);
    expect(await managerOf('lee@acme.example')).toBe('kim@acme.example');
    expect(await membersOf(entries[0].location)).toEqual(['lee@acme.example']);
  });

  it('leave the order as it was sent but for what is referred to', async () => {
    const [team] = await bulk([group('team')]);
    const path = new URL(team.location).pathname.replace('/scim/v2', '');
    const entries = await bulk([
      { method: 'PATCH', path, data: patchOf({ op: 'add', path: 'members', value: [{ value: 'bulkId:kim' }] }) },
      { method: 'DELETE', path },
      person('kim'),
    ]);
    expect(statuses(entries)).toEqual(['200', '204', '201']);
  });

  it('in a circle are added when everybody is there', async () => {
    const entries = await bulk([person('a', managedBy('b')), person('b', managedBy('c')), person('c', managedBy('a'))]);
    expect(statuses(entries)).toEqual(['201', '201', '201']);
    for (const [of, by] of ['ab', 'bc', 'ca']) expect(await managerOf(`${of}@acme.example`)).toBe(`${by}@acme.example`);
    expect((await portal.send('GET', userPath('a@acme.example'))).body[ENTERPRISE].department).toBe('Ice');
    expect(entries[0].version).toBe((await portal.send('GET', userPath('a@acme.example'))).headers.get('etag'));
  });

  it('to itself is a circle of one', async () => {
    expect(statuses(await bulk([person('a', managedBy('a'))]))).toEqual(['201']);
    expect(await managerOf('a@acme.example')).toBe('a@acme.example');
  });

  it('in a circle that cannot be closed are 409, with the place of what was created', async () => {
    await make(portal);
    const entries = await bulk([person('a', { userName: JANE, ...managedBy('b') }), person('b', managedBy('a'))]);
    expect(statuses(entries)).toEqual(['409', '409']);
    expect(entries[0]).not.toHaveProperty('location');
    expect(entries[1]).toMatchObject({
      location: expect.stringContaining('b%40acme.example'),
      response: { detail: expect.stringMatching(/created.*circle.*"a".*failed\.$/) },
    });
    expect(await managerOf('b@acme.example')).toBeUndefined();
  });

  it('to an operation that failed are 409', async () => {
    await make(portal);
    const entries = await bulk([person('a', { userName: JANE }), group('team', 'bulkId:a')]);
    expect(statuses(entries)).toEqual(['409', '409']);
    expect(entries[1].response.detail).toMatch(/"a"/);
  });

  it('to nothing are 400', async () => {
    const entries = await bulk([group('team', 'bulkId:ghost'), { method: 'DELETE', path: '/Users/bulkId:ghost' }]);
    expect(statuses(entries)).toEqual(['400', '400']);
    expect(entries[0].response).toMatchObject({ scimType: 'invalidValue', detail: expect.stringContaining('"ghost"') });
  });

  it('are no references where text only looks like one', async () => {
    const [created] = await bulk([person('a', { displayName: 'bulkId:zzz', title: 'bulkId:a' })]);
    expect(created.status).toBe('201');
    const { body } = await portal.send('GET', userPath('a@acme.example'));
    expect(body).toMatchObject({ displayName: 'bulkId:zzz', title: 'bulkId:a' });
  });

  it('are data: names like __proto__, quotes and patterns mean nothing', async () => {
    const odd = ['__proto__', 'a"] or true', '$&', '../x', 'constructor'];
    const people = odd.map((bulkId, i) => ({ ...person(bulkId), data: { userName: `u${i}` } }));
    const entries = await bulk([...people, group('team', ...odd.map((bulkId) => `bulkId:${bulkId}`))]);
    expect(statuses(entries)).toEqual(['201', '201', '201', '201', '201', '201']);
    expect(await membersOf(entries[5].location)).toEqual(['u0', 'u1', 'u2', 'u3', 'u4']);
  });
});

describe('text of a client without bound', () => {
  const long = 'x'.repeat(400_000);

  it.each<[string, object, RegExp]>([
    ['a bulkId', person(long), /^This operation has a "bulkId" of more than 256 characters\.$/],
    ['a reference', group('team', `bulkId:${long}`), /^This operation refers to the bulkId "x{100}", which no POST/],
    ['a method', { method: long, path: '/Users' }, /needs a "method"/],
  ])('as %s is refused and comes back nowhere', async (_what, operation, detail) => {
    const [entry] = await bulk([operation]);
    expect(entry).toMatchObject({ status: '400', response: { detail: expect.stringMatching(detail) } });
    expect(JSON.stringify(entry).length).toBeLessThan(600);
    expect(JSON.stringify(await one('SELECT * FROM refusals')).length).toBeLessThan(600);
  });

  it('a bulkId of 256 characters is one, and is shortened where a sentence names it', async () => {
    const bulkId = 'y'.repeat(256);
    await make(portal);
    const entries = await bulk([person(bulkId, { userName: JANE }), group('team', `bulkId:${bulkId}`)]);
    expect(statuses(entries)).toEqual(['409', '409']);
    expect(entries[0].bulkId).toBe(bulkId);
    expect(entries[1].response.detail).toMatch(/the bulkId "y{100}", to which this one refers, failed\.$/);
  });
});

it('of the sentence of a refusal 500 characters are kept', async () => {
  const refusal = { actor: null, method: 'GET', route: '/Users', status: 400, rule: 'invalid_value' };
  await recordRefusal(portal.env.DB, { ...refusal, detail: `${'x'.repeat(499)}\u{1F600}${'x'.repeat(500)}` }, 0);
  expect(await one('SELECT detail FROM refusals')).toEqual({ detail: `${'x'.repeat(499)}\uFFFD` });
});

describe('a key', () => {
  it('that is unknown gets 401, and nothing is done', async () => {
    const headers = { authorization: `Basic ${btoa('nobody@acme.example:nothing')}` };
    await expectRefused(portal, ['POST', '/Bulk', bulkOf([person('a')]), { headers }], { status: 401 });
  });

  it('revoked midway stops the rest', async () => {
    let batches = 0;
    const DB = new Proxy(portal.env.DB, {
      get(target, name) {
        if (name === 'prepare') return (sql: string) => target.prepare(sql);
        if (name !== 'batch') return Reflect.get(target, name);
        return async (statements: D1PreparedStatement[]) => {
          const results = await target.batch(statements);
          if (++batches === 3) await target.prepare('UPDATE api_keys SET revoked_at = 1').run();
          return results;
        };
      },
    });
    await portal.send('GET', '/Users?count=0');
    const operations = ['a', 'b', 'c', 'd'].map((bulkId) => person(bulkId));
    const reply = await portal.send('POST', '/Bulk', bulkOf(operations), { env: { DB } });
    expect(reply.status).toBe(200);
    expect(statuses(reply.body.Operations)).toEqual(['201', '201', '401', '401']);
    expect(JSON.stringify(reply.body)).not.toContain(portal.password);
  });

  it('cannot remove its own owner or the last admin by bulk either', async () => {
    const entries = await bulk([{ method: 'DELETE', path: userPath('scim-admin@acme.example') }]);
    expect(statuses(entries)).toEqual(['404']);
  });
});

describe('the thousand queries that D1 allows an invocation', () => {
  const deletions = Array.from({ length: 100 }, (_, i) => ({ method: 'DELETE', path: userPath(`u${i}@acme.example`) }));

  it('are enough for a hundred creates, and never exceeded by the costliest hundred', async () => {
    const { db, cost } = countedStatements(portal.env.DB);
    const env = { DB: db };
    const created = await portal.send('POST', '/Bulk', bulkOf(deletions.map((_, i) => person(`u${i}`))), { env });
    expect(new Set(statuses(created.body.Operations))).toEqual(new Set(['201']));
    expect(cost.statements).toBeLessThan(1000);
    cost.statements = 0;
    const deleted = await portal.send('POST', '/Bulk', bulkOf(deletions), { env });
    const wanted = statuses(deleted.body.Operations);
    expect(wanted.filter((status) => status === '204').length).toBeGreaterThan(55);
    expect(new Set(wanted)).toEqual(new Set(['204', '503']));
    expect(cost.statements).toBeLessThan(1000);
    const again = deletions.filter((_, i) => wanted[i] === '503');
    expect(new Set(statuses(await bulk(again)))).toEqual(new Set(['204']));
  });

  it('are not exceeded by what the purge after the answers finds, and the cron finishes it', async () => {
    await make(portal);
    const pieces = 400;
    // A file in each of many registrations: a piece of a purge is of one.
    await portal.env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
       INSERT INTO files (id, owner_seq, registration, r2_key, size_bytes, created_at, name)
       SELECT 'f' || i, seq, i, 'users/' || seq || '/' || i, 1, 0, 'x' FROM n, users WHERE users.id = ?2`,
    )
      .bind(pieces, JANE)
      .run();
    await portal.env.DB.prepare('UPDATE users SET registration = ? WHERE id = ?').bind(pieces, JANE).run();
    const { db, cost } = countedStatements(portal.env.DB);
    const operations = [
      ...Array.from({ length: 50 }, (_, i) => person(`u${i}`)),
      { method: 'DELETE', path: JANE_PATH },
    ];
    const { body } = await portal.send('POST', '/Bulk', bulkOf(operations), { env: { DB: db } });
    expect(statuses(body.Operations).at(-1)).toBe('204');
    expect(cost.statements).toBeGreaterThan(800);
    expect(cost.statements).toBeLessThan(1000);
    expect(await one('SELECT state FROM destructions')).toEqual({ state: 'pending' });
    portal.sources.ms += 60_001;
    await workDestructions(portal.env, portal.sources, { deadlineMs: Infinity, queries: Infinity });
    expect(await one('SELECT state, objects FROM destructions')).toEqual({ state: 'done', objects: pieces });
  });
});

/** Counts every statement of every batch, before and after the answer. */
function countedStatements(db: D1Database): { readonly db: D1Database; readonly cost: { statements: number } } {
  const cost = { statements: 0 };
  const counted = new Proxy(db, {
    get(target, name) {
      if (name === 'prepare') return (sql: string) => target.prepare(sql);
      if (name !== 'batch') return Reflect.get(target, name);
      return (statements: D1PreparedStatement[]) => {
        cost.statements += statements.length;
        return target.batch(statements);
      };
    },
  });
  return { db: counted, cost };
}

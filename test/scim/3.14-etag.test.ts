// Versions, RFC 7644 section 3.14: ETag, If-None-Match, If-Match; of users and of groups, on every verb and both base URLs.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { ENTRA, freshPortal, type Portal, type Reply } from '../support/portal.ts';
import {
  ERROR,
  expectRefused,
  expectStatus,
  JANE_PATH,
  jane,
  make,
  patchOf,
  rowOf,
  userPath,
} from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const rename = patchOf({ op: 'replace', path: 'name.givenName', value: 'Kim' });
const etag = ({ headers }: Reply) => headers.get('etag');
const matching = (tag: string) => ({ headers: { 'if-match': tag } });
const noneMatching = (tag: string) => ({ headers: { 'if-none-match': tag } });

it('every answer with a user names its version and its place', async () => {
  const created = await portal.send('POST', '/Users', jane());
  const { version, location } = created.body.meta;
  const patched = await portal.send('PATCH', JANE_PATH, rename);
  const replies = [created, patched, await portal.send('GET', JANE_PATH), await portal.send('PUT', JANE_PATH, jane())];
  for (const reply of replies) {
    expect(etag(reply)).toBe(reply.body.meta.version);
    expect(reply.headers.get('location')).toBe(reply.body.meta.location);
  }
  expect(location).toBe(patched.body.meta.location);
  expect(patched.body.meta.version).not.toBe(version);
  const silent = await expectStatus(204, portal.send('PATCH', ENTRA + JANE_PATH, rename));
  expect(silent.headers.get('etag')).toMatch(/^W\/"\d+"$/);
});

describe('If-None-Match', () => {
  it.each([
    ['the version', (tag: string) => tag],
    ['the version as a strong tag', (tag: string) => tag.slice(2)],
    ['a list with it', (tag: string) => `"a", W/"b,c" , ${tag}`],
    ['*', () => '*'],
  ])('with %s is 304 without a body, with the ETag', async (_case, header) => {
    const { meta } = await make(portal);
    for (const url of ['', ENTRA]) {
      const reply = await expectStatus(
        304,
        portal.send('GET', url + JANE_PATH, undefined, noneMatching(header(meta.version))),
      );
      expect(reply.body).toEqual({});
      expect(etag(reply)).toBe(meta.version);
    }
  });

  it.each([
    ['an older version', 'W/"0"'],
    ['a list without it', '"x", "y"'],
    ['nonsense', 'yesterday'],
  ])('with %s is the whole user', async (_case, header) => {
    await make(portal);
    const reply = await expectStatus(200, portal.send('GET', JANE_PATH, undefined, noneMatching(header)));
    expect(reply.body.userName).toBe(jane()['userName']);
  });

  it('with the version before a change is the changed user', async () => {
    const { meta } = await make(portal);
    await portal.send('PATCH', JANE_PATH, rename);
    const reply = await expectStatus(200, portal.send('GET', JANE_PATH, undefined, noneMatching(meta.version)));
    expect(reply.body.name.givenName).toBe('Kim');
  });

  it('is never 304 where the groups are asked for, which come and go without a new version of the user', async () => {
    const { meta } = await make(portal);
    const path = `${JANE_PATH}?attributes=groups`;
    await portal.send('POST', '/Groups', { displayName: 'Cooks', members: [{ value: 'jane.example@acme.example' }] });
    const reply = await expectStatus(200, portal.send('GET', path, undefined, noneMatching(meta.version)));
    expect(reply.body.groups).toMatchObject([{ display: 'Cooks' }]);
  });
});

const WRITES: readonly (readonly [method: string, body: unknown])[] = [
  ['PUT', jane({ title: 'Cook' })],
  ['PATCH', rename],
  ['DELETE', undefined],
];

describe.each(WRITES)('If-Match on %s', (method, body) => {
  it.each([
    ['the version', (tag: string) => tag],
    ['a list with it', (tag: string) => `W/"77", ${tag}`],
    ['*', () => '*'],
  ])('with %s lets the write through', async (_case, header) => {
    const { meta } = await make(portal);
    const reply = await portal.send(method, JANE_PATH, body, matching(header(meta.version)));
    expect(reply.status).toBe(method === 'DELETE' ? 204 : 200);
  });

  it('with another version is 412 and changes nothing', async () => {
    await make(portal);
    await expectRefused(portal, [method, JANE_PATH, body, matching('W/"77"')], {
      status: 412,
      detail: /its version is W\/"1"/,
    });
    await expectRefused(portal, [method, ENTRA + JANE_PATH, body, matching('"0", "77"')], { status: 412 });
  });

  it.each(['1', 'W/1', '"1', '', '"a" "b"', "'1'", '*, "1"'])(
    'that reads %s is 400 and changes nothing',
    async (header) => {
      await make(portal);
      const wanted = { status: 400, scimType: 'invalidValue', detail: /^If-Match must be/ };
      await expectRefused(portal, [method, JANE_PATH, body, matching(header)], wanted);
    },
  );

  it('for nobody is 404', async () => {
    await expectStatus(404, portal.send(method, userPath('nobody'), body, matching('*')));
  });

  it('loses a race as 412, and never overwrites the newer version', async () => {
    const { meta } = await make(portal);
    let raced = false;
    const DB = new Proxy(env.DB, {
      get(target, name) {
        if (name !== 'batch') return Reflect.get(target, name).bind(target);
        return async (statements: D1PreparedStatement[]) => {
          const isCommit = statements.length > 2;
          if (isCommit && !raced) {
            raced = true;
            await portal.send('PATCH', JANE_PATH, patchOf({ op: 'add', path: 'title', value: 'Faster' }));
          }
          return target.batch(statements);
        };
      },
    });
    const reply = await portal.send(method, JANE_PATH, body, { ...matching(meta.version), env: { DB } });
    expect(raced).toBe(true);
    expect(reply.status).toBe(412);
    expect(reply.body).toMatchObject({ schemas: [ERROR], status: '412' });
    expect(await rowOf()).toMatchObject({ version: 2, given_name: 'Jane', removed_at: null });
  });
});

it('of twenty writers who all read the same version, one wins and nineteen get 412', async () => {
  const { meta } = await make(portal);
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      portal.send(
        'PATCH',
        JANE_PATH,
        patchOf({ op: 'add', path: 'title', value: `Cook ${i}` }),
        matching(meta.version),
      ),
    ),
  );
  expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 412)]);
});

describe('a group', () => {
  const group = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Cooks' };
  const renamed = patchOf({ op: 'replace', path: 'displayName', value: 'Bakers' });

  it('is 304 for its version, and written only under it', async () => {
    const { body } = await expectStatus(201, portal.send('POST', '/Groups', group));
    const path = `/Groups/${body.id}`;
    const { version } = body.meta;
    await expectStatus(304, portal.send('GET', path, undefined, noneMatching(version)));
    await expectStatus(412, portal.send('PATCH', path, renamed, matching('W/"9"')));
    const patched = await portal.send('PATCH', path, renamed, matching(version));
    expect([200, 204]).toContain(patched.status);
    await expectStatus(412, portal.send('DELETE', path, undefined, matching(version)));
    await expectStatus(204, portal.send('DELETE', path, undefined, matching(etag(patched) ?? '')));
  });
});

it('a bulk operation with a version is an If-Match', async () => {
  const { meta } = await make(portal);
  const operation = (version: string) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [{ method: 'PATCH', path: JANE_PATH, version, data: rename }],
  });
  const stale = await expectStatus(200, portal.send('POST', '/Bulk', operation('W/"9"')));
  expect(stale.body.Operations[0]).toMatchObject({ status: '412' });
  const fresh = await expectStatus(200, portal.send('POST', '/Bulk', operation(meta.version)));
  expect(fresh.body.Operations[0]).toMatchObject({ status: '200' });
});

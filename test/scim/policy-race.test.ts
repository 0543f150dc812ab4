// The policy changes between the read and the commit of a request: what is written goes by the policy in force at the commit.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { freshPortal, type Portal } from '../support/portal.ts';

let portal: Portal;
const JANE = '/Users/jane.example%40acme.example';
const EXTENSION = 'urn:ietf:scim:schemas:extension:sendsafely:2.0:User';

const set = (assignment: string) =>
  env.DB.prepare(`UPDATE portal SET ${assignment}, version = version + 1 WHERE id = 1`).run();

/** D1, in which the portal changes right after the first batch that a request sends. */
function changingAfterRead(assignment: string): D1Database {
  let batches = 0;
  return new Proxy(env.DB, {
    get(target, name) {
      if (name !== 'batch') return Reflect.get(target, name);
      return async (statements: D1PreparedStatement[]) => {
        const results = await target.batch(statements);
        batches++;
        if (batches === 1) await set(assignment);
        return results;
      };
    },
  });
}

const patch = (value: object) => ({ Operations: [{ op: 'replace', value }] });
const stored = () => env.DB.prepare('SELECT * FROM users WHERE id = ?').bind('jane.example@acme.example').first();

beforeEach(async () => {
  portal = await freshPortal();
  await set(`features = '{"adminSync":true}'`);
  const names = { givenName: 'Jane', familyName: 'Example' };
  await portal.send('POST', '/Users', { userName: 'jane.example@acme.example', name: names });
});

it('isAdmin grants nothing once support has switched the feature off', async () => {
  const DB = changingAfterRead("features = '{}'");
  const reply = await portal.send('PATCH', JANE, patch({ [EXTENSION]: { isAdmin: true } }), { env: { DB } });
  expect(reply.status).toBe(200);
  expect(await stored()).toMatchObject({ role: 'user', version: 1 });
});

it('a deactivation keeps what the newest policy keeps', async () => {
  const DB = changingAfterRead(`policy = '{"deactivation":{"profile":"keep","content":"keep","workspaces":"keep"}}'`);
  const reply = await portal.send('PATCH', JANE, patch({ active: false }), { env: { DB } });
  expect(reply.body.active).toBe(false);
  expect(await stored()).toMatchObject({ active: 0, given_name: 'Jane' });
  expect((await env.DB.prepare('SELECT * FROM destructions').all()).results).toEqual([]);
});

it('a come-back stores what the newest policy stores', async () => {
  await portal.send('PATCH', JANE, patch({ active: false }));
  const DB = changingAfterRead(`policy = '{"attributesStored":"minimal"}'`);
  const back = patch({ active: true, title: 'Cook', 'name.givenName': 'Jane' });
  expect((await portal.send('PATCH', JANE, back, { env: { DB } })).status).toBe(200);
  expect(await stored()).toMatchObject({ active: 1, given_name: 'Jane', attributes: '{}' });
});

it('a list is planned by the newest policy, also in an isolate that remembers another', async () => {
  const filter = `/Users?filter=${encodeURIComponent(`${EXTENSION}:isAdmin eq false`)}`;
  expect((await portal.send('GET', filter)).body.totalResults).toBe(1);
  await set("features = '{}'");
  expect((await portal.send('GET', filter)).status).toBe(400);
  await set(`features = '{"adminSync":true}'`);
  expect((await portal.send('GET', filter)).status).toBe(200);
});

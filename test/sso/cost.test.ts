// What a sign-in by the identity provider costs in D1, also in a portal with many people who left.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { Visitor } from '../support/console.ts';
import { type Cost, countedDb } from '../support/counted-db.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { JANE, jane, make } from '../support/scim.ts';
import { postResponse, requestIdIn, responseFor, switchSsoOn } from '../support/sso.ts';

const LEFT = 1_000;
const CLAIMS = { email: JANE, givenName: 'Jane', familyName: 'Example' };

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal('sendoso');
  await switchSsoOn({}, ['acme.example']);
  const numbers = JSON.stringify(Array.from({ length: LEFT }, (_, n) => n));
  await env.DB.prepare(
    `INSERT INTO users (id, user_name, user_name_key, login_type, role, active, attributes, registration, created_at, updated_at, version, removed_at)
     SELECT 'left' || value, 'left' || value, 'left' || value, 'saml', 'sender', 0, '{}', 1, 0, 0, 1, 1 FROM json_each(?)`,
  )
    .bind(numbers)
    .run();
});

async function costOf(nameId: string): Promise<Cost> {
  const visitor = new Visitor(portal.sources);
  const inResponseTo = await requestIdIn((await visitor.get('/auth/saml2/login')).location);
  const response = await responseFor(portal.sources, nameId, { attributes: CLAIMS, inResponseTo });
  const { db, cost } = countedDb(env.DB);
  await postResponse(visitor.over({ DB: db }), response);
  return cost;
}

it('of somebody who is there asks D1 three times, whoever left before', async () => {
  await make(portal, jane());
  const cost = await costOf(JANE);
  expect(cost.calls).toBe(3);
  expect(cost.rowsRead).toBeLessThanOrEqual(30);
  expect(cost.rowsWritten).toBeLessThanOrEqual(12);
});

it('that makes somebody looks through who was deleted, once', async () => {
  const cost = await costOf(JANE);
  expect(cost.calls).toBe(3);
  expect(cost.rowsRead).toBeLessThanOrEqual(LEFT + 40);
  expect(cost.rowsWritten).toBeLessThanOrEqual(24);
});

it('to begin one takes two calls', async () => {
  const { db, cost } = countedDb(env.DB);
  await new Visitor(portal.sources).over({ DB: db }).get('/auth/saml2/login');
  expect([cost.calls, cost.rowsRead <= 4, cost.rowsWritten <= 4]).toEqual([2, true, true]);
});

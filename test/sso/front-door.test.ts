// The hostname by itself, as people type it, and as they land there while no product has an address.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { freshPortal, HOST, type Portal } from '../support/portal.ts';
import { JANE, jane, make } from '../support/scim.ts';
import { signInBySso, switchSsoOn } from '../support/sso.ts';

let portal: Portal;
let visitor: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  await switchSsoOn();
  await make(portal, jane());
  visitor = new Visitor(portal.sources);
});

const landAt = (appUrl: string) => env.DB.prepare('UPDATE portal SET app_url = ? WHERE id = 1').bind(appUrl).run();

it('leads a stranger to the login page', async () => {
  expect(await visitor.get('/')).toMatchObject({ status: 303, location: '/auth/saml2/' });
});

it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('is nothing that a client of SCIM may %s', async (method) => {
  const answer = await portal.send(method, `${HOST}/`);
  expect(answer.status).toBe(404);
  expect(answer.body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error']);
});

it.each(['/', `${HOST}/`])('is a page that says who is signed in, where people land at %s', async (appUrl) => {
  await landAt(appUrl);
  expect((await signInBySso(visitor, portal.sources, JANE)).location).toBe(appUrl);
  const { db, cost } = countedDb(env.DB);
  const page = await visitor.over({ DB: db }).get('/');
  expect(page.status).toBe(200);
  expect(cost.calls).toBe(1);
  expect(page.text).toContain(`As ${JANE}.`);
  expect(page.text).toContain('npm run portal -- app-url URL');
  expect(page.text).toContain('href="/auth/sign-out"');
});

it.each([
  ['user', '/app'],
  ['admin', '/console'],
])('leads a %s to %s', async (role, to) => {
  await env.DB.prepare('UPDATE users SET role = ? WHERE id = ?').bind(role, JANE).run();
  await signInBySso(visitor, portal.sources, JANE);
  expect(await visitor.get('/')).toMatchObject({ status: 303, location: to });
});

// What the pages of clients cost, also in a portal with many of them and with far more tokens than any identity provider gets.
import { env } from 'cloudflare:workers';
import { beforeAll, expect, it } from 'vitest';
import { signedIn, type Visitor } from '../support/console.ts';
import { authorizePath, makeClient, makeSecret } from '../support/console-clients.ts';
import { countedDb } from '../support/counted-db.ts';
import { freshPortal, type Portal } from '../support/portal.ts';

let portal: Portal;
let admin: Visitor;
let id: string;
beforeAll(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
  id = await makeClient(admin);
  for (let i = 0; i < 5; i++) await makeSecret(admin, id);
  const numbers = (count: number) => `WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT`;
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO api_keys (id, owner_seq, username, purpose, label, hash, created_at)
       ${numbers(1_000)} 'many' || i, ?, 'scim-admin@acme.example', 'oauth', 'Client ' || i, 'oauth:many' || i, i FROM n`,
    ).bind(portal.ownerSeq),
    env.DB.prepare(
      `INSERT INTO oauth_clients (key_id, "grant") ${numbers(1_000)} 'many' || i, 'client_credentials' FROM n`,
    ),
    env.DB.prepare(
      `INSERT INTO oauth_tokens (hash, key_id, kind, grant_id, scope, created_at, expires_at)
       ${numbers(20_000)} 'token' || i, ?1, iif(i % 2, 'access', 'refresh'), 'grant' || (i % 5000), 'scim', 1, ?2 FROM n`,
    ).bind(id, portal.sources.ms + 3_600_000),
    env.DB.prepare(
      `INSERT INTO oauth_codes (hash, key_id, user_id, grant_id, redirect_uri, scope, created_at, expires_at)
       ${numbers(5_000)} 'code' || i, ?, 'admin@acme.example', 'grant' || (i % 5000), 'x', 'scim', 1, 1 FROM n`,
    ).bind(id),
  ]);
});

/** D1 calls and rows read of a page, what is noted after the answer included. */
async function costOf(path: string) {
  const { db, cost } = countedDb(env.DB);
  expect((await admin.over({ DB: db }).get(path)).status).toBe(200);
  return cost;
}

type Row = readonly [name: string, path: () => string, most: number];
const PAGES: readonly Row[] = [
  ['the list', () => '/console/clients', 1_000],
  ['the form', () => '/console/clients/new', 20],
  ['a client', () => `/console/clients/${id}`, 4_200],
  ['the question', () => authorizePath(id), 12],
  ['the log of all that it did', () => `/console/log?key=${id}`, 200],
];

it.each(PAGES)('%s takes one call of D1 and few rows, however much there is', async (_, path, most) => {
  await costOf('/console');
  const { calls, rowsRead } = await costOf(path());
  console.log(`${path()}: ${calls} calls, ${rowsRead} rows`);
  expect(calls).toBe(1);
  expect(rowsRead).toBeLessThanOrEqual(most);
});

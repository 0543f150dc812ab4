// Filters that look through the members of every group: memberships count as what is looked through, not groups alone.
import { env } from 'cloudflare:workers';
import { beforeAll, expect, it } from 'vitest';
import { MAX_SCANNED_ROWS } from '../../src/storage/scan-guard.ts';
import { countedDb } from '../support/counted-db.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { expectScimError } from '../support/scim.ts';

let portal: Portal;

beforeAll(async () => {
  portal = await freshPortal();
  for (const displayName of ['Cooks', 'Waiters']) await portal.send('POST', '/Groups', { displayName });
  // Members who are nobody: what counts is how many rows there are.
  await env.DB.prepare(
    `INSERT INTO group_members (group_seq, user_seq)
     WITH RECURSIVE n(seq) AS (SELECT 1000 UNION ALL SELECT seq + 1 FROM n WHERE seq < 1000 + ?)
     SELECT 1, seq FROM n`,
  )
    .bind(MAX_SCANNED_ROWS)
    .run();
});

const ask = (filter: string) => {
  const { db, cost } = countedDb(env.DB);
  const path = `/Groups?excludedAttributes=members&filter=${encodeURIComponent(filter)}`;
  return portal.send('GET', path, undefined, { env: { DB: db } }).then((reply) => ({ reply, cost }));
};

it.each(['members.value co "x"', 'not (members.value eq "x")', 'displayName sw "C" and members.value ew "x"'])(
  '%s is refused as tooMany where there are more memberships than may be looked through',
  async (filter) => {
    const { reply, cost } = await ask(filter);
    expectScimError(reply, { status: 400, scimType: 'tooMany', detail: /more than 50000/ });
    expect(cost.rowsRead).toBeLessThanOrEqual(MAX_SCANNED_ROWS + 20);
  },
);

it.each(['displayName eq "Cooks"', 'members.value eq "jane.example@acme.example"', 'displayName co "oo"'])(
  '%s runs all the same',
  async (filter) => {
    const { reply, cost } = await ask(filter);
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    expect(cost.rowsRead).toBeLessThanOrEqual(40);
  },
);

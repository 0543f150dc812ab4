// What becomes of sign-ins that were begun and never ended, of which strangers can make many.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { forgetSessions } from '../../src/storage/session-retention.ts';
import { countedDb } from '../support/counted-db.ts';
import { Faults, nth } from '../support/faults.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { one } from '../support/scim.ts';

const FAR = { deadlineMs: Number.MAX_SAFE_INTEGER };

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

/** So many requests to the identity provider that run out at that time, in milliseconds from now. */
async function begin(count: number, inMs: number): Promise<void> {
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO saml_requests (id, purpose, created_at, expires_at)
     SELECT '_' || ?2 || '-' || i, 'sign_in', 0, ?2 + (i % 7) FROM n`,
  )
    .bind(count, portal.sources.ms + inMs)
    .run();
}

const left = async () => (await one<{ n: number }>('SELECT count(*) AS n FROM saml_requests')).n;

it.each([999, 1_000, 2_001])(
  '%i sign-ins that were never ended go in one run, a thousand a call, and no other',
  async (count) => {
    await begin(count, -7);
    await begin(3, 60_000);
    const { db, cost } = countedDb(env.DB);
    expect((await forgetSessions({ DB: db }, portal.sources, FAR)).samlRequests).toBe(count);
    expect([await left(), cost.calls]).toEqual([3, Math.floor(count / 1_000) + 1]);
  },
);

it('however many there are, a run takes ten thousand, and the next one the rest', async () => {
  await begin(10_500, -7);
  const { db, cost } = countedDb(env.DB);
  expect((await forgetSessions({ DB: db }, portal.sources, FAR)).samlRequests).toBe(10_000);
  expect([await left(), cost.calls]).toEqual([500, 10]);
  expect((await forgetSessions(env, portal.sources, FAR)).samlRequests).toBe(500);
});

it('and fewer where the run has no more time', async () => {
  await begin(2_500, -7);
  const { sources } = portal;
  expect((await forgetSessions(env, sources, { deadlineMs: sources.ms })).samlRequests).toBe(1_000);
  expect((await forgetSessions(env, sources, { ...FAR, queries: 9 })).samlRequests).toBe(1_500);
});

it('what a failure of D1 left is taken by the next run', async () => {
  await begin(1_500, -7);
  const faults = new Faults(nth(2, { fails: 'D1 DB is overloaded', moment: 'before' }, 'DB'));
  await expect(forgetSessions(faults.over({ DB: env.DB }), portal.sources, FAR)).rejects.toThrow();
  expect(await left()).toBe(500);
  expect((await forgetSessions(env, portal.sources, FAR)).samlRequests).toBe(500);
});

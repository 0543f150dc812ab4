// Pages by startIndex, RFC 7644 section 3.4.2.4, against a plain array: wherever rows are hidden, whatever comes and goes.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ensureServiceAdmin } from '../../src/auth/service-admin.ts';
import { SEQ_AT } from '../../src/storage/list-positions.ts';
import { countedDb } from '../support/counted-db.ts';
import { expectPositionsTrue, removeUsers } from '../support/list-positions.ts';
import { addAccount, freshPortal, type Portal, START_MS } from '../support/portal.ts';
import { expectCountersTrue, expectStatus, rows, userPath } from '../support/scim.ts';
import { seedUsers } from '../support/seed.ts';

const RUNS = 100;
const userName = (n: number) => `user${String(n).padStart(6, '0')}@acme.example`;

/** One thing that may happen to the list. */
type Step =
  | { readonly kind: 'seed'; readonly count: number }
  | { readonly kind: 'hide'; readonly every: number; readonly offset: number }
  | { readonly kind: 'delete' | 'return' | 'deactivate'; readonly pick: number }
  | { readonly kind: 'account' }
  | { readonly kind: 'page'; readonly startIndex: number; readonly count: number };

const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('seed' as const), count: fc.integer({ min: 1, max: 250 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('hide' as const),
      every: fc.integer({ min: 1, max: 12 }),
      offset: fc.integer({ min: 0, max: 300 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('account' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('delete', 'return', 'deactivate'), pick: fc.nat({ max: 10_000 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('page' as const),
      startIndex: fc.integer({ min: -1, max: 500 }),
      count: fc.integer({ min: 0, max: 220 }),
    }),
  },
);

/** The directory as an array: every row ever made, in order, visible or not. */
class Model {
  readonly all: { readonly id: string; visible: boolean; readonly managed: boolean }[] = [];
  made = 0;
  visible = () => this.all.filter((row) => row.visible).map(({ id }) => id);
  pick(visible: boolean, pick: number) {
    const rows = this.all.filter((row) => row.managed && row.visible === visible);
    return rows.length === 0 ? undefined : rows[pick % rows.length];
  }
}

async function run(portal: Portal, model: Model, one: Step): Promise<void> {
  switch (one.kind) {
    case 'seed': {
      const from = model.made;
      await seedUsers(one.count, (n) => userName(from + n));
      for (let n = 1; n <= one.count; n++) model.all.push({ id: userName(from + n), visible: true, managed: true });
      model.made += one.count;
      return;
    }
    case 'hide': {
      await removeUsers(`seq > ${one.offset} AND seq <= ${one.offset + 150} AND seq % ${one.every} = 0`, START_MS);
      for (const [i, row] of model.all.entries()) {
        const seq = i + 1;
        if (seq > one.offset && seq <= one.offset + 150 && seq % one.every === 0) row.visible = false;
      }
      return;
    }
    case 'account': {
      const name = `service${model.all.length}@acme.example`;
      if (model.all.length % 2 === 0) await addAccount('password', name);
      else expect((await ensureServiceAdmin(env, portal.sources, name, 'test')).ok).toBe(true);
      model.all.push({ id: name, visible: false, managed: false });
      return;
    }
    case 'page': {
      const { startIndex, count } = one;
      const { body } = await expectStatus(200, portal.send('GET', `/Users?startIndex=${startIndex}&count=${count}`));
      const visible = model.visible();
      const first = Math.max(1, startIndex);
      if (visible.length === 0) return;
      expect(body.totalResults).toBe(visible.length);
      expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual(
        visible.slice(first - 1, first - 1 + Math.min(200, count)),
      );
      return;
    }
    default:
      return change(portal, model, one);
  }
}

async function change(portal: Portal, model: Model, { kind, pick }: Extract<Step, { pick: number }>): Promise<void> {
  const row = model.pick(kind !== 'return', pick);
  if (row === undefined) return;
  if (kind === 'delete') await expectStatus(204, portal.send('DELETE', userPath(row.id)));
  if (kind === 'return') await expectStatus(201, portal.send('POST', '/Users', { userName: row.id }));
  if (kind === 'deactivate') {
    await expectStatus(200, portal.send('PUT', userPath(row.id), { userName: row.id, active: false }));
  }
  if (kind !== 'deactivate') row.visible = kind === 'return';
}

describe('a list with hidden rows', () => {
  it('shows the pages of an array, and every count stays true', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const portal = await freshPortal();
        const model = new Model();
        for (const { id } of await rows<{ id: string }>('SELECT id FROM users ORDER BY seq')) {
          model.all.push({ id, visible: false, managed: false });
        }
        for (const one of steps) await run(portal, model, one as Step);
        await expectPositionsTrue();
        await expectCountersTrue();
      }),
      { numRuns: RUNS },
    );
  });

  it('finds any position among three regions of 10,000, whatever is hidden', { timeout: 120_000 }, async () => {
    await freshPortal();
    await seedUsers(30_500, userName);
    const patterns = ['seq % 10 = 0', 'seq BETWEEN 4000 AND 21000', 'seq % 3 = 1 AND seq > 29000', 'seq <= 10000'];
    for (const pattern of patterns) {
      await env.DB.prepare("UPDATE users SET removed_at = NULL WHERE login_type = 'saml'").run();
      await removeUsers(pattern, START_MS);
      await expectPositionsTrue();
      const visible = await rows<{ seq: number }>(
        "SELECT seq FROM users WHERE login_type = 'saml' AND removed_at IS NULL ORDER BY seq",
      );
      const edges = [1, 2, 98, 99, 100, 101, 9_999, 10_000, 10_001, visible.length - 1, visible.length];
      const spread = Array.from({ length: 60 }, (_, i) => 1 + Math.floor((i * visible.length) / 60));
      const wanted = [...edges, ...spread].filter((position) => position <= visible.length);
      const found = await env.DB.batch<{ seq: number }>(
        wanted.map((position) =>
          env.DB.prepare(
            `SELECT seq FROM users WHERE seq >= ${SEQ_AT} AND login_type = 'saml' AND removed_at IS NULL ORDER BY seq LIMIT 1`,
          ).bind(position),
        ),
      );
      expect(found.map(({ results }) => results[0]?.seq)).toEqual(wanted.map((position) => visible[position - 1]?.seq));
    }
  });
});

it('of twenty DELETEs and come-backs at once, every count is true afterwards', async () => {
  const portal = await freshPortal();
  await seedUsers(300, userName);
  const ids = Array.from({ length: 20 }, (_, i) => userName(10 * i + 7));
  await Promise.all(ids.map((id) => expectStatus(204, portal.send('DELETE', userPath(id)))));
  await expectPositionsTrue();
  await Promise.all(
    ids.map((id, i) => portal.send(i % 2 ? 'POST' : 'GET', '/Users', i % 2 ? { userName: id } : undefined)),
  );
  await expectPositionsTrue();
  await expectCountersTrue();
});

it.each([
  ['none', '0'],
  ['one in ten', 'seq % 10 = 0'],
])('a whole import by pages of 100 reads at most 4 rows a user, with %s hidden', async (_case, condition) => {
  const portal = await freshPortal();
  await seedUsers(5000, userName);
  await removeUsers(condition, START_MS);
  const { db, cost } = countedDb(env.DB);
  const seen: string[] = [];
  let total = 1;
  for (let startIndex = 1; startIndex <= total; startIndex += 100) {
    const { body } = await portal.send('GET', `/Users?startIndex=${startIndex}&count=100`, undefined, {
      env: { DB: db },
    });
    total = body.totalResults;
    seen.push(...body.Resources.map(({ id }: { id: string }) => id));
  }
  expect(new Set(seen).size).toBe(total);
  expect(seen.length).toBe(total);
  expect(cost.rowsRead).toBeLessThanOrEqual(4 * total);
});

it('pages of active users are slices of the array that is true at that moment, and cheap while nothing changes', async () => {
  const portal = await freshPortal();
  await seedUsers(600, userName);
  const active = Array.from({ length: 600 }, (_, i) => userName(i + 1));
  const { db, cost } = countedDb(env.DB);
  for (let startIndex = 1; startIndex <= 600; startIndex += 50) {
    const path = `/Users?filter=active+eq+true&count=50&startIndex=${startIndex}`;
    const { body } = await expectStatus(200, portal.send('GET', path, undefined, { env: { DB: db } }));
    expect(body.totalResults).toBe(active.length);
    expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual(active.slice(startIndex - 1, startIndex + 49));
    if (startIndex % 200 === 1) {
      const [gone] = active.splice(startIndex % 7, 1);
      await expectStatus(200, portal.send('PUT', userPath(String(gone)), { userName: gone, active: false }));
    }
  }
  const again = countedDb(env.DB);
  for (let startIndex = 1; startIndex <= active.length; startIndex += 50) {
    const path = `/Users?filter=active+eq+true&count=50&startIndex=${startIndex}`;
    await portal.send('GET', path, undefined, { env: { DB: again.db } });
  }
  expect(again.cost.rowsRead).toBeLessThan(2 * active.length);
  expect(cost.rowsRead).toBeGreaterThan(again.cost.rowsRead);
});

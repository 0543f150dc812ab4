// The table of refused requests keeps within its bounds, whatever is refused and in whatever order.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { REFUSAL_BOUNDS } from '../../src/storage/refusal-trim.ts';
import { type Refusal, recordRefusal } from '../../src/storage/refusals.ts';
import { countedDb } from '../support/counted-db.ts';
import { Faults } from '../support/faults.ts';
import { rows } from '../support/scim.ts';

const refusal = (more: Partial<Refusal> = {}): Refusal => ({
  actor: 'key1',
  requestId: 'request',
  method: 'POST',
  route: '/Users',
  status: 409,
  rule: 'user_name_in_use',
  detail: 'A user has this name.',
  ...more,
});

const stranger = refusal({ actor: null, status: 401, rule: 'credential_missing', detail: 'No credential.' });

let last = 0;

async function refuse(one: Refusal, times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await recordRefusal(env.DB, one, ++last);
}

const count = async (condition: string) =>
  (await rows<{ n: number }>(`SELECT count(*) AS n FROM refusals WHERE ${condition}`))[0]?.n ?? -1;

const shown = (at: number) => rows('SELECT actor, rule FROM refusals WHERE at = ?', at);

beforeEach(async () => {
  await env.DB.prepare('DELETE FROM refusals').run();
});

/** So many different refusals of sixteen keys. */
async function fill(count: number): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO refusals (at, actor, method, route, status, rule, detail)
     SELECT value, 'key' || (value % 16), 'POST', '/Users', 409, 'user_name_in_use', value FROM json_each(?)`,
  )
    .bind(JSON.stringify(Array.from({ length: count }, (_, i) => i)))
    .run();
}

describe('nobody pushes out what somebody else was told', () => {
  it('a key that repeats one refusal hundreds of times leaves the others of its own and of another key', async () => {
    await refuse(refusal({ rule: 'key_owner', status: 403 }));
    await refuse(refusal({ actor: 'key2' }));
    await refuse(refusal({ detail: 'Another user has this name.' }));
    await refuse(refusal(), 400);
    expect(await count("rule = 'key_owner'")).toBe(1);
    expect(await count("actor = 'key2'")).toBe(1);
    expect(await count("detail LIKE 'Another%'")).toBe(1);
    expect(await count('1')).toBeLessThan(75);
  });

  it('a key that is refused for hundreds of users by one rule leaves what other rules refused', async () => {
    for (let i = 0; i < 5; i++) await refuse(refusal({ rule: 'invalid_value', status: 400, detail: `value ${i}` }));
    for (let i = 0; i < 400; i++) await refuse(refusal({ detail: `user ${i}` }));
    expect(await count("rule = 'invalid_value'")).toBe(5);
    expect(await count("rule = 'user_name_in_use'")).toBeLessThanOrEqual(REFUSAL_BOUNDS.ofRule);
    expect(await count("detail = 'user 399'")).toBe(1);
  });

  it('strangers fill at most their own part, and the newest of them can be seen', async () => {
    await refuse(refusal());
    for (let i = 0; i < 400; i++) await refuse({ ...stranger, detail: `${i}` });
    expect(await count('actor IS NULL')).toBeLessThanOrEqual(REFUSAL_BOUNDS.strangers);
    expect(await count('actor IS NULL')).toBeGreaterThanOrEqual(100);
    expect(await shown(last)).toHaveLength(1);
    expect(await count('actor IS NOT NULL')).toBe(1);
  });
});

interface Burst {
  readonly actor: string | null;
  readonly rule: string;
  readonly variety: number;
  readonly times: number;
}

const burst: fc.Arbitrary<Burst> = fc.record({
  actor: fc.constantFrom(null, 'key1', 'key2', 'key3', 'key4'),
  rule: fc.constantFrom('user_name_in_use', 'invalid_value', 'key_owner', 'last_admin', 'invalid_filter'),
  variety: fc.constantFrom(1, 3, 1_000),
  times: fc.integer({ min: 1, max: 250 }),
});

it('the bounds hold after any sequence, and the newest refusal of each key by each rule is there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(burst, { minLength: 3, maxLength: 9 }), async (bursts) => {
      await env.DB.prepare('DELETE FROM refusals').run();
      const newest = new Map<string, number>();
      for (const { actor, rule, variety, times } of bursts) {
        for (let i = 0; i < times; i++) {
          await refuse(refusal({ actor, rule, detail: `${i % variety}` }));
          if (actor !== null) newest.set(`${actor} ${rule}`, last);
        }
        expect(await count('1')).toBeLessThanOrEqual(REFUSAL_BOUNDS.all);
        expect(await count('actor IS NULL')).toBeLessThanOrEqual(REFUSAL_BOUNDS.strangers);
      }
      const most = await rows<{ n: number }>('SELECT count(*) AS n FROM refusals GROUP BY actor, rule ORDER BY n DESC');
      expect(most[0]?.n).toBeLessThanOrEqual(REFUSAL_BOUNDS.ofRule);
      for (const at of newest.values()) expect(await shown(at)).toHaveLength(1);
    }),
    { numRuns: 5 },
  );
}, 120_000);

it('costs one row read for most refusals, and each row of the table once in fifty', async () => {
  await fill(900);
  const { db, cost } = countedDb(env.DB);
  const costs: number[] = [];
  for (let i = 0; i < 100; i++) {
    const before = cost.rowsRead;
    await recordRefusal(db, refusal({ actor: 'key1', detail: `more ${i}` }), ++last);
    costs.push(cost.rowsRead - before);
  }
  expect(costs.filter((read) => read > 1)).toHaveLength(2);
  expect(Math.max(...costs)).toBeLessThanOrEqual(1_200);
  expect(cost.calls).toBe(104);
});

it('a trim that failed is made up for by the next, within the bounds', async () => {
  await fill(850);
  for (let i = 850; i < 1_250; i++) {
    const isTrim = (i + 1) % 100 === 50;
    const overloaded = { fails: 'D1 DB is overloaded', moment: 'before' } as const;
    const { DB } = new Faults(({ n }) => (isTrim && n > 1 ? overloaded : undefined)).over({ DB: env.DB });
    const recorded = recordRefusal(DB, refusal({ actor: `key${i % 16}`, detail: `${i}` }), ++last);
    await recorded.catch((error: unknown) => expect(String(error)).toContain('overloaded'));
    if (i % 50 === 48) expect(await count('1')).toBeLessThanOrEqual(REFUSAL_BOUNDS.all);
  }
});

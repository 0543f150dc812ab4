// The brake counts inside one UPDATE, by the one time that decides. Beside it runs the slow way: a list of all times, counted.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Policy } from '../../src/directory/policy.ts';
import { PRESETS } from '../../src/directory/presets.ts';
import { brakeOf } from '../../src/lifecycle/brake-hold.ts';
import { addUser, cleanPortal, comeBack, deactivateUser, rowsOf, TestSources } from '../support/lifecycle.ts';

const HOUR_MS = 3_600_000;
type Brake = Policy['brake'];

/** The rule as docs/policy.md says it, of the times of all deactivations and of how many are active before the next one. */
function engages(brake: Brake, times: readonly number[], active: number, nowMs: number): boolean {
  const count = times.filter((time) => time > nowMs - HOUR_MS).length + 1;
  const activeAtBegin = active - 1 + count;
  const passesShare = 100 * count > brake.percent * activeAtBegin && count > brake.atLeast;
  return passesShare || count > brake.number;
}

const brakes: fc.Arbitrary<Brake> = fc
  .record({
    percent: fc.integer({ min: 1, max: 99 }),
    atLeast: fc.integer({ min: 1, max: 6 }),
    more: fc.integer({ min: 0, max: 6 }),
  })
  .map(({ percent, atLeast, more }) => ({ state: 'on', percent, atLeast, number: atLeast + more }));

const steps = fc.array(
  fc.record({
    afterMs: fc.constantFrom(0, 0, 1, 60_000, HOUR_MS / 4, HOUR_MS - 1, HOUR_MS, HOUR_MS + 1),
    what: fc.constantFrom('deactivate' as const, 'deactivate' as const, 'deactivate' as const, 'comeBack' as const),
  }),
  { minLength: 4, maxLength: 30 },
);

const portalRow = async () => {
  const [row] = await rowsOf<{ at: number | null; recent: string }>(
    'SELECT brake_engaged_at AS at, recent_deactivations AS recent FROM portal',
  );
  if (!row) throw new Error('there is no portal');
  return { at: row.at, recent: JSON.parse(row.recent) as number[] };
};

/** The portal and the model beside it. */
class World {
  readonly sources = new TestSources();
  readonly times: number[] = [];
  since: number | null = null;
  readonly active = new Set<number>();
  readonly away: number[] = [];
  readonly #brake: Brake;

  constructor(brake: Brake) {
    this.#brake = brake;
  }

  async comeBack(): Promise<void> {
    const seq = this.away.shift();
    if (seq === undefined) return;
    await comeBack(seq);
    this.active.add(seq);
  }

  async deactivate(): Promise<void> {
    const { sources, active, times } = this;
    const [seq] = active;
    if (seq === undefined) return;
    if (this.since === null && engages(this.#brake, times, active.size, sources.now)) this.since = sources.now;
    const policy = { ...PRESETS.open.policy, brake: this.#brake };
    await deactivateUser(sources, seq, { policy, brake: brakeOf(`user${seq}`), mutationId: `m${times.length}` });
    times.push(sources.now);
    active.delete(seq);
    this.away.push(seq);
    expect(await portalRow()).toEqual({ at: this.since, recent: times.slice(-this.#brake.number) });
  }
}

it('engages at exactly the deactivation that passes the limit, whatever the limits, the times and who comes back', async () => {
  let engagements = 0;
  await fc.assert(
    fc.asyncProperty(brakes, fc.integer({ min: 2, max: 24 }), steps, async (brake, users, events) => {
      await cleanPortal();
      const world = new World(brake);
      for (let seq = 1; seq <= users; seq++) {
        await addUser(seq);
        world.active.add(seq);
      }
      for (const { afterMs, what } of events) {
        world.sources.now += afterMs;
        await world[what]();
      }
      if (world.since !== null) engagements += 1;
    }),
    { numRuns: 150 },
  );
  expect(engagements).toBeGreaterThan(30);
}, 120_000);

it('counts to a thousand, the largest number there is', async () => {
  await cleanPortal();
  const sources = new TestSources();
  const policy = { ...PRESETS.open.policy, brake: { state: 'on', percent: 99, atLeast: 1000, number: 1000 } as const };
  await addUser(1);
  const full = Array.from({ length: 999 }, (_, i) => sources.now + i);
  await env.DB.prepare('UPDATE portal SET recent_deactivations = ?').bind(JSON.stringify(full)).run();
  sources.now += 10_000;
  for (const [i, engaged] of [false, true].entries()) {
    await deactivateUser(sources, 1, { policy, brake: brakeOf('user1'), mutationId: `m${i}` });
    expect((await portalRow()).at !== null).toBe(engaged);
    expect((await portalRow()).recent.length).toBe(1000);
    await comeBack(1);
  }
});

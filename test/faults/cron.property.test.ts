// The cron at any time: twice, overlapping, standing still while another run does everything, dying, skipped, late by up to 90 days,
// and with clocks that differ by up to ten minutes each way. The end is that of a portal whose cron ran on time.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { afterAll, expect, it, vi } from 'vitest';
import type { Env } from '../../src/env.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import { dies, Faults, nth } from '../support/faults.ts';
import {
  addContent,
  addUser,
  cleanPortal,
  comeBack,
  DAY_MS,
  deactivateUser,
  picture,
  rowsOf,
  START_MS,
  TestSources,
} from '../support/lifecycle.ts';

const MINUTE_MS = 60_000;
const SKEW_MS = 10 * MINUTE_MS;
const USERS = [1, 2];
const HISTORIES = 50;

type How = 'once' | 'twice' | 'overlapping' | 'standing still' | 'dying';

interface Cron {
  readonly what: 'cron';
  readonly how: How;
  /** At which storage call it stands still or dies. */
  readonly call: number;
  /** The clocks of the one run and of the other. */
  readonly skews: readonly [number, number];
}

type Event =
  | { readonly what: 'leave or return'; readonly user: number; readonly skewMs: number }
  | Cron
  | { readonly what: 'wait'; readonly ms: number };

const skewMs = fc.integer({ min: -SKEW_MS, max: SKEW_MS });
const days = (min: number, max: number) => fc.integer({ min: min * DAY_MS, max: max * DAY_MS });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('leave or return' as const), user: fc.constantFrom(...USERS), skewMs }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('cron' as const),
      how: fc.constantFrom<How>('once', 'twice', 'overlapping', 'standing still', 'dying'),
      call: fc.integer({ min: 1, max: 24 }),
      skews: fc.tuple(skewMs, skewMs),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('wait' as const),
      // Close before or behind a due date, some days, and as late as 90 days.
      ms: fc.oneof(
        fc.integer({ min: -60, max: 15 }).map((minutes) => 30 * DAY_MS + minutes * MINUTE_MS),
        days(0, 20),
        days(30, 90),
      ),
    }),
  },
);

/** One portal, its people, and the clock on the wall. */
class World {
  nowMs = START_MS;
  readonly #active = new Set(USERS);
  /** When the workspaces of a registration were archived, on the wall; by id. */
  readonly #archivedMs = new Map<string, number>();
  readonly #gone = new Set<string>();
  readonly #registrations = new Map(USERS.map((seq) => [seq, 1]));

  static async begin(): Promise<World> {
    await cleanPortal();
    const world = new World();
    for (const seq of USERS) {
      await addUser(seq);
      await world.#settleIn(seq);
    }
    return world;
  }

  /** Personal files and messages, and a workspace with a file. */
  async #settleIn(ownerSeq: number): Promise<void> {
    const registration = this.#registrations.get(ownerSeq) ?? 0;
    const workspaceId = `w${ownerSeq}-${registration}`;
    await env.DB.prepare(
      "INSERT INTO workspaces (id, owner_seq, name, state, created_at) VALUES (?, ?, 'Plans', 'active', ?)",
    )
      .bind(workspaceId, ownerSeq, START_MS)
      .run();
    await addContent({ table: 'files', ownerSeq, registration, count: 1 });
    await addContent({ table: 'messages', ownerSeq, registration, count: 1 });
    await addContent({ table: 'files', ownerSeq, registration, workspaceId, count: 1 });
  }

  /** The clock of a worker. */
  clock(skew: number): TestSources {
    const sources = new TestSources();
    sources.nowMs = () => this.nowMs + skew;
    return sources;
  }

  async leaveOrReturn(seq: number, skew: number): Promise<void> {
    const registration = this.#registrations.get(seq) ?? 0;
    if (this.#active.delete(seq)) {
      await deactivateUser(this.clock(skew), seq);
      this.#archivedMs.set(`w${seq}-${registration}`, this.nowMs);
      return;
    }
    await comeBack(seq);
    this.#active.add(seq);
    this.#registrations.set(seq, registration + 1);
    await this.#settleIn(seq);
  }

  /** No workspace is gone before 30 days have passed on the wall, but for what the clocks of two workers may differ. */
  async expectNothingEarly(): Promise<void> {
    const gone = await rowsOf<{ id: string }>("SELECT id FROM workspaces WHERE state = 'deleted'");
    for (const { id } of gone) {
      if (this.#gone.has(id)) continue;
      this.#gone.add(id);
      const ageMs = this.nowMs - (this.#archivedMs.get(id) ?? Infinity);
      expect([id, ageMs >= 30 * DAY_MS - 2 * SKEW_MS]).toEqual([id, true]);
    }
  }
}

const runs: Record<How, number> = { once: 0, twice: 0, overlapping: 0, 'standing still': 0, dying: 0 };

async function work(world: World, { how, call, skews: [mine, others] }: Cron): Promise<void> {
  runs[how] += 1;
  const run = (bindings: Env, skew: number) => runCron(bindings, world.clock(skew)).catch(() => undefined);
  const bindings = env as Env;
  switch (how) {
    case 'once':
      return run(bindings, mine);
    case 'twice':
      await run(bindings, mine);
      return run(bindings, others);
    case 'overlapping':
      await Promise.all([run(bindings, mine), run(bindings, others)]);
      return;
    case 'standing still': {
      const meanwhile = () => {
        world.nowMs += 2 * MINUTE_MS;
        return run(bindings, others);
      };
      return run(new Faults(nth(call, { meanwhile })).over(bindings), mine);
    }
    case 'dying':
      return run(new Faults(dies(call, call % 2 ? 'before' : 'after')).over(bindings), mine);
  }
}

/** Each event at its own time, however long the cron before it took; then everything that is left. */
async function play(world: World, events: readonly Event[], act: (e: Event) => Promise<void>): Promise<unknown> {
  let atMs = world.nowMs;
  for (const e of events) {
    if (e.what === 'wait') atMs += e.ms;
    world.nowMs = atMs;
    await act(e);
  }
  return finish(world);
}

interface LedgerRow {
  readonly kind: 'user_content' | 'workspaces';
  readonly user_seq: number;
  readonly objects: number;
}

/** A later registration's row takes along what is left of an earlier one, so that clocks decide which of the two counts it. */
function withoutPersonalCounts(row: LedgerRow): object {
  return row.kind === 'workspaces' ? row : { ...row, objects: undefined, bytes: undefined };
}

function personalCounts(ledger: readonly LedgerRow[]): readonly number[] {
  const rowsOfUser = (seq: number) => ledger.filter((row) => row.kind === 'user_content' && row.user_seq === seq);
  return USERS.map((seq) => rowsOfUser(seq).reduce((sum, { objects }) => sum + objects, 0));
}

/** Everything that is due in the end, done. */
async function finish(world: World): Promise<unknown> {
  world.nowMs += 31 * DAY_MS;
  for (let run = 0; run < 3; run++) {
    world.nowMs += 2 * MINUTE_MS;
    await runCron(env, world.clock(0));
  }
  expect(await rowsOf("SELECT seq FROM destructions WHERE state <> 'done'")).toEqual([]);
  // The journal forgets by its own dates, so that what was done late is remembered longer.
  const { journal: _, ledger, ...rest } = (await picture()) as { journal: unknown; ledger: LedgerRow[] };
  return { ...rest, ledger: ledger.map(withoutPersonalCounts), personal: personalCounts(ledger) };
}

/** The same people at the same times, and a cron that runs on time: whenever anything is due, and once only. */
async function onTime(events: readonly Event[]): Promise<unknown> {
  const world = await World.begin();
  return play(world, events, async (e) => {
    if (e.what === 'leave or return') await world.leaveOrReturn(e.user, e.skewMs);
    if (e.what !== 'cron') await runCron(env, world.clock(0));
  });
}

it('whenever the cron runs, nothing goes early, everything goes in the end, and the end is the same', async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 3, maxLength: 12 }), async (events) => {
      const wanted = await onTime(events);
      const world = await World.begin();
      const end = await play(world, events, async (e) => {
        if (e.what === 'leave or return') await world.leaveOrReturn(e.user, e.skewMs);
        if (e.what === 'cron') await work(world, e);
        await world.expectNothingEarly();
      });
      expect(end).toEqual(wanted);
    }),
    { numRuns: HISTORIES },
  );
  vi.restoreAllMocks();
}, 240_000);

afterAll(() => console.log(`cron runs in ${HISTORIES} generated histories: ${JSON.stringify(runs)}`));

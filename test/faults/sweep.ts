// The crash-point sweep: a scenario is played once without a fault and its storage calls are counted; then once for every call and
// every way to lose a worker there. After each, the world goes on: the client repeats what it got no answer to, and the cron runs
// until nothing is due.
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { isolateKeyCache } from '../../src/auth/key-lookup.ts';
import type { Env } from '../../src/env.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import type { Json } from '../../src/scim/json.ts';
import { dies, Faults, nth, type Plan } from '../support/faults.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { one } from '../support/scim.ts';
import { restore, type Stored, stored } from '../support/stored.ts';
import { pictureOf } from './picture.ts';
import { type Play, playUnder, type Stage } from './stage.ts';

/** Something a client does, in one request or call. Outcomes are statuses, one an operation. */
export interface Scenario {
  readonly name: string;
  readonly preset?: Parameters<typeof freshPortal>[0];
  readonly prepare?: (stage: Stage) => Promise<unknown>;
  readonly act: (stage: Stage) => Promise<readonly number[]>;
  /** What the client is told, and what its repeat is told where the first try had gone through. */
  readonly told: readonly (readonly [first: number, again: number])[];
  /** What the client does when it got no answer; the same again where left out. */
  readonly repeat?: (stage: Stage) => Promise<readonly number[]>;
  /** What happens later, before the last picture. */
  readonly later?: (stage: Stage) => Promise<unknown>;
  /** How long the world waits for the last picture. */
  readonly waitDays?: number;
  /** What the two ends need not have in common, taken out of what is stored. */
  readonly without?: (state: Stored) => Stored;
}

const WAYS: Readonly<Record<string, (n: number) => Plan>> = {
  'dies before': (n) => dies(n, 'before'),
  'dies after': (n) => dies(n, 'after'),
  'loses the answer of': (n) => nth(n, { fails: 'Network connection lost.', moment: 'after' }),
};

/** What a sweep came to: the storage calls of the scenario, and how many ends were compared. */
export interface Swept {
  readonly scenario: string;
  readonly calls: number;
  readonly points: number;
}

/** Holds that every interrupted play ends as the one without a fault. */
export async function sweep(scenario: Scenario): Promise<Swept> {
  const portal = await freshPortal(scenario.preset);
  const known: Record<string, string> = {};
  await clearOthers(portal);
  const stage = playUnder(new Faults(), portal, known).stage;
  stage.sources.drawn = 10_000;
  await scenario.prepare?.(stage);
  const start = await stored();
  const straight = new Faults();
  const wanted = await playThrough(scenario, { portal, known, start }, straight);
  const calls = wanted.calls;
  let points = 0;
  for (const [way, planAt] of Object.entries(WAYS)) {
    for (let n = 1; n <= calls; n++) {
      const end = await playThrough(scenario, { portal, known, start }, new Faults(planAt(n)));
      const at = `${way} call ${n}`;
      expect([at, end.pictures]).toEqual([at, wanted.pictures]);
      expect([at, end.mails]).toEqual([at, wanted.mails]);
      points += 1;
    }
  }
  return { scenario: scenario.name, calls, points };
}

/** KV entries and objects of earlier tests. */
async function clearOthers(portal: Portal): Promise<void> {
  const now = await stored();
  const [{ hash = '' } = {}] = now.tables['api_keys']?.filter(({ id }) => id === portal.keyId) ?? [];
  const kv = Object.fromEntries(Object.entries(now.kv).filter(([name]) => name === hash));
  await restore({ ...now, kv, objects: {} });
}

interface Begun {
  readonly portal: Portal;
  readonly known: Record<string, string>;
  readonly start: Stored;
}

interface End {
  readonly pictures: readonly Json[];
  /** Which mails went out, at least once each. */
  readonly mails: readonly string[];
  /** Storage calls of the act, before and after its answer. */
  readonly calls: number;
}

async function playThrough(scenario: Scenario, { portal, known, start }: Begun, faults: Faults): Promise<End> {
  await restore(start);
  const play = playUnder(faults, portal, { ...known });
  await act(scenario, play, faults);
  const calls = faults.calls.length;
  const world = playUnder(new Faults(), portal, play.stage.known);
  world.stage.sources.ms = play.stage.sources.ms;
  world.stage.sources.drawn = 100_000;
  const pictures = [await settled(scenario, world)];
  await scenario.later?.(world.stage);
  world.stage.sources.ms += (scenario.waitDays ?? 0) * 86_400_000;
  if (scenario.later || scenario.waitDays) pictures.push(await settled(scenario, world));
  const accepted = [...play.mail.accepted, ...world.mail.accepted];
  return { pictures, calls, mails: [...new Set(accepted.map(({ to, subject }) => `${to}: ${subject}`))].sort() };
}

/** The act under faults, and its repeat where no answer came. */
async function act(scenario: Scenario, play: Play, faults: Faults): Promise<void> {
  const before = await journalled();
  const told = await scenario.act(play.stage).catch(() => undefined);
  const fresh = scenario.told.map(([first]) => first);
  const isAnswered = told !== undefined && (play.answered || !faults.dead) && told.every((status) => status < 500);
  if (isAnswered) return expect(told).toEqual(fresh);
  const done = (await journalled()) - before;
  const next = playUnder(new Faults(), play.stage.portal, play.stage.known);
  next.stage.sources.ms = play.stage.sources.ms += 5_000;
  next.stage.sources.drawn = 50_000;
  const repeat = scenario.repeat ?? scenario.act;
  const again = scenario.told.map(([first, after], i) => (i < done ? after : first));
  expect(await repeat(next.stage)).toEqual(again);
  play.mail.accepted.push(...next.mail.accepted);
}

/** Rows of the journal that a client's own operations wrote. */
async function journalled(): Promise<number> {
  return (await one<{ n: number }>("SELECT count(*) AS n FROM journal WHERE actor <> 'cron'")).n;
}

/** The picture when nothing is due any more. The identity provider goes on asking, elsewhere, by which KV learns of the key. */
async function settled(scenario: Scenario, { stage }: Play): Promise<Json> {
  isolateKeyCache.clear();
  await stage.send('GET', '/Users?count=0');
  for (let run = 0; run < 12; run++) {
    stage.sources.ms += 60_000;
    await runCron({ ...env, EMAIL: stage.env.EMAIL } as Env, stage.sources);
    const left = await one<{ n: number }>(
      `SELECT (SELECT count(*) FROM destructions WHERE state = 'pending' AND due_at <= ?1)
         + (SELECT count(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL) AS n`,
      stage.sources.ms,
    );
    if (left.n === 0) break;
  }
  const state = await stored();
  return pictureOf(scenario.without?.(state) ?? state);
}

import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, type MockInstance, vi } from 'vitest';
import { putFile } from '../../src/api/files.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import { dies, Faults } from '../support/faults.ts';
import {
  addUser,
  cleanPortal,
  DAY_MS,
  deactivateUser,
  objectKeys,
  picture,
  rowsOf,
  TestSources,
} from '../support/lifecycle.ts';

let sources: TestSources;

let log: MockInstance;
let error: MockInstance;

beforeEach(async () => {
  log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await cleanPortal();
  sources = new TestSources();
  await addUser(1);
  await putFile(env, sources, { ownerSeq: 1, name: 'diary.txt', bytes: new Uint8Array(7) });
});

afterEach(() => {
  vi.restoreAllMocks();
});

it('a cron run finishes what the request left, however late it comes', async () => {
  await deactivateUser(sources, 1);
  sources.now += 400 * DAY_MS;
  await runCron(env, sources);
  expect(await objectKeys()).toEqual([]);
  expect(await rowsOf('SELECT state, done_at FROM destructions')).toEqual([{ state: 'done', done_at: sources.now }]);
});

it('a second cron run changes nothing', async () => {
  await deactivateUser(sources, 1);
  await runCron(env, sources);
  const once = await picture();
  sources.now += DAY_MS;
  await runCron(env, sources);
  expect(await picture()).toEqual(once);
});

it('a cron run logs one line of JSON with counts and nothing about persons', async () => {
  await deactivateUser(sources, 1);
  await runCron(env, sources);
  expect(log.mock.calls.map(([line]) => JSON.parse(String(line)))).toEqual([
    {
      event: 'cron',
      tookMs: 0,
      mails: { claimed: 0, sent: 0, done: 0, failed: 0, dead: 0, interrupted: 0, forgotten: 0 },
      archived: { workspaces: 0 },
      destructions: { claimed: 1, done: 1, overtaken: 0, unfinished: 0, failed: 0, objects: 1, workspaces: 0 },
      sessions: { sessions: 0, links: 0, samlRequests: 0, samlAssertions: 0, codes: 0, tokens: 0, signIns: 0 },
      retention: { journal: 0, refusals: 0 },
    },
  ]);
});

it('a cron run that cannot reach the database logs it and fails for the platform to see', async () => {
  const { DB } = new Faults(dies(1, 'before')).over({ DB: env.DB });
  await expect(runCron({ ...env, DB }, sources)).rejects.toThrow('died');
  expect(error.mock.calls.map(([line]) => JSON.parse(String(line)))).toEqual([
    {
      event: 'cron',
      tookMs: 0,
      mails: { error: 'died' },
      archived: { error: 'died' },
      destructions: { error: 'died' },
      sessions: { error: 'died' },
      retention: { error: 'died' },
    },
  ]);
});

it('a cron run begins nothing more after 22 seconds', async () => {
  await deactivateUser(sources, 1);
  const startMs = sources.now;
  const slow = { ...sources, nowMs: () => (sources.now += 6_000), randomBytes: sources.randomBytes };
  await runCron(env, slow);
  expect(sources.now - startMs).toBeLessThan(110_000);
  expect(await rowsOf('SELECT state, lease_until FROM destructions')).toEqual([{ state: 'pending', lease_until: 0 }]);
});

it('a cron run forgets what the journal said more than thirty days ago', async () => {
  await deactivateUser(sources, 1);
  await runCron(env, sources);
  sources.now += 30 * DAY_MS + 1;
  await addUser(2);
  await deactivateUser(sources, 2);
  await runCron(env, sources);
  expect(await rowsOf('SELECT subject FROM journal')).toEqual([{ subject: 'user2' }]);
  const lines = log.mock.calls.map(([line]) => JSON.parse(String(line)));
  expect(lines.map(({ retention }) => retention.journal)).toEqual([0, 2]);
});

// One scenario with everything in it, interrupted at every storage call there is: by death, and by a second worker.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { putFile } from '../../src/api/files.ts';
import { workDestructions } from '../../src/lifecycle/destruction.ts';
import { dies, Faults, type Moment, nth } from '../support/faults.ts';
import {
  addContent,
  addUser,
  addWorkspaces,
  type BulkContent,
  cleanPortal,
  comeBack,
  DAY_MS,
  deactivateUser,
  picture,
  putObjects,
  TestSources,
  unwrap,
} from '../support/lifecycle.ts';
import { restore, type Stored, stored } from '../support/stored.ts';

let sources: TestSources;

const both = (content: Omit<BulkContent, 'table'>) =>
  Promise.all([addContent({ table: 'files', ...content }), addContent({ table: 'messages', ...content })]);

let start: Stored | undefined;

/** The scenario, at its beginning. */
async function scenario(): Promise<void> {
  sources = new TestSources();
  if (start) await restore(start);
  else await prepare();
  start ??= await stored();
  sources.now += 30 * DAY_MS;
}

/** A dead registration and two archived workspaces, beside a new registration and another user's content. */
async function prepare(): Promise<void> {
  await cleanPortal();
  await addUser(1);
  await addUser(2);
  const workspaces = await addWorkspaces(1, 2);
  await both({ ownerSeq: 1, count: 4 });
  await both({ ownerSeq: 2, count: 1 });
  for (const workspaceId of workspaces) await both({ ownerSeq: 2, workspaceId, count: 2 });
  await putObjects(['user/1/1/file/orphan', `workspace/${workspaces[0]}/file/orphan`]);
  await deactivateUser(sources, 1);
  await comeBack(1);
  await both({ ownerSeq: 1, registration: 2, count: 1 });
}

const PIECE_ROWS = 3;
const work = (bindings: Pick<typeof env, 'DB' | 'FILES'>) =>
  workDestructions(bindings, sources, { deadlineMs: sources.now + 20_000, pieceRows: PIECE_ROWS });

let undisturbed: unknown;

beforeEach(async () => {
  await scenario();
  await work(env);
  undisturbed = await picture();
});

it('the undisturbed end has the living content alone, exact counts, and nothing pending', () => {
  expect(undisturbed).toMatchObject({
    ledger: [
      { kind: 'user_content', state: 'done', objects: 8, bytes: 80 },
      { kind: 'workspaces', state: 'done', objects: 8, bytes: 80 },
    ],
    files: [{}, {}],
    messages: [{}, {}],
    workspaces: [{ state: 'deleted' }, { state: 'deleted' }],
  });
  expect((undisturbed as { objects: string[] }).objects).toEqual([
    'user/1/2/files-1-2-0',
    'user/1/2/messages-1-2-0',
    'user/2/1/files-2-1-0',
    'user/2/1/messages-2-1-0',
  ]);
});

for (const moment of ['before', 'after'] as Moment[]) {
  it(`a worker that dies ${moment} any storage call is finished by the next, to the same end`, async () => {
    let died = true;
    let dieAt = 0;
    while (died) {
      dieAt += 1;
      await scenario();
      const death = new Faults(dies(dieAt, moment));
      await work(death.over({ DB: env.DB, FILES: env.FILES })).catch(() => undefined);
      died = death.happened;
      sources.now += 60_000;
      await work(env);
      expect([dieAt, await picture()]).toEqual([dieAt, undisturbed]);
    }
    expect(dieAt).toBeGreaterThan(25);
  }, 120_000);
}

it('a worker that loses the answer to any storage call tries again or leaves it to the next, and counts exactly', async () => {
  let lost = true;
  for (let at = 1; lost; at++) {
    await scenario();
    const fault = new Faults(nth(at, { fails: 'Network connection lost.', moment: 'after' }));
    await work(fault.over({ DB: env.DB, FILES: env.FILES }));
    lost = fault.happened;
    sources.now += 60_000;
    await work(env);
    expect([at, await picture()]).toEqual([at, undisturbed]);
  }
}, 120_000);

it('workers that die again and again, each a call later, still come to the same end', async () => {
  await scenario();
  for (let dieAt = 1; dieAt < 40; dieAt++) {
    const death = new Faults(dies(dieAt, dieAt % 2 ? 'before' : 'after'));
    await work(death.over({ DB: env.DB, FILES: env.FILES })).catch(() => undefined);
    sources.now += 60_000;
  }
  await work(env);
  expect(await picture()).toEqual(undisturbed);
}, 60_000);

it('a worker that stood still until its lease ran out, while another did everything, counts and deletes nothing twice', async () => {
  let stalled = true;
  let stallAt = 0;
  while (stalled) {
    stallAt += 1;
    await scenario();
    const stall = new Faults(
      nth(stallAt, {
        meanwhile: () => {
          sources.now += 60_000;
          return work(env);
        },
      }),
    );
    const late = { deadlineMs: sources.now + 3_600_000, pieceRows: PIECE_ROWS };
    await workDestructions(stall.over({ DB: env.DB, FILES: env.FILES }), sources, late);
    stalled = stall.happened;
    expect([stallAt, await picture()]).toEqual([stallAt, undisturbed]);
  }
  expect(stallAt).toBeGreaterThan(25);
}, 120_000);

it('a worker that stood still does not take the numbers of deleted rows for its own when new content got them', async () => {
  let stalled = true;
  for (let stallAt = 1; stalled; stallAt++) {
    await scenario();
    const uploaded: string[] = [];
    const stall = new Faults(
      nth(stallAt, {
        meanwhile: async () => {
          sources.now += 60_000;
          await work(env);
          for (let i = 0; i < 8; i++) {
            const file = { ownerSeq: 1 + (i % 2), name: 'new.txt', bytes: new Uint8Array(1) };
            uploaded.push(unwrap(await putFile(env, sources, file)).fileId);
          }
        },
      }),
    );
    const late = { deadlineMs: sources.now + 3_600_000, pieceRows: PIECE_ROWS };
    await workDestructions(stall.over({ DB: env.DB, FILES: env.FILES }), sources, late);
    stalled = stall.happened;
    const { files, objects } = (await picture()) as { files: { id: string; r2_key: string }[]; objects: string[] };
    expect(files.map((file) => file.id)).toEqual(expect.arrayContaining(uploaded));
    expect(files.every((file) => objects.includes(file.r2_key))).toBe(true);
  }
}, 120_000);

it('two workers at once share the work and come to the same end', async () => {
  await scenario();
  const reports = await Promise.all([work(env), work(env), work(env)]);
  expect(reports.reduce((sum, report) => sum + report.done, 0)).toBe(2);
  expect(await picture()).toEqual(undisturbed);
});

it('twenty workers that ignore each other, since all leases ran out, come to the same end', async () => {
  await scenario();
  let tick = 0;
  const hurried = { ...sources, nowMs: () => sources.now + 61_000 * tick++, randomBytes: sources.randomBytes };
  await Promise.all(
    Array.from({ length: 20 }, () => workDestructions(env, hurried, { deadlineMs: Infinity, pieceRows: PIECE_ROWS })),
  );
  expect(await picture()).toEqual(undisturbed);
}, 60_000);

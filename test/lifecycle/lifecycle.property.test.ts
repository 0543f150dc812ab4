// Any order of events: people leave and return, upload, write, restore; workers come, come twice, die, come late. Beside the
// real portal runs a model of what must be readable; in the end the two agree, and nothing else is left in R2.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { putFile, readFile } from '../../src/api/files.ts';
import { createWorkspace } from '../../src/api/workspaces.ts';
import { workDestructions, workDestructionsOf } from '../../src/lifecycle/destruction.ts';
import { dies, Faults } from '../support/faults.ts';
import {
  addUser,
  cleanPortal,
  comeBack,
  DAY_MS,
  deactivateUser,
  objectKeys,
  rowsOf,
  TestSources,
} from '../support/lifecycle.ts';

interface ModelFile {
  readonly fileId: string;
  readonly ownerSeq: number;
  readonly registration: number;
  readonly workspaceId: string | undefined;
}

interface ModelWorkspace {
  readonly ownerSeq: number;
  state: 'active' | 'archived';
  dueMs: number;
}

class Model {
  readonly sources = new TestSources();
  readonly users = new Map([1, 2].map((seq) => [seq, { active: true, registration: 1 }]));
  readonly workspaces = new Map<string, ModelWorkspace>();
  readonly files: ModelFile[] = [];

  user(seq: number): { active: boolean; registration: number } {
    const user = this.users.get(seq);
    if (!user) throw new Error(`no user ${seq}`);
    return user;
  }

  alive(file: ModelFile): boolean {
    if (file.workspaceId !== undefined) return this.stands(file.workspaceId);
    const user = this.user(file.ownerSeq);
    return user.active && user.registration === file.registration;
  }

  /** Active, or archived and not yet due. */
  stands(workspaceId: string): boolean {
    const workspace = this.workspaces.get(workspaceId);
    return workspace?.state === 'active' || (workspace?.dueMs ?? 0) > this.sources.now;
  }

  readable(file: ModelFile): boolean {
    return this.alive(file) && (!file.workspaceId || this.workspaces.get(file.workspaceId)?.state === 'active');
  }
}

type Event =
  | { readonly what: 'deactivate'; readonly user: number; readonly purgeDiesAt: number }
  | { readonly what: 'come back' | 'make workspace'; readonly user: number }
  | { readonly what: 'upload'; readonly user: number; readonly workspace: number; readonly dies: boolean }
  | { readonly what: 'restore'; readonly workspace: number }
  | { readonly what: 'cron'; readonly diesAt: number }
  | { readonly what: 'wait'; readonly days: number };

const user = fc.constantFrom(1, 2);
const diesAt = fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 12 }));
const workspace = fc.integer({ min: -3, max: 3 });
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ what: fc.constant('deactivate' as const), user, purgeDiesAt: diesAt }),
  fc.record({ what: fc.constantFrom('come back' as const, 'make workspace' as const), user }),
  { weight: 3, arbitrary: fc.record({ what: fc.constant('upload' as const), user, workspace, dies: fc.boolean() }) },
  fc.record({ what: fc.constant('restore' as const), workspace }),
  fc.record({ what: fc.constant('cron' as const), diesAt }),
  fc.record({ what: fc.constant('wait' as const), days: fc.constantFrom(0.001, 1, 15, 30) }),
);

const mortal = (dieAt: number) => {
  const death = new Faults(dies(dieAt, dieAt % 2 ? 'before' : 'after'));
  return death.over({ DB: env.DB, FILES: env.FILES });
};

const cron = (model: Model, bindings: Pick<typeof env, 'DB' | 'FILES'> = env) =>
  workDestructions(bindings, model.sources, { deadlineMs: model.sources.now + 20_000, pieceRows: 2 });

const nthWorkspace = (model: Model, n: number) => [...model.workspaces.keys()].at(n);

const play: { [What in Event['what']]: (model: Model, e: Extract<Event, { what: What }>) => Promise<unknown> } = {
  async deactivate(model, { user: seq, purgeDiesAt }) {
    const known = model.user(seq);
    if (!known.active) return;
    const { mutationId } = await deactivateUser(model.sources, seq);
    known.active = false;
    for (const owned of model.workspaces.values()) {
      if (owned.ownerSeq !== seq || owned.state === 'archived') continue;
      owned.state = 'archived';
      owned.dueMs = model.sources.now + 30 * DAY_MS;
    }
    await workDestructionsOf(mortal(purgeDiesAt), model.sources, mutationId);
  },
  async 'come back'(model, { user: seq }) {
    const known = model.user(seq);
    if (known.active) return;
    await comeBack(seq);
    known.active = true;
    known.registration += 1;
  },
  async 'make workspace'(model, { user: seq }) {
    const made = await createWorkspace(env, model.sources, { ownerSeq: seq, name: 'Plans' });
    expect(made.ok).toBe(model.user(seq).active);
    if (made.ok) model.workspaces.set(made.value.workspaceId, { ownerSeq: seq, state: 'active', dueMs: 0 });
  },
  async upload(model, { user: seq, workspace: n, dies }) {
    const workspaceId = n < 0 ? undefined : nthWorkspace(model, n);
    const { active, registration } = model.user(seq);
    const open = active && (workspaceId === undefined || model.workspaces.get(workspaceId)?.state === 'active');
    const file = { ownerSeq: seq, workspaceId, name: 'f', bytes: new Uint8Array(3) };
    // Call 2 is the put: the bytes are there, and the row never comes.
    const stored = await putFile(dies ? mortal(2) : env, model.sources, file);
    expect(stored.ok).toBe(open && !dies);
    if (stored.ok) model.files.push({ fileId: stored.value.fileId, ownerSeq: seq, registration, workspaceId });
  },
  async restore(model, { workspace: n }) {
    const workspaceId = nthWorkspace(model, n) ?? '';
    const known = model.workspaces.get(workspaceId);
    const restored = await env.DB.prepare(
      "UPDATE workspaces SET state = 'active', destruction_seq = NULL WHERE id = ? AND state = 'archived'",
    )
      .bind(workspaceId)
      .run();
    if (known && restored.meta.changes === 1) known.state = 'active';
  },
  async cron(model, { diesAt: dieAt }) {
    await cron(model, mortal(dieAt)).catch(() => undefined);
  },
  async wait(model, { days }) {
    model.sources.now += Math.round(days * DAY_MS);
  },
};

async function checkReadable(model: Model): Promise<void> {
  for (const file of model.files) {
    const read = await readFile(env, file);
    expect([file, read.ok]).toEqual([file, model.readable(file)]);
  }
}

/** No object of a dead registration or a deleted workspace, all objects of the rest, and a ledger that counted the dead. */
async function checkEnd(model: Model): Promise<void> {
  const live = model.files.filter((file) => model.alive(file));
  const keys = await objectKeys();
  expect(keys).toEqual(
    expect.arrayContaining((await rowsOf<{ r2_key: string }>('SELECT r2_key FROM files')).map((r) => r.r2_key)),
  );
  expect((await rowsOf<{ id: string }>('SELECT id FROM files ORDER BY id')).map((row) => row.id)).toEqual(
    live.map((file) => file.fileId).sort(),
  );
  const prefixes = [
    ...[...model.users]
      .filter(([, { active }]) => active)
      .map(([seq, { registration }]) => `user/${seq}/${registration}/`),
    ...[...model.workspaces.keys()].filter((id) => model.stands(id)).map((id) => `workspace/${id}/`),
  ];
  expect(keys.filter((key) => !prefixes.some((prefix) => key.startsWith(prefix)))).toEqual([]);
  const dead = model.files.length - live.length;
  expect(
    await rowsOf('SELECT coalesce(sum(objects), 0) AS n, coalesce(sum(bytes), 0) AS bytes FROM destructions'),
  ).toEqual([{ n: dead, bytes: 3 * dead }]);
}

it('whatever happens in whatever order, the dead content goes, the living stays, and the ledger counts exactly', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 24 }), async (events) => {
      await cleanPortal();
      const model = new Model();
      for (const seq of model.users.keys()) await addUser(seq);
      for (const e of events) {
        await (play[e.what] as (model: Model, e: Event) => Promise<unknown>)(model, e);
        model.sources.now += 1_000;
      }
      model.sources.now += 60_000;
      await checkReadable(model);
      await cron(model);
      await checkReadable(model);
      await checkEnd(model);
    }),
    { numRuns: 100 },
  );
}, 240_000);

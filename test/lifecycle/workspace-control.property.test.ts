// Any order of people who leave and return, holds, releases, transfers, restores and runs of the cron, some of them dying: beside
// the real portal runs a model of who owns each workspace, in which state, until when, and whether it is held.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { noteArchived } from '../../src/lifecycle/archived-events.ts';
import { workDestructions } from '../../src/lifecycle/destruction.ts';
import { holdDestructions, releaseDestructions, type Which } from '../../src/lifecycle/holds.ts';
import { holdWorkspaces, releaseWorkspaces } from '../../src/lifecycle/workspace-holds.ts';
import { restoreWorkspaces, transferWorkspaces } from '../../src/lifecycle/workspace-moves.ts';
import { dies, Faults } from '../support/faults.ts';
import {
  addContent,
  addUser,
  addWorkspaces,
  cleanPortal,
  comeBack,
  DAY_MS,
  deactivateUser,
  objectKeys,
  rowsOf,
  TestSources,
} from '../support/lifecycle.ts';

const USERS = [1, 2, 3];
const PER_USER = 2;
const userId = (seq: number) => `user${seq}@portal.example`;

interface Known {
  owner: number;
  state: 'active' | 'archived' | 'deleted';
  dueMs: number;
  held: boolean;
}

class Model {
  readonly sources = new TestSources();
  readonly active = new Map(USERS.map((seq) => [seq, true]));
  readonly workspaces = new Map<string, Known>();

  get context() {
    return { db: env.DB, sources: this.sources, actor: 'cli' };
  }

  known(id: string): Known {
    const workspace = this.workspaces.get(id);
    if (!workspace) throw new Error(`no workspace ${id}`);
    return workspace;
  }

  doomed(id: string): boolean {
    const { state, held, dueMs } = this.known(id);
    return state === 'archived' && !held && dueMs <= this.sources.now;
  }
}

interface Events {
  readonly of: { readonly user: number };
  readonly on: { readonly ids: readonly string[]; readonly to: number; readonly endHold: boolean };
  readonly all: object;
  readonly cron: { readonly diesAt: number };
  readonly wait: { readonly days: number };
}

type Named<What extends string, Kind extends keyof Events> = { [W in What]: { readonly what: W } & Events[Kind] }[What];

type Event =
  | Named<'leave' | 'come back' | 'hold user' | 'release user', 'of'>
  | Named<'hold' | 'release' | 'restore' | 'transfer', 'on'>
  | Named<'hold all' | 'release all', 'all'>
  | Named<'cron', 'cron'>
  | Named<'wait', 'wait'>;

const IDS = USERS.flatMap((seq) => Array.from({ length: PER_USER }, (_, i) => `w${seq}-${i}`));
const user = fc.constantFrom(...USERS);
const ids = fc.subarray(IDS, { minLength: 1, maxLength: 3 });
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ what: fc.constantFrom('leave' as const, 'come back' as const), user }) },
  fc.record({ what: fc.constantFrom('hold user' as const, 'release user' as const), user }),
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom('hold' as const, 'release' as const, 'restore' as const, 'transfer' as const),
      ids,
      to: user,
      endHold: fc.boolean(),
    }),
  },
  fc.record({ what: fc.constantFrom('hold all' as const, 'release all' as const) }),
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('cron' as const),
      diesAt: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 20 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('wait' as const), days: fc.constantFrom(0.5, 10, 20, 31) }) },
);

async function cron(model: Model, diesAt = Infinity): Promise<void> {
  const limits = { deadlineMs: model.sources.now + 20_000, pieceRows: 2 };
  const faults = new Faults(dies(diesAt, diesAt % 2 === 0 ? 'before' : 'after'));
  await workDestructions(faults.over({ DB: env.DB, FILES: env.FILES }), model.sources, limits).catch(() => undefined);
  const done = await rowsOf<{ id: string }>("SELECT id FROM workspaces WHERE state = 'deleted'");
  for (const { id } of done) {
    const known = model.known(id);
    if (known.state === 'deleted') continue;
    expect([id, model.doomed(id)]).toEqual([id, true]);
    known.state = 'deleted';
  }
}

type Played = { [What in Event['what']]: (model: Model, e: Extract<Event, { what: What }>) => Promise<unknown> };

const eachOf = (model: Model, work: (known: Known) => void, only: (known: Known) => boolean) => {
  for (const known of model.workspaces.values()) if (known.state === 'archived' && only(known)) work(known);
};

const moveAll = async (model: Model, held: boolean, which: Which, owner?: number) => {
  await (held ? holdDestructions : releaseDestructions)(model.context, which);
  eachOf(
    model,
    (known) => {
      known.held = held;
    },
    (known) => owner === undefined || known.owner === owner,
  );
};

const refile = async (model: Model, e: { readonly ids: readonly string[] }, held: boolean) => {
  const chosen = e.ids.map((id) => model.known(id));
  const done = await (held ? holdWorkspaces : releaseWorkspaces)(model.context, { ids: e.ids });
  expect([e, done.ok]).toEqual([e, chosen.every(({ state }) => state === 'archived')]);
  if (done.ok) for (const known of chosen) known.held = held;
};

const play: Played = {
  async leave(model, { user: seq }) {
    if (!model.active.get(seq)) return;
    await deactivateUser(model.sources, seq);
    model.active.set(seq, false);
    for (const known of model.workspaces.values()) {
      if (known.owner !== seq || known.state !== 'active') continue;
      Object.assign(known, { state: 'archived', held: false, dueMs: model.sources.now + 30 * DAY_MS });
    }
  },
  async 'come back'(model, { user: seq }) {
    if (model.active.get(seq)) return;
    await comeBack(seq);
    model.active.set(seq, true);
  },
  'hold user': (model, { user: seq }) => moveAll(model, true, { userId: userId(seq) }, seq),
  'release user': (model, { user: seq }) => moveAll(model, false, { userId: userId(seq) }, seq),
  'hold all': (model) => moveAll(model, true, 'all'),
  'release all': (model) => moveAll(model, false, 'all'),
  hold: (model, e) => refile(model, e, true),
  release: (model, e) => refile(model, e, false),
  async restore(model, e) {
    const chosen = e.ids.map((id) => model.known(id));
    const done = await restoreWorkspaces(model.context, { ids: e.ids, newOwnerId: userId(e.to), endHold: e.endHold });
    const free = e.endHold || chosen.every(({ state, held }) => state !== 'archived' || !held);
    const open = chosen.every(({ state }) => state !== 'deleted') && model.active.get(e.to) === true && free;
    expect([e, done.ok]).toEqual([e, open]);
    if (!open) return;
    for (const known of chosen) {
      if (known.state === 'archived') Object.assign(known, { state: 'active', held: false, owner: e.to });
    }
  },
  async transfer(model, e) {
    const chosen = e.ids.map((id) => model.known(id));
    const done = await transferWorkspaces(model.context, { ids: e.ids, newOwnerId: userId(e.to) });
    const open = chosen.every(({ state }) => state !== 'deleted') && model.active.get(e.to) === true;
    expect([e, done.ok]).toEqual([e, open]);
    if (open) for (const known of chosen) known.owner = e.to;
  },
  cron: (model, { diesAt }) => cron(model, diesAt),
  async wait(model, { days }) {
    model.sources.now += Math.round(days * DAY_MS);
  },
};

interface Row {
  readonly id: string;
  readonly owner: number;
  readonly state: Known['state'];
  readonly due: number | null;
  readonly ledger: string | null;
  readonly filed: number | null;
}

/** Owner, state, date and hold of every workspace are those of the model, and the ledger row it is under is its owner's. */
async function check(model: Model): Promise<void> {
  const rows = await rowsOf<Row>(
    `SELECT w.id, w.owner_seq AS owner, w.state, d.due_at AS due, d.state AS ledger, d.user_seq AS filed
     FROM workspaces AS w LEFT JOIN destructions AS d ON d.seq = w.destruction_seq`,
  );
  for (const row of rows) {
    const known = model.known(row.id);
    expect([row.id, row.owner, row.state]).toEqual([row.id, known.owner, known.state]);
    if (known.state === 'active') expect([row.due, row.ledger]).toEqual([null, null]);
    if (known.state !== 'archived') continue;
    expect([row.id, row.due, row.filed]).toEqual([row.id, known.dueMs, known.owner]);
    expect([row.id, row.ledger]).toEqual([row.id, known.held ? 'held' : 'pending']);
  }
  const empty = await rowsOf(
    `SELECT seq FROM destructions AS d WHERE kind = 'workspaces' AND state = 'held' AND NOT EXISTS (
       SELECT 1 FROM workspaces AS w WHERE w.destruction_seq = d.seq AND w.deleted_at IS NULL)`,
  );
  expect(empty).toEqual([]);
}

/** After one undisturbed run of the cron: everything past its date is gone whole, everything else is there whole. */
async function checkEnd(model: Model): Promise<void> {
  const folders = (await objectKeys('workspace/')).map((key) => key.split('/')[1]);
  for (const [id, known] of model.workspaces) {
    expect([id, model.doomed(id)]).toEqual([id, false]);
    const kept = known.state === 'deleted' ? 0 : 3;
    expect([id, folders.filter((folder) => folder === id).length]).toEqual([id, kept]);
  }
  const twice = await rowsOf(
    "SELECT subject FROM journal WHERE type = 'workspace.deleted' GROUP BY subject HAVING count(*) > 1",
  );
  expect(twice).toEqual([]);
  expect(await rowsOf("SELECT coalesce(sum(objects), 0) AS n FROM destructions WHERE kind = 'workspaces'")).toEqual([
    { n: 3 * [...model.workspaces.values()].filter(({ state }) => state === 'deleted').length },
  ]);
}

const STEPS: Readonly<Record<string, readonly [from: Known['state'], to: Known['state']]>> = {
  'workspace.archived': ['active', 'archived'],
  'workspace.restored': ['archived', 'active'],
  'workspace.deleted': ['archived', 'deleted'],
};

/** The journal alone, read in order, tells how each workspace came to stand as it does. */
async function checkJournal(model: Model): Promise<void> {
  await noteArchived(env.DB);
  const told = new Map<string, Known['state']>(IDS.map((id) => [id, 'active']));
  for (const { type, subject } of await rowsOf<{ type: string; subject: string }>(
    "SELECT type, subject FROM journal WHERE type LIKE 'workspace.%' ORDER BY seq",
  )) {
    const [from, to] = STEPS[type] ?? [];
    if (from === undefined || to === undefined) continue;
    expect([type, subject, told.get(subject)]).toEqual([type, subject, from]);
    told.set(subject, to);
  }
  expect([...told]).toEqual([...model.workspaces].map(([id, { state }]) => [id, state]));
}

async function makeModel(): Promise<Model> {
  await cleanPortal();
  const model = new Model();
  for (const seq of USERS) {
    await addUser(seq);
    for (const workspaceId of await addWorkspaces(seq, PER_USER)) {
      await addContent({ table: 'files', ownerSeq: seq, workspaceId, count: 3 });
      model.workspaces.set(workspaceId, { owner: seq, state: 'active', dueMs: 0, held: false });
    }
  }
  return model;
}

it('no workspace is deleted while held, before its date, or later than one run after it; a transfer changes neither', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 20 }), async (events) => {
      const model = await makeModel();
      for (const e of events) {
        await (play[e.what] as (model: Model, e: Event) => Promise<unknown>)(model, e);
        model.sources.now += 1_000;
        await check(model);
      }
      model.sources.now += 60_000;
      await cron(model);
      await check(model);
      await checkEnd(model);
      await checkJournal(model);
    }),
    { numRuns: 50 },
  );
}, 300_000);

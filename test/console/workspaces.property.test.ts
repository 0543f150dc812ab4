// Random forms about random selections of workspaces, with time passing between them, against a model that is slow and simple: what
// the console does to each workspace, that a selection changes as a whole or not at all, and that nothing else is ever deleted.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runCron } from '../../src/lifecycle/cron.ts';
import { signedIn } from '../support/console.ts';
import { DAY_MS, rowsOf } from '../support/lifecycle.ts';
import { freshPortal } from '../support/portal.ts';
import { addNamed, addPerson, archive } from '../support/workspaces.ts';

interface Modelled {
  state: 'active' | 'archived' | 'deleted';
  owner: string;
  legal: boolean;
  brake: boolean;
  /** Days. */
  left: number;
}

interface Form {
  readonly action: 'restore' | 'transfer' | 'hold' | 'release';
  readonly picked: readonly number[];
  readonly to: string;
  readonly endHold: boolean;
  readonly confirmed: boolean;
}

const COUNT = 7;
const [GONE, HEIR, OTHER] = ['gone@acme.example', 'heir@acme.example', 'other@acme.example'];
const ACTIVE = [HEIR, OTHER];

const form = fc.record({
  action: fc.constantFrom('restore', 'transfer', 'hold', 'release'),
  picked: fc.uniqueArray(fc.nat(COUNT - 1), { minLength: 1, maxLength: 3 }),
  to: fc.constantFrom('', HEIR, OTHER, HEIR, OTHER, GONE),
  endHold: fc.boolean(),
  confirmed: fc.boolean(),
}) satisfies fc.Arbitrary<Form>;
const days = fc.integer({ min: 1, max: 20 });
const story = fc.array(fc.oneof({ weight: 5, arbitrary: form }, { weight: 1, arbitrary: days }), {
  minLength: 6,
  maxLength: 14,
});

/** Whether the form is taken; what it changes is changed in the model then. */
function model(all: readonly Modelled[], { action, picked, to, endHold, confirmed }: Form): boolean {
  const chosen = picked.flatMap((i) => all[i] ?? []);
  const isRefused =
    chosen.some(({ state }) => state === 'deleted') || RULES[action](chosen, { to, endHold, confirmed });
  if (isRefused) return false;
  for (const one of chosen) EFFECTS[action](one, to);
  return true;
}

type Options = Pick<Form, 'to' | 'endHold' | 'confirmed'>;

/** What refuses, besides what is deleted. */
const RULES: Readonly<Record<Form['action'], (chosen: readonly Modelled[], options: Options) => boolean>> = {
  restore: (chosen, { to, endHold }) => {
    const archived = chosen.filter(({ state }) => state === 'archived');
    if (archived.some(({ legal }) => legal) && !endHold) return true;
    return to === '' ? archived.some(({ owner }) => !ACTIVE.includes(owner)) : !ACTIVE.includes(to);
  },
  transfer: (_, { to }) => !ACTIVE.includes(to),
  hold: (chosen) => chosen.some(({ state }) => state === 'active'),
  release: (chosen, { confirmed }) =>
    chosen.some(({ state }) => state === 'active') ||
    (!confirmed && chosen.some(({ legal, brake, left }) => legal && !brake && left <= 0)),
};

const EFFECTS: Readonly<Record<Form['action'], (one: Modelled, to: string) => void>> = {
  restore: (one, to) => {
    if (one.state === 'active') return;
    Object.assign(one, { state: 'active', legal: false, brake: false, owner: to || one.owner });
  },
  // The brake lets go of users: what somebody else has got meanwhile is an admin's to release.
  transfer: (one, to) => {
    if (one.owner === to) return;
    if (one.legal || one.brake) Object.assign(one, { legal: true, brake: false });
    one.owner = to;
  },
  hold: (one) => {
    one.legal = true;
  },
  release: (one) => {
    one.legal = false;
  },
};

function pass(all: readonly Modelled[], days: number): void {
  for (const one of all) {
    one.left -= days;
    if (one.state === 'archived' && !one.legal && !one.brake && one.left <= 0) one.state = 'deleted';
  }
}

interface Seen {
  readonly state: string;
  readonly owner: string;
  readonly legal: number;
  readonly brake: number;
}

async function start() {
  const portal = await freshPortal();
  const admin = await signedIn(portal.sources);
  const gone = await addPerson(GONE, 0);
  const heir = await addPerson(HEIR);
  await addPerson(OTHER);
  const left = await addNamed(gone, 5);
  const open = await addNamed(heir, 2, 'Open');
  const nowMs = portal.sources.ms;
  await archive(left.slice(0, 2), gone, nowMs, { dueInDays: 10 });
  await archive(left.slice(2, 3), gone, nowMs, { dueInDays: 10, state: 'held', heldBy: 'admin' });
  await archive(left.slice(3, 4), gone, nowMs, { dueInDays: 10, state: 'held', heldBy: 'both' });
  await archive(left.slice(4), gone, nowMs, { dueInDays: 10, state: 'held' });
  const archived = (legal: boolean, brake: boolean): Modelled => ({
    state: 'archived',
    owner: GONE,
    legal,
    brake,
    left: 10,
  });
  const opened = (): Modelled => ({ state: 'active', owner: HEIR, legal: false, brake: false, left: 10 });
  const all = [
    archived(false, false),
    archived(false, false),
    archived(true, false),
    archived(true, true),
    archived(false, true),
    opened(),
    opened(),
  ];
  return { portal, admin, ids: [...left, ...open], all };
}

const seen = () =>
  rowsOf<Seen>(
    `SELECT w.state, u.id AS owner, coalesce(d.state = 'held' AND d.held_by IS NOT NULL, 0) AS legal,
       coalesce(d.state = 'held' AND d.held_by IS NOT 'admin', 0) AS brake
     FROM workspaces AS w JOIN users AS u ON u.seq = w.owner_seq LEFT JOIN destructions AS d ON d.seq = w.destruction_seq ORDER BY w.seq`,
  );

/** Posts the form: what the page answered, and what the model says of it. */
async function post({ admin, ids, all }: Awaited<ReturnType<typeof start>>, step: Form): Promise<void> {
  const { action, picked, to, endHold, confirmed } = step;
  const w = picked.flatMap((i) => ids[i] ?? []);
  const ticked = { ...(endHold && { endHold: 'yes' }), ...(confirmed && { confirmation: 'delete' }) };
  const fields = { do: action, w, ...(to !== '' && { to }), ...ticked };
  const page = await admin.post('/console/workspaces/change', { fields });
  expect([step, page.status]).toEqual([step, model(all, step) ? 303 : 400]);
}

it('whatever is posted, the workspaces stand as the model says', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(story, async (steps) => {
      const world = await start();
      const { portal, all } = world;
      for (const step of steps) {
        const passed = typeof step === 'number' ? step : 0;
        await env.DB.prepare('UPDATE destructions SET due_at = due_at - ?')
          .bind(passed * DAY_MS)
          .run();
        if (typeof step !== 'number') await post(world, step as Form);
        pass(all, passed);
        await runCron(portal.env, portal.sources);
        const wanted = all.map(({ left: _, legal, brake, ...one }) => ({
          ...one,
          legal: Number(legal),
          brake: Number(brake),
        }));
        expect(await seen()).toEqual(wanted);
      }
    }),
    { numRuns: 10 },
  );
});

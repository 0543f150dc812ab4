// Identity providers repeat themselves, race and change their minds: whatever the order, the rules hold. A model of three
// states says what must come of each step.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isAdmin, switchAdminSyncOn } from '../support/admins.ts';
import { freshPortal, type Portal, type Reply } from '../support/portal.ts';
import { expectCountersTrue, filtered, jane, patchOf, rows, userPath } from '../support/scim.ts';

const IDS = ['a@acme.example', 'b@acme.example'] as const;
type Id = (typeof IDS)[number];
type State = 'nobody' | 'active' | 'inactive';

/** One thing to do to one person: what to send, and what it makes of each state; `undefined` means 404 or 409. */
interface Act {
  readonly name: string;
  readonly send: (send: Portal['send'], id: Id) => Promise<Reply>;
  readonly next: Readonly<Record<State, State | undefined>>;
  readonly status: number;
  readonly refusal: 404 | 409;
}

const bodyOf = (id: string, more: object) => ({ ...jane({ userName: id }), ...more });
const keep = { nobody: undefined, active: 'active', inactive: 'inactive' } as const;
const to = (state: State) => ({ nobody: undefined, active: state, inactive: state });

function post(name: string, more: object, state: State): Act {
  const next = { nobody: state, active: undefined, inactive: undefined };
  return { name, send: (send, id) => send('POST', '/Users', bodyOf(id, more)), next, status: 201, refusal: 409 };
}
function put(name: string, more: object, next: Act['next']): Act {
  return { name, send: (send, id) => send('PUT', userPath(id), bodyOf(id, more)), next, status: 200, refusal: 404 };
}
function patch(name: string, operation: object, next: Act['next']): Act {
  const send: Act['send'] = (transmit, id) => transmit('PATCH', userPath(id), patchOf(operation));
  return { name, send, next, status: 200, refusal: 404 };
}

const ACTS: readonly Act[] = [
  post('POST', {}, 'active'),
  post('POST active', { active: 'True' }, 'active'),
  post('POST inactive', { active: false }, 'inactive'),
  put('PUT', { title: 'Cook' }, keep),
  put('PUT active', { active: true }, to('active')),
  put('PUT inactive', { active: 'false' }, to('inactive')),
  patch('PATCH active', { op: 'Replace', path: 'active', value: 'True' }, to('active')),
  patch('PATCH inactive', { op: 'replace', value: { active: false } }, to('inactive')),
  patch('PATCH admin', { op: 'add', value: isAdmin(true) }, keep),
  patch('PATCH no admin', { op: 'add', value: isAdmin(false) }, keep),
  {
    name: 'DELETE',
    send: (send, id) => send('DELETE', userPath(id)),
    next: to('nobody'),
    status: 204,
    refusal: 404,
  },
];

const steps = fc.array(fc.record({ id: fc.constantFrom(...IDS), act: fc.constantFrom(...ACTS) }), {
  minLength: 3,
  maxLength: 15,
});
type Steps = typeof steps extends fc.Arbitrary<infer T> ? T : never;

/** Plays the steps; gives the state everybody should be in, and how often access should have ended. */
async function play({ send }: Portal, todo: Steps): Promise<{ states: Map<Id, State>; ends: number }> {
  const states = new Map<Id, State>(IDS.map((id) => [id, 'nobody']));
  let ends = 0;
  for (const { id, act } of todo) {
    const before = states.get(id) ?? 'nobody';
    const after = act.next[before];
    const { status } = await act.send(send, id);
    expect(status, `${act.name} of somebody ${before}`).toBe(after === undefined ? act.refusal : act.status);
    if (before === 'active' && after !== undefined && after !== 'active') ends++;
    states.set(id, after ?? before);
  }
  return { states, ends };
}

async function expectState({ send }: Portal, id: Id, state: State): Promise<void> {
  const there = state !== 'nobody';
  const { status, body } = await send('GET', userPath(id));
  expect([status, body.active]).toEqual(there ? [200, state === 'active'] : [404, undefined]);
  const found = await send('GET', filtered(`userName eq "${id}"`));
  expect(found.body.totalResults).toBe(there ? 1 : 0);
}

it('any order of requests leads where the rules say: statuses, states, ledger and counters', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (todo) => {
      const portal = await freshPortal();
      await switchAdminSyncOn();
      const { states, ends } = await play(portal, todo);
      for (const [id, state] of states) await expectState(portal, id, state);
      expect(await rows("SELECT seq FROM destructions WHERE kind = 'user_content'")).toHaveLength(ends);
      expect(await rows("SELECT seq FROM users WHERE role = 'admin' AND active = 0")).toEqual([]);
      await expectCountersTrue();
    }),
    { numRuns: 40 },
  );
});

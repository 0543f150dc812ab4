// Whoever follows the feed knows the directory: after any sequence of requests, and in pages of any size.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeEach, expect, it, vi } from 'vitest';
import { type PortalEvent, readEvents } from '../../src/api/events.ts';
import { restoreHeld } from '../../src/directory/brake-restore.ts';
import { contextOf, portalWith } from '../support/brake.ts';
import { GROUP, membersOf } from '../support/groups.ts';
import { unwrap } from '../support/lifecycle.ts';
import type { Portal } from '../support/portal.ts';
import { jane, patchOf, rows, userPath } from '../support/scim.ts';

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});

const user = fc.integer({ min: 0, max: 3 });
const name = (n: number) => `person${n}@acme.example`;
const GROUPS = ['Sales', 'Support'];

type Step = (portal: Portal) => Promise<unknown>;

const setActive = (value: boolean) => patchOf({ op: 'replace', path: 'active', value });

/** The path of a group by its name; of one that is not there, a path that nothing has. */
async function groupPath(displayName: string): Promise<string> {
  const [found] = await rows<{ id: string }>('SELECT id FROM groups WHERE display_name = ?', displayName);
  return `/Groups/${found?.id ?? 'none'}`;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(user, fc.boolean()).map(
    ([n, active]): Step =>
      ({ send }) =>
        send('POST', '/Users', jane({ userName: name(n), active })),
  ),
  fc.tuple(user, fc.boolean()).map(
    ([n, active]): Step =>
      ({ send }) =>
        send('PATCH', userPath(name(n)), setActive(active)),
  ),
  fc.tuple(user, fc.constantFrom('Cook', 'Clerk')).map(
    ([n, title]): Step =>
      ({ send }) =>
        send('PUT', userPath(name(n)), jane({ userName: name(n), title })),
  ),
  user.map(
    (n): Step =>
      ({ send }) =>
        send('DELETE', userPath(name(n))),
  ),
  fc.constant<Step>(async (portal) => unwrap(await restoreHeld(contextOf(portal), { all: true }))),
  fc.tuple(fc.constantFrom(...GROUPS), user).map(
    ([displayName, n]): Step =>
      ({ send }) =>
        send('POST', '/Groups', { schemas: [GROUP], displayName, members: membersOf([name(n)]) }),
  ),
  fc.tuple(fc.constantFrom(...GROUPS), fc.constantFrom('add', 'remove'), user).map(
    ([displayName, op, n]): Step =>
      async ({ send }) =>
        send('PATCH', await groupPath(displayName), patchOf({ op, path: 'members', value: membersOf([name(n)]) })),
  ),
  fc.constantFrom(...GROUPS).map(
    (displayName): Step =>
      async ({ send }) =>
        send('DELETE', await groupPath(displayName)),
  ),
);

async function follow(limits: readonly number[]): Promise<PortalEvent[]> {
  const all: PortalEvent[] = [];
  for (let [after, turn] = [0, 0]; ; turn++) {
    const page = unwrap(await readEvents(env.DB, { after, limit: limits[turn % limits.length] ?? 1 }));
    expect(page.gap).toBe(false);
    all.push(...page.events);
    if (!page.more) return all;
    after = page.next;
  }
}

/** What an event makes of its subject. */
const BECOMES: Readonly<Record<string, 'active' | 'inactive' | 'there' | 'gone'>> = {
  'user.created': 'active',
  'user.reactivated': 'active',
  'user.deactivated': 'inactive',
  'user.deleted': 'gone',
  'group.created': 'there',
  'group.deleted': 'gone',
};

/** Rules of users who are created without access. */
const WITHOUT_ACCESS: readonly string[] = ['created_inactive', 'brake_restored_inactive'];

/** What a product would do with the events: whom and what there is, and in which state. */
function apply(events: readonly PortalEvent[]): Record<string, string> {
  const states: Record<string, string> = {};
  for (const { type, subject, rule } of events) {
    const state = rule !== undefined && WITHOUT_ACCESS.includes(rule) ? 'inactive' : BECOMES[type];
    if (state === 'gone') delete states[subject];
    else if (state !== undefined) states[subject] = state;
  }
  return states;
}

/** The same as SCIM shows it. */
async function shown({ send }: Portal): Promise<Record<string, string>> {
  const { body: users } = await send('GET', '/Users?filter=userName+sw+"person"&count=200');
  const { body: groups } = await send('GET', '/Groups?count=200');
  return Object.fromEntries([
    ...users.Resources.map(({ id, active }: { id: string; active: boolean }) => [id, active ? 'active' : 'inactive']),
    ...groups.Resources.map(({ id }: { id: string }) => [id, 'there']),
  ]);
}

/** The brake engages with the second of them, so that of the first only the DELETE is held, and an inactive user comes back. */
async function twoLeave({ send }: Portal): Promise<void> {
  for (const n of [0, 1]) await send('POST', '/Users', jane({ userName: name(n) }));
  for (const n of [0, 1]) await send('PATCH', userPath(name(n)), setActive(false));
  await send('DELETE', userPath(name(0)));
}

/** Engages with the second deactivation of an hour. */
const SECOND = { state: 'on', percent: 1, atLeast: 1, number: 1 } as const;

it('a follower ends with exactly the users and the groups that SCIM shows, and who is active, in pages of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 25 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (steps, limits, engaged) => {
        const portal = await portalWith({ brake: SECOND });
        await env.DB.prepare('DELETE FROM journal').run();
        if (engaged) await twoLeave(portal);
        for (const one of steps) await one(portal);
        const events = await follow(limits);
        expect(apply(events)).toEqual(await shown(portal));
        expect(await follow([1_000])).toEqual(events);
        const seqs = events.map(({ seq }) => seq);
        expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
        expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

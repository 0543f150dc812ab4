// A restore in pieces, where something happens between them: storage fails at somebody, more people are held, fields are made up.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it, vi } from 'vitest';
import { RESTORE_BEGINS, type RestoreAt, type RestoredPiece, restorePiece } from '../../src/directory/brake-pieces.ts';
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import { brakeRow, contextOf, deactivateByOkta, FOURTH, makePeople, portalWith } from '../support/brake.ts';
import { Faults, type Plan } from '../support/faults.ts';
import { makeFlood } from '../support/flood.ts';
import { unwrap } from '../support/lifecycle.ts';
import type { Portal } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

vi.setConfig({ testTimeout: 30_000 });

let portal: Portal;
let late: string[];

beforeEach(async () => {
  portal = await portalWith({ brake: FOURTH });
  late = await makePeople(portal, 2);
  await makeFlood(env.DB, 50, portal.sources.ms);
});

const held = async () =>
  (await one<{ n: number }>("SELECT count(DISTINCT user_seq) AS n FROM destructions WHERE state = 'held'")).n;

/** Plays the pieces from `at` on to the end: how many each has restored. */
async function play(context: SettingsContext, at: RestoreAt, between = async () => {}): Promise<number[]> {
  const restored: number[] = [];
  for (let next: RestoreAt | undefined = at; next && restored.length < 20; ) {
    const piece: RestoredPiece = unwrap(await restorePiece(context, next));
    restored.push(piece.restored);
    next = piece.next;
    await between();
  }
  return restored;
}

function withFaults(plan: Plan): SettingsContext {
  const { DB } = new Faults(plan).over({ DB: env.DB });
  return { ...contextOf(portal), db: DB };
}

it('gives everything back and lifts the brake', async () => {
  expect(await play(contextOf(portal), RESTORE_BEGINS)).toEqual([40, 10]);
  expect([await held(), (await brakeRow()).engagedAt]).toEqual([0, null]);
});

it('goes through those again at whom storage failed, and lifts the brake only then', async () => {
  let writes = 0;
  const context = withFaults((call) => {
    if (call.writes) writes += 1;
    return call.writes && writes > 5 && writes <= 7 ? { fails: 'D1 DB is overloaded', moment: 'before' } : undefined;
  });
  const restored = await play(context, RESTORE_BEGINS);
  expect(restored.reduce((sum, n) => sum + n)).toBe(50);
  expect(restored.length).toBeGreaterThan(2);
  expect([await held(), (await brakeRow()).engagedAt]).toEqual([0, null]);
});

it('takes in who is held while it goes on, also somebody of an older account than it has passed', async () => {
  const [first = ''] = late;
  const restored = await play(contextOf(portal), RESTORE_BEGINS, async () => {
    const { active } = await one<{ active: number }>('SELECT active FROM users WHERE id = ?', first);
    if (active === 1 && (await brakeRow()).engagedAt !== null) await deactivateByOkta(portal, first);
  });
  expect(restored).toEqual([40, 10, 1]);
  expect([await held(), (await brakeRow()).engagedAt]).toEqual([0, null]);
});

it('leaves who cannot be given back, and ends all the same', async () => {
  await env.DB.prepare(
    "UPDATE users SET login_type = 'password' WHERE id IN ('leaver3@acme.example', 'leaver45@acme.example')",
  ).run();
  expect(await play(contextOf(portal), RESTORE_BEGINS)).toEqual([39, 9]);
  expect([await held(), (await brakeRow()).engagedAt]).toEqual([2, null]);
});

it.each([
  [{ ...RESTORE_BEGINS, after: 999_999 }],
  [{ ...RESTORE_BEGINS, after: 999_999, pass: 99 }],
  [{ ...RESTORE_BEGINS, pass: 99 }],
  [{ ...RESTORE_BEGINS, lifted: true }],
])('of a place that nobody has reached, %j, gives nothing back twice', async (at) => {
  await play(contextOf(portal), at);
  await play(contextOf(portal), RESTORE_BEGINS);
  expect(await held()).toBe(0);
  expect(await rows("SELECT subject FROM journal WHERE type = 'user.reactivated'")).toHaveLength(50);
});

it('done again from the same place changes nothing more', async () => {
  const first = unwrap(await restorePiece(contextOf(portal), RESTORE_BEGINS));
  expect(first).toMatchObject({ restored: 40, next: { after: expect.any(Number) } });
  await play(contextOf(portal), RESTORE_BEGINS);
  const again = unwrap(await restorePiece(contextOf(portal), first.next ?? RESTORE_BEGINS));
  expect(again).toEqual({ restored: 0, partly: [], skipped: [], left: 0, lifted: false });
});

it('fails as storage does where it fails at everybody, and nothing is given back', async () => {
  const context = withFaults(({ writes }) => (writes ? { fails: 'D1 DB is overloaded', moment: 'before' } : undefined));
  expect(await restorePiece(context, RESTORE_BEGINS)).toMatchObject({
    ok: false,
    failure: { code: 'storage_unavailable' },
  });
  expect(await held()).toBe(50);
});

// When the brake engages, by everything an identity provider can send, and what it changes: nothing that is answered.
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { runCron } from '../../src/lifecycle/cron.ts';
import {
  brakeRow,
  deactivateByOkta,
  FOURTH,
  HOUR_MS,
  makePeople,
  nth,
  portalWith,
  WAYS,
  type Way,
} from '../support/brake.ts';
import { addContent, addWorkspaces, DAY_MS, objectKeys } from '../support/lifecycle.ts';
import { watchMails } from '../support/mails.ts';
import { ENTRA, freshPortal, type Portal, type Reply, START_MS } from '../support/portal.ts';
import { expectCountersTrue, filtered, one, patchOf, rowOf, rows, userPath } from '../support/scim.ts';

// Each of them builds a whole portal first, request by request.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const ledger = () =>
  rows<{ kind: string; state: string; cause: string }>('SELECT kind, state, cause FROM destructions');
const states = async () => (await ledger()).map(({ kind, state }) => `${kind} ${state}`);
const seqOf = async (id: string) => (await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id)).seq;

async function endAll(portal: Portal, ids: readonly string[], way: Way = deactivateByOkta): Promise<void> {
  for (const id of ids) expect((await way(portal, id)).status).toBeLessThan(300);
}

describe('the brake engages', () => {
  it.each(Object.entries(WAYS))('at the first deactivation past the limit, by %s', async (_name, way) => {
    const portal = await portalWith({ brake: FOURTH });
    const ids = await makePeople(portal, 6);
    await endAll(portal, ids.slice(0, 3), way);
    expect(await brakeRow()).toMatchObject({ engagedAt: null, cause: null });
    expect((await states()).filter((state) => state.includes('held'))).toEqual([]);
    portal.sources.ms += 1000;
    await endAll(portal, ids.slice(3, 4), way);
    const { engagedAt, cause } = await brakeRow();
    expect(engagedAt).toBe(START_MS + 1000);
    const held = (await ledger()).filter(({ state }) => state === 'held');
    expect(held).toEqual([
      { kind: 'account', state: 'held', cause },
      { kind: 'user_content', state: 'held', cause },
    ]);
    expect(await rows('SELECT type FROM journal WHERE mutation_id = ?', cause)).toHaveLength(1);
  });

  it.each([
    ['11th of 54, past the least', 54, 11],
    ['12th of 55, past a fifth', 55, 12],
    ['21st of 100, past a fifth', 100, 21],
  ])('in the preset open at the %s', async (_name, users, engages) => {
    const portal = await freshPortal('open');
    const ids = await makePeople(portal, users);
    await endAll(portal, ids.slice(0, engages - 1));
    expect((await brakeRow()).engagedAt).toBeNull();
    await endAll(portal, ids.slice(engages - 1, engages));
    expect((await brakeRow()).engagedAt).toBe(START_MS);
  });

  it('whatever runs at the same time: of twenty at once, all past the limit are held', async () => {
    const portal = await portalWith({ brake: FOURTH });
    const ids = await makePeople(portal, 20);
    await Promise.all(ids.map((id, i) => (i % 2 ? WAYS['DELETE'] : deactivateByOkta)?.(portal, id)));
    const accounts = (await states()).filter((state) => state === 'account held');
    expect(accounts).toHaveLength(17);
    expect((await states()).filter((state) => state === 'user_content held')).toHaveLength(17);
    await expectCountersTrue();
  });

  it('at a deactivation within the hour of the others, and not a millisecond later', async () => {
    for (const [afterMs, engaged] of [
      [HOUR_MS, false],
      [HOUR_MS - 1, true],
    ] as const) {
      const portal = await portalWith({ brake: FOURTH });
      const ids = await makePeople(portal, 4);
      await endAll(portal, ids.slice(0, 3));
      portal.sources.ms += afterMs;
      await endAll(portal, ids.slice(3));
      expect((await brakeRow()).engagedAt !== null).toBe(engaged);
    }
  });

  it('once, and stays engaged when the hour has passed: everything after it is held under its own cause', async () => {
    const portal = await portalWith({ brake: FOURTH });
    const ids = await makePeople(portal, 7);
    await endAll(portal, ids.slice(0, 4));
    const engaged = await brakeRow();
    portal.sources.ms += 2 * DAY_MS;
    await endAll(portal, ids.slice(4));
    expect(await brakeRow()).toMatchObject({ engagedAt: engaged.engagedAt, cause: engaged.cause });
    const held = (await ledger()).filter(({ state }) => state === 'held');
    expect(new Set(held.map(({ cause }) => cause)).size).toBe(4);
    expect(await rows("SELECT mutation_id AS m FROM outbox WHERE kind = 'brake_engaged'")).toEqual([
      { m: engaged.cause },
    ]);
  });

  it('and all admins are mailed right after the answer, once', async () => {
    const { portal, mail } = watchMails(await portalWith({ brake: FOURTH }));
    const ids = await makePeople(portal, 6);
    await endAll(portal, ids.slice(0, 3));
    expect(mail.to).toEqual([]);
    await endAll(portal, ids.slice(3));
    await runCron(portal.env, portal.sources);
    expect(mail.to).toEqual(['break-glass@acme.example', 'scim-admin@acme.example']);
    expect(mail.accepted[0]?.subject).toMatch(/on hold/i);
  });

  it('not by a PATCH that changes nothing, a refused one, or the DELETE of somebody who was inactive', async () => {
    const portal = await portalWith({ brake: FOURTH });
    const ids = await makePeople(portal, 5);
    await endAll(portal, ids.slice(0, 3));
    await endAll(portal, ids.slice(0, 3));
    await endAll(portal, ids.slice(0, 2), WAYS['DELETE']);
    expect((await deactivateByOkta(portal, 'scim-admin@acme.example')).status).toBe(404);
    expect(await brakeRow()).toMatchObject({ engagedAt: null, recent: JSON.stringify(Array(3).fill(START_MS)) });
    expect(await states()).toEqual(Array(3).fill('user_content done'));
  });

  it('never where the policy has none: in sendsafely 200 deactivations in a minute are not held', async () => {
    const portal = await freshPortal();
    const ids = await makePeople(portal, 200);
    for (let from = 0; from < 200; from += 20) {
      await Promise.all(ids.slice(from, from + 20).map((id) => deactivateByOkta(portal, id)));
      portal.sources.ms += 5000;
    }
    expect(new Set(await states())).toEqual(new Set(['user_content done']));
    expect(await brakeRow()).toEqual({ engagedAt: null, cause: null, recent: '[]' });
  }, 60_000);
});

describe('while it is engaged', () => {
  it('access ends at once, and what is held holds all that was there', async () => {
    const portal = await portalWith({ brake: FOURTH });
    const ids = await makePeople(portal, 5);
    const last = ids[4] ?? '';
    const seq = await seqOf(last);
    await env.DB.prepare("UPDATE users SET role = 'admin', last_login_at = 7 WHERE seq = ?").bind(seq).run();
    await env.DB.prepare(
      "INSERT INTO api_keys (id, owner_seq, username, purpose, label, hash, created_at) VALUES ('k', ?, 'u', 'scim', 'l', 'h', 0)",
    )
      .bind(seq)
      .run();
    await addWorkspaces(seq, 1);
    await endAll(portal, ids);
    expect(await rowOf(last)).toMatchObject({ active: 0, role: 'user', given_name: null, attributes: '{}' });
    expect(await one("SELECT revoked_at AS at FROM api_keys WHERE id = 'k'")).toEqual({ at: START_MS });
    expect(await one('SELECT state FROM workspaces')).toEqual({ state: 'archived' });
    const { account } = await one<{ account: string }>(
      "SELECT account FROM destructions WHERE kind = 'account' AND user_seq = ?",
      seq,
    );
    expect(JSON.parse(account)).toEqual({
      active: 1,
      removed: 0,
      role: 'admin',
      lastLoginAt: 7,
      profile: { givenName: 'Jane', familyName: 'Example 5', attributes: { title: 'Clerk' }, team: null },
      content: 'destroy',
      keys: ['k'],
      groups: [],
    });
  });

  it('the cron destroys nothing that is held, in 90 days', async () => {
    const portal = await portalWith({ brake: FOURTH });
    const ids = await makePeople(portal, 8);
    for (const id of ids) {
      const ownerSeq = await seqOf(id);
      const [workspaceId] = await addWorkspaces(ownerSeq, 1);
      await addContent({ table: 'files', ownerSeq, count: 2 });
      await addContent({ table: 'messages', ownerSeq, workspaceId, count: 1 });
    }
    await endAll(portal, ids.slice(0, 6));
    await endAll(portal, ids.slice(6), WAYS['DELETE']);
    for (let day = 0; day <= 90; day += 15) {
      portal.sources.ms = START_MS + day * DAY_MS;
      await runCron(portal.env, portal.sources);
    }
    expect((await rows('SELECT id FROM files')).length).toBe(5 * 2);
    expect((await rows("SELECT id FROM workspaces WHERE state = 'archived'")).length).toBe(5);
    expect((await rows('SELECT id FROM messages')).length).toBe(5);
    expect(await objectKeys('user/')).toHaveLength(10);
    expect((await states()).filter((state) => state.includes('held')).sort()).toEqual([
      ...Array(5).fill('account held'),
      ...Array(5).fill('user_content held'),
      ...Array(5).fill('workspaces held'),
    ]);
  });
});

describe('the identity provider', () => {
  /** A dialogue with everything in it, and all that was answered. */
  async function dialogue(portal: Portal): Promise<unknown[]> {
    const ids = await makePeople(portal, 8);
    const [first = ''] = ids;
    const replies: Reply[] = [];
    const say = async (...args: Parameters<Portal['send']>) => replies.push(await portal.send(...args));
    for (const [i, way] of Object.values(WAYS).entries()) replies.push(await way(portal, ids[i] ?? ''));
    for (const id of ids) await say('GET', userPath(id));
    await say('GET', filtered(`userName eq "${nth(1)}"`));
    await say('GET', filtered('active eq false'));
    await say('GET', '/Users?count=3&startIndex=2');
    await say('POST', '/Users', { userName: nth(4), name: { givenName: 'Kim' } });
    await say('PATCH', userPath(first), patchOf({ op: 'replace', value: { active: true, title: 'Cook' } }));
    await say('DELETE', ENTRA + userPath(ids[1] ?? ''));
    await say('GET', '/Users');
    return replies.map(({ status, body, headers }) => [status, body, headers.get('etag'), headers.get('location')]);
  }

  it('gets the answers that it gets without a brake, by every way and ever after', async () => {
    const held = await dialogue(await portalWith({ brake: { ...FOURTH, number: 1 } }));
    expect((await states()).filter((state) => state === 'account held').length).toBeGreaterThan(4);
    const destroyed = await dialogue(await freshPortal());
    expect((await states()).filter((state) => state.includes('held'))).toEqual([]);
    expect(held).toEqual(destroyed);
  });
});

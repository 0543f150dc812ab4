// What somebody decided since a held deactivation stays decided: a restore gives back only what nobody has taken a decision over.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createScimKey } from '../../src/auth/key-store.ts';
import { restoreHeld } from '../../src/directory/brake-restore.ts';
import type { PresetName } from '../../src/directory/presets.ts';
import { switchAdminSyncOn } from '../support/admins.ts';
import {
  brakeRow,
  contextOf,
  deactivateByOkta,
  engage,
  FOURTH,
  makePeople,
  nth,
  portalWith,
} from '../support/brake.ts';
import { Faults, nth as nthCall } from '../support/faults.ts';
import { makeGroup, memberIds, membersOf } from '../support/groups.ts';
import { addContent, addWorkspaces, DAY_MS, unwrap } from '../support/lifecycle.ts';
import type { Portal } from '../support/portal.ts';
import { expectCountersTrue, expectStatus, one, patchOf, rowOf, rows, userPath } from '../support/scim.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const URN = 'urn:ietf:scim:schemas:extension:sendsafely:2.0:User';
const activate = patchOf({ op: 'replace', value: { active: true } });

let portal: Portal;
let ids: string[];
let id: string;
let seq: number;

/** Three people; the first is an admin with a key, content, a workspace and a group. */
async function start(preset: PresetName = 'sendsafely', role = 'admin'): Promise<void> {
  portal = await portalWith({ brake: FOURTH, userId: 'user_name' }, preset);
  await switchAdminSyncOn();
  for (const { key } of (await env.FILES.list()).objects) await env.FILES.delete(key);
  await engage(portal);
  pass();
  ids = await makePeople(portal, 3);
  [id = ''] = ids;
  ({ seq } = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id));
  await env.DB.prepare("UPDATE users SET role = 'admin' WHERE seq = ?").bind(seq).run();
  unwrap(await createScimKey(env, portal.sources, { ownerSeq: seq, label: 'own', actor: 'test' }));
  await env.DB.prepare('UPDATE users SET role = ? WHERE seq = ?').bind(role, seq).run();
  await addContent({ table: 'files', ownerSeq: seq, count: 2 });
  await addWorkspaces(seq, 1);
  pass();
}

const pass = (ms = 1000) => {
  portal.sources.ms += ms;
};

const remove = () => expectStatus(204, portal.send('DELETE', userPath(id)));
const makeAnew = (more: object = {}) => expectStatus(201, portal.send('POST', '/Users', { userName: nth(1), ...more }));
const patch = (body: unknown) => expectStatus(200, portal.send('PATCH', userPath(id), body));
const setAdmin = (value: boolean) => patch(patchOf({ op: 'replace', path: `${URN}:isAdmin`, value }));
const restore = async () => unwrap(await restoreHeld(contextOf(portal), { users: [id] }));
const keyIsAlive = async () =>
  (await one<{ at: number | null }>("SELECT revoked_at AS at FROM api_keys WHERE label = 'own'")).at === null;
const heldRows = () => rows("SELECT seq FROM destructions WHERE state = 'held' AND user_seq = ?", seq);

async function switchBrakeOff(): Promise<void> {
  await env.DB.prepare(`UPDATE portal SET policy = '{"brake":{"state":"off"}}', version = version + 1`).run();
  pass(DAY_MS);
}

async function expectContentBack(): Promise<void> {
  const { registration } = await rowOf(id);
  expect(await rows('SELECT id FROM files WHERE owner_seq = ? AND registration = ?', seq, registration)).toHaveLength(
    2,
  );
  expect(await rows("SELECT id FROM workspaces WHERE owner_seq = ? AND state = 'active'", seq)).toHaveLength(1);
}

describe('the role of somebody who came back', () => {
  beforeEach(() => start());

  it('comes back with its keys where nobody decided over it', async () => {
    await deactivateByOkta(portal, id);
    pass();
    await patch(activate);
    await patch(patchOf({ op: 'replace', path: 'title', value: 'Cook' }));
    expect((await restore()).partly).toEqual([]);
    expect(await rowOf(id)).toMatchObject({ role: 'admin' });
    expect(await keyIsAlive()).toBe(true);
  });

  it('stays as it was decided, and its keys stay revoked, while all else comes back', async () => {
    await deactivateByOkta(portal, id);
    pass();
    await patch(activate);
    await setAdmin(true);
    await setAdmin(false);
    expect(await restore()).toMatchObject({
      restored: 1,
      partly: [{ userName: nth(1), withheld: ['role_decided'] }],
      skipped: [],
    });
    expect(await rowOf(id)).toMatchObject({ role: 'user', family_name: 'Example 1' });
    expect(await keyIsAlive()).toBe(false);
    await expectContentBack();
    expect(await heldRows()).toEqual([]);
  });

  it('stays as it was decided before another deactivation, which is undone too', async () => {
    await deactivateByOkta(portal, id);
    pass();
    await patch(activate);
    await setAdmin(true);
    await setAdmin(false);
    pass();
    await deactivateByOkta(portal, id);
    expect((await restore()).partly).toMatchObject([{ withheld: ['role_decided'] }]);
    expect(await rowOf(id)).toMatchObject({ active: 1, role: 'user' });
    expect(await keyIsAlive()).toBe(false);
  });

  it('stays as a POST of the person named it', async () => {
    await remove();
    pass();
    await makeAnew({ [URN]: { isAdmin: false } });
    expect((await restore()).partly).toMatchObject([{ withheld: ['role_decided'] }]);
    expect(await rowOf(id)).toMatchObject({ active: 1, role: 'user' });
  });

  it('is not given back once the journal has forgotten the deactivation', async () => {
    await deactivateByOkta(portal, id);
    const [last] = await rows<{ seq: number }>('SELECT max(seq) AS seq FROM journal');
    pass();
    await patch(activate);
    await env.DB.prepare('DELETE FROM journal WHERE seq <= ?').bind(last?.seq).run();
    expect((await restore()).partly).toMatchObject([{ withheld: ['role_forgotten'] }]);
    expect(await rowOf(id)).toMatchObject({ role: 'user' });
    expect(await keyIsAlive()).toBe(false);
    await expectContentBack();
  });

  it('comes back whatever the journal knows to somebody who did not', async () => {
    await deactivateByOkta(portal, id);
    await env.DB.prepare('DELETE FROM journal').run();
    expect((await restore()).partly).toEqual([]);
    expect(await rowOf(id)).toMatchObject({ active: 1, role: 'admin' });
    expect(await keyIsAlive()).toBe(true);
  });
});

describe('where userType is the role', () => {
  beforeEach(() => start('sendoso', 'manager'));

  it.each([
    ['a POST that names it', { userType: 'sender' }, 'sender'],
    ['a POST that does not', {}, 'manager'],
  ])('%s decides, or leaves it to the restore', async (_name, more, role) => {
    await remove();
    pass();
    await makeAnew({ name: { givenName: 'Jane', familyName: 'Example' }, ...more });
    const { partly } = await restore();
    expect(partly.map(({ withheld }) => withheld)).toEqual(role === 'sender' ? [['role_decided']] : []);
    expect(await rowOf(id)).toMatchObject({ active: 1, role });
  });

  it('a change to another role than the least stays', async () => {
    await deactivateByOkta(portal, id);
    pass();
    await patch(activate);
    await patch(patchOf({ op: 'replace', value: { userType: 'admin' } }));
    expect((await restore()).partly).toMatchObject([{ withheld: ['role_decided'] }]);
    expect(await rowOf(id)).toMatchObject({ role: 'admin' });
  });
});

describe('the groups that a DELETE took', () => {
  beforeEach(() => start());

  it('are not joined again by somebody whom the identity provider made anew and put into none', async () => {
    const group = await makeGroup(portal, 'Payroll', ids);
    await remove();
    pass();
    await makeAnew();
    const members = (op: string) => patchOf({ op, path: 'members', value: membersOf([id]) });
    for (const op of ['add', 'remove']) await portal.send('PATCH', `/Groups/${group.id}`, members(op));
    expect((await restore()).partly).toEqual([{ userName: nth(1), withheld: ['groups'] }]);
    expect(await memberIds(group.id)).not.toContain(id);
  });

  it('nor by somebody who was deleted once more after that', async () => {
    const group = await makeGroup(portal, 'Payroll', ids);
    await remove();
    pass();
    await makeAnew();
    pass();
    await remove();
    expect((await restore()).partly).toMatchObject([{ withheld: ['groups'] }]);
    expect(await memberIds(group.id)).not.toContain(id);
    expect(await rowOf(id)).toMatchObject({ active: 1, removed_at: null });
  });
});

describe('an end of access that is not held', () => {
  beforeEach(() => start());

  async function expectStaysEnded(): Promise<void> {
    const before = await rowOf(id);
    const held = await heldRows();
    expect(await restore()).toMatchObject({ restored: 0, skipped: [{ userName: nth(1), reason: 'ended_since' }] });
    expect(await rowOf(id)).toEqual(before);
    expect(await heldRows()).toEqual(held);
    expect(held).not.toEqual([]);
    await expectCountersTrue();
  }

  it('is not undone after a DELETE, and what was held before it stays held', async () => {
    await deactivateByOkta(portal, id);
    await switchBrakeOff();
    await remove();
    await expectStaysEnded();
  });

  it('is not undone after a deactivation', async () => {
    await deactivateByOkta(portal, id);
    pass();
    await patch(activate);
    await switchBrakeOff();
    await deactivateByOkta(portal, id);
    await expectStaysEnded();
  });

  it('is not undone where the person was made anew without access', async () => {
    await remove();
    pass();
    await makeAnew({ active: false });
    await expectStaysEnded();
  });

  it('hinders nothing once the person is active again', async () => {
    await deactivateByOkta(portal, id);
    await switchBrakeOff();
    await remove();
    pass();
    await makeAnew();
    expect(await restore()).toMatchObject({ restored: 1, skipped: [] });
    await expectContentBack();
  });
});

describe('a user at whom storage fails', () => {
  beforeEach(() => start());

  /** Every write about this person fails. */
  const failing = () => {
    const at = ids[1] ?? '';
    const refuse = `CREATE TRIGGER refuse BEFORE UPDATE ON users WHEN old.id = '${at}' BEGIN SELECT raise(ABORT, 'no'); END`;
    return env.DB.prepare(refuse).run();
  };

  it('keeps nobody else waiting, the brake stays engaged, and the next restore goes on', async () => {
    for (const person of ids) await deactivateByOkta(portal, person);
    await failing();
    const outcome = await restoreHeld(contextOf(portal), { all: true });
    await env.DB.prepare('DROP TRIGGER refuse').run();
    expect(unwrap(outcome)).toMatchObject({
      restored: 2,
      skipped: [],
      left: 1,
      lifted: false,
      failure: expect.anything(),
    });
    expect((await brakeRow()).engagedAt).not.toBeNull();
    const next = unwrap(await restoreHeld(contextOf(portal), { all: true }));
    expect(next).toEqual({ restored: 1, partly: [], skipped: [], left: 0, lifted: true });
  });

  it('is a failure where there is nobody else', async () => {
    for (const person of ids) await deactivateByOkta(portal, person);
    await failing();
    const outcome = await restoreHeld(contextOf(portal), { users: [ids[1] ?? ''] });
    await env.DB.prepare('DROP TRIGGER refuse').run();
    expect(outcome).toMatchObject({ ok: false });
  });
});

it('nothing stays held of somebody who is deactivated during the restore, at any of its calls', async () => {
  let met = true;
  let backs = 0;
  for (let at = 1; met; at++) {
    await start();
    const other = ids[1] ?? '';
    await deactivateByOkta(portal, id);
    const faults = new Faults(nthCall(at, { meanwhile: () => deactivateByOkta(portal, other) }));
    const { DB } = faults.over({ DB: env.DB });
    const { left } = unwrap(await restoreHeld({ ...contextOf(portal), db: DB }, { all: true }));
    met = faults.happened;
    expect([at, left, await rows("SELECT seq FROM destructions WHERE state = 'held'")]).toEqual([at, 0, []]);
    if (met && (await rowOf(other))['active'] === 1) backs += 1;
  }
  expect(backs).toBeGreaterThan(5);
}, 60_000);

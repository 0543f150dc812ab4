// Every way in which somebody gains or loses admin rights, and what is none: through the whole Worker, on both URLs.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { ensureServiceAdmin } from '../../src/auth/service-admin.ts';
import { setChoice, switchPreset } from '../../src/directory/portal-settings.ts';
import { isAdmin, switchAdminSyncOn } from '../support/admins.ts';
import { activeAdmins, mailCron, onlyMail, outbox, type WatchedMail, watchMails } from '../support/mails.ts';
import { ENTRA, freshPortal, type Portal, STANDARD } from '../support/portal.ts';
import {
  expectRefused,
  expectStatus,
  JANE,
  JANE_PATH,
  jane,
  journalOf,
  make,
  PORTAL_URN,
  patchOf,
  rowOf,
} from '../support/scim.ts';

const MIXED_URN = 'urn:ietf:scim:schemas:extension:SendSafely:2.0:User';

let portal: Portal;
let mail: WatchedMail;

async function start(preset?: Parameters<typeof freshPortal>[0]) {
  ({ portal, mail } = watchMails(await freshPortal(preset)));
}

/** Forgets the mails of what was set up. */
async function setUp(body: Record<string, unknown>, ...then: object[]) {
  const { id } = await make(portal, body);
  for (const operation of then) {
    await expectStatus(200, portal.send('PATCH', `/Users/${encodeURIComponent(id)}`, patchOf(operation)));
  }
  await env.DB.prepare('DELETE FROM outbox').run();
  mail.clear();
  return id as string;
}

const off = { op: 'replace', path: 'active', value: false };

describe.each([
  ['the standard URL', STANDARD],
  ['the URL for Entra', ENTRA],
])('on %s', (_name, base) => {
  beforeEach(async () => {
    await start();
    await switchAdminSyncOn();
  });

  const patch = (operation: object) => portal.send('PATCH', base + JANE_PATH, patchOf(operation));
  const put = (body: object) => portal.send('PUT', base + JANE_PATH, jane(body));

  it.each<[string, boolean, 'admin_granted' | 'admin_revoked', string, () => Promise<{ status: number }>]>([
    [
      'a PATCH to true',
      false,
      'admin_granted',
      'user.admin_granted',
      () => patch({ op: 'add', path: `${PORTAL_URN}:isAdmin`, value: true }),
    ],
    [
      'a PATCH to "True" without a path',
      false,
      'admin_granted',
      'user.admin_granted',
      () => patch({ op: 'Replace', value: { [`${MIXED_URN}:isAdmin`]: 'True' } }),
    ],
    ['a PUT to true', false, 'admin_granted', 'user.admin_granted', () => put(isAdmin(true))],
    [
      'a PATCH to false',
      true,
      'admin_revoked',
      'user.admin_revoked',
      () => patch({ op: 'replace', path: `${MIXED_URN}:isAdmin`, value: 'False' }),
    ],
    ['a PUT to false', true, 'admin_revoked', 'user.admin_revoked', () => put(isAdmin(false))],
    ['active false by PATCH', true, 'admin_revoked', 'user.deactivated', () => patch(off)],
    ['active false by PUT', true, 'admin_revoked', 'user.deactivated', () => put({ active: false })],
    [
      'active false with isAdmin true',
      true,
      'admin_revoked',
      'user.deactivated',
      () => put({ active: false, ...isAdmin(true) }),
    ],
    ['DELETE', true, 'admin_revoked', 'user.deleted', () => portal.send('DELETE', base + JANE_PATH)],
  ])('%s sends one mail to each active admin', async (_case, wasAdmin, kind, type, change) => {
    await setUp(jane(isAdmin(wasAdmin)));
    expect((await change()).status).toBeLessThan(300);
    const wanted = new Set([...(await activeAdmins()), ...((await rowOf())['active'] === 1 ? [JANE] : [])]);
    expect(mail.to).toEqual([...wanted].sort());
    expect(await onlyMail()).toMatchObject({ kind, subject: JANE, actor: portal.keyId, recipients: '[]', attempts: 1 });
    const last = (await journalOf()).at(-1);
    expect(last).toMatchObject({ type });
    expect(last?.attributes).toContain('isAdmin');
  });

  it('a new admin is a change, and so is one who comes back as one', async () => {
    await expectStatus(201, portal.send('POST', `${base}/Users`, jane(isAdmin(true))));
    expect(mail.to).toEqual(await activeAdmins());
    expect(mail.to).toContain(JANE);
    await setUp({ userName: 'kim@acme.example' });
    await expectStatus(204, portal.send('DELETE', base + JANE_PATH));
    mail.clear();
    await expectStatus(201, portal.send('POST', `${base}/Users`, jane(isAdmin(true))));
    expect(mail.to).toEqual(await activeAdmins());
    expect((await outbox()).map(({ kind }) => kind)).toEqual(['admin_revoked', 'admin_granted']);
  });

  it('rights that come with a reactivation are a change, a reactivation without them is none', async () => {
    await setUp(jane(isAdmin(true)), off);
    await patch({ op: 'replace', path: 'active', value: true });
    expect(mail.tried).toBe(0);
    await patch(off);
    expect(mail.tried, 'no admin any more').toBe(0);
    await patch({ op: 'replace', value: { active: true, ...isAdmin(true) } });
    expect(mail.to).toEqual(await activeAdmins());
    expect(await onlyMail()).toMatchObject({ kind: 'admin_granted' });
  });

  it.each<[string, boolean, () => Promise<{ status: number }>]>([
    ['true again', true, () => put(isAdmin(true))],
    ['false again', false, () => patch({ op: 'replace', path: `${PORTAL_URN}:isAdmin`, value: false })],
    ['null', true, () => patch({ op: 'replace', path: `${PORTAL_URN}:isAdmin`, value: null })],
    ['nothing', true, () => put({ nickName: 'J' })],
    ['the end of somebody else', false, () => patch(off)],
  ])('%s sends no mail', async (_case, wasAdmin, change) => {
    await setUp(jane(isAdmin(wasAdmin)));
    expect((await change()).status).toBeLessThan(300);
    expect([mail.tried, await outbox()]).toEqual([0, []]);
  });

  it('an inactive admin-to-be is none, so that there is nothing to say', async () => {
    await expectStatus(201, portal.send('POST', `${base}/Users`, jane({ active: false, ...isAdmin(true) })));
    await put(isAdmin(true));
    expect([mail.tried, await outbox()]).toEqual([0, []]);
  });
});

describe('what is not a change', () => {
  beforeEach(() => start());

  it('with the feature off nothing is sent, whatever a body says', async () => {
    await make(portal, jane(isAdmin(true)));
    await portal.send('PUT', JANE_PATH, jane(isAdmin(true)));
    expect([mail.tried, await outbox()]).toEqual([0, []]);
  });

  it('with the feature off, the end of an admin is one all the same', async () => {
    await make(portal, jane());
    await env.DB.prepare("UPDATE users SET role = 'admin' WHERE id = ?").bind(JANE).run();
    await expectStatus(204, portal.send('DELETE', JANE_PATH));
    expect(mail.to).toEqual(await activeAdmins());
  });

  it('a request that is refused and rolled back sends nothing', async () => {
    await switchAdminSyncOn();
    await setUp(jane(isAdmin(true)));
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE login_type = 'password'").run();
    await expectRefused(portal, ['DELETE', JANE_PATH], { status: 403 });
    await expectRefused(portal, ['PUT', JANE_PATH, jane(isAdmin(false))], { status: 403 });
    await expectRefused(portal, ['POST', '/Users', jane(isAdmin(true))], { status: 409, scimType: 'uniqueness' });
    expect([mail.tried, await outbox()]).toEqual([0, []]);
  });
});

describe('where userType is the role', () => {
  beforeEach(() => start('sendoso'));

  it('only admin counts: neither the other roles nor the way between them', async () => {
    const id = await setUp(jane());
    const put = (userType: string | null) => portal.send('PUT', `/Users/${id}`, jane({ userType }));
    for (const userType of ['manager', 'department_admin', null]) await expectStatus(200, put(userType));
    expect(await outbox()).toEqual([]);
    await expectStatus(200, put('Admin'));
    await expectStatus(200, put('admin'));
    await expectStatus(200, put(''));
    expect((await outbox()).map(({ kind }) => kind)).toEqual(['admin_granted', 'admin_revoked']);
    expect(mail.to.filter((to) => to === JANE)).toHaveLength(2);
    expect(mail.accepted[0]?.text).toContain('set userType to another');
  });

  it('the end of an admin names userType', async () => {
    const id = await setUp(jane({ userType: 'admin' }));
    await expectStatus(200, portal.send('PATCH', `/Users/${id}`, patchOf(off)));
    expect((await journalOf(id)).at(-1)).toMatchObject({
      type: 'user.deactivated',
      attributes: ['active', 'userType'],
    });
    expect(mail.to).toEqual(await activeAdmins());
  });
});

describe('a change of settings', () => {
  const context = () => ({ db: env.DB, sources: portal.sources, actor: 'cli' });

  it('takes no admin rights and gives none, whatever becomes of the other roles', async () => {
    await start('sendoso');
    await make(portal, jane({ userType: 'admin' }));
    await make(portal, { userName: 'kim@acme.example', userType: 'manager' });
    const [before, mails] = [await activeAdmins(), await outbox()];
    expect(await setChoice(context(), 'roles', 'sender, admin')).toMatchObject({ ok: true, value: { rolesReset: 1 } });
    expect(await setChoice(context(), 'roles', 'sender, manager')).toMatchObject({ ok: false });
    expect(await setChoice(context(), 'defaultRole', 'admin')).toMatchObject({ ok: false });
    expect(await switchPreset(context(), 'open', 'drop')).toMatchObject({ ok: true });
    expect([await activeAdmins(), await outbox()]).toEqual([before, mails]);
  });
});

describe('from the command line', () => {
  beforeEach(() => start());

  it('a service admin is announced once, and not where it was there before', async () => {
    const ensure = () => ensureServiceAdmin(portal.env, portal.sources, 'robot@acme.example', 'cli');
    expect(await ensure()).toMatchObject({ ok: true, value: { created: true } });
    expect(await ensure()).toMatchObject({ ok: true, value: { created: false } });
    expect(await onlyMail()).toMatchObject({ kind: 'admin_granted', subject: 'robot@acme.example', actor: 'cli' });
    await mailCron(portal);
    expect(mail.to).toEqual(await activeAdmins());
    expect(mail.accepted[0]?.text).toContain('the command line of the deployment');
  });
});

it('several changes in one bulk request are one mail each', async () => {
  await start();
  await switchAdminSyncOn();
  const people = ['a', 'b', 'c'].map((name) => ({
    method: 'POST',
    path: '/Users',
    bulkId: name,
    data: { schemas: [], userName: `${name}@acme.example`, ...isAdmin(name !== 'b') },
  }));
  await expectStatus(
    200,
    portal.send('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: people,
    }),
  );
  expect((await outbox()).map(({ subject }) => subject).sort()).toEqual(['a@acme.example', 'c@acme.example']);
  const about = mail.accepted.filter(({ subject }) => subject.includes('c@acme.example'));
  expect(about.map(({ to }) => to).sort()).toEqual(await activeAdmins());
});

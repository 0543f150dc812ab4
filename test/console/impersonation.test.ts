// Acting for a service account: who can be acted for, what is logged, when it ends, and that it gives nothing else.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { explain } from '../../src/log/explain.ts';
import { readLog } from '../../src/log/provisioning-log.ts';
import { signedIn, Visitor } from '../support/console.ts';
import { actFor, generate, generateForScim, textOf } from '../support/console-keys.ts';
import { Faults, firstWrite, nth } from '../support/faults.ts';
import { unwrap } from '../support/lifecycle.ts';
import { addAccount, dump, freshPortal, type Portal } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const SCIM_ADMIN = 'scim-admin@acme.example';
const set = (seq: number, columns: string) =>
  env.DB.prepare(`UPDATE users SET ${columns} WHERE seq = ?`).bind(seq).run();
const journal = () =>
  rows("SELECT type, subject, actor FROM journal WHERE type LIKE 'impersonation.%' OR type LIKE 'key.%' ORDER BY seq");
const isActing = async () => (await admin.get('/console/keys')).text.includes('You are acting for');

describe('acting for a service account', () => {
  it('shows so on every page, until it is ended, and both are journalled', async () => {
    await actFor(admin, portal.ownerSeq);
    for (const path of ['/console', '/console/keys', '/console/keys/new']) {
      expect(textOf(await admin.get(path))).toContain(`You are acting for ${SCIM_ADMIN} .`);
    }
    const page = await admin.post('/console/impersonation/end');
    expect([page.status, page.location]).toEqual([303, '/console/keys?done=stopped']);
    expect(textOf(await admin.get('/console/keys?done=stopped'))).toContain('You act for yourself again.');
    expect(await isActing()).toBe(false);
    expect((await journal()).slice(1)).toEqual([
      { type: 'impersonation.began', subject: SCIM_ADMIN, actor: 'admin@acme.example' },
      { type: 'impersonation.ended', subject: SCIM_ADMIN, actor: 'admin@acme.example' },
    ]);
  });

  it('logs every change of keys with both names', async () => {
    await actFor(admin, portal.ownerSeq);
    const { keyId } = await generateForScim(admin);
    await admin.post(`/console/keys/${keyId}/rotate`, { fields: { overlap: '1h', expires: 'never' } });
    await admin.post(`/console/keys/${keyId}/end-overlap`, { fields: { confirmation: 'Okta' } });
    const made = (await journal()).slice(2);
    expect(made.map(({ type }) => type)).toEqual([
      'key.created',
      'key.used_for_scim',
      'key.created',
      'key.rotated',
      'key.revoked',
    ]);
    expect(new Set(made.map(({ actor }) => actor))).toEqual(new Set([`admin@acme.example as ${SCIM_ADMIN}`]));
    const { entries } = unwrap(await readLog(env.DB, { limit: made.length }));
    for (const entry of entries) {
      expect(explain(entry).sentence).toMatch(/^admin@acme.example acting for scim-admin@acme.example \w+ .*"Okta"/);
    }
  });

  it('makes the account the owner of what is generated', async () => {
    await actFor(admin, portal.ownerSeq);
    const key = await generateForScim(admin);
    expect(key.username).toBe(SCIM_ADMIN);
    expect(await one('SELECT owner_seq FROM api_keys WHERE id = ?', key.keyId)).toEqual({ owner_seq: portal.ownerSeq });
  });

  it('twice, also by a double click, is once; for another account it changes over', async () => {
    await Promise.all([1, 2, 3].map(() => actFor(admin, portal.ownerSeq)));
    await actFor(admin, portal.ownerSeq);
    expect((await journal()).slice(1)).toHaveLength(1);
    const robot = await addAccount('service', 'robot@acme.example');
    await actFor(admin, robot);
    expect((await journal()).slice(2).map(({ type, subject }) => [type, subject])).toEqual([
      ['impersonation.ended', SCIM_ADMIN],
      ['impersonation.began', 'robot@acme.example'],
    ]);
    await Promise.all([1, 2].map(() => admin.post('/console/impersonation/end')));
    await admin.post('/console/impersonation/end');
    expect((await journal()).slice(4)).toHaveLength(1);
  });

  it('is of one session, not of the person', async () => {
    const elsewhere = new Visitor(portal.sources);
    await elsewhere.signIn();
    await actFor(admin, portal.ownerSeq);
    expect((await elsewhere.get('/console')).text).not.toContain('You are acting for');
    await admin.post('/console/sign-out');
    await admin.signIn();
    expect(await isActing()).toBe(false);
  });

  it.each([
    ['of this browser', '/console/sign-out', 1],
    ['of every browser', '/console/sign-out-everywhere', 2],
  ])('ends by signing out %s, which is journalled for each session that acted', async (_how, path, entries) => {
    const elsewhere = new Visitor(portal.sources);
    await elsewhere.signIn();
    await elsewhere.get('/console');
    const idle = new Visitor(portal.sources);
    await idle.signIn();
    for (const visitor of [admin, elsewhere]) await actFor(visitor, portal.ownerSeq);
    expect((await admin.post(path)).status).toBe(303);
    expect((await journal()).slice(3)).toEqual(
      Array.from({ length: entries }, () => ({
        type: 'impersonation.ended',
        subject: SCIM_ADMIN,
        actor: 'admin@acme.example',
      })),
    );
  });

  it('leaves no entry of an end by signing out without having acted, nor where D1 fails', async () => {
    const faulty = admin.over(
      new Faults(firstWrite({ fails: 'D1 DB is overloaded', moment: 'before' })).over({ DB: env.DB }),
    );
    await actFor(admin, portal.ownerSeq);
    const before = await dump();
    expect((await faulty.post('/console/sign-out')).status).toBe(503);
    expect(await dump()).toEqual(before);
    await admin.post('/console/impersonation/end');
    const entries = (await journal()).length;
    await admin.post('/console/sign-out');
    expect(await journal()).toHaveLength(entries);
  });

  it('takes nothing from the admin: what is done to people and settings stays possible', async () => {
    await actFor(admin, await addAccount('service', 'robot@acme.example'));
    expect((await admin.get('/console')).status).toBe(200);
    expect((await admin.post('/console/sign-out-everywhere')).status).toBe(303);
  });
});

describe('it is refused for', () => {
  const account = async (loginType: 'saml' | 'password' | 'service', columns = 'active = 1') => {
    const seq = await addAccount(loginType, 'jane.example@acme.example', 'admin');
    await set(seq, columns);
    return String(seq);
  };
  it.each([
    ['somebody of the identity provider', () => account('saml')],
    ['somebody with a password', () => account('password')],
    [
      'the admin',
      async () => String((await one<{ seq: number }>("SELECT seq FROM users WHERE id = 'admin@acme.example'")).seq),
    ],
    ['a deactivated service account', () => account('service', 'active = 0')],
    ['a removed service account', () => account('service', 'removed_at = 1')],
    ['nobody', async () => '999999'],
    ['no number', async () => 'scim-admin'],
    ['a number that SQLite would take', async () => `0${portal.ownerSeq}`],
  ])('%s, and changes nothing', async (_who, prepare) => {
    const seq = await prepare();
    const before = await dump();
    const page = await admin.post(`/console/users/${seq}/impersonate`);
    expect([page.status, textOf(page).includes('only a service account that is active')]).toEqual([404, true]);
    expect(await dump()).toEqual(before);
  });

  it('an account that is deactivated between the look and the write', async () => {
    const meanwhile = () => set(portal.ownerSeq, 'active = 0');
    const racing = new Visitor(portal.sources, new Faults(nth(3, { meanwhile }, 'DB')).over({ ...env }));
    for (const [name, value] of admin.cookies) racing.cookies.set(name, value);
    const page = await racing.post(`/console/users/${portal.ownerSeq}/impersonate`, { formToken: admin.formToken });
    expect(page.status).toBe(404);
    expect(await one('SELECT acting_seq FROM sessions')).toEqual({ acting_seq: null });
    expect((await journal()).slice(1)).toEqual([]);
  });

  it('a session that ended between the look and the write', async () => {
    const meanwhile = () => env.DB.prepare('DELETE FROM sessions').run();
    const racing = new Visitor(portal.sources, new Faults(nth(3, { meanwhile }, 'DB')).over({ ...env }));
    for (const [name, value] of admin.cookies) racing.cookies.set(name, value);
    const page = await racing.post(`/console/users/${portal.ownerSeq}/impersonate`, { formToken: admin.formToken });
    expect(page.location).toBe('/console/sign-in?why=ended');
    expect((await journal()).slice(1)).toEqual([]);
  });
});

describe('it ends', () => {
  it.each(['active = 0', 'removed_at = 1', "login_type = 'saml'", "login_type = 'password'"])(
    'when the account has %s: keys are the admin’s own from then on',
    async (columns) => {
      await actFor(admin, portal.ownerSeq);
      await set(portal.ownerSeq, columns);
      expect(await isActing()).toBe(false);
      const id = await generate(admin);
      expect((await journal()).at(-1)).toEqual({ type: 'key.created', subject: id, actor: 'admin@acme.example' });
      expect(await one('SELECT username FROM api_keys WHERE id = ?', id)).toEqual({ username: 'admin@acme.example' });
      expect((await admin.post('/console/impersonation/end')).status).toBe(303);
      expect(await one('SELECT acting_seq FROM sessions')).toEqual({ acting_seq: null });
    },
  );

  it('for good when the account is deactivated, although it comes back', async () => {
    await actFor(admin, portal.ownerSeq);
    const path = `/console/users/${portal.ownerSeq}`;
    const gone = await admin.post(`${path}/deactivate`, { fields: { confirmation: SCIM_ADMIN } });
    expect([gone.status, await isActing()]).toEqual([303, false]);
    expect((await admin.post(`${path}/reactivate`, { fields: { confirmation: SCIM_ADMIN } })).status).toBe(303);
    expect(await one('SELECT active FROM users WHERE seq = ?', portal.ownerSeq)).toEqual({ active: 1 });
    expect(await isActing()).toBe(false);
  });

  it('for good when the account is handed to the identity provider', async () => {
    await actFor(admin, portal.ownerSeq);
    const fields = { confirmation: SCIM_ADMIN };
    expect((await admin.post(`/console/users/${portal.ownerSeq}/convert`, { fields })).status).toBe(303);
    await set(portal.ownerSeq, "login_type = 'service'");
    expect(await isActing()).toBe(false);
  });

  it('not when the account loses its admin rights', async () => {
    await actFor(admin, portal.ownerSeq);
    await set(portal.ownerSeq, "role = 'user'");
    expect(await isActing()).toBe(true);
  });
});

// What ends a session: time, people, and every spelling of becoming no admin. And what a session may do.

import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { ABSOLUTE_MS, IDLE_MS } from '../../src/auth/session.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import { switchAdminSyncOn } from '../support/admins.ts';
import { ADMIN, linkFor, signedIn, Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { jane, make, one, PORTAL_URN, patchOf, rows, userPath } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const MINUTE_MS = 60_000;
const setUser = (columns: string) =>
  env.DB.prepare(`UPDATE users SET ${columns} WHERE user_name = ?`).bind(ADMIN).run();
const isIn = async (who = admin) => (await who.get('/console')).status === 200;

describe('without a session', () => {
  it.each(['/console', '/console/'])('%s leads to the sign-in page', async (path) => {
    const page = await new Visitor(portal.sources).get(path);
    expect([page.status, page.location, page.text]).toEqual([303, '/console/sign-in', '']);
  });

  it.each(['/console/sign-out', '/console/sign-out-everywhere'])('%s changes nothing', async (path) => {
    const before = await dump();
    const page = await new Visitor(portal.sources).post(path, { formToken: admin.formToken });
    expect([page.status, page.location]).toEqual([303, '/console/sign-in']);
    expect(await dump()).toEqual(before);
  });

  it.each(['A'.repeat(43), 'x', "' OR 1=1 --", ''])('the cookie %j is none', async (token) => {
    const stranger = new Visitor(portal.sources);
    stranger.cookies.set('__Host-portcullis', token);
    expect(await isIn(stranger)).toBe(false);
  });

  it('a cookie without the prefix is none on the real host', async () => {
    const stranger = new Visitor(portal.sources);
    stranger.cookies.set('local-portcullis', admin.cookies.get('__Host-portcullis') ?? '');
    expect(await isIn(stranger)).toBe(false);
  });
});

describe('a session', () => {
  it('ends after half an hour without a request, and takes its cookie away', async () => {
    portal.sources.ms += IDLE_MS - 1;
    expect(await isIn()).toBe(true);
    portal.sources.ms += IDLE_MS;
    const page = await admin.get('/console');
    expect([page.status, page.location]).toEqual([303, '/console/sign-in?why=ended']);
    expect(admin.cookies.has('__Host-portcullis')).toBe(false);
    expect((await admin.get(page.location ?? '')).text).toContain('Your session has ended.');
  });

  it('ends after twelve hours, however busy it is', async () => {
    const endMs = portal.sources.ms + ABSOLUTE_MS;
    for (; portal.sources.ms < endMs; portal.sources.ms += 20 * MINUTE_MS) expect(await isIn()).toBe(true);
    expect(await isIn()).toBe(false);
  });

  it('is written as seen once a minute, not oftener', async () => {
    const seen = async () => (await one<{ at: number }>('SELECT last_seen_at AS at FROM sessions')).at;
    const before = await seen();
    portal.sources.ms += MINUTE_MS - 1;
    await admin.get('/console');
    expect(await seen()).toBe(before);
    portal.sources.ms += 1;
    await admin.get('/console');
    expect(await seen()).toBe(portal.sources.ms);
  });

  it.each(['active = 0', "role = 'user'", 'removed_at = 1', "login_type = 'service'"])(
    'is dead while its user has %s',
    async (columns) => {
      await setUser(columns);
      expect(await isIn()).toBe(false);
    },
  );

  it('asks D1 once a request, session and page together', async () => {
    const { db, cost } = countedDb(env.DB);
    const same = new Visitor(portal.sources, { ...env, DB: db });
    for (const [name, value] of admin.cookies) same.cookies.set(name, value);
    expect(await isIn(same)).toBe(true);
    expect(cost.calls).toBe(1);
    expect(cost.rowsWritten).toBe(0);
  });

  it('gets a page that says so when the database fails, and lives on', async () => {
    const broken = new Visitor(
      portal.sources,
      new Faults(() => ({ fails: 'D1 DB is overloaded', moment: 'before' })).over({ ...env }),
    );
    for (const [name, value] of admin.cookies) broken.cookies.set(name, value);
    const page = await broken.get('/console');
    expect([page.status, page.text.includes('The database did not answer in time.')]).toEqual([503, true]);
    expect(await isIn()).toBe(true);
  });

  it('begins once although the answer of D1 was lost', async () => {
    const lost = new Faults(firstWrite({ fails: 'Network connection lost.', moment: 'after' }));
    const visitor = new Visitor(portal.sources, lost.over({ ...env }));
    expect((await visitor.signIn()).location).toBe('/console');
    expect(await rows('SELECT hash FROM sessions')).toHaveLength(2);
  });
});

describe('signing out', () => {
  it('ends this session and no other', async () => {
    const other = new Visitor(portal.sources);
    await other.signIn();
    const stolen = admin.cookies.get('__Host-portcullis') ?? '';
    const page = await admin.post('/console/sign-out');
    expect([page.status, page.location]).toEqual([303, '/console/sign-in?why=out']);
    admin.cookies.set('__Host-portcullis', stolen);
    expect(await isIn()).toBe(false);
    expect(await isIn(other)).toBe(true);
  });

  it('everywhere ends all of the person, and nobody else', async () => {
    const [second, somebody] = [
      new Visitor(portal.sources),
      await signedIn(portal.sources, env, 'second@acme.example'),
    ];
    await second.signIn();
    expect((await admin.post('/console/sign-out-everywhere')).location).toBe('/console/sign-in?why=everywhere');
    expect([await isIn(second), await isIn(somebody)]).toEqual([false, true]);
  });
});

describe('somebody of the identity provider who was signed in', () => {
  let token = '';
  const JANE = 'jane.example@acme.example';
  const deactivate = () =>
    portal.send('PATCH', userPath(JANE), patchOf({ op: 'replace', path: 'active', value: false }));
  const reactivate = () =>
    portal.send('PATCH', userPath(JANE), patchOf({ op: 'replace', path: 'active', value: true }));

  beforeEach(async () => {
    await make(portal, jane());
    await env.DB.batch([
      env.DB.prepare("UPDATE users SET role = 'admin' WHERE user_name = ?").bind(JANE),
      env.DB.prepare(
        'UPDATE sessions SET (user_seq, access_epoch) = (SELECT seq, access_epoch FROM users WHERE user_name = ?)',
      ).bind(JANE),
    ]);
    token = admin.cookies.get('__Host-portcullis') ?? '';
    expect(await isIn()).toBe(true);
  });

  it.each([
    ['deactivated', deactivate],
    ['deleted', () => portal.send('DELETE', userPath(JANE))],
  ])('is out at once when %s, without a row more, and stays out after coming back', async (_how, end) => {
    await env.DB.prepare(
      `UPDATE portal SET policy = '{"deactivation":{"content":"keep"}}', version = version + 1`,
    ).run();
    const sessions = await rows('SELECT * FROM sessions');
    await end();
    expect(await isIn()).toBe(false);
    expect(await rows('SELECT * FROM sessions')).toEqual(sessions);
    await reactivate();
    await portal.send('POST', '/Users', jane());
    await env.DB.prepare("UPDATE users SET role = 'admin' WHERE user_name = ?").bind(JANE).run();
    expect(await one('SELECT active, removed_at FROM users WHERE user_name = ?', JANE)).toEqual({
      active: 1,
      removed_at: null,
    });
    admin = await resume(sessions);
    expect(await isIn()).toBe(false);
  });

  it.each(['the console', 'SCIM'])('is out for good when demoted by %s, although the rights come back', async (by) => {
    if (by === 'SCIM') await switchAdminSyncOn();
    const second = await signedIn(portal.sources, env, 'second@acme.example');
    const { seq } = await one<{ seq: number }>('SELECT seq FROM users WHERE user_name = ?', JANE);
    const set = async (admins: boolean) => {
      const path = `${PORTAL_URN}:isAdmin`;
      const { status } =
        by === 'SCIM'
          ? await portal.send('PATCH', userPath(JANE), patchOf({ op: 'replace', path, value: admins }))
          : await second.post(`/console/users/${seq}/admin`, { fields: { rights: admins ? 'granted' : 'revoked' } });
      expect(status).toBe(by === 'SCIM' ? 200 : 303);
    };
    const sessions = await rows('SELECT * FROM sessions WHERE user_seq = ?', seq);
    await set(false);
    await set(true);
    expect(await one('SELECT role, access_epoch FROM users WHERE seq = ?', seq)).toEqual({
      role: 'admin',
      access_epoch: 1,
    });
    expect(await rows('SELECT * FROM sessions WHERE user_seq = ?', seq)).toEqual(by === 'SCIM' ? sessions : []);
    expect(await isIn()).toBe(false);
  });

  /** The cookie again, which the refusal has taken away. */
  async function resume(sessions: readonly unknown[]): Promise<Visitor> {
    expect(await rows('SELECT * FROM sessions')).toEqual(sessions);
    const visitor = new Visitor(portal.sources);
    visitor.cookies.set('__Host-portcullis', token);
    return visitor;
  }
});

it('the cron takes away sessions and links that ran out, and nothing else', async () => {
  await linkFor(portal.sources, 'second@acme.example');
  portal.sources.ms += ABSOLUTE_MS - 1;
  await linkFor(portal.sources, 'third@acme.example');
  await new Visitor(portal.sources).signIn();
  portal.sources.ms += 1;
  await runCron(env, portal.sources);
  expect(await rows('SELECT created_at FROM sessions')).toEqual([{ created_at: portal.sources.ms - 1 }]);
  expect(await rows('SELECT created_at FROM one_time_links')).toEqual([{ created_at: portal.sources.ms - 1 }]);
});

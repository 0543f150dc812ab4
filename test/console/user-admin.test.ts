// Admin rights, granted and taken away in the console: what changes, who hears of it, and what keeps the last admin.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { switchAdminSyncOn } from '../support/admins.ts';
import { ADMIN, linkFor, PASSWORD, signedIn, Visitor } from '../support/console.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { outbox } from '../support/mails.ts';
import { addAccount, dump, freshPortal, type Portal, STANDARD } from '../support/portal.ts';
import { filtered, JANE, JANE_PATH, jane, journalOf, make, one, rowOf, rows } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const seqOf = async (id: string) => (await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id)).seq;
const pathOf = async (id: string, below = '') => `/console/users/${await seqOf(id)}${below}`;
const rights = async (id: string, wanted: string, who = admin) =>
  who.post(await pathOf(id, '/admin'), { fields: { rights: wanted } });
const roleOf = async (id: string) => (await rowOf(id))['role'];

describe('somebody of the identity provider, where that does not decide', () => {
  beforeEach(async () => {
    await make(portal);
  });

  it('becomes an admin and is none again, each with its journal row and its mail to every active admin', async () => {
    const page = await rights(JANE, 'granted');
    expect([page.status, page.location]).toEqual([303, `${await pathOf(JANE)}?done=granted`]);
    expect((await admin.get(page.location ?? '')).text).toContain('This account is an admin of the portal now.');
    expect(await roleOf(JANE)).toBe('admin');
    await rights(JANE, 'revoked');
    expect(await roleOf(JANE)).toBe('user');
    expect((await journalOf()).slice(1)).toEqual([
      { type: 'user.admin_granted', rule: null, attributes: ['isAdmin'], actor: ADMIN },
      { type: 'user.admin_revoked', rule: null, attributes: ['isAdmin'], actor: ADMIN },
    ]);
    const mails = (await outbox()).filter(({ subject }) => subject === JANE);
    expect(mails.map(({ kind, done_at }) => [kind, done_at !== null])).toEqual([
      ['admin_granted', true],
      ['admin_revoked', true],
    ]);
  });

  it('is a new version to SCIM, with another ETag', async () => {
    const before = await portal.send('GET', JANE_PATH);
    portal.sources.ms += 1_000;
    await rights(JANE, 'granted');
    const after = await portal.send('GET', JANE_PATH);
    expect([before.headers.get('etag'), after.headers.get('etag')]).toEqual(['W/"1"', 'W/"2"']);
    expect(after.body.meta.lastModified > before.body.meta.lastModified).toBe(true);
    expect(await rows('SELECT request_id FROM journal WHERE subject = ? AND request_id IS NULL', JANE)).toEqual([]);
  });

  it('two clicks do it once', async () => {
    await rights(JANE, 'granted');
    const before = await dump();
    expect((await rights(JANE, 'granted')).status).toBe(303);
    expect(await dump()).toEqual(before);
  });

  it('is not changed where the identity provider decides, and the page says so', async () => {
    await switchAdminSyncOn();
    const before = await dump();
    const page = await rights(JANE, 'granted');
    expect([page.status, page.text.includes('set isAdmin there')]).toEqual([400, true]);
    expect(await dump()).toEqual(before);
    const { text } = await admin.get(await pathOf(JANE));
    expect(text).toMatch(/<button type="button" class="quiet" disabled[^>]*>Make an admin/);
    expect(text).toContain('The identity provider decides who is an admin of those it manages: set isAdmin there.');
  });

  it('is seen by SCIM as an admin once the identity provider decides', async () => {
    await rights(JANE, 'granted');
    await switchAdminSyncOn();
    const urn = 'urn:ietf:scim:schemas:extension:sendsafely:2.0:User';
    expect((await portal.send('GET', JANE_PATH)).body[urn]).toEqual({ isAdmin: true });
    const list = await portal.send('GET', filtered(`${urn}:isAdmin eq true`));
    expect(list.body.totalResults).toBe(1);
  });

  it('is not changed while deactivated', async () => {
    await portal.send('DELETE', JANE_PATH);
    const before = await dump();
    const page = await rights(JANE, 'granted');
    expect([page.status, page.text.includes('The account was removed.')]).toEqual([400, true]);
    expect(await dump()).toEqual(before);
  });
});

it('in a portal with roles by userType only accounts of the portal itself are changed here', async () => {
  portal = await freshPortal('sendoso');
  admin = await signedIn(portal.sources);
  const { id } = await make(portal);
  const refused = await rights(id, 'granted');
  expect([refused.status, refused.text.includes('set userType there')]).toEqual([400, true]);
  await addAccount('password', 'second@acme.example', 'sender');
  await rights('second@acme.example', 'granted');
  expect(await roleOf('second@acme.example')).toBe('admin');
  await rights('second@acme.example', 'revoked');
  expect(await roleOf('second@acme.example')).toBe('sender');
});

describe('password and service accounts', () => {
  it('are changed also where the identity provider decides over its own', async () => {
    await switchAdminSyncOn();
    await addAccount('password', 'second@acme.example');
    expect((await rights('second@acme.example', 'granted')).status).toBe(303);
    expect((await rights('scim-admin@acme.example', 'revoked')).status).toBe(303);
    expect([await roleOf('second@acme.example'), await roleOf('scim-admin@acme.example')]).toEqual(['admin', 'user']);
  });

  it('a key stops working without its owner’s rights, which the page says before, and works again with them', async () => {
    expect((await admin.get(await pathOf('scim-admin@acme.example'))).text).toContain(
      '1 API key of this account stops working without them.',
    );
    await rights('scim-admin@acme.example', 'revoked');
    expect((await portal.send('GET', `${STANDARD}/Users`)).status).toBe(401);
    await rights('scim-admin@acme.example', 'granted');
    expect((await portal.send('GET', `${STANDARD}/Users`)).status).toBe(200);
  });
});

it('who loses the rights keeps no session and no link for the day on which they come back', async () => {
  const second = await signedIn(portal.sources, env, 'second@acme.example');
  const { code } = await linkFor(portal.sources, 'second@acme.example');
  await rights('second@acme.example', 'revoked');
  await rights('second@acme.example', 'granted');
  expect((await second.get('/console')).status).toBe(303);
  const visitor = new Visitor(portal.sources);
  await visitor.get('/console/welcome');
  const page = await visitor.post('/console/welcome', { fields: { code, password: PASSWORD, repeated: PASSWORD } });
  expect([page.status, page.text.includes('This link does not work')]).toEqual([404, true]);
  expect(page.text).toContain('Another admin can make a new one');
});

describe('the last admin who can sign in', () => {
  beforeEach(async () => {
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE id = 'break-glass@acme.example'").run();
  });

  it('keeps the rights, and the page says why', async () => {
    const before = await dump();
    const page = await rights(ADMIN, 'revoked');
    expect([page.status, page.text.includes('last active admin who can sign in')]).toEqual([403, true]);
    expect(await dump()).toEqual(before);
    expect((await admin.get(await pathOf(ADMIN))).text).toMatch(/disabled[^>]*>Take admin rights away/);
  });

  it('is none any more once there is another: then the own session ends, and says so', async () => {
    await rights('break-glass@acme.example', 'granted');
    expect((await admin.get(await pathOf(ADMIN))).text).toContain('your session ends at once');
    const page = await rights(ADMIN, 'revoked');
    expect([page.status, page.location]).toEqual([303, '/console/sign-in?why=rights']);
    expect((await admin.get(page.location ?? '')).text).toContain('You have given your admin rights away');
    expect((await admin.get('/console')).status).toBe(303);
    expect((await outbox()).at(-1)).toMatchObject({
      kind: 'admin_revoked',
      subject: ADMIN,
      done_at: expect.any(Number),
    });
  });

  it('is warned where only admins without a password would be left, since nobody could open the console', async () => {
    const says = 'No other admin with a password is left';
    const pages = async (who: string) =>
      Promise.all(
        ['', '/deactivate', '/convert'].map(async (below) => (await admin.get(await pathOf(who, below))).text),
      );
    const warned = async (who: string) => (await pages(who)).map((text) => text.includes(says));
    await addAccount('saml', JANE, 'admin');
    await addAccount('password', 'without@acme.example', 'admin');
    expect(await warned(ADMIN)).toEqual([true, false, false]);
    const own = (await pages(ADMIN))[0];
    expect(own).toContain('Single sign-on is off, so nobody could open this console');
    await env.DB.prepare(`UPDATE portal SET sso = '{"state":"on"}'`).run();
    expect((await pages(ADMIN))[0]).toContain('When single sign-on fails, nobody could open this console');
    expect(await warned(JANE)).toEqual([false, false, false]);
    expect(await warned('without@acme.example')).toEqual([false, false, false]);
    // Whose password it is does not see these pages for their own account, but another admin does.
    await env.DB.prepare(
      "UPDATE sessions SET user_seq = (SELECT seq FROM users WHERE id = 'without@acme.example')",
    ).run();
    expect(await warned(ADMIN)).toEqual([true, true, true]);
    await signedIn(portal.sources, env, 'other@acme.example');
    expect(await warned(ADMIN)).toEqual([false, false, false]);
  });

  it.each(['each their own', 'each the other’s'])('is one of two who take rights away at once, %s', async (how) => {
    const OTHER = 'other@acme.example';
    const other = await signedIn(portal.sources, env, OTHER);
    const own = how === 'each their own';
    await Promise.all([rights(own ? ADMIN : OTHER, 'revoked', admin), rights(own ? OTHER : ADMIN, 'revoked', other)]);
    const left = await rows("SELECT id FROM users WHERE role = 'admin' AND active = 1 AND login_type = 'password'");
    expect(left).toHaveLength(1);
  });

  it('is protected at the moment of the write: a race cannot take two', async () => {
    const OTHER = 'other@acme.example';
    await signedIn(portal.sources, env, OTHER);
    const race = firstWrite({
      meanwhile: () => env.DB.prepare("UPDATE users SET role = 'user' WHERE id = ?").bind(OTHER).run(),
    });
    const racing = admin.over(new Faults(race).over({ DB: env.DB }));
    const page = await rights(ADMIN, 'revoked', racing);
    expect([page.status, await roleOf(ADMIN)]).toEqual([403, 'admin']);
  });
});

describe('a form that goes wrong', () => {
  beforeEach(async () => {
    await make(portal, jane());
  });

  it('without a word of what to do changes nothing', async () => {
    const before = await dump();
    expect((await rights(JANE, 'maybe')).status).toBe(400);
    expect(await dump()).toEqual(before);
  });

  it('to a number that nobody has is a 404', async () => {
    expect((await admin.post('/console/users/4711/admin', { fields: { rights: 'granted' } })).status).toBe(404);
  });

  it('is done once although the answer of D1 was lost, and not at all where D1 fails', async () => {
    const through = async (fault: { fails: string; moment: 'before' | 'after' }) => {
      const visitor = admin.over(new Faults(firstWrite(fault)).over({ DB: env.DB }));
      return rights(JANE, 'granted', visitor);
    };
    const before = await dump();
    expect((await through({ fails: 'D1 DB is overloaded', moment: 'before' })).status).toBe(503);
    expect(await dump()).toEqual(before);
    expect((await through({ fails: 'Network connection lost.', moment: 'after' })).status).toBe(303);
    expect((await journalOf()).map(({ type }) => type)).toEqual(['user.created', 'user.admin_granted']);
  });
});

// Deactivating and activating accounts in the console: what is said before, what happens, and that it is what SCIM does.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { putFile } from '../../src/api/files.ts';
import { sendMessage } from '../../src/api/messages.ts';
import { createWorkspace } from '../../src/api/workspaces.ts';
import { registrationPrefix } from '../../src/lifecycle/content-keys.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import { ADMIN, linkFor, PASSWORD, signedIn, Visitor } from '../support/console.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { objectKeys } from '../support/lifecycle.ts';
import { expectPositionsTrue } from '../support/list-positions.ts';
import { outbox } from '../support/mails.ts';
import { addAccount, dump, freshPortal, type Portal, START_MS } from '../support/portal.ts';
import {
  expectCountersTrue,
  filtered,
  JANE,
  JANE_PATH,
  jane,
  journalOf,
  make,
  one,
  patchOf,
  rowOf,
  rows,
} from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const seqOf = async (id: string) => (await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id)).seq;
const pathOf = async (id: string, below = '') => `/console/users/${await seqOf(id)}${below}`;
const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const deactivate = async (id: string, confirmation = id, who = admin) =>
  who.post(await pathOf(id, '/deactivate'), { fields: { confirmation } });
const reactivate = async (id: string, confirmation = id) =>
  admin.post(await pathOf(id, '/reactivate'), { fields: { confirmation } });
const SECOND = 'second@acme.example';
const SERVICE = 'scim-admin@acme.example';

async function giveContent(ownerSeq: number): Promise<void> {
  const bytes = new Uint8Array(1_500);
  for (const name of ['a', 'b']) await putFile(env, portal.sources, { ownerSeq, name, bytes });
  await sendMessage(env, portal.sources, { ownerSeq, text: 'Hello' });
  for (const name of ['One', 'Two', 'Three']) await createWorkspace(env, portal.sources, { ownerSeq, name });
}

describe('somebody of the identity provider', () => {
  beforeEach(async () => {
    await make(portal, jane({ externalId: 'hr-17', title: 'Counsel' }));
    await giveContent(await seqOf(JANE));
  });

  it('is told about exactly: what ends, what is destroyed when, and what stays', async () => {
    const text = textOf((await admin.get(await pathOf(JANE, '/deactivate'))).text);
    expect(text).toContain('Access ends at once: nobody can sign in with the account any more.');
    expect(text).toContain(
      'The profile is removed; 2 files (3.0 kB) and 1 message (5 bytes) are deleted at once and for ever; 3 active workspaces are closed to everybody, and deleted with all they hold on 14 Feb 2026 unless an admin restores them.',
    );
    expect(text).toContain('User name, id and external id stay.');
    expect(text).toContain('Unassign the person there too');
  });

  it('is not deactivated without the user name typed, or with another', async () => {
    const before = await dump();
    for (const typed of ['', 'jane', ADMIN]) {
      const page = await deactivate(JANE, typed);
      expect([page.status, page.text.includes('Nothing was changed: type')]).toEqual([400, true]);
    }
    expect(await dump()).toEqual(before);
  });

  it('ends up as after active false by SCIM, with the console’s author in the journal and the ledger', async () => {
    const page = await deactivate(JANE, 'JANE.EXAMPLE@ACME.EXAMPLE ');
    expect([page.status, page.location]).toEqual([303, `${await pathOf(JANE)}?done=deactivated`]);
    const byConsole = await pictureOf();
    const ledger = await rows('SELECT actor, request_id IS NOT NULL AS asked FROM destructions ORDER BY seq');
    expect(ledger).toEqual([
      { actor: ADMIN, asked: 1 },
      { actor: ADMIN, asked: 1 },
    ]);
    expect((await journalOf()).at(-1)).toEqual({
      type: 'user.deactivated',
      rule: null,
      attributes: ['active'],
      actor: ADMIN,
    });

    portal = await freshPortal();
    admin = await signedIn(portal.sources);
    await make(portal, jane({ externalId: 'hr-17', title: 'Counsel' }));
    await giveContent(await seqOf(JANE));
    await portal.send('PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'active', value: false }));
    expect(byConsole).toEqual(await pictureOf());
  });

  it('is shown by SCIM as inactive, without a profile, and not to be signed in', async () => {
    await deactivate(JANE);
    expect((await portal.send('GET', JANE_PATH)).body).toMatchObject({
      active: false,
      externalId: 'hr-17',
      userName: JANE,
    });
    expect((await portal.send('GET', JANE_PATH)).body).not.toHaveProperty('name');
    expect((await portal.send('GET', filtered('active eq false'))).body.totalResults).toBe(1);
    expect((await portal.send('GET', filtered('title eq "Counsel"'))).body.totalResults).toBe(0);
    await expectCountersTrue();
    await expectPositionsTrue();
  });

  it('loses files and messages right after the answer, and the workspaces thirty days later', async () => {
    const prefix = registrationPrefix(await seqOf(JANE), 1);
    expect(await objectKeys(prefix)).toHaveLength(3);
    await deactivate(JANE);
    expect(await objectKeys(prefix)).toEqual([]);
    expect(await rows('SELECT id FROM files UNION ALL SELECT id FROM messages')).toEqual([]);
    expect(await rows('SELECT DISTINCT state FROM workspaces')).toEqual([{ state: 'archived' }]);
    portal.sources.ms = START_MS + 30 * 86_400_000;
    await runCron(env, portal.sources);
    expect(await rows('SELECT DISTINCT state FROM workspaces')).toEqual([{ state: 'deleted' }]);
  });

  it('two clicks do it once', async () => {
    await deactivate(JANE);
    const before = await dump();
    expect((await deactivate(JANE)).status).toBe(303);
    expect(await dump()).toEqual(before);
    expect(textOf((await admin.get(await pathOf(JANE, '/deactivate'))).text)).toContain('deactivated already');
  });

  it('comes back as after active true by SCIM', async () => {
    await deactivate(JANE);
    const deactivated = await dump();
    const unconfirmed = await reactivate(JANE, 'somebody else');
    expect([unconfirmed.status, textOf(unconfirmed.text).includes(`type ${JANE} into the field`)]).toEqual([400, true]);
    expect(await dump()).toEqual(deactivated);
    expect((await admin.get(await pathOf(JANE))).text).toContain(`href="${await pathOf(JANE, '/reactivate')}"`);
    const told = textOf((await admin.get(await pathOf(JANE, '/reactivate'))).text);
    expect(told).toContain('admin rights and API keys do not come back');
    expect(told).toContain('3 workspaces stay archived until an admin restores them');
    const page = await reactivate(JANE);
    expect(page.location).toBe(`${await pathOf(JANE)}?done=reactivated`);
    const byConsole = await pictureOf();
    expect((await journalOf()).at(-1)).toMatchObject({
      type: 'user.reactivated',
      attributes: ['active'],
      actor: ADMIN,
    });
    expect((await portal.send('GET', JANE_PATH)).body).toMatchObject({ active: true, name: { formatted: JANE } });
    await expectCountersTrue();

    await portal.send('PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'active', value: false }));
    const before = await rowOf();
    await portal.send('PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'active', value: true }));
    const bySCIM = await pictureOf();
    expect(byConsole.user).toEqual({
      ...bySCIM.user,
      registration: Number(before['registration']) - 1,
      version: 3,
      access_epoch: 1,
    });
  });

  it('activated twice is activated once, and a deleted one is not', async () => {
    await deactivate(JANE);
    await reactivate(JANE);
    const before = await dump();
    expect((await reactivate(JANE)).status).toBe(303);
    expect(await dump()).toEqual(before);
    expect(textOf((await admin.get(await pathOf(JANE, '/reactivate'))).text)).toContain('active already');
    await portal.send('DELETE', JANE_PATH);
    const deleted = await dump();
    const page = await reactivate(JANE);
    expect([page.status, page.text.includes('The account was removed.')]).toEqual([400, true]);
    expect(await dump()).toEqual(deleted);
    expect((await deactivate(JANE)).status).toBe(400);
    expect(await dump()).toEqual(deleted);
    expect((await admin.get(await pathOf(JANE))).text).not.toContain('/reactivate"');
  });

  it('is told where the portal keeps everything', async () => {
    portal = await freshPortal('open');
    admin = await signedIn(portal.sources);
    const { id } = await make(portal, jane());
    await giveContent(await seqOf(id));
    const text = textOf((await admin.get(await pathOf(id, '/deactivate'))).text);
    expect(text).toContain('User name, id, external id, the profile, files, messages and workspaces stay.');
    expect(text).toContain('The brake neither counts nor holds');
    await deactivate(id, JANE);
    expect(await one('SELECT brake_engaged_at, recent_deactivations FROM portal')).toEqual({
      brake_engaged_at: null,
      recent_deactivations: '[]',
    });
    expect((await portal.send('GET', `/Users/${id}`)).body).toMatchObject({
      active: false,
      name: { givenName: 'Jane' },
    });
  });

  it('of whom the brake holds something is pointed there', async () => {
    await deactivate(JANE);
    await env.DB.prepare(
      `INSERT INTO destructions (kind, user_seq, registration, cause, account, created_at, due_at, state)
       VALUES ('account', ?, 1, 'c', '{}', 1, 1, 'held')`,
    )
      .bind(await seqOf(JANE))
      .run();
    expect((await admin.get(await pathOf(JANE))).text).toContain('href="/console/brake"');
  });
});

describe('password and service accounts', () => {
  it('are deactivated and activated without being counted as people of the identity provider', async () => {
    await make(portal);
    await addAccount('password', SECOND);
    for (const id of [SECOND, SERVICE]) {
      expect((await deactivate(id)).status).toBe(303);
      expect((await rowOf(id))['active']).toBe(0);
      await expectCountersTrue();
      await expectPositionsTrue();
      expect((await reactivate(id)).status).toBe(303);
      expect(await rowOf(id)).toMatchObject({ active: 1, deactivated_at: null, role: 'user' });
      await expectCountersTrue();
    }
    expect((await rows('SELECT active_count AS n FROM portal'))[0]).toEqual({ n: 1 });
  });

  it('an admin who is deactivated is told of to all admins, and is no admin after coming back', async () => {
    await linkFor(portal.sources, SECOND);
    await deactivate(SECOND);
    const mail = (await outbox()).at(-1);
    expect(mail).toMatchObject({ kind: 'admin_revoked', subject: SECOND, actor: ADMIN, done_at: expect.any(Number) });
    expect((await journalOf(SECOND)).at(-1)).toMatchObject({
      type: 'user.deactivated',
      attributes: ['active', 'isAdmin'],
    });
    await reactivate(SECOND);
    expect((await rowOf(SECOND))['role']).toBe('user');
  });

  it('a password is gone for good, with its sessions and links', async () => {
    const second = await signedIn(portal.sources, env, SECOND);
    await linkFor(portal.sources, SECOND);
    const text = textOf((await admin.get(await pathOf(SECOND, '/deactivate'))).text);
    expect(text).toContain('1 open session ends, admin rights go and the password is forgotten.');
    await deactivate(SECOND);
    expect((await second.get('/console')).status).toBe(303);
    await reactivate(SECOND);
    await admin.post(await pathOf(SECOND, '/admin'), { fields: { rights: 'granted' } });
    expect((await second.get('/console')).status).toBe(303);
    expect((await new Visitor(portal.sources).signIn(SECOND, PASSWORD)).status).toBe(401);
    const left = await rows(
      'SELECT user_seq FROM credentials UNION ALL SELECT user_seq FROM one_time_links UNION ALL SELECT user_seq FROM sessions',
    );
    expect(left.filter(({ user_seq: seq }) => seq === left[0]?.['user_seq'])).toHaveLength(left.length);
  });

  it('whose key the identity provider uses are warned about, and the key ends', async () => {
    await portal.send('GET', '/Users');
    const text = textOf((await admin.get(await pathOf(SERVICE, '/deactivate'))).text);
    expect(text).toContain(
      'The identity provider connects with “test”, which this account owns. Provisioning stops at once',
    );
    await deactivate(SERVICE);
    expect((await portal.send('GET', '/Users')).status).toBe(401);
    await reactivate(SERVICE);
    expect((await portal.send('GET', '/Users')).status).toBe(401);
  });
});

describe('what is refused', () => {
  it('is one’s own account, with the advice to ask another admin', async () => {
    const before = await dump();
    const page = await deactivate(ADMIN);
    expect([page.status, page.text.includes('ask another admin')]).toEqual([400, true]);
    expect(await dump()).toEqual(before);
    expect((await admin.get(await pathOf(ADMIN, '/deactivate'))).text).not.toContain('Deactivate now');
  });

  it('is the last admin who can sign in, at the moment of the write', async () => {
    const OTHER = 'other@acme.example';
    const other = await signedIn(portal.sources, env, OTHER);
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE id = 'break-glass@acme.example'").run();
    const [first, second] = await Promise.all([deactivate(OTHER, OTHER, admin), deactivate(ADMIN, ADMIN, other)]);
    expect([first.status, second.status]).toEqual([303, 303]);
    const left = await rows("SELECT id FROM users WHERE role = 'admin' AND active = 1 AND login_type = 'password'");
    expect(left).toHaveLength(1);
  });

  it.each([
    ['before', 'D1 DB is overloaded', 503, 1],
    ['after', 'Network connection lost.', 303, 0],
  ] as const)('is nothing half: a fault %s the write', async (moment, fails, status, active) => {
    await make(portal);
    await giveContent(await seqOf(JANE));
    const faulty = admin.over(new Faults(firstWrite({ fails, moment })).over({ DB: env.DB }));
    const before = await dump();
    expect((await deactivate(JANE, JANE, faulty)).status).toBe(status);
    expect((await rowOf())['active']).toBe(active);
    if (active === 1) expect(await dump()).toEqual(before);
    else expect((await journalOf()).filter(({ type }) => type === 'user.deactivated')).toHaveLength(1);
  });

  it('is whatever a session does that ended meanwhile', async () => {
    await make(portal);
    const end = firstWrite({ meanwhile: () => env.DB.prepare('DELETE FROM sessions').run() });
    const page = await deactivate(JANE, JANE, admin.over(new Faults(end).over({ DB: env.DB })));
    expect([page.status, page.location]).toEqual([303, '/console/sign-in?why=ended']);
    expect((await rowOf())['active']).toBe(1);
  });
});

/** All but who did it and under which mutation. */
async function pictureOf() {
  const [user] = await rows('SELECT * FROM users WHERE id = ?', JANE);
  return {
    user,
    portal: await one('SELECT user_count, active_count, hidden_count, brake_engaged_at FROM portal'),
    ledger: await rows(
      'SELECT kind, user_seq, registration, due_at, state, objects, bytes FROM destructions ORDER BY seq',
    ),
    workspaces: await rows('SELECT owner_seq, name, state, archived_at, destruction_seq FROM workspaces ORDER BY name'),
    content: await rows('SELECT id FROM files UNION ALL SELECT id FROM messages'),
    journal: await rows("SELECT type, attributes FROM journal WHERE type LIKE 'workspace.archived' ORDER BY seq"),
  };
}

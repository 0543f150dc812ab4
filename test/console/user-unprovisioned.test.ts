// Role and team of people of the identity provider in a portal that nothing provisions: what decides elsewhere decides nothing here,
// until a credential of SCIM lives.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../src/auth/oauth/client-store.ts';
import { type SettingsContext, setChoice, setFeature } from '../../src/directory/portal-settings.ts';
import type { PresetName } from '../../src/directory/presets.ts';
import { addTeam } from '../../src/directory/teams.ts';
import { ADMIN, signedIn, type Visitor } from '../support/console.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { outbox } from '../support/mails.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { ENTERPRISE, jane, journalOf, make, one } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
let context: SettingsContext;
let id: string;

/** A person with a role and a division, in a portal whose key was revoked since. */
const begin = async (preset: PresetName, more: object = {}) => {
  portal = await freshPortal(preset);
  admin = await signedIn(portal.sources);
  context = { db: env.DB, sources: portal.sources, actor: 'cli' };
  for (const name of ['North', 'South']) await addTeam(context, name);
  id = (await make(portal, jane({ [ENTERPRISE]: { division: 'North' }, ...more }))).id;
  await keyRevokedAt(1);
};
const keyRevokedAt = (at: number | null) => env.DB.prepare('UPDATE api_keys SET revoked_at = ?').bind(at).run();

const pathOf = async (below = '') =>
  `/console/users/${(await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id)).seq}${below}`;
const role = async (wanted: string, visitor = admin) =>
  visitor.post(await pathOf('/role'), { fields: { role: wanted } });
const team = async (wanted: string, visitor = admin) =>
  visitor.post(await pathOf('/team'), { fields: { team: wanted } });
const add = (fields: Record<string, string>, visitor = admin) =>
  visitor.post('/console/users/new', { fields: { login: 'saml', userName: 'kim@acme.example', ...fields } });
const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const look = async () => textOf((await admin.get(await pathOf())).text);
const state = () =>
  one('SELECT role, (SELECT name FROM teams WHERE seq = team_seq) AS team FROM users WHERE id = ?', id);
/** The same admin, while somebody makes the key live again between what is read and what is written. */
const raced = () => admin.over(new Faults(firstWrite({ meanwhile: () => keyRevokedAt(null) })).over({ DB: env.DB }));

async function refused(page: Promise<{ status: number; text: string }>, says: RegExp) {
  const before = await dump();
  const answer = await page;
  expect([answer.status, textOf(answer.text)]).toEqual([400, expect.stringMatching(says)]);
  expect(await dump()).toEqual(before);
}

describe('where nothing provisions', () => {
  beforeEach(() => begin('sendoso', { userType: 'department_admin' }));

  it('the role is chosen in the console, which says that userType may decide again', async () => {
    const text = await look();
    expect(text).toContain('Sender Manager Department admin Admin');
    expect(text).toContain('Once an identity provider provisions this portal, userType decides again.');
    expect(text).not.toContain('set userType there');
    for (const wanted of ['manager', 'admin', 'sender']) expect((await role(wanted)).status).toBe(303);
    expect(await state()).toMatchObject({ role: 'sender' });
    expect((await journalOf(id)).slice(1).map(({ type, attributes }) => [type, attributes])).toEqual([
      ['user.updated', ['userType']],
      ['user.admin_granted', ['userType']],
      ['user.admin_revoked', ['userType']],
    ]);
    expect((await outbox()).filter(({ subject }) => subject === id).map(({ kind }) => kind)).toEqual([
      'admin_granted',
      'admin_revoked',
    ]);
  });

  it('the team is chosen in the console, whatever the division says', async () => {
    const text = await look();
    expect(text).toContain('Once an identity provider provisions this portal, the division decides again.');
    expect(text).not.toContain('no team has exactly this name');
    expect((await team('South')).status).toBe(303);
    expect((await team('')).status).toBe(303);
    expect((await journalOf(id)).slice(1)).toEqual(
      ['team', 'team'].map((name) => ({ type: 'user.updated', rule: null, attributes: [name], actor: ADMIN })),
    );
  });

  it('a new person gets the role that the console gives', async () => {
    const page = textOf((await admin.get('/console/users/new')).text);
    expect(page).toContain('Once an identity provider provisions this portal, userType decides again.');
    expect((await add({ role: 'manager' })).status).toBe(303);
    expect(await one("SELECT role FROM users WHERE user_name = 'kim@acme.example'")).toEqual({ role: 'manager' });
    expect(await one('SELECT attributes FROM journal ORDER BY seq DESC LIMIT 1')).toEqual({
      attributes: '["userName","userType"]',
    });
  });

  it('who is handed over is told nothing of an identity provider that decides', async () => {
    const { seq } = await one<{ seq: number }>("SELECT seq FROM users WHERE id = 'break-glass@acme.example'");
    const says = 'until the identity provider says otherwise';
    expect(textOf((await admin.get(`/console/users/${seq}/convert`)).text)).not.toContain(says);
    await keyRevokedAt(null);
    expect(textOf((await admin.get(`/console/users/${seq}/convert`)).text)).toContain(says);
  });
});

describe('where isAdmin would decide', () => {
  beforeEach(async () => {
    await begin('sendsafely', {});
    await setFeature(context, 'adminSync', true);
  });

  it('admin rights are given and taken in the console, until something provisions', async () => {
    expect(await look()).toContain('Once an identity provider provisions this portal, isAdmin decides again.');
    expect((await admin.post(await pathOf('/admin'), { fields: { rights: 'granted' } })).status).toBe(303);
    expect(await state()).toMatchObject({ role: 'admin' });
    await keyRevokedAt(null);
    await refused(admin.post(await pathOf('/admin'), { fields: { rights: 'revoked' } }), /set isAdmin there/);
  });

  it('a new person can be an admin', async () => {
    await setChoice(context, 'roles', 'user,manager,admin');
    expect((await add({ role: 'admin' })).status).toBe(303);
  });
});

describe('a credential of SCIM', () => {
  beforeEach(() => begin('sendoso', { userType: 'manager' }));
  const governs = async (does: boolean) => {
    expect((await look()).includes('set userType there')).toBe(does);
  };

  it('decides from the moment it lives to the moment it ends', async () => {
    await governs(false);
    await keyRevokedAt(null);
    await governs(true);
    await env.DB.prepare('UPDATE api_keys SET expires_at = ?')
      .bind(portal.sources.ms + 60_000)
      .run();
    await governs(true);
    portal.sources.ms += 60_000;
    await governs(false);
    expect((await role('sender')).status).toBe(303);
  });

  it('is a client of OAuth as well, and no key without a secret', async () => {
    await env.DB.prepare("UPDATE api_keys SET purpose = 'api', revoked_at = NULL").run();
    await governs(false);
    const made = await createClient(env, portal.sources, {
      ownerSeq: portal.ownerSeq,
      label: 'Okta',
      clientId: 'client-1',
      grant: { grant: 'client_credentials' },
      actor: 'cli',
    });
    expect(made).toMatchObject({ ok: true });
    await governs(true);
  });

  it('that appears between look and write decides: nothing is changed, nobody is added', async () => {
    const asBefore = await state();
    for (const work of [
      () => role('sender', raced()),
      () => role('admin', raced()),
      () => team('South', raced()),
      () => add({ role: 'admin' }, raced()),
    ]) {
      await keyRevokedAt(1);
      const journal = await one('SELECT count(*) AS n FROM journal');
      expect((await work()).status).toBeGreaterThanOrEqual(400);
      expect(await state()).toEqual(asBefore);
      expect(await one('SELECT count(*) AS n FROM journal')).toEqual(journal);
    }
    expect(await one("SELECT count(*) AS n FROM users WHERE user_name = 'kim@acme.example'")).toEqual({ n: 0 });
  });
});

// Role and team of a person in the console: what can be chosen in each kind of portal, what the identity provider decides, and that
// a refusal or a fault changes nothing.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type SettingsContext, setChoice, setFeature } from '../../src/directory/portal-settings.ts';
import type { PresetName } from '../../src/directory/presets.ts';
import { addTeam, removeTeam } from '../../src/directory/teams.ts';
import { ADMIN, signedIn, type Visitor } from '../support/console.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { outbox } from '../support/mails.ts';
import { addAccount, dump, freshPortal, type Portal } from '../support/portal.ts';
import { ENTERPRISE, filtered, jane, journalOf, make, one, patchOf, rowOf, userPath } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
let context: SettingsContext;
let id: string;
const begin = async (preset: PresetName, more: object = {}) => {
  portal = await freshPortal(preset);
  admin = await signedIn(portal.sources);
  context = { db: env.DB, sources: portal.sources, actor: 'cli' };
  for (const name of ['North', 'South']) await addTeam(context, name);
  id = (await make(portal, jane(more))).id;
};

const pathOf = async (who: string, below = '') =>
  `/console/users/${(await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', who)).seq}${below}`;
const role = async (who: string, wanted: string, visitor = admin) =>
  visitor.post(await pathOf(who, '/role'), { fields: { role: wanted } });
const team = async (who: string, wanted: string, visitor = admin) =>
  visitor.post(await pathOf(who, '/team'), { fields: { team: wanted } });
const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const look = async (who: string) => textOf((await admin.get(await pathOf(who))).text);
const state = (who = id) =>
  one('SELECT role, (SELECT name FROM teams WHERE seq = team_seq) AS team FROM users WHERE id = ?', who);
const division = (value: string) => ({ [ENTERPRISE]: { division: value } });

async function refused(page: Promise<{ status: number; text: string }>, status: number, says: RegExp) {
  const before = await dump();
  const answer = await page;
  expect([answer.status, textOf(answer.text)]).toEqual([status, expect.stringMatching(says)]);
  expect(await dump()).toEqual(before);
}

describe('the role of a person where the console decides', () => {
  beforeEach(async () => {
    await begin('sendsafely');
    await setChoice(context, 'roles', 'user,department_admin,manager,admin');
  });

  it('is whichever the portal has; to and from admin every admin gets a mail', async () => {
    expect(await look(id)).toContain('User Department admin Manager Admin');
    for (const wanted of ['manager', 'admin', 'department_admin']) expect((await role(id, wanted)).status).toBe(303);
    expect((await role(id, 'department_admin')).location).toContain('?done=role');
    expect((await journalOf(id)).slice(1)).toEqual([
      { type: 'user.updated', rule: null, attributes: ['role'], actor: ADMIN },
      { type: 'user.admin_granted', rule: null, attributes: ['isAdmin'], actor: ADMIN },
      { type: 'user.admin_revoked', rule: null, attributes: ['isAdmin'], actor: ADMIN },
    ]);
    expect((await outbox()).filter(({ subject }) => subject === id).map(({ kind }) => kind)).toEqual([
      'admin_granted',
      'admin_revoked',
    ]);
    expect(await state()).toMatchObject({ role: 'department_admin' });
  });

  it('is none that the portal does not have, and nothing without a word', async () => {
    await refused(role(id, 'owner'), 400, /roles of this portal are user, department admin, manager and admin/);
    await refused(admin.post(await pathOf(id, '/role'), { fields: {} }), 400, /does not say what to do/);
  });

  it('ends the sessions of who is no admin by it any more, also the own one', async () => {
    const other = await signedIn(portal.sources, env, 'other@acme.example');
    expect((await role('other@acme.example', 'manager')).status).toBe(303);
    await role('other@acme.example', 'admin');
    expect((await other.get('/console')).status).toBe(303);
    const own = await role(ADMIN, 'manager');
    expect([own.status, own.location]).toEqual([303, '/console/sign-in?why=rights']);
  });

  it('of the last admin stays', async () => {
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE id = 'break-glass@acme.example'").run();
    await refused(role(ADMIN, 'manager'), 403, /last active admin who can sign in/);
  });

  it('is written once although the answer was lost, and not at all where D1 fails', async () => {
    const through = (fault: { fails: string; moment: 'before' | 'after' }) =>
      role(id, 'manager', admin.over(new Faults(firstWrite(fault)).over({ DB: env.DB })));
    await refused(through({ fails: 'D1 DB is overloaded', moment: 'before' }), 503, /./);
    expect((await through({ fails: 'Network connection lost.', moment: 'after' })).status).toBe(303);
    expect((await journalOf(id)).map(({ type }) => type)).toEqual(['user.created', 'user.updated']);
  });

  it('is the console’s but for admin, where isAdmin decides who is one', async () => {
    await setFeature(context, 'adminSync', true);
    const text = await look(id);
    expect(text).toContain('User Department admin Manager');
    expect(text).toContain('Who is an admin, the identity provider decides by isAdmin.');
    expect((await role(id, 'manager')).status).toBe(303);
    await refused(role(id, 'admin'), 400, /set isAdmin there/);
    await env.DB.prepare("UPDATE users SET role = 'admin' WHERE id = ?").bind(id).run();
    await refused(role(id, 'user'), 400, /set isAdmin there/);
    expect(await look(id)).toContain('The role is admin . The identity provider decides: set isAdmin there.');
  });
});

describe('the role of a person where userType decides', () => {
  beforeEach(() => begin('sendoso', { userType: 'department_admin' }));

  it('is shown in words, with where it is changed in Okta and Entra', async () => {
    const text = await look(id);
    expect(text).toContain('The role is department admin . The identity provider decides: set userType there.');
    expect(text).toContain('Provisioning &gt; To App &gt; Attribute Mappings');
    await refused(role(id, 'manager'), 400, /set userType there/);
  });

  it('of password and service accounts is the console’s, and filters of SCIM do not see it', async () => {
    await addAccount('password', 'pam@acme.example', 'sender');
    for (const who of ['pam@acme.example', 'scim-admin@acme.example']) {
      expect((await role(who, 'manager')).status).toBe(303);
      expect(await state(who)).toMatchObject({ role: 'manager' });
      await role(who, 'admin');
    }
    expect((await portal.send('GET', filtered('userType eq "manager"'))).body.totalResults).toBe(0);
  });
});

it('a role that the console gave is what SCIM finds once userType decides', async () => {
  await begin('open');
  await setChoice(context, 'roles', 'user,manager,admin');
  await role(id, 'manager');
  await setChoice(context, 'adminBy', 'user_type');
  expect((await portal.send('GET', filtered('userType eq "manager"'))).body.totalResults).toBe(1);
});

describe('the team', () => {
  it('of a portal that puts people into teams itself is always the console’s', async () => {
    await begin('open', division('North'));
    expect((await team(id, 'South')).location).toContain('?done=team');
    expect((await team(id, 'South')).status).toBe(303);
    expect(await state()).toEqual({ role: 'user', team: 'South' });
    await team(id, '');
    expect(await state()).toEqual({ role: 'user', team: null });
    const entry = { type: 'user.updated', rule: null, attributes: ['team'], actor: ADMIN };
    expect((await journalOf(id)).slice(1)).toEqual([entry, entry]);
  });

  it('is the division’s where that names a team, with where it is changed', async () => {
    await begin('sendoso', division('North'));
    const text = await look(id);
    expect(text).toContain('In North , because the division says so.');
    expect(text).toContain('Provisioning &gt; To App &gt; Attribute Mappings');
    await refused(team(id, 'South'), 400, /is the name of a team, and decides/);
    await refused(team(id, ''), 400, /is the name of a team, and decides/);
  });

  it.each([
    ['names no team', division('Nowhere'), 'The division is “Nowhere”, and no team has exactly this name.'],
    ['is missing', {}, 'The next time the identity provider changes the division, that decides again.'],
  ])('can be chosen where the division %s, until that changes', async (_, more, says) => {
    await begin('sendoso', more);
    expect(await look(id)).toContain(says);
    expect((await team(id, 'South')).status).toBe(303);
    await portal.send('PUT', userPath(id), jane({ title: 'Clerk', ...more }));
    expect(await state()).toMatchObject({ team: 'South' });
    await portal.send(
      'PATCH',
      userPath(id),
      patchOf({ op: 'replace', path: `${ENTERPRISE}:division`, value: 'North' }),
    );
    expect(await state()).toMatchObject({ team: 'North' });
  });

  it('that was chosen before the division’s was made can only be exchanged for that', async () => {
    await begin('sendoso', division('West'));
    await team(id, 'South');
    await addTeam(context, 'West');
    expect(await state()).toMatchObject({ team: 'South' });
    expect(await look(id)).toMatch(
      /The division asks for West ?, but this person is in another one\. That stays so until/,
    );
    await refused(team(id, 'North'), 400, /decides/);
    expect((await team(id, 'West')).status).toBe(303);
    expect(await state()).toMatchObject({ team: 'West' });
  });

  it('is one that there is, at the moment of the write too', async () => {
    await begin('sendoso');
    await refused(team(id, 'Nowhere'), 400, /no team of that name/);
    await refused(admin.post(await pathOf(id, '/team'), { fields: {} }), 400, /does not say what to do/);
    const race = firstWrite({ meanwhile: () => removeTeam(context, 'South') });
    const page = await team(id, 'South', admin.over(new Faults(race).over({ DB: env.DB })));
    expect([page.status, await state()]).toEqual([400, { role: 'sender', team: null }]);
  });

  it('is written once although the answer was lost, and not at all where D1 fails', async () => {
    await begin('sendoso');
    const through = (fault: { fails: string; moment: 'before' | 'after' }) =>
      team(id, 'South', admin.over(new Faults(firstWrite(fault)).over({ DB: env.DB })));
    await refused(through({ fails: 'D1 DB is overloaded', moment: 'before' }), 503, /./);
    expect((await through({ fails: 'Network connection lost.', moment: 'after' })).status).toBe(303);
    expect((await journalOf(id)).map(({ attributes }) => attributes).slice(1)).toEqual([['team']]);
    expect(await state()).toMatchObject({ team: 'South' });
  });

  it('is for active people of the identity provider', async () => {
    await begin('sendoso');
    await refused(team('break-glass@acme.example', 'South'), 400, /for the people of the identity provider/);
    expect(await look('break-glass@acme.example')).not.toContain('Save the team');
    await portal.send('PATCH', userPath(id), patchOf({ op: 'replace', value: { active: false } }));
    await refused(team(id, 'South'), 400, /is deactivated/);
    await portal.send('DELETE', userPath(id));
    await refused(team(id, 'South'), 400, /was removed/);
  });

  it('is typed where the portal has very many teams', async () => {
    await begin('open');
    const names = JSON.stringify(Array.from({ length: 201 }, (_, n) => `Team ${n}`));
    await env.DB.prepare(
      "INSERT INTO teams (id, name, name_key, created_at) SELECT 'team-' || value, value, lower(value), 1 FROM json_each(?)",
    )
      .bind(names)
      .run();
    const { text } = await admin.get(await pathOf(id));
    expect([text.includes('<input id="team"'), text.includes('<select id="team"')]).toEqual([true, false]);
    expect((await team(id, 'Team 200')).status).toBe(303);
  });
});

it('what filters of SCIM read of a person outlives both', async () => {
  await begin('open', { title: 'Clerk' });
  const before = (await rowOf(id))['folded'];
  await role(id, 'admin');
  await role(id, 'user');
  await team(id, 'North');
  expect((await rowOf(id))['folded']).toBe(before);
});

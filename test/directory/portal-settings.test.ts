// Settings and teams, as the command line and the console change them: one batch, one version, one journal row.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { lastKnownPortal } from '../../src/directory/portal.ts';
import * as settings from '../../src/directory/portal-settings.ts';
import { listTeams } from '../../src/directory/team-list.ts';
import { addTeam, removeTeam, renameTeam } from '../../src/directory/teams.ts';
import type { Result } from '../../src/failure.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import {
  ENTERPRISE,
  expectStatus,
  filtered,
  jane,
  make,
  one,
  patchOf,
  rowOf,
  rows,
  userPath,
} from '../support/scim.ts';

const CORE_SCHEMA = '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User';
const PORTAL_SCHEMA = '/Schemas/urn:ietf:scim:schemas:extension:sendsafely:2.0:User';

let portal: Portal;
let context: settings.SettingsContext;
async function begin(preset: 'sendsafely' | 'sendoso' | 'open') {
  portal = await freshPortal(preset);
  context = { db: env.DB, sources: portal.sources, actor: 'cli' };
}
beforeEach(() => begin('sendsafely'));

function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.failure.detail);
}

const portalRow = () => one('SELECT name, preset, policy, features, version FROM portal');
const lastJournal = async () =>
  (await rows('SELECT type, subject, actor, rule, attributes FROM journal ORDER BY seq')).at(-1);

async function expectNothing(work: Promise<Result<unknown>>, sentence: RegExp): Promise<void> {
  const before = await dump();
  expect(await work).toMatchObject({ ok: false, failure: { detail: expect.stringMatching(sentence) } });
  expect(await dump()).toEqual(before);
}

describe('a choice', () => {
  it('is set, in force at once, journalled by its name, and given back to the preset', async () => {
    const { version } = await portalRow();
    must(await settings.setChoice(context, 'deactivation.profile', 'keep'));
    expect(await portalRow()).toMatchObject({
      policy: '{"deactivation":{"profile":"keep"}}',
      version: Number(version) + 1,
    });
    const entry = { type: 'portal.changed', subject: 'portal', actor: 'cli', attributes: '["deactivation.profile"]' };
    expect(await lastJournal()).toMatchObject(entry);
    const { id } = await make(portal, jane({ title: 'Clerk' }));
    const ended = await portal.send('PUT', userPath(id), jane({ title: 'Clerk', active: false }));
    expect(ended.body.title).toBe('Clerk');
    const back = must(await settings.unsetChoice(context, 'deactivation.profile'));
    expect([back.settings.own, back.settings.policy.deactivation.profile]).toEqual([{}, 'remove']);
  });

  it('that is made already is made again without a trace, whatever was chosen since', async () => {
    must(await settings.setChoice(context, 'deactivation.profile', 'keep'));
    must(await settings.setChoice(context, 'deactivation.content', 'keep'));
    const before = await dump();
    must(await settings.setChoice(context, 'deactivation.profile', 'keep'));
    expect(await dump()).toEqual(before);
  });

  it('that does not go with the others is refused, and nothing changes', async () => {
    await expectNothing(settings.setChoice(context, 'userNameChanges', 'allowed'), /needs userId "opaque"/);
    await expectNothing(settings.setChoice(context, 'defaultRole', 'boss'), /defaultRole must be one of roles/);
  });

  it('of the id is fixed once there are users', async () => {
    await make(portal);
    await expectNothing(settings.setChoice(context, 'userId', 'opaque'), /has 1 users, whose ids are their userName/);
  });

  it('that takes roles away gives their users the default role', async () => {
    await begin('sendoso');
    const { id } = await make(portal, jane({ userType: 'manager' }));
    const changed = must(await settings.setChoice(context, 'roles', 'sender, admin'));
    expect(changed.rolesReset).toBe(1);
    expect((await rowOf(id))['role']).toBe('sender');
  });

  it('makes what filters see anew', async () => {
    await make(portal, jane({ userType: 'Employee', title: 'Clerk' }));
    expect((await portal.send('GET', filtered('title eq "clerk"'))).body.totalResults).toBe(1);
    must(await settings.setChoice(context, 'adminBy', 'user_type'));
    await portal.send('GET', '/Users');
    expect((await portal.send('GET', filtered('userType eq "user"'))).body.totalResults).toBe(1);
    expect((await portal.send('GET', filtered('userType eq "employee"'))).body.totalResults).toBe(0);
    expect((await portal.send('GET', CORE_SCHEMA)).status).toBe(200);
  });

  it('set by two people at the same time is set by one after the other or refused, never lost', async () => {
    const results = await Promise.all([
      settings.setChoice(context, 'showLastLogin', 'false'),
      settings.setChoice(context, 'deactivation.content', 'keep'),
    ]);
    const { own } = must(await settings.readSettings(env.DB));
    expect(Object.keys(own)).toHaveLength(results.filter((result) => result.ok).length);
  });
});

describe('a preset', () => {
  it('is switched while there are no users, with own choices kept or dropped', async () => {
    must(await settings.setChoice(context, 'showLastLogin', 'false'));
    const kept = must(await settings.switchPreset(context, 'open', 'keep'));
    expect(kept.settings).toMatchObject({
      preset: 'open',
      own: { showLastLogin: false },
      features: { adminSync: true },
    });
    const dropped = must(await settings.switchPreset(context, 'sendoso', 'drop'));
    expect(dropped.settings).toMatchObject({ preset: 'sendoso', own: {}, policy: { defaultRole: 'sender' } });
    expect((await make(portal)).userType).toBe('sender');
  });

  it('of other ids is refused once there are users, and one that does not exist always', async () => {
    await make(portal);
    await expectNothing(settings.switchPreset(context, 'open', 'keep'), /form cannot change any more/);
    await expectNothing(settings.switchPreset(context, 'closed', 'keep'), /There are: sendsafely, sendoso, open/);
  });
});

describe('a feature', () => {
  it('shows in /Schemas at once, on and off, in the isolate that knew otherwise', async () => {
    await expectStatus(404, portal.send('GET', PORTAL_SCHEMA));
    must(await settings.setFeature(context, 'adminSync', true));
    await expectStatus(200, portal.send('GET', PORTAL_SCHEMA));
    must(await settings.setFeature(context, 'adminSync', false));
    await expectStatus(404, portal.send('GET', PORTAL_SCHEMA));
  });

  it('switched by another isolate is learned by a create before it writes', async () => {
    await portal.send('GET', '/Users');
    const stale = lastKnownPortal()?.version ?? 0;
    await env.DB.prepare(`UPDATE portal SET features = '{"adminSync":true}', version = version + 1`).run();
    expect(lastKnownPortal()?.version).toBe(stale);
    const urn = 'urn:ietf:scim:schemas:extension:sendsafely:2.0:User';
    expect((await make(portal, jane({ [urn]: { isAdmin: true } })))[urn]).toEqual({ isAdmin: true });
    expect(lastKnownPortal()?.version).toBe(stale + 1);
  });

  it('is learned by a create that the old policy would refuse', async () => {
    await begin('sendoso');
    await expectStatus(400, portal.send('POST', '/Users', jane({ userType: 'chief' })));
    await env.DB.prepare(
      `UPDATE portal SET policy = '{"roles":["sender","chief","admin"]}', version = version + 1`,
    ).run();
    expect((await make(portal, jane({ userType: 'chief' }))).userType).toBe('chief');
  });

  it('with nothing to do is refused', async () => {
    await begin('sendoso');
    await expectNothing(settings.setFeature(context, 'adminSync', true), /isAdmin steers nothing/);
  });
});

describe('teams', () => {
  const division = (value: string) => ({ [ENTERPRISE]: { division: value } });
  beforeEach(() => begin('sendoso'));

  it('take in users who asked for them, keep them under another name, and leave them when removed', async () => {
    const { id } = await make(portal, jane(division('North')));
    expect(must(await addTeam(context, 'North'))).toEqual({ users: 1, wasDefault: false });
    expect(await lastJournal()).toMatchObject({ type: 'portal.changed', rule: 'team_added', attributes: '["teams"]' });
    must(await renameTeam(context, 'North', 'Northern'));
    expect(must(await listTeams(env.DB))).toMatchObject([{ name: 'Northern', userCount: 1 }]);
    await expectStatus(
      200,
      portal.send('PATCH', userPath(id), patchOf({ op: 'replace', value: { title: 'C', ...division('North') } })),
    );
    expect(must(await listTeams(env.DB))).toMatchObject([{ name: 'Northern', userCount: 1 }]);
    expect(must(await removeTeam(context, 'Northern'))).toEqual({ users: 1, wasDefault: false });
    expect(await rowOf(id)).toMatchObject({ team_seq: null });
    expect((await portal.send('GET', userPath(id))).body[ENTERPRISE]).toEqual({ division: 'North' });
  });

  it('are refused twice, without a name, or unknown, and nothing changes', async () => {
    must(await addTeam(context, 'North'));
    await expectNothing(addTeam(context, 'North'), /one of that name already/);
    await expectNothing(addTeam(context, '  '), /1 to 200 characters/);
    await expectNothing(removeTeam(context, 'north'), /no team of that name/);
    await expectNothing(renameTeam(context, 'South', 'West'), /no team of that name/);
  });
});

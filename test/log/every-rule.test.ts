// Every rule that shapes a change, fired by what fires it: the journal names it, and the log explains it.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { readEvents } from '../../src/api/events.ts';
import { restoreHeld } from '../../src/directory/brake-restore.ts';
import { setChoice, switchPreset } from '../../src/directory/portal-settings.ts';
import { addTeam, removeTeam, renameTeam } from '../../src/directory/teams.ts';
import { RULE_TEXTS } from '../../src/log/done-texts.ts';
import { explain } from '../../src/log/explain.ts';
import { readLog } from '../../src/log/provisioning-log.ts';
import { contextOf, engage, FOURTH, makePeople, portalWith } from '../support/brake.ts';
import { makeGroup } from '../support/groups.ts';
import { unwrap } from '../support/lifecycle.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { ENTERPRISE, expectStatus, JANE, jane, make, patchOf, userPath } from '../support/scim.ts';

let portal: Portal;

beforeEach(async () => {
  portal = await freshPortal('sendoso');
});

const context = () => ({ db: env.DB, sources: portal.sources, actor: 'cli' });

const set = (path: string, value: unknown) => patchOf({ op: 'replace', path, value });

/** What the log says of each line that a rule has shaped, by the rule. */
async function explained(): Promise<Map<string, string>> {
  const { entries } = unwrap(await readLog(env.DB, { limit: 1_000 }));
  return new Map(
    entries.toReversed().flatMap((entry) => (entry.rule === null ? [] : [[entry.rule, explain(entry).sentence]])),
  );
}

it('a team that is added, renamed and removed', async () => {
  unwrap(await addTeam(context(), 'Sales'));
  unwrap(await renameTeam(context(), 'Sales', 'Field'));
  unwrap(await removeTeam(context(), 'Field'));
  const rules = await explained();
  for (const rule of ['team_added', 'team_renamed', 'team_removed'] as const) {
    expect(rules.get(rule)).toBe(
      `The command line changed teams in the settings of the portal. ${RULE_TEXTS[rule].sentence}`,
    );
  }
});

it('a division that names no team, at the creation and at a change', async () => {
  const { id } = await make(portal, jane({ [ENTERPRISE]: { division: 'Nowhere' } }));
  expect((await explained()).get('team_unknown')).toBe(
    `The key "test" created the user ${JANE}. ${RULE_TEXTS.team_unknown.sentence}`,
  );
  await portal.send('PATCH', userPath(id), set(`${ENTERPRISE}:division`, 'Elsewhere'));
  expect((await explained()).get('team_unknown')).toContain(
    ' changed division of the user jane.example@acme.example. No',
  );
});

it('a user who is made without access, whatever team the division names', async () => {
  unwrap(await setChoice(context(), 'deactivation.profile', 'keep'));
  await make(portal, jane({ active: false, [ENTERPRISE]: { division: 'Nowhere' } }));
  expect((await explained()).get('created_inactive')).toContain(`created the user ${JANE}. It was created without`);
});

it('a profile for a deactivated user', async () => {
  unwrap(await setChoice(context(), 'deactivation.profile', 'remove'));
  const { id } = await make(portal);
  await portal.send('PATCH', userPath(id), set('active', false));
  await portal.send('PATCH', userPath(id), set('title', 'Cook'));
  expect((await explained()).get('inactive_profile_ignored')).toContain(`sent title for the user ${JANE}, and nothing`);
});

it('a deleted user who was in a group', async () => {
  unwrap(await setChoice(context(), 'groups', 'full'));
  const { id } = await make(portal);
  await makeGroup(portal, 'Sales', [id]);
  await expectStatus(204, portal.send('DELETE', userPath(id)));
  expect((await explained()).get('member_deleted')).toBe(
    `The key "test" removed members from the group "Sales". ${RULE_TEXTS.member_deleted.sentence}`,
  );
});

it('what the brake held and an admin gave back', async () => {
  portal = await portalWith({ brake: FOURTH });
  await engage(portal);
  const [id = ''] = await makePeople(portal, 1);
  await makeGroup(portal, 'Sales', [id]);
  await expectStatus(204, portal.send('DELETE', userPath(id)));
  const before = unwrap(await readEvents(env.DB, { after: 0, limit: 1_000 })).next;
  unwrap(await restoreHeld(contextOf(portal), { users: [id] }));
  expect((await explained()).get('brake_restored')).toContain(RULE_TEXTS.brake_restored.sentence);
  const { events } = unwrap(await readEvents(env.DB, { after: before, limit: 1_000 }));
  expect(events.map(({ type, rule }) => [type, rule]).toSorted()).toEqual([
    ['group.member_added', 'brake_restored'],
    ['user.reactivated', 'brake_restored'],
  ]);
});

it('an inactive user who was deleted while the brake held, and is given back as one', async () => {
  portal = await portalWith({ brake: FOURTH });
  await engage(portal);
  const id = 'nobody1@acme.example';
  await expectStatus(204, portal.send('DELETE', userPath(id)));
  unwrap(await restoreHeld(contextOf(portal), { users: [id] }));
  expect((await explained()).get('brake_restored_inactive')).toBe(
    `The command line created the user ${id}. ${RULE_TEXTS.brake_restored_inactive.sentence}`,
  );
});

it('a role that the settings have no more: each user who had it is an event, with the version that the change gave them', async () => {
  const ann = await make(portal, jane({ userName: 'ann.example@acme.example', userType: 'manager' }));
  const bob = await make(portal, jane({ userName: 'bob.example@acme.example', userType: 'manager' }));
  await make(portal, jane({ userType: 'sender' }));
  const before = unwrap(await readEvents(env.DB, { after: 0, limit: 1_000 })).next;
  const changed = unwrap(await setChoice(context(), 'roles', 'sender, department_admin, admin'));
  expect(changed.rolesReset).toBe(2);
  const { events } = unwrap(await readEvents(env.DB, { after: before, limit: 1_000 }));
  const reset = { type: 'user.updated', actor: 'cli', rule: 'role_gone', attributes: ['userType'] };
  expect(events).toMatchObject([
    { ...reset, subject: ann.id },
    { ...reset, subject: bob.id },
  ]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(2);
  expect((await portal.send('GET', userPath(ann.id))).body).toMatchObject({
    userType: 'sender',
    meta: { version: 'W/"2"' },
  });
  expect((await explained()).get('role_gone')).toBe(
    `The command line changed userType of the user bob.example@acme.example. ${RULE_TEXTS.role_gone.sentence}`,
  );
});

it('a preset that has no such role: the same, and nothing of it where no role goes', async () => {
  const { id } = await make(portal, jane({ userType: 'manager' }));
  unwrap(await setChoice(context(), 'deactivation.profile', 'keep'));
  expect((await explained()).has('role_gone')).toBe(false);
  expect(unwrap(await switchPreset(context(), 'open', 'drop')).rolesReset).toBe(1);
  const { events } = unwrap(await readEvents(env.DB, { after: 0, limit: 1_000 }));
  expect(events.filter(({ rule }) => rule === 'role_gone')).toMatchObject([{ type: 'user.updated', subject: id }]);
});

// The column that filters read is what is shown, after every kind of write, and holds nothing of a person whose profile is gone.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { freshPortal, type Portal } from '../support/portal.ts';
import { expectStatus, filtered, JANE, JANE_PATH, jane, make, patchOf, rowOf, userPath } from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
  await make(portal, jane({ title: 'Clerk', nickName: 'Janie' }));
});

const active = (value: boolean) => patchOf({ op: 'replace', path: 'active', value });

async function folded(): Promise<unknown> {
  return JSON.parse(String((await rowOf())['folded']));
}

async function expectFound(filter: string, isFound: boolean): Promise<void> {
  const { body } = await expectStatus(200, portal.send('GET', filtered(filter)));
  expect(body.totalResults, filter).toBe(isFound ? 1 : 0);
}

it('a POST folds what is shown, the default name and address included', async () => {
  expect(await folded()).toEqual({
    name: { formatted: 'example jane', familyName: 'example', givenName: 'jane' },
    nickName: 'janie',
    title: 'clerk',
    emails: [{ value: JANE, type: 'work', primary: true }],
  });
});

it.each([
  ['PATCH', patchOf({ op: 'replace', path: 'name.givenName', value: 'Kim' })],
  ['PUT', jane({ name: { givenName: 'Kim', familyName: 'Example' } })],
])('a %s moves the full name that is made of the others', async (method, body) => {
  await expectStatus(200, portal.send(method, JANE_PATH, body));
  await expectFound('name.formatted eq "example KIM"', true);
  await expectFound('name.formatted eq "example jane"', false);
});

it('a deactivation leaves nothing of the profile, and a return brings what it carries', async () => {
  await expectStatus(200, portal.send('PATCH', JANE_PATH, active(false)));
  expect(await folded()).toEqual({});
  await expectFound('emails pr or name pr or title pr', false);
  await expectFound(`userName eq "${JANE}" and title eq null`, true);
  await expectStatus(
    200,
    portal.send('PATCH', JANE_PATH, patchOf({ op: 'replace', value: { active: true, title: 'Chief' } })),
  );
  await expectFound('title eq "CHIEF" and emails.value co "jane" and not (nickName pr)', true);
});

it('a DELETE and a POST of the same person leave nothing of the old profile', async () => {
  await expectStatus(204, portal.send('DELETE', JANE_PATH));
  expect(await folded()).toEqual({});
  await make(portal, jane());
  await expectFound('title pr', false);
  await expectFound('name.givenName eq "JANE"', true);
});

it('where the policy keeps the profile of an inactive user, filters find by it what is still shown', async () => {
  const deactivation = { profile: 'keep', content: 'keep', workspaces: 'keep' };
  await env.DB.prepare('UPDATE portal SET policy = ?, version = version + 1')
    .bind(JSON.stringify({ deactivation }))
    .run();
  await expectStatus(200, portal.send('PATCH', JANE_PATH, active(false)));
  const { body } = await portal.send('GET', JANE_PATH);
  expect(body).toMatchObject({ active: false, title: 'Clerk', name: { givenName: 'Jane' } });
  await expectFound('title eq "clerk" and name.givenName eq "jane"', true);
  await expectFound('emails pr', body.emails !== undefined);
  await expectFound('name.formatted pr', body.name.formatted !== undefined);
});

it('the role that is shown of an inactive user is found, also where it is shown as userType', async () => {
  await env.DB.prepare("UPDATE portal SET preset = 'sendoso', policy = ?, version = version + 1")
    .bind(JSON.stringify({ deactivation: { profile: 'remove', content: 'keep', workspaces: 'keep' } }))
    .run();
  const { id } = await make(portal, { userName: 'kim@acme.example', userType: 'manager' });
  await expectFound('userType eq "MANAGER"', true);
  await expectStatus(200, portal.send('PATCH', userPath(id), active(false)));
  const { body } = await portal.send('GET', userPath(id));
  await expectFound(`userName sw "kim" and userType eq "${body.userType}"`, body.userType !== undefined);
  await expectFound('userType eq "manager"', false);
});

// Roles and teams, in a portal where userType and division decide: the demo portal takes that policy for as long as these flows last.
import { expect, it } from 'vitest';
import { lookAt } from './browser.ts';
import type { Stage } from './stage.ts';

const ROLES = { roles: ['user', 'manager', 'department_admin', 'admin'] };
const BY_PROVIDER = { ...ROLES, adminBy: 'user_type', teamBy: 'division', groups: 'teams_read_only' };
const DIVISION = `'$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User".division'`;

/** The portal is as it was, afterwards. */
export function teamFlows(stage: () => Stage): void {
  /** Nothing of a flow before is left, and the policy is this one: all in one batch, since opening the storage takes seconds. */
  const begin = (policy: object, divided = false) =>
    stage().behind(({ DB }) =>
      DB.batch([
        DB.prepare("UPDATE users SET team_seq = NULL, role = iif(role = 'admin', role, 'user')"),
        DB.prepare(`UPDATE users SET attributes = json_remove(attributes, ${DIVISION})`),
        DB.prepare('DELETE FROM teams'),
        DB.prepare('UPDATE portal SET policy = ?, version = version + 1').bind(JSON.stringify(policy)),
        ...(divided ? [divide(DB)] : []),
      ]),
    );
  /** Five people have a division, of which three say `West`, one `South`, and one has a space too many. */
  const divide = (db: D1Database) =>
    db.prepare(
      `UPDATE users SET attributes = json_set(attributes, '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"', json('{}'),
         ${DIVISION}, CASE user_name WHEN 'user004@acme.example' THEN 'East ' WHEN 'user005@acme.example' THEN 'South' ELSE 'West' END)
       WHERE user_name GLOB 'user00[1-5]@acme.example'`,
    );
  const open = async (userName: string) => {
    await stage().go(`/console/users?q=${userName}`);
    await stage().page.getByRole('rowheader').getByRole('link').click();
    await stage().heading('Account').waitFor();
  };

  it('a team that people ask for is made by one click, renamed, looked at, and removed', async () => {
    const { page } = stage();
    await begin(BY_PROVIDER, true);
    await stage().signedInAt('/console/settings');
    await page.getByRole('link', { name: 'Teams', exact: true }).click();
    await stage().heading('There is no team yet').waitFor();
    await stage().heading('5 people ask for teams that do not exist').waitFor();
    await page.getByRole('button', { name: /Make this team.*West/ }).click();
    await page.getByText('3 people came in, whose division has asked for it.').waitFor();
    await stage().heading('2 people ask for teams that do not exist').waitFor();
    expect(await lookAt(page, 'teams')).toEqual([]);
    await open('user001@acme.example');
    await page.getByText('because the division says so').waitFor();
    await page.getByText('Where in Okta and Entra').first().click();
    expect(await lookAt(page, 'user-governed')).toEqual([]);
    await stage().go('/console/teams');
    await page.getByRole('link', { name: 'West', exact: true }).click();
    await page.getByLabel('Name of the team').waitFor();
    expect(await lookAt(page, 'team')).toEqual([]);
    await page.getByLabel('Name of the team').fill('West Coast');
    await stage().button('Save the name').click();
    await page.getByText('The team has its new name, and everybody stays in it.').waitFor();
    await page.getByRole('link', { name: '3 people' }).click();
    await page.getByText('user003@acme.example').waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Remove the team…' }).click();
    await page.getByText('in no team then').waitFor();
    expect(await lookAt(page, 'team-remove')).toEqual([]);
    await stage().button('Remove the team now').click();
    await page.getByText('The team is gone. 3 people are in no team now.').waitFor();
  });

  it('role and team are chosen where the console decides, with the keyboard alone', async () => {
    const { page } = stage();
    await begin(ROLES);
    await stage().signedInAt('/console/teams');
    await page.getByLabel('Name', { exact: true }).fill('North America');
    await page.keyboard.press('Enter');
    await page.getByText('The team is there.').waitFor();
    await open('user002@acme.example');
    await page.getByLabel('Role in this portal', { exact: true }).focus();
    await page.keyboard.type('Dep');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('The account has that role now.').waitFor();
    await page.getByRole('combobox', { name: 'Team' }).focus();
    await page.keyboard.type('North');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('The team is saved.').waitFor();
    expect(await lookAt(page, 'user-role-team')).toEqual([]);
    await stage().go('/console/users/new');
    // The form and its fields are looked at elsewhere.
    await page.getByRole('combobox', { name: 'Team' }).waitFor();
    await begin({});
  });
}

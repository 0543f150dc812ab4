// One user: what the page tells, and what an admin does with the account.
import { expect, it } from 'vitest';
import { lookAt } from './browser.ts';
import type { Stage } from './stage.ts';

const USER = 'user004@acme.example';

/** The portal's people are left as they were, but for what `user004` had. */
export function userFlows(stage: () => Stage): void {
  /** Signed in, on the page of a user who is found in the list. */
  const open = async (userName: string) => {
    await stage().signedInAt(`/console/users?show=all&q=${encodeURIComponent(userName)}`);
    await stage().page.locator('tbody th a').first().click();
    await stage().page.getByRole('link', { name: 'History' }).waitFor();
  };

  it('a user is deactivated with what goes with it told before, and activated again', async () => {
    const { page } = stage();
    await open(USER);
    expect(await lookAt(page, 'user')).toEqual([]);
    await page.getByRole('link', { name: 'Deactivate…' }).click();
    expect(await lookAt(page, 'user-deactivate')).toEqual([]);
    await page.getByText('2 active workspaces are closed to everybody').waitFor();
    await page.getByLabel(`Type ${USER} to confirm`).fill('something else');
    await stage().button('Deactivate now').click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel(`Type ${USER} to confirm`).fill(USER);
    await stage().button('Deactivate now').click();
    await page.getByText('The account is deactivated: nobody has access').waitFor();
    expect(await lookAt(page, 'user-deactivated')).toEqual([]);
    await page.getByRole('link', { name: 'Activate again…' }).click();
    expect(await lookAt(page, 'user-reactivate')).toEqual([]);
    await page.getByLabel(`Type ${USER} to confirm`).fill(USER);
    await stage().button('Activate now').click();
    await page.getByText('The account is active again.').waitFor();
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByText('deactivated the user').waitFor();
    expect(await lookAt(page, 'user-history')).toEqual([]);
  });

  it('the keyboard alone makes somebody an admin, and no admin again', async () => {
    const { page } = stage();
    const press = async (name: string) => {
      for (let tries = 0; tries < 40; tries++) {
        await page.keyboard.press('Tab');
        if ((await page.locator(':focus').textContent())?.trim() === name) break;
      }
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
      await page.keyboard.press('Enter');
    };
    await open('user005@acme.example');
    await press('Make an admin');
    await page.getByText('This account is an admin of the portal now.').waitFor();
    await press('Take admin rights away');
    await page.getByText('The admin rights of this account are gone.').waitFor();
  });

  it('accounts that the portal manages show how they sign in, or that nobody does', async () => {
    const { page } = stage();
    await open('scim-admin@acme.example');
    await stage().button('Manage its API keys').waitFor();
    expect(await lookAt(page, 'user-service')).toEqual([]);
    await page.getByRole('link', { name: 'Hand it to the identity provider…' }).click();
    await stage().button('Hand it over').waitFor();
    expect(await lookAt(page, 'user-convert')).toEqual([]);
    await open('admin@acme.example');
    await page.getByText('(this one)').waitFor();
    await stage().button('Make a new password link').click();
    await stage().button('Copy Link to set the password').click();
    await page.getByText('Copied').or(page.getByText('Marked')).first().waitFor();
    expect(await page.locator('#link').textContent()).toMatch(/\/console\/welcome#[\w-]{43}$/);
  });
}

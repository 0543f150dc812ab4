// The list of users: looking through it and finding somebody, with the mouse and with the keyboard alone.
import { expect, it } from 'vitest';
import { lookAt } from './browser.ts';
import type { Stage } from './stage.ts';

/** Everybody of the demo portal. */
export function usersFlows(stage: () => Stage): void {
  it('somebody is found among the users, and the way back leads to all of them', async () => {
    const { page } = stage();
    await stage().signedInAt('/console');
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await page.getByRole('link', { name: 'Registered' }).waitFor();
    expect(await lookAt(page, 'users')).toEqual([]);
    await page.getByLabel('Search').fill('user003');
    await page.getByLabel('Sign-in').selectOption('Identity provider');
    await stage().button('Search').click();
    await page.getByText('user003@acme.example').waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    expect(await page.getByLabel('Search').inputValue()).toBe('user003');
    await page.getByRole('link', { name: 'Clear' }).click();
    await page.getByRole('img', { name: 'Service account' }).waitFor();
  });

  it('the deactivated ones are on their own tab, and an empty list says what to do', async () => {
    const { page } = stage();
    await stage().signedInAt('/console/users?show=deactivated');
    await page.getByText('old-scim-admin@acme.example').waitFor();
    expect(await lookAt(page, 'users-deactivated')).toEqual([]);
    await stage().go('/console/users?q=nobody+of+this+name');
    await stage().heading('Nobody found').waitFor();
    expect(await lookAt(page, 'users-nobody')).toEqual([]);
    await page.getByRole('link', { name: 'Look among all users' }).click();
    await stage().heading('Nobody found').waitFor();
  });

  it('the keyboard alone finds somebody and opens their page', async () => {
    const { page } = stage();
    await stage().signedInAt('/console/users');
    await page.getByLabel('Search').focus();
    await page.keyboard.type('user002');
    await page.keyboard.press('Enter');
    await page.getByText('user002@acme.example').waitFor();
    await page.getByRole('link', { name: 'Clear' }).focus();
    await page.keyboard.press('Tab');
    const href = await page.locator(':focus').getAttribute('href');
    expect(href).toMatch(/^\/console\/users\/\d+$/);
  });

  it('an admin with a password is added, and the link shown once leads to a password', async () => {
    const { page } = stage();
    await stage().signedInAt('/console/users');
    await page.getByRole('link', { name: 'Add a user' }).click();
    await stage().heading('Add a user').waitFor();
    expect(await lookAt(page, 'users-new')).toEqual([]);
    await page.getByRole('link', { name: 'Password' }).click();
    await page.getByLabel('E-mail address').fill('scim-admin@acme.example');
    await stage().button('Add the admin and make a link').click();
    await page.getByRole('alert').waitFor();
    expect(await lookAt(page, 'users-new-taken')).toEqual([]);
    await page.getByLabel('E-mail address').fill('hana.example@acme.example');
    await page.getByLabel('First name').fill('Hana');
    await stage().button('Add the admin and make a link').click();
    await stage().heading('A link to set the password').waitFor();
    await page.getByRole('button', { name: 'Copy One-time link' }).waitFor();
    expect(await lookAt(page, 'users-link')).toEqual([]);
    const link = await page.locator('#link').textContent();
    expect(link).toMatch(new RegExp(`^${stage().origin}/console/welcome#[\\w-]{43}$`));
    await page.getByRole('link', { name: 'Open the user' }).click();
    await page.getByText('hana.example@acme.example').first().waitFor();
  });

  it('the keyboard alone adds a service account', async () => {
    const { page } = stage();
    await stage().signedInAt('/console/users/new?login=service');
    expect(await lookAt(page, 'users-new-service')).toEqual([]);
    await page.getByLabel('E-mail address').focus();
    await page.keyboard.type('robot@acme.example');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('robot@acme.example').first().waitFor();
    expect(page.url()).toMatch(/\/console\/users\/\d+\?done=added$/);
  });
}

// API keys: acting for a service account, a key from its making to its end, and the password that is shown once.
import { expect, it } from 'vitest';
import { lookAt } from './browser.ts';
import type { Stage } from './stage.ts';

/** In this order: the second one goes on with the key of the first. */
export function keysFlows(stage: () => Stage): void {
  it('a key of a service account is generated and used for SCIM, and its password is copied once', async () => {
    const { page, origin } = stage();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await stage().signedInAt('/console/keys');
    await stage().heading('You have no key yet').waitFor();
    expect(await lookAt(page, 'keys-none')).toEqual([]);
    // Other flows add service accounts, which stand before this one.
    const account = page.getByRole('link', { name: 'scim-admin@acme.example', exact: true });
    await page.getByRole('listitem').filter({ has: account }).getByRole('button').click();
    await page.getByText('You are acting for').waitFor();
    await page.getByRole('link', { name: 'Generate an API key' }).click();
    await page.getByLabel('Label').fill('Okta production');
    await page.getByLabel('Expires').selectOption('On a day of my choice');
    await page.getByLabel('Last day').fill('2026-01-01');
    await stage().button('Generate').click();
    await page.getByText('is over already').waitFor();
    expect(await page.getByLabel('Label').inputValue()).toBe('Okta production');
    expect(await lookAt(page, 'keys-new')).toEqual([]);
    await page.getByLabel('Expires').selectOption('Never');
    expect(await page.getByLabel('Last day').isVisible()).toBe(false);
    await stage().button('Generate').click();
    await page.getByText('The key is made.').waitFor();
    expect(await lookAt(page, 'keys-unused')).toEqual([]);
    await stage().button('Use this API key for SCIM authentication').click();
    await stage().heading('Copy the password now').waitFor();
    const password = await page.locator('#password').textContent();
    await stage().button('Copy Secret token').click();
    await page.getByText('Copied', { exact: true }).waitFor();
    const token = String(await page.evaluate('navigator.clipboard.readText()'));
    expect(token).toBe(`scim-admin@acme.example:${password}`);
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${origin}/scim/v2/Users?count=1`, { headers })).status).toBe(200);
    await hideSecrets(stage());
    expect(await lookAt(page, 'keys-secret')).toEqual([]);
    await page.reload();
    await page.getByText('its password was shown once').waitFor();
    expect(await page.getByText('pck_').count()).toBe(0);
  });

  it('the keyboard alone rotates it, ends the overlap and revokes it', async () => {
    const { page } = stage();
    await stage().signedInAt('/console/keys');
    await press('Okta production');
    await stage().heading('Okta production').waitFor();
    await press('Rotate this key');
    await stage().heading('Copy the password now').waitFor();
    await press('I have copied it');
    await stage().heading('Okta production').waitFor();
    await stage().go('/console/keys');
    expect(await lookAt(page, 'keys-list')).toEqual([]);
    await page.locator('tr', { hasText: 'Being replaced' }).getByRole('link').first().press('Enter');
    await stage().heading('Being replaced').waitFor();
    expect(await lookAt(page, 'keys-replaced')).toEqual([]);
    await page.getByLabel('Type Okta production to confirm').focus();
    await page.keyboard.type('okta production');
    await page.keyboard.press('Enter');
    await page.getByText('The key is revoked.').waitFor();
    await press('Okta production');
    await page.getByLabel('Type Okta production to confirm').focus();
    await page.keyboard.type('something else');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing was changed').waitFor();
    expect(await lookAt(page, 'keys-unconfirmed')).toEqual([]);
    await page.getByLabel('Type Okta production to confirm').focus();
    await page.keyboard.type('Okta production');
    await page.keyboard.press('Enter');
    await page.getByText('The key is revoked.').waitFor();
    await press('Stop acting for it');
    await page.getByText('You act for yourself again.').waitFor();
  });

  /** Tabs to what has that text, and presses it. */
  async function press(text: string): Promise<void> {
    const { page } = stage();
    for (let steps = 0; steps < 40; steps++) {
      await page.keyboard.press('Tab');
      if ((await page.locator(':focus').textContent())?.trim() === text) return page.keyboard.press('Enter');
    }
    throw new Error(`the keyboard does not reach "${text}"`);
  }
}

/** Pictures show no password that works. */
async function hideSecrets({ page }: Stage): Promise<void> {
  await page.evaluate(
    "for (const code of document.querySelectorAll('#password, #token')) code.textContent = code.textContent.replace(/_[\\w-]{43}_/, '_' + 'x'.repeat(43) + '_')",
  );
}

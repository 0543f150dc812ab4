// Connecting an identity provider: the guides, and the live check while a simulated Okta talks to the portal.
import { expect, it } from 'vitest';
import { PASSWORD_LENGTH } from '../../../src/auth/key-format.ts';
import { runCommand } from '../command.ts';
import { lookAt } from './browser.ts';
import type { Stage } from './stage.ts';

interface Key {
  readonly username: string;
  readonly password: string;
}

/** The portal keeps a key for Okta, and the people that it has left. */
export function connectFlows(stage: () => Stage): void {
  it('a mistake is explained, and the four rows turn green while Okta talks to the portal, without a reload', async () => {
    const { page, origin } = stage();
    const key = await makeKey(stage());
    await stage().signedInAt('/console/connect');
    expect(await lookAt(page, 'connect')).toEqual([]);
    await page.getByRole('row', { name: key.username }).getByRole('link', { name: 'Okta, with' }).click();
    await stage().heading('Connect Okta').waitFor();
    expect(await page.locator('.check .waiting').count()).toBe(4);
    await page.evaluate("window.loaded = 'once'");
    const authorization = `Basic ${btoa(`${key.username}:${key.password.slice(0, 40)}`)}`;
    expect((await fetch(`${origin}/scim/v2/Users`, { headers: { authorization } })).status).toBe(401);
    await page.getByText('The SCIM API Password is cut off').waitFor();
    await page.getByText('What to change:').waitFor();
    expect(await lookAt(page, 'connect-okta')).toEqual([]);
    await simulate(key, `${origin}/scim/v2`);
    await page.locator('.check .seen').nth(3).waitFor();
    await page.getByText('Everything works.').waitFor();
    expect(await page.evaluate('window.loaded')).toBe('once');
    expect(await page.locator('.check .failed').count()).toBe(0);
  });

  it('the keyboard copies values, unfolds details and ticks off steps of the guide for Entra', async () => {
    const { page, origin } = stage();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
    await stage().signedInAt('/console/connect/entra');
    expect(await lookAt(page, 'connect-entra')).toEqual([]);
    await page.getByRole('button', { name: 'Copy Tenant URL' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Copied Tenant URL' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`${origin}/scim/v2/entra/`);
    await page.getByRole('checkbox', { name: 'Step 1 is done' }).focus();
    await page.keyboard.press('Space');
    expect(await page.locator('#step-1 .body').isVisible()).toBe(false);
    await page.keyboard.press('Tab');
    await page.locator('#step-2 input:focus').waitFor();
    await page.keyboard.press('Tab');
    await page.locator('#step-2 summary:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('term').filter({ hasText: 'Identifier, Reply URL' }).waitFor();
  });

  it('any other client finds the plain values, and where no key works the page says what comes first', async () => {
    const { page } = stage();
    await stage().signedInAt('/console/connect');
    await page.getByRole('link', { name: 'Show the values' }).click();
    await stage().heading('Connect any SCIM 2.0 client').waitFor();
    expect(await lookAt(page, 'connect-other-green')).toEqual([]);
    await stage().behind(({ DB }) => DB.prepare('UPDATE api_keys SET revoked_at = 1 WHERE revoked_at IS NULL').run());
    await stage().go('/console/connect');
    await stage().heading('First, a key').waitFor();
    expect(await lookAt(page, 'connect-no-key')).toEqual([]);
    await stage().behind(({ DB }) => DB.prepare('UPDATE api_keys SET revoked_at = NULL WHERE revoked_at = 1').run());
  });
}

async function makeKey({ state }: Stage): Promise<Key> {
  const options = ['--owner', 'okta-sync@acme.example', '--label', 'Okta', '--state', state];
  const { output } = await runCommand('node', 'scripts/key.ts', 'create', ...options);
  const value = (name: string) => new RegExp(`^${name} +(\\S+)$`, 'm').exec(output)?.[1] ?? '';
  const [username, password] = [value('SCIM API Username'), value('SCIM API Password')];
  expect([username, password.length]).toEqual(['okta-sync@acme.example', PASSWORD_LENGTH]);
  return { username, password };
}

async function simulate({ username, password }: Key, baseUrl: string): Promise<void> {
  const options = ['--base-url', baseUrl, '--username', username, '--password', password, '--users', '2'];
  const played = await runCommand('node', 'scripts/simulate.ts', 'okta', ...options);
  expect(played.code, played.output).toBe(0);
}

// Where people land who sign in by the identity provider, and how they leave.
import { expect, it } from 'vitest';
import { runCommand } from '../command.ts';
import { lookAt } from '../console/browser.ts';
import { deactivate, found } from '../console/leaver.ts';
import type { Parts } from './provider.ts';

const ADMIN = 'sso-admin@acme.example';

export function arrivalFlows(parts: () => Parts): void {
  it('a user begins at the login page, lands in the product, which knows who it is, and signs out everywhere', async () => {
    const { stage, provider } = parts();
    const { page, origin } = stage;
    await stage.go('/auth/saml2/');
    expect(await lookAt(page, 'sso-login')).toEqual([]);
    await page.getByRole('link', { name: 'Login using Single Sign-On' }).click();
    await stage.heading('Who signs in?').waitFor();
    expect(await lookAt(page, 'idp-asked')).toEqual([]);
    await provider.choose('user001@acme.example', `${provider.origin}/app`);
    await stage.heading('Hello, Ben Example').waitFor();
    expect(await page.locator('dd').allTextContents()).toEqual(['user001@acme.example', 'manager', 'Marketing']);
    expect(await lookAt(page, 'idp-app')).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await lookAt(page, 'sso-sign-out')).toEqual([]);
    await stage.button('Sign out').click();
    await page.waitForURL(`${provider.origin}/sign-out`);
    expect(await lookAt(page, 'idp-signed-out')).toEqual([]);
    await provider.go('/app');
    await stage.heading('Nobody is signed in').waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${origin}/auth/saml2/`);
  });

  it('an admin who opened a page of the console lands there, and a user is told that it is not for them', async () => {
    const { stage, provider } = parts();
    const { page, origin } = stage;
    await stage.go('/console/users?active=true');
    expect(await lookAt(page, 'sso-console-door')).toEqual([]);
    await page.getByRole('link', { name: 'Login using Single Sign-On' }).click();
    await provider.choose(ADMIN, `${origin}/console/users?active=true`);
    await stage.button('Sign out').click();
    await page.waitForURL(`${provider.origin}/sign-out`);
    await provider.signIn('user002@acme.example', `${provider.origin}/app`);
    await stage.go('/console');
    await stage.heading('You are signed in, but not an admin').waitFor();
    expect(await lookAt(page, 'sso-no-admin')).toEqual([]);
    await page.getByRole('link', { name: 'Go to the app' }).click();
    await stage.heading('Hello, Chen Sample').waitFor();
  });

  it('where no product has an address, a user lands on a page that says so', async () => {
    const { stage, provider } = parts();
    const { page, origin } = stage;
    const leadTo = (url: string) => runCommand('node', 'scripts/portal.ts', 'app-url', url, '--state', stage.state);
    expect(await leadTo('/')).toMatchObject({ code: 0 });
    await provider.signIn('user003@acme.example', `${origin}/`);
    await stage.heading('You are signed in').waitFor();
    expect(await lookAt(page, 'sso-no-product')).toEqual([]);
    expect(await leadTo(`${provider.origin}/app`)).toMatchObject({ code: 0 });
    await page.reload();
    await page.waitForURL(`${provider.origin}/app`);
  });

  it('from a tile an admin lands in the console, and a RelayState of another site leads nowhere else', async () => {
    const { stage, provider } = parts();
    const { page, origin } = stage;
    await provider.signIn(ADMIN, `${origin}/console`);
    for (const relayState of ['https://other.example/console', '//other.example/', `${origin}/auth/saml2/`]) {
      await provider.go();
      await page.getByLabel('Unique User Identifier').fill(ADMIN);
      await page.getByLabel('Claims').fill('');
      await page.getByLabel('RelayState').fill(relayState);
      await provider.press('Sign in as this person', `${origin}/console`);
    }
    await provider.go();
    await page.getByLabel('Unique User Identifier').fill(ADMIN);
    await page.getByLabel('Claims').fill('');
    await page.getByLabel('RelayState').fill('/console/log?show=done');
    await provider.press('Sign in as this person', `${origin}/console/log?show=done`);
  });

  it('somebody new gets an account by signing in, which the console and SCIM then have', async () => {
    const { stage, provider } = parts();
    const { page } = stage;
    await provider.signIn(/userType manager, division Customer Success/, `${provider.origin}/app`);
    expect(await page.locator('dd').allTextContents()).toEqual([
      'jane.example@acme.example',
      'manager',
      'Customer Success',
    ]);
    await stage.signedInAt('/console/users?q=jane.example');
    await page.getByRole('link', { name: 'Jane Example' }).waitFor();
    expect(await found(stage, 'jane.example@acme.example')).toMatchObject([
      { active: true, userType: 'manager', name: { givenName: 'Jane', familyName: 'Example' } },
    ]);
  });

  it('who is deactivated by SCIM is signed out with the next click', async () => {
    const { stage, provider } = parts();
    await provider.signIn('user003@acme.example', `${provider.origin}/app`);
    await stage.heading('Hello, Dina Sample').waitFor();
    await deactivate(stage, 'user003@acme.example');
    await provider.go('/app');
    await stage.heading('Nobody is signed in').waitFor();
    await provider.signIn('user003@acme.example', `${stage.origin}/auth/saml2/`);
    await stage.page.getByText('Your account in this portal is deactivated.').waitFor();
  });

  it('without scripts one button more carries the answer over', async () => {
    const { stage, provider } = parts();
    const context = await stage.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(provider.origin);
    await page.getByRole('button', { name: ADMIN }).click();
    await page.getByRole('button', { name: 'Continue to' }).click();
    await page.waitForURL(`${stage.origin}/console`);
    await context.close();
  });
}

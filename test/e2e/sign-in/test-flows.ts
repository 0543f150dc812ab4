// The console's Test of single sign-on: what arrived, why it is refused, and switching on what was tested.
import { expect, it } from 'vitest';
import { lookAt } from '../console/browser.ts';
import type { Parts } from './provider.ts';

const HERE = '/console/authentication';

export function testFlows(parts: () => Parts): void {
  it('is off until a test has passed, and a test that fails says why', async () => {
    const { stage, provider } = parts();
    const { page } = stage;
    await stage.signedInAt(HERE);
    await page.getByRole('link', { name: 'Switch off' }).click();
    await stage.button('Switch single sign-on off').click();
    await page.getByText('Single sign-on is off').waitFor();
    expect(await page.getByRole('button', { name: /^Switch on/ }).isDisabled()).toBe(true);
    await provider.signIn('user001@acme.example', `${stage.origin}/auth/saml2/`);
    await page.getByText('Single sign-on is not switched on in this portal.').waitFor();
    await stage.go(HERE);
    await stage.button('Test').click();
    await page.waitForURL(`${provider.origin}/sso?*`);
    await page.getByRole('link', { name: 'Signed with another key' }).click();
    await provider.choose('user001@acme.example', `${stage.origin}${HERE}/test/*`);
    await stage.heading('The response was refused').waitFor();
    await page.getByText('not made with a certificate of the portal').waitFor();
    expect(await lookAt(page, 'sso-test-refused')).toEqual([]);
  });

  it('shows what arrived from another site, signs nobody in by it, and is switched on then', async () => {
    const { stage, provider } = parts();
    const { page } = stage;
    await stage.signedInAt(HERE);
    await stage.button('Test').click();
    await page.waitForURL(`${provider.origin}/sso?*`);
    // To a browser these two names of one machine are two sites, as a portal and its identity provider are.
    await page.goto(page.url().replace('127.0.0.1', 'localhost'));
    await provider.choose('user005@acme.example', `${stage.origin}${HERE}/test/*`);
    await stage.heading('The response is right').waitFor();
    await stage.heading('Would sign in as user005@acme.example').waitFor();
    await page.getByRole('cell', { name: 'Customer Success' }).waitFor();
    expect(await lookAt(page, 'sso-test-passed')).toEqual([]);
    await stage.button('Switch on').click();
    await page.getByText('Single sign-on is on. Sign-ins and refusals are in the log.').waitFor();
    await stage.button('Sign out').waitFor();
    await page.getByText('Grace Breakglass').waitFor();
  });
}

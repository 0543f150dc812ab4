// Whoever cannot be signed in sees a page that says so and what to do, and the admin finds the reason in the log.
import { expect, it } from 'vitest';
import { lookAt } from '../console/browser.ts';
import type { Parts } from './provider.ts';

const REFUSED = 'You could not be signed in';

export function refusalFlows(parts: () => Parts): void {
  it.each([
    ['expired', 'could not be accepted'],
    ['audience', 'could not be accepted'],
    ['unsigned', 'could not be accepted'],
    ['other_key', 'could not be accepted'],
    ['other_name', 'could not be accepted'],
  ])('an answer that misbehaves (%s) signs nobody in', async (misbehave, sentence) => {
    const { stage, provider } = parts();
    await provider.signIn('user001@acme.example', `${stage.origin}/auth/saml2/`, misbehave);
    await stage.heading(REFUSED).waitFor();
    await stage.page.getByText(sentence).waitFor();
    if (misbehave === 'expired') expect(await lookAt(stage.page, 'sso-refused')).toEqual([]);
    await provider.go('/app');
    await stage.heading('Nobody is signed in').waitFor();
  });

  it.each([
    ['of a domain that is none', 'of none of the domains of this portal'],
    ['a stranger about whom nothing', 'did not say enough about you'],
    ['with a password', 'does not sign in by the identity provider'],
  ])('somebody %s is told so, and can come back as somebody else', async (words, sentence) => {
    const { stage, provider } = parts();
    await provider.signIn(new RegExp(words), `${stage.origin}/auth/saml2/`);
    await stage.page.getByText(sentence).waitFor();
    if (words === 'with a password') expect(await lookAt(stage.page, 'sso-refused-known')).toEqual([]);
    await stage.page.getByRole('link', { name: 'Sign in as somebody else' }).click();
    await stage.page.waitForURL(`${provider.origin}/sign-out`);
  });

  it('the same answer a second time signs nobody in, and the log says why', async () => {
    const { stage, provider } = parts();
    const { page } = stage;
    await provider.signIn('user004@acme.example', `${provider.origin}/app`);
    await page.context().clearCookies();
    await provider.go();
    await provider.press(/Send the last answer again/, `${stage.origin}/auth/saml2/`);
    await page.getByText('This sign-in was used already').waitFor();
    await provider.go('/app');
    await stage.heading('Nobody is signed in').waitFor();
    await stage.signedInAt('/console/log?show=refused');
    await page.getByText('the same sign-in was used before').first().waitFor();
  });
}

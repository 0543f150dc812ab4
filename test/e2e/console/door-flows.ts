// Into the console and out of it: the link, the password, the keyboard, and no JavaScript.
import { expect, it } from 'vitest';
import { runCommand } from '../command.ts';
import { lookAt, openWindow } from './browser.ts';
import { ADMIN, linkIn, PASSWORD, type Stage } from './stage.ts';

/** The first one sets the password that all flows sign in with. */
export function doorFlows(stage: () => Stage): void {
  it('the link that npm start prints leads to a password, to Home, and out again', async () => {
    const { page, origin, button, heading } = parts(stage());
    const { link } = stage();
    await page.goto(link);
    expect(page.url()).toBe(`${origin}/console/welcome`);
    expect(await page.getByLabel('Code of the link').isVisible()).toBe(false);
    expect(await lookAt(page, 'welcome')).toEqual([]);
    await stage().choosePassword(`${PASSWORD}?`);
    await page.getByText('The two passwords are not the same.').waitFor();
    expect(await page.getByLabel('User name').inputValue()).toBe(ADMIN);
    expect(await lookAt(page, 'welcome-wrong')).toEqual([]);
    await stage().choosePassword();
    await heading('Nothing needs attention').waitFor();
    expect(page.url()).toBe(`${origin}/console`);
    expect(await lookAt(page, 'home')).toEqual([]);
    await button('Sign out').click();
    await page.getByText('You are signed out.').waitFor();
    expect(await lookAt(page, 'signed-out')).toEqual([]);
    await page.goto(`${origin}/console`);
    await heading('Sign in').waitFor();
    await page.goto(link);
    await stage().choosePassword();
    await heading('This link does not work').waitFor();
    expect(await lookAt(page, 'dead-link')).toEqual([]);
  });

  it('a wrong password is refused in a sentence, and the right one is let in', async () => {
    const { page, button, heading } = parts(stage());
    await stage().go('/console');
    expect(await lookAt(page, 'sign-in')).toEqual([]);
    await stage().typeSignIn('not this one, surely');
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('User name').inputValue()).toBe(ADMIN);
    expect(await lookAt(page, 'sign-in-wrong')).toEqual([]);
    await page.getByLabel('Password').fill(PASSWORD);
    await button('Sign in').click();
    await heading('Acme').waitFor();
  });

  it('the keyboard alone signs in, reaches everything on Home in order, and signs out', async () => {
    const { page, heading } = parts(stage());
    await stage().go('/console');
    await page.locator('[name=username]:focus').waitFor();
    await page.keyboard.type(ADMIN);
    await page.keyboard.press('Tab');
    await page.locator('[name=password]:focus').waitFor();
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await heading('Acme').waitFor();
    const reached: string[] = [];
    while (reached.at(-1) !== 'Sign out everywhere' && reached.length < 30) {
      await page.keyboard.press('Tab');
      reached.push(((await page.locator(':focus').textContent()) ?? '').trim());
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      expect(outline, reached.at(-1)).toBe('solid');
    }
    const sections = ['Home', 'Users', 'Workspaces', 'Log', 'API keys', 'Connect', 'Configuration'];
    expect(reached.slice(0, 10)).toEqual(['Skip to the content', 'Acme', 'Sign out', ...sections]);
    await page.keyboard.press('Enter');
    await page.getByText('You are signed out, here and in every other browser.').waitFor();
  });

  it('without scripts the code of the link is typed, and everything else works', async () => {
    const { browser, origin, state } = stage();
    const { page: plain, context } = await openWindow(browser, { javaScriptEnabled: false });
    const made = await runCommand('node', 'scripts/portal.ts', 'admin', 'second@acme.example', '--state', state);
    expect(made.output).toContain('Made second@acme.example');
    const link = linkIn(made.output);
    expect(link).toContain(origin);
    await plain.goto(link);
    await plain.getByLabel('Code of the link').fill(new URL(link).hash.slice(1));
    await plain.getByLabel('New password').fill(PASSWORD);
    await plain.getByLabel('The same again').fill(PASSWORD);
    await plain.getByRole('button', { name: 'Set the password and sign in' }).click();
    await plain.getByRole('heading', { name: 'Acme' }).waitFor();
    await context.close();
  });

  it('an address that is none is a page too', async () => {
    const { page, heading } = parts(stage());
    await stage().go('/console/nowhere');
    await heading('There is no such page').waitFor();
    expect(await lookAt(page, 'nowhere')).toEqual([]);
  });

  it('a breach of the policy is seen by these tests', async () => {
    const { page, complaints } = stage();
    await stage().go('/console/sign-in');
    await page.evaluate("document.body.setAttribute('style', 'color: red')");
    await page.evaluate("void document.body.append(Object.assign(document.createElement('script'), { text: 'x' }))");
    expect(complaints.join()).toContain('Content Security Policy');
    complaints.length = 0;
  });
}

function parts(stage: Stage) {
  const { page, origin } = stage;
  return {
    page,
    origin,
    button: (name: string) => stage.button(name),
    heading: (name: string) => stage.heading(name),
  };
}

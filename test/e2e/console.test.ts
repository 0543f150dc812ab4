// The console in a real browser, from the link that `npm start` prints: both colour schemes, two widths, with the mouse and without,
// and whatever the browser or axe complains about.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { openLocal } from '../../scripts/platform.ts';
import { lookAt, openWindow, startBrowser, type Window } from './browser.ts';
import { type Running, runCommand, startCommand } from './command.ts';
import { makeTrouble } from './trouble.ts';

const ADMIN = 'admin@acme.example';
const PASSWORD = 'seven quiet otters';
const state = mkdtempSync(join(tmpdir(), 'portcullis-console-'));

let server: Running;
let browser: Browser;
let origin: string;
let window: Window;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  server = startCommand('node', 'scripts/start.ts', '--port', String(port), '--state', state, '--users', '7');
  for (let waitedMs = 0; !server.output().includes('Secret token'); waitedMs += 200) {
    if (waitedMs > 110_000 || server.child.exitCode !== null) throw new Error(server.output());
    await pause(200);
  }
});

afterAll(async () => {
  await browser?.close();
  if (server.child.exitCode === null) server.child.kill('SIGTERM');
  await server.finished;
  rmSync(state, { recursive: true, force: true });
});

beforeEach(async () => {
  window = await openWindow(browser);
  page = window.page;
});

afterEach(async () => {
  expect(window.complaints).toEqual([]);
  await window.context.close();
});

const linkIn = (output: string) => /http\S+\/console\/welcome#[\w-]{43}/.exec(output)?.[0] ?? 'no link';
const button = (name: string) => page.getByRole('button', { name, exact: true });
const heading = (name: string) => page.getByRole('heading', { name });

async function signIn(password = PASSWORD): Promise<void> {
  await page.goto(`${origin}/console`);
  await page.getByLabel('User name').fill(ADMIN);
  await page.getByLabel('Password').fill(password);
  await button('Sign in').click();
}

it('the link that npm start prints leads to a password, to Home, and out again', async () => {
  const link = linkIn(server.output());
  await page.goto(link);
  expect(page.url()).toBe(`${origin}/console/welcome`);
  expect(await page.getByLabel('Code of the link').isVisible()).toBe(false);
  expect(await lookAt(page, 'welcome')).toEqual([]);
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByLabel('The same again').fill(`${PASSWORD}?`);
  await button('Set the password and sign in').click();
  await page.getByText('The two passwords are not the same.').waitFor();
  expect(await page.getByLabel('User name').inputValue()).toBe(ADMIN);
  expect(await lookAt(page, 'welcome-wrong')).toEqual([]);
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByLabel('The same again').fill(PASSWORD);
  await button('Set the password and sign in').click();
  await heading('Nothing needs attention').waitFor();
  expect(page.url()).toBe(`${origin}/console`);
  expect(await lookAt(page, 'home')).toEqual([]);
  await button('Sign out').click();
  await page.getByText('You are signed out.').waitFor();
  expect(await lookAt(page, 'signed-out')).toEqual([]);
  await page.goto(`${origin}/console`);
  await heading('Sign in').waitFor();
  await page.goto(link);
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByLabel('The same again').fill(PASSWORD);
  await button('Set the password and sign in').click();
  await heading('This link does not work').waitFor();
  expect(await lookAt(page, 'dead-link')).toEqual([]);
});

it('a wrong password is refused in a sentence, and the right one is let in', async () => {
  await page.goto(`${origin}/console`);
  expect(await lookAt(page, 'sign-in')).toEqual([]);
  await signIn('not this one, surely');
  await page.getByRole('alert').waitFor();
  expect(await page.getByLabel('User name').inputValue()).toBe(ADMIN);
  expect(await lookAt(page, 'sign-in-wrong')).toEqual([]);
  await page.getByLabel('Password').fill(PASSWORD);
  await button('Sign in').click();
  await heading('Acme').waitFor();
});

it('the keyboard alone signs in, reaches everything on Home in order, and signs out', async () => {
  await page.goto(`${origin}/console`);
  await page.locator('[name=username]:focus').waitFor();
  await page.keyboard.type(ADMIN);
  await page.keyboard.press('Tab');
  await page.locator('[name=password]:focus').waitFor();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await heading('Acme').waitFor();
  const reached: string[] = [];
  for (let presses = 0; presses < 5; presses++) {
    await page.keyboard.press('Tab');
    reached.push(((await page.locator(':focus').textContent()) ?? '').trim());
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline, reached.at(-1)).toBe('solid');
  }
  expect(reached).toEqual(['Skip to the content', 'Acme', 'Home', 'Sign out', 'Sign out everywhere']);
  await page.keyboard.press('Enter');
  await page.getByText('You are signed out, here and in every other browser.').waitFor();
});

it('without scripts the code of the link is typed, and everything else works', async () => {
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

it('a portal in trouble shows all of it, and stored markup as text', async () => {
  const platform = await openLocal(state);
  await makeTrouble(platform.env.DB, Date.now());
  await platform.dispose();
  await signIn();
  await heading('The brake is engaged').waitFor();
  expect(await page.getByText('Okta <b>production</b>').count()).toBeGreaterThan(0);
  expect(await lookAt(page, 'home-trouble')).toEqual([]);
});

it('an address that is none is a page too', async () => {
  await page.goto(`${origin}/console/nowhere`);
  await heading('There is no such page').waitFor();
  expect(await lookAt(page, 'nowhere')).toEqual([]);
});

it('a breach of the policy is seen by these tests', async () => {
  await page.goto(`${origin}/console/sign-in`);
  await page.evaluate("document.body.setAttribute('style', 'color: red')");
  await page.evaluate("void document.body.append(Object.assign(document.createElement('script'), { text: 'x' }))");
  expect(window.complaints.join()).toContain('Content Security Policy');
  window.complaints.length = 0;
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

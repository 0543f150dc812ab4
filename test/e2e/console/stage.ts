// What the flows of the console play on: one demo portal as `npm start` makes it, one browser, and for each flow a window of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { openLocal } from '../../../scripts/platform.ts';

import { type Running, startCommand } from '../command.ts';
import { openWindow, startBrowser, type Window } from './browser.ts';

export const ADMIN = 'admin@acme.example';
export const PASSWORD = 'seven quiet otters';
const USERS = 7;
const START_MS = 110_000;

type Local = Awaited<ReturnType<typeof openLocal>>;
type Cookies = Awaited<ReturnType<Window['context']['cookies']>>;

/** `open` comes first. */
export class Stage {
  readonly state: string;
  readonly server: Running;
  readonly browser: Browser;
  readonly origin: string;
  #window: Window;
  /** Of the session that flows share: signing in is limited to ten a minute. */
  #cookies: Cookies = [];
  #hasPassword = false;

  private constructor(server: Running, browser: Browser, origin: string, window: Window, state: string) {
    this.state = state;
    this.server = server;
    this.browser = browser;
    this.origin = origin;
    this.#window = window;
  }

  /** `options` are further ones of `npm start`. */
  static async open(...options: readonly string[]): Promise<Stage> {
    const state = mkdtempSync(join(tmpdir(), 'portcullis-console-'));
    const browser = await startBrowser();
    const port = await freePort();
    const where = ['--port', String(port), '--state', state, '--users', String(USERS)];
    const server = startCommand('node', 'scripts/start.ts', ...where, ...options);
    for (let waitedMs = 0; !server.output().includes('Secret token'); waitedMs += 200) {
      if (waitedMs > START_MS || server.child.exitCode !== null) throw new Error(server.output());
      await pause(200);
    }
    return new Stage(server, browser, `http://127.0.0.1:${port}`, await openWindow(browser), state);
  }

  async close(): Promise<void> {
    await this.browser.close();
    if (this.server.child.exitCode === null) this.server.child.kill('SIGTERM');
    await this.server.finished;
    rmSync(this.state, { recursive: true, force: true });
  }

  /** Of the flow that plays. */
  get page(): Page {
    return this.#window.page;
  }

  /** What its browser complained about. */
  get complaints(): string[] {
    return this.#window.complaints;
  }

  async newWindow(): Promise<void> {
    await this.#window.context.close();
    this.#window = await openWindow(this.browser);
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { name });
  }

  /** Opens a path of the console. */
  async go(path: string): Promise<void> {
    await this.page.goto(this.origin + path);
  }

  /** The link into the console that `npm start` printed. */
  get link(): string {
    return linkIn(this.server.output());
  }

  /** Chooses the password, with the page of a link open. */
  async choosePassword(repeated = PASSWORD): Promise<void> {
    await this.page.getByLabel('New password').fill(PASSWORD);
    await this.page.getByLabel('The same again').fill(repeated);
    await this.button('Set the password and sign in').click();
    this.#hasPassword ||= repeated === PASSWORD;
  }

  /** Types name and password. */
  async typeSignIn(password = PASSWORD): Promise<void> {
    await this.go('/console');
    await this.page.getByLabel('User name').fill(ADMIN);
    await this.page.getByLabel('Password').fill(password);
    await this.button('Sign in').click();
  }

  /** Signed in, at a path: by the session of the flow before, where that still lives. */
  async signedInAt(path: string): Promise<void> {
    await this.page.context().addCookies(this.#cookies);
    if (this.#hasPassword) await this.go('/console');
    else await this.page.goto(this.link).then(() => this.choosePassword());
    if (this.page.url().includes('/sign-in')) await this.typeSignIn();
    await this.button('Sign out').waitFor();
    this.#cookies = await this.page.context().cookies();
    await this.go(path);
  }

  /** The portal's storage behind the server's back. */
  async behind<Value>(work: (env: Local['env']) => Promise<Value>): Promise<Value> {
    const platform = await openLocal(this.state);
    try {
      return await work(platform.env);
    } finally {
      await platform.dispose();
    }
  }
}

/** The link that a command printed. */
export function linkIn(output: string): string {
  return /http\S+\/console\/welcome#[\w-]{43}/.exec(output)?.[0] ?? 'no link';
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

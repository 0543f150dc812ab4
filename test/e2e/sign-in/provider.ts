// The identity provider that `npm run idp` starts, beside the portal of a stage, and the clicks that lead through it.
import { setTimeout as pause } from 'node:timers/promises';
import { type Running, startCommand } from '../command.ts';
import { freePort, type Stage } from '../console/stage.ts';

const START_MS = 60_000;

/** `open` comes first. */
export class Provider {
  readonly origin: string;
  readonly #stage: Stage;
  readonly #running: Running;

  private constructor(origin: string, stage: Stage, running: Running) {
    this.origin = origin;
    this.#stage = stage;
    this.#running = running;
  }

  static async open(stage: Stage): Promise<Provider> {
    const port = await freePort();
    const running = startCommand('node', 'scripts/idp.ts', '--port', String(port), '--state', stage.state);
    for (let waitedMs = 0; !running.output().includes('Stop with Ctrl-C'); waitedMs += 200) {
      if (waitedMs > START_MS || running.child.exitCode !== null) throw new Error(running.output());
      await pause(200);
    }
    return new Provider(`http://127.0.0.1:${port}`, stage, running);
  }

  async close(): Promise<void> {
    if (this.#running.child.exitCode === null) this.#running.child.kill('SIGTERM');
    await this.#running.finished;
  }

  /** What it printed. */
  get output(): string {
    return this.#running.output();
  }

  /** Opens a path of it. */
  async go(path = '/'): Promise<void> {
    await this.#stage.page.goto(this.origin + path);
  }

  /** From its page of people, the one with these words, into the portal; `leads` is where the browser stands then. */
  async choose(words: string | RegExp, leads: string | RegExp): Promise<void> {
    await this.#stage.page.getByRole('listitem').getByRole('button', { name: words }).click();
    await this.#stage.page.waitForURL(leads);
  }

  /** Of that page, what is no person. */
  async press(words: string | RegExp, leads: string | RegExp): Promise<void> {
    await this.#stage.page.getByRole('button', { name: words }).click();
    await this.#stage.page.waitForURL(leads);
  }

  /** From nowhere, as from a tile: somebody, with something wrong where that is said. */
  async signIn(words: string | RegExp, leads: string | RegExp, misbehave = 'none'): Promise<void> {
    await this.go(`/?misbehave=${misbehave}`);
    await this.choose(words, leads);
  }
}

/** What the flows play with. */
export interface Parts {
  readonly stage: Stage;
  readonly provider: Provider;
}

// Runs the project's own commands as a person would, and collects what they print.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** What it printed so far, both streams. */
  readonly output: () => string;
  readonly finished: Promise<Finished>;
}

/** Starts `node scripts/bootstrap.mjs ...`, as the npm scripts do. */
export function startCommand(...args: string[]): Running {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
  const child = spawn(process.execPath, ['scripts/bootstrap.mjs', ...args], { cwd: ROOT, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
  return { child, output: () => output, finished };
}

/** Runs a command to its end. */
export function runCommand(...args: string[]): Promise<Finished> {
  return startCommand(...args).finished;
}

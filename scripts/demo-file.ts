// `<state>/demo.json`: what `npm start` prints, for scripts to read. It holds a secret of the local demo portal, hence the
// mode 0600, and is ignored by git.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The demo portal as other scripts need it. */
export interface Demo {
  readonly baseUrl: string;
  readonly entraUrl: string;
  readonly username: string;
  readonly password: string;
  /** `username:password`, as it goes into Entra's Secret token. */
  readonly entraToken: string;
  readonly preset: string;
}

/** Where the file of a state directory is. */
export function demoPath(stateDirectory: string): string {
  return join(stateDirectory, 'demo.json');
}

/** The demo of an earlier run; undefined when there is none or it is not whole. */
export function readDemo(stateDirectory: string): Demo | undefined {
  try {
    const demo: unknown = JSON.parse(readFileSync(demoPath(stateDirectory), 'utf8'));
    return isDemo(demo) ? demo : undefined;
  } catch {
    return undefined;
  }
}

function isDemo(value: unknown): value is Demo {
  const names = ['baseUrl', 'entraUrl', 'username', 'password', 'entraToken', 'preset'] as const;
  if (typeof value !== 'object' || value === null) return false;
  const fields: Partial<Record<(typeof names)[number], unknown>> = value;
  return names.every((name) => typeof fields[name] === 'string');
}

/** Writes the file, readable by its owner only, also where an older one was not. */
export function writeDemo(stateDirectory: string, demo: Demo): void {
  const path = demoPath(stateDirectory);
  writeFileSync(path, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  chmodSync(path, 0o600);
}

/** The base URL of the local portal: that of the last `npm start`, or the usual one. */
export function localBaseUrl(stateDirectory: string): string {
  return readDemo(stateDirectory)?.baseUrl ?? scimUrl(8787);
}

/** Where the local portal answers. */
export function localOrigin(stateDirectory: string): string {
  return new URL(localBaseUrl(stateDirectory)).origin;
}

/** The base URL on a local port. */
export function scimUrl(port: number): string {
  return `http://127.0.0.1:${port}/scim/v2`;
}

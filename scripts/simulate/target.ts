// Which server a simulation talks to, and with which secret: from the command line, or from the file that `npm start`
// writes for the demo portal. Wrong input is a `BadTarget` whose message is all the user has to read.
import { readFileSync } from 'node:fs';
import { asObject } from './answer-checks.ts';

export type IdpName = 'okta' | 'entra';

export interface TargetOptions {
  readonly baseUrl?: string;
  readonly username?: string;
  readonly password?: string;
  /** A bearer token instead of username and password, for servers that know nothing else. */
  readonly token?: string;
  /** File of the demo portal. */
  readonly demo: string;
}

export interface Target {
  readonly baseUrl: URL;
  readonly authorization: string;
  readonly wrongAuthorization: string;
  /** Never to be printed, whatever a server echoes. */
  readonly secrets: readonly string[];
}

export class BadTarget extends Error {
  override readonly name = 'BadTarget';
}

interface Credentials {
  /** Absent where the secret is a bearer token of its own. */
  readonly username?: string;
  readonly secret: string;
}

/** How each provider turns username and password into a header. Entra's token is the two, joined by a colon. */
const authorizations: Readonly<Record<IdpName, (username: string, password: string) => string>> = {
  okta: (username, password) => `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  entra: (username, password) => `Bearer ${username}:${password}`,
};

export function resolveTarget(idp: IdpName, options: TargetOptions): Target {
  const { baseUrl, username, password, token } = options;
  if ([baseUrl, username, password, token].every((option) => option === undefined)) {
    return targetOf(idp, ...readDemo(idp, options.demo));
  }
  if (baseUrl !== undefined && token !== undefined) return targetOf(idp, baseUrl, { secret: token });
  if (baseUrl !== undefined && username !== undefined && password !== undefined) {
    return targetOf(idp, baseUrl, { username, secret: password });
  }
  throw new BadTarget(
    'Give --base-url with --username and --password (or with --token), or none of them for the demo portal.',
  );
}

function targetOf(idp: IdpName, baseUrl: string, { username, secret }: Credentials): Target {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new BadTarget(`The base URL "${baseUrl}" is not an http or https address.`);
  }
  const sign = (words: string): string =>
    username === undefined ? `Bearer ${words}` : authorizations[idp](username, words);
  const authorization = sign(secret);
  if (!/^[\x20-\x7e]+$/.test(authorization)) {
    throw new BadTarget('The username or password has a character that no HTTP header can carry.');
  }
  return {
    baseUrl: url,
    authorization,
    wrongAuthorization: sign('not-the-password'),
    secrets: [secret, authorization.slice(authorization.indexOf(' ') + 1)].filter((text) => text !== ''),
  };
}

function readDemo(idp: IdpName, path: string): [baseUrl: string, Credentials] {
  const demo = asObject(readJson(path));
  const field = (name: string): string => {
    const value = demo?.[name];
    if (typeof value === 'string' && value !== '') return value;
    throw new BadTarget(`${path} has no ${name}. Run \`npm start\` again, it rewrites the file.`);
  };
  return [field(idp === 'entra' ? 'entraUrl' : 'baseUrl'), { username: field('username'), secret: field('password') }];
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new BadTarget(`${path} is not JSON. Run \`npm start\` again.`);
    throw new BadTarget(
      `No portal to talk to: ${path} is absent. Run \`npm start\` first, or give --base-url, --username and --password.`,
    );
  }
}

// Secrets that we hand out and that come back whole: in the cookie of a session, in a one-time link. 256 random bits, of which
// only the hash is stored. One fast round is enough, since nobody can guess such a secret; key-format.ts says more.
import type { Sources } from '../env.ts';
import { hexSha256 } from './key-format.ts';

const TOKEN = /^[\w-]{43}$/;

/** A new token: 43 characters of base64url. */
export function newToken(sources: Sources): string {
  return Buffer.from(sources.randomBytes(32)).toString('base64url');
}

/** Whether a text has the form of a token; one that has not needs no look at the database. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** What is stored of a token: hex SHA-256. */
export const tokenHash = hexSha256;

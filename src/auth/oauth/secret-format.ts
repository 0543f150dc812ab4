// What the secrets of OAuth look like. Access and refresh tokens have the id of their client readable inside, like SCIM API Passwords;
// all have a checksum, so that what was mistyped needs no look at the database. Stored are hashes only: `hexSha256`.
import type { Sources } from '../../env.ts';
import { hexSha256, mintSecret, TOKEN_PREFIX } from '../key-format.ts';

const REFRESH_PREFIX = 'pcr_';
const SECRET_PREFIX = 'pcs_';
const CODE_PREFIX = 'pcc_';
const HINT_CHARACTERS = 4;

/** A secret just made: its text exists nowhere else, and its hash is what is stored. */
export interface MadeSecret {
  readonly text: string;
  readonly hash: string;
}

async function made(sources: Sources, beginning: string): Promise<MadeSecret> {
  const text = await mintSecret(sources, beginning);
  return { text, hash: await hexSha256(text) };
}

/** A new access token of a client. */
export function newAccessToken(sources: Sources, clientId: string): Promise<MadeSecret> {
  return made(sources, `${TOKEN_PREFIX}${clientId}_`);
}

/** A new refresh token of a client. */
export function newRefreshToken(sources: Sources, clientId: string): Promise<MadeSecret> {
  return made(sources, `${REFRESH_PREFIX}${clientId}_`);
}

/** A new authorization code. */
export function newCode(sources: Sources): Promise<MadeSecret> {
  return made(sources, CODE_PREFIX);
}

/** A new client secret, with the last characters that people tell it by. */
export async function newClientSecret(sources: Sources): Promise<MadeSecret & { readonly hint: string }> {
  const secret = await made(sources, SECRET_PREFIX);
  return { ...secret, hint: secret.text.slice(-HINT_CHARACTERS) };
}

// What a SCIM API Password looks like, how one is made, and the hash under which a key is known; access tokens have the same shape.
// Knows neither headers nor storage.
import type { Sources } from '../env.ts';
import { fold } from '../scim/fold.ts';

/** What every password begins with, so that people and secret scanners recognise one. */
export const PASSWORD_PREFIX = 'pck_';
/** What every access token of OAuth begins with. */
export const TOKEN_PREFIX = 'pct_';
const KEY_ID_LENGTH = 12;
const SECRET_BYTES = 32;
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 8;

/** Characters of a whole password: prefix, key id, secret, checksum and the two underscores between them. */
export const PASSWORD_LENGTH = PASSWORD_PREFIX.length + KEY_ID_LENGTH + 1 + SECRET_LENGTH + 1 + CHECKSUM_LENGTH;

/** Crockford's base 32 in lower case: no i, l, o, u, so that an id can be read out over the telephone. */
const ID_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

// Parsed by fixed lengths: base64url may itself contain the underscore that separates the parts.
const SHAPE = new RegExp(
  `^pc[kt]_([${ID_ALPHABET}]{${KEY_ID_LENGTH}})_[\\w-]{${SECRET_LENGTH}}_[\\w-]{${CHECKSUM_LENGTH}}$`,
);

/** The id of a new key. */
export function newKeyId(sources: Sources): string {
  return Array.from(sources.randomBytes(KEY_ID_LENGTH), (byte) => ID_ALPHABET.charAt(byte & 31)).join('');
}

/** Makes a password of 256 random bits, with the id of its key readable inside it: a new key's, or the one that is given. */
export async function mintPassword(
  sources: Sources,
  keyId = newKeyId(sources),
): Promise<{ keyId: string; password: string }> {
  return { keyId, password: await mintSecret(sources, `${PASSWORD_PREFIX}${keyId}_`) };
}

/** 256 random bits behind that beginning, and the checksum of it all. */
export async function mintSecret(sources: Sources, beginning: string): Promise<string> {
  const body = beginning + base64Url(sources.randomBytes(SECRET_BYTES));
  return `${body}_${await checksum(body)}`;
}

/** The key id inside a password or an access token, or undefined when the shape or the checksum is wrong: then it was mistyped or cut
 * off, and no storage needs to be asked. The checksum is no secret and proves nothing. */
export async function readPassword(
  password: string,
  prefix: typeof PASSWORD_PREFIX | typeof TOKEN_PREFIX = PASSWORD_PREFIX,
): Promise<{ keyId: string } | undefined> {
  const keyId = SHAPE.exec(password)?.[1];
  if (keyId === undefined || !password.startsWith(prefix)) return undefined;
  const body = password.slice(0, -(CHECKSUM_LENGTH + 1));
  return password.endsWith(`_${await checksum(body)}`) ? { keyId } : undefined;
}

/** The hash a key is stored under, in D1 and as the name of its KV entry: hex SHA-256 of `fold(username):password`.
 * One fast round on purpose: the password carries 256 random bits of our own making, which no one can guess offline however
 * fast the hash is. A slow hash only helps secrets that people choose, and would cost every request its CPU time. */
export function keyHash(username: string, password: string): Promise<string> {
  return hexSha256(`${fold(username)}:${password}`);
}

/** Hex SHA-256 of a text: what is stored of whatever secret. */
export async function hexSha256(text: string): Promise<string> {
  const digest = await sha256(text);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function checksum(body: string): Promise<string> {
  return base64Url(await sha256(body)).slice(0, CHECKSUM_LENGTH);
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

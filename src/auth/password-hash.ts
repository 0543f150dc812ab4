// Passwords that people choose, hashed by scrypt. The parameters stand in each hash, so that they can grow: a hash
// that was made with smaller ones still verifies.
import { scrypt, timingSafeEqual } from 'node:crypto';
import type { Sources } from '../env.ts';

/** N = 2^15, r = 8, p = 3, one of the settings of equal strength that OWASP names: 32 MB, where an isolate has 128, and about a
 * quarter of a second of CPU time. The 64 MB that N = 2^16 takes would leave no room for two sign-ins at once. */
const PARAMETERS = { logN: 15, r: 8, p: 3 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

interface Parameters {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** Hashes a password: `scrypt$15$8$3$salt$key`, the last two in base64url. */
export async function hashPassword(sources: Sources, password: string): Promise<string> {
  const salt = sources.randomBytes(SALT_BYTES);
  return write(PARAMETERS, salt, await derive(password, salt, PARAMETERS));
}

/** A hash that no password has, for names that have none: looking at it takes as long as looking at a real one. */
export const NOBODYS_HASH = write(PARAMETERS, new Uint8Array(SALT_BYTES), new Uint8Array(KEY_BYTES));

/** Whether the password is the one of the hash. Always one run of scrypt; false for a hash that is not whole. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const parts = read(hash);
  const { salt, key, parameters } = parts ?? { salt: new Uint8Array(SALT_BYTES), key: null, parameters: PARAMETERS };
  const derived = await derive(password, salt, parameters);
  return key !== null && key.length === derived.length && timingSafeEqual(key, derived);
}

/** The same text however a keyboard composes its letters. */
function derive(password: string, salt: Uint8Array, { logN, r, p }: Parameters): Promise<Uint8Array> {
  const options = { N: 2 ** logN, r, p, maxmem: 2 ** (logN + 7) * r + 2 ** 20 };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(new Uint8Array(key)),
    );
  });
}

function write({ logN, r, p }: Parameters, salt: Uint8Array, key: Uint8Array): string {
  return ['scrypt', logN, r, p, ...[salt, key].map((bytes) => Buffer.from(bytes).toString('base64url'))].join('$');
}

function read(hash: string) {
  const found = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/.exec(hash);
  if (!found) return undefined;
  const [, logN, r, p, salt = '', key = ''] = found;
  return {
    parameters: { logN: Number(logN), r: Number(r), p: Number(p) },
    salt: new Uint8Array(Buffer.from(salt, 'base64url')),
    key: new Uint8Array(Buffer.from(key, 'base64url')),
  };
}

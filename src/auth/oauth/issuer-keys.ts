// The public keys of issuers of assertions, fetched from the address that an admin entered. The isolate keeps them; an assertion signed
// by a key that is not among them fetches them again, at most every half minute, whoever asks.
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { messageOf } from '../../failure.ts';

const TIME_LIMIT_MS = 5_000;
const MAX_BYTES = 256 * 1024;
const COOL_DOWN_MS = 30_000;
const KEPT_MS = 10 * 60_000;
const MAX_ISSUERS = 50;

/** Thrown where the keys could not be had, which says nothing about the assertion. */
export class KeysUnavailable extends Error {}

/** By the address; module-level state, at most 50 entries: when full, the oldest leaves. */
const known = new Map<string, JWTVerifyGetKey>();

/** Finds the key that an assertion names, at that address. Throws `KeysUnavailable`, or what jose throws for no such key. */
export function issuerKeys(jwksUrl: string): JWTVerifyGetKey {
  const keys = known.get(jwksUrl) ?? remote(jwksUrl);
  known.delete(jwksUrl);
  const oldest = known.keys().next();
  if (known.size >= MAX_ISSUERS && !oldest.done) known.delete(oldest.value);
  known.set(jwksUrl, keys);
  return keys;
}

function remote(jwksUrl: string): JWTVerifyGetKey {
  const find = createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: TIME_LIMIT_MS,
    cooldownDuration: COOL_DOWN_MS,
    cacheMaxAge: KEPT_MS,
    [customFetch]: fetchBounded,
  });
  return async (header, token) => {
    try {
      return await find(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      if (error instanceof errors.JOSENotSupported) throw error;
      throw new KeysUnavailable(messageOf(error));
    }
  };
}

/** Redirects are no answer: the keys are where the admin said. */
async function fetchBounded(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`the keys are more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { status: response.status === 200 ? 200 : 502 });
}

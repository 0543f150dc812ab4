// The public keys of issuers of assertions, fetched from the address that an admin entered. Whoever knows the id of a client can have
// them asked for, so the isolate remembers failures as well: an address that fails is left alone for half a minute, and keys that are
// known stay in use for a day while it fails.
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { messageOf } from '../../failure.ts';

const TIME_LIMIT_MS = 5_000;
const MAX_BYTES = 256 * 1024;
/** How long an address is left alone after it was asked. */
export const REST_SECONDS = 30;
const REST_MS = REST_SECONDS * 1000;
/** Until they are asked for again. */
const FRESH_MS = 10 * 60_000;
/** Until they are of no use, where nothing else can be had. */
const KEPT_MS = 24 * 3_600_000;
const MAX_ISSUERS = 50;
/** Requests cannot wait for one another's fetch; this many may begin before the first has brought keys. */
const MAX_BEGINNINGS = 5;

/** Thrown where the keys could not be had, which says nothing about the assertion. */
export class KeysUnavailable extends Error {}

interface Keys {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly fetchedMs: number;
}

/** What the isolate knows of one address. */
interface Address {
  readonly url: string;
  keys: Keys | undefined;
  /** When a fetch began, those of the last half minute. */
  begunMs: number[];
  /** Why the last fetch brought nothing. */
  failed: { readonly why: string; readonly atMs: number } | undefined;
}

/** By the address; module-level state, at most 50 entries: when full, the oldest leaves. */
const known = new Map<string, Address>();

/** Finds the key that an assertion names, at that address. Throws `KeysUnavailable`, or what jose throws for no such key. */
export function issuerKeys(jwksUrl: string, nowMs: number): JWTVerifyGetKey {
  const address = addressOf(jwksUrl);
  return async (header, token) => {
    const { keys } = address;
    if (keys === undefined || nowMs >= keys.fetchedMs + FRESH_MS) await fetchKeys(address, nowMs);
    try {
      return await usableKeys(address, nowMs).find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw asFound(error);
    }
    await fetchKeys(address, nowMs);
    const { find, fetchedMs } = usableKeys(address, nowMs);
    // A newer fetch has brought nothing yet: the key may be there all the same.
    if (address.begunMs.some((begunMs) => begunMs > fetchedMs)) throw missing(address);
    return find(header, token).catch((error: unknown) => Promise.reject(asFound(error)));
  };
}

/** What says something about the assertion stays; a key that cannot be read is the issuer's fault. */
function asFound(error: unknown): unknown {
  const { JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported } = errors;
  const isAnswer = [JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported, KeysUnavailable].some(
    (kind) => error instanceof kind,
  );
  return isAnswer ? error : new KeysUnavailable(messageOf(error));
}

function missing({ failed }: Address): KeysUnavailable {
  return new KeysUnavailable(failed?.why ?? 'they are being fetched');
}

function addressOf(url: string): Address {
  const address = known.get(url) ?? { url, keys: undefined, begunMs: [], failed: undefined };
  known.delete(url);
  const oldest = known.keys().next();
  if (known.size >= MAX_ISSUERS && !oldest.done) known.delete(oldest.value);
  known.set(url, address);
  return address;
}

function usableKeys(address: Address, nowMs: number): Keys {
  const { keys } = address;
  if (keys !== undefined && nowMs < keys.fetchedMs + KEPT_MS) return keys;
  throw missing(address);
}

/** Fetches the keys, unless that was tried a moment ago. A failure is remembered and not thrown. */
async function fetchKeys(address: Address, nowMs: number): Promise<void> {
  address.begunMs = address.begunMs.filter((begunMs) => nowMs < begunMs + REST_MS);
  const isResting = address.failed !== undefined && nowMs < address.failed.atMs + REST_MS;
  if (isResting || address.begunMs.length >= (address.keys === undefined ? MAX_BEGINNINGS : 1)) return;
  address.begunMs.push(nowMs);
  try {
    address.keys = { find: createLocalJWKSet(await fetchSet(address.url)), fetchedMs: nowMs };
    address.failed = undefined;
  } catch (error) {
    address.failed = { why: messageOf(error), atMs: nowMs };
  }
}

/** Redirects are no answer: the keys are where the admin said. */
async function fetchSet(url: string): Promise<JSONWebKeySet> {
  const signal = AbortSignal.timeout(TIME_LIMIT_MS);
  const response = await fetch(url, { headers: { Accept: 'application/json' }, redirect: 'manual', signal });
  if (response.status !== 200) throw new Error(`the address answers ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`the keys are more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

// Finding a key: the isolate's cache, then KV by the hash, then nobody. None of them decides anything (authorise.ts does);
// they may be empty, stale or down without a request failing. KV never knows access tokens: they live for an hour, and it costs.
import type { Env, Sources } from '../env.ts';
import { answered } from '../storage/deadline.ts';
import type { AuthorisationRow } from './authorise.ts';
import type { Credential } from './credential.ts';
import { hexSha256, keyHash } from './key-format.ts';

/** A key to put before D1. `source: 'none'`: not found outside D1, which is asked all the same. */
export interface KeyCandidate {
  readonly hash: string;
  readonly keyId: string;
  readonly form: Credential['form'];
  readonly source: 'isolate' | 'kv' | 'none';
}

/** The value of a KV entry, JSON; its name is the key's hash. Times are UTC milliseconds. */
export interface KvKeyEntry {
  readonly keyId: string;
  readonly ownerSeq: number;
  readonly purpose: 'scim';
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
}

const CACHE_MS = 30_000;
const CACHE_ENTRIES = 1_000;
/** KV refuses a shorter life than this. */
const KV_MIN_LIFE_SECONDS = 60;

/** Hash to key id, for 30 s, at most 1,000 entries: when full, the oldest entry leaves. */
class IsolateKeyCache {
  readonly #entries = new Map<string, { readonly keyId: string; readonly untilMs: number }>();

  get size(): number {
    return this.#entries.size;
  }

  get(hash: string, nowMs: number): string | undefined {
    const entry = this.#entries.get(hash);
    if (entry && entry.untilMs > nowMs) return entry.keyId;
    this.#entries.delete(hash);
    return undefined;
  }

  set(hash: string, keyId: string, nowMs: number): void {
    this.#entries.delete(hash);
    const oldest = this.#entries.keys().next();
    if (this.#entries.size >= CACHE_ENTRIES && !oldest.done) this.#entries.delete(oldest.value);
    this.#entries.set(hash, { keyId, untilMs: nowMs + CACHE_MS });
  }

  delete(hash: string): void {
    this.#entries.delete(hash);
  }

  clear(): void {
    this.#entries.clear();
  }
}

/** This isolate's cache: module-level state, bounded in time and number. */
export const isolateKeyCache = new IsolateKeyCache();

/** Finds the key of a credential. Never throws: a KV that misses, fails or stalls leaves the question to D1. */
export async function findKey(
  env: Pick<Env, 'SCIM_KEYS'>,
  sources: Sources,
  credential: Credential,
): Promise<KeyCandidate> {
  const { username, password, keyId, form } = credential;
  const isToken = form === 'token';
  const hash = await (isToken ? hexSha256(password) : keyHash(username, password));
  const found = { hash, keyId, form };
  if (isolateKeyCache.get(hash, sources.nowMs()) === keyId) return { ...found, source: 'isolate' };
  if (isToken) return { ...found, source: 'none' };
  const entry = await readEntry(env.SCIM_KEYS, hash);
  if (entry?.keyId !== keyId) return { ...found, source: 'none' };
  isolateKeyCache.set(hash, keyId, sources.nowMs());
  return { ...found, source: 'kv' };
}

async function readEntry(kv: KVNamespace, hash: string): Promise<Partial<KvKeyEntry> | null> {
  try {
    return await answered('KV look-up', () => kv.get<Partial<KvKeyEntry>>(hash, 'json'));
  } catch {
    return null;
  }
}

/** After D1 said yes: fills the isolate's cache and, where KV did not know the key, puts it there; no access token. For `waitUntil`;
 * a KV that refuses or stalls is left as it is. */
export async function rememberKey(
  env: Pick<Env, 'SCIM_KEYS'>,
  sources: Sources,
  candidate: KeyCandidate,
  row: Pick<AuthorisationRow, 'keyId' | 'ownerSeq' | 'keyCreatedAt' | 'keyExpiresAt'>,
): Promise<void> {
  if (candidate.source !== 'none') return;
  isolateKeyCache.set(candidate.hash, row.keyId, sources.nowMs());
  if (candidate.form === 'token') return;
  await putEntry(env.SCIM_KEYS, sources, candidate.hash, {
    keyId: row.keyId,
    ownerSeq: row.ownerSeq,
    purpose: 'scim',
    createdAtMs: row.keyCreatedAt,
    expiresAtMs: row.keyExpiresAt,
  });
}

/** After D1 said no: the isolate forgets the key. */
export function forgetKey(hash: string): void {
  isolateKeyCache.delete(hash);
}

/** Puts a key into KV, to leave by itself when the key expires; tells whether KV took it. */
export async function putEntry(kv: KVNamespace, sources: Sources, hash: string, entry: KvKeyEntry): Promise<boolean> {
  const earliest = Math.ceil(sources.nowMs() / 1000) + KV_MIN_LIFE_SECONDS;
  const options =
    entry.expiresAtMs === null ? {} : { expiration: Math.max(earliest, Math.ceil(entry.expiresAtMs / 1000)) };
  try {
    await answered('KV write', () => kv.put(hash, JSON.stringify(entry), options));
    return true;
  } catch {
    return false;
  }
}

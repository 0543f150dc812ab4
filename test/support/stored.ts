// Everything that is stored, to compare and to go back to: what is made once for many tries need not be made again for each.
import { env } from 'cloudflare:workers';
import { isolateKeyCache } from '../../src/auth/key-lookup.ts';
import type { Json, JsonObject } from '../../src/scim/json.ts';
import { TABLES } from './portal.ts';

const STORED = [...TABLES, 'portal'];

interface StoredObject {
  readonly size: number;
  readonly etag: string;
}

/** Everything that is stored. */
export interface Stored {
  readonly tables: Readonly<Record<string, readonly JsonObject[]>>;
  readonly kv: Readonly<Record<string, string>>;
  readonly objects: Readonly<Record<string, StoredObject>>;
}

/** The bytes of objects by the hash that R2 gives them: the few that the tests of one file store. */
const bytesOf = new Map<string, ArrayBuffer>();

/** All tables in the order of their rows, all entries of KV, all objects of R2. */
export async function stored(): Promise<Stored> {
  const results = await env.DB.batch<JsonObject>(STORED.map((t) => env.DB.prepare(`SELECT * FROM ${t} ORDER BY 1, 2`)));
  const tables = Object.fromEntries(STORED.map((table, i) => [table, results[i]?.results ?? []]));
  const [kv, objects] = await Promise.all([storedKv(), storedObjects()]);
  return { tables, kv, objects };
}

async function storedKv(): Promise<Stored['kv']> {
  const names = (await env.SCIM_KEYS.list()).keys.map(({ name }) => name);
  return Object.fromEntries(await Promise.all(names.map(async (n) => [n, (await env.SCIM_KEYS.get(n)) ?? ''])));
}

async function storedObjects(): Promise<Stored['objects']> {
  const { objects } = await env.FILES.list();
  for (const { key, etag } of objects) {
    const unknown = bytesOf.has(etag) ? null : await env.FILES.get(key);
    if (unknown !== null) bytesOf.set(etag, await unknown.arrayBuffer());
  }
  return Object.fromEntries(objects.map(({ key, size, etag }) => [key, { size, etag }]));
}

/** Brings all storage back to what it was, and the isolate forgets what it knew of keys. */
export async function restore({ tables, kv, objects }: Stored): Promise<void> {
  isolateKeyCache.clear();
  const [nowKv, nowObjects] = await Promise.all([storedKv(), storedObjects()]);
  await env.DB.batch(Object.entries(tables).flatMap(([table, rows]) => refill(table, rows)));
  const gone = Object.keys(nowKv).filter((name) => !(name in kv));
  await Promise.all(gone.map((name) => env.SCIM_KEYS.delete(name)));
  const changed = Object.entries(kv).filter(([name, value]) => nowKv[name] !== value);
  await Promise.all(changed.map(([name, value]) => env.SCIM_KEYS.put(name, value)));
  const strays = Object.keys(nowObjects).filter((key) => !(key in objects));
  if (strays.length > 0) await env.FILES.delete(strays);
  const missing = Object.entries(objects).filter(([key, { etag }]) => nowObjects[key]?.etag !== etag);
  await Promise.all(missing.map(([key, { etag }]) => env.FILES.put(key, bytesOf.get(etag) ?? null)));
}

function refill(table: string, rows: readonly JsonObject[]): D1PreparedStatement[] {
  const empty = env.DB.prepare(`DELETE FROM ${table}`);
  const columns = Object.keys(rows[0] ?? {});
  if (columns.length === 0) return [empty];
  const values = JSON.stringify(rows.map((row): Json[] => columns.map((column) => row[column] ?? null)));
  const picked = columns.map((_, i) => `json_extract(value, '$[${i}]')`).join(', ');
  const fill = env.DB.prepare(`INSERT INTO ${table} (${columns.join(', ')}) SELECT ${picked} FROM json_each(?)`);
  return [empty, fill.bind(values)];
}

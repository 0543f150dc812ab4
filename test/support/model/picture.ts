// Everything that the portal has stored, wherever: every row of every table there is, every entry of KV, every object of R2
// with its bytes. Tables are asked from the database, so that a new one is looked at from its first day.
import { env } from 'cloudflare:workers';

export type Row = Readonly<Record<string, string | number | null>>;

/** An entry of KV or an object of R2. */
export interface Blob {
  readonly name: string;
  readonly text: string;
}

export interface Picture {
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  readonly kv: readonly Blob[];
  readonly objects: readonly Blob[];
}

let tableNames: readonly string[] | undefined;

async function findTables(): Promise<readonly string[]> {
  const found = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' AND name <> 'd1_migrations'",
  ).all<{ name: string }>();
  return found.results.map(({ name }) => name);
}

/** Takes the picture. */
export async function takePicture(): Promise<Picture> {
  tableNames ??= await findTables();
  const [results, kv, objects] = await Promise.all([
    env.DB.batch<Row>(tableNames.map((name) => env.DB.prepare(`SELECT * FROM ${name}`))),
    readKv(),
    readObjects(),
  ]);
  return { tables: Object.fromEntries(tableNames.map((name, i) => [name, results[i]?.results ?? []])), kv, objects };
}

async function readKv(): Promise<Blob[]> {
  const { keys } = await env.SCIM_KEYS.list();
  return Promise.all(keys.map(async ({ name }) => ({ name, text: (await env.SCIM_KEYS.get(name)) ?? '' })));
}

/** Bytes that were read once, by the hash that R2 gives them; emptied with the buckets. */
const known = new Map<string, string>();

async function readObjects(): Promise<Blob[]> {
  const { objects } = await env.FILES.list();
  return Promise.all(
    objects.map(async ({ key, etag }) => ({ name: key, text: known.get(etag) ?? (await readObject(key)) })),
  );
}

async function readObject(key: string): Promise<string> {
  const object = await env.FILES.get(key);
  if (object === null) return '';
  const text = await object.text();
  known.set(object.etag, text);
  return text;
}

/** Empties KV and R2, for a portal that begins. */
export async function emptyBuckets(): Promise<void> {
  known.clear();
  const [{ keys }, { objects }] = await Promise.all([env.SCIM_KEYS.list(), env.FILES.list()]);
  await Promise.all(keys.map(({ name }) => env.SCIM_KEYS.delete(name)));
  if (objects.length > 0) await env.FILES.delete(objects.map(({ key }) => key));
}

/** The rows of a table; none where the portal has no such table yet. */
export function rowsIn(picture: Picture, table: string): readonly Row[] {
  return picture.tables[table] ?? [];
}

/** What a refused request must leave as it was: everything but the refusal itself, and when a key was last used. */
export function withoutTraces({ tables, objects }: Picture): unknown {
  const { refusals: _, api_keys: keys = [], ...others } = tables;
  return { ...others, keys: keys.map(({ last_used_at: __, usual_gap_ms: ___, ...key }) => key), objects };
}

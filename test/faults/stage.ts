// Where a scenario is played: the portal with everything in it, a clock and randomness that repeat themselves, and pictures of all
// storage, to go back to and to compare.
import { env } from 'cloudflare:workers';
import { isolateKeyCache } from '../../src/auth/key-lookup.ts';
import type { Env, Sources } from '../../src/env.ts';
import type { Json, JsonObject } from '../../src/scim/json.ts';
import type { Faults } from '../support/faults.ts';
import { WatchedMail } from '../support/mails.ts';
import { type Portal, type Reply, START_MS, sendTo, TABLES } from '../support/portal.ts';

/** A clock that moves when told; random bytes that count. */
export class CountedSources implements Sources {
  ms = START_MS;
  drawn = 0;
  readonly nowMs = () => this.ms;
  readonly randomBytes = (length: number) => {
    this.drawn += 1;
    const bytes = new Uint8Array(length);
    for (let i = 0, rest = this.drawn; rest > 0; i++, rest >>>= 5) bytes[length - 1 - i] = rest & 31;
    return bytes;
  };
}

/** One play of a scenario: whatever is done through `env` may be killed. */
export interface Stage {
  readonly portal: Portal;
  readonly sources: CountedSources;
  readonly env: Env;
  /** Ids that `prepare` wants to be known to `act`. */
  readonly known: Record<string, string>;
  /** A request to the Worker, through `env`. */
  readonly send: (method: string, path: string, body?: unknown) => Promise<Reply>;
}

/** What a play has besides. */
export interface Play {
  readonly stage: Stage;
  readonly mail: WatchedMail;
  /** Whether the client got an answer from a worker that was alive. */
  answered: boolean;
}

/** A stage whose storage is under `faults`. */
export function playUnder(faults: Faults, portal: Portal, known: Record<string, string>): Play {
  const sources = new CountedSources();
  const mail = new WatchedMail();
  const bindings = faults.over({ ...env, EMAIL: mail.binding } as Env);
  const authorization = `Basic ${btoa(`${portal.username}:${portal.password}`)}`;
  const play: Play = { stage: undefined as unknown as Stage, mail, answered: false };
  const answered = () => {
    play.answered = !faults.dead;
  };
  const send: Stage['send'] = (method, path, body) =>
    sendTo(bindings, sources, method, path, body, { headers: { authorization }, answered });
  return Object.assign(play, { stage: { portal, sources, env: bindings, known, send } });
}

const STORED = [...TABLES, 'portal'];

/** Everything that is stored. */
export interface Stored {
  readonly tables: Readonly<Record<string, readonly JsonObject[]>>;
  readonly kv: Readonly<Record<string, string>>;
  /** Keys and sizes. */
  readonly objects: Readonly<Record<string, number>>;
}

/** All tables in the order of their rows, all entries of KV, all objects of R2. */
export async function stored(): Promise<Stored> {
  const results = await env.DB.batch<JsonObject>(STORED.map((t) => env.DB.prepare(`SELECT * FROM ${t} ORDER BY 1, 2`)));
  const tables = Object.fromEntries(STORED.map((table, i) => [table, results[i]?.results ?? []]));
  const names = (await env.SCIM_KEYS.list()).keys.map(({ name }) => name);
  const kv = Object.fromEntries(await Promise.all(names.map(async (n) => [n, (await env.SCIM_KEYS.get(n)) ?? ''])));
  const { objects } = await env.FILES.list();
  return { tables, kv, objects: Object.fromEntries(objects.map(({ key, size }) => [key, size])) };
}

/** Brings all storage back to what it was, and the isolate forgets what it knew of keys. */
export async function restore({ tables, kv, objects }: Stored): Promise<void> {
  isolateKeyCache.clear();
  const now = await stored();
  await env.DB.batch(Object.entries(tables).flatMap(([table, rows]) => refill(table, rows)));
  const gone = Object.keys(now.kv).filter((name) => !(name in kv));
  await Promise.all(gone.map((name) => env.SCIM_KEYS.delete(name)));
  const changed = Object.entries(kv).filter(([name, value]) => now.kv[name] !== value);
  await Promise.all(changed.map(([name, value]) => env.SCIM_KEYS.put(name, value)));
  const strays = Object.keys(now.objects).filter((key) => !(key in objects));
  if (strays.length > 0) await env.FILES.delete(strays);
  const missing = Object.entries(objects).filter(([key]) => !(key in now.objects));
  await Promise.all(missing.map(([key, size]) => env.FILES.put(key, new Uint8Array(size))));
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

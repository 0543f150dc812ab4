// Opens a portal's bindings from Node: the local state that `wrangler dev` works on, or the real D1 and KV of
// `[env.production]`. The only place of the scripts that knows how wrangler does either.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { getPlatformProxy, unstable_readConfig } from 'wrangler';
import type { Env } from '../src/env.ts';
import { messageOf } from '../src/failure.ts';

/** Where the project stands. */
export const ROOT = resolve(import.meta.dirname, '..');
const CONFIG = join(ROOT, 'wrangler.toml');

/** The part of a portal that scripts work with. `dispose` closes it; forgetting that keeps the process alive. */
export interface Platform {
  readonly env: Pick<Env, 'DB' | 'SCIM_KEYS' | 'FILES' | 'PORTAL_HOSTNAME'>;
  readonly dispose: () => Promise<void>;
}

/** What a person has to read, without a stack: wrong input, or a machine that is not ready. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

/** Runs a script's command; what a person has to read ends it with exit code 1. */
export async function runScript(command: { readonly parseAsync: () => Promise<unknown> }): Promise<void> {
  try {
    await command.parseAsync();
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** The directory that `wrangler dev --persist-to` takes; wrangler itself adds `v3` below it. */
export function persistDirectory(stateDirectory: string): string {
  return resolve(stateDirectory, 'state');
}

/** The local portal of a state directory, with all migrations applied. Also while `wrangler dev` runs on the same state. */
export async function openLocal(stateDirectory: string): Promise<Platform> {
  const platform = await openState(stateDirectory);
  if ((await pendingMigrations(platform.env.DB)).length === 0) return platform;
  await platform.dispose();
  applyMigrations(stateDirectory);
  return openState(stateDirectory);
}

async function openState(stateDirectory: string): Promise<Platform> {
  const persist = { path: join(persistDirectory(stateDirectory), 'v3') };
  return getPlatformProxy<Env>({ configPath: CONFIG, persist, remoteBindings: false, envFiles: [] });
}

/** Asking D1 is a second faster than asking wrangler, and the usual answer is that there are none. */
async function pendingMigrations(db: D1Database): Promise<string[]> {
  const known = await db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'd1_migrations'").first();
  const { results } = known
    ? await db.prepare('SELECT name FROM d1_migrations').all<{ name: string }>()
    : { results: [] };
  const applied = new Set(results.map((row) => row.name));
  return readdirSync(join(ROOT, 'migrations')).filter((name) => name.endsWith('.sql') && !applied.has(name));
}

function applyMigrations(stateDirectory: string): void {
  const command = ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', persistDirectory(stateDirectory)];
  const done = spawnSync(process.execPath, [wranglerScript(), ...command, '--config', CONFIG], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (done.status !== 0) throw new ScriptError(`The migrations could not be applied:\n${done.stdout}${done.stderr}`);
}

/** Wrangler's command line as a script for Node: one process less than through its launcher. */
export function wranglerScript(): string {
  return join(ROOT, 'node_modules', 'wrangler', 'wrangler-dist', 'cli.js');
}

/** The part of wrangler's configuration that is needed here; wrangler exports it untyped. */
interface DeployedConfig {
  readonly name?: string;
  readonly compatibility_date?: string;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly d1_databases: readonly { readonly binding: string; readonly database_id?: string }[];
  readonly kv_namespaces: readonly { readonly binding: string; readonly id?: string }[];
}

/** The deployed portal of `[env.production]`: its D1 and KV, reached over the network with wrangler's login. Migrations are
 * the deployment's business, not this script's. */
export async function openRemote(): Promise<Platform> {
  const config: DeployedConfig = unstable_readConfig({ config: CONFIG, env: 'production' }, { hideWarnings: true });
  const database = config.d1_databases.find((binding) => binding.binding === 'DB');
  const keys = config.kv_namespaces.find((binding) => binding.binding === 'SCIM_KEYS');
  if (!database?.database_id || !keys?.id || !config.vars['PORTAL_HOSTNAME']) {
    throw new ScriptError(
      '[env.production] in wrangler.toml names no D1 database DB, KV namespace SCIM_KEYS and PORTAL_HOSTNAME yet.',
    );
  }
  const configPath = join(ROOT, '.wrangler', 'remote-bindings.json');
  const remote = {
    name: config.name,
    compatibility_date: config.compatibility_date,
    vars: { PORTAL_HOSTNAME: config.vars['PORTAL_HOSTNAME'] },
    d1_databases: [{ ...database, remote: true }],
    kv_namespaces: [{ ...keys, remote: true }],
  };
  mkdirSync(join(ROOT, '.wrangler'), { recursive: true });
  writeFileSync(configPath, JSON.stringify(remote, null, 2));
  try {
    return await getPlatformProxy<Env>({ configPath, persist: false, remoteBindings: true, envFiles: [] });
  } catch (error) {
    throw new ScriptError(`The deployed portal could not be reached. ${messageOf(error)}`);
  }
}

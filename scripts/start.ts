// `npm start`: a demo portal on this machine, from nothing to running, without a question. State stays between runs.
import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import cliProgress from 'cli-progress';
import { Command } from 'commander';
import { ensureBreakGlassAdmin } from '../src/auth/break-glass-admin.ts';
import { createPasswordLink } from '../src/auth/one-time-link.ts';
import { isPresetName, PRESETS } from '../src/directory/presets.ts';
import { systemSources } from '../src/env.ts';
import { type Demo, demoPath, readDemo, scimUrl, writeDemo } from './demo-file.ts';
import { demoKey } from './demo-key.ts';
import { BREAK_GLASS_ADMIN, type SeedOutcome, seedDemo } from './demo-seed.ts';
import { requireFreePort, startDevServer } from './dev-server.ts';
import { openLocal, type Platform, persistDirectory, runScript, ScriptError } from './platform.ts';
import { passwordLink } from './portal/admin-commands.ts';
import { must } from './portal/with-portal.ts';
import { welcome } from './welcome.ts';
import { parseWhole } from './whole-number.ts';

const DEFAULT_USERS = 25;
const MAX_USERS = 1_000_000;

interface Options {
  readonly port: number;
  readonly preset: string;
  readonly users?: number;
  readonly fresh?: true;
  readonly state: string;
}

async function start(options: Options): Promise<void> {
  requirePreset(options.preset);
  await requireFreePort(options.port, 'npm start');
  const state = resolve(options.state);
  if (options.fresh) {
    rmSync(persistDirectory(state), { recursive: true, force: true });
    rmSync(demoPath(state), { force: true });
  }
  mkdirSync(state, { recursive: true });
  const { demo, seed, consoleLink } = await prepare(options, state);
  const server = await startDevServer(options.port, state);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    server.stop().then(() => console.log('Stopped.'));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const { port, users: wantedUsers } = options;
  console.log(welcome({ demo, seed, consoleLink, port, state: options.state, wantedUsers }));
  const code = await server.ended;
  if (stopping) return;
  await server.stop();
  throw new ScriptError(`The development server ended by itself, with code ${code}.`);
}

function requirePreset(preset: string): void {
  if (isPresetName(preset)) return;
  throw new ScriptError(`There is no preset "${preset}". There are: ${Object.keys(PRESETS).join(', ')}.`);
}

interface Prepared {
  readonly demo: Demo;
  readonly seed: SeedOutcome;
  readonly consoleLink: string;
}

/** Brings the state to where the server can start: schema, demo people, a key that works. */
async function prepare(options: Options, state: string): Promise<Prepared> {
  const platform = await openLocal(state);
  try {
    const wanted = { users: options.users ?? DEFAULT_USERS, preset: options.preset };
    const progress = userProgress(wanted.users);
    const seed = await seedDemo(platform, wanted, progress.update).finally(progress.stop);
    const preset = await platform.env.DB.prepare('SELECT preset FROM portal WHERE id = 1').first<string>('preset');
    if (preset !== options.preset) {
      throw new ScriptError(`This state has the preset "${preset}". Start over with --fresh, or use another --state.`);
    }
    const { username, password } = await demoKey(platform, readDemo(state));
    const baseUrl = scimUrl(options.port);
    const entraToken = `${username}:${password}`;
    const demo = { baseUrl, entraUrl: `${baseUrl}/entra`, username, password, entraToken, preset };
    writeDemo(state, demo);
    return { demo, seed, consoleLink: await linkIntoConsole(platform, demo) };
  } finally {
    await platform.dispose();
  }
}

/** A new link each time, since the one before may be used or over. */
async function linkIntoConsole({ env }: Platform, demo: Demo): Promise<string> {
  const { seq } = must(await ensureBreakGlassAdmin(env, systemSources, BREAK_GLASS_ADMIN, 'demo'));
  const code = must(await createPasswordLink(env, systemSources, seq));
  return passwordLink(new URL(demo.baseUrl).origin, code);
}

/** A bar for many users on a terminal, nothing for few, one line elsewhere. */
function userProgress(total: number): { update: (users: number) => void; stop: () => void } {
  if (total < 2_000) return { update: () => {}, stop: () => {} };
  if (!process.stderr.isTTY) {
    let said = false;
    const say = () => {
      if (!said) console.error(`Making ${total} demo users ...`);
      said = true;
    };
    return { update: say, stop: () => {} };
  }
  const format = 'Making demo users [{bar}] {value}/{total} {eta_formatted}';
  const bar = new cliProgress.SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  const update = (users: number) => (bar.isActive ? bar.update(users) : bar.start(total, users));
  return { update, stop: () => bar.stop() };
}

const command = new Command('start')
  .description('Run the gateway with a demo portal on this machine.')
  .option('--port <n>', 'port on 127.0.0.1', parseWhole(1, 65_535), 8787)
  .option('--preset <name>', 'sendsafely, sendoso or open', 'sendsafely')
  .option('--users <n>', `demo users on a new state (default: ${DEFAULT_USERS})`, parseWhole(0, MAX_USERS))
  .option('--fresh', 'throw the local state away first')
  .option('--state <dir>', 'where the local state is', '.wrangler')
  .allowExcessArguments(false)
  .action(start);

await runScript(command);

// The development server as a child process that never outlives this one: `wrangler dev` in a process group of its own,
// which ends as a whole.
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { persistDirectory, ROOT, ScriptError, wranglerScript } from './platform.ts';

const READY_WITHIN_MS = 90_000;
const STOP_WITHIN_MS = 5_000;

/** A running server. `ended` resolves when the process is gone, with its exit code. */
export interface DevServer {
  readonly ended: Promise<number>;
  readonly stop: () => Promise<void>;
}

/** Fails with a text for people when something else listens on the port that `command` is to use. */
export async function requireFreePort(port: number, command: 'npm start' | 'npm run idp'): Promise<void> {
  const probe = createServer();
  const problem = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    probe.once('error', resolve);
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(undefined)));
  });
  if (!problem) return;
  if (problem.code !== 'EADDRINUSE') throw new ScriptError(`Port ${port} cannot be used: ${problem.message}`);
  throw new ScriptError(
    `Port ${port} is taken. Stop what listens there, or choose another: ${command} -- --port ${port + 1}`,
  );
}

/** Starts the server on 127.0.0.1 and waits until it answers; fails with what wrangler said when it does not. */
export async function startDevServer(port: number, stateDirectory: string): Promise<DevServer> {
  const listen = ['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0'];
  const quiet = ['--local', '--log-level', 'warn', '--show-interactive-dev-session', 'false'];
  const persist = ['--persist-to', persistDirectory(stateDirectory)];
  const child = spawn(process.execPath, ['--no-warnings', wranglerScript(), 'dev', ...listen, ...quiet, ...persist], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = relay(child);
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
  const server = { ended, stop: () => stop(child, ended) };
  const ready = await Promise.race([answers(port), ended]);
  if (ready === true) {
    said.pass();
    return server;
  }
  await server.stop();
  const why = ready === false ? `did not answer within ${READY_WITHIN_MS / 1000} s` : 'ended at once';
  throw new ScriptError(`The development server ${why}.\n${said.text()}`);
}

/** Keeps back what wrangler says while it starts, then lets it through: warnings and errors only. */
function relay(child: ChildProcess) {
  const kept: string[] = [];
  let passing = false;
  const hear = (chunk: Buffer) => {
    if (passing) process.stderr.write(chunk);
    else kept.push(chunk.toString());
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  return {
    text: () => kept.join(''),
    pass: () => {
      passing = true;
    },
  };
}

async function answers(port: number): Promise<boolean> {
  // Not below /scim, where a request without a key would be the first line of the log.
  const url = `http://127.0.0.1:${port}/`;
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await pause(200)) {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) }).catch(
      () => undefined,
    );
    await response?.body?.cancel();
    if (response) return true;
  }
  return false;
}

async function stop(child: ChildProcess, ended: Promise<number>): Promise<void> {
  signalGroup(child, 'SIGTERM');
  await Promise.race([ended, pause(STOP_WITHIN_MS, undefined, { ref: false })]);
  // Whoever is left of the group, workerd included; usually nobody.
  signalGroup(child, 'SIGKILL');
  await ended;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}

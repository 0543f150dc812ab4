// Makes every npm script work as the first command after `git clone`: installs when node_modules is missing or older than
// the lock file, then runs the command with the project's own tools, and the project's own Node, first on PATH.
// Plain JavaScript without dependencies: it is what runs before anything is installed, on Node 20 or newer.
// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const [command, ...args] = process.argv.slice(2);

if (command === undefined) stop('usage: node scripts/bootstrap.mjs <command> [arguments]', 2);
else {
  if (!isInstalled()) install();
  run(command, args);
}

/** npm writes node_modules/.package-lock.json at the end of an install that went through. A link leads to the modules of
 * another checkout, which `npm ci` would empty: what is there is taken as it is. */
function isInstalled() {
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return true;
  const installed = join(root, 'node_modules', '.package-lock.json');
  const wanted = join(root, 'package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs;
}

function install() {
  console.error('Installing dependencies as the lock file has them (npm ci), once; it can take a minute ...');
  const npmArgs = ['ci', '--no-audit', '--no-fund', '--progress=false', '--loglevel=error'];
  const npmScript = process.env['npm_execpath'];
  const [file, argv] = npmScript?.endsWith('.js') ? [process.execPath, [npmScript, ...npmArgs]] : ['npm', npmArgs];
  // npm's own output goes to stderr: stdout belongs to the command.
  const { status, error } = spawnSync(file, argv, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) stop(`npm could not be started (${error.message}). Install Node.js 20 or newer together with npm.`, 1);
  if (status !== 0) stop('npm ci failed, so nothing was started. Its reason stands above.', 1);
  if (!existsSync(join(bin, 'node'))) {
    stop(
      'The package "node" did not install its binary: allow its install script (npm config set ignore-scripts false).',
      1,
    );
  }
}

/**
 * @param {string} file
 * @param {readonly string[]} argv
 */
function run(file, argv) {
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
    WRANGLER_SEND_METRICS: 'false',
    // The local runtime would fetch an example of `request.cf` from the network, and complain where there is none.
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  };
  const child = spawn(file, argv, { stdio: 'inherit', env });
  child.on('error', (error) => stop(`${file} could not be started: ${error.message}`, 127));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  // Ctrl-C in a terminal reaches the whole foreground group by itself; twice would mean "at once" to some tools.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  if (process.env['npm_lifecycle_event']) stopWhenOrphaned(child);
}

/**
 * npm runs a script through a shell, and a shell that is told to end does not pass that on: whoever stops npm from outside
 * would leave the server running. So the command ends when the shell above it is gone.
 * @param {import('node:child_process').ChildProcess} child
 */
function stopWhenOrphaned(child) {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 500).unref();
}

/**
 * @param {string} message
 * @param {number} code
 */
function stop(message, code) {
  console.error(message);
  process.exit(code);
}

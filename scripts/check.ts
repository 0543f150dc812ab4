// `npm run check`: everything about the code that needs no running Worker, one line a check. Exit code 1 when one fails.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { styleText } from 'node:util';

const ROOT = resolve(import.meta.dirname, '..');

/** Undefined when all is well, else what to print. */
type Problem = string | undefined;

const CHECKS: readonly (readonly [name: string, check: () => Promise<Problem>])[] = [
  ['format and lint', () => command('biome', ['check', '--error-on-warnings'])],
  ['types', () => command('tsc', ['--noEmit', '-p', '.'])],
  ['unused code', () => command('knip', [])],
  ['migrations match the schema', migrationsMatch],
  ['lock file without addresses', lockWithoutAddresses],
  ['one workerd', oneWorkerd],
];

async function command(name: string, args: readonly string[]): Promise<Problem> {
  const { code, output } = await run(name, args);
  return code === 0 ? undefined : output;
}

function run(name: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    const child = spawn(name, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', (error) => done({ code: 1, output: error.message }));
    child.on('close', (code) => done({ code: code ?? 1, output }));
  });
}

/** drizzle-kit writes a migration into a copy when the schema has changed since the last one. */
async function migrationsMatch(): Promise<Problem> {
  const copy = mkdtempSync(join(tmpdir(), 'portcullis-migrations-'));
  try {
    cpSync(join(ROOT, 'migrations'), copy, { recursive: true });
    const before = readdirSync(copy).length;
    const args = ['generate', '--dialect', 'sqlite', '--schema', './src/storage/schema.ts', '--out', copy];
    const { code, output } = await run('drizzle-kit', args);
    if (code !== 0) return output;
    if (readdirSync(copy).length !== before) return 'src/storage/schema.ts has changed: npm run db:generate';
    return undefined;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** An address in the lock file would bind every install to one registry. */
async function lockWithoutAddresses(): Promise<Problem> {
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  return lock.includes('"resolved"')
    ? 'package-lock.json names addresses; install with the .npmrc of the project'
    : undefined;
}

/** Wrangler and the tests must run the Worker on the same runtime. */
async function oneWorkerd(): Promise<Problem> {
  const lock: { packages: Record<string, { version?: string }> } = JSON.parse(
    readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
  );
  const found = Object.entries(lock.packages).filter(([path]) => path.endsWith('node_modules/workerd'));
  if (found.length === 1) return undefined;
  return `package-lock.json has ${found.length} copies of workerd: ${found.map(([path, { version }]) => `${path} ${version}`).join(', ')}`;
}

let failed = 0;
for (const [name, check] of CHECKS) {
  const startedMs = performance.now();
  const problem = await check();
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1).padStart(5);
  const verdict = problem === undefined ? styleText('green', 'ok  ') : styleText('red', 'FAIL');
  console.log(`${verdict} ${seconds} s  ${name}`);
  if (problem === undefined) continue;
  failed++;
  console.log(problem.trimEnd().replaceAll(/^/gm, '     '));
}
process.exitCode = failed === 0 ? 0 : 1;

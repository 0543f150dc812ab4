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
  ['lock file for every platform', lockForEveryPlatform],
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
    const args = ['generate', '--dialect', 'sqlite', '--schema', './src/storage/schema/*.ts', '--out', copy];
    const { code, output } = await run('drizzle-kit', args);
    if (code !== 0) return output;
    if (readdirSync(copy).length !== before) return 'src/storage/schema has changed: npm run db:generate';
    return undefined;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** An address in the lock file would bind every install to one registry. */
async function lockWithoutAddresses(): Promise<Problem> {
  const found = Object.entries(lockedPackages()).filter(([, entry]) => 'resolved' in entry);
  return found.length === 0 ? undefined : `package-lock.json names addresses: ${paths(found)}`;
}

/** npm leaves out the binaries of platforms that its registry does not have, and `npm ci` then refuses the lock file. */
async function lockForEveryPlatform(): Promise<Problem> {
  const packages = lockedPackages();
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter((name) => !isLocked(packages, path, name)),
  );
  return missing.length === 0 ? undefined : `package-lock.json lacks optional packages: ${missing.join(', ')}`;
}

/** Node's own search: beside the package, then one level up at a time. */
function isLocked(packages: Packages, path: string, name: string): boolean {
  if (`${path}${path === '' ? '' : '/'}node_modules/${name}` in packages) return true;
  if (path === '') return false;
  return isLocked(packages, path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/'))), name);
}

/** Wrangler and the tests must run the Worker on the same runtime. */
async function oneWorkerd(): Promise<Problem> {
  const found = Object.entries(lockedPackages()).filter(([path]) => path.endsWith('node_modules/workerd'));
  return found.length === 1 ? undefined : `package-lock.json has ${found.length} copies of workerd: ${paths(found)}`;
}

type Packages = Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;

function lockedPackages(): Packages {
  return JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
}

function paths(entries: readonly (readonly [path: string, entry: unknown])[]): string {
  return entries.map(([path]) => path).join(', ');
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

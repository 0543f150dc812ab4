// Which room of `src` may import which (docs/architecture.md, "Layout"). Imports of types vanish when the code is built, so they
// may point anywhere.
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = new URL('../../src/', import.meta.url).pathname;

/** From the top down: a room may import what stands below it. */
const ROOMS: readonly string[] = [
  'index.ts',
  'http',
  'console',
  'sso',
  'api',
  'log',
  'auth',
  'directory',
  'lifecycle',
  'outbox',
  'storage',
];

/** What every room may import, and all that each of these may import itself. */
const LEAVES: Readonly<Record<string, readonly string[]>> = {
  scim: ['failure.ts'],
  'failure.ts': [],
  'env.ts': [],
  'request-text.ts': ['failure.ts'],
  'random-id.ts': [],
  'printable.ts': [],
  'wording.ts': ['printable.ts'],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

/** The imports of one file that are there when it runs, as paths below `src`. */
function runtimeImports(file: string, text: string): Import[] {
  const found = text.matchAll(
    /^\s*(?:import|export)\b(?! type\b)(?:[^;'"]*?\bfrom)?\s*'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm,
  );
  return [...found].map(([, fixed, dynamic]) => ({
    from: file,
    to: posix.join(posix.dirname(file), fixed ?? dynamic ?? ''),
  }));
}

/** A folder of `src`, or a file beside the folders. */
function roomOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function isAllowed({ from, to }: Import): boolean {
  const [source, target] = [roomOf(from), roomOf(to)];
  if (source === target) return true;
  const leaf = LEAVES[source];
  if (leaf) return leaf.includes(target);
  return target in LEAVES || ROOMS.indexOf(target) > ROOMS.indexOf(source);
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'));

describe('the layout of src', () => {
  it('has a place for every room', () => {
    const known = [...ROOMS, ...Object.keys(LEAVES)];
    expect([...new Set(files.map(roomOf))].sort()).toEqual(known.toSorted());
  });

  it('is kept by every import', () => {
    const imports = files.flatMap((file) => runtimeImports(file, readFileSync(SRC + file, 'utf8')));
    expect(imports.length).toBeGreaterThan(files.length);
    const offences = imports.filter((one) => !isAllowed(one)).map(({ from, to }) => `${from} imports ${to}`);
    expect(offences).toEqual([]);
  });
});

describe('the check itself', () => {
  it.each([
    ["import { a } from './b.ts';", ['storage/b.ts']],
    ["import {\n  type A,\n  a,\n} from '../directory/user.ts';", ['directory/user.ts']],
    ["export { a } from '../auth/a.ts';", ['auth/a.ts']],
    ["import '../http/app.ts';", ['http/app.ts']],
    ["const a = await import('../api/files.ts');", ['api/files.ts']],
    ["import type { A } from '../directory/user.ts';\nimport { z } from 'zod';", []],
    ["import type {\n  A,\n} from '../directory/user.ts';\nimport { b } from './b.ts';", ['storage/b.ts']],
  ])('reads %j', (text, wanted) => {
    expect(runtimeImports('storage/a.ts', text).map(({ to }) => to)).toEqual(wanted);
  });

  it.each([
    ['storage/a.ts', 'directory/user.ts', false],
    ['directory/a.ts', 'storage/guard.ts', true],
    ['scim/etag.ts', 'env.ts', false],
    ['scim/etag.ts', 'storage/guard.ts', false],
    ['lifecycle/run.ts', 'scim/fold.ts', true],
    ['http/app.ts', 'index.ts', false],
  ])('of %s importing %s says %s', (from, to, allowed) => {
    expect(isAllowed({ from, to })).toBe(allowed);
  });
});

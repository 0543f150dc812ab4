// What a request of an identity provider loads: every module that is statically reachable from the Worker, as bundled and
// minified for production. Modules behind `await import` are uploaded too, but evaluated only when they are needed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { runCommand } from './command.ts';

const MAX_GZIP_BYTES = 60 * 1024;

/** The parts of esbuild's metafile that are read here. */
interface Metafile {
  readonly inputs: Readonly<
    Record<string, { readonly imports: readonly { readonly path: string; readonly kind: string }[] }>
  >;
  readonly outputs: Readonly<
    Record<
      string,
      { readonly bytes: number; readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }
    >
  >;
}

it('what the SCIM routes load is at most 60 KB gzipped, and nothing of the console', async () => {
  const out = mkdtempSync(join(tmpdir(), 'portcullis-bundle-'));
  const metafile = join(out, 'meta.json');
  const where = ['--outdir', out, '--metafile', metafile];
  const built = await runCommand('wrangler', 'deploy', '--dry-run', '--env', 'production', ...where);
  expect(built.code, built.output).toBe(0);
  const gzipped = gzipSync(readFileSync(join(out, 'index.js'))).length;
  const meta: Metafile = JSON.parse(readFileSync(metafile, 'utf8'));
  const loaded = loadedAtOnce(meta);
  const share = staticShare(meta, loaded);
  rmSync(out, { recursive: true });
  const bytes = Math.round(gzipped * share);
  console.log(`bundle: ${gzipped} bytes gzipped, of which ${bytes} are loaded at once; allowed ${MAX_GZIP_BYTES}`);
  // Far less would mean that modules were not found, and this test measured nothing.
  expect(bytes).toBeGreaterThan(MAX_GZIP_BYTES / 2);
  expect(bytes).toBeLessThanOrEqual(MAX_GZIP_BYTES);
  const ofConsole = (path: string) => /src\/console\/|hono\/.*jsx|@picocss/.test(path);
  expect([...loaded].filter(ofConsole)).toEqual([]);
  expect(Object.keys(meta.inputs).filter(ofConsole).length).toBeGreaterThan(10);
});

/** Every module that is reachable without an `await import`. */
function loadedAtOnce({ inputs }: Metafile): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = Object.keys(inputs).filter((path) => path.endsWith('src/index.ts'));
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const imports = inputs[path]?.imports ?? [];
    open.push(...imports.filter(({ kind }) => kind === 'import-statement').map((imported) => imported.path));
  }
  return seen;
}

/** How much of the bundle those are, 0 to 1. */
function staticShare({ outputs }: Metafile, loaded: ReadonlySet<string>): number {
  const output = Object.values(outputs).find((candidate) => Object.keys(candidate.inputs).length > 0);
  const parts = Object.entries(output?.inputs ?? {});
  const total = parts.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
  return parts.reduce((sum, [path, { bytesInOutput }]) => sum + (loaded.has(path) ? bytesInOutput : 0), 0) / total;
}

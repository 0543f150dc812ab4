// What a request of an identity provider loads: every module that is statically reachable from the Worker, minified as for production.
// Modules behind `await import` are uploaded too, but evaluated only when they are needed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildResult, build, type Plugin } from 'esbuild';
import { expect, it } from 'vitest';
import { runCommand } from './command.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const MAX_GZIP_BYTES = 60 * 1024;
/** What Cloudflare takes of a Worker, gzipped, on the smallest plan. */
const MAX_UPLOAD_BYTES = 3 * 1024 * 1024;

/** With `nodejs_compat` the runtime has these. */
const runtimeModules: Plugin = {
  name: 'runtime-modules',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^(?:node:|cloudflare:|[a-z_]+$)/ }, ({ path }) =>
      /:/.test(path) || builtinModules.includes(path) ? { path, external: true } : undefined,
    ),
};

/** The Worker in chunks: what is loaded at once stands apart from each thing that is loaded later. */
function buildInChunks() {
  return build({
    absWorkingDir: ROOT,
    entryPoints: ['src/index.ts'],
    outdir: 'chunks',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    metafile: true,
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['browser', 'module', 'main'],
    loader: { '.css': 'text', '.svg': 'text', '.txt': 'text' },
    plugins: [runtimeModules],
    logLevel: 'silent',
  });
}

type Built = BuildResult<{ metafile: true; write: false }>;

/** The chunks that the entry needs without an `await import`. */
function loadedAtOnce({ metafile: { outputs } }: Built): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = Object.keys(outputs).filter((path) => outputs[path]?.entryPoint === 'src/index.ts');
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const imports = outputs[path]?.imports ?? [];
    open.push(
      ...imports.filter(({ kind, external }) => kind === 'import-statement' && !external).map((one) => one.path),
    );
  }
  return seen;
}

/** What no SCIM request needs: pages, and the libraries of signing in. */
const isForLater = (path: string) =>
  /src\/(console|sso|auth\/oauth)\/|hono\/.*jsx|@picocss|node-saml|xml|jose|oauth2-server/.test(path);

it('what the SCIM routes load is at most 60 KB gzipped, and nothing of the console, SAML or OAuth', async () => {
  const built = await buildInChunks();
  const loaded = loadedAtOnce(built);
  const chunks = built.outputFiles.filter(({ path }) => [...loaded].some((chunk) => path.endsWith(`/${chunk}`)));
  expect(chunks).toHaveLength(loaded.size);
  const modules = [...loaded].flatMap((chunk) => Object.keys(built.metafile.outputs[chunk]?.inputs ?? {}));
  const bytes = gzipSync(Buffer.concat(chunks.map(({ contents }) => contents))).length;
  const all = Object.keys(built.metafile.inputs);
  console.log(
    `bundle: a SCIM request loads ${bytes} bytes gzipped of ${MAX_GZIP_BYTES}, ${modules.length} of ${all.length} modules`,
  );
  // Far less would mean that modules were not found, and this test measured nothing.
  expect(bytes).toBeGreaterThan(MAX_GZIP_BYTES / 2);
  expect(bytes).toBeLessThanOrEqual(MAX_GZIP_BYTES);
  expect(modules.filter(isForLater)).toEqual([]);
  expect(all.filter(isForLater).length).toBeGreaterThan(100);
});

it('the whole is what Cloudflare takes', async () => {
  const out = mkdtempSync(join(tmpdir(), 'portcullis-bundle-'));
  const { code, output } = await runCommand('wrangler', 'deploy', '--dry-run', '--env', 'production', '--outdir', out);
  expect(code, output).toBe(0);
  const bytes = gzipSync(readFileSync(join(out, 'index.js'))).length;
  rmSync(out, { recursive: true });
  console.log(`bundle: ${bytes} bytes gzipped are uploaded`);
  expect(bytes).toBeLessThan(MAX_UPLOAD_BYTES);
});

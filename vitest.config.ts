// Four projects: `worker` runs inside workerd with real local bindings, `bench` too (its own because it prints a table),
// `unit` is pure code in Node, `e2e` talks HTTP to the real dev server.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

const ROOT = import.meta.dirname;
const TEXT = '.text-module';
type Resolve = (
  source: string,
  importer: string | undefined,
  options: { readonly skipSelf: true },
) => Promise<{ readonly id: string } | null>;

const migrations = await readD1Migrations(new URL('./migrations', import.meta.url).pathname);

/** The path of a module may be one of the disk, or one below the project. */
function readText(id: string): string {
  const path = id.slice(0, -TEXT.length);
  return readFileSync(existsSync(path) ? path : join(ROOT, path), 'utf8');
}

/** Wrangler makes text modules of these (`rules` in wrangler.toml); Vite would make something of its own of them. */
const textModules = {
  name: 'text-modules',
  enforce: 'pre' as const,
  async resolveId(this: { resolve: Resolve }, source: string, importer: string | undefined) {
    if (!/\.(?:css|svg|js\.txt)$/.test(source)) return null;
    const found = await this.resolve(source, importer, { skipSelf: true });
    return found && `${found.id}${TEXT}`;
  },
  load: (id: string) => (id.endsWith(TEXT) ? `export default ${JSON.stringify(readText(id))};` : null),
};

const inWorkerd = () =>
  cloudflareTest({
    wrangler: { configPath: './wrangler.toml' },
    miniflare: {
      bindings: {
        MIGRATIONS: migrations,
        FILTER_RUNS: process.env['FILTER_RUNS'] ?? '',
        INVARIANT_RUNS: process.env['INVARIANT_RUNS'] ?? '',
      },
    },
  });

/** A busy machine may be slow: this ends only what hangs. */
const PATIENCE = { testTimeout: 30_000, hookTimeout: 30_000 };

/** One runtime for many files, since each takes longer to start than most files to run; the set-up makes it as good as new. */
const sharedRuntime = { isolate: false, setupFiles: ['test/support/fresh-runtime.ts'], ...PATIENCE };

export default defineConfig({
  test: {
    // Unless told, Vitest leaves a core to its own process, which has little to do: one of two.
    maxWorkers: '100%',
    globalSetup: ['test/support/storage-in-memory.ts'],
    projects: [
      { test: { name: 'unit', isolate: false, include: ['test/unit/**/*.test.ts'], ...PATIENCE } },
      {
        plugins: [textModules, inWorkerd()],
        test: {
          ...sharedRuntime,
          name: 'worker',
          include: [
            'test/{api,auth,console,scim,directory,faults,idp,lifecycle,hostile,log,outbox,sso,storage}/**/*.test.ts',
          ],
        },
      },
      {
        plugins: [textModules, inWorkerd()],
        test: { ...sharedRuntime, name: 'bench', include: ['test/bench/**/*.test.ts'] },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 240_000, hookTimeout: 120_000 } },
    ],
  },
});

// Four projects: `worker` runs inside workerd with real local bindings, `bench` too (its own because it prints a table),
// `unit` is pure code in Node, `e2e` talks HTTP to the real dev server.
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

const migrations = await readD1Migrations(new URL('./migrations', import.meta.url).pathname);

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

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        plugins: [inWorkerd()],
        test: {
          name: 'worker',
          include: ['test/{api,auth,scim,directory,faults,idp,lifecycle,hostile,log,outbox,storage}/**/*.test.ts'],
          setupFiles: ['test/support/migrate.ts'],
        },
      },
      {
        plugins: [inWorkerd()],
        test: { name: 'bench', include: ['test/bench/**/*.test.ts'], setupFiles: ['test/support/migrate.ts'] },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 240_000, hookTimeout: 120_000 } },
    ],
  },
});

// The bindings that tests see: those of the Worker, and the migrations from vitest.config.ts.
declare namespace Cloudflare {
  interface Env extends Omit<import('../../src/env.ts').Env, never> {
    readonly MIGRATIONS: import('@cloudflare/vitest-plugin').D1Migration[];
  }
}

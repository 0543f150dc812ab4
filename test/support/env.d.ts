// The bindings that tests see: those of the Worker, and what vitest.config.ts adds.
declare namespace Cloudflare {
  interface Env extends Omit<import('../../src/env.ts').Env, never> {
    readonly MIGRATIONS: import('@cloudflare/vitest-plugin').D1Migration[];
    /** How many filters the property test generates; empty for the usual number. */
    readonly FILTER_RUNS: string;
    /** How many lives of a portal the invariants are held over, a preset; empty for the usual number. */
    readonly INVARIANT_RUNS: string;
  }
}

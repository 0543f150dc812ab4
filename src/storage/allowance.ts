// How much work behind the answers, or of the cron, may do: D1 allows 1,000 queries an invocation and the runtime some seconds, so
// nothing is begun where others of the same invocation would then have to go without. What is counted is what was asked of D1,
// with every repeat.
import { MeteredDb } from './metered-db.ts';

/** Where the work has to stop. */
export interface Limits {
  /** Nothing is begun at or after this time, in milliseconds since the epoch. */
  readonly deadlineMs: number;
  /** Nothing is begun after so many queries to D1; as many as there are where it is left out. */
  readonly queries?: number;
}

export class Allowance {
  /** What is asked of this D1 is counted. */
  readonly db: D1Database;
  readonly #meter: MeteredDb;
  readonly #nowMs: () => number;
  readonly #deadlineMs: number;
  readonly #queries: number;

  constructor(db: D1Database, nowMs: () => number, { deadlineMs, queries = Number.POSITIVE_INFINITY }: Limits) {
    this.#meter = new MeteredDb(db);
    this.db = this.#meter.db;
    this.#nowMs = nowMs;
    this.#deadlineMs = deadlineMs;
    this.#queries = queries;
  }

  /** Whether more may be begun; once it is not, never again. */
  isLeft(): boolean {
    return this.#meter.used < this.#queries && this.#nowMs() < this.#deadlineMs;
  }
}

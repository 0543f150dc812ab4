// How much a run of the outbox may do: no message is begun after its deadline, nor when D1 was asked so often that others of the
// same invocation, which D1 allows 1,000 queries, could not be.

export class Allowance {
  readonly #nowMs: () => number;
  readonly #deadlineMs: number;
  #queriesLeft: number;

  /** `deadlineMs` in milliseconds since the epoch; the clock is `nowMs`. */
  constructor(nowMs: () => number, deadlineMs: number, queries: number) {
    this.#nowMs = nowMs;
    this.#deadlineMs = deadlineMs;
    this.#queriesLeft = queries;
  }

  /** Whether more may be begun. */
  isLeft(): boolean {
    return this.#queriesLeft > 0 && this.#nowMs() < this.#deadlineMs;
  }

  /** Notes queries to D1, before they are asked. */
  spend(queries: number): void {
    this.#queriesLeft -= queries;
  }
}

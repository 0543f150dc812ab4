// One run of the ledger's worker: its bindings, its clock, and how much it may still do. A run stops itself in time and
// before D1's limit of queries an invocation; what it leaves is taken up by the next.
import type { Env, Sources } from '../env.ts';
import { commit } from '../storage/commit.ts';
import { answered } from '../storage/deadline.ts';
import { readBatch } from '../storage/read.ts';

/** The most rows of a piece, which is also the most keys of one R2 delete. */
export const PIECE_ROWS = 1_000;
/** D1 allows 1,000 queries an invocation; the rest is for retries and the last step. */
const QUERIES = 900;

export interface RunLimits {
  /** No step begins at or after this time, in milliseconds since the epoch. */
  readonly deadlineMs: number;
  /** Rows deleted a step, at most `PIECE_ROWS`. */
  readonly pieceRows?: number;
  /** Queries after which no step begins. */
  readonly queries?: number;
}

/** The state of one run. Storage faults are thrown: they end the work on one ledger row, whose lease then runs out. */
export class Run {
  readonly files: Pick<R2Bucket, 'delete' | 'list'>;
  readonly db: D1Database;
  readonly pieceRows: number;
  /** Rows whose objects and records this run deleted. */
  objects = 0;
  /** Workspaces this run finished. */
  workspaces = 0;
  readonly #sources: Sources;
  readonly #deadlineMs: number;
  #queriesLeft: number;

  constructor(env: Pick<Env, 'DB' | 'FILES'>, sources: Sources, limits: RunLimits) {
    this.db = env.DB;
    this.files = {
      delete: (keys) => answered('R2', () => env.FILES.delete(keys)),
      list: (options) => answered('R2', () => env.FILES.list(options)),
    };
    this.pieceRows = Math.min(limits.pieceRows ?? PIECE_ROWS, PIECE_ROWS);
    this.#sources = sources;
    this.#deadlineMs = limits.deadlineMs;
    this.#queriesLeft = limits.queries ?? QUERIES;
  }

  /** Whole milliseconds since the epoch. */
  nowMs(): number {
    return Math.trunc(this.#sources.nowMs());
  }

  /** Whether another step may begin. */
  mayGoOn(): boolean {
    return this.#queriesLeft > 0 && this.#sources.nowMs() < this.#deadlineMs;
  }

  /** Counts queries that others made within this run. */
  spend(queries: number): void {
    this.#queriesLeft -= queries;
  }

  /** The rows of one SELECT; throws on D1's failure. */
  async read<Row>(statement: D1PreparedStatement): Promise<Row[]> {
    this.#queriesLeft -= 1;
    const outcome = await readBatch(this.db, [statement]);
    if (outcome.kind === 'fault') throw outcome.error;
    return (outcome.results[0]?.results ?? []) as Row[];
  }

  /** One transaction of idempotent statements without a journal row; throws on D1's failure. */
  async write(statements: readonly D1PreparedStatement[]): Promise<readonly D1Result[]> {
    this.#queriesLeft -= statements.length;
    const outcome = await commit(this.db, { mutationId: '', guards: [], statements });
    if (outcome.kind === 'fault') throw outcome.error;
    if (outcome.kind === 'lost') throw new Error(`the guard ${outcome.guard} refused work of the ledger`);
    return outcome.results;
  }
  /** One transaction with a journal row under `mutationId`. False when the guard refused, and nothing was written. */
  async writeIf(
    guard: D1PreparedStatement,
    mutationId: string,
    statements: readonly D1PreparedStatement[],
  ): Promise<boolean> {
    this.#queriesLeft -= statements.length + 1;
    const outcome = await commit(this.db, { mutationId, guards: [guard], statements });
    if (outcome.kind === 'fault') throw outcome.error;
    return outcome.kind === 'committed';
  }
}

// One run of the ledger's worker: its bindings, its clock, and how much it may still do. A run stops itself at its limits; what
// it leaves is taken up by the next.
import type { Env, Sources } from '../env.ts';
import { Allowance, type Limits } from '../storage/allowance.ts';
import { commit } from '../storage/commit.ts';
import { answered } from '../storage/deadline.ts';
import { readBatch } from '../storage/read.ts';

/** The most rows of a piece, which is also the most keys of one R2 delete. */
export const PIECE_ROWS = 1_000;

export interface RunLimits extends Limits {
  /** Rows deleted a step, at most `PIECE_ROWS`. */
  readonly pieceRows?: number;
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
  readonly #allowance: Allowance;

  constructor(env: Pick<Env, 'DB' | 'FILES'>, sources: Sources, limits: RunLimits) {
    this.#allowance = new Allowance(env.DB, sources.nowMs, limits);
    this.db = this.#allowance.db;
    this.files = {
      delete: (keys) => answered('R2', () => env.FILES.delete(keys)),
      list: (options) => answered('R2', () => env.FILES.list(options)),
    };
    this.pieceRows = Math.min(limits.pieceRows ?? PIECE_ROWS, PIECE_ROWS);
    this.#sources = sources;
  }

  /** Whole milliseconds since the epoch. */
  nowMs(): number {
    return Math.trunc(this.#sources.nowMs());
  }

  /** Whether another step may begin. */
  mayGoOn(): boolean {
    return this.#allowance.isLeft();
  }

  /** The rows of one SELECT; throws on D1's failure. */
  async read<Row>(statement: D1PreparedStatement): Promise<Row[]> {
    const outcome = await readBatch(this.db, [statement]);
    if (outcome.kind === 'fault') throw outcome.error;
    return (outcome.results[0]?.results ?? []) as Row[];
  }

  /** One transaction of idempotent statements without a journal row; throws on D1's failure. */
  async write(statements: readonly D1PreparedStatement[]): Promise<readonly D1Result[]> {
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
    const outcome = await commit(this.db, { mutationId, guards: [guard], statements });
    if (outcome.kind === 'fault') throw outcome.error;
    return outcome.kind === 'committed';
  }
}

// The operations of one bulk request, one after the other in the order of the plan, and what each of them becomes.
import { type Failure, fail, kindOf, type Result } from '../../failure.ts';
import { type BulkOperation, type BulkRequest, shownBulkId } from '../../scim/bulk.ts';
import { type BulkPlan, type BulkStep, planBulk } from '../../scim/bulk-plan.ts';
import { defer, referencesOf, substitute, substituteInPath } from '../../scim/bulk-references.ts';
import { isObject, type Json, type JsonObject } from '../../scim/json.ts';
import { MeteredDb } from '../../storage/metered-db.ts';
import { recordRefusal } from '../../storage/refusals.ts';
import type { Answer } from '../answer.ts';
import { circle, type Done, dependency, entryOf } from './bulk-entry.ts';
import { locationOf, type Operation, type OperationContext, runOperation } from './bulk-operation.ts';
import type { LaterWork, ScimRequest } from './request.ts';
import type { Route } from './routes.ts';

/** Of the thousand queries that D1 allows an invocation, what is left for the operation that is running and for what happens
 * after the answer. */
const QUERY_BUDGET = 920;

export class BulkRun {
  readonly #bulk: BulkRequest;
  readonly #plan: BulkPlan;
  readonly #context: OperationContext;
  readonly #meter: MeteredDb;
  readonly #afterwards: LaterWork[] = [];
  /** Ids of what was created, by bulkId. */
  readonly #ids = new Map<string, string>();
  readonly #done = new Map<number, Done>();
  /** What was created without the references of its circle, so far. */
  readonly #open = new Set<number>();
  /** Why nothing more is tried: the key died, or the database is out of reach. */
  #halt: Failure | undefined;

  constructor(request: ScimRequest, routes: readonly Route[], bulk: BulkRequest) {
    this.#bulk = bulk;
    this.#plan = planBulk(bulk.operations);
    this.#meter = new MeteredDb(request.env.DB);
    const env = { ...request.env, DB: this.#meter.db };
    this.#context = { request, routes, env, later: (work) => this.#afterwards.push(work) };
  }

  /** Runs everything; the entries of the response in the order of the request, without what was left out. */
  async entries(): Promise<JsonObject[]> {
    for (const step of this.#plan.steps) {
      if (this.#errors() >= (this.#bulk.failOnErrors ?? Number.POSITIVE_INFINITY)) break;
      await this.#take(step);
    }
    for (const index of this.#open) this.#fail(index, circle('the request ended before they were made'));
    this.#workAfterwards();
    return this.#bulk.operations.flatMap((operation, index) => {
      const done = this.#done.get(index);
      return done ? [entryOf(operation, done)] : [];
    });
  }

  #errors(): number {
    return [...this.#done.values()].filter(({ failure }) => failure !== undefined).length;
  }

  async #take(step: BulkStep): Promise<void> {
    const operation = this.#bulk.operations[step.index];
    if (operation === undefined) return;
    if (step.kind === 'complete') return this.#complete(step, operation);
    const path = substituteInPath(operation.path, this.#idOf);
    const at = operation.method === 'POST' ? undefined : locationOf(this.#context.request.baseUrl, path);
    const result = await this.#run(step, { ...operation, path });
    this.#settle(step.index, operation, result, at);
    if (step.later.size > 0 && result.ok) this.#open.add(step.index);
  }

  async #run({ index, later }: BulkStep, operation: BulkOperation): Promise<Result<Answer>> {
    const obstacle = this.#obstacle(index, operation, later);
    if (obstacle) return { ok: false, failure: obstacle };
    const { data } = operation;
    const now = later.size > 0 && isObject(data) ? defer(data, later).data : data;
    return this.#attempt({ ...operation, data: now && substitute(now, this.#idOf) });
  }

  async #attempt(operation: Operation): Promise<Result<Answer>> {
    const result = await runOperation(this.#context, operation);
    const ends =
      !result.ok && (kindOf(result.failure.code).status === 401 || result.failure.code === 'storage_unavailable');
    if (ends) this.#halt = result.failure;
    return result;
  }

  /** Why an operation is not even tried. */
  #obstacle(index: number, operation: BulkOperation, later: ReadonlySet<string>): Failure | undefined {
    if (operation.problem) return operation.problem;
    if (this.#halt) return this.#halt;
    const [unknown] = this.#plan.unknown[index] ?? [];
    if (unknown !== undefined) {
      const detail = `This operation refers to the bulkId ${shownBulkId(unknown)}, which no POST of this request has.`;
      return fail('invalid_value', detail).failure;
    }
    const failed = [...referencesOf(operation)].find((bulkId) => !this.#ids.has(bulkId) && !later.has(bulkId));
    if (failed !== undefined) return dependency(failed);
    if (this.#meter.used < QUERY_BUDGET) return undefined;
    return fail(
      'bulk_exhausted',
      'This operation was not tried, because those before it took all that one request may ask of the directory. Send it again.',
    ).failure;
  }

  /** Adds the references that would have closed a circle. */
  async #complete({ index, later }: BulkStep, operation: BulkOperation): Promise<void> {
    this.#open.delete(index);
    const created = this.#done.get(index);
    const id = this.#ids.get(operation.bulkId ?? '');
    if (created === undefined || id === undefined || !isObject(operation.data)) return;
    const missing = [...later].find((bulkId) => !this.#ids.has(bulkId));
    if (missing !== undefined) return this.#fail(index, circle(dependency(missing).detail));
    const Operations = defer(operation.data, later).additions.map((addition) => substitute(addition, this.#idOf));
    const path = `${operation.path}/${encodeURIComponent(id)}`;
    const patch = { method: 'PATCH', path, version: undefined, data: { Operations } satisfies Json };
    const result = this.#halt ? { ok: false as const, failure: this.#halt } : await this.#attempt(patch);
    if (!result.ok) return this.#fail(index, circle(result.failure.detail));
    this.#done.set(index, {
      ...created,
      failure: undefined,
      version: result.value.headers?.['ETag'] ?? created.version,
    });
  }

  readonly #idOf = (bulkId: string): string | undefined => this.#ids.get(bulkId);

  #settle(index: number, operation: BulkOperation, result: Result<Answer>, at: string | undefined): void {
    if (!result.ok) {
      const { status } = kindOf(result.failure.code);
      this.#done.set(index, { status, location: at, version: undefined, failure: result.failure });
      this.#context.later(() => this.#note(operation, result.failure));
      return;
    }
    const { status, headers, resource } = result.value;
    const id = resource?.['id'];
    if (operation.method === 'POST' && operation.bulkId !== undefined && typeof id === 'string') {
      this.#ids.set(operation.bulkId, id);
    }
    const location = headers?.['Location'] ?? at;
    this.#done.set(index, { status, location, version: headers?.['ETag'], failure: undefined });
  }

  /** Turns the answer of what was created into an error that still says where it is. */
  #fail(index: number, failure: Failure): void {
    const done = this.#done.get(index);
    if (done) this.#done.set(index, { ...done, failure });
  }

  async #note({ method }: BulkOperation, failure: Failure): Promise<void> {
    const { status } = kindOf(failure.code);
    if (status >= 500 || status === 401) return;
    const { request, env } = this.#context;
    const refusal = {
      ...request.author,
      method,
      route: '/Bulk',
      status,
      rule: failure.code,
      detail: failure.detail,
    };
    await recordRefusal(env.DB, refusal, request.sources.nowMs());
  }

  /** What follows the answers of the operations, one after the other while D1 allows it; the cron finishes what is left. */
  #workAfterwards(): void {
    let before: Promise<unknown> = Promise.resolve();
    for (const work of this.#afterwards) {
      const turn = before.then(() => {
        const left = QUERY_BUDGET - this.#meter.used;
        return left > 0 ? work(left) : undefined;
      });
      this.#context.request.later(() => turn);
      before = turn.catch(() => undefined);
    }
  }
}

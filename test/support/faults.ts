// A worker that dies: bindings that work until the n-th storage call and are dead from then on.

/** When the n-th call dies: before it reaches the storage, or after the storage has done it and before the answer arrives. */
export type Moment = 'before' | 'after';

const STORAGE_CALLS: ReadonlySet<string | symbol> = new Set(['batch', 'put', 'get', 'delete', 'list', 'head']);

/** Counts the storage calls of one worker over all its bindings, and kills it at one of them. */
export class Death {
  calls = 0;
  readonly #dieAt: number;
  readonly #moment: Moment;

  constructor(dieAt: number, moment: Moment) {
    this.#dieAt = dieAt;
    this.#moment = moment;
  }

  get happened(): boolean {
    return this.calls >= this.#dieAt;
  }

  /** The same binding as the mortal worker sees it. */
  of<Binding extends object>(binding: Binding): Binding {
    return new Proxy(binding, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const method = member.bind(target) as (...args: unknown[]) => unknown;
        return STORAGE_CALLS.has(name) ? (...args: unknown[]) => this.#call(() => method(...args)) : method;
      },
    });
  }

  async #call(run: () => unknown): Promise<unknown> {
    this.calls += 1;
    if (this.calls > this.#dieAt || (this.calls === this.#dieAt && this.#moment === 'before')) throw new Error('died');
    const result = await run();
    if (this.calls >= this.#dieAt) throw new Error('died');
    return result;
  }
}

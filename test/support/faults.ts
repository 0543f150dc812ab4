// Storage that something happens to at the n-th call: the worker that made it dies, or others act in the meantime. The code
// under test reaches D1 through `batch` alone, so these names are all of its storage calls.

const STORAGE_CALLS: ReadonlySet<string | symbol> = new Set(['batch', 'put', 'get', 'delete', 'list', 'head']);

type Around = (call: () => Promise<unknown>) => Promise<unknown>;

/** The same binding with something around each of its storage calls. */
function intercepted<Binding extends object>(binding: Binding, around: Around): Binding {
  return new Proxy(binding, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      const method = member.bind(target) as (...args: unknown[]) => Promise<unknown>;
      return STORAGE_CALLS.has(name) ? (...args: unknown[]) => around(() => method(...args)) : method;
    },
  });
}

/** When the n-th call dies: before it reaches the storage, or when the storage has done it and the answer is on its way. */
export type Moment = 'before' | 'after';

/** One worker that dies at its n-th storage call over all its bindings, and does nothing more from then on. */
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

  readonly of = <Binding extends object>(binding: Binding): Binding => intercepted(binding, this.#around);

  readonly #around: Around = async (call) => {
    this.calls += 1;
    if (this.calls > this.#dieAt || (this.calls === this.#dieAt && this.#moment === 'before')) throw new Error('died');
    const result = await call();
    if (this.calls >= this.#dieAt) throw new Error('died');
    return result;
  };
}

/** One worker that stands still before its n-th storage call while `meanwhile` happens, and then goes on. */
export class Stall {
  calls = 0;
  readonly #stallAt: number;
  readonly #meanwhile: () => Promise<unknown>;

  constructor(stallAt: number, meanwhile: () => Promise<unknown>) {
    this.#stallAt = stallAt;
    this.#meanwhile = meanwhile;
  }

  get happened(): boolean {
    return this.calls >= this.#stallAt;
  }

  readonly of = <Binding extends object>(binding: Binding): Binding => intercepted(binding, this.#around);

  readonly #around: Around = async (call) => {
    this.calls += 1;
    if (this.calls === this.#stallAt) await this.#meanwhile();
    return call();
  };
}

/** One worker that loses the answer to its n-th storage call, with an error that D1 documents as transient, and goes on. */
export class LostAnswer {
  calls = 0;
  readonly #at: number;

  constructor(at: number) {
    this.#at = at;
  }

  get happened(): boolean {
    return this.calls >= this.#at;
  }

  readonly of = <Binding extends object>(binding: Binding): Binding => intercepted(binding, this.#around);

  readonly #around: Around = async (call) => {
    this.calls += 1;
    const lost = this.calls === this.#at;
    const result = await call();
    if (lost) throw new Error('Network connection lost.');
    return result;
  };
}

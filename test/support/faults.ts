// The fault kit: D1, KV, R2, mail and rate limits to which something happens at a chosen call. A plan looks at each call, over all
// bindings together, and says what goes wrong with it, if anything.
import type { Env } from '../../src/env.ts';
import { notedDb } from './noted-statements.ts';

/** When a call goes wrong: before it reaches the binding, or when it took effect and the answer is on its way. */
export type Moment = 'before' | 'after';

export type Fault =
  /** An error with this text. */
  | { readonly fails: string; readonly moment: Moment }
  /** No answer, ever. `before`: without effect. `after`: with effect. `until landed`: no effect and no answer until `land()`. */
  | { readonly stalls: Moment | 'until landed' }
  /** The answer of the first identical read through this kit: a KV that has not heard of a later write, a D1 read that others
   * overtook. A KV look-up that was never made before finds nothing, which also models a cached miss. */
  | { readonly stale: true }
  /** Nothing goes wrong, but others act before the call does. */
  | { readonly meanwhile: () => Promise<unknown> };

export interface Call {
  readonly binding: keyof Env;
  readonly method: string;
  /** From 1, over all bindings. */
  readonly n: number;
  /** From 1, of this binding. */
  readonly nth: number;
  /** For D1: whether a statement of the call writes. */
  readonly writes: boolean;
}

export type Plan = (call: Call) => Fault | undefined;

/** The calls that count, by binding. */
const METHODS: { readonly [Name in keyof Env]?: readonly string[] } = {
  SCIM_KEYS: ['get', 'getWithMetadata', 'put', 'delete', 'list'],
  FILES: ['get', 'head', 'put', 'delete', 'list'],
  EMAIL: ['send'],
  AUTH_FAILURES: ['limit'],
  REFUSAL_SAMPLE: ['limit'],
};

interface Described {
  readonly binding: keyof Env;
  readonly method: string;
  readonly writes: boolean;
  readonly identity: string;
}

const DEATH = 'died';

type Run = () => Promise<unknown>;

export class Faults {
  /** Every call so far, the failed ones included. */
  readonly calls: Call[] = [];
  /** Resolves when something goes wrong for the first time. */
  readonly struck: Promise<void>;
  #strike: () => void = () => undefined;
  #happened = false;
  #running = 0;
  #dead = false;
  readonly #plan: Plan;
  readonly #firstAnswers = new Map<string, unknown>();
  readonly #stranded: Run[] = [];

  constructor(plan: Plan = () => undefined) {
    this.#plan = plan;
    this.struck = new Promise((resolve) => {
      this.#strike = resolve;
    });
  }

  /** Whether anything has gone wrong. */
  get happened(): boolean {
    return this.#happened;
  }

  /** Whether the worker has died, by `dies`. */
  get dead(): boolean {
    return this.#dead;
  }

  /** How many calls a binding is at work on now; those that stall are not among them. */
  get running(): number {
    return this.#running;
  }

  /** The same bindings, under this plan. Settings stay as they are. */
  over<Bindings extends Partial<Env>>(bindings: Bindings): Bindings {
    const entries = Object.entries(bindings) as [keyof Env, unknown][];
    return Object.fromEntries(entries.map(([name, binding]) => [name, this.#wrapped(name, binding)])) as Bindings;
  }

  /** Lets the calls that stalled `until landed` take effect now, in their order, and be answered late. Gives what each threw,
   * if it did. */
  async land(): Promise<unknown[]> {
    const outcomes: unknown[] = [];
    for (const land of this.#stranded.splice(0)) outcomes.push(await land());
    return outcomes;
  }

  #wrapped(name: keyof Env, binding: unknown): unknown {
    if (name === 'DB') {
      return notedDb(binding as D1Database, (call, run) => this.#around({ binding: 'DB', ...call }, run));
    }
    const methods = METHODS[name];
    if (!methods) return binding;
    return new Proxy(binding as object, {
      get: (target, member) => {
        const value: unknown = Reflect.get(target, member, target);
        if (typeof value !== 'function') return value;
        const method = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
        if (typeof member !== 'string' || !methods.includes(member)) return method;
        return (...args: unknown[]) => {
          const call = {
            binding: name,
            method: member,
            writes: false,
            identity: JSON.stringify([name, member, args[0]]),
          };
          return this.#around(call, () => method(...args));
        };
      },
    });
  }

  async #around({ identity, ...described }: Described, work: Run): Promise<unknown> {
    const run = () => {
      this.#running += 1;
      return work().finally(() => {
        this.#running -= 1;
      });
    };
    const nth = this.calls.filter(({ binding }) => binding === described.binding).length + 1;
    const call = { ...described, n: this.calls.length + 1, nth };
    this.calls.push(call);
    const fault = this.#plan(call);
    if (fault) {
      this.#happened = true;
      this.#dead ||= 'fails' in fault && fault.fails === DEATH;
      this.#strike();
      return this.#goWrong(fault, identity, call, run);
    }
    const answer = await run();
    if (!this.#firstAnswers.has(identity)) this.#firstAnswers.set(identity, answer);
    return answer;
  }

  async #goWrong(fault: Fault, identity: string, call: Call, run: Run): Promise<unknown> {
    if ('meanwhile' in fault) {
      await fault.meanwhile();
      return run();
    }
    if ('stale' in fault) return this.#stale(identity, call);
    if ('fails' in fault) {
      if (fault.moment === 'after') await run();
      throw new Error(fault.fails);
    }
    if (fault.stalls === 'after') await run();
    return new Promise((resolve, reject) => {
      const failed = (error: unknown) => {
        reject(error);
        return error;
      };
      if (fault.stalls === 'until landed') this.#stranded.push(() => run().then(resolve, failed));
    });
  }

  #stale(identity: string, { binding, writes }: Call): unknown {
    if (this.#firstAnswers.has(identity) && !writes) return this.#firstAnswers.get(identity);
    if (binding === 'SCIM_KEYS') return null;
    throw new Error('no identical read came before, so nothing stale can be served');
  }
}

/** `fault` at the n-th call, over all bindings or of one. */
export function nth(n: number, fault: Fault, binding?: keyof Env): Plan {
  return (call) =>
    (binding === undefined ? call.n === n : call.binding === binding && call.nth === n) ? fault : undefined;
}

/** `fault` at every call, or at every call of one binding. */
export function always(fault: Fault, binding?: keyof Env): Plan {
  return (call) => (binding === undefined || call.binding === binding ? fault : undefined);
}

/** `fault` at the first call of D1 that writes. */
export function firstWrite(fault: Fault): Plan {
  let done = false;
  return ({ binding, writes }) => {
    if (binding !== 'DB' || !writes || done) return undefined;
    done = true;
    return fault;
  };
}

/** The worker dies at its n-th call and does nothing more from then on. The code sees an error, whose handling changes nothing,
 * since all it could do are calls. */
export function dies(n: number, moment: Moment): Plan {
  return (call) => {
    if (call.n < n) return undefined;
    return { fails: DEATH, moment: call.n === n ? moment : 'before' };
  };
}

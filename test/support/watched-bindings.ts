// Bindings that are watched: how often they were called, and a KV that misses, lies or throws.
import { env } from 'cloudflare:workers';
import type { Env } from '../../src/env.ts';

export interface Watched {
  readonly env: Pick<Env, 'DB' | 'SCIM_KEYS'>;
  /** The calls so far, by name, such as `DB.batch`. */
  readonly calls: string[];
}

/** The portal's D1 and KV, every call of a method noted. */
export function watchedBindings(): Watched {
  const calls: string[] = [];
  const watch = <Binding extends object>(name: string, binding: Binding): Binding =>
    new Proxy(binding, {
      get(target, member) {
        const value: unknown = Reflect.get(target, member, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          calls.push(`${name}.${String(member)}`);
          return value.apply(target, args);
        };
      },
    });
  return { env: { DB: watch('DB', env.DB), SCIM_KEYS: watch('SCIM_KEYS', env.SCIM_KEYS) }, calls };
}

/** A KV whose reads give `value` whatever is asked, or throw where it is an error; writes go nowhere, or throw too. */
export function fakeKv(value: object | string | null | Error): KVNamespace {
  const answer = async () => {
    if (value instanceof Error) throw value;
    return value;
  };
  return new Proxy(env.SCIM_KEYS, { get: () => answer });
}

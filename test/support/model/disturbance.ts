// Bindings that something happens to at one moment, in the words of the commands. A thin layer over the kit of faults.
import { env } from 'cloudflare:workers';
import { Death, LostAnswer } from '../faults.ts';
import type { Fault } from './commands.ts';

export interface Disturbed {
  readonly bindings: typeof env;
  /** Whether it has happened. */
  readonly hit: () => boolean;
}

/** The portal's bindings, and with them perhaps a fault. */
export function disturbedBindings(fault: Fault | null): Disturbed {
  if (fault === null) return { bindings: env, hit: () => false };
  const { kind, at } = fault;
  const disturber = kind === 'lost' ? new LostAnswer(at) : new Death(at, kind === 'dead before' ? 'before' : 'after');
  const bindings = {
    ...env,
    DB: disturber.of(env.DB),
    FILES: disturber.of(env.FILES),
    SCIM_KEYS: disturber.of(env.SCIM_KEYS),
  };
  return { bindings, hit: () => disturber.happened };
}

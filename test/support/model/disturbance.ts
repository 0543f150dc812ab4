// Bindings that something happens to at one moment, in the words of the commands. A thin layer over the kit of faults.
import { env } from 'cloudflare:workers';
import { dies, Faults, nth } from '../faults.ts';
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
  const faults = new Faults(
    kind === 'lost'
      ? nth(at, { fails: 'Network connection lost.', moment: 'after' })
      : dies(at, kind === 'dead before' ? 'before' : 'after'),
  );
  const { DB, FILES, SCIM_KEYS } = env;
  return { bindings: { ...env, ...faults.over({ DB, FILES, SCIM_KEYS }) }, hit: () => faults.happened };
}

// What an error text of D1 means for the request: try again, shed, or a statement of ours that refused on purpose.
// Texts from Cloudflare's D1 documentation ("Error list" under Observability > Debug D1); D1 has no error codes.
import { Stalled } from './deadline.ts';
import { type GuardName, isGuardName } from './guard.ts';

/** `guard`: a guard statement refused. `unique`: a unique index did. `retry`: transient, safe to repeat when idempotent.
 * `overloaded`: D1 sheds load, repeating makes it worse. `stalled`: no answer came, and what became of the call is not known.
 * `bug`: anything else, which no client can cause. */
export type D1Fault =
  | { readonly kind: 'guard'; readonly guard: GuardName }
  | { readonly kind: 'unique'; readonly columns: string }
  | { readonly kind: 'retry' | 'overloaded' | 'stalled' | 'bug' };

const TRANSIENT = [
  'D1 DB reset because its code was updated',
  'Internal error while starting up D1 DB storage caused object to be reset',
  'Network connection lost',
  'Internal error in D1 DB storage caused object to be reset',
  'Cannot resolve D1 DB due to transient issue on remote node',
  "Can't read from request stream because client disconnected",
];

const OVERLOADED = [
  'D1 DB is overloaded',
  'exceeded timeout',
  'exceeded its memory limit',
  'exceeded its CPU time limit',
];

/** Classifies what a D1 call threw. */
export function classifyD1Error(error: unknown): D1Fault {
  if (error instanceof Stalled) return { kind: 'stalled' };
  const text = errorText(error);
  const guard = /guard:([a-z_]+)/.exec(text)?.[1];
  if (guard && isGuardName(guard)) return { kind: 'guard', guard };
  const columns = /UNIQUE constraint failed: ([\w., ]+)/.exec(text)?.[1];
  if (columns) return { kind: 'unique', columns };
  if (OVERLOADED.some((known) => text.includes(known))) return { kind: 'overloaded' };
  if (TRANSIENT.some((known) => text.includes(known))) return { kind: 'retry' };
  return { kind: 'bug' };
}

function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} ${errorText(error.cause)}`;
}

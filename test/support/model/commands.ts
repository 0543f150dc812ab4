// Everything that can happen to a portal, as data that fast-check can make, shrink and print. Numbers stand for "the n-th there
// is at that moment", so that a shorter list still means something.

/** What happens to one field: `same` sends what it is already. */
export type FieldChange = 'new' | 'same' | 'null' | 'empty' | 'leave';
export type RightsChange = 'grant' | 'revoke' | 'nothing' | 'unknown' | 'leave';
/** How `active` is sent; `leave` does not name it. */
export type ActiveChange = 'true' | 'false' | '"True"' | '"False"' | '"true"' | '"false"' | 'leave';

export interface Fields {
  readonly externalId: FieldChange;
  readonly given: FieldChange;
  readonly family: FieldChange;
  readonly title: FieldChange;
}

export interface Fault {
  /** `lost`: the call is done and its answer lost, once. The others end everything from that call on. */
  readonly kind: 'lost' | 'dead before' | 'dead after';
  readonly at: number;
}

/** How a request travels: key 0 is the first one, -1 one that nobody ever made. */
export interface Via {
  readonly key: number;
  readonly entra: boolean;
  readonly ifMatch: 'none' | 'current' | 'stale' | 'any';
  readonly fault: Fault | null;
}

interface Personal {
  readonly fields: Fields;
  readonly active: ActiveChange;
  readonly rights: RightsChange;
}

export type PersonCommand =
  | ({ readonly what: 'POST'; readonly name: number; readonly upper: boolean } & Personal)
  | ({ readonly what: 'PUT'; readonly who: number; readonly rename: Rename } & Personal)
  | ({ readonly what: 'PATCH'; readonly who: number; readonly rename: Rename; readonly form: PatchForm } & Personal)
  | { readonly what: 'DELETE'; readonly who: number };

/** A number is another name. */
export type Rename = 'leave' | 'other case' | number;
export type PatchForm = 'paths' | 'one object' | 'urn paths';

export type GroupCommand =
  | { readonly what: 'POST group'; readonly name: number; readonly members: readonly number[] }
  | {
      readonly what: 'members';
      readonly group: number;
      readonly how: 'add' | 'remove' | 'replace';
      readonly members: readonly number[];
    }
  | { readonly what: 'rename group'; readonly group: number; readonly name: number }
  | { readonly what: 'DELETE group'; readonly group: number };

export type Command =
  | { readonly what: 'request'; readonly via: Via; readonly does: PersonCommand | GroupCommand }
  | { readonly what: 'bulk'; readonly via: Via; readonly does: readonly PersonCommand[] }
  | { readonly what: 'malformed'; readonly via: Via; readonly body: number; readonly who: number }
  | {
      readonly what: 'upload';
      readonly table: 'files' | 'messages';
      readonly owner: number;
      readonly workspace: number;
      readonly fault: Fault | null;
    }
  | { readonly what: 'make workspace'; readonly owner: number; readonly fault: Fault | null }
  | { readonly what: 'make key'; readonly owner: number; readonly days: number }
  | { readonly what: 'revoke key'; readonly key: number }
  | { readonly what: 'choose'; readonly choice: Choice }
  | { readonly what: 'admin sync'; readonly on: boolean }
  | { readonly what: 'give back' | 'let go' }
  /** An owner of -1 is none named, one of -2 the break-glass account. */
  | {
      readonly what: 'restore' | 'transfer';
      readonly workspaces: readonly number[];
      readonly owner: number;
    }
  /** -1 is all there is, -2 the first ledger row that there is; all others are people. */
  | { readonly what: 'hold' | 'release'; readonly whom: number }
  | { readonly what: 'wait'; readonly minutes: number; readonly cron: 'on time' | 'skipped' }
  | { readonly what: 'cron'; readonly fault: Fault | null };

export type Choice =
  | readonly ['profile', 'remove' | 'keep']
  | readonly ['content', 'destroy' | 'keep']
  | readonly ['workspaces', 'archive' | 'keep'];

// Everything that can happen to a portal, as data that fast-check makes, shrinks and prints. Numbers stand for "the n-th there
// is at that moment", so that a shorter list still means something.
import fc from 'fast-check';
import type { PresetName } from '../../../src/directory/presets.ts';

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

const who = fc.nat(5);
const members = fc.array(who, { maxLength: 3 });
const oneOften = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: fc.constantFrom(...others) });

const fault: fc.Arbitrary<Fault | null> = fc.oneof(
  { weight: 9, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('lost' as const, 'dead before' as const, 'dead after' as const),
      at: fc.integer({ min: 1, max: 6 }),
    }),
  },
);

const via: fc.Arbitrary<Via> = fc.record({
  key: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: fc.integer({ min: -1, max: 3 }) }),
  entra: fc.boolean(),
  ifMatch: fc.oneof(
    { weight: 9, arbitrary: fc.constant('none' as const) },
    { weight: 2, arbitrary: fc.constantFrom('current' as const, 'stale' as const, 'any' as const) },
  ),
  fault,
});

const field = oneOften<FieldChange>('leave', 'new', 'same', 'null', 'empty');
const fields = fc.record({
  externalId: field,
  given: oneOften<FieldChange>('new', 'leave', 'same', 'null'),
  family: field,
  title: field,
});
const active = oneOften<ActiveChange>('leave', 'true', 'false', '"True"', '"False"', '"true"', '"false"');
const rights = oneOften<RightsChange>('leave', 'grant', 'grant', 'revoke', 'nothing', 'unknown');
const personal = { fields, active, rights };
const rename = fc.oneof(
  { weight: 6, arbitrary: fc.constant('leave' as const) },
  { weight: 1, arbitrary: fc.constant('other case' as const) },
  { weight: 1, arbitrary: fc.nat(4) },
);
const form = fc.constantFrom<PatchForm>('paths', 'one object', 'urn paths');

const person: fc.Arbitrary<PersonCommand> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ what: fc.constant('POST' as const), name: fc.nat(4), upper: fc.boolean(), ...personal }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('PUT' as const), who, rename, ...personal }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('PATCH' as const), who, rename, form, ...personal }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('DELETE' as const), who }) },
);

const group: fc.Arbitrary<GroupCommand> = fc.oneof(
  fc.record({ what: fc.constant('POST group' as const), name: fc.nat(3), members }),
  fc.record({
    what: fc.constant('members' as const),
    group: fc.nat(2),
    how: fc.constantFrom('add' as const, 'remove' as const, 'replace' as const),
    members,
  }),
  fc.record({ what: fc.constant('rename group' as const), group: fc.nat(2), name: fc.nat(3) }),
  fc.record({ what: fc.constant('DELETE group' as const), group: fc.nat(2) }),
);

const choice: fc.Arbitrary<Choice> = fc.oneof(
  fc.tuple(fc.constant('profile' as const), fc.constantFrom('remove' as const, 'keep' as const)),
  fc.tuple(fc.constant('content' as const), fc.constantFrom('destroy' as const, 'keep' as const)),
  fc.tuple(fc.constant('workspaces' as const), fc.constantFrom('archive' as const, 'keep' as const)),
);

const MINUTES_A_DAY = 1440;
const minutes = fc.constantFrom(
  1,
  2,
  60,
  MINUTES_A_DAY,
  15 * MINUTES_A_DAY,
  29 * MINUTES_A_DAY,
  30 * MINUTES_A_DAY,
  31 * MINUTES_A_DAY,
  45 * MINUTES_A_DAY,
);

/** One thing that happens. */
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 16, arbitrary: fc.record({ what: fc.constant('request' as const), via, does: person }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('request' as const), via, does: group }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('bulk' as const),
      via,
      does: fc.array(person, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('malformed' as const), via, body: fc.nat(30), who }) },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant('upload' as const),
      table: fc.constantFrom('files' as const, 'messages' as const),
      owner: who,
      workspace: fc.integer({ min: -3, max: 2 }),
      fault,
    }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('make workspace' as const), owner: who, fault }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('make key' as const), owner: who, days: fc.constantFrom(0, 1, 40) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('revoke key' as const), key: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('choose' as const), choice }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('admin sync' as const), on: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constantFrom('restore' as const, 'transfer' as const),
      workspaces: fc.array(fc.nat(3), { minLength: 1, maxLength: 2 }),
      owner: fc.integer({ min: -2, max: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constantFrom('hold' as const, 'release' as const),
      whom: fc.integer({ min: -2, max: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('wait' as const),
      minutes,
      cron: fc.constantFrom('on time' as const, 'skipped' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('cron' as const), fault }) },
);

/** The same, on a line of its own where a failure prints it. */
const shownCommand = command.map((one) =>
  Object.assign({ ...one }, { [fc.toStringMethod]: () => `\n  ${JSON.stringify(one)}` }),
);

/** A life: any number of things up to forty, as many long ones as short ones. What fails is made smaller by a hundred steps. */
export const commands: fc.Arbitrary<Command[]> = fc.limitShrink(
  fc.noBias(fc.array(shownCommand, { minLength: 1, maxLength: 40, size: 'max' })),
  100,
);

const VIA: Via = { key: 0, entra: false, ifMatch: 'none', fault: null };
const FIELDS: Fields = { externalId: 'new', given: 'new', family: 'new', title: 'new' };
const join = (name: number): Command => ({
  what: 'request',
  via: VIA,
  does: { what: 'POST', name, upper: false, fields: FIELDS, active: 'leave', rights: 'leave' },
});
const workspaceOf = (owner: number): Command => ({ what: 'make workspace', owner, fault: null });
const upload = (owner: number, workspace: number): Command => ({
  what: 'upload',
  table: workspace < 0 ? 'messages' : 'files',
  owner,
  workspace,
  fault: null,
});

/** How a portal comes to be in use: two owners of workspaces with content in them, and one of the two leaves. */
export const IN_USE: readonly Command[] = [
  { what: 'choose', choice: ['workspaces', 'archive'] },
  ...[0, 1, 2].map(join),
  ...[1, 1, 2].map(workspaceOf),
  upload(1, 0),
  upload(2, 1),
  upload(1, -1),
  upload(2, -1),
  { what: 'request', via: VIA, does: { what: 'POST group', name: 0, members: [1, 2] } },
  {
    what: 'request',
    via: VIA,
    does: { what: 'PATCH', who: 1, rename: 'leave', form: 'paths', fields: FIELDS, active: 'false', rights: 'leave' },
  },
];

/** How a portal begins. */
export const beginning = (preset: PresetName) =>
  fc.record({ preset: fc.constant(preset), lonely: fc.boolean(), brake: fc.boolean(), inUse: fc.boolean() });

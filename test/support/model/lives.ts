// How lives of a portal are made at random: which commands there are more of, and how a portal begins.
import fc from 'fast-check';
import type { PresetName } from '../../../src/directory/presets.ts';
import type {
  ActiveChange,
  Choice,
  Command,
  Fault,
  FieldChange,
  Fields,
  GroupCommand,
  PatchForm,
  PersonCommand,
  RightsChange,
  Via,
} from './commands.ts';

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
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('give back' as const, 'let go' as const) }) },
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

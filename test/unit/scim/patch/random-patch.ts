// Random users and random operations on them, as pieces for the oracle and as an identity provider writes them.
import fc from 'fast-check';
import type { Json, JsonObject } from '../../../../src/scim/json.ts';
import type { Equality, OracleOperation, Target } from '../patch-oracle.ts';
import { ENTERPRISE } from '../world.ts';

// Few different texts, so that filters match, values repeat and primaries meet.
const text = fc.constantFrom('a', 'A', 'b', 'ab', 'work', 'home');
const nothing = fc.constantFrom<Json>(null, '');
const textGiven = fc.oneof({ weight: 8, arbitrary: text }, { weight: 1, arbitrary: nothing });
const booleanGiven = fc.constantFrom<Json>(true, false, 'True', 'FALSE', null, '', 'maybe');
const nonsense = fc.constantFrom<Json>(true, ['a', 'b'], { unknown: 1 });

const emailGiven = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record<JsonObject>(
      { value: textGiven, type: textGiven, display: textGiven, primary: booleanGiven },
      { requiredKeys: [] },
    ),
  },
  { weight: 2, arbitrary: textGiven },
  { weight: 1, arbitrary: nonsense.filter((value) => !Array.isArray(value)) },
);
const emailsGiven = fc.oneof(
  { weight: 4, arbitrary: fc.array(emailGiven, { maxLength: 3 }) },
  { weight: 1, arbitrary: emailGiven },
);
const partsGiven = (...names: string[]) =>
  fc.record<JsonObject>(Object.fromEntries(names.map((name) => [name, textGiven])), { requiredKeys: [] });

const canonicalEmail = fc.record<JsonObject>(
  { value: text, display: text, type: text, primary: fc.constant(false) },
  { requiredKeys: ['value'] },
);

export const resource: fc.Arbitrary<JsonObject> = fc
  .record({
    core: fc.record<JsonObject>(
      {
        userName: text,
        title: text,
        active: fc.boolean(),
        name: fc.record<JsonObject>({ givenName: text, familyName: text }),
      },
      { requiredKeys: [] },
    ),
    emails: fc.array(canonicalEmail, { maxLength: 4 }),
    primary: fc.nat({ max: 5 }),
    extension: fc.record<JsonObject>(
      { employeeNumber: text, manager: fc.record<JsonObject>({ value: text, $ref: text }) },
      { requiredKeys: [] },
    ),
  })
  .map(({ core, emails, primary, extension }) => ({
    ...core,
    ...(emails.length === 0
      ? {}
      : { emails: emails.map((email, place) => (place === primary ? { ...email, primary: true } : email)) }),
    ...(Object.keys(extension).length === 0 ? {} : { [ENTERPRISE]: extension }),
  }));

const equality: fc.Arbitrary<Equality> = fc.oneof(
  fc.record({
    part: fc.constantFrom('type', 'value', 'display'),
    operator: fc.constantFrom('eq' as const, 'eq' as const, 'ne' as const, 'co' as const),
    value: text,
  }),
  fc.record({
    part: fc.constant('primary'),
    operator: fc.constantFrom('eq' as const, 'ne' as const),
    value: fc.boolean(),
  }),
);

const emailTarget: fc.Arbitrary<Target> = fc.record({
  attribute: fc.constant('emails'),
  filter: fc.option(fc.array(equality, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 3 }),
  part: fc.option(fc.constantFrom('value', 'type', 'display', 'primary'), { nil: undefined }),
});

function valueFor({ attribute, filter, part }: Target): fc.Arbitrary<Json> {
  if (part !== undefined)
    return part === 'primary'
      ? booleanGiven
      : fc.oneof({ weight: 9, arbitrary: textGiven }, { weight: 1, arbitrary: nonsense });
  if (attribute === 'emails') return filter === undefined ? emailsGiven : emailGiven;
  if (attribute === 'active') return booleanGiven;
  if (attribute === 'name') return fc.oneof(partsGiven('givenName', 'familyName'), textGiven);
  if (attribute === 'manager') return fc.oneof(partsGiven('value', '$ref'), textGiven);
  return fc.oneof({ weight: 9, arbitrary: textGiven }, { weight: 1, arbitrary: nonsense });
}

export const target: fc.Arbitrary<Target> = fc.oneof(
  { weight: 5, arbitrary: emailTarget },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('userName', 'title', 'active', 'employeeNumber', 'name', 'manager')
      .map((attribute) => ({ attribute })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Target>(
      { attribute: 'name', part: 'givenName' },
      { attribute: 'manager', part: 'value' },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom<Target>({ attribute: 'colour' }, { attribute: 'colour', part: 'shade' }) },
);
const readOnly = fc.constantFrom<Target>(
  { attribute: 'id' },
  { attribute: 'meta', part: 'created' },
  { attribute: 'groups' },
);

export const withValue = (one: fc.Arbitrary<Target>) =>
  one.chain((named) => valueFor(named).map((value): readonly [Target, Json] => [named, value]));

export const operation: fc.Arbitrary<OracleOperation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('add' as const, 'replace' as const, 'remove' as const), withValue(target))
      .map(([op, [one, value]]) => ({ op, target: one, value })),
  },
  { weight: 2, arbitrary: target.map((one) => ({ op: 'remove' as const, target: one, value: undefined })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('add' as const, 'replace' as const),
        fc.uniqueArray(withValue(fc.oneof({ weight: 8, arbitrary: target }, { weight: 1, arbitrary: readOnly })), {
          maxLength: 4,
          selector: ([one]) => printPath(one),
        }),
      )
      .map(([op, members]) => ({ op, target: undefined, value: undefined, members })),
  },
  { weight: 1, arbitrary: readOnly.map((one) => ({ op: 'replace' as const, target: one, value: 'x' })) },
);

export function printPath({ attribute, filter, part }: Target): string {
  const urn = attribute === 'manager' || attribute === 'employeeNumber' ? `${ENTERPRISE}:` : '';
  const terms = filter?.map((term) => `${term.part} ${term.operator} ${JSON.stringify(term.value)}`).join(' and ');
  return `${urn}${attribute}${terms === undefined ? '' : `[${terms}]`}${part === undefined ? '' : `.${part}`}`;
}

/** The operation as it stands in a body, with its words in the case `shout` says. */
export function asSent({ op, target: one, value, members }: OracleOperation, shout: boolean): Json {
  const word = (written: string) => (shout ? written.toUpperCase() : written);
  if (one === undefined)
    return {
      op: word(op),
      value: Object.fromEntries((members ?? []).map(([named, given]) => [printPath(named), given])),
    };
  return { [word('op')]: word(op), path: printPath(one), ...(value === undefined ? {} : { value }) };
}

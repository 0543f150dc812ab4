// The choices of a policy as a person sets them, one by one and as text: their names, the values they take, what they mean.
import { fail, ok, type Result } from '../failure.ts';
import { CHOICES, type OwnChoices, type Policy } from './policy.ts';

interface Choice {
  /** The values it can have, where they are few. */
  readonly options?: readonly string[];
  /** From the text on a command line or in a form; undefined where it can be none of its values. */
  readonly read: (text: string) => unknown;
  readonly takes: string;
  readonly meaning: string;
}

function oneOf(options: readonly string[], meaning: string): Choice {
  const read = (text: string) => (options.includes(text) ? text : undefined);
  return { options, read, takes: options.join(' | '), meaning };
}

function wholeNumber(most: number, meaning: string): Choice {
  const read = (text: string) => {
    const value = /^\d{1,4}$/.test(text) ? Number(text) : 0;
    return value >= 1 && value <= most ? value : undefined;
  };
  return { read, takes: `1 to ${most}`, meaning };
}

const { deactivation, brake, jit } = CHOICES;

/** Every choice under the name it is set by; those inside another are dotted. */
export const CHOICE_TABLE = {
  userId: oneOf(CHOICES.userId.options, 'what the id of a user is on the wire; fixed once there are users'),
  userNameChanges: oneOf(CHOICES.userNameChanges.options, 'whether a userName can change'),
  attributesStored: oneOf(CHOICES.attributesStored.options, 'whether more than names, active and externalId is kept'),
  groups: oneOf(
    CHOICES.groups.options,
    'whether SCIM manages groups, and sees the teams as read-only groups beside them',
  ),
  roles: {
    read: (text: string) => text.split(',').map((role) => role.trim()),
    takes: 'names, comma-separated',
    meaning: 'the roles a user can have; "admin" is one of them',
  },
  defaultRole: { read: (text: string) => text, takes: 'one of roles', meaning: 'the role of new and returning users' },
  adminBy: oneOf(CHOICES.adminBy.options, 'what steers roles: isAdmin of the extension, or userType'),
  teamBy: oneOf(CHOICES.teamBy.options, 'what puts users into teams: their division, or only the portal'),
  extensionUrn: {
    read: (text: string) => (text === 'none' ? null : text),
    takes: 'a URN | none',
    meaning: 'the schema of isAdmin',
  },
  showLastLogin: {
    options: ['true', 'false'],
    read: (text: string) => ({ true: true, false: false })[text],
    takes: 'true | false',
    meaning: 'whether userLastLoggedInTimeStamp is shown',
  },
  'deactivation.profile': oneOf(deactivation.shape.profile.options, 'names and attributes of a deactivated user'),
  'deactivation.content': oneOf(deactivation.shape.content.options, 'files and messages of a deactivated user'),
  'deactivation.workspaces': oneOf(deactivation.shape.workspaces.options, 'workspaces of a deactivated user'),
  'brake.state': oneOf(brake.shape.state.options, 'whether destruction is held when deactivations come in a flood'),
  'brake.percent': wholeNumber(99, 'the share of active users that may be deactivated within an hour'),
  'brake.atLeast': wholeNumber(1000, 'how many may be in any case, where that share is fewer'),
  'brake.number': wholeNumber(1000, 'how many may be at most, where that share is more'),
  'jit.state': oneOf(jit.shape.state.options, 'whether a first sign-in by the identity provider makes the user'),
  'jit.defaultTeam': {
    read: (text: string) => (text === 'none' ? null : text || undefined),
    takes: 'the name of a team | none',
    meaning: 'the team of a user whom a first sign-in made, where the division names none',
  },
} as const satisfies Record<string, Choice>;

export type ChoiceName = keyof typeof CHOICE_TABLE;

/** All names, in the order they are shown. */
export const CHOICE_NAMES = Object.keys(CHOICE_TABLE) as readonly ChoiceName[];

/** The choice of that name; fails with `invalid_value`, naming those there are. */
export function choiceNamed(name: string): Result<ChoiceName> {
  const known = CHOICE_NAMES.find((one) => one.toLowerCase() === name.toLowerCase());
  return known
    ? ok(known)
    : fail('invalid_value', `There is no choice "${name}". There are: ${CHOICE_NAMES.join(', ')}.`);
}

/** The value of a choice, as text. */
export function choiceText(policy: Policy, name: ChoiceName): string {
  const value = at(policy, name);
  return value === null ? 'none' : String(value).replaceAll(',', ', ');
}

/** Whether the portal made the choice itself. */
export function isOwn(own: OwnChoices, name: ChoiceName): boolean {
  return at(own, name) !== undefined;
}

/** The portal's own choices with one more; fails with `invalid_value` for a text that is none of its values. */
export function withChoice(own: OwnChoices, name: ChoiceName, text: string): Result<OwnChoices> {
  const choice: Choice = CHOICE_TABLE[name];
  const value = choice.read(text.trim());
  if (value === undefined) return fail('invalid_value', `${name} takes: ${choice.takes}.`);
  return ok(placed(own, name, value));
}

/** The portal's own choices without one. */
export function withoutChoice(own: OwnChoices, name: ChoiceName): OwnChoices {
  return placed(own, name, undefined);
}

function at(choices: object, name: ChoiceName): unknown {
  return name
    .split('.')
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], choices);
}

/** An undefined value takes the choice away. */
function placed(own: OwnChoices, name: ChoiceName, value: unknown): OwnChoices {
  const [outer = name, inner] = name.split('.');
  if (inner === undefined) return entry(own, outer, value);
  const nested = entry((own as Readonly<Record<string, object | undefined>>)[outer] ?? {}, inner, value);
  return entry(own, outer, Object.keys(nested).length === 0 ? undefined : nested);
}

function entry(object: object, name: string, value: unknown): object {
  const others = Object.entries(object).filter(([other]) => other !== name);
  return Object.fromEntries(value === undefined ? others : [...others, [name, value]]);
}

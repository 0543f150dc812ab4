// Every choice of a policy in the words of the people who live with it: what it is about, what each value means, and who cares.
// Types hold the table to the schema: no choice and no value is without words.

import type { ChoiceName } from '../../directory/choices.ts';
import type { Policy } from '../../directory/policy.ts';
import { roleName } from '../../wording.ts';

/** The type of the value of a choice. */
type ValueOf<Name extends ChoiceName> = Name extends keyof Policy
  ? Policy[Name]
  : Name extends `${infer Outer extends 'deactivation' | 'brake'}.${infer Inner}`
    ? Inner extends keyof Policy[Outer]
      ? Policy[Outer][Inner]
      : never
    : never;

/** Words for each of few values, or a way to say any. */
type WordsFor<Value> = [Value] extends [string]
  ? string extends Value
    ? (value: Value) => string
    : Readonly<Record<Value, string>>
  : [Value] extends [boolean]
    ? Readonly<Record<'true' | 'false', string>>
    : (value: Value) => string;

export interface ChoiceText<Value> {
  readonly title: string;
  /** What it decides. */
  readonly about: string;
  readonly words: WordsFor<Value>;
}

export const CHOICE_TEXTS: { readonly [Name in ChoiceName]: ChoiceText<ValueOf<Name>> } = {
  userId: {
    title: 'The id of a user',
    about: 'What an identity provider knows a person by. Fixed once there are users.',
    words: { user_name: 'The user name', opaque: 'A random id, another one after a deletion' },
  },
  userNameChanges: {
    title: 'New user names',
    about: 'Whether the identity provider can rename somebody.',
    words: { refused: 'Refused: a user name stays what it was', allowed: 'Taken over; the old name is free at once' },
  },
  attributesStored: {
    title: 'What is kept of a profile',
    about: 'Which attributes that the identity provider sends are stored.',
    words: {
      full: 'Everything that SCIM knows, such as title, department and phone numbers',
      minimal: 'Names, whether the person is active, and the external id; the rest is ignored',
    },
  },
  groups: {
    title: 'Groups',
    about: 'Whether the identity provider can push groups.',
    words: {
      full: 'Yes',
      teams_read_only: 'Yes, and it sees the teams of the portal beside them, to read',
      off: 'No: group pushes are refused',
    },
  },
  roles: {
    title: 'Roles',
    about: 'What a person can be.',
    words: (roles) => roles.map(roleName).join(', '),
  },
  defaultRole: {
    title: 'First role',
    about: 'What new people are, and people who come back.',
    words: roleName,
  },
  adminBy: {
    title: 'Who is an admin',
    about: 'What of the identity provider gives people roles.',
    words: {
      extension: 'The attribute isAdmin, while admin sync is on; otherwise admins of the portal decide',
      user_type: 'The attribute userType is the role',
    },
  },
  teamBy: {
    title: 'Teams',
    about: 'What puts people into a team.',
    words: { division: 'Their division, where it is exactly the name of a team', portal: 'Only the portal itself' },
  },
  extensionUrn: {
    title: 'Schema of isAdmin',
    about: 'The URN under which the identity provider sends isAdmin.',
    words: (urn) => urn ?? 'None',
  },
  showLastLogin: {
    title: 'Last sign-in',
    about: 'Whether the identity provider sees when somebody last signed in.',
    words: { true: 'Shown', false: 'Not shown' },
  },
  'deactivation.profile': {
    title: 'Name and attributes',
    about: 'Of somebody who is deactivated.',
    words: { remove: 'Removed at once', keep: 'Kept' },
  },
  'deactivation.content': {
    title: 'Files and messages',
    about: 'Of somebody who is deactivated, outside workspaces.',
    words: { destroy: 'Closed at once and deleted within minutes', keep: 'Closed, and there again when the person is' },
  },
  'deactivation.workspaces': {
    title: 'Workspaces',
    about: 'Owned by somebody who is deactivated.',
    words: { archive: 'Archived; deleted 30 days later unless an admin restores them', keep: 'Stay as they are' },
  },
  'brake.state': {
    title: 'The brake',
    about: 'Whether a flood of deactivations destroys nothing before an admin has looked.',
    words: { on: 'On', off: 'Off' },
  },
  'brake.percent': {
    title: 'Share',
    about: 'Of the active people, how many may be deactivated within an hour.',
    words: (percent) => `${percent} %`,
  },
  'brake.atLeast': {
    title: 'Always allowed',
    about: 'How many may be in any case, where the share is fewer.',
    words: (count) => `${count} an hour`,
  },
  'brake.number': {
    title: 'Never more than',
    about: 'How many may be at most, where the share is more.',
    words: (count) => `${count} an hour`,
  },
  'jit.state': {
    title: 'First sign-in',
    about: 'Of somebody whom the identity provider sends before it has provisioned them.',
    words: { on: 'Makes the user', off: 'Refused until the user exists' },
  },
  'jit.defaultTeam': {
    title: 'Team of a first sign-in',
    about: 'Where the division names no team.',
    words: (team: unknown) => (team === null ? 'None' : String(team)),
  },
};

/** What a policy chooses, in words. */
export function choiceWords(policy: Policy, name: ChoiceName): string {
  const value = name.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], policy);
  const words = CHOICE_TEXTS[name].words as ((value: unknown) => string) | Readonly<Record<string, string>>;
  return typeof words === 'function' ? words(value) : (words[String(value)] ?? String(value));
}

/** The choices by what they are about, in the order in which they are shown. The brake's have a form of their own. */
export const CHOICE_SECTIONS: readonly { readonly title: string; readonly names: readonly ChoiceName[] }[] = [
  {
    title: 'When somebody is deactivated',
    names: ['deactivation.profile', 'deactivation.content', 'deactivation.workspaces'],
  },
  { title: 'Signing in for the first time', names: ['jit.state', 'jit.defaultTeam'] },
  { title: 'Admins, roles and teams', names: ['adminBy', 'roles', 'defaultRole', 'teamBy', 'extensionUrn'] },
  {
    title: 'People and groups in SCIM',
    names: ['userId', 'userNameChanges', 'attributesStored', 'groups', 'showLastLogin'],
  },
];

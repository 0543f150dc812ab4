// Rows that more than one guide has: the key, and what a deactivation takes away under the policy of this portal.
import { DIALECTS } from '../../scim/dialects.ts';
import { byChoice, type FieldRow, type GuideFacts, type PartRow } from './guide.ts';

export const isDivision = ({ policy }: GuideFacts) => policy.teamBy === 'division';
export const isUserType = ({ policy }: GuideFacts) => policy.adminBy === 'user_type';
export const isExtension = ({ policy }: GuideFacts) => policy.adminBy === 'extension';
export const isSynced = ({ extensionUrn }: GuideFacts) => extensionUrn !== undefined;

/** What stands in place of a user name where there is no key yet. */
export const NO_USERNAME = 'USERNAME';

/** The address below which one dialect answers. */
export function baseUrl({ origin }: GuideFacts, name: 'standard' | 'entra'): string {
  const dialect = DIALECTS.find((one) => one.name === name);
  return `${origin}${dialect?.basePath}${name === 'entra' ? '/' : ''}`;
}

export const username = ({ username: name }: GuideFacts) => name ?? NO_USERNAME;
const hasKey = ({ username: name }: GuideFacts) => name !== undefined;

export const USERNAME_FIELD: FieldRow = {
  label: 'SCIM API Username',
  value: username,
  copy: true,
  when: hasKey,
};

/** Where the secret comes from: it is shown once, so a page can only say where to get a new one. */
export const KEY_PARTS: readonly PartRow[] = [
  {
    when: (facts) => !hasKey(facts) && facts.client === undefined,
    kind: 'beware',
    text: 'There is no key yet that works. [Make one](/console/keys) for a service account: it belongs to nobody who might leave.',
  },
  {
    kind: 'text',
    text: 'The password was shown once, when the key was made. If you do not have it at hand, [rotate the key](/console/keys): the new one works at once, and the old one goes on for a while.',
  },
];

const { profile, content, workspaces } = {
  profile: byChoice(({ deactivation }) => deactivation.profile, {
    remove: 'Names, e-mail address and all other attributes are removed at once.',
    keep: 'Kept, and shown with the deactivated account.',
  }),
  content: byChoice(({ deactivation }) => deactivation.content, {
    destroy: 'Unreadable at once, deleted right after.',
    keep: 'Kept: closed while the person is deactivated, readable again when they come back.',
  }),
  workspaces: byChoice(({ deactivation }) => deactivation.workspaces, {
    archive: 'Archived at once, deleted for good 30 days later. Until then an admin can restore or transfer them.',
    keep: 'Left as they are.',
  }),
};

/** What goes with a deactivation. */
export const DEACTIVATION: PartRow = {
  kind: 'more',
  summary: 'What a deactivation takes away in this portal',
  parts: [
    {
      kind: 'table',
      caption: 'What a deactivation takes away',
      head: ['What', 'What becomes of it'],
      rows: [
        { cells: ['Access', 'Sessions and API keys end at once.'] },
        { cells: ['Roles', 'Admin rights and other roles end, and do not return by themselves.'] },
        { cells: ['Profile', profile] },
        { cells: ['Files and messages', content] },
        { cells: ['Workspaces of theirs', workspaces] },
        { cells: ['Log', 'User name, ids and what happened stay.'] },
      ],
    },
    {
      kind: 'tip',
      when: ({ policy }) => policy.brake.state === 'on',
      text: 'When many people are deactivated within an hour, the [brake](/console/brake) holds what they would lose until an admin decides.',
    },
  ],
};

/** Where admin rights come from userType: what the values do. */
export const ROLE_LIST: PartRow = {
  kind: 'list',
  items: [
    {
      text: ({ policy }) =>
        `The values are ${policy.roles.map((role) => `\`${role}\``).join(', ')}. Another one is refused.`,
    },
    {
      text: ({ policy }) =>
        `A new person without a value is \`${policy.defaultRole}\`; so is one whose value is emptied.`,
    },
    { text: 'A value that is not sent changes nothing.' },
  ],
};

export const TEAM_LIST: PartRow = {
  kind: 'list',
  when: isDivision,
  items: [
    { text: '`division` is the name of a [team](/console/teams), equal to the letter.' },
    {
      text: 'Without a team of that name the person is created all the same, in no team, and the [log](/console/log) says so.',
    },
  ],
};

/** Said where isAdmin would do nothing. */
export const NOT_SYNCED: PartRow = {
  kind: 'tip',
  when: (facts) => !isSynced(facts),
  text: 'This portal does not take admin rights from the identity provider: whoever is an admin is decided under [Users](/console/users). Only the support of the vendor can switch that on, as the feature *admin sync*; ask them. The [settings](/console/settings) show whether it is on.',
};

/** Said where it does. */
export const SYNCED: PartRow = {
  kind: 'list',
  when: isSynced,
  items: [
    { text: '`true` makes a person an admin, `false` takes the rights away, nothing at all leaves them as they are.' },
    {
      text: 'The switch under [Users](/console/users) is then off for people who sign in by the identity provider. Accounts with a password and service accounts stay with the console.',
    },
    { text: 'Every admin gets a mail about each change. The last admin who can sign in stays one.' },
  ],
};

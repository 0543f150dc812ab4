// What Okta may do, and what it sends: settings, the user name, attributes, admin rights and roles.
import { byChoice, type StepRow } from './guide.ts';
import {
  DEACTIVATION,
  isDivision,
  isExtension,
  isSynced,
  isUserType,
  NOT_SYNCED,
  ROLE_LIST,
  SYNCED,
  TEAM_LIST,
} from './shared-rows.ts';

/** URNs compare without case, and people compare them with what the vendor's help pages show for Okta. */
const OKTA_SPELLING: Readonly<Record<string, string>> = {
  'urn:ietf:scim:schemas:extension:sendsafely:2.0:User': 'urn:ietf:scim:schemas:extension:SendSafely:2.0:User',
};

export const OKTA_SETTINGS: readonly StepRow[] = [
  {
    title: 'Choose what Okta may do',
    where: 'Applications > the app > Provisioning > To App > Edit',
    parts: [
      {
        kind: 'table',
        caption: 'Settings of To App',
        head: ['Setting', 'Value', 'Why'],
        rows: [
          { cells: ['*Create Users*', 'Enable', 'Assigned people get an account.'] },
          { cells: ['*Update User Attributes*', 'Enable', 'Changed names arrive.'] },
          { cells: ['*Deactivate Users*', 'Enable', 'Whoever leaves loses access at once.'] },
          {
            cells: ['*Sync Password*', 'Leave off', 'People sign in by SAML; a password that arrives is thrown away.'],
          },
        ],
      },
      DEACTIVATION,
    ],
  },
  {
    title: 'Choose the user name',
    where: 'Applications > the app > Sign On > Settings > Credentials Details',
    parts: [
      {
        kind: 'form',
        fields: [
          { label: 'Application username format', value: 'Email or Okta username' },
          {
            label: 'Update application username on',
            value: byChoice(({ userNameChanges }) => userNameChanges, {
              refused: 'Create only',
              allowed: 'Create only, or Create and update',
            }),
            hint: byChoice(({ userNameChanges }) => userNameChanges, {
              refused: 'The user name is the account for ever: another one is refused.',
              allowed: 'This portal takes a new user name and keeps the account.',
            }),
          },
        ],
      },
    ],
  },
  {
    title: 'Look over the attributes',
    where: 'Applications > the app > Provisioning > To App > Attribute Mappings',
    parts: [
      {
        kind: 'table',
        caption: 'Attribute mappings',
        head: ['Okta', 'SCIM', 'What to do'],
        rows: [
          { cells: ['userName', '`userName`', 'Keep.'] },
          { cells: ['givenName', '`name.givenName`', 'Keep.'] },
          { cells: ['familyName', '`name.familyName`', 'Keep.'] },
          {
            cells: [
              'email, displayName, title, department and others',
              'as they are',
              byChoice(({ attributesStored }) => attributesStored, {
                full: 'Keep what the portal should know, and remove the rest.',
                minimal: 'Remove: this portal keeps names only, and ignores the rest.',
              }),
            ],
          },
        ],
      },
    ],
  },
];

export const OKTA_RIGHTS: readonly StepRow[] = [
  {
    when: isExtension,
    title: 'Admin rights from Okta',
    where: 'Directory > Profile Editor > Users > Apps > the app > Add Attribute',
    parts: [
      NOT_SYNCED,
      {
        kind: 'form',
        when: isSynced,
        fields: [
          { label: 'Data type', value: 'boolean' },
          {
            label: 'Display name',
            value: 'Portal Admin',
            copy: true,
            hint: 'For people: choose your own if you like.',
          },
          { label: 'Variable name', value: 'portal_isAdmin', copy: true },
          { label: 'External name', value: 'isAdmin', copy: true },
          {
            label: 'External namespace',
            value: ({ extensionUrn = '' }) => OKTA_SPELLING[extensionUrn] ?? extensionUrn,
            copy: true,
            hint: 'Capital and small letters make no difference here.',
          },
          { label: 'Description', value: 'Grants admin rights in the portal', copy: true },
          { label: 'Enum', value: 'leave it off' },
          { label: 'Attribute required', value: 'Yes', hint: 'Whoever has no value keeps the rights they have.' },
          { label: 'Attribute type', value: 'Personal' },
          { label: 'Mutability', value: 'READ_WRITE' },
        ],
      },
      {
        kind: 'text',
        when: isSynced,
        text: 'Press *Save Attribute*. Then set it for a person under *Applications > the app > Assignments*, with the pencil beside their name.',
      },
      SYNCED,
    ],
  },
  {
    when: isUserType,
    title: 'Roles and teams from Okta',
    where: 'Applications > the app > Provisioning > To App > Attribute Mappings',
    parts: [
      {
        kind: 'table',
        caption: 'Mappings of roles and teams',
        head: ['Okta', 'SCIM', 'What it is here'],
        rows: [
          { cells: ['user.userType', '`userType`', 'The role.'] },
          { cells: ['user.division', '`division`', 'The team.'], when: isDivision },
        ],
      },
      ROLE_LIST,
      TEAM_LIST,
    ],
  },
];

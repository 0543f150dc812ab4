// What Entra sends of users and groups: the mappings, and a user name that stays.
import { byChoice, type StepRow } from './guide.ts';

const keepOrDelete = byChoice(({ attributesStored }) => attributesStored, {
  full: 'Keep what the portal should know. Delete the rest.',
  minimal: 'Delete: this portal keeps names only.',
});

export const ENTRA_MAPPINGS: readonly StepRow[] = [
  {
    title: 'Map the attributes of users',
    where: 'Enterprise applications > the app > Provisioning > Attribute mapping > Provision Microsoft Entra ID Users',
    parts: [
      {
        kind: 'table',
        caption: 'Attribute mappings of users',
        head: ['Entra', 'SCIM', 'What to do'],
        rows: [
          { cells: ['userPrincipalName', '`userName`', 'Keep. Matching attribute, precedence 1.'] },
          { cells: ['`Switch([IsSoftDeleted], , "False", "True", "True", "False")`', '`active`', 'Keep as it is.'] },
          { cells: ['givenName', '`name.givenName`', 'Keep.'] },
          { cells: ['surname', '`name.familyName`', 'Keep.'] },
          { cells: ['mailNickname', '`externalId`', 'Change to objectId, or delete.'] },
          { cells: ['displayName, mail, jobTitle, department, manager, employeeId', 'as they are', keepOrDelete] },
          { cells: ['Address and telephone numbers, preferredLanguage', 'as they are', keepOrDelete] },
        ],
      },
    ],
  },
  {
    title: 'Keep the user name as it is',
    where: 'Attribute mapping > Provision Microsoft Entra ID Users > Show advanced options > Review your schema here',
    when: ({ policy }) => policy.userNameChanges === 'refused',
    parts: [
      { kind: 'text', text: 'The user name is the account for ever: Entra must not try to change it.' },
      {
        kind: 'form',
        fields: [
          { label: 'Attribute', value: 'userName', hint: 'Of the target directory: search the schema for it.' },
          { label: 'Mutability', value: 'Immutable' },
        ],
      },
      {
        kind: 'text',
        text: 'Press *Save*. A change of a userPrincipalName is then not sent. Without this it is refused, and shows as an error for that person.',
      },
    ],
  },
  {
    title: 'User names may change',
    when: ({ policy }) => policy.userNameChanges === 'allowed',
    parts: [
      {
        kind: 'text',
        text: 'This portal takes a new user name and keeps the account, so `userName` can stay as mutable as Entra has it.',
      },
    ],
  },
  {
    title: 'Groups',
    where: 'Enterprise applications > the app > Provisioning > Attribute mapping > Provision Microsoft Entra ID Groups',
    parts: [
      {
        kind: 'form',
        fields: [
          {
            label: 'Enabled',
            value: byChoice(({ groups }) => groups, {
              full: 'No, or Yes if the portal is to know your groups',
              teams_read_only: 'No, or Yes if the portal is to know your groups',
              off: 'No',
            }),
            hint: byChoice(({ groups }) => groups, {
              full: 'In either case the people in a group that is assigned to the application are provisioned.',
              teams_read_only:
                'In either case the people in a group that is assigned to the application are provisioned. A group cannot have the name of a team.',
              off: 'Groups are switched off in this portal. The people in a group that is assigned to the application are provisioned all the same.',
            }),
          },
        ],
      },
      {
        kind: 'more',
        when: ({ policy }) => policy.groups !== 'off',
        summary: 'With groups: their mappings',
        parts: [
          {
            kind: 'table',
            caption: 'Attribute mappings of groups',
            head: ['Entra', 'SCIM', 'What to do'],
            rows: [
              { cells: ['displayName', '`displayName`', 'Keep. Matching attribute, precedence 1.'] },
              { cells: ['objectId', '`externalId`', 'Keep or delete.'] },
              { cells: ['members', '`members`', 'Keep. Users only, no groups inside groups.'] },
              { cells: ['All others', '', 'Delete.'] },
            ],
          },
        ],
      },
    ],
  },
];

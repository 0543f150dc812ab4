// How to connect Okta, in the words of its menus. docs/connect-okta.md says the same at more length.
import { byChoice, type GuideTable, type StepRow } from './guide.ts';
import { OKTA_RIGHTS, OKTA_SETTINGS } from './okta-attributes.ts';
import { OKTA_CONNECTION } from './okta-connection.ts';

const LAST: readonly StepRow[] = [
  {
    title: 'Groups',
    where: 'Applications > the app > Push Groups',
    parts: [
      {
        kind: 'text',
        text: byChoice(({ groups }) => groups, {
          full: 'Only if you want them. With *Push Groups* among the supported actions, choose groups by name or by rule: Okta makes them here and keeps their members.',
          teams_read_only:
            'Only if you want them. With *Push Groups* among the supported actions, choose groups by name or by rule. The teams of this portal are shown as groups that cannot be changed, and a group cannot have the name of a team.',
          off: 'Groups are switched off in this portal: leave *Push Groups* off, since each push would be refused.',
        }),
      },
      {
        kind: 'list',
        when: ({ policy }) => policy.groups !== 'off',
        items: [
          { text: 'Members arrive who are also assigned to the app.' },
          { text: 'Where a group of that name is here already, press *Refresh App Groups* and choose *Link Group*.' },
          { text: 'Groups inside groups are not supported.' },
        ],
      },
    ],
  },
  {
    title: 'Try it with one person',
    where: 'Applications > the app > Assignments',
    parts: [
      {
        kind: 'list',
        items: [
          { text: '*Assign* a test person. They are here within a minute.' },
          { text: 'Change their first or last name in Okta.' },
          { text: 'Remove the assignment. They are deactivated here.' },
        ],
      },
      {
        kind: 'text',
        text: 'The [live check](#check) shows each of it as it arrives. When all is green, assign everybody.',
      },
    ],
  },
];

export const OKTA_GUIDE: GuideTable = {
  name: 'Okta',
  lead: 'For an admin of Okta, in ten minutes. Every value is the one of this portal.',
  steps: [...OKTA_CONNECTION, ...OKTA_SETTINGS, ...OKTA_RIGHTS, ...LAST],
};

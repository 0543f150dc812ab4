// How to connect Microsoft Entra ID, in the words of its menus. docs/connect-entra.md says the same at more length.
import { ENTRA_MAPPINGS } from './entra-attributes.ts';
import { ENTRA_CONNECTION } from './entra-connection.ts';
import { ENTRA_RIGHTS } from './entra-rights.ts';
import type { GuideTable, StepRow } from './guide.ts';
import { DEACTIVATION } from './shared-rows.ts';

const LAST: readonly StepRow[] = [
  {
    title: 'Choose who, and what happens by mistake',
    where: 'Enterprise applications > the app > Provisioning > Settings',
    parts: [
      {
        kind: 'table',
        caption: 'Settings of provisioning',
        head: ['Setting', 'Value', 'Why'],
        rows: [
          { cells: ['*Scope*', 'Sync only assigned users and groups', 'Nobody else has an account here.'] },
          {
            cells: [
              '*Send an email notification when a failure occurs*',
              'A mailbox that is read',
              'Entra tells there of a quarantine.',
            ],
          },
          {
            cells: [
              '*Prevent accidental deletion*',
              'On, with a threshold that fits',
              'A wrong scope would deactivate people.',
            ],
          },
        ],
      },
      DEACTIVATION,
    ],
  },
  {
    title: 'Try it with one person',
    where: 'Enterprise applications > the app > Provisioning > Provision on demand',
    parts: [
      {
        kind: 'text',
        text: 'Entra works in rounds of about 40 minutes. *Provision on demand* runs one person at once.',
      },
      {
        kind: 'list',
        items: [
          { text: 'Assign a test person under *Users and groups*, and provision them on demand.' },
          { text: 'Change their first or last name, and provision them on demand.' },
          { text: 'Remove the assignment, and provision them on demand.' },
        ],
      },
      {
        kind: 'text',
        text: 'The [live check](#check) shows each of it as it arrives. When all is green, assign everybody and choose *Start provisioning*.',
      },
    ],
  },
];

export const ENTRA_GUIDE: GuideTable = {
  name: 'Microsoft Entra ID',
  lead: 'For an admin of Entra, in twenty minutes. Every value is the one of this portal.',
  steps: [...ENTRA_CONNECTION, ...ENTRA_MAPPINGS, ...ENTRA_RIGHTS, ...LAST],
};

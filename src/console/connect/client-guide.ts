// How any other SCIM 2.0 client connects: the plain values.
import { byChoice, type GuideTable } from './guide.ts';
import { ANY_OAUTH } from './oauth-rows.ts';
import {
  baseUrl,
  DEACTIVATION,
  isDivision,
  isSynced,
  isUserType,
  KEY_PARTS,
  ROLE_LIST,
  TEAM_LIST,
  USERNAME_FIELD,
  username,
} from './shared-rows.ts';

export const CLIENT_GUIDE: GuideTable = {
  name: 'any SCIM 2.0 client',
  lead: 'OneLogin, Ping, JumpCloud, Google, CyberArk, a script: the plain values.',
  steps: [
    {
      title: 'Have the key at hand',
      parts: [{ kind: 'form', fields: [USERNAME_FIELD] }, ...KEY_PARTS],
    },
    {
      title: 'Enter the connection',
      parts: [
        {
          kind: 'form',
          fields: [
            { label: 'Base URL', value: (facts) => baseUrl(facts, 'standard'), copy: true },
            { label: 'Version', value: 'SCIM 2.0' },
            { label: 'HTTP Basic', value: (facts) => `${username(facts)} and the SCIM API Password` },
            {
              label: 'or a bearer token',
              value: (facts) => `${username(facts)}:PASSWORD`,
              hint: 'The two joined by a colon, and nothing encoded.',
            },
            { label: 'Unique attribute', value: 'userName', copy: true },
          ],
        },
        ANY_OAUTH,
        {
          kind: 'more',
          summary: 'The client speaks as Entra does',
          parts: [
            {
              kind: 'text',
              text: 'At this address a PATCH is answered with 204 and an empty list stays empty. Behind both is the same directory.',
            },
            { kind: 'form', fields: [{ label: 'Base URL', value: (facts) => baseUrl(facts, 'entra'), copy: true }] },
          ],
        },
      ],
    },
    {
      title: 'Send what this portal knows',
      parts: [
        {
          kind: 'table',
          caption: 'Attributes',
          head: ['SCIM', 'Here'],
          rows: [
            {
              cells: [
                '`userName`',
                byChoice(({ userNameChanges }) => userNameChanges, {
                  refused: 'Needed. The account for ever: another one is refused.',
                  allowed: 'Needed, unique, can change.',
                }),
              ],
            },
            { cells: ['`name.givenName`, `name.familyName`', 'The names.'] },
            { cells: ['`active`', 'Access. `false` deactivates.'] },
            { cells: ['`externalId`', 'Kept as it is sent.'] },
            {
              cells: ['`isAdmin`', ({ extensionUrn }) => `Admin rights, in the schema \`${extensionUrn}\`.`],
              when: isSynced,
            },
            { cells: ['`userType`', 'The role.'], when: isUserType },
            {
              cells: ['`division`', 'The team, in the enterprise schema.'],
              when: isDivision,
            },
            {
              cells: [
                'Others',
                byChoice(({ attributesStored }) => attributesStored, {
                  full: 'Core and enterprise attributes are kept. What no schema knows is ignored.',
                  minimal: 'Accepted and ignored.',
                }),
              ],
            },
            {
              cells: [
                'Groups',
                byChoice(({ groups }) => groups, {
                  full: 'Created, changed and deleted under `/Groups`.',
                  teams_read_only:
                    'Created, changed and deleted under `/Groups`. Teams are shown there too, and cannot be changed.',
                  off: 'Switched off in this portal.',
                }),
              ],
            },
          ],
        },
        { ...ROLE_LIST, when: isUserType },
        TEAM_LIST,
        DEACTIVATION,
      ],
    },
    {
      title: 'Try it with one person',
      parts: [
        {
          kind: 'list',
          items: [
            { text: 'Create a test person: `POST /Users`.' },
            { text: 'Change the name: `PATCH` or `PUT /Users/ID`.' },
            { text: 'Deactivate: the same with `active` false.' },
          ],
        },
        { kind: 'text', text: 'The [live check](#check) shows each of it as it arrives.' },
      ],
    },
  ],
};

// The first steps of Okta: the key, the app, the connection and its test.
import { byChoice, type StepRow } from './guide.ts';
import { clientStep, isClientOf, OKTA_AUTHENTICATE, OKTA_OAUTH, OKTA_OAUTH_FIELDS } from './oauth-rows.ts';
import { baseUrl, KEY_PARTS, USERNAME_FIELD, username } from './shared-rows.ts';

const isClient = isClientOf('authorization_code');
const isKey: typeof isClient = (facts) => !isClient(facts);

export const OKTA_CONNECTION: readonly StepRow[] = [
  clientStep('Okta', 'authorization_code'),
  {
    title: 'Have the key at hand',
    when: isKey,
    parts: [
      { kind: 'text', text: 'Okta signs in with the user name and the password of a SCIM key.' },
      { kind: 'form', fields: [USERNAME_FIELD] },
      ...KEY_PARTS,
    ],
  },
  {
    title: 'Switch provisioning on',
    where: 'Applications > the app of this portal > General > App Settings > Edit',
    parts: [
      { kind: 'text', text: 'Choose *SCIM* as provisioning and save. The app now has a tab *Provisioning*.' },
      {
        kind: 'more',
        summary: 'The app comes from the catalog of Okta',
        parts: [
          {
            kind: 'text',
            text: 'Check that the hostname under *General* is this one. Then choose *Provisioning > Configure API Integration* and tick *Enable API Integration*. Only user name and password are asked for.',
          },
          { kind: 'form', fields: [{ label: 'Hostname', value: ({ origin }) => new URL(origin).host, copy: true }] },
        ],
      },
      {
        kind: 'more',
        summary: 'There is no app yet',
        parts: [
          {
            kind: 'text',
            text: 'Make one under *Applications > Create App Integration* and set up SAML sign-in in it first: provisioning makes the accounts, and SAML lets their owners in.',
          },
        ],
      },
    ],
  },
  {
    title: 'Enter the connection',
    where: 'Applications > the app > Provisioning > Integration',
    parts: [
      {
        kind: 'form',
        fields: [
          { label: 'SCIM connector base URL', value: (facts) => baseUrl(facts, 'standard'), copy: true },
          { label: 'Unique identifier field for users', value: 'userName', copy: true },
          {
            label: 'Supported provisioning actions',
            value: byChoice(({ groups }) => groups, {
              full: 'Push New Users, Push Profile Updates; Push Groups if you want groups',
              teams_read_only: 'Push New Users, Push Profile Updates; Push Groups if you want groups',
              off: 'Push New Users, Push Profile Updates',
            }),
            hint: byChoice(({ groups }) => groups, {
              full: 'Leave both imports off: Okta is where people come from.',
              teams_read_only: 'Leave both imports off: Okta is where people come from.',
              off: 'Leave Push Groups off, since groups are switched off in this portal, and both imports too.',
            }),
          },
          { label: 'Authentication Mode', value: (facts) => (isClient(facts) ? 'OAuth 2' : 'Basic Auth') },
          { label: 'Username', value: username, copy: true, when: isKey },
          { label: 'Password', value: 'the SCIM API Password', hint: 'No spaces before or behind it.', when: isKey },
          ...OKTA_OAUTH_FIELDS.map((field) => ({ ...field, when: isClient })),
        ],
      },
      OKTA_OAUTH,
      {
        kind: 'more',
        when: isKey,
        summary: 'The app knows only HTTP Header',
        parts: [
          {
            kind: 'text',
            text: 'Enter user name, a colon and the password as one token, with nothing encoded: `USERNAME:PASSWORD`.',
          },
        ],
      },
    ],
  },
  {
    title: 'Test, then save',
    parts: [
      OKTA_AUTHENTICATE,
      {
        kind: 'text',
        text: 'Press *Test Connector Configuration* (in an app of the catalog *Test API Credentials*), then *Save*. The [live check](#check) turns green when Okta was let in, and says what to change when it was not.',
      },
    ],
  },
];

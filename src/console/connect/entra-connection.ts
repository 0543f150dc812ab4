// The first steps of Entra: the token, the application, the connection and its test.
import type { StepRow } from './guide.ts';
import { clientStep, ENTRA_OAUTH, ENTRA_OAUTH_PARTS, isClientOf } from './oauth-rows.ts';
import { baseUrl, KEY_PARTS, USERNAME_FIELD, username } from './shared-rows.ts';

const isClient = isClientOf('client_credentials', 'workload_identity');
const isKey: typeof isClient = (facts) => !isClient(facts);

export const ENTRA_CONNECTION: readonly StepRow[] = [
  clientStep('Entra', 'client_credentials', 'workload_identity'),
  {
    title: 'Have the token at hand',
    when: isKey,
    parts: [
      { kind: 'text', text: 'Entra signs in with one token: the user name of a SCIM key, a colon, and its password.' },
      {
        kind: 'form',
        fields: [
          USERNAME_FIELD,
          {
            label: 'Secret token',
            value: (facts) => `${username(facts)}:PASSWORD`,
            hint: 'With the SCIM API Password behind the colon, and nothing encoded.',
          },
        ],
      },
      ...KEY_PARTS,
    ],
  },
  {
    title: 'Make the application',
    where: 'Enterprise applications > New application > Create your own application',
    parts: [
      {
        kind: 'text',
        text: "Give it a name, choose *Integrate any other application you don't find in the gallery (Non-gallery)*, and press *Create*.",
      },
      {
        kind: 'more',
        summary: 'Sign-in by SAML in the same application',
        parts: [
          {
            kind: 'text',
            text: 'Under *Single sign-on > SAML*. It can be done now or later; people cannot sign in before.',
          },
          {
            kind: 'form',
            fields: [
              {
                label: 'Identifier, Reply URL and Relay State',
                value: ({ origin }) => `${origin}/auth/saml2/`,
                copy: true,
                hint: 'The same in all three.',
              },
              {
                label: 'Attributes & Claims',
                value: 'Unique User Identifier and the e-mail address',
                hint: 'The others can be deleted.',
              },
              { label: 'Signing Option', value: 'Sign SAML response and assertion' },
              { label: 'Signing Algorithm', value: 'SHA-256' },
            ],
          },
        ],
      },
    ],
  },
  {
    title: 'Enter the connection',
    where: 'Enterprise applications > the app > Provisioning > Connect your application',
    parts: [
      ...ENTRA_OAUTH_PARTS,
      {
        kind: 'form',
        when: isKey,
        fields: [
          { label: 'Authentication method', value: 'Bearer token' },
          { label: 'Tenant URL', value: (facts) => baseUrl(facts, 'entra'), copy: true },
          {
            label: 'Secret token',
            value: (facts) => `${username(facts)}:PASSWORD`,
            hint: 'Without the word Bearer: Entra adds it.',
          },
        ],
      },
      ...ENTRA_OAUTH,
      {
        kind: 'more',
        summary: 'In older portals of Entra',
        parts: [
          { kind: 'text', text: 'The same fields stand under *Provisioning Mode: Automatic > Admin Credentials*.' },
        ],
      },
    ],
  },
  {
    title: 'Test, then create',
    parts: [
      {
        kind: 'text',
        text: 'Press *Test connection*, then *Create*. Entra looks for a person that cannot exist and is content to find nobody. The [live check](#check) turns green when Entra was let in, and says what to change when it was not.',
      },
    ],
  },
];

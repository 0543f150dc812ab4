// Rows of the guides about OAuth: what takes the place of a key, by the words of Okta and Entra. Each guide has them folded while it is
// about a key, and as its own steps while it is about a client of the fitting kind.
import type { GrantName } from '../../auth/oauth/client-grant.ts';
import type { FieldRow, GuideFacts, PartRow, StepRow } from './guide.ts';
import { baseUrl } from './shared-rows.ts';

type When = (facts: GuideFacts) => boolean;

/** Whether the guide is about a client of that kind. */
export function isClientOf(...grants: readonly GrantName[]): When {
  return ({ client }) => client !== undefined && grants.includes(client.grant);
}

const tokenUrl = ({ origin }: GuideFacts) => `${origin}/oauth/token`;
const clientId = ({ client }: GuideFacts) => client?.id ?? 'the client id';
const entraUrl = (facts: GuideFacts) => baseUrl(facts, 'entra');

const SECRET_HINT = 'Shown once, when it was made. Another can be made beside it.';

/** In place of user name and password. */
export const OKTA_OAUTH_FIELDS: readonly FieldRow[] = [
  { label: 'Access token endpoint URI', value: tokenUrl, copy: true },
  { label: 'Authorization endpoint URI', value: ({ origin }) => `${origin}/oauth/authorize`, copy: true },
  { label: 'Client ID', value: clientId, copy: true },
  { label: 'Client Secret', value: 'a secret of the client', hint: SECRET_HINT },
];

const AUTHENTICATE =
  'Press *Save*, then *Authenticate with* the name of the app. A window opens: sign in here as an admin and choose *Allow*. Okta renews its access by itself from then on.';

export const OKTA_AUTHENTICATE: PartRow = { kind: 'text', when: isClientOf('authorization_code'), text: AUTHENTICATE };

/** While the guide is about a key. */
export const OKTA_OAUTH: PartRow = {
  kind: 'more',
  when: (facts) => !isClientOf('authorization_code')(facts),
  summary: 'OAuth 2 instead of a password: the Authenticate button',
  parts: [
    {
      kind: 'list',
      items: [
        {
          text: '[Make a client for Okta](/console/clients/new?for=okta). It takes the address of the app’s page in the Admin Console, and makes the redirect URI from it.',
        },
        { text: 'Make a secret for it, which is shown once.' },
        { text: 'Choose *OAuth 2* as *Authentication Mode*, and enter these in place of user name and password:' },
      ],
    },
    { kind: 'form', fields: OKTA_OAUTH_FIELDS },
    { kind: 'text', text: AUTHENTICATE },
  ],
};

/** The first step, where a client takes the place of the key. */
export function clientStep(name: string, ...grants: readonly GrantName[]): StepRow {
  const isWorkload = isClientOf('workload_identity');
  return {
    title: 'Have the client at hand',
    when: isClientOf(...grants),
    parts: [
      { kind: 'form', fields: [{ label: 'Client id', value: clientId, copy: true }] },
      {
        kind: 'text',
        when: (facts) => !isWorkload(facts),
        text: (facts) =>
          `${name} gets tokens of an hour by this id and a secret, which was shown once. If you do not have it at hand, [make another](/console/clients/${clientId(facts)}): both work, up to five.`,
      },
      {
        kind: 'text',
        when: isWorkload,
        text: (facts) =>
          `${name} proves who it is by a signature, and there is no secret. [The client](/console/clients/${clientId(facts)}) has what is expected.`,
      },
    ],
  };
}

const CREDENTIAL_FIELDS: readonly FieldRow[] = [
  { label: 'Token endpoint', value: tokenUrl, copy: true },
  { label: 'Client identifier', value: clientId, copy: true },
  { label: 'Client secret', value: 'a secret of the client', hint: SECRET_HINT },
];

const WORKLOAD_FIELDS: readonly FieldRow[] = [
  { label: 'Client ID', value: clientId, copy: true },
  { label: 'Token URL', value: tokenUrl, copy: true },
  { label: 'SCIM URL', value: entraUrl, copy: true },
];

/** In place of the secret token, while the guide is about a client. */
export const ENTRA_OAUTH_PARTS: readonly PartRow[] = [
  {
    kind: 'form',
    when: isClientOf('client_credentials'),
    fields: [
      { label: 'Authentication method', value: 'OAuth2 client credentials grant' },
      { label: 'Tenant URL', value: entraUrl, copy: true },
      ...CREDENTIAL_FIELDS,
    ],
  },
  {
    kind: 'form',
    when: isClientOf('workload_identity'),
    fields: [{ label: 'Authentication method', value: 'Workload Identity Federation' }, ...WORKLOAD_FIELDS],
  },
];

/** While the guide is about a key. */
export const ENTRA_OAUTH: readonly PartRow[] = [
  {
    kind: 'more',
    when: (facts) => !isClientOf('client_credentials')(facts),
    summary: 'OAuth2 client credentials grant instead of the token',
    parts: [
      {
        kind: 'text',
        text: '[Make a client with client credentials](/console/clients/new?for=credentials) and a secret for it. Then choose *OAuth2 client credentials grant* as authentication method, with the same Tenant URL:',
      },
      { kind: 'form', fields: CREDENTIAL_FIELDS },
    ],
  },
  {
    kind: 'more',
    when: (facts) => !isClientOf('workload_identity')(facts),
    summary: 'Workload Identity Federation: no secret at all, in three steps',
    parts: [
      {
        kind: 'list',
        items: [
          {
            text: 'In Entra choose *Workload Identity Federation* as authentication method, then *Select Workload Identity*. Entra shows Issuer, JWKS URL, Subject and Audience.',
          },
          {
            text: '[Make a client with workload identity](/console/clients/new?for=workload) here, and paste these four.',
          },
          { text: 'Back in Entra enter what the client shows:' },
        ],
      },
      { kind: 'form', fields: WORKLOAD_FIELDS },
    ],
  },
];

/** For a script, or anything else that speaks OAuth. */
export const ANY_OAUTH: PartRow = {
  kind: 'more',
  summary: 'OAuth 2 client credentials',
  parts: [
    {
      kind: 'text',
      text: '[Make a client with client credentials](/console/clients/new?for=credentials) and a secret for it. A `POST` to the token endpoint with `grant_type=client_credentials`, and id and secret by HTTP Basic or in the body, gives a bearer token of an hour.',
    },
    { kind: 'form', fields: CREDENTIAL_FIELDS },
  ],
};

// How to set up single sign-on with Okta, in the words of its menus. docs/sso-okta.md says the same at more length.
import { OKTA_SIGN_OUT } from '../../sso/provider-address.ts';
import { acsUrl } from '../../sso/settings.ts';
import type { GuideTable } from './guide.ts';
import { CLAIM_ROWS, isJit, LAST_SSO_STEPS, NAME_PARTS, SIGNING_TIP } from './sso-rows.ts';

const url = ({ origin }: { readonly origin: string }) => acsUrl(origin);

export const SSO_OKTA_GUIDE: GuideTable = {
  name: 'Okta',
  lead: 'For an admin of Okta, in fifteen minutes. Every value is the one of this portal. The application that provisions people can sign them in too: one application for both.',
  steps: [
    {
      title: 'Make the application',
      where: 'Applications > Applications > Create App Integration',
      parts: [
        { kind: 'text', text: 'Choose *SAML 2.0*, then *Next*. Give it a name and go on to *Configure SAML*.' },
        {
          kind: 'more',
          summary: 'There is an application already',
          parts: [{ kind: 'text', text: 'Open it: *General > SAML Settings > Edit* has the same fields.' }],
        },
      ],
    },
    {
      title: 'Enter this portal',
      where: 'Applications > the app > General > SAML Settings > Edit',
      parts: [
        {
          kind: 'form',
          fields: [
            { label: 'Single sign-on URL', value: url, copy: true, hint: 'With its last slash.' },
            { label: 'Use this for Recipient URL and Destination URL', value: 'Ticked' },
            { label: 'Audience URI (SP Entity ID)', value: url, copy: true },
            {
              label: 'Default RelayState',
              value: url,
              copy: true,
              hint: 'Empty does the same: people land on their home page.',
            },
            {
              label: 'Name ID format',
              value: 'Unspecified',
              hint: 'The portal asks for it: with another one Okta may refuse the request.',
            },
            {
              label: 'Application username',
              value: 'Okta username, or Email',
              hint: 'It is the Unique User Identifier: the same that provisioning sends as userName.',
            },
            { label: 'Update application username on', value: 'Create only' },
          ],
        },
        ...NAME_PARTS,
      ],
    },
    {
      title: 'Let it sign everything',
      where: 'Applications > the app > General > SAML Settings > Show Advanced Settings',
      parts: [
        {
          kind: 'form',
          fields: [
            { label: 'Response', value: 'Signed' },
            { label: 'Assertion Signature', value: 'Signed' },
            { label: 'Signature Algorithm', value: 'RSA-SHA256' },
            { label: 'Digest Algorithm', value: 'SHA256' },
            { label: 'Assertion Encryption', value: 'Unencrypted' },
            { label: 'Signed Requests', value: 'Off', hint: 'The portal does not sign its requests.' },
          ],
        },
        SIGNING_TIP,
      ],
    },
    {
      title: 'Add the claims',
      where: 'Applications > the app > General > SAML Settings > Attribute Statements',
      parts: [
        {
          kind: 'table',
          when: isJit,
          caption: 'Attribute statements',
          head: ['Name', 'Value', 'What for'],
          rows: CLAIM_ROWS.map(({ name, okta, use, when }) => ({
            cells: [`\`${name}\``, `\`${okta}\``, use],
            ...(when ? { when } : {}),
          })),
        },
        {
          kind: 'text',
          when: (facts) => !isJit(facts),
          text: 'One is enough: `email` with the value `user.email`. This portal makes no accounts at sign-in, so names and roles come by provisioning.',
        },
        { kind: 'text', text: 'Leave *Name format* at *Unspecified*.' },
      ],
    },
    {
      title: 'Bring its values here',
      where: 'Applications > the app > Sign On > SAML Signing Certificates',
      parts: [
        {
          kind: 'text',
          text: '*Actions > View IdP metadata* of the active certificate: save the page as a file, and choose it under [Authentication Providers](/console/authentication). Or copy field by field, from *View SAML setup instructions*. The sign-out URL has to be entered either way:',
        },
        {
          kind: 'table',
          caption: 'Values of Okta',
          head: ['In Okta', 'Here'],
          rows: [
            { cells: ['*Identity Provider Issuer*', 'Issuer'] },
            { cells: ['*Identity Provider Single Sign-On URL*', 'Sign-in URL'] },
            { cells: [`\`${OKTA_SIGN_OUT}\``, 'Sign-out URL'] },
            { cells: ['*X.509 Certificate*', 'Certificate'] },
          ],
        },
      ],
    },
    {
      title: 'Assign people',
      where: 'Applications > the app > Assignments',
      parts: [
        {
          kind: 'text',
          text: 'Assign yourself for the test, then people or groups. Nobody else can sign in.',
        },
      ],
    },
    ...LAST_SSO_STEPS,
    {
      title: 'Later: another certificate',
      where: 'Applications > the app > Sign On > SAML Signing Certificates',
      parts: [
        {
          kind: 'list',
          items: [
            { text: '*Generate new certificate*. It is not active yet.' },
            {
              text: 'Download it from *Actions*, and add it here as the second certificate: both work.',
            },
            { text: 'Choose *Actions > Activate* for the new one, and [test](/console/authentication).' },
            { text: 'Remove the old one here.' },
          ],
        },
      ],
    },
  ],
};

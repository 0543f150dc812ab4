// How to set up single sign-on with Microsoft Entra ID, in the words of its menus. docs/sso-entra.md says the same at more length.
import { ENTRA_SIGN_OUT } from '../../sso/provider-address.ts';
import { acsUrl } from '../../sso/settings.ts';
import type { GuideTable } from './guide.ts';
import { CLAIM_ROWS, isJit, LAST_SSO_STEPS, NAME_PARTS, SIGNING_TIP } from './sso-rows.ts';

const url = ({ origin }: { readonly origin: string }) => acsUrl(origin);

export const SSO_ENTRA_GUIDE: GuideTable = {
  name: 'Microsoft Entra ID',
  lead: 'For an admin of Entra, in fifteen minutes. Every value is the one of this portal. The application that provisions people can sign them in too: one application for both.',
  steps: [
    {
      title: 'Open single sign-on',
      where: 'Enterprise applications > the app > Single sign-on',
      parts: [
        { kind: 'text', text: 'Choose *SAML*.' },
        {
          kind: 'more',
          summary: 'There is no application yet',
          parts: [
            {
              kind: 'text',
              text: '*Enterprise applications > New application > Create your own application*, and choose *Integrate any other application you don’t find in the gallery (Non-gallery)*.',
            },
          ],
        },
      ],
    },
    {
      title: 'Enter this portal',
      where: 'Enterprise applications > the app > Single sign-on > Basic SAML Configuration',
      parts: [
        {
          kind: 'form',
          fields: [
            { label: 'Identifier (Entity ID)', value: url, copy: true, hint: 'As the default; remove others.' },
            {
              label: 'Reply URL (Assertion Consumer Service URL)',
              value: url,
              copy: true,
              hint: 'With its last slash. As the default; remove others.',
            },
            {
              label: 'Sign on URL',
              value: 'Empty',
              hint: 'Then the tile signs people in at once. With the Reply URL here, they see the login page first.',
            },
            {
              label: 'Relay State',
              value: url,
              copy: true,
              hint: 'Empty does the same: people land on their home page.',
            },
            { label: 'Logout Url', value: 'Empty' },
          ],
        },
      ],
    },
    {
      title: 'Say who signs in',
      where: 'Enterprise applications > the app > Single sign-on > Attributes & Claims',
      parts: [
        {
          kind: 'form',
          fields: [
            {
              label: 'Unique User Identifier (Name ID)',
              value: 'user.userprincipalname',
              hint: 'Or user.mail: the same that provisioning sends as userName.',
            },
            {
              label: 'Name identifier format',
              value: 'Email address, or Unspecified',
              hint: 'Not Transient or Persistent.',
            },
          ],
        },
        ...NAME_PARTS,
        {
          kind: 'table',
          when: isJit,
          caption: 'Claims',
          head: ['Name', 'Source attribute', 'What for'],
          rows: CLAIM_ROWS.map(({ name, entra, use, when }) => ({
            cells: [`\`${name}\``, `\`${entra}\``, use],
            ...(when ? { when } : {}),
          })),
        },
        {
          kind: 'text',
          when: isJit,
          text: 'Leave *Namespace* empty for these. The claims *emailaddress*, *givenname* and *surname* that Entra has from the beginning are understood too.',
        },
        {
          kind: 'text',
          when: (facts) => !isJit(facts),
          text: 'The claims that Entra has from the beginning can stay. This portal makes no accounts at sign-in, so names and roles come by provisioning.',
        },
      ],
    },
    {
      title: 'Let it sign everything',
      where:
        'Enterprise applications > the app > Single sign-on > SAML Certificates > Token signing certificate > Edit',
      parts: [
        {
          kind: 'form',
          fields: [
            {
              label: 'Signing Option',
              value: 'Sign SAML response and assertion',
              hint: 'The default of most applications signs the assertion only.',
            },
            { label: 'Signing Algorithm', value: 'SHA-256' },
          ],
        },
        SIGNING_TIP,
        { kind: 'text', text: 'Leave *Verification certificates* off and *Token encryption* without a certificate.' },
      ],
    },
    {
      title: 'Bring its values here',
      where: 'Enterprise applications > the app > Single sign-on > SAML Certificates',
      parts: [
        {
          kind: 'text',
          text: 'Download *Federation Metadata XML*, and choose the file under [Authentication Providers](/console/authentication). Or copy field by field. The sign-out URL has to be entered either way:',
        },
        {
          kind: 'table',
          caption: 'Values of Entra',
          head: ['In Entra', 'Here'],
          rows: [
            { cells: ['*Set up the app > Microsoft Entra Identifier*', 'Issuer'] },
            { cells: ['*Set up the app > Login URL*', 'Sign-in URL'] },
            { cells: [`Not *Logout URL*, but \`${ENTRA_SIGN_OUT}\``, 'Sign-out URL'] },
            { cells: ['*SAML Certificates > Certificate (Base64)*', 'Certificate'] },
          ],
        },
        { kind: 'tip', text: 'The *Thumbprint* there is shown beside each certificate here, to compare.' },
      ],
    },
    {
      title: 'Assign people',
      where: 'Enterprise applications > the app > Users and groups',
      parts: [
        {
          kind: 'text',
          text: 'Assign yourself for the test, then people or groups. With *Properties > Assignment required?* on, nobody else can sign in.',
        },
      ],
    },
    ...LAST_SSO_STEPS,
    {
      title: 'Later: another certificate',
      where:
        'Enterprise applications > the app > Single sign-on > SAML Certificates > Token signing certificate > Edit',
      parts: [
        {
          kind: 'list',
          items: [
            { text: '*New Certificate*, then *Save*. It is inactive yet.' },
            {
              text: 'Download it in Base64 format from its menu (*...*), and add it here as the second certificate: both work.',
            },
            { text: 'Choose *Make certificate active* there, and [test](/console/authentication).' },
            { text: 'Remove the old one here.' },
          ],
        },
        {
          kind: 'beware',
          text: 'Do it before the end: once the active one has expired, Entra signs with a new one as soon as it is saved. Entra mails 60, 30 and 7 days before the end, and this console tells from 30 days before.',
        },
      ],
    },
  ],
};

// Rows that the guides of single sign-on share: who is meant by a response, the claims of a first sign-in, and how it is switched on.
import type { GuideFacts, PartRow, StepRow } from './guide.ts';
import { isDivision, isUserType } from './shared-rows.ts';

/** Whether a first sign-in makes the account. */
export const isJit = ({ policy }: GuideFacts) => policy.jit.state === 'on';

interface ClaimRow {
  readonly name: string;
  readonly okta: string;
  readonly entra: string;
  readonly use: string;
  readonly when?: (facts: GuideFacts) => boolean;
}

/** The claims that a first sign-in is made of. */
export const CLAIM_ROWS: readonly ClaimRow[] = [
  {
    name: 'user_name',
    okta: 'user.login',
    entra: 'user.userprincipalname',
    use: 'May be left out. Where it is sent it must be the Unique User Identifier again.',
  },
  { name: 'email', okta: 'user.email', entra: 'user.mail', use: 'Needed. Its domain must be one of the portal’s.' },
  { name: 'givenName', okta: 'user.firstName', entra: 'user.givenname', use: 'Needed.' },
  { name: 'familyName', okta: 'user.lastName', entra: 'user.surname', use: 'Needed.' },
  {
    name: 'userType',
    okta: 'user.userType',
    entra: 'user.assignedroles',
    use: 'The role. Without one, or with one that the portal does not have, it is the default one.',
    when: isUserType,
  },
  {
    name: 'division',
    okta: 'user.division',
    entra: 'user.department',
    use: 'The team, to the letter. Without one, or with one that is none, it is the default one.',
    when: isDivision,
  },
];

/** Who is meant. */
export const NAME_PARTS: readonly PartRow[] = [
  {
    kind: 'beware',
    text: 'Who signs in is decided by the Unique User Identifier (NameID) alone, compared with the user name here without case. An e-mail address never finds an account.',
  },
  {
    kind: 'tip',
    when: (facts) => !isJit(facts),
    text: 'A sign-in makes no account in this portal: [provision people](/console/connect) first.',
  },
  {
    kind: 'tip',
    when: isJit,
    text: 'The first sign-in of a person whom the portal does not know makes the account, in the verified e-mail domains. Accounts that are there are never changed by a sign-in.',
  },
];

export const SIGNING_TIP: PartRow = {
  kind: 'tip',
  text: 'A response with only one of both signed, or with SHA-1, is refused; so is an encrypted one. The connection is HTTPS throughout.',
};

/** The same everywhere: test, then switch on. */
export const LAST_SSO_STEPS: readonly StepRow[] = [
  {
    title: 'Test, then switch on',
    parts: [
      {
        kind: 'list',
        items: [
          {
            text: 'Under [Authentication Providers](/console/authentication) press *Test* and sign in over there. You see what arrived, claim by claim, and whom the portal would sign in. Nobody is signed in by it.',
          },
          { text: 'What is refused says which check failed and what to change.' },
          {
            text: 'After a test that passed, press *Switch on*. People choose *Login using Single Sign-On* here, or the tile over there.',
          },
          { text: 'Keep one admin with a password, for the day when the identity provider cannot be reached.' },
        ],
      },
    ],
  },
];

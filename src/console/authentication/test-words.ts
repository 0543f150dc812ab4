// What a test found, in plain words: each claim and what the portal makes of it, and whom it would sign in. Pure.
import type { Portal } from '../../directory/portal.ts';
import type { FailureCode } from '../../failure.ts';
import { REFUSAL_TEXTS } from '../../log/explain.ts';
import type { Change } from '../../log/idp-menus.ts';
import { printable } from '../../printable.ts';
import { fold } from '../../scim/fold.ts';
import { claimedUserNames, readPersonClaims } from '../../sso/person-claims.ts';
import type { TestedPerson, TestResult } from '../../sso/test-result.ts';

type Passed = Extract<TestResult, { outcome: 'passed' }>;

export interface ClaimLine {
  readonly name: string;
  readonly values: readonly string[];
  /** What becomes of it. */
  readonly use: string;
  readonly isUsed: boolean;
}

/** Every claim that arrived, those that the portal uses first. */
export function claimLines({ assertion: { nameId, attributes } }: Passed, portal: Portal): readonly ClaimLine[] {
  const lines = Object.entries(attributes).map(([name, values]): ClaimLine => {
    const use = useOf(name, values, nameId, portal) ?? 'Not used';
    const shown = values.map((value) => printable(value, 120));
    return { name: printable(name, 160), values: shown, use, isUsed: !use.startsWith('Not used') };
  });
  return lines.toSorted((a, b) => Number(b.isUsed) - Number(a.isUsed));
}

/** Each claim is looked at alone, by the same functions that read all of them. */
function useOf(name: string, values: readonly string[], nameId: string, { policy }: Portal): string | undefined {
  const alone = { attributes: { [name]: values } };
  const userNames = claimedUserNames(alone);
  if (userNames.length > 0) {
    return userNames.every((one) => fold(one) === fold(nameId))
      ? 'The user name again: it is the Unique User Identifier, as it must be'
      : 'Another user name than the Unique User Identifier: such a sign-in is refused';
  }
  const { email, givenName, familyName, userType, division } = readPersonClaims(alone);
  const isKnown = [email, givenName, familyName, userType, division].some((value) => value !== null);
  if (!isKnown) return undefined;
  if (policy.jit.state === 'off') return 'Not used: provisioning says who people are, not a sign-in';
  if (email !== null) return 'E-mail address of a first sign-in; its domain must be a verified one';
  if (givenName !== null) return 'Given name of a first sign-in';
  if (familyName !== null) return 'Family name of a first sign-in';
  if (userType !== null) return policy.adminBy === 'user_type' ? 'Role of a first sign-in' : 'Kept at a first sign-in';
  return policy.teamBy === 'division' ? 'Team of a first sign-in' : 'Kept at a first sign-in';
}

export interface Verdict {
  readonly look: 'good' | 'soon' | 'act';
  readonly title: string;
  readonly lines: readonly string[];
  readonly change?: Change | undefined;
  /** The account, where there is one. */
  readonly href?: string;
}

/** Whom the portal would sign in. */
export function personVerdict(person: TestedPerson, appUrl: string): Verdict {
  switch (person.kind) {
    case 'found': {
      const lands = person.isAdmin ? 'in this console' : `at ${printable(appUrl, 200)}`;
      return {
        look: 'good',
        title: `Would sign in as ${printable(person.userName, 120)}`,
        lines: [
          `The account is there and active. The person lands ${lands}.`,
          'A sign-in changes nothing of the account.',
        ],
        href: `/console/users/${person.seq}`,
      };
    }
    case 'created':
      return createdVerdict(person);
    case 'refused':
      return {
        look: 'act',
        title: 'This person would be refused',
        lines: [person.detail],
        change: changeFor(person.code),
      };
  }
}

function createdVerdict(person: Extract<TestedPerson, { kind: 'created' }>): Verdict {
  const { userName, role, team, unknownRole, unknownTeam } = person;
  const isUnknown = unknownRole !== null || unknownTeam !== null;
  return {
    look: isUnknown ? 'soon' : 'good',
    title: `Would make the account ${printable(userName, 120)}`,
    lines: [
      `It would be the first sign-in of this person: role ${printable(role, 60)}, ${team === null ? 'no team' : `team ${printable(team, 80)}`}.`,
      ...(unknownRole === null
        ? []
        : [`The user type “${printable(unknownRole, 60)}” is no role of the portal: the role is the default one.`]),
      ...(unknownTeam === null
        ? []
        : [`The division “${printable(unknownTeam, 80)}” names no team of the portal: the team is the default one.`]),
      'The test made nothing.',
    ],
  };
}

/** What to change in the identity provider, where the code is one of refusals. */
export function changeFor(code: FailureCode): Change | undefined {
  return code in REFUSAL_TEXTS ? REFUSAL_TEXTS[code as keyof typeof REFUSAL_TEXTS].change : undefined;
}

/** Errors that identity providers show in place of an answer, and what they mean here. */
export const IDP_ERRORS: readonly { readonly sign: string; readonly means: string }[] = [
  {
    sign: 'Entra: AADSTS700016, application not found',
    means: 'The Identifier (Entity ID) there is not that of this portal, to the letter.',
  },
  {
    sign: 'Entra: AADSTS50011, reply URL does not match',
    means: 'The Reply URL there is not that of this portal, with its last slash.',
  },
  { sign: 'Entra: AADSTS50105, user is not assigned', means: 'Assign the person under Users and groups.' },
  {
    sign: 'Okta: 404, or no such app',
    means: 'The sign-in URL here is that of another application, or was cut short.',
  },
  { sign: 'Okta: you do not have access to this app', means: 'Assign the person under Assignments.' },
  {
    sign: 'You land somewhere else, or nothing happens',
    means: 'The Reply URL (Single sign-on URL) there leads elsewhere: it must be that of this portal.',
  },
];

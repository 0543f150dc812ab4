// Whom to sign in as, grouped by what will happen then. Pure: the portal's people and policy in, groups out.
import { ADMIN_ROLE } from '../../src/directory/admin-role.ts';
import type { Account, PortalView } from './people-query.ts';

/** Claims by their plain names; one value each. */
export type Claims = Readonly<Record<string, string>>;

/** One click. */
export interface Person {
  readonly nameId: string;
  /** What people call them. */
  readonly label: string;
  /** What is special, in a few words. */
  readonly note: string;
  readonly claims: Claims;
}

/** People whose sign-in ends the same way. */
export interface Group {
  readonly title: string;
  readonly outcome: 'in' | 'made' | 'refused';
  readonly what: string;
  readonly people: readonly Person[];
  /** What to do where there is nobody. */
  readonly none: string;
}

const FOREIGN_DOMAIN = 'other.example';
const OUTSIDE = { saml: '', password: 'with a password', service: 'a service account' } as const;

/** The groups, in the order in which they are worth trying. */
export function groupsOf(view: PortalView): readonly Group[] {
  return [
    {
      title: 'Admins',
      outcome: 'in',
      what: 'They land in the console.',
      people: view.admins.map((account) => existing(account, placeOf(account))),
      none: 'No admin signs in by an identity provider yet. Make one in the console: Users, a person, Make admin.',
    },
    {
      title: 'Users',
      outcome: 'in',
      what: "They land in the product, which is this server's demo page.",
      people: view.users.map((account) => existing(account, placeOf(account))),
      none: 'There is nobody. Start over with people: `npm start -- --fresh`',
    },
    newcomers(view),
    {
      title: 'Unknown',
      outcome: 'refused',
      what: 'The portal has nobody of that name and makes nobody of that kind.',
      people: strangers(view),
      none: '',
    },
    {
      title: 'Deactivated',
      outcome: 'refused',
      what: 'Their access has ended; the account is there.',
      people: view.inactive.map((account) => existing(account, 'deactivated')),
      none: 'Nobody is deactivated yet. Do it in the console, or play a provider: `npm run simulate -- okta`',
    },
    {
      title: 'Deleted',
      outcome: 'refused',
      what: 'Only provisioning or an admin brings them back, never a sign-in.',
      people: view.removed.map((account) => existing(account, 'deleted')),
      none: 'Nobody was deleted yet. Play a provider that deletes: `npm run simulate -- entra`',
    },
    {
      title: 'Other accounts',
      outcome: 'refused',
      what: 'They sign in with a password, or nobody does.',
      people: view.outside.map((account) => existing(account, OUTSIDE[account.loginType])),
      none: 'There is no such account.',
    },
  ];
}

function newcomers(view: PortalView): Group {
  const isOn = view.policy.jit.state === 'on';
  const { freeName } = view;
  const [domain = 'acme.example'] = view.emailDomains;
  const role = view.policy.roles.find((one) => one !== ADMIN_ROLE && one !== view.policy.defaultRole);
  const known = { ...(role ? { userType: role } : {}), ...(view.teams[0] ? { division: view.teams[0] } : {}) };
  const nameId = `${freeName}@${domain}`;
  const about = (note: string, claims: Claims): Person => ({
    nameId,
    label: 'Jane Example',
    note,
    claims: { ...profile(nameId, 'Jane', 'Example'), ...claims },
  });
  return {
    title: 'New people',
    outcome: isOn ? 'made' : 'refused',
    what: isOn
      ? 'Nobody has that name: the first sign-in makes the account. Each time you come here it is another name.'
      : 'Just-in-time accounts are off in this portal, so they are refused. To switch them on: `npm run portal -- policy set jit.state on`',
    people: [
      about(said(known), known),
      about('without userType and division', {}),
      about('with a userType and a division that the portal does not know', {
        userType: 'astronaut',
        division: 'Moon',
      }),
    ],
    none: '',
  };
}

/** In words what the claims say of role and team. */
function said(claims: Claims): string {
  const words = Object.entries(claims).map(([name, value]) => `${name} ${value}`);
  return words.length === 0 ? 'with every claim' : words.join(', ');
}

function strangers({ freeName, emailDomains }: PortalView): readonly Person[] {
  const foreign = `${freeName}@${FOREIGN_DOMAIN}`;
  const bare = `${freeName}@${emailDomains[0] ?? 'acme.example'}`;
  return [
    {
      nameId: foreign,
      label: 'Jane Example',
      note: "of a domain that is none of the portal's",
      claims: profile(foreign, 'Jane', 'Example'),
    },
    { nameId: bare, label: 'No name', note: 'a stranger about whom nothing else is said', claims: {} },
  ];
}

function existing({ userName, givenName, familyName, role, team }: Account, note: string): Person {
  const label = [givenName, familyName].filter(Boolean).join(' ') || 'No name';
  const claims = { ...profile(userName, givenName, familyName), userType: role, ...(team ? { division: team } : {}) };
  return { nameId: userName, label, note, claims };
}

function placeOf({ role, team }: Account): string {
  return team === null ? role : `${role}, ${team}`;
}

function profile(userName: string, givenName: string | null, familyName: string | null): Claims {
  return {
    user_name: userName,
    ...(userName.includes('@') ? { email: userName } : {}),
    ...(givenName ? { givenName } : {}),
    ...(familyName ? { familyName } : {}),
  };
}

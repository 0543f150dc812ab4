// Whether somebody whom the identity provider vouches for signs in, gets an account by that, or is refused. Pure: one table of who
// they are here, and for who is nobody, of what the assertion says.
import type { Portal } from '../directory/portal.ts';
import { decideCreate, type NewUser } from '../directory/user-decisions.ts';
import { type Failure, type FailureCode, ok, type Result } from '../failure.ts';
import { printable } from '../printable.ts';
import { fold } from '../scim/fold.ts';
import type { JsonObject } from '../scim/json.ts';
import { readResource } from '../scim/resource.ts';
import { ENTERPRISE_USER } from '../scim/schema/enterprise-user.ts';
import type { JournalRule } from '../storage/journal.ts';
import { domainOf } from './email-domain.ts';
import type { Claims } from './person-claims.ts';

/** Who has the user name here. `outside`: a password or service account. */
export type Standing = 'nobody' | 'outside' | 'active' | 'inactive' | 'removed';

/** What is decided by. `domains` are the portal's verified ones, `teams` those of the teams asked for that exist. */
export interface Person {
  readonly nameId: string;
  readonly standing: Standing;
  readonly claims: Claims;
  readonly portal: Portal;
  readonly domains: readonly string[];
  readonly teams: ReadonlySet<string>;
}

/** A user whom a first sign-in makes. `attributes` are what it names, for the journal. */
export interface FirstSignIn {
  readonly kind: 'create';
  readonly user: NewUser;
  readonly attributes: readonly string[];
  readonly rule: JournalRule;
  /** The user type that is no role of the portal, and the division that names no team. */
  readonly unknownRole: string | null;
  readonly unknownTeam: string | null;
}

export type Decision =
  | { readonly kind: 'sign_in' }
  | FirstSignIn
  | { readonly kind: 'refuse'; readonly failure: Failure };

/** Decides. Nothing of an account that is there is ever changed by what an assertion says. */
export function decideSignIn(person: Person): Decision {
  const name = `"${printable(person.nameId)}"`;
  switch (person.standing) {
    case 'active':
      return { kind: 'sign_in' };
    case 'inactive':
      return refuse('sso_user_inactive', `The user ${name} is deactivated.`);
    case 'removed':
      return refuse('sso_user_removed', `The user ${name} was deleted.`);
    case 'outside':
      return refuse('sso_not_saml', `The account ${name} does not sign in by the identity provider.`);
    case 'nobody':
      return person.portal.policy.jit.state === 'on'
        ? firstSignIn(person, name)
        : refuse('sso_user_unknown', `The portal has no user ${name}.`);
  }
}

/** The names of the teams that a decision may ask for. */
export function teamsWanted({ division }: Claims, { policy }: Pick<Portal, 'policy'>): readonly string[] {
  return [division, policy.jit.defaultTeam].filter((name) => name !== null);
}

function firstSignIn(person: Person, name: string): Decision {
  const { claims, nameId } = person;
  const missing = (['email', 'givenName', 'familyName'] as const).filter((claim) => claims[claim] === null);
  if (missing.length > 0) {
    const detail = `The user ${name} is not known yet, and what a first sign-in needs is missing: ${missing.join(', ')}.`;
    return refuse('jit_incomplete', detail);
  }
  const foreign = foreignAddress([claims.email ?? '', ...(fold(nameId).includes('@') ? [fold(nameId)] : [])], person);
  if (foreign !== undefined) {
    const detail = `The user ${name} is not known yet, and "${printable(foreign)}" is of none of the portal's verified e-mail domains.`;
    return refuse('jit_domain', detail);
  }
  const made = newUser(person);
  return made.ok ? made.value : refuse('jit_incomplete', `The user ${name} cannot be made. ${made.failure.detail}`);
}

function foreignAddress(addresses: readonly string[], { domains }: Person): string | undefined {
  return addresses.find((address) => {
    const domain = domainOf(address);
    return domain === undefined || !domains.includes(domain);
  });
}

/** The user as a POST of SCIM would make it of the same attributes, but that what is unknown does not refuse it. */
function newUser({ nameId, claims, portal, teams }: Person): Result<FirstSignIn> {
  const { policy } = portal;
  const steersRole = policy.adminBy === 'user_type';
  const { userType, division } = claims;
  const unknownRole = steersRole && userType !== null && !policy.roles.includes(fold(userType)) ? userType : null;
  const unknownTeam = policy.teamBy === 'division' && division !== null && !teams.has(division) ? division : null;
  const read = readResource(portal.userSchema, resourceOf(nameId, claims, unknownRole === null));
  if (!read.ok) return read;
  const decided = decideCreate({ resource: read.value.resource, named: read.value.present }, portal);
  if (!decided.ok) return decided;
  const named = decided.value.team !== null && teams.has(decided.value.team) ? decided.value.team : null;
  const usual = policy.jit.defaultTeam !== null && teams.has(policy.jit.defaultTeam) ? policy.jit.defaultTeam : null;
  return ok({
    kind: 'create',
    user: { ...decided.value, team: named ?? usual },
    attributes: [...read.value.present],
    rule: ruleOf(unknownRole !== null, unknownTeam !== null),
    unknownRole,
    unknownTeam,
  });
}

function resourceOf(userName: string, claims: Claims, withType: boolean): JsonObject {
  const { email, givenName, familyName, userType, division } = claims;
  return {
    userName,
    name: { givenName, familyName },
    emails: [{ value: email, type: 'work', primary: true }],
    ...(userType === null || !withType ? {} : { userType }),
    ...(division === null ? {} : { [ENTERPRISE_USER]: { division } }),
  };
}

function ruleOf(isRoleUnknown: boolean, isTeamUnknown: boolean): JournalRule {
  if (isRoleUnknown) return isTeamUnknown ? 'jit_role_and_team_unknown' : 'jit_role_unknown';
  return isTeamUnknown ? 'jit_team_unknown' : 'jit';
}

function refuse(code: FailureCode, detail: string): Decision {
  return { kind: 'refuse', failure: { code, detail } };
}

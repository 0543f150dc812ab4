// Who is in the local portal, a handful of each kind. Read only: the list of people to sign in as is what the portal has.

import type { Policy } from '../../src/directory/policy.ts';
import { readPortal } from '../../src/directory/portal.ts';

/** One account. */
export interface Account {
  readonly userName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly loginType: 'saml' | 'password' | 'service';
  readonly role: string;
  readonly team: string | null;
}

/** The portal as the pages need it. */
export interface PortalView {
  readonly name: string;
  readonly policy: Policy;
  readonly emailDomains: readonly string[];
  readonly teams: readonly string[];
  /** Whether single sign-on is on with the certificate of this identity provider. */
  readonly trustsUs: boolean;
  readonly admins: readonly Account[];
  readonly users: readonly Account[];
  readonly inactive: readonly Account[];
  readonly removed: readonly Account[];
  readonly outside: readonly Account[];
  /** `jane.example`, or the first of `jane.example2`, ... that nobody has as a name. */
  readonly freeName: string;
}

const ACCOUNT = `SELECT u.user_name AS userName, u.given_name AS givenName, u.family_name AS familyName, u.login_type AS loginType,
  u.role, t.name AS team
  FROM users AS u LEFT JOIN teams AS t ON t.seq = u.team_seq WHERE`;

// A removed user may be back under the same name, and then is none of the removed.
const LISTS = {
  admins: `${ACCOUNT} u.login_type = 'saml' AND u.active = 1 AND u.role = 'admin' ORDER BY u.seq LIMIT 3`,
  users: `${ACCOUNT} u.login_type = 'saml' AND u.active = 1 AND u.role <> 'admin' ORDER BY u.seq LIMIT 6`,
  inactive: `${ACCOUNT} u.login_type = 'saml' AND u.active = 0 AND u.removed_at IS NULL ORDER BY u.deactivated_at DESC LIMIT 3`,
  removed: `${ACCOUNT} u.login_type = 'saml' AND u.removed_at IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM users AS o WHERE o.user_name_key = u.user_name_key AND o.removed_at IS NULL) ORDER BY u.removed_at DESC LIMIT 3`,
  outside: `${ACCOUNT} u.login_type <> 'saml' AND u.active = 1 AND u.removed_at IS NULL
    GROUP BY u.login_type ORDER BY u.login_type LIMIT 2`,
} as const;

interface PortalRow {
  readonly name: string;
  readonly preset: string;
  readonly policy: string;
  readonly features: string;
  readonly portalVersion: number;
  readonly sso: string;
  readonly emailDomains: string;
}

/** Reads it all in one call; `certificate` is ours, Base64. Throws as D1 does, and where there is no portal. */
export async function readPeople(db: D1Database, certificate: string): Promise<PortalView> {
  const portalRow =
    'SELECT name, preset, policy, features, version AS portalVersion, sso, email_domains AS emailDomains FROM portal WHERE id = 1';
  const teams = 'SELECT name FROM teams ORDER BY name LIMIT 20';
  const taken = "SELECT user_name_key AS name FROM users WHERE user_name_key GLOB 'jane.example*'";
  const statements = [portalRow, teams, taken, ...Object.values(LISTS)].map((sql) => db.prepare(sql));
  const [row, teamRows, takenRows, ...lists] = (await db.batch(statements)).map((result) => result.results);
  const portal = row?.[0] as PortalRow | undefined;
  if (!portal) throw new Error('the state has no portal');
  const [admins = [], users = [], inactive = [], removed = [], outside = []] = lists as Account[][];
  const emailDomains: readonly string[] = JSON.parse(portal.emailDomains);
  return {
    name: portal.name,
    policy: (await readPortal(portal)).policy,
    emailDomains,
    teams: names(teamRows),
    trustsUs: trusts(portal.sso, certificate),
    ...{ admins, users, inactive, removed, outside },
    freeName: freeName(new Set(names(takenRows)), emailDomains[0] ?? 'acme.example'),
  };
}

function names(rows: readonly unknown[] | undefined): string[] {
  return ((rows ?? []) as { name: string }[]).map((row) => row.name);
}

function trusts(sso: string, certificate: string): boolean {
  const settings: { state?: unknown; certificates?: unknown } = JSON.parse(sso);
  return settings.state === 'on' && Array.isArray(settings.certificates) && settings.certificates.includes(certificate);
}

function freeName(taken: ReadonlySet<string>, domain: string): string {
  for (let number = 1; ; number += 1) {
    const name = `jane.example${number === 1 ? '' : number}`;
    if (!taken.has(`${name}@${domain}`)) return name;
  }
}

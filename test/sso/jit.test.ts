// Who signs in, who gets an account by that, and who is refused: the table as a whole, then every combination there is against what
// is said of it in words.
import { describe, expect, it } from 'vitest';
import { readPortal } from '../../src/directory/portal.ts';
import { type Decision, decideSignIn, type Person, type Standing } from '../../src/sso/jit.ts';
import type { Claims } from '../../src/sso/person-claims.ts';

const JANE = 'jane.example@acme.example';
const KNOWN: Claims = {
  email: JANE,
  givenName: 'Jane',
  familyName: 'Example',
  userType: 'manager',
  division: 'North America',
};
const POLICIES = {
  on: { preset: 'sendoso', policy: '{"jit":{"defaultTeam":"Everybody"}}' },
  off: { preset: 'sendoso', policy: '{"jit":{"state":"off"}}' },
};
const TEAMS: ReadonlySet<string> = new Set(['North America', 'Everybody']);

async function decide(more: Partial<Person>, jit: keyof typeof POLICIES = 'on'): Promise<Decision> {
  const portal = await readPortal({ ...POLICIES[jit], features: '{}', portalVersion: 1 });
  const domains = ['acme.example'];
  return decideSignIn({ nameId: JANE, standing: 'nobody', claims: KNOWN, portal, domains, teams: TEAMS, ...more });
}

const text = (decision: Decision) => {
  switch (decision.kind) {
    case 'sign_in':
      return 'signs in';
    case 'create':
      return `made: ${decision.user.role}, ${decision.user.team ?? 'no team'} (${decision.rule})`;
    case 'refuse':
      return decision.failure.code;
  }
};

const ATTRIBUTES: Readonly<Record<string, Claims>> = {
  present: KNOWN,
  'without type and division': { ...KNOWN, userType: null, division: null },
  'missing e-mail or names': { ...KNOWN, email: null, givenName: null },
  'unknown type': { ...KNOWN, userType: 'director' },
  'unknown division': { ...KNOWN, division: 'Atlantis' },
  'both unknown': { ...KNOWN, userType: 'director', division: 'Atlantis' },
  'foreign e-mail': { ...KNOWN, email: 'jane@elsewhere.example' },
};
const STANDINGS: readonly Standing[] = ['nobody', 'outside', 'active', 'inactive', 'removed'];

it('decides by this table', async () => {
  const decided = STANDINGS.flatMap((standing) =>
    Object.entries(ATTRIBUTES).map(async ([name, claims]) => {
      const outcome = text(await decide({ standing, claims }));
      return [standing, name, outcome].join(' | ');
    }),
  );
  const whoeverIsThere = (standing: string, outcome: string) =>
    Object.keys(ATTRIBUTES).map((name) => [standing, name, outcome].join(' | '));
  expect(await Promise.all(decided)).toEqual([
    'nobody | present | made: manager, North America (jit)',
    'nobody | without type and division | made: sender, Everybody (jit)',
    'nobody | missing e-mail or names | jit_incomplete',
    'nobody | unknown type | made: sender, North America (jit_role_unknown)',
    'nobody | unknown division | made: manager, Everybody (jit_team_unknown)',
    'nobody | both unknown | made: sender, Everybody (jit_role_and_team_unknown)',
    'nobody | foreign e-mail | jit_domain',
    ...whoeverIsThere('outside', 'sso_not_saml'),
    ...whoeverIsThere('active', 'signs in'),
    ...whoeverIsThere('inactive', 'sso_user_inactive'),
    ...whoeverIsThere('removed', 'sso_user_removed'),
  ]);
});

/** All values of each claim, with what is special about them. */
const VALUES = {
  email: [null, JANE, 'jane@elsewhere.example', 'no address', 'a@b@acme.example'],
  givenName: [null, 'Jane'],
  familyName: [null, 'Example'],
  userType: [null, 'admin', 'Manager', 'sender', 'director'],
  division: [null, 'North America', 'Atlantis'],
} as const;

function* combinations(): Generator<Claims> {
  for (const email of VALUES.email)
    for (const givenName of VALUES.givenName)
      for (const familyName of VALUES.familyName)
        for (const userType of VALUES.userType)
          for (const division of VALUES.division) yield { email, givenName, familyName, userType, division };
}

/** What is said of a first sign-in in words, once more. */
function wanted({ email, givenName, familyName, userType, division }: Claims, nameId: string): string {
  if (email === null || givenName === null || familyName === null) return 'jit_incomplete';
  if (email !== JANE || nameId.endsWith('elsewhere.example')) return 'jit_domain';
  const isRoleKnown = userType !== 'director';
  const isTeamKnown = division !== 'Atlantis';
  const role = userType === null || !isRoleKnown ? 'sender' : userType.toLowerCase();
  const rules = { 'true true': 'jit', 'false true': 'jit_role_unknown', 'true false': 'jit_team_unknown' };
  const rule = (rules as Record<string, string>)[`${isRoleKnown} ${isTeamKnown}`] ?? 'jit_role_and_team_unknown';
  return `made: ${role}, ${division === 'North America' ? division : 'Everybody'} (${rule})`;
}

describe('of every combination', () => {
  it.each([JANE, 'jane', 'jane@elsewhere.example'])('the first sign-in of %s is as it is said', async (nameId) => {
    for (const claims of combinations()) {
      expect(text(await decide({ nameId, claims })), JSON.stringify(claims)).toBe(wanted(claims, nameId));
    }
  });

  it('none makes an account where first sign-ins make none', async () => {
    for (const claims of combinations()) expect(text(await decide({ claims }, 'off'))).toBe('sso_user_unknown');
  });

  it('none changes what becomes of who is there', async () => {
    for (const standing of STANDINGS.slice(1)) {
      const outcomes = [];
      for (const claims of combinations()) {
        outcomes.push(text(await decide({ standing, claims })), text(await decide({ standing, claims }, 'off')));
      }
      expect(new Set(outcomes).size).toBe(1);
    }
  });
});

describe('a first sign-in', () => {
  it('takes no role from the assertion where userType does not steer roles', async () => {
    const row = { preset: 'open', policy: '{}', features: '{}', portalVersion: 1 };
    const decision = await decide({ portal: await readPortal(row), claims: { ...KNOWN, userType: 'admin' } });
    expect(text(decision)).toBe('made: user, no team (jit)');
  });

  it('keeps e-mail, names, division and user type, as a SCIM client would have sent them', async () => {
    const decision = await decide({});
    expect(decision.kind === 'create' && [decision.user.profile, decision.attributes]).toEqual([
      {
        externalId: null,
        givenName: 'Jane',
        familyName: 'Example',
        attributes: {
          emails: [{ value: JANE, type: 'work', primary: true }],
          'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { division: 'North America' },
        },
      },
      expect.arrayContaining(['userName', 'name.givenName', 'name.familyName', 'emails', 'userType']),
    ]);
  });

  it('puts nobody into a default team that is not there', async () => {
    const claims = { ...KNOWN, division: null };
    expect(text(await decide({ claims, teams: new Set() }))).toBe('made: manager, no team (jit)');
  });

  it.each([
    'jane@acme.example.',
    'jane@ACME.example',
    'jane@acme.exampIe',
    'jane@acme.example@elsewhere.example',
    'jane@xn--acme.example',
    '"jane@elsewhere.example"@acme.example',
    'jane@sub.acme.example',
    'jane@\u212Aacme.example',
    'jane@acme\u3002example',
    'jane @acme.example',
    '<jane@acme.example>',
  ])('of an address like %j makes nobody but of exactly a verified domain', async (email) => {
    const decision = text(await decide({ claims: { ...KNOWN, email } }));
    expect(decision).toMatch(email === 'jane@ACME.example' ? /^made/ : /^jit_domain$/);
  });

  it.each(['jane\uFF20elsewhere.example', 'jane@elsewhere.example', 'jane@acme.example@acme.example'])(
    'of a NameID that reads as the address %j looks at its domain too',
    async (nameId) => {
      expect(text(await decide({ nameId }))).toBe('jit_domain');
    },
  );
});

// Whatever identity providers send, admins do in the console and whoever runs the portal chooses, in whatever order: everybody has the
// role and the team that the rules say, by a model that knows nothing of the code.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ChoiceName } from '../../src/directory/choices.ts';
import { type SettingsContext, setChoice, setFeature } from '../../src/directory/portal-settings.ts';
import { addTeam, removeTeam, renameTeam } from '../../src/directory/teams.ts';
import { signedIn, type Visitor } from '../support/console.ts';
import { RolesAndTeams, type Rules, type Said, type Verb } from '../support/model/roles-and-teams.ts';
import { ENTRA, freshPortal, type Portal, STANDARD } from '../support/portal.ts';
import { ENTERPRISE, expectCountersTrue, rows, userPath } from '../support/scim.ts';

const RUNS = 12;
const URN = 'urn:portcullis:scim:schemas:extension:portal:2.0:User';
const NAMES = ['ada@acme.example', 'ben@acme.example', 'cem@acme.example'];
const TEAMS = ['North', 'South', 'north'];
const ROLES = ['user', 'admin', 'manager', 'Manager', 'clerk'];

const name = fc.constantFrom(...NAMES);
const team = fc.constantFrom(...TEAMS);
const said = fc.record(
  {
    active: fc.boolean(),
    division: fc.constantFrom(...TEAMS, '', null, 'Nowhere'),
    userType: fc.constantFrom(...ROLES, '', null),
    isAdmin: fc.boolean(),
  },
  { requiredKeys: [] },
);
const rules: fc.Arbitrary<Partial<Rules>> = fc.oneof(
  fc.record({ adminBy: fc.constantFrom('extension' as const, 'user_type' as const) }),
  fc.record({ teamBy: fc.constantFrom('division' as const, 'portal' as const) }),
  fc.record({ adminSync: fc.boolean() }),
  fc.record({ profile: fc.constantFrom('keep' as const, 'remove' as const) }),
  fc.record({ defaultRole: fc.constantFrom('user', 'manager') }),
  fc.record({ roles: fc.constantFrom(['user', 'admin'], ['user', 'manager', 'admin'], ['manager', 'clerk', 'admin']) }),
);

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('scim' as const),
      name,
      verb: fc.constantFrom<Verb>('POST', 'PUT', 'PATCH'),
      like: fc.constantFrom<Like>('okta', 'entra'),
      said,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('team' as const), name, team: fc.option(team) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('role' as const), name, role: fc.constantFrom(...ROLES) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('access' as const), name, active: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('add' as const), team }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), team, to: team }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), team }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('choose' as const), rules }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('key' as const), lives: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('first' as const), team: fc.option(team) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Sent = Extract<Step, { do: 'scim' }>;

/** What there is before the first step, so that most steps find something to do. */
const BEGINNING: readonly Step[] = [
  { do: 'choose', rules: { roles: ['user', 'manager', 'admin'] } },
  { do: 'add', team: 'North' },
  { do: 'scim', name: 'ada@acme.example', verb: 'POST', like: 'okta', said: { division: 'North' } },
  { do: 'scim', name: 'ben@acme.example', verb: 'POST', like: 'okta', said: { division: 'South' } },
];

interface World {
  readonly portal: Portal;
  readonly admin: Visitor;
  readonly context: SettingsContext;
}

const USERS =
  "SELECT seq, id, user_name AS name FROM users WHERE login_type = 'saml' AND removed_at IS NULL AND user_name = ?";
const find = async (userName: string) =>
  (await rows<{ seq: number; id: string }>(USERS, userName))[0] ?? { seq: 4711, id: 'nobody' };

type Like = 'okta' | 'entra';

/** As Okta sends it: only what is said, the division and the rights each in their extension. */
function bodyOf(userName: string, { active, division, userType, isAdmin }: Said): Record<string, unknown> {
  return {
    userName,
    ...(active === undefined ? {} : { active }),
    ...(userType === undefined ? {} : { userType }),
    ...(division === undefined ? {} : { [ENTERPRISE]: { division } }),
    ...(isAdmin === undefined ? {} : { [URN]: { isAdmin } }),
  };
}

const PATHS: Readonly<Record<keyof Said, string>> = {
  active: 'active',
  division: `${ENTERPRISE}:division`,
  userType: 'userType',
  isAdmin: `${URN}:isAdmin`,
};

/** As Entra sends it: an operation an attribute, booleans as words, and nothing as a removal. */
function operationsOf(what: Said): object[] {
  return (Object.entries(what) as [keyof Said, Said[keyof Said]][]).map(([key, value]) =>
    value === null || value === ''
      ? { op: 'Remove', path: PATHS[key] }
      : { op: 'Replace', path: PATHS[key], value: typeof value === 'boolean' ? (value ? 'True' : 'False') : value },
  );
}

async function send({ portal }: World, { name: userName, verb, said: what, like }: Sent): Promise<boolean> {
  const body = bodyOf(userName, what);
  const isEntra = like === 'entra' && Object.keys(what).length > 0;
  const operations = isEntra ? operationsOf(what) : [{ op: 'replace', value: body }];
  const { id } = await find(userName);
  const path = verb === 'POST' ? '/Users' : userPath(id);
  const patch = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: operations,
  };
  const { status } = await portal.send(verb, (isEntra ? ENTRA : STANDARD) + path, verb === 'PATCH' ? patch : body);
  expect(status).toBeLessThan(500);
  return status < 300;
}

async function post(
  { admin }: World,
  userName: string,
  action: string,
  fields: Record<string, string>,
): Promise<boolean> {
  const page = await admin.post(`/console/users/${(await find(userName)).seq}/${action}`, { fields });
  expect(page.status).toBeLessThan(500);
  return page.status === 303;
}

const CHOICES: Readonly<Record<Exclude<keyof Rules, 'adminSync'>, ChoiceName>> = {
  roles: 'roles',
  defaultRole: 'defaultRole',
  adminBy: 'adminBy',
  teamBy: 'teamBy',
  profile: 'deactivation.profile',
};

async function choose({ context }: World, change: Partial<Rules>): Promise<boolean> {
  if (change.adminSync !== undefined) return (await setFeature(context, 'adminSync', change.adminSync)).ok;
  const { adminSync: _, ...choices } = change;
  for (const [key, value] of Object.entries(choices)) {
    if (!(await setChoice(context, CHOICES[key as keyof typeof choices], String(value))).ok) return false;
  }
  return true;
}

/** The portal's one key ends, or lives again. */
async function keyLives(lives: boolean): Promise<boolean> {
  await env.DB.prepare('UPDATE api_keys SET revoked_at = ?')
    .bind(lives ? null : 1)
    .run();
  return true;
}

/** Does the step in the portal and in the model, and says whether each has done it. */
async function play(
  world: World,
  model: RolesAndTeams,
  one: Step,
): Promise<readonly [portal: boolean, model: boolean]> {
  const { context } = world;
  switch (one.do) {
    case 'scim':
      return [await send(world, one), model.scim(one.name, one.verb, one.said)];
    case 'delete':
      return [
        (await world.portal.send('DELETE', userPath((await find(one.name)).id))).status === 204,
        model.delete(one.name),
      ];
    case 'team':
      return [await post(world, one.name, 'team', { team: one.team ?? '' }), model.giveTeam(one.name, one.team)];
    case 'role':
      return [await post(world, one.name, 'role', { role: one.role }), model.giveRole(one.name, one.role)];
    case 'access': {
      const action = one.active ? 'reactivate' : 'deactivate';
      return [await post(world, one.name, action, { confirmation: one.name }), model.setActive(one.name, one.active)];
    }
    case 'add':
      return [(await addTeam(context, one.team)).ok, model.addTeam(one.team)];
    case 'rename':
      return [(await renameTeam(context, one.team, one.to)).ok, model.renameTeam(one.team, one.to)];
    case 'remove':
      return [(await removeTeam(context, one.team)).ok, model.removeTeam(one.team)];
    case 'first':
      return [(await setChoice(context, 'jit.defaultTeam', one.team ?? 'none')).ok, model.chooseFirst(one.team)];
    case 'key':
      model.isProvisioned = one.lives;
      return [await keyLives(one.lives), true];
    case 'choose':
      return [await choose(world, one.rules), model.choose(one.rules)];
  }
}

async function picture(): Promise<Record<string, string>> {
  const people = await rows<{ name: string; says: string }>(
    `SELECT user_name AS name, iif(active = 1, '', 'inactive ') || role || ', ' ||
       coalesce((SELECT name FROM teams WHERE seq = team_seq), iif(team_seq IS NULL, 'no team', 'a team that is gone')) AS says
     FROM users WHERE login_type = 'saml' AND removed_at IS NULL ORDER BY user_name`,
  );
  return Object.fromEntries(people.map(({ name: who, says }) => [who, says]));
}

it('everybody has the role and the team that the rules say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
      const portal = await freshPortal('open');
      const admin = await signedIn(portal.sources);
      const world = { portal, admin, context: { db: env.DB, sources: portal.sources, actor: 'cli' } };
      const model = new RolesAndTeams({
        roles: ['user', 'admin'],
        defaultRole: 'user',
        adminBy: 'extension',
        adminSync: true,
        teamBy: 'portal',
        profile: 'keep',
      });
      for (const one of [...BEGINNING, ...steps]) {
        portal.sources.ms += 1_000;
        const [inPortal, inModel] = await play(world, model, one);
        expect(inPortal, JSON.stringify(one)).toBe(inModel);
        expect(await picture(), JSON.stringify(one)).toEqual(model.picture());
      }
      await keyLives(true);
      await expectCountersTrue();
      for (const { id } of await rows<{ id: string }>(
        `SELECT id FROM users WHERE login_type = 'saml' AND removed_at IS NULL`,
      )) {
        expect((await portal.send('GET', userPath(id))).status).toBe(200);
      }
    }),
    { numRuns: RUNS },
  );
}, 240_000);

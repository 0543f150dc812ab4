// The preset `sendsafely` in a portal that has more roles and teams of its own: what SCIM says of userType and division is kept and
// decides nothing, and isAdmin decides about admins alone, while admin sync is on.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type SettingsContext, setChoice } from '../../src/directory/portal-settings.ts';
import { addTeam } from '../../src/directory/teams.ts';
import { isAdmin, switchAdminSyncOn } from '../support/admins.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { ENTERPRISE, JANE, JANE_PATH, jane, journalOf, make, one, PORTAL_URN, patchOf } from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal('sendsafely');
  const context: SettingsContext = { db: env.DB, sources: portal.sources, actor: 'cli' };
  expect(await setChoice(context, 'roles', 'user,manager,admin')).toMatchObject({ ok: true });
  for (const name of ['North', 'South']) await addTeam(context, name);
});

const VERBS = ['POST', 'PUT', 'PATCH'] as const;
const BEFORE = ['user', 'manager', 'admin'] as const;
const USER_TYPES = ['manager', 'admin', 'chief', 'missing'] as const;
const RIGHTS = [true, false, null, 'missing'] as const;
const SYNC = ['on', 'off'] as const;

type Row = readonly [
  sync: (typeof SYNC)[number],
  verb: (typeof VERBS)[number],
  before: (typeof BEFORE)[number],
  right: (typeof RIGHTS)[number],
];

/** Nobody has a role before a POST. */
const TABLE: readonly Row[] = SYNC.flatMap((sync) =>
  VERBS.flatMap((verb) =>
    (verb === 'POST' ? BEFORE.slice(0, 1) : BEFORE).flatMap((before) =>
      RIGHTS.map((right): Row => [sync, verb, before, right]),
    ),
  ),
);

/** The one rule: `isAdmin` grants and revokes while admin sync is on, and who is no admin stays what they are. */
function roleAfter([sync, , before, right]: Row): string {
  if (sync === 'off' || typeof right !== 'boolean') return before;
  if (right) return 'admin';
  return before === 'admin' ? 'user' : before;
}

const state = () =>
  one('SELECT role, (SELECT name FROM teams WHERE seq = team_seq) AS team FROM users WHERE id = ?', JANE);

async function send(verb: Row[1], before: string, sent: object) {
  if (verb === 'POST') return portal.send('POST', '/Users', jane(sent));
  await make(portal, jane({ [ENTERPRISE]: { division: 'North' } }));
  await env.DB.prepare(
    "UPDATE users SET role = ?, team_seq = (SELECT seq FROM teams WHERE name = 'North') WHERE id = ?",
  )
    .bind(before, JANE)
    .run();
  const body = verb === 'PUT' ? jane(sent) : patchOf({ op: 'replace', value: { title: 'Clerk', ...sent } });
  return portal.send(verb, JANE_PATH, body);
}

describe.each(TABLE)('with admin sync %s, a %s for a %s with isAdmin %s', (...row) => {
  const [sync, verb, before, right] = row;

  it.each(USER_TYPES)(
    'and userType %s leaves the role that the rule says, and the team as it was',
    async (userType) => {
      if (sync === 'on') await switchAdminSyncOn();
      const { status, body } = await send(verb, before, {
        ...(userType === 'missing' ? {} : { userType }),
        ...(right === 'missing' ? {} : isAdmin(right)),
        [ENTERPRISE]: { division: 'South' },
      });
      expect(status).toBe(verb === 'POST' ? 201 : 200);
      expect(await state()).toEqual({ role: roleAfter(row), team: verb === 'POST' ? null : 'North' });
      expect(body[ENTERPRISE]).toEqual({ division: 'South' });
      expect(body.userType).toBe(userType === 'missing' ? undefined : userType);
      expect(body[PORTAL_URN]).toEqual(sync === 'on' ? { isAdmin: roleAfter(row) === 'admin' } : undefined);
      expect((await journalOf(JANE)).map(({ rule }) => rule)).not.toContain('team_unknown');
    },
  );
});

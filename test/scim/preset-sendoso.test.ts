// The preset `sendoso`: roles by `userType`, teams by `division`, opaque ids, renames refused, and data that stays.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { putFile, readFile } from '../../src/api/files.ts';
import { reactivateAccount } from '../../src/directory/account-actions.ts';
import { setChoice } from '../../src/directory/portal-settings.ts';
import { retireBreakGlass } from '../support/admins.ts';
import { ENTRA, freshPortal, type Portal, type Reply } from '../support/portal.ts';
import {
  ENTERPRISE,
  expectCountersTrue,
  expectRefused,
  expectStatus,
  filtered,
  JANE,
  jane,
  journalOf,
  make,
  one,
  patchOf,
  rowOf,
  userPath,
} from '../support/scim.ts';

const GUID = /^[0-9a-f]{32}$/;

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal('sendoso');
  await env.DB.prepare(
    `INSERT INTO teams (id, name, name_key, created_at) SELECT 'team-' || key, value, lower(value), 0 FROM json_each('["North","South"]')`,
  ).run();
});

const division = (value: unknown) => ({ [ENTERPRISE]: { division: value } });
const teamOf = (id: string) =>
  one<{ team: string | null }>(
    'SELECT (SELECT name FROM teams WHERE seq = users.team_seq) AS team FROM users WHERE id = ?',
    id,
  );

const VERBS = ['POST', 'PUT', 'PATCH'] as const;
const USER_TYPES = ['present', 'missing', 'null', 'empty', 'unknown'] as const;
const DIVISIONS = ['present', 'missing', 'null', 'unknown'] as const;

type Verb = (typeof VERBS)[number];
type UserType = (typeof USER_TYPES)[number];
type Division = (typeof DIVISIONS)[number];

const SENT: Readonly<Record<UserType, object>> = {
  present: { userType: 'department_admin' },
  missing: {},
  null: { userType: null },
  empty: { userType: '' },
  unknown: { userType: 'chief' },
};
const SENT_DIVISION: Readonly<Record<Division, object>> = {
  present: division('South'),
  missing: {},
  null: division(null),
  unknown: division('north'),
};

/** The role after: a manager before, or nobody. */
const ROLES: Readonly<Record<Exclude<UserType, 'unknown'>, (verb: Verb) => string>> = {
  present: () => 'department_admin',
  missing: (verb) => (verb === 'POST' ? 'sender' : 'manager'),
  null: () => 'sender',
  empty: () => 'sender',
};
/** The team after: North before, or none. A PUT without a division takes it away, as it does any attribute. */
const TEAMS: Readonly<Record<Division, (verb: Verb) => string | null>> = {
  present: () => 'South',
  missing: (verb) => (verb === 'PATCH' ? 'North' : null),
  null: () => null,
  unknown: () => null,
};

const TABLE = VERBS.flatMap((verb) => USER_TYPES.flatMap((u) => DIVISIONS.map((d) => [verb, u, d] as const)));

async function send(verb: Verb, sent: object): Promise<{ reply: Reply; id: string }> {
  if (verb === 'POST') {
    const reply = await portal.send('POST', '/Users', jane(sent));
    return { reply, id: String(reply.body.id) };
  }
  const { id } = await make(portal, jane({ userType: 'manager', ...division('North') }));
  const body = verb === 'PUT' ? jane(sent) : patchOf({ op: 'replace', value: { title: 'Clerk', ...sent } });
  return { reply: await portal.send(verb, userPath(id), body), id };
}

describe.each(TABLE)('%s with userType %s and division %s', (verb, userType, divided) => {
  it('leaves the role and the team that the rules say', async () => {
    const { reply, id } = await send(verb, { ...SENT[userType], ...SENT_DIVISION[divided] });
    if (userType === 'unknown') {
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({ scimType: 'invalidValue' });
      expect(reply.body.detail).toContain('sender, manager, department_admin, admin');
      return;
    }
    expect(reply.status).toBe(verb === 'POST' ? 201 : 200);
    expect(reply.body.userType).toBe(ROLES[userType](verb));
    expect((await rowOf(id))['role']).toBe(reply.body.userType);
    expect(await teamOf(id)).toEqual({ team: TEAMS[divided](verb) });
    const last = (await journalOf(id)).at(-1);
    expect(last?.rule).toBe(divided === 'unknown' ? 'team_unknown' : null);
    if (divided === 'unknown') expect(reply.body[ENTERPRISE]).toEqual({ division: 'north' });
  });
});

describe('roles', () => {
  it('compare without case, as the schema says, and are answered in lower case', async () => {
    expect((await make(portal, jane({ userType: 'Department_ADMIN' }))).userType).toBe('department_admin');
    const schema = await portal.send('GET', '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User');
    const { attributes }: { attributes: { name: string }[] } = schema.body;
    expect(attributes.find(({ name }) => name === 'userType')).toMatchObject({
      caseExact: false,
      canonicalValues: ['sender', 'manager', 'department_admin', 'admin'],
    });
  });

  it('go to the least by a PATCH that removes userType, by Entra too', async () => {
    const { id } = await make(portal, jane({ userType: 'manager' }));
    await expectStatus(204, portal.send('PATCH', ENTRA + userPath(id), patchOf({ op: 'Remove', path: 'userType' })));
    expect((await rowOf(id))['role']).toBe('sender');
  });

  it('are found by filters as they are answered', async () => {
    const { id } = await make(portal, jane({ userType: 'manager' }));
    await make(portal, jane({ userName: 'other@acme.example' }));
    const found = await portal.send('GET', filtered('userType eq "Manager"'));
    expect(found.body.Resources.map((user: { id: string }) => user.id)).toEqual([id]);
  });

  it('to and from admin are changes of admins, others are not', async () => {
    const { id } = await make(portal);
    for (const userType of ['manager', 'admin', 'sender']) {
      await expectStatus(200, portal.send('PUT', userPath(id), jane({ userType })));
    }
    const types = (await journalOf(id)).map(({ type, attributes }) => [type, attributes.includes('userType')]);
    expect(types.slice(1)).toEqual([
      ['user.updated', true],
      ['user.admin_granted', true],
      ['user.admin_revoked', true],
    ]);
  });

  it('of the last admin stay: of two admins demoted at the same time one is left', async () => {
    await retireBreakGlass();
    const ids: string[] = [];
    for (const n of [1, 2]) {
      ids.push((await make(portal, jane({ userName: `admin${n}@acme.example`, userType: 'admin' }))).id);
    }
    const demote = patchOf({ op: 'replace', path: 'userType', value: 'sender' });
    const replies = await Promise.all(ids.map((id) => portal.send('PATCH', userPath(id), demote)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 403]);
    const { admins } = await one<{ admins: number }>(
      "SELECT count(*) AS admins FROM users WHERE role = 'admin' AND active = 1 AND login_type = 'saml'",
    );
    expect(admins).toBe(1);
  });

  it.each(['PUT', 'PATCH', 'console'])('of who comes back by %s are the default role of that day', async (way) => {
    const { id } = await make(portal);
    const active = patchOf({ op: 'replace', path: 'active', value: false });
    await expectStatus(200, portal.send('PATCH', userPath(id), active));
    const context = { db: env.DB, sources: portal.sources, actor: 'cli' };
    expect((await setChoice(context, 'defaultRole', 'manager')).ok).toBe(true);
    if (way === 'console') {
      const { seq } = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id);
      expect((await reactivateAccount({ ...context, ownSeq: 0 }, seq)).ok).toBe(true);
    } else {
      const back = way === 'PUT' ? jane({ active: true }) : patchOf({ op: 'replace', path: 'active', value: true });
      await expectStatus(200, portal.send(way, userPath(id), back));
    }
    const { body } = await expectStatus(200, portal.send('GET', userPath(id)));
    expect([body.userType, (await rowOf(id))['role']]).toEqual(['manager', 'manager']);
    expect((await portal.send('GET', filtered('userType eq "manager"'))).body.totalResults).toBe(1);
    expect((await journalOf(id)).at(-1)).toMatchObject({ attributes: ['active', 'userType'] });
  });

  it('do not keep access: an unknown userType in the PUT that deactivates is not looked at', async () => {
    const { id } = await make(portal);
    const ended = await portal.send('PUT', userPath(id), jane({ active: false, userType: 'chief' }));
    expect([ended.status, ended.body.active]).toEqual([200, false]);
  });
});

describe('teams', () => {
  it('that an admin gave by hand outlive pushes that leave the division as it was', async () => {
    const { id } = await make(portal);
    await env.DB.prepare("UPDATE users SET team_seq = (SELECT seq FROM teams WHERE name = 'North') WHERE id = ?")
      .bind(id)
      .run();
    await expectStatus(200, portal.send('PUT', userPath(id), jane({ title: 'Clerk' })));
    expect(await teamOf(id)).toEqual({ team: 'North' });
  });
});

describe('an Okta life', () => {
  it('opaque id, look-up, push, rename refused, deactivation that keeps the data, come-back', async () => {
    const nobody = await expectStatus(200, portal.send('GET', filtered(`userName eq "${JANE}"`)));
    expect(nobody.body.totalResults).toBe(0);
    const made = await make(
      portal,
      jane({ externalId: '00u1', userType: 'manager', title: 'Clerk', ...division('North') }),
    );
    expect(made.id).toMatch(GUID);
    expect(made).toMatchObject({ userName: JANE, userType: 'manager' });
    expect(made.schemas).not.toContain('urn:ietf:scim:schemas:extension:sendsafely:2.0:User');
    const path = userPath(made.id);
    await expectRefused(portal, ['PUT', path, { ...made, userName: 'jane.new@acme.example' }], {
      status: 400,
      scimType: 'mutability',
    });
    const { seq } = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', made.id);
    const file = await putFile(env, portal.sources, { ownerSeq: seq, name: 'a.txt', bytes: new Uint8Array(3) });
    if (!file.ok) throw new Error(file.failure.detail);

    const ended = await expectStatus(
      200,
      portal.send('PATCH', path, patchOf({ op: 'replace', value: { active: false } })),
    );
    expect(ended.body).toMatchObject({ active: false, title: 'Clerk', name: made.name, userType: 'sender' });
    expect((await readFile(env, file.value)).ok, 'access to content ends').toBe(false);
    expect(await teamOf(made.id)).toEqual({ team: 'North' });
    expect(await one('SELECT count(*) AS n FROM destructions')).toEqual({ n: 0 });

    const again = await expectStatus(
      200,
      portal.send('PUT', path, { ...ended.body, active: true, userType: 'manager' }),
    );
    expect(again.body).toMatchObject({ id: made.id, active: true, title: 'Clerk', userType: 'manager' });
    expect((await readFile(env, file.value)).ok, 'what was kept is there again').toBe(true);
    await expectCountersTrue();
  });

  it('DELETE removes the profile, and a POST makes another user with another id', async () => {
    const first = await make(portal, jane({ title: 'Clerk', ...division('North') }));
    await expectStatus(204, portal.send('DELETE', userPath(first.id)));
    expect(await rowOf(first.id)).toMatchObject({ attributes: '{}', folded: '{}', given_name: null, team_seq: null });
    const second = await make(portal);
    expect(second.id).toMatch(GUID);
    expect(second.id).not.toBe(first.id);
    await expectStatus(404, portal.send('GET', userPath(first.id)));
    expect((await portal.send('GET', '/Users')).body.totalResults).toBe(1);
    await expectCountersTrue();
  });

  it('DELETE after `active: false` removes the profile that was kept until then', async () => {
    const { id } = await make(portal, jane({ title: 'Clerk', ...division('North') }));
    await expectStatus(200, portal.send('PUT', userPath(id), jane({ active: false })));
    await expectStatus(204, portal.send('DELETE', userPath(id)));
    expect(await rowOf(id)).toMatchObject({ attributes: '{}', given_name: null, family_name: null, team_seq: null });
  });

  it('an inactive user takes a new profile but no role, and the journal says so', async () => {
    const { id } = await make(portal, jane({ active: false }));
    const path = userPath(id);
    const put = await expectStatus(
      200,
      portal.send('PUT', path, jane({ active: false, title: 'Nurse', userType: 'admin' })),
    );
    expect(put.body).toMatchObject({ title: 'Nurse', userType: 'sender', active: false });
    expect((await journalOf(id)).at(-1)).toMatchObject({
      type: 'user.updated',
      rule: 'inactive_profile_ignored',
      attributes: ['title', 'userType'],
    });
  });
});

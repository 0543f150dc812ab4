// Adding users: what is made for each of the three kinds, what is refused, and that a refusal changes nothing.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { renamePortal, setChoice, setFeature } from '../../src/directory/portal-settings.ts';
import { addTeam } from '../../src/directory/teams.ts';
import type { JsonObject } from '../../src/scim/json.ts';
import { PASSWORD, signedIn, Visitor } from '../support/console.ts';
import { Faults, firstWrite, nth } from '../support/faults.ts';
import { expectPositionsTrue } from '../support/list-positions.ts';
import { WatchedMail } from '../support/mails.ts';
import { addAccount, dump, freshPortal, type Portal } from '../support/portal.ts';
import { patchOf } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
const start = async (preset?: Parameters<typeof freshPortal>[0]) => {
  portal = await freshPortal(preset);
  admin = await signedIn(portal.sources);
};
beforeEach(() => start());

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const add = (fields: Record<string, string>, who = admin) => who.post('/console/users/new', { fields });
const rowOf = (key: string) =>
  env.DB.prepare('SELECT * FROM users WHERE user_name_key = ?').bind(key).first<JsonObject>();
const lastEntry = () => env.DB.prepare('SELECT * FROM journal ORDER BY seq DESC LIMIT 1').first<JsonObject>();
const mails = async () => (await env.DB.prepare('SELECT kind, subject, actor, request_id FROM outbox').all()).results;
const seqOf = async (key: string) => (await rowOf(key))?.['seq'];

/** The same admin, in a browser whose requests go through other bindings. */
function same(bindings: Partial<typeof env>): Visitor {
  const visitor = new Visitor(portal.sources, { ...env, ...bindings });
  for (const [name, value] of admin.cookies) visitor.cookies.set(name, value);
  visitor.formToken = admin.formToken;
  return visitor;
}

async function refused(fields: Record<string, string>, status: number, says: RegExp, who = admin) {
  const before = await dump();
  const page = await add(fields, who);
  expect([page.status, textOf(page.text)]).toEqual([status, expect.stringMatching(says)]);
  expect(await dump()).toEqual(before);
  return page;
}

describe('a user of the identity provider', () => {
  const URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

  it.each(['sendsafely', 'sendoso', 'open'] as const)(
    'in %s is made exactly as a POST of SCIM makes one',
    async (preset) => {
      await start(preset);
      await env.DB.prepare(
        "INSERT INTO teams (id, name, name_key, created_at) VALUES ('t', 'Sales', 'sales', 1)",
      ).run();
      const hasTeams = preset === 'sendoso';
      const posted = await portal.send('POST', '/Users', {
        userName: 'Jäne@acme.example',
        name: { givenName: 'Jane', familyName: 'Example' },
        ...(hasTeams ? { [URN]: { division: 'Sales' } } : {}),
      });
      expect(posted.status).toBe(201);
      const byScim = { ...(await rowOf('jäne@acme.example')), ...(await lastEntry()) };
      const names = { givenName: ' Jane ', familyName: 'Example', ...(hasTeams ? { team: 'Sales' } : {}) };
      const page = await add({ login: 'saml', userName: ' Jüne@acme.example ', ...names });
      const row = await rowOf('jüne@acme.example');
      expect([page.status, page.location]).toEqual([303, `/console/users/${row?.['seq']}?done=added`]);
      const byConsole = JSON.parse(JSON.stringify({ ...row, ...(await lastEntry()) }).replaceAll('üne@', 'äne@'));
      const own = ['seq', 'mutation_id', 'request_id', 'actor', ...(preset === 'sendsafely' ? [] : ['id', 'subject'])];
      for (const name of own) delete byConsole[name];
      expect(byScim).toMatchObject(byConsole);
      expect(Object.keys(byConsole).length).toBe(Object.keys(byScim).length - own.length);
      expect(await lastEntry()).toMatchObject({
        actor: 'admin@acme.example',
        request_id: page.headers.get('x-request-id'),
      });
      await expectPositionsTrue();
      const list = await portal.send('GET', '/Users?filter=userName eq "jüne@ACME.example"');
      expect([list.body.totalResults, list.body.Resources[0].active]).toEqual([1, true]);
      expect((await portal.send('GET', '/Users')).body.totalResults).toBe(2);
    },
  );

  it('comes back under the same name after a DELETE, as it does by a POST', async () => {
    await portal.send('POST', '/Users', { userName: 'jane@acme.example' });
    await portal.send('DELETE', '/Users/jane@acme.example');
    expect((await add({ login: 'saml', userName: 'JANE@acme.example' })).status).toBe(303);
    expect(await rowOf('jane@acme.example')).toMatchObject({ active: 1, removed_at: null, registration: 2 });
    await expectPositionsTrue();
  });

  it('can be an admin from the start where the console decides that, and every admin gets a mail', async () => {
    const mail = new WatchedMail();
    const page = await add(
      { login: 'saml', userName: 'jane@acme.example', role: 'admin' },
      same({ EMAIL: mail.binding }),
    );
    expect(page.status).toBe(303);
    expect(await rowOf('jane@acme.example')).toMatchObject({ role: 'admin', login_type: 'saml' });
    expect((await lastEntry())?.['attributes']).toBe('["userName","isAdmin"]');
    const requestId = page.headers.get('x-request-id');
    expect((await mails()).at(-1)).toEqual({
      kind: 'admin_granted',
      subject: 'jane@acme.example',
      actor: 'admin@acme.example',
      request_id: requestId,
    });
    const to = mail.accepted.filter(({ text }) => text.includes('jane@acme.example')).map((sent) => sent.to);
    expect(to.toSorted()).toContain('admin@acme.example');
    expect(to).toContain('jane@acme.example');
  });

  it('has the role that the identity provider gives, where that decides', async () => {
    await setFeature({ db: env.DB, sources: portal.sources, actor: 'cli' }, 'adminSync', true);
    expect(textOf((await admin.get('/console/users/new')).text)).toContain('until the identity provider sends isAdmin');
    await refused(
      { login: 'saml', userName: 'jane@acme.example', role: 'admin' },
      400,
      /decides over the roles.*by isAdmin/,
    );
    expect((await add({ login: 'saml', userName: 'jane@acme.example' })).status).toBe(303);
    await start('sendoso');
    expect(textOf((await admin.get('/console/users/new')).text)).toContain(
      'until the identity provider sends userType',
    );
    await refused({ login: 'saml', userName: 'kim@acme.example', role: 'manager' }, 400, /by userType/);
  });

  it('has whichever role and team the console gives, where nothing else decides', async () => {
    const context = { db: env.DB, sources: portal.sources, actor: 'cli' };
    await setChoice(context, 'roles', 'user,manager,admin');
    await addTeam(context, 'North');
    const jane = { login: 'saml', userName: 'jane@acme.example', role: 'manager', team: 'North' };
    await refused({ ...jane, team: 'Nowhere' }, 400, /no team of that name/);
    expect((await add(jane)).status).toBe(303);
    const row = await rowOf('jane@acme.example');
    expect(row).toMatchObject({ role: 'manager', attributes: '{}', team_seq: expect.any(Number) });
    expect(await lastEntry()).toMatchObject({ attributes: '["userName","role","team"]', rule: null });
    await setFeature(context, 'adminSync', true);
    const html = (await admin.get('/console/users/new')).text;
    expect(html).toContain('<option value="manager">Manager</option>');
    expect(html).not.toContain('<option value="admin">');
    expect((await add({ ...jane, userName: 'kim@acme.example', team: '' })).status).toBe(303);
    await refused({ ...jane, userName: 'ann@acme.example', role: 'admin' }, 400, /by isAdmin/);
  });

  it.each([
    ['no name', { userName: '' }, 400, /userName is required/],
    ['a name of spaces', { userName: '   ' }, 400, /userName is required/],
    ['a name that no address can carry', { userName: '..' }, 400, /cannot be/],
    ['a very long name', { userName: 'x'.repeat(513) }, 400, /longer than 512/],
    ['a role that there is not', { userName: 'a', role: 'owner' }, 400, /must be one of user, admin/],
    ['more than a form takes', { userName: 'a', givenName: 'x'.repeat(16_384) }, 413, /not accepted/],
  ])('with %s is refused, and nothing is written', async (_, fields, status, says) => {
    await refused({ login: 'saml', ...fields }, status, says);
  });

  it.each([
    ['active', 'There is a user with this user name already', () => undefined],
    [
      'inactive',
      'activate that user instead',
      () =>
        portal.send('PATCH', '/Users/jane@acme.example', {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'replace', value: { active: false } }],
        }),
    ],
  ])(
    'whose name an %s user has is not made, with the way to that user, and what was typed is kept',
    async (_, says, prepare) => {
      await portal.send('POST', '/Users', { userName: 'jane@acme.example' });
      await prepare();
      const fields = { login: 'saml', userName: 'JANE@acme.example', givenName: '<b>Jane', familyName: 'Example' };
      const page = await refused(fields, 409, new RegExp(says));
      expect(page.text).toContain(`<a href="/console/users/${await seqOf('jane@acme.example')}">Open that user</a>`);
      expect(page.text).toContain('value="&lt;b&gt;Jane"');
      expect(page.text).toContain('value="JANE@acme.example"');
      expect(page.text).toContain('aria-invalid="true"');
    },
  );

  it('is made once although the answer of D1 was lost', async () => {
    const faults = new Faults(firstWrite({ fails: 'Network connection lost', moment: 'after' }));
    const page = await add({ login: 'saml', userName: 'jane@acme.example' }, same(faults.over({ DB: env.DB })));
    expect([faults.happened, page.location]).toEqual([
      true,
      `/console/users/${await seqOf('jane@acme.example')}?done=added`,
    ]);
    expect(await env.DB.prepare('SELECT user_count FROM portal').first('user_count')).toBe(1);
  });

  it('is not made on settings that changed meanwhile', async () => {
    const context = { db: env.DB, sources: portal.sources, actor: 'cli' };
    const change = () => renamePortal(context, 'Other');
    const faults = new Faults(nth(2, { meanwhile: change }, 'DB'));
    const page = await add({ login: 'saml', userName: 'jane@acme.example' }, same(faults.over({ DB: env.DB })));
    expect([page.status, textOf(page.text)]).toEqual([503, expect.stringContaining('Nobody was added; try again')]);
    expect(await rowOf('jane@acme.example')).toBeNull();
  });
});

describe('an admin with a password', () => {
  const fields = { login: 'password', userName: 'Kim@acme.example', givenName: 'Kim', familyName: 'Example' };

  it('gets a link that is shown once and works, and every admin a mail', async () => {
    const page = await add(fields);
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const code = /https:\/\/portal\.example\/console\/welcome#([\w-]{43})/.exec(page.text)?.[1] ?? '';
    expect(await rowOf('kim@acme.example')).toMatchObject({
      user_name: 'Kim@acme.example',
      login_type: 'password',
      role: 'admin',
      given_name: 'Kim',
      family_name: 'Example',
    });
    expect((await mails()).at(-1)).toMatchObject({
      kind: 'admin_granted',
      subject: 'kim@acme.example',
      actor: 'admin@acme.example',
    });
    expect(JSON.stringify(await dump())).not.toContain(code);
    expect((await admin.get(`/console/users?q=kim`)).text).not.toContain(code);
    await expectPositionsTrue();
    const kim = new Visitor(portal.sources);
    await kim.get('/console/welcome');
    const welcomed = await kim.post('/console/welcome', { fields: { code, password: PASSWORD, repeated: PASSWORD } });
    expect(welcomed.location).toBe('/console');
  });

  it('is an admin whatever role is sent', async () => {
    await add({ ...fields, role: 'user' });
    expect(await rowOf('kim@acme.example')).toMatchObject({ role: 'admin' });
  });

  it('is there without a link where that could not be made', async () => {
    const faults = new Faults((call) =>
      call.binding === 'DB' && call.nth === 5 ? { fails: 'D1 DB is overloaded', moment: 'before' } : undefined,
    );
    const page = await add(fields, same(faults.over({ DB: env.DB })));
    expect([faults.happened, page.location]).toEqual([
      true,
      `/console/users/${await seqOf('kim@acme.example')}?done=added`,
    ]);
  });

  it.each(['', 'kim', 'k im@acme.example', 'kim:x@acme.example', 'kïm@acme.example'])(
    'is not made as %j',
    async (userName) => {
      await refused({ ...fields, userName }, 400, /must be an e-mail address in ASCII/);
    },
  );

  it('is not made under the name of anybody else, whoever that is', async () => {
    await portal.send('POST', '/Users', { userName: 'kim@acme.example' });
    await refused(fields, 409, /There is a user with this user name already/);
    await portal.send('DELETE', '/Users/kim@acme.example');
    await refused(fields, 409, /user name of a removed user/);
    await addAccount('service', 'robot@acme.example');
    await env.DB.prepare("UPDATE users SET active = 0 WHERE id = 'robot@acme.example'").run();
    await refused({ ...fields, userName: 'ROBOT@acme.example' }, 409, /deactivated user with this user name/);
  });
});

describe('a service account', () => {
  it.each([
    ['admin', 1],
    ['user', 0],
  ])('is made as %s, which sends %d mails of its kind', async (role, count) => {
    const before = (await mails()).length;
    const page = await add({ login: 'service', userName: 'robot@acme.example', role });
    expect(page.location).toBe(`/console/users/${await seqOf('robot@acme.example')}?done=added`);
    expect(await rowOf('robot@acme.example')).toMatchObject({ login_type: 'service', role, active: 1 });
    expect((await mails()).length - before).toBe(count);
    await expectPositionsTrue();
  });

  it.each(['service', 'password'])(
    'of a name whose id belongs to somebody renamed gets an id of its own, as %s account',
    async (login) => {
      await start('open');
      const userName = 'robot@acme.example';
      await add({ login: 'service', userName });
      const first = Number(await seqOf(userName));
      await admin.post(`/console/users/${first}/convert`, { fields: { confirmation: userName } });
      const renamed = { op: 'replace', path: 'userName', value: 'other@acme.example' };
      expect((await portal.send('PATCH', `/Users/${userName}`, patchOf(renamed))).status).toBe(200);
      const page = await add({ login, userName, givenName: 'Rob', familyName: 'Example' });
      expect(page.status).toBe(login === 'service' ? 303 : 200);
      const row = await rowOf(userName);
      expect(row).toMatchObject({
        user_name: userName,
        login_type: login,
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
      });
      expect(row?.['seq']).not.toBe(first);
      const made = "SELECT subject FROM journal WHERE type = 'user.created' ORDER BY seq DESC LIMIT 1";
      expect(await env.DB.prepare(made).first()).toEqual({ subject: row?.['id'] });
      await expectPositionsTrue();
      await refused({ login: 'service', userName }, 409, /There is a user with this user name already/);
    },
  );

  it.each([
    [{ userName: `${'x'.repeat(256)}@acme.example` }, /The user name is longer than 256 characters/],
    [{ userName: 'robot@acme.example', givenName: 'x'.repeat(101) }, /The first name is longer than 100 characters/],
    [{ userName: 'robot@acme.example', familyName: 'x'.repeat(101) }, /The last name is longer than 100 characters/],
  ])('with too much of a name is refused', async (fields, says) => {
    await refused({ login: 'password', ...fields }, 400, says);
  });

  it('has whichever role of the portal, and no other', async () => {
    await start('sendoso');
    const robot = { login: 'service', userName: 'robot@acme.example' };
    await refused({ ...robot, role: 'owner' }, 400, /must be one of sender, manager, department_admin, admin/);
    expect((await add({ ...robot, role: 'manager' })).status).toBe(303);
    expect(await rowOf('robot@acme.example')).toMatchObject({ role: 'manager', login_type: 'service' });
  });
});

describe('the form', () => {
  it('has for each kind what it needs', async () => {
    const form = async (login: string) => (await admin.get(`/console/users/new?login=${login}`)).text;
    const fieldsOf = (html: string) => [...html.matchAll(/(?:input|select) id="(\w+)"/g)].map(([, name]) => name);
    expect(fieldsOf(await form('saml'))).toEqual(['userName', 'givenName', 'familyName', 'role']);
    expect(fieldsOf(await form('password'))).toEqual(['userName', 'givenName', 'familyName']);
    expect(fieldsOf(await form('service'))).toEqual(['userName', 'role']);
    expect(fieldsOf(await form('nothing'))).toEqual(['userName', 'givenName', 'familyName', 'role']);
    await start('sendoso');
    await env.DB.prepare("INSERT INTO teams (id, name, name_key, created_at) VALUES ('t', '<i>Sales', 's', 1)").run();
    const html = await form('saml');
    expect(fieldsOf(html)).toEqual(['userName', 'givenName', 'familyName', 'team']);
    expect(html).toContain('<option value="&lt;i&gt;Sales">&lt;i&gt;Sales</option>');
  });

  it('adds nobody when the session ends before the write', async () => {
    const end = () => env.DB.prepare('DELETE FROM sessions').run();
    for (const login of ['saml', 'password', 'service']) {
      admin = await signedIn(portal.sources);
      const faults = new Faults(firstWrite({ meanwhile: end }));
      const page = await add({ login, userName: `${login}@acme.example` }, same(faults.over({ DB: env.DB })));
      expect([faults.happened, page.location]).toEqual([true, '/console/sign-in?why=ended']);
      expect(await rowOf(`${login}@acme.example`)).toBeNull();
    }
  });

  it('says that the database failed, and keeps what was typed', async () => {
    for (const login of ['saml', 'password', 'service']) {
      const faults = new Faults(firstWrite({ fails: 'D1 DB is overloaded', moment: 'before' }));
      const page = await refused(
        { login, userName: `${login}@acme.example` },
        503,
        /./,
        same(faults.over({ DB: env.DB })),
      );
      expect(page.text).toContain(`value="${login}@acme.example"`);
    }
  });
});

// The first sign-in that makes the account: a user like any other of SCIM afterwards, one of them whatever happens at the same time,
// and nobody else's.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { listAsked } from '../../src/directory/team-list.ts';
import { addTeam } from '../../src/directory/teams.ts';
import { Visitor } from '../support/console.ts';
import { watchMails } from '../support/mails.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import {
  ENTERPRISE,
  expectCountersTrue,
  expectStatus,
  filtered,
  JANE,
  jane,
  journalOf,
  make,
  one,
  rows,
  userPath,
} from '../support/scim.ts';
import { postResponse, responseFor, signInBySso, switchSsoOn } from '../support/sso.ts';

const CLAIMS = { user_name: JANE, email: JANE, givenName: 'Jane', familyName: 'Example' };

let portal: Portal;
let visitor: Visitor;
beforeEach(async () => {
  portal = await freshPortal('sendoso');
  await switchSsoOn({}, ['acme.example']);
  visitor = new Visitor(portal.sources);
});

const signIn = (attributes: Record<string, string> = CLAIMS, nameId = JANE) =>
  signInBySso(visitor, portal.sources, nameId, { attributes });
const found = async () => {
  const { body } = await expectStatus(200, portal.send('GET', filtered(`userName eq "${JANE}"`)));
  return body.Resources[0];
};
const idOf = async () => (await one<{ id: string }>('SELECT id FROM users WHERE user_name = ?', JANE)).id;

describe('a first sign-in', () => {
  it('makes the user, signs them in, and SCIM has them as if it had made them itself', async () => {
    const page = await signIn();
    expect([page.status, page.location]).toEqual([303, '/app']);
    expect(await found()).toMatchObject({
      userName: JANE,
      active: true,
      userType: 'sender',
      name: { givenName: 'Jane', familyName: 'Example' },
      emails: [{ value: JANE, type: 'work', primary: true }],
    });
    expect(await expectStatus(200, portal.send('GET', '/Users'))).toMatchObject({ body: { totalResults: 1 } });
    await expectCountersTrue();
    await expectStatus(409, portal.send('POST', '/Users', jane()));
    const session = await visitor.get('/auth/session');
    expect(JSON.parse(session.text)).toMatchObject({
      signedIn: true,
      method: 'saml',
      user: { role: 'sender', team: null },
    });
  });

  it('is journalled as made by a sign-in, with the names of what it was made of', async () => {
    await signIn();
    expect(await journalOf(await idOf())).toEqual([
      {
        type: 'user.created',
        rule: 'jit',
        actor: 'sso',
        attributes: expect.arrayContaining(['userName', 'name.givenName', 'name.familyName', 'emails']),
      },
    ]);
  });

  it('of an admin mails every admin, as any gift of these rights does, and leads to the console', async () => {
    const page = await signIn({ ...CLAIMS, userType: 'Admin' });
    expect(page.location).toBe('/console');
    expect(await rows('SELECT kind, subject, actor, done_at IS NOT NULL AS sent FROM outbox')).toEqual([
      { kind: 'admin_granted', subject: await idOf(), actor: 'sso', sent: 1 },
    ]);
    expect((await visitor.get('/console')).status).toBe(200);
  });

  it('of an admin is told as what it was: by whose word, and what to correct where', async () => {
    const { mail } = watchMails(portal);
    const browser = new Visitor(portal.sources, { ...env, EMAIL: mail.binding });
    await signInBySso(browser, portal.sources, JANE, { attributes: { ...CLAIMS, userType: 'Admin' } });
    const told = mail.accepted.find(({ to }) => to !== JANE);
    const text = told?.text.replace(/\s+/g, ' ');
    for (const part of [
      'What: Was created with admin rights',
      'By: their first sign-in by the identity provider',
      `change the role of ${JANE} in the console or deactivate the account, under Users:`,
      `https://portal.example/console/users?show=all&q=${encodeURIComponent(JANE)}`,
      'the identity provider said userType admin when the person signed in for the first time. Correct it there too',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/Ask |npm run|sso/);
  });

  it('puts the user into the team of the division, else into the default team until the other one is made', async () => {
    const context = { db: env.DB, sources: portal.sources, actor: 'cli' };
    for (const name of ['North America', 'Everybody']) expect((await addTeam(context, name)).ok).toBe(true);
    const policy = JSON.stringify({ jit: { defaultTeam: 'Everybody' } });
    await env.DB.prepare('UPDATE portal SET policy = ?, version = version + 1').bind(policy).run();
    const teams = async (division: string, name: string) => {
      await signIn({ ...CLAIMS, user_name: name, email: name, division }, name);
      const row = await one<{ attributes: string; team: string; rule: string }>(
        `SELECT u.attributes, t.name AS team, j.rule FROM users AS u JOIN teams AS t ON t.seq = u.team_seq
         JOIN journal AS j ON j.subject = u.id WHERE u.user_name = ?`,
        name,
      );
      return [row.team, row.rule, JSON.parse(row.attributes)[ENTERPRISE]];
    };
    expect(await teams('North America', 'a@acme.example')).toEqual([
      'North America',
      'jit',
      { division: 'North America' },
    ]);
    expect(await teams('Atlantis', 'b@acme.example')).toEqual([
      'Everybody',
      'jit_team_unknown',
      { division: 'Atlantis' },
    ]);
    expect(await listAsked(env.DB)).toMatchObject({ value: { divisions: [{ division: 'Atlantis', people: 1 }] } });
    expect(await addTeam(context, 'Atlantis')).toMatchObject({ value: { users: 1 } });
    expect(
      await rows('SELECT t.name, count(*) AS n FROM users AS u JOIN teams AS t ON t.seq = u.team_seq GROUP BY t.seq'),
    ).toEqual([
      { name: 'North America', n: 1 },
      { name: 'Atlantis', n: 1 },
    ]);
  });

  it('by the claims that Entra sends by itself does as well', async () => {
    const entra = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';
    const attributes = {
      [`${entra}givenname`]: 'Jane',
      [`${entra}surname`]: 'Example',
      [`${entra}emailaddress`]: JANE,
      [`${entra}name`]: 'somebody.else@acme.example',
    };
    const page = await signInBySso(visitor, portal.sources, JANE, { shape: 'entra', attributes });
    expect(page.status).toBe(303);
    expect((await found()).name).toMatchObject({ givenName: 'Jane', familyName: 'Example' });
  });

  it('in two tabs at once makes one user and two sessions', async () => {
    const [a, b] = [visitor, new Visitor(portal.sources)];
    const responses = await Promise.all([a, b].map(() => responseFor(portal.sources, JANE, { attributes: CLAIMS })));
    const pages = await Promise.all([a, b].map((tab, n) => postResponse(tab, responses[n] ?? '')));
    expect(pages.map(({ status }) => status)).toEqual([303, 303]);
    expect(await rows('SELECT 1 FROM users WHERE user_name = ?', JANE)).toHaveLength(1);
    expect(await rows("SELECT 1 FROM journal WHERE type = 'user.created'")).toHaveLength(1);
    expect(await rows('SELECT 1 FROM sessions')).toHaveLength(2);
    await expectCountersTrue();
  });
});

describe('no first sign-in', () => {
  const unchanged = async (attempt: () => Promise<{ readonly status: number }>, code: string) => {
    const before = await dump();
    expect((await attempt()).status).toBe(403);
    expect(await dump()).toEqual(before);
    expect(await rows('SELECT rule FROM refusals ORDER BY seq DESC LIMIT 1')).toEqual([{ rule: code }]);
  };

  it.each([
    ['names are missing', { email: JANE }, 'jit_incomplete'],
    ['the e-mail is of another domain', { ...CLAIMS, email: 'jane@elsewhere.example' }, 'jit_domain'],
  ])('makes anybody where %s', async (_why, attributes, code) => {
    await unchanged(() => signIn(attributes), code);
  });

  it('makes anybody in a portal without a verified domain', async () => {
    await switchSsoOn();
    await unchanged(() => signIn(), 'jit_domain');
  });

  it('brings back who was deleted, and a replay makes nobody', async () => {
    const response = await responseFor(portal.sources, JANE, { attributes: CLAIMS });
    expect((await postResponse(visitor, response)).status).toBe(303);
    await expectStatus(204, portal.send('DELETE', userPath(await idOf())));
    await unchanged(() => postResponse(visitor, response), 'saml_replayed');
    await unchanged(() => signIn(), 'sso_user_removed');
  });

  it('changes or takes over somebody who is there: neither by the name nor by the e-mail', async () => {
    const made = await make(portal, jane({ emails: [{ value: 'shared@acme.example' }] }));
    await signIn({ ...CLAIMS, givenName: 'Janet', userType: 'admin' });
    expect((await portal.send('GET', userPath(made.id))).body).toEqual(made);
    await signIn({ ...CLAIMS, user_name: 'other', email: 'shared@acme.example' }, 'other');
    expect(await rows('SELECT user_name AS name FROM users WHERE login_type = ? ORDER BY seq', 'saml')).toEqual([
      { name: JANE },
      { name: 'other' },
    ]);
  });

  it('happens for a user who was made and deleted while it was decided', async () => {
    await env.DB.prepare(
      `UPDATE portal SET preset = 'sendsafely', policy = '{"jit":{"state":"on"}}', version = version + 1`,
    ).run();
    const response = await responseFor(portal.sources, JANE, { attributes: CLAIMS });
    const { Faults } = await import('../support/faults.ts');
    let done = false;
    const faults = new Faults((call) => {
      if (done || !call.writes) return undefined;
      done = true;
      return {
        meanwhile: async () => {
          await make(portal, jane());
          await expectStatus(204, portal.send('DELETE', userPath(JANE)));
        },
      };
    });
    const page = await postResponse(visitor.over(faults.over({ DB: env.DB })), response);
    expect([done, page.status]).toEqual([true, 403]);
    expect(await rows('SELECT rule FROM refusals')).toEqual([{ rule: 'sso_user_removed' }]);
    expect(await rows('SELECT 1 FROM sessions')).toEqual([]);
  });
});

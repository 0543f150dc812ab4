// Handing a password or service account to the identity provider, and links by which a password is set.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, PASSWORD, signedIn, Visitor } from '../support/console.ts';
import { expectPositionsTrue } from '../support/list-positions.ts';
import { addAccount, dump, freshPortal, HOST, type Portal } from '../support/portal.ts';
import {
  expectCountersTrue,
  filtered,
  jane,
  journalOf,
  make,
  one,
  patchOf,
  rowOf,
  rows,
  userPath,
} from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const SECOND = 'second@acme.example';
const SERVICE = 'scim-admin@acme.example';
const seqOf = async (id: string) => (await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id)).seq;
const pathOf = async (id: string, below = '') => `/console/users/${await seqOf(id)}${below}`;
const convert = async (id: string, confirmation = id) =>
  admin.post(await pathOf(id, '/convert'), { fields: { confirmation } });

describe('a converted account', () => {
  it('is seen by SCIM from then on: by id, filter, list, position, and totals', async () => {
    await make(portal);
    const second = await addAccount('password', SECOND);
    await make(portal, jane({ userName: 'zoe.example@acme.example' }));
    expect((await portal.send('GET', userPath(SECOND))).status).toBe(404);
    const page = await convert(SECOND);
    expect([page.status, page.location]).toEqual([303, `/console/users/${second}?done=converted`]);
    const shown = await portal.send('GET', userPath(SECOND));
    expect(shown.body).toMatchObject({ userName: SECOND, active: true, emails: [{ value: SECOND }] });
    expect(shown.headers.get('etag')).toBe('W/"2"');
    for (const filter of [`userName eq "${SECOND}"`, 'emails.value sw "second@"']) {
      expect((await portal.send('GET', filtered(filter))).body.totalResults).toBe(1);
    }
    const list = await portal.send('GET', '/Users?startIndex=2&count=1');
    expect([list.body.totalResults, list.body.Resources[0].userName]).toEqual([3, SECOND]);
    await expectCountersTrue();
    await expectPositionsTrue();
    expect((await journalOf(SECOND)).at(-1)).toEqual({
      type: 'user.updated',
      rule: null,
      attributes: ['loginType'],
      actor: ADMIN,
    });
  });

  it('can be changed and deactivated by SCIM', async () => {
    await addAccount('password', SECOND);
    await convert(SECOND);
    const renamed = await portal.send(
      'PATCH',
      userPath(SECOND),
      patchOf({ op: 'replace', path: 'name.givenName', value: 'Sam' }),
    );
    expect(renamed.status).toBe(200);
    expect((await portal.send('DELETE', userPath(SECOND))).status).toBe(204);
    await expectCountersTrue();
    await expectPositionsTrue();
  });

  it('has no password, session or link any more', async () => {
    const second = await signedIn(portal.sources, env, SECOND);
    await admin.post(await pathOf(SECOND, '/password-link'));
    await admin.get('/console');
    await convert(SECOND);
    expect((await second.get('/console')).status).toBe(303);
    expect((await new Visitor(portal.sources).signIn(SECOND, PASSWORD)).status).toBe(401);
    const own = await seqOf(ADMIN);
    for (const table of ['sessions', 'credentials', 'one_time_links']) {
      expect(await rows(`SELECT user_seq FROM ${table} WHERE user_seq <> ?`, own)).toEqual([]);
    }
  });

  it('keeps its role and its keys', async () => {
    await portal.send('GET', '/Users');
    expect((await admin.get(await pathOf(SERVICE, '/convert'))).text).toContain(
      'The identity provider connects with “test”',
    );
    await convert(SERVICE);
    expect(await rowOf(SERVICE)).toMatchObject({ login_type: 'saml', role: 'admin', active: 1 });
    expect((await portal.send('GET', userPath(SERVICE))).status).toBe(200);
    expect((await portal.send('DELETE', userPath(SERVICE))).status).toBe(403);
  });

  it('that was deactivated stays so, and is counted so', async () => {
    await addAccount('password', SECOND);
    await admin.post(await pathOf(SECOND, '/deactivate'), { fields: { confirmation: SECOND } });
    await convert(SECOND);
    expect((await portal.send('GET', userPath(SECOND))).body.active).toBe(false);
    await expectCountersTrue();
    await expectPositionsTrue();
  });

  it('is converted once by two clicks', async () => {
    await addAccount('password', SECOND);
    await convert(SECOND);
    const before = await dump();
    expect((await convert(SECOND)).status).toBe(303);
    expect(await dump()).toEqual(before);
  });

  it('needs the user name typed, and is never one’s own', async () => {
    await addAccount('password', SECOND);
    const before = await dump();
    expect((await convert(SECOND, 'yes')).status).toBe(400);
    const own = await convert(ADMIN);
    expect([own.status, own.text.includes('ask another admin')]).toEqual([400, true]);
    expect(await dump()).toEqual(before);
  });

  it('in a portal with opaque ids keeps the id it has', async () => {
    portal = await freshPortal('open');
    admin = await signedIn(portal.sources);
    await addAccount('password', SECOND);
    await convert(SECOND);
    expect((await portal.send('GET', userPath(SECOND))).body.id).toBe(SECOND);
    await expectCountersTrue();
  });

  it('far down the list is at its place', async () => {
    await env.DB.batch([
      env.DB.prepare(
        `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
         INSERT INTO users (id, user_name, user_name_key, login_type, role, active, attributes, registration, created_at, updated_at, version)
         SELECT 'u' || i, 'u' || i, 'u' || i, 'saml', 'user', 1, '{}', 1, 1, 1, 1 FROM n`,
      ),
      env.DB.prepare('UPDATE portal SET user_count = user_count + 12000, active_count = active_count + 12000'),
    ]);
    await addAccount('password', SECOND);
    await make(portal);
    await convert(SECOND);
    await expectPositionsTrue();
    const list = await portal.send('GET', '/Users?startIndex=12001&count=2');
    expect(list.body.Resources.map(({ userName }: { userName: string }) => userName)).toEqual([
      SECOND,
      'jane.example@acme.example',
    ]);
  });
});

describe('a link to set the password', () => {
  const linkIn = (html: string) => /<code id="link">([^<]+)<\/code>/.exec(html)?.[1] ?? '';

  it('is shown once, works once, and is journalled without its code', async () => {
    await addAccount('password', SECOND, 'admin');
    const page = await admin.post(await pathOf(SECOND, '/password-link'));
    const link = linkIn(page.text);
    expect([page.status, link.startsWith(`${HOST}/console/welcome#`)]).toEqual([200, true]);
    const visitor = new Visitor(portal.sources);
    await visitor.get('/console/welcome');
    const code = link.slice(link.indexOf('#') + 1);
    const fields = { code, password: PASSWORD, repeated: PASSWORD };
    expect((await visitor.post('/console/welcome', { fields })).location).toBe('/console');
    expect((await journalOf(SECOND)).map(({ type, actor }) => [type, actor])).toEqual([
      ['user.link_made', ADMIN],
      ['user.updated', SECOND],
    ]);
    expect(JSON.stringify(await dump())).not.toContain(code);
    expect((await admin.get(await pathOf(SECOND))).text).not.toContain('welcome#');
  });

  it.each([
    ['a service account', SERVICE, 'admin'],
    ['somebody who is no admin', SECOND, 'user'],
  ])('is not made for %s', async (_whom, id, role) => {
    if (id === SECOND) await addAccount('password', SECOND, role);
    const before = await dump();
    const page = await admin.post(await pathOf(id, '/password-link'));
    expect([page.status, page.text.includes('No link was made.')]).toEqual([400, true]);
    expect(await dump()).toEqual(before);
  });
});

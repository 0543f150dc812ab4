// The preset `open`: opaque ids, names that change, admin rights by the portal's own extension, and data that stays.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { putFile, readFile } from '../../src/api/files.ts';
import { addAccount, ENTRA, freshPortal, type Portal } from '../support/portal.ts';
import {
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

const URN = 'urn:portcullis:scim:schemas:extension:portal:2.0:User';
const NEW = 'Jane.New@acme.example';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal('open');
});

const renames: readonly (readonly [string, (name: string) => readonly [string, unknown]])[] = [
  ['PUT', (userName) => ['PUT', jane({ userName })]],
  ['PATCH of the path', (value) => ['PATCH', patchOf({ op: 'replace', path: 'userName', value })]],
  ['PATCH without a path', (userName) => ['PATCH', patchOf({ op: 'Replace', value: { userName } })]],
];

describe.each(renames)('a rename by %s', (_name, request) => {
  it('changes the name, its key and what is found, and nothing of the id', async () => {
    const { id } = await make(portal);
    const [method, body] = request(NEW);
    const renamed = await expectStatus(200, portal.send(method, userPath(id), body));
    expect(renamed.body).toMatchObject({ id, userName: NEW });
    expect(await rowOf(id)).toMatchObject({ user_name: NEW, user_name_key: NEW.toLowerCase() });
    expect((await portal.send('GET', filtered(`userName eq "${NEW}"`))).body.totalResults).toBe(1);
    expect((await portal.send('GET', filtered(`userName eq "${JANE}"`))).body.totalResults).toBe(0);
    expect((await journalOf(id)).at(-1)).toMatchObject({ type: 'user.updated', attributes: ['userName'] });
  });

  it('to another spelling of the same name is stored', async () => {
    const { id } = await make(portal);
    const [method, body] = request(JANE.toUpperCase());
    await expectStatus(200, portal.send(method, userPath(id), body));
    expect(await rowOf(id)).toMatchObject({ user_name: JANE.toUpperCase(), user_name_key: JANE });
  });

  it.each([
    ['another user', 'saml', 409],
    ['a break-glass account', 'password', 409],
  ] as const)('to the name of %s is refused', async (_who, loginType, status) => {
    const { id } = await make(portal);
    await addAccount(loginType, NEW.toLowerCase());
    const [method, body] = request(NEW);
    await expectRefused(portal, [method, userPath(id), body], { status, scimType: 'uniqueness' });
  });
});

describe('renames', () => {
  it('of two users to one name at the same time end with one of them', async () => {
    const ids = [(await make(portal)).id, (await make(portal, jane({ userName: 'b@acme.example' }))).id];
    const rename = patchOf({ op: 'replace', path: 'userName', value: NEW });
    const replies = await Promise.all(ids.map((id) => portal.send('PATCH', userPath(id), rename)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('leave the old name to others at once', async () => {
    const { id } = await make(portal);
    await expectStatus(200, portal.send('PUT', userPath(id), jane({ userName: NEW })));
    expect((await make(portal)).id).not.toBe(id);
  });

  it('come with a reactivation in one PUT', async () => {
    const { id } = await make(portal, jane({ active: false }));
    const back = await expectStatus(200, portal.send('PUT', userPath(id), jane({ userName: NEW, active: true })));
    expect(back.body).toMatchObject({ id, userName: NEW, active: true });
    await expectRefused(portal, ['PUT', userPath(id), jane({ userName: ' ' })], {
      status: 400,
      scimType: 'invalidValue',
    });
  });
});

describe('admin rights', () => {
  it('come from the extension, which is on from the start', async () => {
    const made = await make(portal, jane({ [URN.toUpperCase()]: { isAdmin: 'True' } }));
    expect(made[URN]).toEqual({ isAdmin: true });
    expect((await rowOf(made.id))['role']).toBe('admin');
    const types = await portal.send('GET', '/ResourceTypes/User');
    expect(types.body.schemaExtensions).toContainEqual({ schema: URN, required: false });
  });

  it('come from an extension of another URN where the portal chose one', async () => {
    const own = 'urn:acme:scim:Access';
    await env.DB.prepare("UPDATE portal SET policy = json_object('extensionUrn', ?), version = version + 1")
      .bind(own)
      .run();
    expect((await make(portal, jane({ [own]: { isAdmin: true } })))[own]).toEqual({ isAdmin: true });
  });
});

describe('an Entra life', () => {
  it('match, create, update, disable with the profile kept, restore, delete, and a new user in the end', async () => {
    const send = (method: string, path: string, body?: unknown) => portal.send(method, ENTRA + path, body);
    expect((await send('GET', filtered(`userName eq "${JANE}"`))).body.totalResults).toBe(0);
    const made = (await expectStatus(201, send('POST', '/Users', jane({ externalId: 'e1', title: 'Clerk' })))).body;
    const path = userPath(made.id);
    const { seq } = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', made.id);
    const file = await putFile(env, portal.sources, { ownerSeq: seq, name: 'a.txt', bytes: new Uint8Array(3) });
    if (!file.ok) throw new Error(file.failure.detail);

    await expectStatus(204, send('PATCH', path, patchOf({ op: 'Replace', path: 'active', value: 'False' })));
    expect((await send('GET', path)).body).toMatchObject({ active: false, title: 'Clerk', name: made.name });
    await expectStatus(204, send('PATCH', path, patchOf({ op: 'Replace', path: 'active', value: 'True' })));
    expect((await send('GET', path)).body).toMatchObject({ active: true, title: 'Clerk', name: made.name });
    expect((await readFile(env, file.value)).ok).toBe(true);

    await expectStatus(204, send('DELETE', path));
    await expectStatus(404, send('DELETE', path));
    const again = (await expectStatus(201, send('POST', '/Users', jane({ externalId: 'e1' })))).body;
    expect(again.id).not.toBe(made.id);
    expect((await readFile(env, file.value)).ok, 'the new account does not see what the old one left').toBe(false);
    await expectCountersTrue();
  });

  it('destroys content where the portal chose so, and the come-back starts with nothing', async () => {
    await env.DB.prepare(
      `UPDATE portal SET policy = '{"deactivation":{"content":"destroy"}}', version = version + 1`,
    ).run();
    const { id } = await make(portal, jane({ title: 'Clerk' }));
    const { seq } = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id);
    const file = await putFile(env, portal.sources, { ownerSeq: seq, name: 'a.txt', bytes: new Uint8Array(3) });
    if (!file.ok) throw new Error(file.failure.detail);
    for (const active of [false, true]) {
      const reply = await expectStatus(
        200,
        portal.send('PATCH', userPath(id), patchOf({ op: 'replace', value: { active } })),
      );
      expect(reply.body).toMatchObject({ active, title: 'Clerk' });
    }
    expect((await readFile(env, file.value)).ok).toBe(false);
    expect(await one('SELECT registration FROM users WHERE id = ?', id)).toEqual({ registration: 2 });
  });

  it('what was kept stays readable although the policy became stricter before the come-back', async () => {
    const { id } = await make(portal);
    const { seq } = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id);
    const file = await putFile(env, portal.sources, { ownerSeq: seq, name: 'a.txt', bytes: new Uint8Array(3) });
    if (!file.ok) throw new Error(file.failure.detail);
    const set = (active: boolean) =>
      expectStatus(200, portal.send('PATCH', userPath(id), patchOf({ op: 'replace', value: { active } })));
    await set(false);
    await env.DB.prepare(
      `UPDATE portal SET policy = '{"deactivation":{"content":"destroy"}}', version = version + 1`,
    ).run();
    await set(true);
    expect((await readFile(env, file.value)).ok).toBe(true);
  });
});

describe('attributesStored minimal', () => {
  it('keeps and declares names, userName, active and externalId, and ignores the rest without an error', async () => {
    await env.DB.prepare(`UPDATE portal SET policy = '{"attributesStored":"minimal"}', version = version + 1`).run();
    const body = jane({ externalId: 'x', title: 'Clerk', emails: [{ value: 'j@home.example', type: 'work' }] });
    const made = await make(portal, {
      ...body,
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { division: 'N' },
    });
    expect(await rowOf(made.id)).toMatchObject({ attributes: '{}', given_name: 'Jane', external_id: 'x' });
    expect(made.title).toBeUndefined();
    const patched = await portal.send(
      'PATCH',
      userPath(made.id),
      patchOf(
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'x@y.example' },
        { op: 'Add', path: 'title', value: 'C' },
      ),
    );
    expect([patched.status, patched.body.meta.version]).toEqual([200, made.meta.version]);
    const schemas = await portal.send('GET', '/Schemas');
    const names = schemas.body.Resources[0].attributes.map((one: { name: string }) => one.name);
    expect(names).toEqual(['userName', 'name', 'active', 'password', 'emails', 'groups']);
  });
});

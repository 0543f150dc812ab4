// Admin rights by SCIM: only where the feature is on, never the last admin's, never those of the key's own owner.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { isolateKeyCache } from '../../src/auth/key-lookup.ts';
import { createScimKey } from '../../src/auth/key-store.ts';
import { isAdmin, retireBreakGlass, switchAdminSyncOn } from '../support/admins.ts';
import { dump, ENTRA, freshPortal, type Portal } from '../support/portal.ts';
import {
  CORE,
  expectCountersTrue,
  expectRefused,
  expectStatus,
  JANE,
  JANE_PATH,
  jane,
  journalOf,
  make,
  PORTAL_URN,
  patchOf,
  rowOf,
  rows,
  userPath,
} from '../support/scim.ts';

const MIXED_URN = 'urn:ietf:scim:schemas:extension:SendSafely:2.0:User';
const KIM = 'kim@acme.example';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const patch = (operation: object) => expectStatus(200, portal.send('PATCH', JANE_PATH, patchOf(operation)));
const roleOf = async (id = JANE) => (await rowOf(id))['role'];
const promote = (id: string) => env.DB.prepare("UPDATE users SET role = 'admin' WHERE id = ?").bind(id).run();

describe('with the feature on', () => {
  beforeEach(switchAdminSyncOn);

  it.each([
    ['the URN as configured', MIXED_URN],
    ['the URN as answered', PORTAL_URN],
    ['the URN shouted', PORTAL_URN.toUpperCase()],
  ])('a POST with %s makes an admin, answered under the lower-case URN', async (_case, urn) => {
    const created = await make(portal, jane({ schemas: [CORE, urn], ...isAdmin(true, urn) }));
    expect(created.schemas).toEqual([CORE, PORTAL_URN]);
    expect(created[PORTAL_URN]).toEqual({ isAdmin: true });
    expect(Object.keys(created).filter((name) => name.startsWith('urn:'))).toEqual([PORTAL_URN]);
    expect(await rowOf()).toMatchObject({ role: 'admin', attributes: '{}' });
  });

  it('a user without rights is answered with isAdmin false', async () => {
    expect((await make(portal))[PORTAL_URN]).toEqual({ isAdmin: false });
    expect(await roleOf()).toBe('user');
  });

  it.each([
    ['PATCH of the URN path', (value: unknown) => patch({ op: 'replace', path: `${MIXED_URN}:isAdmin`, value })],
    ['PATCH of the URN', (value: unknown) => patch({ op: 'add', path: PORTAL_URN, value: { isAdmin: value } })],
    ['PATCH without a path', (value: unknown) => patch({ op: 'Replace', value: { [`${MIXED_URN}:isAdmin`]: value } })],
    ['PATCH with the extension', (value: unknown) => patch({ op: 'replace', value: isAdmin(value, MIXED_URN) })],
    ['PUT', (value: unknown) => expectStatus(200, portal.send('PUT', JANE_PATH, jane(isAdmin(value, MIXED_URN))))],
  ])('%s grants by true, revokes by false, and changes nothing by null', async (_case, set) => {
    await make(portal);
    for (const [value, role] of [
      [true, 'admin'],
      [null, 'admin'],
      ['', 'admin'],
      ['False', 'user'],
      [null, 'user'],
      ['True', 'admin'],
      [true, 'admin'],
      [false, 'user'],
    ] as const) {
      const { body } = await set(value);
      expect([await roleOf(), body[PORTAL_URN].isAdmin], JSON.stringify(value)).toEqual([role, role === 'admin']);
    }
    const types = (await journalOf()).map(({ type }) => type);
    expect(types.slice(1)).toEqual([
      'user.admin_granted',
      'user.admin_revoked',
      'user.admin_granted',
      'user.admin_revoked',
    ]);
  });

  it('a body that does not name isAdmin changes nothing', async () => {
    await make(portal, jane(isAdmin(true)));
    await expectStatus(200, portal.send('PUT', JANE_PATH, jane()));
    await expectStatus(200, portal.send('PUT', JANE_PATH, jane({ [PORTAL_URN]: {} })));
    await expectStatus(200, portal.send('PUT', JANE_PATH, jane({ [PORTAL_URN]: null })));
    await patch({ op: 'remove', path: `${PORTAL_URN}:isAdmin` });
    await patch({ op: 'remove', path: PORTAL_URN });
    expect(await roleOf()).toBe('admin');
  });

  it('a word for isAdmin is refused', async () => {
    await make(portal);
    const wanted = { status: 400, scimType: 'invalidValue', detail: /isAdmin/ };
    await expectRefused(portal, ['PUT', JANE_PATH, jane(isAdmin('perhaps'))], wanted);
    await expectRefused(portal, ['POST', '/Users', { userName: KIM, ...isAdmin(1) }], wanted);
  });

  it('rights do not return with the person, unless they are granted in the same request', async () => {
    await make(portal, jane(isAdmin(true)));
    await patch({ op: 'replace', path: 'active', value: false });
    await patch({ op: 'replace', path: 'active', value: true });
    expect(await roleOf()).toBe('user');
    await patch({ op: 'replace', path: 'active', value: false });
    await patch({ op: 'replace', value: { active: true, ...isAdmin(true) } });
    expect(await roleOf()).toBe('admin');
    expect((await journalOf()).at(-1)?.attributes).toContain('isAdmin');
  });
});

describe('with the feature off', () => {
  it('isAdmin is ignored, neither answered nor declared', async () => {
    const created = await make(portal, jane({ schemas: [CORE, MIXED_URN], ...isAdmin(true, MIXED_URN) }));
    expect(created.schemas).toEqual([CORE]);
    expect(JSON.stringify(created)).not.toMatch(/isAdmin|sendsafely/i);
    const before = await dump();
    await patch({ op: 'replace', path: `${MIXED_URN}:isAdmin`, value: true });
    await patch({ op: 'replace', value: isAdmin(true) });
    expect(await dump()).toEqual(before);
    expect(await roleOf()).toBe('user');
    const declared = JSON.stringify([
      (await portal.send('GET', '/Schemas')).body,
      (await portal.send('GET', '/ResourceTypes')).body,
    ]);
    expect(declared).not.toMatch(/isAdmin|sendsafely/i);
  });

  it('an admin stays one whatever a body says', async () => {
    await make(portal);
    await promote(JANE);
    await expectStatus(200, portal.send('PUT', JANE_PATH, jane(isAdmin(false))));
    expect(await roleOf()).toBe('admin');
  });
});

const ENDINGS: readonly [string, readonly [string, string, unknown?]][] = [
  ['PATCH active false', ['PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'active', value: 'False' })]],
  ['PUT active false', ['PUT', JANE_PATH, jane({ active: false })]],
  ['DELETE', ['DELETE', JANE_PATH]],
  ['DELETE by Entra', ['DELETE', ENTRA + JANE_PATH]],
  [
    'PATCH isAdmin false',
    ['PATCH', JANE_PATH, patchOf({ op: 'replace', path: `${PORTAL_URN}:isAdmin`, value: false })],
  ],
  ['PUT isAdmin false', ['PUT', JANE_PATH, jane(isAdmin(false))]],
];

describe('the last active admin who can sign in', () => {
  beforeEach(async () => {
    await switchAdminSyncOn();
    await retireBreakGlass();
    await make(portal, jane(isAdmin(true)));
  });

  it.each(ENDINGS)('is kept from %s, and nothing changes', async (_case, request) => {
    await expectRefused(portal, request, { status: 403, detail: /last active admin.*Nothing was changed/ });
  });

  it.each(ENDINGS)('is no longer kept from %s once there is another', async (_case, [method, path, body]) => {
    await make(portal, { userName: KIM, ...isAdmin(true) });
    expect((await portal.send(method, path, body)).status).toBeLessThan(300);
    expect(await roleOf()).toBe('user');
    await expectCountersTrue();
  });

  it('is not saved by an admin who is inactive, removed, or a no-login service account', async () => {
    await make(portal, { userName: KIM, ...isAdmin(true) });
    await expectStatus(204, portal.send('DELETE', userPath(KIM)));
    await env.DB.prepare("UPDATE users SET role = 'admin' WHERE id = ?").bind(KIM).run();
    await expectRefused(portal, ['DELETE', JANE_PATH], { status: 403 });
    await env.DB.prepare('UPDATE users SET removed_at = NULL WHERE id = ?').bind(KIM).run();
    await expectRefused(portal, ['DELETE', JANE_PATH], { status: 403 });
  });

  it('may still change in every other way', async () => {
    await patch({ op: 'replace', path: 'title', value: 'Cook' });
    await expectStatus(200, portal.send('PUT', JANE_PATH, jane({ active: true, ...isAdmin(true), nickName: 'J' })));
    expect(await roleOf()).toBe('admin');
  });

  it.each(ENDINGS.slice(0, 3))(
    'is one of two whom parallel requests by %s cannot both take',
    async (_case, [method, , body]) => {
      await make(portal, { userName: KIM, ...isAdmin(true) });
      const bodyOf = (id: string) => (method === 'PUT' ? { ...(body as object), userName: id } : body);
      const ids = [JANE, KIM, JANE, KIM, JANE, KIM];
      const replies = await Promise.all(ids.map((id) => portal.send(method, userPath(id), bodyOf(id))));
      expect(replies.some(({ status }) => status === 403)).toBe(true);
      expect(
        await rows("SELECT id FROM users WHERE role = 'admin' AND active = 1 AND login_type = 'saml'"),
      ).toHaveLength(1);
      await expectCountersTrue();
    },
  );
});

describe('the owner of the key', () => {
  it.each(ENDINGS)('cannot be ended by it through %s', async (_case, [method, path, body]) => {
    await switchAdminSyncOn();
    await make(portal, jane(isAdmin(true)));
    const key = await createScimKey(env, portal.sources, {
      ownerSeq: Number((await rowOf())['seq']),
      label: 'hers',
      actor: 'test',
    });
    if (!key.ok) throw new Error(key.failure.detail);
    const headers = { authorization: `Bearer ${key.value.username}:${key.value.password}` };
    await expectRefused(portal, [method, path, body, { headers }], { status: 403, detail: /owns the SCIM key/ });
    isolateKeyCache.clear();
    expect((await portal.send(method, path, body)).status, 'another key may').toBeLessThan(300);
    const after = await expectStatus(401, portal.send('GET', '/Users', undefined, { headers }));
    expect(after.body.detail).toContain('no longer an active admin');
  });
});

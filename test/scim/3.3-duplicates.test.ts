// POST /Users of a userName that somebody holds, RFC 7644 section 3.3.1, and of one that a DELETE set free.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { putFile, readFile } from '../../src/api/files.ts';
import { addAccount, dump, ENTRA, freshPortal, type Portal } from '../support/portal.ts';
import {
  CORE,
  expectCountersTrue,
  expectRefused,
  expectStatus,
  JANE,
  JANE_PATH,
  jane,
  make,
  patchOf,
  rowOf,
  rows,
} from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const UNIQUENESS = { status: 409, scimType: 'uniqueness' };

describe('a userName in use', () => {
  it.each([
    ['the same', JANE],
    ['in another case', JANE.toUpperCase()],
    ['in full-width letters', 'ｊane.example@acme.example'],
    ['with a Kelvin sign in the place of a k', undefined],
  ])('%s is refused, and the user stays as it was', async (_case, userName) => {
    await make(portal, jane(userName ? {} : { userName: 'kim@acme.example' }));
    const body = jane({
      userName: userName ?? '\u212aim@acme.example',
      name: { givenName: 'Mallory' },
      externalId: 'x',
    });
    await expectRefused(portal, ['POST', '/Users', body], { ...UNIQUENESS, detail: /exists already/ });
    await expectRefused(portal, ['POST', `${ENTRA}/Users`, body], UNIQUENESS);
  });

  it('by an inactive user is refused with a text that says to set active to true', async () => {
    await make(portal);
    await expectStatus(200, portal.send('PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'active', value: false })));
    await expectRefused(portal, ['POST', '/Users', jane()], { ...UNIQUENESS, detail: /inactive.*active to true/ });
  });

  it.each([['password'], ['service']] as const)(
    'by a %s account is refused with a text that says who manages it',
    async (loginType) => {
      await addAccount(loginType, JANE);
      await expectRefused(portal, ['POST', '/Users', jane()], {
        ...UNIQUENESS,
        detail: new RegExp(`${loginType} account that the portal's admins manage`),
      });
    },
  );

  it('does not keep another user from the same externalId or the same address', async () => {
    await make(portal, jane({ externalId: 'x', emails: [{ value: 'shared@acme.example' }] }));
    const other = { userName: 'kim@acme.example', externalId: 'x', emails: [{ value: 'shared@acme.example' }] };
    expect((await make(portal, other)).id).toBe('kim@acme.example');
    expect((await rowOf())['external_id']).toBe('x');
  });
});

it('twenty creates of one userName at the same time make one user', async () => {
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      portal.send('POST', '/Users', jane({ userName: i % 2 ? JANE : JANE.toUpperCase(), externalId: `x${i}` })),
    ),
  );
  const statuses = replies.map(({ status }) => status).sort();
  expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  const winner = replies.find(({ status }) => status === 201);
  expect(await rowOf()).toMatchObject({ external_id: winner?.body.externalId, version: 1 });
  expect(await rows("SELECT type FROM journal WHERE type = 'user.created'")).toHaveLength(1);
  await expectCountersTrue();
});

describe('after a DELETE', () => {
  it('a POST makes the person anew under the same id, with nothing of the old profile', async () => {
    await make(portal, jane({ externalId: 'old', title: 'Clerk', phoneNumbers: [{ value: '1' }] }));
    const before = await rowOf();
    await expectStatus(204, portal.send('DELETE', JANE_PATH));
    portal.sources.ms += 60_000;
    const created = await make(portal, { userName: JANE, name: { familyName: 'Doe' } });
    const at = new Date(portal.sources.ms).toISOString();
    expect(created).toEqual({
      schemas: [CORE],
      id: JANE,
      userName: JANE,
      name: { formatted: 'Doe', familyName: 'Doe' },
      active: true,
      emails: [{ value: JANE, type: 'work', primary: true }],
      meta: expect.objectContaining({ created: at, lastModified: at }),
    });
    const after = await rowOf();
    expect(after).toMatchObject({
      registration: Number(before['registration']) + 1,
      removed_at: null,
      attributes: '{}',
    });
    expect(created.meta.version).not.toBe(`W/"${before['version']}"`);
    await expectCountersTrue();
  });

  it('a POST does not bring back files, admin rights or the last sign-in', async () => {
    await make(portal);
    const { seq } = await rowOf();
    await env.DB.prepare("UPDATE users SET role = 'admin', last_login_at = 1 WHERE seq = ?").bind(seq).run();
    const file = await putFile(env, portal.sources, { ownerSeq: Number(seq), name: 'plan', bytes: new Uint8Array(3) });
    if (!file.ok) throw new Error(file.failure.detail);
    await expectStatus(204, portal.send('DELETE', JANE_PATH));
    await make(portal);
    expect(await rowOf()).toMatchObject({ seq, role: 'user', last_login_at: null });
    expect((await readFile(env, file.value)).ok).toBe(false);
  });

  it('twenty POSTs at the same time bring the person back once', async () => {
    await make(portal);
    await expectStatus(204, portal.send('DELETE', JANE_PATH));
    const replies = await Promise.all(Array.from({ length: 20 }, () => portal.send('POST', '/Users', jane())));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(19);
    expect((await rowOf())['registration']).toBe(2);
    await expectCountersTrue();
  });

  it('a portal account may take the userName, which SCIM then cannot', async () => {
    await make(portal);
    await expectStatus(204, portal.send('DELETE', JANE_PATH));
    await env.DB.prepare("UPDATE users SET login_type = 'password', removed_at = NULL, active = 1 WHERE id = ?")
      .bind(JANE)
      .run();
    const before = await dump();
    await expectStatus(409, portal.send('POST', '/Users', jane()));
    expect(await dump()).toEqual(before);
  });
});

// What a PUT or PATCH may still do to an inactive user: change externalId, or bring the person back. Nothing in between.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { putFile, readFile } from '../../src/api/files.ts';
import { createWorkspace } from '../../src/api/workspaces.ts';
import { switchAdminSyncOn } from '../support/admins.ts';
import { dump, ENTRA, freshPortal, type Portal } from '../support/portal.ts';
import {
  CORE,
  ENTERPRISE,
  expectCountersTrue,
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
} from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
  await make(portal, jane({ externalId: 'x', title: 'Clerk', [ENTERPRISE]: { department: 'Sales' } }));
});

const patch = (...operations: object[]) => expectStatus(200, portal.send('PATCH', JANE_PATH, patchOf(...operations)));
const put = (body: object) => expectStatus(200, portal.send('PUT', JANE_PATH, body));
const deactivate = () => patch({ op: 'replace', path: 'active', value: false });

describe('while active stays false', () => {
  beforeEach(deactivate);

  it.each([
    ['a PATCH of the path', () => patch({ op: 'replace', path: 'externalId', value: 'new' }), 'new'],
    ['a PATCH without a path', () => patch({ op: 'replace', value: { externalId: 'new', active: 'False' } }), 'new'],
    ['a PATCH that removes', () => patch({ op: 'remove', path: 'externalId' }), null],
    ['a PUT with active false', () => put({ userName: JANE, externalId: 'new', active: false }), 'new'],
    ['a PUT without active', () => put({ userName: JANE, externalId: 'new' }), 'new'],
  ])('%s changes externalId, and the journal names just that', async (_case, change, stored) => {
    const { body } = await change();
    expect(body).toMatchObject({ active: false, meta: { version: 'W/"3"' } });
    expect(await rowOf()).toMatchObject({ active: 0, external_id: stored, attributes: '{}', given_name: null });
    expect((await journalOf()).at(-1)).toMatchObject({ type: 'user.updated', rule: null, attributes: ['externalId'] });
  });

  it.each([
    ['a PATCH', () => patch({ op: 'replace', value: { title: 'Cook', 'name.givenName': 'Jana' } })],
    [
      'a PUT with active false',
      () => put(jane({ externalId: 'x', title: 'Cook', active: false, name: { givenName: 'Jana' } })),
    ],
    ['a PUT without active', () => put(jane({ externalId: 'x', title: 'Cook', name: { givenName: 'Jana' } }))],
  ])('%s of other attributes is accepted and ignored, and the journal says so', async (_case, change) => {
    const before = await rowOf();
    portal.sources.ms += 1000;
    const { body } = await change();
    expect(body).toMatchObject({ active: false, meta: { version: 'W/"2"' } });
    expect(body).not.toHaveProperty('title');
    expect(await rowOf()).toEqual(before);
    const entry = (await journalOf()).at(-1);
    expect(entry).toMatchObject({ type: 'user.ignored', rule: 'inactive_profile_ignored' });
    expect(entry?.attributes.toSorted()).toEqual(['name.givenName', 'title']);
    expect(JSON.stringify(await dump())).not.toMatch(/Cook|Jana/);
  });

  it('externalId changes and others are ignored in one request, which the journal tells by its rule', async () => {
    await put(jane({ externalId: 'new', title: 'Cook', active: false }));
    expect(await rowOf()).toMatchObject({ external_id: 'new', attributes: '{}', version: 3 });
    const entry = (await journalOf()).at(-1);
    expect(entry).toMatchObject({ type: 'user.updated', rule: 'inactive_profile_ignored' });
    expect(entry?.attributes).toEqual(expect.arrayContaining(['externalId', 'title', 'name.familyName']));
  });

  it('admin rights are ignored too, and the journal says so', async () => {
    await switchAdminSyncOn();
    const { body } = await patch({ op: 'replace', path: `${PORTAL_URN}:isAdmin`, value: true });
    expect(body[PORTAL_URN]).toEqual({ isAdmin: false });
    expect((await rowOf())['role']).toBe('user');
    expect((await journalOf()).at(-1)).toMatchObject({ type: 'user.ignored', attributes: ['isAdmin'] });
  });

  it('what was read may be written back, and changes nothing', async () => {
    const read = (await portal.send('GET', JANE_PATH)).body;
    const before = await dump();
    await put(read);
    expect(await dump()).toEqual(before);
  });
});

describe('active true', () => {
  it.each([
    ['PATCH of the path', () => patch({ op: 'Replace', path: 'active', value: 'True' }), { formatted: JANE }],
    [
      'PATCH without a path, with a name',
      () => patch({ op: 'replace', value: { active: true, name: { givenName: 'Jana' } } }),
      { formatted: 'Jana', givenName: 'Jana' },
    ],
    [
      'PUT of the whole object',
      () => put(jane({ active: true, externalId: 'x' })),
      { formatted: 'Example Jane', familyName: 'Example', givenName: 'Jane' },
    ],
    [
      'PUT with a string',
      () => put(jane({ active: 'true', externalId: 'x' })),
      { formatted: 'Example Jane', familyName: 'Example', givenName: 'Jane' },
    ],
  ])('by %s registers the person anew with what it carries', async (_case, change, name) => {
    await deactivate();
    portal.sources.ms += 1000;
    const { body, headers } = await change();
    expect(body).toEqual({
      schemas: [CORE],
      id: JANE,
      externalId: 'x',
      userName: JANE,
      name,
      emails: [{ value: JANE, type: 'work', primary: true }],
      active: true,
      meta: expect.objectContaining({ version: 'W/"3"', lastModified: new Date(portal.sources.ms).toISOString() }),
    });
    expect(headers.get('etag')).toBe('W/"3"');
    expect((await portal.send('GET', JANE_PATH)).body).toEqual(body);
    expect(await rowOf()).toMatchObject({ active: 1, registration: 2, role: 'user', deactivated_at: null });
    await expectCountersTrue();
  });

  it('is named in the journal with the attributes it carried', async () => {
    await deactivate();
    await put(jane({ active: true, externalId: 'y', title: 'Cook' }));
    const entry = (await journalOf()).at(-1);
    expect(entry).toMatchObject({ type: 'user.reactivated', rule: null });
    expect(entry?.attributes.toSorted()).toEqual([
      'active',
      'externalId',
      'name.familyName',
      'name.givenName',
      'title',
    ]);
  });

  it('brings back neither admin rights, keys, files, workspaces nor the last sign-in', async () => {
    const seq = Number((await rowOf())['seq']);
    await env.DB.prepare("UPDATE users SET role = 'admin', last_login_at = 1 WHERE seq = ?").bind(seq).run();
    await createWorkspace(env, portal.sources, { ownerSeq: seq, name: 'Plans' });
    const file = await putFile(env, portal.sources, { ownerSeq: seq, name: 'plan.txt', bytes: new Uint8Array(3) });
    if (!file.ok) throw new Error(file.failure.detail);
    await deactivate();
    const { body } = await put(jane({ active: true }));
    expect(body).not.toHaveProperty('userLastLoggedInTimeStamp');
    expect((await portal.send('GET', JANE_PATH)).body).not.toHaveProperty('userLastLoggedInTimeStamp');
    expect(await rowOf()).toMatchObject({ role: 'user', registration: 2 });
    expect((await readFile(env, file.value)).ok).toBe(false);
    expect(await rows('SELECT state FROM workspaces')).toEqual([{ state: 'archived' }]);
  });

  it('never happens by a PUT that does not name active, however full it is', async () => {
    await deactivate();
    for (const more of [{}, { active: null }, { active: '' }, { Active: undefined }]) {
      await put(jane({ externalId: 'x', title: 'Cook', groups: [], schemas: [CORE, ENTERPRISE], ...more }));
      expect((await rowOf())['active']).toBe(0);
    }
    await expectCountersTrue();
  });

  it('goes round and round, one registration and one ledger row a time', async () => {
    for (const registration of [2, 3, 4]) {
      await deactivate();
      await patch({ op: 'replace', value: { active: true } });
      expect(await rowOf()).toMatchObject({ registration, active: 1 });
    }
    expect(await rows('SELECT registration FROM destructions ORDER BY seq')).toEqual(
      [1, 2, 3].map((registration) => ({ registration })),
    );
    await expectCountersTrue();
  });

  it('by twenty requests at the same time is one registration', async () => {
    await deactivate();
    const body = patchOf({ op: 'Replace', path: 'active', value: 'True' });
    const replies = await Promise.all(Array.from({ length: 20 }, () => portal.send('PATCH', ENTRA + JANE_PATH, body)));
    expect(replies.every(({ status }) => status === 204)).toBe(true);
    expect((await rowOf())['registration']).toBe(2);
    await expectCountersTrue();
  });
});

// Ending access over HTTP, by every spelling of it: what goes, what stays, and that a second time changes nothing.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { putFile } from '../../src/api/files.ts';
import { createWorkspace } from '../../src/api/workspaces.ts';
import { createScimKey } from '../../src/auth/key-store.ts';
import { dump, ENTRA, freshPortal, type Portal, START_MS } from '../support/portal.ts';
import {
  CORE,
  ENTERPRISE,
  expectCountersTrue,
  expectRefused,
  expectStatus,
  filtered,
  JANE,
  JANE_PATH,
  jane,
  journalOf,
  make,
  one,
  patchOf,
  rowOf,
  rows,
  userPath,
} from '../support/scim.ts';

const DAY_MS = 86_400_000;

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

/** Jane as an admin with a key, two workspaces and a file; gives her `seq`. */
async function makeOwner(): Promise<number> {
  await make(
    portal,
    jane({
      externalId: 'x',
      title: 'Clerk',
      emails: [{ value: 'j@home.example' }],
      [ENTERPRISE]: { division: 'North' },
    }),
  );
  const seq = Number((await rowOf())['seq']);
  await env.DB.prepare("UPDATE users SET role = 'admin', last_login_at = 1 WHERE seq = ?").bind(seq).run();
  await createWorkspace(env, portal.sources, { ownerSeq: seq, name: 'Plans' });
  await createWorkspace(env, portal.sources, { ownerSeq: seq, name: 'Sketches' });
  await putFile(env, portal.sources, { ownerSeq: seq, name: 'plan.txt', bytes: new Uint8Array(3) });
  const key = await createScimKey(env, portal.sources, { ownerSeq: seq, label: 'hers', actor: 'test' });
  if (!key.ok) throw new Error(key.failure.detail);
  return seq;
}

const patch = (operation: object, base = '') => ['PATCH', base + JANE_PATH, patchOf(operation)] as const;

const SPELLINGS: readonly [name: string, request: readonly [string, string, unknown?], status: number][] = [
  ['PATCH of the path', patch({ op: 'replace', path: 'active', value: false }), 200],
  ['PATCH of the path by Entra', patch({ op: 'Replace', path: 'active', value: 'False' }, ENTRA), 204],
  ['PATCH by add', patch({ op: 'Add', path: 'ACTIVE', value: 'false' }, ENTRA), 204],
  ['PATCH behind the URN', patch({ op: 'replace', path: `${CORE}:active`, value: false }), 200],
  ['PATCH without a path by Okta', patch({ op: 'replace', value: { active: false } }), 200],
  ['PATCH without a path and with the URN', patch({ op: 'replace', value: { [`${CORE}:active`]: 'False' } }), 200],
  ['PUT of the whole object', ['PUT', JANE_PATH, jane({ externalId: 'x', active: false, groups: [], id: JANE })], 200],
  ['PUT of next to nothing', ['PUT', JANE_PATH, { userName: JANE, externalId: 'x', active: 'FALSE' }], 200],
  ['DELETE', ['DELETE', JANE_PATH], 204],
  ['DELETE by Entra', ['DELETE', ENTRA + JANE_PATH], 204],
];

describe.each(SPELLINGS)('%s', (_name, [method, path, body], status) => {
  it('takes profile, role, keys, content and workspaces in one change', async () => {
    const seq = await makeOwner();
    portal.sources.ms += 5000;
    const nowMs = portal.sources.ms;
    await expectStatus(status, portal.send(method, path, body));
    expect(await rowOf()).toMatchObject({
      active: 0,
      role: 'user',
      given_name: null,
      family_name: null,
      attributes: '{}',
      user_name: JANE,
      external_id: 'x',
      registration: 2,
      version: 2,
      deactivated_at: nowMs,
      removed_at: method === 'DELETE' ? nowMs : null,
    });
    expect(await one('SELECT revoked_at FROM api_keys WHERE owner_seq = ?', seq)).toEqual({ revoked_at: nowMs });
    const ledger = await rows(
      'SELECT kind, user_seq, registration, cause, due_at, state FROM destructions ORDER BY seq',
    );
    const { mutation_id: cause } = await one(
      "SELECT mutation_id FROM journal WHERE type IN ('user.deactivated', 'user.deleted')",
    );
    const row = { user_seq: seq, registration: 1, cause };
    expect(ledger).toEqual([
      { ...row, kind: 'user_content', due_at: nowMs, state: 'done' },
      { ...row, kind: 'workspaces', due_at: nowMs + 30 * DAY_MS, state: 'pending' },
    ]);
    expect(await rows('SELECT id FROM files')).toEqual([]);
    expect(await rows('SELECT DISTINCT state, archived_at, deleted_at FROM workspaces')).toEqual([
      { state: 'archived', archived_at: nowMs, deleted_at: null },
    ]);
    await expectCountersTrue();
  });

  it('leaves nothing of the profile in any table', async () => {
    await makeOwner();
    await expectStatus(status, portal.send(method, path, body));
    const everything = JSON.stringify([await dump(), await rows('SELECT * FROM refusals')]);
    for (const value of ['Jane', 'Example"', 'Clerk', 'j@home.example', 'North'])
      expect(everything).not.toContain(value);
  });

  it('is written into the journal once, and a second time changes nothing', async () => {
    await makeOwner();
    await expectStatus(status, portal.send(method, path, body));
    const before = await dump();
    portal.sources.ms += 5000;
    if (method === 'PUT') body = { userName: JANE, externalId: 'x', active: false };
    const again = await portal.send(method, path, body);
    expect(again.status).toBe(method === 'DELETE' ? 404 : status);
    expect(await dump()).toEqual(before);
    expect((await journalOf()).map(({ type }) => type)).toEqual([
      'user.created',
      method === 'DELETE' ? 'user.deleted' : 'user.deactivated',
    ]);
  });
});

describe('an inactive user', () => {
  beforeEach(async () => {
    await makeOwner();
    await expectStatus(200, portal.send(...patch({ op: 'replace', value: { active: false } })));
  });

  it('is answered with id, userName and externalId, and no profile', async () => {
    const { body } = await expectStatus(200, portal.send('GET', JANE_PATH));
    expect(body).toEqual({
      schemas: [CORE],
      id: JANE,
      externalId: 'x',
      userName: JANE,
      active: false,
      meta: expect.objectContaining({ version: 'W/"2"', created: new Date(START_MS).toISOString() }),
    });
  });

  it.each(['userName eq "JANE.example@acme.example"', 'externalId eq "x"', `id eq "${JANE}"`, 'active eq false'])(
    'is found by %s',
    async (filter) => {
      const { body } = await expectStatus(200, portal.send('GET', filtered(filter)));
      expect(body).toMatchObject({ totalResults: 1, Resources: [{ id: JANE, active: false }] });
    },
  );

  it('is gone for good after DELETE, which destroys nothing twice', async () => {
    const before = await rows('SELECT * FROM destructions');
    await expectStatus(204, portal.send('DELETE', JANE_PATH));
    expect(await rows('SELECT * FROM destructions')).toEqual(before);
    await expectRefused(portal, ['GET', JANE_PATH], { status: 404 });
    await expectRefused(portal, ['DELETE', JANE_PATH], { status: 404 });
    await expectRefused(portal, ['DELETE', ENTRA + JANE_PATH], { status: 404 });
    for (const filter of [`userName eq "${JANE}"`, 'externalId eq "x"', `id eq "${JANE}"`, 'active eq false']) {
      const { body } = await expectStatus(200, portal.send('GET', filtered(filter)));
      expect(body, filter).toMatchObject({ totalResults: 0, Resources: [] });
    }
    expect((await journalOf()).at(-1)).toMatchObject({ type: 'user.deleted' });
    await expectCountersTrue();
  });
});

it('a user without workspaces gets no ledger row for them', async () => {
  await make(portal);
  await expectStatus(200, portal.send(...patch({ op: 'replace', value: { active: false } })));
  expect(await rows('SELECT kind FROM destructions')).toEqual([{ kind: 'user_content' }]);
});

it('names sent beside active false are not kept', async () => {
  await make(portal);
  const both = patchOf(
    { op: 'replace', path: 'title', value: 'Cook' },
    { op: 'replace', path: 'active', value: false },
  );
  const { body } = await expectStatus(200, portal.send('PATCH', JANE_PATH, both));
  expect(body).not.toHaveProperty('title');
  expect(await rowOf()).toMatchObject({ active: 0, given_name: null, attributes: '{}' });
});

it('an externalId sent beside active false is kept', async () => {
  await make(portal);
  const { body } = await expectStatus(
    200,
    portal.send(...patch({ op: 'replace', value: { active: false, externalId: 'new' } })),
  );
  expect(body.externalId).toBe('new');
  expect(await rowOf()).toMatchObject({ active: 0, external_id: 'new' });
});

it('active false and true again in one PATCH is no deactivation', async () => {
  await make(portal);
  const before = await dump();
  const both = patchOf({ op: 'replace', path: 'active', value: false }, { op: 'replace', path: 'active', value: true });
  await expectStatus(200, portal.send('PATCH', JANE_PATH, both));
  expect(await dump()).toEqual(before);
});

it('twenty deactivations at the same time are one', async () => {
  await makeOwner();
  const replies = await Promise.all(
    SPELLINGS.slice(0, 8).flatMap(([, request]) => [portal.send(...request), portal.send(...request)]),
  );
  expect(replies.map(({ status }) => status).filter((status) => status >= 300)).toEqual([]);
  expect(await rows('SELECT kind FROM destructions')).toHaveLength(2);
  expect((await journalOf()).filter(({ type }) => type === 'user.deactivated')).toHaveLength(1);
  await expectCountersTrue();
});

it('files that a policy kept go with a later DELETE under a policy that destroys, right after its answer', async () => {
  portal = await freshPortal('open');
  const { id } = await make(portal);
  const ownerSeq = Number((await rowOf(id))['seq']);
  await putFile(env, portal.sources, { ownerSeq, name: 'plan.txt', bytes: new Uint8Array(3) });
  await createWorkspace(env, portal.sources, { ownerSeq, name: 'Plans' });
  await expectStatus(200, portal.send('PATCH', userPath(id), patchOf({ op: 'replace', path: 'active', value: false })));
  expect(await rows('SELECT * FROM destructions')).toEqual([]);
  await setPolicy({ deactivation: { content: 'destroy', workspaces: 'archive' } });
  await expectStatus(204, portal.send('DELETE', userPath(id)));
  expect(await rows('SELECT kind, registration, state FROM destructions ORDER BY seq')).toEqual([
    { kind: 'user_content', registration: 1, state: 'done' },
    { kind: 'workspaces', registration: 1, state: 'pending' },
  ]);
  expect(await rows('SELECT id FROM files')).toEqual([]);
  expect((await env.FILES.list()).objects).toEqual([]);
  expect(await rows('SELECT state FROM workspaces')).toEqual([{ state: 'archived' }]);
});

/** The portal's own choices, as the command line stores them. */
async function setPolicy(own: object): Promise<void> {
  await env.DB.prepare('UPDATE portal SET policy = ?, version = version + 1').bind(JSON.stringify(own)).run();
}

// What the brake held comes back as it was: whole pictures of the portal are compared, before the deactivations and after the restore.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readFile } from '../../src/api/files.ts';
import { createScimKey, revokeKey } from '../../src/auth/key-store.ts';
import { restoreHeld } from '../../src/directory/brake-restore.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import {
  brakeRow,
  contextOf,
  deactivateByOkta,
  engage,
  everything,
  FOURTH,
  makePeople,
  nth,
  portalWith,
  WAYS,
  type Way,
} from '../support/brake.ts';
import { always, Faults } from '../support/faults.ts';
import { makeGroup, memberIds } from '../support/groups.ts';
import { addContent, addWorkspaces, DAY_MS, unwrap } from '../support/lifecycle.ts';
import { type Portal, STANDARD, sendTo } from '../support/portal.ts';
import {
  ENTERPRISE,
  expectCountersTrue,
  expectStatus,
  filtered,
  journalOf,
  one,
  patchOf,
  rowOf,
  rows,
  userPath,
} from '../support/scim.ts';

// Each of them builds a whole portal first, request by request.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const remove = WAYS['DELETE'] as Way;
const seqOf = async (id: string) => (await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id)).seq;
const held = () => rows("SELECT kind FROM destructions WHERE state = 'held'");

let portal: Portal;
let ids: string[];

/** Five people with all that a person can have, in a portal whose brake is engaged. */
async function crowd(own: Parameters<typeof portalWith>[0] = {}): Promise<void> {
  portal = await portalWith({ brake: FOURTH, ...own });
  for (const { key } of (await env.FILES.list()).objects) await env.FILES.delete(key);
  await engage(portal);
  portal.sources.ms += 1000;
  ids = await makePeople(portal, 5);
  const body = patchOf(
    { op: 'add', path: 'emails', value: [{ value: 'j@acme.example', type: 'work' }] },
    { op: 'add', path: `${ENTERPRISE}:department`, value: 'Sales' },
    { op: 'add', path: 'name.middleName', value: 'M' },
    { op: 'add', path: 'externalId', value: 'ext' },
  );
  for (const id of ids) {
    await expectStatus(200, portal.send('PATCH', userPath(id), body));
    const ownerSeq = await seqOf(id);
    const [workspaceId] = await addWorkspaces(ownerSeq, 2);
    await addContent({ table: 'files', ownerSeq, count: 3 });
    await addContent({ table: 'messages', ownerSeq, count: 2 });
    await addContent({ table: 'files', ownerSeq, workspaceId, count: 1 });
  }
  await env.DB.prepare(
    "INSERT INTO teams (id, name, name_key, created_at) VALUES ('team-1', 'North', 'north', 0)",
  ).run();
  await env.DB.prepare('UPDATE users SET team_seq = 1, last_login_at = 7 WHERE id = ?').bind(ids[1]).run();
  await env.DB.prepare("UPDATE users SET role = 'admin' WHERE id = ?").bind(ids[2]).run();
  await makeGroup(portal, 'Cooks', ids);
  await makeGroup(portal, 'Clerks', ids.slice(0, 2));
}

/** A key of the third person, who is an admin, as it is used. */
async function keyOfAdmin() {
  const ownerSeq = await seqOf(ids[2] ?? '');
  const { username, password } = unwrap(
    await createScimKey(env, portal.sources, { ownerSeq, label: 'own', actor: 'test' }),
  );
  return () =>
    sendTo(env, portal.sources, 'GET', `${STANDARD}/Users?count=1`, undefined, {
      headers: { authorization: `Basic ${btoa(`${username}:${password}`)}` },
    });
}

const restoreAll = async () => unwrap(await restoreHeld(contextOf(portal), { all: true }));

describe('everything comes back', () => {
  beforeEach(() => crowd());

  it.each(Object.entries(WAYS))('after %s', async (_name, way) => {
    const before = await everything();
    portal.sources.ms += 1000;
    for (const id of ids) await way(portal, id);
    expect(await everything()).not.toEqual(before);
    portal.sources.ms += 40 * DAY_MS;
    await runCron(portal.env, portal.sources);
    const { restored, skipped, lifted } = await restoreAll();
    expect({ restored, skipped, lifted }).toEqual({ restored: 5, skipped: [], lifted: true });
    expect(await everything()).toEqual(before);
    expect(await held()).toEqual([]);
    expect(await rows('SELECT seq FROM destructions WHERE account IS NOT NULL')).toEqual([]);
    await expectCountersTrue();
  });

  it('and is found, filtered and listed as before, with a row in the journal', async () => {
    const [id = ''] = ids;
    const shown = async () => [
      (await portal.send('GET', filtered('title eq "clerk" and emails[type eq "work"]'))).body.totalResults,
      (await portal.send('GET', '/Users?count=5&startIndex=5')).body.Resources.map((one: { id: string }) => one.id),
      (await portal.send('GET', `${userPath(id)}?attributes=groups`)).body.groups,
    ];
    const before = await shown();
    for (const one of ids) await remove(portal, one);
    await restoreAll();
    expect(await shown()).toEqual(before);
    const [last] = (await journalOf(id)).slice(-1);
    expect(last).toMatchObject({ type: 'user.reactivated', rule: 'brake_restored', actor: 'cli' });
    expect(last?.attributes.slice(0, 3)).toEqual(['active', 'name.givenName', 'name.familyName']);
    const [workspace] = await rows<{ id: string }>('SELECT id FROM workspaces');
    expect(await journalOf(workspace?.id)).toMatchObject([
      { type: 'workspace.archived', actor: portal.keyId },
      { type: 'workspace.restored', actor: 'cli', rule: 'brake_restored' },
    ]);
    expect((await journalOf((await rows<{ id: string }>('SELECT id FROM groups'))[0]?.id)).at(-1)).toMatchObject({
      type: 'group.member_added',
      rule: 'brake_restored',
    });
  });

  it('of an admin too: rights and keys, and all admins are told', async () => {
    const use = await keyOfAdmin();
    await expectStatus(200, use());
    const before = await everything();
    await deactivateByOkta(portal, ids[2] ?? '');
    await expectStatus(401, use());
    await restoreAll();
    await expectStatus(200, use());
    expect(await everything()).toEqual(before);
    expect(
      await rows("SELECT kind FROM outbox WHERE subject = ? AND kind = 'admin_granted' AND actor = 'cli'", ids[2]),
    ).toHaveLength(1);
  });

  it('but not a key that an admin revokes while it is held, whose other keys come back', async () => {
    const use = await keyOfAdmin();
    const other = await keyOfAdmin();
    const [{ id: keyId } = { id: '' }] = await rows<{ id: string }>("SELECT id FROM api_keys WHERE label = 'own'");
    await deactivateByOkta(portal, ids[2] ?? '');
    const revoke = async () => unwrap(await revokeKey(env, portal.sources, { keyId, actor: 'cli' }));
    expect([await revoke(), await revoke()]).toEqual([{ changed: true }, { changed: false }]);
    expect(await journalOf(keyId)).toMatchObject([{ type: 'key.created' }, { type: 'key.revoked', actor: 'cli' }]);
    await restoreAll();
    const statuses = [(await use()).status, (await other()).status].sort();
    expect(statuses).toEqual([200, 401]);
  });

  it('but not a key that was revoked before, nor one that is not of that deactivation', async () => {
    await keyOfAdmin();
    await env.DB.prepare("UPDATE api_keys SET revoked_at = 5 WHERE label = 'own'").run();
    await deactivateByOkta(portal, ids[2] ?? '');
    await restoreAll();
    expect(await rows("SELECT revoked_at AS at FROM api_keys WHERE label = 'own'")).toEqual([{ at: 5 }]);
  });

  it('of an inactive user who was deleted: inactive, with nothing that an earlier deactivation took', async () => {
    const nobody = 'nobody1@acme.example';
    const before = await everything();
    await remove(portal, nobody);
    await expectStatus(404, portal.send('GET', userPath(nobody)));
    unwrap(await restoreHeld(contextOf(portal), { users: [nobody] }));
    expect(await everything()).toEqual(before);
    expect((await journalOf(nobody)).at(-1)).toMatchObject({ type: 'user.created', rule: 'brake_restored_inactive' });
    await expectStatus(200, portal.send('GET', userPath(nobody)));
  });

  it('of one who was deactivated and then deleted, both undone at once', async () => {
    const before = await everything();
    await deactivateByOkta(portal, ids[0] ?? '');
    portal.sources.ms += DAY_MS;
    await remove(portal, ids[0] ?? '');
    unwrap(await restoreHeld(contextOf(portal), { users: [nth(1).toUpperCase()] }));
    expect(await everything()).toEqual(before);
  });

  it('of those who were named, and the brake stays engaged for the others', async () => {
    for (const id of ids) await deactivateByOkta(portal, id);
    const outcome = unwrap(await restoreHeld(contextOf(portal), { users: ids.slice(0, 2) }));
    expect(outcome).toEqual({ restored: 2, partly: [], skipped: [], left: 0, lifted: false });
    expect((await brakeRow()).engagedAt).not.toBeNull();
    const active = await rows("SELECT active FROM users WHERE id LIKE 'person%' ORDER BY seq");
    expect(active.map((row) => row['active'])).toEqual([1, 1, 0, 0, 0]);
  });

  it('of nobody when one of the names is unknown', async () => {
    await deactivateByOkta(portal, ids[0] ?? '');
    const outcome = await restoreHeld(contextOf(portal), { users: [ids[0] ?? '', ids[1] ?? ''] });
    expect(outcome).toMatchObject({ ok: false, failure: { detail: expect.stringContaining(nth(2)) } });
    expect(await rowOf(ids[0])).toMatchObject({ active: 0 });
  });

  it('while groups, a team and a workspace that are gone or moved meanwhile stay as they are', async () => {
    const groups = await rows<{ id: string }>('SELECT id FROM groups ORDER BY seq');
    await remove(portal, ids[1] ?? '');
    await expectStatus(204, portal.send('DELETE', `/Groups/${groups[1]?.id}`));
    await env.DB.prepare('DELETE FROM teams').run();
    const seq = await seqOf(ids[1] ?? '');
    await env.DB.prepare('UPDATE workspaces SET destruction_seq = 999 WHERE id = ?').bind(`w${seq}-1`).run();
    await restoreAll();
    expect(await memberIds(groups[0]?.id ?? '')).toContain(ids[1]);
    expect(await rowOf(ids[1])).toMatchObject({ active: 1, team_seq: null });
    expect(await rows('SELECT state FROM workspaces WHERE owner_seq = ? ORDER BY seq', seq)).toEqual([
      { state: 'active' },
      { state: 'archived' },
    ]);
  });
});

describe('where the policy keeps everything', () => {
  beforeEach(() => crowd({ deactivation: { profile: 'keep', content: 'keep', workspaces: 'keep' } }));

  it.each(['PATCH as Okta sends it', 'DELETE'])('access, role and keys come back after %s', async (name) => {
    const use = await keyOfAdmin();
    const before = await everything();
    for (const id of ids) await WAYS[name]?.(portal, id);
    portal.sources.ms += 40 * DAY_MS;
    await runCron(portal.env, portal.sources);
    await restoreAll();
    await expectStatus(200, use());
    expect(await everything()).toEqual(before);
  });

  it('what the identity provider wrote of an inactive person stays', async () => {
    const [id = ''] = ids;
    await deactivateByOkta(portal, id);
    await portal.send('PATCH', userPath(id), patchOf({ op: 'replace', value: { title: 'Cook' } }));
    await restoreAll();
    const { body } = await expectStatus(200, portal.send('GET', userPath(id)));
    expect(body).toMatchObject({ active: true, title: 'Cook', name: { familyName: 'Example 1' } });
  });
});

describe('somebody who came back meanwhile', () => {
  beforeEach(() => crowd());

  it('keeps what was written since, and gets what is absent and the content', async () => {
    const [id = ''] = ids;
    await remove(portal, id);
    portal.sources.ms += DAY_MS;
    const back = { userName: id, title: 'Cook', name: { givenName: 'Kim' }, [ENTERPRISE]: { costCenter: '7' } };
    await expectStatus(201, portal.send('POST', '/Users', back));
    const seq = await seqOf(id);
    await addContent({ table: 'files', ownerSeq: seq, registration: 2, count: 1 });
    await restoreAll();
    const { body } = await expectStatus(200, portal.send('GET', `${userPath(id)}?attributes=name,title,emails`));
    expect(body).toMatchObject({
      title: 'Cook',
      name: { givenName: 'Kim', familyName: 'Example 1', middleName: 'M' },
      emails: [{ value: 'j@acme.example' }],
    });
    expect(JSON.parse((await rowOf(id))['attributes'] as string)[ENTERPRISE]).toEqual({
      costCenter: '7',
      department: 'Sales',
    });
    const files = await rows<{ id: string }>('SELECT id FROM files WHERE owner_seq = ? AND workspace_seq IS NULL', seq);
    expect(files).toHaveLength(4);
    for (const { id: fileId } of files) expect((await readFile(env, { fileId })).ok).toBe(true);
    expect((await journalOf(id)).at(-1)).toMatchObject({ type: 'user.updated', rule: 'brake_restored' });
    await expectCountersTrue();
  });

  it('as an ordinary user is an admin again, which the journal says', async () => {
    const id = ids[2] ?? '';
    await deactivateByOkta(portal, id);
    await portal.send('PATCH', userPath(id), patchOf({ op: 'replace', value: { active: true } }));
    await restoreAll();
    expect(await rowOf(id)).toMatchObject({ active: 1, role: 'admin' });
    expect((await journalOf(id)).at(-1)).toMatchObject({ type: 'user.admin_granted', rule: 'brake_restored' });
  });

  it('and left again gets back what both deactivations took', async () => {
    const [id = ''] = ids;
    const seq = await seqOf(id);
    await deactivateByOkta(portal, id);
    await portal.send('PATCH', userPath(id), patchOf({ op: 'replace', value: { active: true, title: 'Cook' } }));
    await addContent({ table: 'files', ownerSeq: seq, registration: 2, count: 2 });
    await remove(portal, id);
    const { restored } = unwrap(await restoreHeld(contextOf(portal), { users: [id] }));
    expect(restored).toBe(1);
    const { body } = await expectStatus(200, portal.send('GET', userPath(id)));
    expect(body).toMatchObject({ active: true, title: 'Cook', name: { familyName: 'Example 1' } });
    expect(await rows('SELECT id FROM files WHERE owner_seq = ? AND registration = 3', seq)).toHaveLength(5);
    portal.sources.ms += 90 * DAY_MS;
    await runCron(portal.env, portal.sources);
    for (const { id: fileId } of await rows<{ id: string }>('SELECT id FROM files WHERE owner_seq = ?', seq)) {
      expect((await readFile(env, { fileId })).ok).toBe(true);
    }
  });

  it('under another id, or as an account of the portal, leaves the old one held, with the reason', async () => {
    await crowd({ userId: 'opaque' });
    const [id = ''] = ids;
    await remove(portal, id);
    await expectStatus(201, portal.send('POST', '/Users', { userName: nth(1) }));
    await remove(portal, ids[1] ?? '');
    await env.DB.prepare("UPDATE users SET login_type = 'password' WHERE id = ?").bind(ids[1]).run();
    const { skipped, lifted } = await restoreAll();
    expect({ skipped, lifted }).toEqual({
      skipped: [
        { userName: nth(1), reason: 'user_name_taken' },
        { userName: nth(2), reason: 'managed_by_portal' },
      ],
      lifted: true,
    });
    expect((await held()).filter((row) => row['kind'] === 'account')).toHaveLength(2);
    await expectCountersTrue();
  });
});

describe('where the brake is switched off before the restore', () => {
  /** The person leaves again and comes back: nothing is held of that, and its purge comes only after the restore. */
  async function leaveAndReturn(id: string): Promise<void> {
    portal.sources.ms += DAY_MS;
    const policy = JSON.stringify({ brake: { ...FOURTH, state: 'off' } });
    await env.DB.prepare('UPDATE portal SET policy = ?, version = version + 1').bind(policy).run();
    const { seq, registration } = await one<{ seq: number; registration: number }>(
      'SELECT seq, registration FROM users WHERE id = ?',
      id,
    );
    if (registration === 2) await addContent({ table: 'files', ownerSeq: seq, registration, count: 1 });
    const FILES = new Faults(always({ fails: 'R2 is away', moment: 'before' }, 'FILES')).over({ FILES: env.FILES });
    await expectStatus(200, portal.send('PATCH', userPath(id), patchOf(OFF), { env: FILES }));
    expect(await rows("SELECT state FROM destructions WHERE kind = 'user_content' AND state = 'pending'")).toHaveLength(
      1,
    );
    await expectStatus(200, portal.send('PATCH', userPath(id), patchOf({ op: 'replace', value: { active: true } })));
  }

  const OFF = { op: 'replace', value: { active: false } };

  async function expectFilesOf(id: string): Promise<void> {
    unwrap(await restoreHeld(contextOf(portal), { users: [id] }));
    portal.sources.ms += 40 * DAY_MS;
    await runCron(portal.env, portal.sources);
    const seq = await seqOf(id);
    const files = await rows<{ id: string }>('SELECT id FROM files WHERE owner_seq = ? AND workspace_seq IS NULL', seq);
    expect(files.map((file) => file.id)).toEqual([0, 1, 2].map((n) => `files-${seq}-1-${n}`));
    for (const { id: fileId } of files) expect((await readFile(env, { fileId })).ok).toBe(true);
    expect(await rows("SELECT seq FROM destructions WHERE state = 'pending' AND kind = 'user_content'")).toEqual([]);
  }

  it('what was held is readable again, and a purge of what came after it leaves its bytes', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await crowd();
    const [id = ''] = ids;
    await deactivateByOkta(portal, id);
    await portal.send('PATCH', userPath(id), patchOf({ op: 'replace', value: { active: true } }));
    await leaveAndReturn(id);
    await expectFilesOf(id);
  });

  it('so is what the policy had kept when the person was deleted', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await crowd({ deactivation: { profile: 'keep', content: 'keep', workspaces: 'keep' } });
    const [id = ''] = ids;
    await remove(portal, id);
    await expectStatus(201, portal.send('POST', '/Users', { userName: id }));
    await leaveAndReturn(id);
    await expectFilesOf(id);
  });

  it('but not what a later deactivation destroys, of which nothing is held', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await crowd({ deactivation: { profile: 'keep', content: 'keep', workspaces: 'keep' } });
    const [id = ''] = ids;
    await deactivateByOkta(portal, id);
    await portal.send('PATCH', userPath(id), patchOf({ op: 'replace', value: { active: true } }));
    await leaveAndReturn(id);
    unwrap(await restoreHeld(contextOf(portal), { users: [id] }));
    portal.sources.ms += DAY_MS;
    await runCron(portal.env, portal.sources);
    expect(await rowOf(id)).toMatchObject({ active: 1 });
    const personal = 'workspace_seq IS NULL AND owner_seq = (SELECT seq FROM users WHERE id = ?)';
    expect(await rows(`SELECT id FROM files WHERE ${personal}`, id)).toEqual([]);
  });
});

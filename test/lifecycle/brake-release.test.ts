// What an admin sees of the brake, and what a release does: the destruction goes on as if it had never stopped.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readFile } from '../../src/api/files.ts';
import { releaseHeld } from '../../src/directory/brake-release.ts';
import { restoreHeld } from '../../src/directory/brake-restore.ts';
import { brakeStatus } from '../../src/directory/brake-status.ts';
import { limitOf, limitSql } from '../../src/lifecycle/brake-hold.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import {
  brakeRow,
  contextOf,
  deactivateByOkta,
  engage,
  FOURTH,
  HOUR_MS,
  makePeople,
  portalWith,
} from '../support/brake.ts';
import { addContent, addWorkspaces, DAY_MS, objectKeys, unwrap } from '../support/lifecycle.ts';
import { type Portal, START_MS } from '../support/portal.ts';
import { expectStatus, one, patchOf, rowOf, rows, userPath } from '../support/scim.ts';

// Each of them builds a whole portal first, request by request.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const seqOf = async (id: string) => (await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', id)).seq;
const states = () => rows('SELECT kind, state, account FROM destructions WHERE user_seq > ?', nobodySeq);

let portal: Portal;
let ids: string[];
let nobodySeq: number;

const status = async (more = {}) => unwrap(await brakeStatus(contextOf(portal), more));
const cron = () => runCron(portal.env, portal.sources);

beforeEach(async () => {
  portal = await portalWith({ brake: FOURTH });
  for (const { key } of (await env.FILES.list()).objects) await env.FILES.delete(key);
  await engage(portal);
  nobodySeq = await seqOf('nobody4@acme.example');
  ids = await makePeople(portal, 4);
  for (const id of ids) {
    const ownerSeq = await seqOf(id);
    const [workspaceId] = await addWorkspaces(ownerSeq, 1);
    await addContent({ table: 'files', ownerSeq, count: 2 });
    await addContent({ table: 'messages', ownerSeq, count: 1 });
    await addContent({ table: 'files', ownerSeq, workspaceId, count: 1 });
  }
  portal.sources.ms += 1000;
});

describe('the state of the brake', () => {
  it('says since when, by which key and request, and what each user would lose', async () => {
    await env.DB.prepare("UPDATE users SET role = 'admin' WHERE id = ?").bind(ids[1]).run();
    for (const id of ids.slice(0, 2)) await deactivateByOkta(portal, id);
    const now = await status();
    const { requestId } = await one<{ requestId: string }>(
      'SELECT request_id AS requestId FROM journal, portal WHERE mutation_id = brake_cause',
    );
    expect(now).toMatchObject({
      policy: FOURTH,
      engaged: { atMs: START_MS, actor: portal.keyId, requestId },
      lastHour: 3,
      limit: 3,
      heldUsers: 2,
    });
    const loss = {
      since: START_MS + 1000,
      deactivations: 1,
      profile: 1,
      files: 2,
      messages: 1,
      bytes: 30,
      workspaces: 1,
      actor: portal.keyId,
      key: { label: 'test', owner: 'scim-admin@acme.example', isClient: false },
    };
    expect(now.losses).toEqual([
      { ...loss, userSeq: await seqOf(ids[0] ?? ''), id: ids[0], userName: ids[0], active: 0, removed: 0, admin: 0 },
      { ...loss, userSeq: await seqOf(ids[1] ?? ''), id: ids[1], userName: ids[1], active: 0, removed: 0, admin: 1 },
    ]);
  });

  it('still says who engaged it when the journal has forgotten, as long as that one is held', async () => {
    const other = await portalWith({ brake: FOURTH });
    for (const id of await makePeople(other, 4)) await deactivateByOkta(other, id);
    await env.DB.prepare('DELETE FROM journal').run();
    const { engaged } = unwrap(await brakeStatus(contextOf(other)));
    expect(engaged).toMatchObject({ atMs: START_MS, actor: other.keyId, requestId: expect.any(String) });
  });

  it('counts what a user would lose no further than it is asked to', async () => {
    await deactivateByOkta(portal, ids[0] ?? '');
    expect((await status({ most: 1 })).losses).toMatchObject([{ files: 1, messages: 1, bytes: 20, workspaces: 1 }]);
  });

  it('says who could not be given back, and why', async () => {
    for (const id of ids) await deactivateByOkta(portal, id);
    await deactivateByOkta(portal, ids[3] ?? '');
    await env.DB.batch([
      env.DB.prepare("UPDATE users SET login_type = 'password' WHERE id = ?").bind(ids[1]),
      env.DB.prepare('UPDATE users SET deactivated_at = deactivated_at + 1 WHERE id = ?').bind(ids[2]),
    ]);
    const { losses } = await status();
    expect(losses.map(({ stays }) => stays)).toEqual([undefined, 'managed_by_portal', 'ended_since', undefined]);
  });

  it('shows the users in pages', async () => {
    for (const id of ids) await deactivateByOkta(portal, id);
    const first = await status({ count: 3 });
    expect(first.losses.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    const rest = await status({ count: 3, afterSeq: first.losses[2]?.userSeq ?? 0 });
    expect([rest.losses.map(({ id }) => id), rest.heldUsers]).toEqual([ids.slice(3), 4]);
  });

  it('says the limit that the deactivations themselves go by', async () => {
    const cases = Array.from({ length: 400 }, (_, i) => ({
      number: 1 + ((i * 37) % 1000),
      atLeast: 1 + ((i * 11) % 60),
      percent: 1 + ((i * 17) % 99),
      active: i % 7 === 0 ? i % 3 : (i * 29) % 3000,
    }));
    const sql = limitSql('value ->> 3', ['value ->> 0', 'value ->> 1', 'value ->> 2']);
    const values = cases.map(({ number, atLeast, percent, active }) => [number, atLeast, percent, active]);
    const { results } = await env.DB.prepare(`SELECT ${sql} AS most FROM json_each(?)`)
      .bind(JSON.stringify(values))
      .all<{ most: number }>();
    const same = cases.map(({ active, ...brake }) => limitOf({ state: 'on', ...brake }, active));
    expect(same).toEqual(results.map(({ most }) => most));
  });

  it('counts the deactivations of the last hour, and how many may be', async () => {
    const calm = await portalWith({}, 'open');
    const people = await makePeople(calm, 3);
    await deactivateByOkta(calm, people[0] ?? '');
    calm.sources.ms += HOUR_MS - 1;
    await deactivateByOkta(calm, people[1] ?? '');
    const counted = async () => {
      const { engaged, lastHour, limit, heldUsers } = unwrap(await brakeStatus(contextOf(calm)));
      return { engaged, lastHour, limit, heldUsers };
    };
    expect(await counted()).toEqual({ lastHour: 2, limit: 10, heldUsers: 0 });
    calm.sources.ms += 1;
    expect(await counted()).toEqual({ lastHour: 1, limit: 10, heldUsers: 0 });
  });
});

describe('a release', () => {
  it('destroys all that was held, workspaces 30 days after their owner left, and lifts the brake', async () => {
    for (const id of ids) await deactivateByOkta(portal, id);
    portal.sources.ms += 10 * DAY_MS;
    await cron();
    expect(unwrap(await releaseHeld(contextOf(portal), { all: true }))).toEqual({ released: 4, lifted: true });
    await cron();
    expect(await rows('SELECT id FROM files WHERE workspace_seq IS NULL')).toEqual([]);
    expect(await objectKeys('user/')).toEqual([]);
    expect(await rows('SELECT DISTINCT state FROM workspaces')).toEqual([{ state: 'archived' }]);
    portal.sources.ms += 20 * DAY_MS;
    await cron();
    expect(await rows('SELECT DISTINCT state FROM workspaces')).toEqual([{ state: 'deleted' }]);
    expect(await objectKeys()).toEqual([]);
    expect(new Set((await states()).map((row) => `${row['state']} ${row['account']}`))).toEqual(new Set(['done null']));
    expect((await status()).heldUsers).toBe(0);
  });

  it('lets a planned lay-off go on, and counts it from nothing', async () => {
    await deactivateByOkta(portal, ids[0] ?? '');
    unwrap(await releaseHeld(contextOf(portal), { all: true }));
    expect(await brakeRow()).toEqual({ engagedAt: null, cause: null, recent: '[]' });
    for (const id of ids.slice(1, 3)) await deactivateByOkta(portal, id);
    expect(await rows("SELECT seq FROM destructions WHERE state = 'held'")).toEqual([]);
    expect((await brakeRow()).engagedAt).toBeNull();
    expect(await rows("SELECT actor, attributes FROM journal WHERE type = 'portal.changed'")).toEqual([
      { actor: 'cli', attributes: '["brake"]' },
    ]);
  });

  it('lifts the brake also when nothing is held, and says when it was not engaged', async () => {
    expect(unwrap(await releaseHeld(contextOf(portal), { all: true }))).toEqual({ released: 0, lifted: true });
    expect(unwrap(await releaseHeld(contextOf(portal), { all: true }))).toEqual({ released: 0, lifted: false });
    expect(await rows("SELECT actor FROM journal WHERE type = 'portal.changed'")).toHaveLength(1);
  });

  it('of one user leaves the others held and the brake engaged', async () => {
    for (const id of ids.slice(0, 2)) await deactivateByOkta(portal, id);
    const released = unwrap(await releaseHeld(contextOf(portal), { users: [ids[0] ?? ''] }));
    expect(released).toEqual({ released: 1, lifted: false });
    await cron();
    const [gone, kept] = [await seqOf(ids[0] ?? ''), await seqOf(ids[1] ?? '')];
    expect(await objectKeys(`user/${gone}/`)).toEqual([]);
    expect(await objectKeys(`user/${kept}/`)).toHaveLength(3);
    expect((await brakeRow()).engagedAt).not.toBeNull();
  });

  it('of a user who came back takes what was held, and nothing of what is new', async () => {
    const [id = ''] = ids;
    const ownerSeq = await seqOf(id);
    await deactivateByOkta(portal, id);
    const back = patchOf({ op: 'replace', value: { active: true, title: 'Cook', name: { givenName: 'Kim' } } });
    await expectStatus(200, portal.send('PATCH', userPath(id), back));
    await addContent({ table: 'files', ownerSeq, registration: 2, count: 1 });
    const row = await rowOf(id);
    unwrap(await releaseHeld(contextOf(portal), { users: [id] }));
    portal.sources.ms += 90 * DAY_MS;
    await cron();
    expect(await rowOf(id)).toEqual(row);
    const files = await rows<{ id: string }>('SELECT id FROM files WHERE owner_seq = ?', ownerSeq);
    expect(files).toEqual([{ id: `files-${ownerSeq}-2-0` }]);
    expect((await readFile(env, { fileId: files[0]?.id ?? '' })).ok).toBe(true);
    expect(await objectKeys(`user/${ownerSeq}/`)).toEqual([`user/${ownerSeq}/2/files-${ownerSeq}-2-0`]);
  });
});

it('what a legal hold keeps is neither given back nor released with what the brake holds', async () => {
  await env.DB.prepare('UPDATE portal SET brake_engaged_at = NULL, brake_cause = NULL').run();
  await env.DB.prepare("UPDATE portal SET recent_deactivations = '[]'").run();
  await deactivateByOkta(portal, ids[0] ?? '');
  const legal = "kind = 'workspaces' AND user_seq = (SELECT min(user_seq) FROM destructions WHERE kind = 'workspaces')";
  await env.DB.prepare(`UPDATE destructions SET state = 'held', held_by = 'admin' WHERE ${legal}`).run();
  const held = () => rows("SELECT kind, state, user_seq FROM destructions WHERE state = 'held'");
  const before = await held();
  expect(before).toHaveLength(1);
  unwrap(await restoreHeld(contextOf(portal), { all: true }));
  unwrap(await releaseHeld(contextOf(portal), { all: true }));
  expect(await held()).toEqual(before);
});

it('a person with 20,000 files gets them back in one transaction', async () => {
  const [id = ''] = ids;
  const ownerSeq = await seqOf(id);
  await addContent({ table: 'files', ownerSeq, registration: 0, count: 20_000, objects: false });
  await env.DB.prepare('UPDATE files SET registration = 1 WHERE registration = 0').run();
  await deactivateByOkta(portal, id);
  const begin = Date.now();
  unwrap(await restoreHeld(contextOf(portal), { users: [id] }));
  console.log(`20,000 files came back in ${Date.now() - begin} ms`);
  const readable = 'workspace_seq IS NULL AND owner_seq = ? AND registration = 2';
  expect(await one(`SELECT count(*) AS n FROM files WHERE ${readable}`, ownerSeq)).toEqual({ n: 20_002 });
}, 60_000);

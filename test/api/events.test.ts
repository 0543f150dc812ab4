// The feed of events: one for each change, none without, in order and again from any number.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type EventPage, readEvents } from '../../src/api/events.ts';
import { putFile } from '../../src/api/files.ts';
import { createWorkspace } from '../../src/api/workspaces.ts';
import { createScimKey } from '../../src/auth/key-store.ts';
import { setFeature } from '../../src/directory/portal-settings.ts';
import { addTeam } from '../../src/directory/teams.ts';
import { runCron } from '../../src/lifecycle/cron.ts';
import { forgetOldRows, RETENTION_MS } from '../../src/storage/retention.ts';
import { isAdmin, switchAdminSyncOn } from '../support/admins.ts';
import { countedDb } from '../support/counted-db.ts';
import { Faults } from '../support/faults.ts';
import { GROUP, makeGroup, membersOf } from '../support/groups.ts';
import { unwrap } from '../support/lifecycle.ts';
import { ENTRA, freshPortal, type Portal, type Reply } from '../support/portal.ts';
import { JANE, JANE_PATH, jane, make, one, patchOf } from '../support/scim.ts';

let portal: Portal;

beforeEach(async () => {
  portal = await freshPortal();
  await env.DB.prepare('DELETE FROM journal').run();
});

const read = async (after = 0, limit = 1_000, db = env.DB): Promise<EventPage> =>
  unwrap(await readEvents(db, { after, limit }));

const typesAfter = async (after: number) => (await read(after)).events.map(({ type }) => type);

const set = (path: string, value: unknown) => patchOf({ op: 'replace', path, value });
const active = (value: boolean) => set('active', value);

const kim = 'kim.example@acme.example';
const KIM_PATH = `/Users/${encodeURIComponent(kim)}`;

/** Jane and Kim, and the group Sales that Jane is in: `to` a request that is then watched. */
async function watch(to: (group: string) => readonly [method: string, path: string, body?: unknown]): Promise<{
  readonly reply: Reply;
  readonly page: EventPage;
  readonly group: string;
}> {
  await make(portal);
  await make(portal, jane({ userName: kim }));
  const { id } = await makeGroup(portal, 'Sales', [JANE]);
  const { next } = await read();
  const reply = await portal.send(...to(id));
  return { reply, page: await read(next), group: id };
}

describe('a change by SCIM is one event', () => {
  it.each<[string, (group: string) => readonly [method: string, path: string, body?: unknown], string]>([
    ['POST of a user', () => ['POST', '/Users', jane({ userName: 'new@acme.example' })], 'user.created'],
    ['PATCH of one attribute', () => ['PATCH', JANE_PATH, set('title', 'Cook')], 'user.updated'],
    [
      'PATCH of many attributes',
      () => [
        'PATCH',
        ENTRA + JANE_PATH,
        patchOf(
          { op: 'Add', path: 'emails[type eq "work"].value', value: 'x@acme.example' },
          { op: 'Replace', path: 'title', value: 'Clerk' },
        ),
      ],
      'user.updated',
    ],
    ['PUT', () => ['PUT', JANE_PATH, jane({ title: 'Cook', active: true })], 'user.updated'],
    ['PATCH of active to false', () => ['PATCH', JANE_PATH, active(false)], 'user.deactivated'],
    ['PUT of active to false', () => ['PUT', JANE_PATH, jane({ active: false, title: 'x' })], 'user.deactivated'],
    ['DELETE of a user without groups', () => ['DELETE', KIM_PATH], 'user.deleted'],
    ['POST of a group', () => ['POST', '/Groups', { schemas: [GROUP], displayName: 'Support' }], 'group.created'],
    ['PATCH of a name', (id) => ['PATCH', `/Groups/${id}`, set('displayName', 'Vendors')], 'group.updated'],
    [
      'PATCH that adds a member',
      (id) => ['PATCH', `/Groups/${id}`, patchOf({ op: 'add', path: 'members', value: membersOf([kim]) })],
      'group.member_added',
    ],
    [
      'PATCH that removes a member',
      (id) => ['PATCH', `/Groups/${id}`, patchOf({ op: 'remove', path: `members[value eq "${JANE}"]` })],
      'group.member_removed',
    ],
    [
      'PUT of other members',
      (id) => ['PUT', `/Groups/${id}`, { schemas: [GROUP], displayName: 'Sales', members: membersOf([kim]) }],
      'group.updated',
    ],
    ['DELETE of a group', (id) => ['DELETE', `/Groups/${id}`], 'group.deleted'],
  ])('%s', async (_, to, type) => {
    const { reply, page } = await watch(to);
    expect(reply.status).toBeLessThan(300);
    expect(page.events.map((event) => event.type)).toEqual([type]);
    expect(page.events[0]).toMatchObject({ actor: portal.keyId, requestId: reply.headers.get('x-request-id') });
  });

  it('and says what, whom, when, by whom and in which request', async () => {
    const { reply, page } = await watch(() => ['PATCH', JANE_PATH, set('title', 'Cook')]);
    const { seq } = await one<{ seq: number }>('SELECT max(seq) AS seq FROM journal');
    expect(page.events).toEqual([
      {
        seq,
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        type: 'user.updated',
        subject: JANE,
        actor: portal.keyId,
        at: '2026-01-15T12:00:00.000Z',
        attributes: ['title'],
        requestId: reply.headers.get('x-request-id'),
      },
    ]);
  });

  it('of a user, and one of each group that a deleted user leaves', async () => {
    await make(portal);
    const groups = [await makeGroup(portal, 'Sales', [JANE]), await makeGroup(portal, 'Support', [JANE])];
    const { next } = await read();
    await portal.send('DELETE', JANE_PATH);
    const { events } = await read(next);
    expect(events.map(({ type, subject, rule }) => [type, subject, rule]).toSorted()).toEqual(
      [
        ...groups.map(({ id }) => ['group.member_removed', id, 'member_deleted']),
        ['user.deleted', JANE, undefined],
      ].toSorted(),
    );
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });

  it('of admin rights, given and taken', async () => {
    await switchAdminSyncOn();
    await make(portal);
    const { next } = await read();
    await portal.send('PATCH', JANE_PATH, patchOf({ op: 'add', value: isAdmin(true) }));
    await portal.send('PATCH', JANE_PATH, patchOf({ op: 'add', value: isAdmin(false) }));
    expect(await typesAfter(next)).toEqual(['user.admin_granted', 'user.admin_revoked']);
  });

  it('of a come-back, after a deactivation and after a DELETE', async () => {
    await make(portal);
    const { next } = await read();
    await portal.send('PATCH', JANE_PATH, active(false));
    await portal.send('PATCH', JANE_PATH, active(true));
    await portal.send('DELETE', JANE_PATH);
    await make(portal);
    expect(await typesAfter(next)).toEqual(['user.deactivated', 'user.reactivated', 'user.deleted', 'user.created']);
  });

  it('of a user made without access, which its rule says', async () => {
    await make(portal, jane({ active: false }));
    expect((await read()).events.map(({ type, rule }) => [type, rule])).toEqual([['user.created', 'created_inactive']]);
  });
});

describe('no event comes of', () => {
  it.each<[string, (group: string) => readonly [method: string, path: string, body?: unknown]]>([
    ['a look-up', () => ['GET', `/Users?filter=${encodeURIComponent(`userName eq "${JANE}"`)}`]],
    ['a PATCH that changes nothing', () => ['PATCH', JANE_PATH, set('name.givenName', 'Jane')]],
    ['a PUT that changes nothing', () => ['PUT', JANE_PATH, jane()]],
    ['a PATCH of a group that changes nothing', (id) => ['PATCH', `/Groups/${id}`, set('displayName', 'Sales')]],
    [
      'a member who is one already',
      (id) => ['PATCH', `/Groups/${id}`, patchOf({ op: 'add', path: 'members', value: membersOf([JANE]) })],
    ],
    ['a create that is refused', () => ['POST', '/Users', jane()]],
    ['a rename that is refused', () => ['PATCH', JANE_PATH, set('userName', 'x@acme.example')]],
    ['a DELETE of nobody', () => ['DELETE', '/Users/nobody']],
    ['a body that cannot be read', () => ['PATCH', JANE_PATH, { Operations: 7 }]],
  ])('%s', async (_, to) => {
    const { page } = await watch(to);
    expect(page.events).toEqual([]);
  });

  it('a profile that is ignored because its user is deactivated', async () => {
    await make(portal);
    await portal.send('PATCH', JANE_PATH, active(false));
    const { next } = await read();
    await portal.send('PATCH', JANE_PATH, set('title', 'Cook'));
    expect(await read(next)).toEqual({ events: [], next: next + 1, more: false, gap: false });
  });

  it('keys, settings, teams and uploads', async () => {
    await make(portal);
    const { next } = await read();
    const context = { db: env.DB, sources: portal.sources, actor: 'cli' };
    unwrap(await createScimKey(env, portal.sources, { ownerSeq: portal.ownerSeq, label: 'x', actor: 'cli' }));
    unwrap(await setFeature(context, 'adminSync', true));
    unwrap(await addTeam(context, 'Sales'));
    const owner = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', JANE);
    const file = { ownerSeq: owner.seq, name: 'diary.txt', bytes: new Uint8Array(3) };
    unwrap(await putFile(env, portal.sources, file));
    expect((await read(next)).events).toEqual([]);
  });
});

describe('when storage fails', () => {
  it('a change that was rolled back is no event', async () => {
    const overloaded = { fails: 'D1 DB is overloaded', moment: 'before' } as const;
    const faults = new Faults(({ writes }) => (writes ? overloaded : undefined));
    const reply = await portal.send('POST', '/Users', jane(), { env: faults.over({ DB: env.DB }) });
    expect(reply.status).toBe(503);
    expect((await read()).events).toEqual([]);
  });

  it.each([
    ['POST', 'user.created'],
    ['PATCH', 'user.updated'],
    ['DELETE', 'user.deleted'],
  ])('a %s whose answer was lost, and that was tried again, is one event', async (method, type) => {
    if (method !== 'POST') await make(portal);
    const { next } = await read();
    let lost = 0;
    const connection = { fails: 'Network connection lost.', moment: 'after' } as const;
    const faults = new Faults(({ writes }) => (writes && lost++ === 0 ? connection : undefined));
    const body = { POST: jane(), PATCH: set('title', 'Cook') }[method];
    const reply = await portal.send(method, method === 'POST' ? '/Users' : JANE_PATH, body, {
      env: faults.over({ DB: env.DB }),
    });
    expect(reply.status).toBeLessThan(300);
    expect(lost).toBeGreaterThan(0);
    expect(await typesAfter(next)).toEqual([type]);
  });
});

it('a workspace is an event when it is made, and one when it is deleted', async () => {
  await make(portal);
  const { seq } = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', JANE);
  const { workspaceId } = unwrap(await createWorkspace(env, portal.sources, { ownerSeq: seq, name: 'Plans' }));
  await portal.send('PATCH', JANE_PATH, active(false));
  const { next } = await read();
  portal.sources.ms += 30 * 86_400_000 + 1;
  await runCron(env, portal.sources);
  await runCron(env, portal.sources);
  const { events } = await read(next);
  const deleted = events.filter(({ type }) => type === 'workspace.deleted');
  expect(deleted.map(({ subject, actor }) => [subject, actor])).toEqual([[workspaceId, 'cron']]);
});

describe('pages', () => {
  const fill = (count: number, type: string) =>
    env.DB.prepare(
      `INSERT INTO journal (mutation_id, type, subject, actor, attributes, at)
       SELECT ?2 || value, ?2, 'x', 'cli', '[]', 1 FROM json_each(?1)`,
    )
      .bind(JSON.stringify(Array.from({ length: count }, (_, i) => i)), type)
      .run();

  it('read at most two rows more than was asked', async () => {
    await fill(2_000, 'user.updated');
    for (const limit of [1, 10, 1_000, 5_000]) {
      const { db, cost } = countedDb(env.DB);
      const page = await read(300, limit, db);
      expect(page.events).toHaveLength(Math.min(limit, 1_000));
      expect([cost.calls, cost.rowsRead <= Math.min(limit, 1_000) + 2]).toEqual([1, true]);
    }
  });

  it('go on behind what is no event, so that nobody reads it twice', async () => {
    await fill(50, 'user.ignored');
    await fill(1, 'user.updated');
    const first = await read(0, 20);
    expect(first).toEqual({ events: [], next: 20, more: true, gap: false });
    const second = await read(first.next, 40);
    expect([second.events.length, second.next, second.more]).toEqual([1, 51, false]);
    expect(await read(second.next, 40)).toEqual({ events: [], next: 51, more: false, gap: false });
  });

  it.each([0, -5, Number.NaN, 1.5])('take %d for a number as well as they can', async (odd) => {
    await fill(3, 'user.updated');
    expect((await read(odd, odd)).events).toHaveLength(1);
  });
});

describe('a gap', () => {
  it('is told where what followed was forgotten, and only there', async () => {
    for (let i = 0; i < 4; i++) await make(portal, jane({ userName: `old${i}@acme.example` }));
    portal.sources.ms += RETENTION_MS + 1;
    await make(portal);
    await forgetOldRows(env, portal.sources, { deadlineMs: Number.MAX_SAFE_INTEGER });
    const gaps = await Promise.all([0, 1, 2, 3, 4, 5].map(async (after) => (await read(after)).gap));
    expect(gaps).toEqual([true, true, true, true, false, false]);
    expect((await read(0)).events.map(({ seq }) => seq)).toEqual([5]);
  });

  it('is told where the number was never reached: the database was set back to an earlier day', async () => {
    await make(portal);
    expect([(await read(1)).gap, (await read(2)).gap]).toEqual([false, true]);
  });

  it('is none in a portal where nothing has happened', async () => {
    expect(await read(0)).toEqual({ events: [], next: 0, more: false, gap: false });
  });
});

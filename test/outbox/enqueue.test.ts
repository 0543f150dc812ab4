// What a change puts into the outbox, and what that costs.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { enqueueAdminMail, enqueueBrakeMail } from '../../src/outbox/enqueue.ts';
import { claimNext } from '../../src/outbox/outbox-rows.ts';
import { addAccount, freshPortal, START_MS } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';
import { seedUsers } from '../support/seed.ts';

const EVENT = { mutationId: 'm1', subject: 'jane@acme.example', actor: 'key1', requestId: 'r1', nowMs: START_MS };

beforeEach(async () => {
  await freshPortal();
});

const recipients = async () =>
  JSON.parse((await one<{ recipients: string }>('SELECT recipients FROM outbox')).recipients);
const admins = async () =>
  (await rows<{ seq: number }>("SELECT seq FROM users WHERE role = 'admin'")).map(({ seq }) => seq);

it('takes every active admin, of any login type, and the person while active', async () => {
  const jane = await addAccount('saml', EVENT.subject);
  await addAccount('saml', 'kim@acme.example');
  await enqueueAdminMail(env.DB, { ...EVENT, kind: 'admin_revoked' }).run();
  expect((await recipients()).sort()).toEqual([...(await admins()), jane].sort());
  expect(await one('SELECT * FROM outbox')).toMatchObject({
    kind: 'admin_revoked',
    mutation_id: 'm1',
    subject: EVENT.subject,
    actor: 'key1',
    request_id: 'r1',
    created_at: START_MS,
    next_at: START_MS,
    attempts: 0,
    done_at: null,
    dead_at: null,
  });
});

it('leaves out who is inactive or removed, and names nobody twice', async () => {
  const jane = await addAccount('saml', EVENT.subject, 'admin');
  const others = (await admins()).filter((seq) => seq !== jane);
  for (const gone of ['active = 0', 'active = 1, removed_at = 1']) {
    await env.DB.prepare(`UPDATE users SET ${gone} WHERE seq = ?`).bind(jane).run();
    await env.DB.prepare('DELETE FROM outbox').run();
    await enqueueAdminMail(env.DB, { ...EVENT, kind: 'admin_revoked' }).run();
    expect((await recipients()).sort()).toEqual(others.sort());
  }
});

it('mails about the brake only from the deactivation that engaged it', async () => {
  await enqueueBrakeMail(env.DB, EVENT).run();
  await env.DB.prepare("UPDATE portal SET brake_cause = 'another'").run();
  await enqueueBrakeMail(env.DB, EVENT).run();
  expect(await rows('SELECT * FROM outbox')).toEqual([]);
  await env.DB.prepare("UPDATE portal SET brake_cause = 'm1'").run();
  await enqueueBrakeMail(env.DB, EVENT).run();
  expect(await one('SELECT kind FROM outbox')).toEqual({ kind: 'brake_engaged' });
});

it('reads admins by their index, however many users there are', async () => {
  const prepare = (sql: string) => env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`);
  const explaining = new Proxy(env.DB, { get: (db, name) => (name === 'prepare' ? prepare : Reflect.get(db, name)) });
  const { results } = await enqueueAdminMail(explaining, { ...EVENT, kind: 'admin_granted' }).all<{ detail: string }>();
  const plan = results.map(({ detail }) => detail).join('\n');
  expect(plan).toContain('SEARCH users USING INDEX users_admins');
  expect(plan).toContain('SEARCH users USING INDEX users_id');
  expect(plan).not.toContain('SCAN users');
});

it('costs about a row read for each admin and two rows written, among a thousand users', async () => {
  await seedUsers(1000, (n) => `user${n}@acme.example`);
  for (let n = 0; n < 10; n++) await addAccount('saml', `admin${n}@acme.example`, 'admin');
  const change = { ...EVENT, subject: 'user7@acme.example', kind: 'admin_revoked' } as const;
  const { meta } = await enqueueAdminMail(env.DB, change).run();
  expect(await recipients()).toHaveLength(13);
  expect(meta.rows_read).toBeLessThanOrEqual(2 * 13 + 4);
  expect(meta.rows_written).toBe(2);
  console.log(`a mail to 13 recipients: ${meta.rows_read} rows read, ${meta.rows_written} written`);
});

it('what is due is found by its index, however much went out', async () => {
  const asked: string[] = [];
  const prepare = (sql: string) => {
    asked.push(sql);
    return env.DB.prepare(sql);
  };
  const noting = new Proxy(env.DB, {
    get: (db, name) => {
      const member: unknown = Reflect.get(db, name);
      if (name === 'prepare') return prepare;
      return typeof member === 'function' ? member.bind(db) : member;
    },
  });
  await claimNext(noting, START_MS);
  await claimNext(noting, START_MS, 'm1');
  expect(asked).toHaveLength(2);
  for (const sql of asked) {
    const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...Array(sql.includes('?3') ? 3 : 1).fill(0))
      .all<{ detail: string }>();
    const plan = results.map(({ detail }) => detail).join('\n');
    expect(plan).toContain('outbox_due');
    expect(plan).not.toMatch(/SCAN outbox/);
  }
});

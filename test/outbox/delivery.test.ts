// How mails are sent: at least once to everybody, with a wait between tries that grows, by one sender at a time, and dead and
// visible in the end where nothing helps.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { BACK_OFF_MS, TRIES } from '../../src/outbox/back-off.ts';
import { sendOutboxOf, workOutbox } from '../../src/outbox/work-outbox.ts';
import { isAdmin, switchAdminSyncOn } from '../support/admins.ts';
import { dies, Faults } from '../support/faults.ts';
import { aMoment } from '../support/flying-time.ts';
import { activeAdmins, mailCron, onlyMail, outbox, type WatchedMail, watchMails } from '../support/mails.ts';
import { addAccount, freshPortal, type Portal } from '../support/portal.ts';
import { expectStatus, JANE, jane, rows } from '../support/scim.ts';

const OWNER = 'scim-admin@acme.example';
const BREAK_GLASS = 'break-glass@acme.example';
const DAY_MS = 86_400_000;

let portal: Portal;
let mail: WatchedMail;
let said: MockInstance;

beforeEach(async () => {
  said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  ({ portal, mail } = watchMails(await freshPortal()));
  await switchAdminSyncOn();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Jane becomes an admin: a mail to her, the owner of the key, and the break-glass account. */
const promote = () => expectStatus(201, portal.send('POST', '/Users', jane(isAdmin(true))));
const broken = () => new Error('the service is down');
const left = async () =>
  (
    await rows<{ name: string }>(
      'SELECT u.user_name AS name FROM outbox, json_each(recipients) AS r JOIN users AS u ON u.seq = r.value ORDER BY 1',
    )
  ).map(({ name }) => name);

describe('one after the other', () => {
  it('one message a recipient, with nobody else in it', async () => {
    await promote();
    expect(mail.to).toEqual([BREAK_GLASS, JANE, OWNER]);
    for (const { to, from, headers } of mail.accepted) {
      expect(typeof to).toBe('string');
      expect(from).toEqual({ name: 'Portal', email: 'no-reply@portal.example' });
      expect(headers['X-Entity-Ref-ID']).toMatch(/^[0-9a-f]{32}\.admin_granted\.\d+$/);
    }
    expect(new Set(mail.accepted.map(({ headers }) => headers['X-Entity-Ref-ID'])).size).toBe(3);
    expect(await onlyMail()).toMatchObject({
      recipients: '[]',
      done_at: portal.sources.ms,
      dead_at: null,
      last_error: null,
    });
  });

  it('one recipient who cannot be reached holds up nobody, and gets it later, alone', async () => {
    mail.fault = ({ to }) => (to === BREAK_GLASS ? broken() : undefined);
    await promote();
    expect(mail.to).toEqual([JANE, OWNER]);
    expect(await left()).toEqual([BREAK_GLASS]);
    expect(await onlyMail()).toMatchObject({ done_at: null, last_error: '1 not delivered: the service is down' });
    mail.fault = () => undefined;
    mail.clear();
    await mailCron(portal);
    expect(mail.tried, 'not due yet').toBe(0);
    portal.sources.ms += 60_000;
    await mailCron(portal);
    expect(mail.to).toEqual([BREAK_GLASS]);
    expect(await onlyMail()).toMatchObject({ recipients: '[]', done_at: portal.sources.ms, last_error: null });
  });

  it('the answer does not wait for the mail, nor suffers from it', async () => {
    let tried = -1;
    mail.fault = broken;
    const reply = await portal.send('POST', '/Users', jane(isAdmin(true)), { answered: () => (tried = mail.tried) });
    expect(reply.status).toBe(201);
    expect(tried).toBe(0);
    expect(mail.tried).toBe(3);
  });

  it('what D1 loses on the way is sent by the cron', async () => {
    mail.fault = broken;
    await promote();
    mail.fault = () => undefined;
    const { DB } = new Faults(dies(1, 'before')).over({ DB: env.DB });
    await sendOutboxOf({ ...portal.env, DB }, portal.sources, (await onlyMail()).mutation_id);
    expect(said).toHaveBeenLastCalledWith(expect.stringContaining('died'));
    portal.sources.ms += 60_000;
    await mailCron(portal);
    expect(mail.to).toEqual([BREAK_GLASS, JANE, OWNER]);
  });

  it('a hundred recipients get theirs', async () => {
    for (let n = 0; n < 100; n++) await addAccount('saml', `admin${n}@acme.example`, 'admin');
    await promote();
    expect(mail.to).toHaveLength(103);
    expect(mail.to).toEqual(await activeAdmins().then((names) => names.sort()));
  });
});

describe('waiting', () => {
  it('the waits grow from a minute to a day, and then the mail is dead, with everybody still in it', async () => {
    mail.fault = broken;
    await promote();
    const waits: number[] = [];
    for (let row = await onlyMail(); row.dead_at === null; row = await onlyMail()) {
      waits.push(row.next_at - portal.sources.ms);
      portal.sources.ms = row.next_at - 1;
      await mailCron(portal);
      expect((await onlyMail()).attempts, 'a millisecond early').toBe(row.attempts);
      portal.sources.ms = row.next_at;
      await mailCron(portal);
    }
    expect(waits).toEqual(BACK_OFF_MS);
    expect([waits[0], waits.at(-1)]).toEqual([60_000, DAY_MS]);
    expect(mail.tried).toBe(3 * TRIES);
    expect(await onlyMail()).toMatchObject({ attempts: TRIES, dead_at: portal.sources.ms, done_at: null });
    expect(await left()).toEqual([BREAK_GLASS, JANE, OWNER]);
  });

  it('a dead mail is tried no more, and no cron drops it', async () => {
    mail.fault = broken;
    await promote();
    await env.DB.prepare('UPDATE outbox SET dead_at = ?').bind(portal.sources.ms).run();
    mail.clear();
    for (const days of [1, 30, 365]) {
      portal.sources.ms += days * DAY_MS;
      await mailCron(portal);
    }
    expect(mail.tried).toBe(0);
    expect(await outbox()).toHaveLength(1);
  });

  it('what went out is forgotten after 30 days, not before', async () => {
    await promote();
    portal.sources.ms += 30 * DAY_MS - 1;
    expect(await mailCron(portal)).toMatchObject({ forgotten: 0 });
    portal.sources.ms += 1;
    expect(await mailCron(portal)).toMatchObject({ forgotten: 1 });
    expect(await outbox()).toEqual([]);
  });

  it('what waits is not forgotten, however old', async () => {
    mail.fault = broken;
    await promote();
    portal.sources.ms += 400 * DAY_MS;
    await mailCron(portal);
    expect(await outbox()).toHaveLength(1);
  });
});

/** A run of the cron whose time passes once so many messages were handed over, one at least of which is never answered. */
async function stalledCron(messages: number) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const before = mail.tried;
  const run = mailCron(portal);
  while (mail.tried - before < messages) await aMoment();
  await vi.advanceTimersByTimeAsync(10_000);
  vi.useRealTimers();
  return run;
}

describe('no answer from the mail service', () => {
  it('is a failed try after the time that a message may take, and the run tries nobody else', async () => {
    for (let n = 0; n < 10; n++) await addAccount('saml', `admin${n}@acme.example`, 'admin');
    mail.fault = () => broken();
    await promote();
    mail.clear();
    mail.fault = () => 'stall';
    portal.sources.ms += 60_000;
    const report = await stalledCron(6);
    expect(report).toMatchObject({ claimed: 1, sent: 0, failed: 1 });
    expect(mail.tried, 'six at a time').toBe(6);
    expect((await onlyMail()).last_error).toBe('13 not delivered: mail did not answer within 10000 ms');
  });

  it('of one message leaves the others theirs', async () => {
    mail.fault = () => broken();
    await promote();
    mail.fault = ({ to }) => (to === JANE ? 'stall' : undefined);
    portal.sources.ms += 60_000;
    await stalledCron(3);
    expect(mail.to).toEqual([BREAK_GLASS, OWNER]);
    expect(await left()).toEqual([JANE]);
  });

  it('no message is begun after the deadline, and a try that had no time is none', async () => {
    mail.fault = broken;
    await promote();
    portal.sources.ms += 60_000;
    const { attempts } = await onlyMail();
    mail.clear();
    mail.fault = () => undefined;
    const over = { deadlineMs: portal.sources.ms };
    expect(await workOutbox(portal.env, portal.sources, over)).toMatchObject({ claimed: 0 });
    const late = { nowMs: () => (late.calls++ < 2 ? portal.sources.ms : portal.sources.ms + 30_000), calls: 0 };
    const sources = { ...portal.sources, nowMs: late.nowMs };
    await workOutbox(portal.env, sources, { deadlineMs: portal.sources.ms + 1_000 });
    expect([mail.tried, (await onlyMail()).attempts]).toEqual([0, attempts]);
  });
});

describe('many recipients', () => {
  it('are reached by several runs of the cron, which ask D1 sixty times each, and by nobody twice', async () => {
    const names = Array.from({ length: 500 }, (_, n) => `admin${n}@acme.example`);
    await env.DB.prepare(
      `INSERT INTO users (id, user_name, user_name_key, login_type, role, active, attributes, registration, created_at,
         updated_at, version) SELECT value, value, value, 'saml', 'admin', 1, '{}', 1, 0, 0, 1 FROM json_each(?)`,
    )
      .bind(JSON.stringify(names))
      .run();
    mail.fault = broken;
    await promote();
    mail.fault = () => undefined;
    mail.clear();
    portal.sources.ms += 60_000;
    const sent: number[] = [];
    for (let runs = 0; runs < 3; runs++) sent.push((await mailCron(portal)).sent);
    expect(sent).toEqual([342, 161, 0]);
    expect(new Set(mail.to).size).toBe(503);
    expect(await onlyMail()).toMatchObject({ recipients: '[]', attempts: 2, done_at: portal.sources.ms });
  });
});

describe('more than one sender', () => {
  it('two at once never send a mail twice', async () => {
    mail.fault = broken;
    for (let n = 0; n < 4; n++)
      await portal.send('POST', '/Users', { userName: `a${n}@acme.example`, ...isAdmin(true) });
    portal.sources.ms += 60_000;
    mail.fault = () => undefined;
    mail.clear();
    await Promise.all([mailCron(portal), mailCron(portal), mailCron(portal)]);
    const ids = mail.accepted.map(({ headers }) => headers['X-Entity-Ref-ID']);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(3 + 4 + 5 + 6);
    expect((await outbox()).every(({ done_at }) => done_at !== null)).toBe(true);
  });

  it.each([1, 2, 3, 4, 5])('a sender who dies at its storage call %i loses nobody', async (call) => {
    for (let n = 0; n < 10; n++) await addAccount('saml', `admin${n}@acme.example`, 'admin');
    mail.fault = broken;
    await promote();
    mail.fault = () => undefined;
    for (const moment of ['before', 'after'] as const) {
      mail.clear();
      await env.DB.prepare(
        `UPDATE outbox SET done_at = NULL, attempts = 1, next_at = ?,
           recipients = (SELECT json_group_array(seq) FROM users WHERE role = 'admin')`,
      )
        .bind(portal.sources.ms)
        .run();
      const { DB } = new Faults(dies(call, moment)).over({ DB: env.DB });
      await workOutbox({ ...portal.env, DB }, portal.sources, { deadlineMs: portal.sources.ms + 20_000 }).catch(
        () => 0,
      );
      for (let tries = 0; tries < 3; tries++) {
        portal.sources.ms += DAY_MS;
        await mailCron(portal);
      }
      expect(new Set(mail.to), moment).toEqual(new Set(await activeAdmins()));
      expect(mail.to.length - 13, 'sent twice, at most six').toBeLessThanOrEqual(6);
      expect(await onlyMail()).toMatchObject({ recipients: '[]', done_at: expect.any(Number) });
    }
  });

  it('a mail that is sent twice is recognised by its reference', async () => {
    mail.fault = ({ to }) => (to === JANE ? 'accepted, then died' : undefined);
    await promote();
    mail.fault = () => undefined;
    portal.sources.ms += 60_000;
    await mailCron(portal);
    const twice = mail.accepted.filter(({ to }) => to === JANE);
    expect(twice).toHaveLength(2);
    expect(new Set(twice.map(({ headers }) => headers['X-Entity-Ref-ID'])).size).toBe(1);
  });
});

describe('addresses', () => {
  const emails = (userName: string, list: unknown) =>
    env.DB.prepare("UPDATE users SET attributes = json_object('emails', json(?)) WHERE user_name = ?")
      .bind(JSON.stringify(list), userName)
      .run();

  it('are those of the day: the primary, else the first that is one, else the userName', async () => {
    await emails(OWNER, [{ value: 'first@acme.example' }, { value: 'primary@acme.example', primary: true }]);
    await emails(BREAK_GLASS, [{ type: 'work' }, { value: 'no address' }, { value: 'second@acme.example' }]);
    await promote();
    expect(mail.to).toEqual([JANE, 'primary@acme.example', 'second@acme.example']);
  });

  it.each([
    'break glass',
    'a@b@acme.example',
    'x@acme.example\r\nBcc: evil@example.com',
    'x@acme.example, evil@example.com',
    '"x" <x@acme.example>',
    'x@acme.example\u202e',
    '@acme.example',
  ])('%j is none: nobody is held up by it, and the row says so', async (userName) => {
    await env.DB.prepare("UPDATE users SET user_name = ? WHERE login_type = 'password'").bind(userName).run();
    await promote();
    expect(mail.to).toEqual([JANE, OWNER]);
    expect(await onlyMail()).toMatchObject({
      done_at: expect.any(Number),
      recipients: '[]',
      last_error: '1 without an e-mail address',
    });
  });

  it('a mail that can reach nobody at all is dead at once, and visible', async () => {
    await env.DB.prepare("UPDATE users SET user_name = 'nobody ' || seq").run();
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE login_type = 'password'").run();
    await portal.send('POST', '/Users', { userName: 'robot', ...isAdmin(true) });
    expect(mail.tried).toBe(0);
    expect(await onlyMail()).toMatchObject({ dead_at: expect.any(Number), done_at: null, attempts: 1 });
    expect(await left()).toHaveLength(2);
  });

  it('what the service says is kept without addresses, and short', async () => {
    mail.fault = ({ to }) => Object.assign(new Error(`cannot mail ${to}: ${'x'.repeat(900)}`), { code: 'E_RECIPIENT' });
    await promote();
    const { last_error: text } = await onlyMail();
    expect(text).toMatch(/^3 not delivered: E_RECIPIENT: cannot mail \[address\]: x+/);
    expect(text?.length).toBeLessThanOrEqual(500);
    expect(text).not.toContain('acme.example');
  });

  it('who stops being an admin meanwhile still learns of it', async () => {
    mail.fault = broken;
    await promote();
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE login_type = 'password'").run();
    mail.fault = () => undefined;
    portal.sources.ms += 60_000;
    await mailCron(portal);
    expect(mail.to).toEqual([BREAK_GLASS, JANE, OWNER]);
  });
});

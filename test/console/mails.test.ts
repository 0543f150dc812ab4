// The mails to admins: what could not be sent and why, what waits, what went out, and another chance for them.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { isAdmin, switchAdminSyncOn } from '../support/admins.ts';
import { signedIn, Visitor } from '../support/console.ts';
import { countedDb } from '../support/counted-db.ts';
import { Faults } from '../support/faults.ts';
import { mailCron, onlyMail, outbox, type WatchedMail, watchMails } from '../support/mails.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { rows } from '../support/scim.ts';

let portal: Portal;
let mail: WatchedMail;
let admin: Visitor;

beforeEach(async () => {
  ({ portal, mail } = watchMails(await freshPortal()));
  await switchAdminSyncOn();
  admin = await signedIn(portal.sources);
  await env.DB.prepare('DELETE FROM outbox').run();
});

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const promote = (name: string) => portal.send('POST', '/Users', { userName: `${name}@acme.example`, ...isAdmin(true) });
const kill = () => env.DB.prepare('UPDATE outbox SET dead_at = 1, attempts = 8 WHERE done_at IS NULL').run();
const show = async (query = '') => textOf((await admin.get(`/console/mails${query}`)).text);

describe('the list', () => {
  it('of a portal that has sent nothing says so in each tab', async () => {
    expect(await show()).toContain('Every mail went out');
    expect(await show('?show=waiting')).toContain('No mail waits');
    expect(await show('?show=sent')).toContain('No mail yet');
    expect(await show('?show=nonsense&before=x')).toContain('Every mail went out');
  });

  it('shows what could not be sent with the reason, what waits with its next try, and what went out', async () => {
    await promote('sent');
    mail.fault = () => new Error('mailbox is full');
    await promote('dead');
    await kill();
    await promote('waiting');
    expect(await show()).toMatch(
      /Not sent 1 Waiting 1 Sent .* dead@acme\.example became an admin made just now .* not delivered: mailbox is full \d+ admins/,
    );
    expect(await show('?show=waiting')).toMatch(
      /waiting@acme\.example became an admin made just now (within a minute|in 1 minute) 1 try so far/,
    );
    expect(await show('?show=sent')).toContain('sent@acme.example became an admin made just now just now');
  });

  it('shows many in pages, newest first, each once', async () => {
    await env.DB.prepare(
      `INSERT INTO outbox (kind, mutation_id, subject, actor, recipients, created_at, next_at, dead_at)
       SELECT 'admin_granted', 'm' || value, 'p' || value, 'cli', '[]', 1, 1, 1 FROM json_each(?)`,
    )
      .bind(JSON.stringify(Array.from({ length: 70 }, (_, i) => i)))
      .run();
    const seen: string[] = [];
    for (let query: string | undefined = ''; query !== undefined; ) {
      const { text } = await admin.get(`/console/mails${query}`);
      seen.push(...[...text.matchAll(/>(p\d+) became/g)].map(([, name = '']) => name));
      query = /href="\/console\/mails(\?[^"]+)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(seen).toEqual(Array.from({ length: 70 }, (_, i) => `p${69 - i}`));
  });

  it('and a mail cost one call of D1 each', async () => {
    await promote('jane');
    const { seq } = await onlyMail();
    for (const path of ['/console/mails?show=sent', `/console/mails/${seq}`]) {
      const { db, cost } = countedDb(env.DB);
      const same = new Visitor(portal.sources, { ...env, DB: db });
      for (const [name, value] of admin.cookies) same.cookies.set(name, value);
      expect((await same.get(path)).status).toBe(200);
      console.log(`${path}: ${cost.calls} call, ${cost.rowsRead} rows read`);
      expect(cost.calls).toBe(1);
      expect(cost.rowsRead).toBeLessThanOrEqual(40);
    }
  });
});

describe('a mail', () => {
  it('is shown as it goes out, with who has not got it', async () => {
    mail.fault = ({ to }) => (to.startsWith('jane') ? new Error('down') : undefined);
    await promote('jane');
    const { seq } = await onlyMail();
    const page = await admin.get(`/console/mails/${seq}`);
    const text = textOf(page.text);
    expect(text).toContain('Not delivered to jane@acme.example');
    expect(text).toContain('Why not 1 not delivered: down');
    const [sent] = mail.accepted;
    const lines = (sent?.text ?? '').split('\n').filter((line) => /^[\w ]+$/.test(line));
    for (const line of lines) expect(page.text).toContain(line);
    expect(page.text).toContain('Try now');
  });

  it.each(['0', '999999', 'x', '1e3', '-1'])('of the number %s is none', async (seq) => {
    expect((await admin.get(`/console/mails/${seq}`)).status).toBe(404);
    const before = await dump();
    expect((await admin.post(`/console/mails/${seq}/retry`)).status).toBe(404);
    expect(await dump()).toEqual(before);
  });
});

describe('trying again', () => {
  it('one makes it due now, with all tries before it, and is journalled under the admin', async () => {
    mail.fault = () => new Error('down');
    await promote('jane');
    await promote('john');
    await kill();
    const [jane] = await outbox();
    mail.fault = () => undefined;
    const done = await admin.post(`/console/mails/${jane?.seq}/retry`);
    expect(done.location).toBe(`/console/mails/${jane?.seq}?done=retried`);
    expect((await admin.get(done.location ?? '')).text).toContain('It goes out within a minute.');
    expect((await outbox()).map(({ dead_at, attempts }) => [dead_at, attempts])).toEqual([
      [null, 0],
      [1, 8],
    ]);
    expect(await rows("SELECT subject, actor FROM journal WHERE type = 'mail.retried'")).toEqual([
      { subject: String(jane?.seq), actor: 'admin@acme.example' },
    ]);
    await mailCron(portal);
    expect((await outbox()).map(({ done_at }) => done_at !== null)).toEqual([true, false]);
  });

  it('all brings every dead one back, and says where there was none', async () => {
    mail.fault = () => new Error('down');
    for (const name of ['a', 'b']) await promote(name);
    await kill();
    expect((await admin.post('/console/mails/retry')).location).toBe('/console/mails?show=waiting&done=retried');
    expect((await outbox()).map(({ dead_at }) => dead_at)).toEqual([null, null]);
    const before = await dump();
    const none = await admin.post('/console/mails/retry');
    expect(none.location).toBe('/console/mails?done=none');
    expect(await show('?done=none')).toContain('Nothing was left to try again.');
    expect(await dump()).toEqual(before);
  });

  it('a mail that went out is refused, and changes nothing', async () => {
    await promote('jane');
    const { seq } = await onlyMail();
    const before = await dump();
    const page = await admin.post(`/console/mails/${seq}/retry`);
    expect([page.status, page.text.includes('No mail of this number waits or is dead.')]).toEqual([404, true]);
    expect(await dump()).toEqual(before);
  });

  it('says in a 503 that the database failed', async () => {
    mail.fault = () => new Error('down');
    await promote('jane');
    await kill();
    const { seq } = await onlyMail();
    const broken = new Faults(({ writes }) =>
      writes ? { fails: 'D1 DB is overloaded', moment: 'before' } : undefined,
    );
    const same = new Visitor(portal.sources, { ...env, ...broken.over({ DB: env.DB }) });
    for (const [name, value] of admin.cookies) same.cookies.set(name, value);
    const before = await dump();
    for (const path of ['/console/mails/retry', `/console/mails/${seq}/retry`]) {
      expect((await same.post(path, { formToken: admin.formToken })).status).toBe(503);
    }
    expect(await dump()).toEqual(before);
  });
});

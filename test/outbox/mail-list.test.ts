// The outbox as an operator sees it, and what a retry does.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { listMails, previewMail, retryMails } from '../../src/outbox/mail-list.ts';
import { isAdmin, switchAdminSyncOn } from '../support/admins.ts';
import { contextOf } from '../support/brake.ts';
import { Faults, nth } from '../support/faults.ts';
import { unwrap } from '../support/lifecycle.ts';
import { mailCron, outbox, type WatchedMail, watchMails } from '../support/mails.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { rows } from '../support/scim.ts';

let portal: Portal;
let mail: WatchedMail;

beforeEach(async () => {
  ({ portal, mail } = watchMails(await freshPortal()));
  await switchAdminSyncOn();
});

const promote = (name: string) => portal.send('POST', '/Users', { userName: `${name}@acme.example`, ...isAdmin(true) });

it('lists what is dead and what waits with the reason, and the last ten that went out', async () => {
  for (let n = 0; n < 12; n++) await promote(`sent${n}`);
  mail.fault = () => new Error('down');
  await promote('dead');
  await env.DB.prepare('UPDATE outbox SET dead_at = 1 WHERE done_at IS NULL').run();
  await promote('waiting');
  const listed = unwrap(await listMails(env.DB));
  expect(listed.slice(0, 2)).toMatchObject([
    { state: 'waiting', about: 'waiting@acme.example', left: 16, attempts: 1, lastError: '16 not delivered: down' },
    { state: 'dead', about: 'dead@acme.example', left: 15 },
  ]);
  expect(listed.slice(2).map(({ state }) => state)).toEqual(Array(10).fill('sent'));
  expect(unwrap(await listMails(env.DB, true))).toHaveLength(14);
});

it('a dead mail that is retried goes out to who has not got it, and to nobody twice', async () => {
  mail.fault = ({ to }) => (to.startsWith('break-glass') ? new Error('down') : undefined);
  await promote('jane');
  await env.DB.prepare('UPDATE outbox SET dead_at = 1, attempts = 8').run();
  const [row] = await outbox();
  mail.clear();
  mail.fault = () => undefined;
  expect(unwrap(await retryMails(contextOf(portal), row?.seq ?? 0))).toBe(1);
  await mailCron(portal);
  expect(mail.to).toEqual(['break-glass@acme.example']);
  expect(await retryMails(contextOf(portal), row?.seq ?? 0)).toMatchObject({ ok: false });
  expect(unwrap(await retryMails(contextOf(portal), 'dead'))).toBe(0);
});

it('all dead mails at once have all their tries before them again', async () => {
  mail.fault = () => new Error('down');
  for (const name of ['a', 'b', 'c']) await promote(name);
  await env.DB.prepare('UPDATE outbox SET dead_at = 1, attempts = 8').run();
  expect(unwrap(await retryMails(contextOf(portal), 'dead'))).toBe(3);
  await mailCron(portal);
  expect((await outbox()).map(({ attempts, dead_at }) => [attempts, dead_at])).toEqual(Array(3).fill([1, null]));
});

it('a mail is shown as it would go out, with who still waits for it', async () => {
  mail.fault = ({ to }) => (to.startsWith('jane') ? new Error('down') : undefined);
  await promote('jane');
  const [row] = await outbox();
  const [sent] = mail.accepted;
  const { subject, text, html, waiting } = unwrap(await previewMail(env.DB, row?.seq ?? 0, 'portal.example'));
  expect({ subject, text, html }).toEqual({ subject: sent?.subject, text: sent?.text, html: sent?.html });
  expect(waiting).toEqual(['jane@acme.example']);
  expect(await previewMail(env.DB, 99_999, 'portal.example')).toMatchObject({ ok: false });
});

const retried = () => rows("SELECT subject, actor FROM journal WHERE type = 'mail.retried' ORDER BY seq");

it('a retry is in the journal once, also where the answer of D1 was lost, and one of nothing is not', async () => {
  expect(unwrap(await retryMails(contextOf(portal), 'dead'))).toBe(0);
  mail.fault = () => new Error('down');
  await promote('jane');
  await env.DB.prepare('UPDATE outbox SET dead_at = 1').run();
  expect(await retried()).toEqual([]);
  const [row] = await outbox();
  const lost = new Faults(nth(2, { fails: 'Network connection lost.', moment: 'after' }));
  const { DB } = lost.over({ DB: env.DB });
  expect(unwrap(await retryMails({ ...contextOf(portal), db: DB }, 'dead'))).toBe(1);
  expect(lost.happened).toBe(true);
  expect(await retried()).toEqual([{ subject: 'dead', actor: 'cli' }]);
  expect(unwrap(await retryMails(contextOf(portal), row?.seq ?? 0))).toBe(1);
  expect(await retried()).toHaveLength(2);
});

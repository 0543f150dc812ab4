// What the mail says, and what nobody can make it say.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { enqueueAdminMail, enqueueBrakeMail } from '../../src/outbox/enqueue.ts';
import { isAdmin, switchAdminSyncOn } from '../support/admins.ts';
import { mailCron, type SentMail, type WatchedMail, watchMails } from '../support/mails.ts';
import { freshPortal, type Portal, START_MS } from '../support/portal.ts';
import { expectStatus, JANE, JANE_PATH, jane, make, patchOf } from '../support/scim.ts';

let portal: Portal;
let mail: WatchedMail;

beforeEach(async () => {
  ({ portal, mail } = watchMails(await freshPortal()));
  await switchAdminSyncOn();
  await env.DB.prepare("UPDATE portal SET name = 'Acme'").run();
});

/** The mail that the key's owner got last. */
function last(): SentMail {
  const [message] = mail.accepted.filter(({ to }) => to === 'scim-admin@acme.example').slice(-1);
  if (!message) throw new Error('no mail');
  return message;
}

/** Text without its line breaks, as a person reads it. */
const read = ({ text }: SentMail) => text.replace(/\s+/g, ' ');

describe('a new admin', () => {
  it('is named in the subject; the text says who, what, when, by which key, in which request, and how many there are', async () => {
    const { headers } = await expectStatus(201, portal.send('POST', '/Users', jane(isAdmin(true))));
    expect(last().subject).toBe(`[Acme] ${JANE} is now an admin`);
    const text = read(last());
    for (const part of [
      `Who: Jane Example, ${JANE}`,
      'What: Was created with admin rights, by SCIM (isAdmin)',
      'When: Thu, 15 Jan 2026 12:00:00 UTC',
      `By: the SCIM key "test" (id ${portal.keyId}, SCIM API Username scim-admin@acme.example)`,
      `Request: ${headers.get('x-request-id')}`,
      'Portal: Acme, portal.example',
      'The portal has 3 active admins now.',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('is undone where it was made; a key that nobody meant is ended', async () => {
    await make(portal, jane(isAdmin(true)));
    const text = read(last());
    expect(text).toContain(`set isAdmin to false for ${JANE}: in Okta under Applications → your app → Assignments`);
    expect(text).toContain('in Entra in the attribute that Provisioning → Attribute mapping');
    expect(text).toContain(`npm run key -- revoke ${portal.keyId}`);
    expect(text).toContain(`https://portal.example/console/keys/${portal.keyId}`);
  });

  it('made by hand is undone under Users, which the mail links', async () => {
    const event = { mutationId: 'm1', subject: JANE, actor: 'cli', nowMs: START_MS };
    await make(portal, jane(isAdmin(true)));
    await env.DB.prepare(
      "UPDATE journal SET mutation_id = 'm1', actor = 'cli' WHERE type = 'user.created' AND subject = ?",
    )
      .bind(JANE)
      .run();
    await enqueueAdminMail(env.DB, { ...event, kind: 'admin_granted' }).run();
    await mailCron(portal);
    const text = read(last());
    expect(text).toContain(`take the admin rights away or deactivate ${JANE} in the console, under Users:`);
    expect(text).toContain(`https://portal.example/console/users?show=all&q=${encodeURIComponent(JANE)}`);
    expect(text).not.toContain('npm run');
  });
});

it.each([
  [
    'isAdmin false',
    'lost admin rights and is still an active user',
    /set isAdmin to true/,
    patchOf({ op: 'replace', value: isAdmin(false) }),
  ],
  [
    'active false',
    'was deactivated and so lost admin rights',
    /assign the person to the app again and set isAdmin to true/,
    patchOf({ op: 'replace', value: { active: false } }),
  ],
])('%s is told as what it is', async (_case, what, advice, body) => {
  await make(portal, jane(isAdmin(true)));
  await expectStatus(200, portal.send('PATCH', JANE_PATH, body));
  expect(last().subject).toBe(`[Acme] ${JANE} is no longer an admin`);
  expect(read(last())).toContain(`${JANE} ${what} in Acme.`);
  expect(read(last())).toMatch(advice);
});

it('of an ended account only the userName is told, never the name', async () => {
  await make(portal, jane(isAdmin(true)));
  mail.clear();
  await expectStatus(204, portal.send('DELETE', JANE_PATH));
  expect(read(last())).toContain(`Who: ${JANE} What: Was deleted`);
  expect(last().text + last().html).not.toMatch(/Jane Example/);
});

it('both parts carry the same facts, and nothing is fetched', async () => {
  await make(portal, jane(isAdmin(true)));
  const { text, html } = last();
  for (const [, value] of text.matchAll(/^\w+: +(\S.*)$/gm)) {
    expect(html.replace(/&quot;/g, '"')).toContain(value?.slice(0, 30));
  }
  // The portal's own addresses stand there as text, to be opened by a person.
  const shown = html.replaceAll(/(?<=>)https:\/\/portal\.example\/[\w/-]+(?=<\/code>)/g, '');
  expect(shown).not.toMatch(/<(?:img|link|script|iframe|object|video)|url\(|@import|https?:/i);
  expect(text.split('\n').every((line) => line.length <= 76)).toBe(true);
});

describe('names that come from outside', () => {
  const MARKUP = `<img src=x onerror=alert(1)>"'&<a href=//evil.example>click</a>`;

  it('are text in the HTML, whatever they hold', async () => {
    await env.DB.prepare('UPDATE portal SET name = ?').bind(MARKUP).run();
    await env.DB.prepare('UPDATE api_keys SET label = ?').bind(MARKUP).run();
    const name = { givenName: MARKUP, familyName: MARKUP };
    await make(portal, { userName: MARKUP, name, ...isAdmin(true) });
    const { html } = last();
    expect(html).not.toMatch(/<img|<a\b/);
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;&lt;a href');
  });

  it.each([
    ['a line break and a header', 'x@acme.example\r\nBcc: evil@example.com'],
    ['a line separator', 'x@acme.example\u2028\u2029Bcc: evil@example.com'],
    ['a direction change', 'x@acme.example\u202eelpmaxe'],
    ['a lot of text', `x${'y'.repeat(480)}@acme.example`],
  ])('cannot reach out of subject, sender or sentence by %s', async (_case, text) => {
    await env.DB.prepare('UPDATE portal SET name = ?').bind(text).run();
    await env.DB.prepare('UPDATE api_keys SET label = ?').bind(text).run();
    await make(portal, { userName: text, name: { givenName: text, familyName: text }, ...isAdmin(true) });
    for (const { subject, from, to, text: body, html } of mail.accepted) {
      for (const line of [subject, from.name, from.email, to]) {
        expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(line.length).toBeLessThanOrEqual(254);
      }
      expect(body + html).not.toMatch(/^Bcc:/im);
      expect(body + html).not.toMatch(/[\u2028\u2029\u202e\r]/);
      expect(from.email).toBe('no-reply@portal.example');
      expect(from.name).not.toMatch(/["<>@,;:\\]/);
    }
  });
});

it('the brake tells once that it holds, by whom, how many, and what to do', async () => {
  const event = { mutationId: 'm1', subject: JANE, actor: portal.keyId, requestId: 'r1', nowMs: START_MS };
  await env.DB.prepare('UPDATE portal SET brake_cause = ?, recent_deactivations = ?, active_count = 88')
    .bind('m1', JSON.stringify([START_MS - 3_600_000, START_MS - 10, START_MS - 5, START_MS]))
    .run();
  await enqueueBrakeMail(env.DB, event).run();
  await mailCron(portal);
  await mailCron(portal);
  expect(mail.to).toEqual(['break-glass@acme.example', 'scim-admin@acme.example']);
  expect(last().subject).toBe('[Acme] Destruction is on hold after many deactivations');
  const text = read(last());
  for (const part of [
    '3 users were deactivated in Acme within an hour, by the SCIM key "test"',
    'Their access has ended. Nothing of theirs is destroyed',
    'Still active: 88',
    'https://portal.example/console/brake',
    'Then restore everybody there.',
    'If it was intended, release everybody there',
    `npm run key -- revoke ${portal.keyId}`,
  ]) {
    expect(text).toContain(part);
  }
});

// What tells clients of OAuth from keys wherever both stand: lists, the log, mails, Home, the page of a user, the command line.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { rotateKey } from '../../src/auth/key-rotation.ts';
import { listKeys, revokeKey } from '../../src/auth/key-store.ts';
import { useForScim } from '../../src/auth/key-unused.ts';
import { enqueueAdminMail } from '../../src/outbox/enqueue.ts';
import { signedIn, type Visitor } from '../support/console.ts';
import { makeClient } from '../support/console-clients.ts';
import { generateForScim, textOf } from '../support/console-keys.ts';
import { addDone, addRefused, sentencesIn } from '../support/log.ts';
import { mailCron, watchMails } from '../support/mails.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { one } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
let id: string;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
  id = await makeClient(admin, 'okta', { label: 'Okta OAuth' });
});

const DAY_MS = 86_400_000;
const read = async (path: string) => textOf(await admin.get(path));

describe('among the keys', () => {
  it('a client does not stand in their list, and its address there leads to its own page', async () => {
    expect(await read('/console/keys')).not.toContain('Okta OAuth');
    const page = await admin.get(`/console/keys/${id}`);
    expect([page.status, page.location]).toEqual([303, `/console/clients/${id}`]);
  });

  it.each(['scim', 'rotate', 'end-overlap', 'revoke'])('the form %s of keys does nothing to it', async (form) => {
    const before = await dump();
    const fields = { confirmation: 'Okta OAuth', overlap: '1d', expires: 'never', date: '' };
    expect((await admin.post(`/console/keys/${id}/${form}`, { fields })).status).toBe(404);
    expect(await dump()).toEqual(before);
  });

  it('the command line lists it as what it is, revokes it, and neither rotates it nor gives it a password', async () => {
    const { sources, ownerSeq } = portal;
    const purposes = (await listKeys(env.DB, sources.ms)).map((key) => [key.label, key.purpose]);
    expect(purposes).toContainEqual(['Okta OAuth', 'oauth']);
    expect(purposes).toContainEqual(['test', 'scim']);
    const before = await dump();
    const by = { keyId: id, actor: 'cli' };
    const rotated = await rotateKey(env, sources, { ...by, overlapMs: DAY_MS, expiresAtMs: null });
    const used = await useForScim(env, sources, { ...by, ownerSeq });
    expect([rotated.ok, used.ok]).toEqual([false, false]);
    expect(await dump()).toEqual(before);
    expect(await revokeKey(env, sources, by)).toEqual({ ok: true, value: { changed: true } });
    expect(await read('/console/clients')).toContain('One client that was revoked');
  });
});

describe('the log', () => {
  it('says who it was and leads to its page', async () => {
    await addDone([{ type: 'user.updated', actor: id, attributes: ['name.givenName'] }]);
    await addRefused([{ rule: 'invalid_value', status: 400, actor: id }]);
    const { text } = await admin.get('/console/log');
    const sentences = sentencesIn(text);
    expect(sentences).toContainEqual(expect.stringMatching(/^The OAuth client "Okta OAuth" changed \S*givenName/));
    expect(sentences).toContainEqual(expect.stringMatching(/^The OAuth client "Okta OAuth" could not/));
    expect(sentences).toContainEqual(expect.stringContaining('made the OAuth client "Okta OAuth".'));
    expect(text).toContain(`href="/console/clients/${id}"`);
    expect(text).not.toContain(`href="/console/keys/${id}"`);
    expect(await read('/console/log')).toContain('OAuth client Okta OAuth of scim-admin@acme.example');
  });

  it('still says "key" of a key', async () => {
    const { keyId } = await generateForScim(admin, { label: 'Plain' });
    await addDone([{ type: 'user.updated', actor: keyId, attributes: ['userName'] }]);
    expect(sentencesIn((await admin.get('/console/log')).text)[0]).toMatch(/^The key "Plain" changed/);
  });
});

it('a mail names the client and where to revoke it', async () => {
  const watched = watchMails(portal);
  const what = { kind: 'admin_granted', mutationId: 'm', subject: 'admin@acme.example', actor: id } as const;
  await env.DB.batch([enqueueAdminMail(env.DB, { ...what, nowMs: portal.sources.ms })]);
  await mailCron(watched.portal);
  const text = (watched.mail.accepted.at(-1)?.text ?? '').replace(/\s+/g, ' ');
  expect(text).toContain(`By: the OAuth client "Okta OAuth" (id ${id}, acting for scim-admin@acme.example)`);
  expect(text).toContain('revoke the client: its page in the console is below');
  expect(text).toContain(`/console/clients/${id}`);
  expect(text).toContain(`npm run key -- revoke ${id}`);
});

describe('Home', () => {
  it('tells of a client whose account is no admin any more', async () => {
    await env.DB.prepare('DELETE FROM api_keys WHERE id = ?').bind(portal.keyId).run();
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE seq = ?").bind(portal.ownerSeq).run();
    const { text } = await admin.get('/console');
    expect(text).toContain('1 OAuth client without an admin');
    expect(text).toContain(`href="/console/clients/${id}"`);
    expect(text).toContain('OAuth client “Okta OAuth” of scim-admin@acme.example');
  });

  it('tells of a client that is silent', async () => {
    const long = portal.sources.ms - 5 * DAY_MS;
    await env.DB.prepare('UPDATE api_keys SET last_used_at = ? WHERE id = ?').bind(long, id).run();
    expect(await read('/console')).toContain('An OAuth client has made no request for longer than usual.');
  });
});

describe('the account it acts for', () => {
  it('shows it, and says that it ends with a deactivation', async () => {
    const { text } = await admin.get(`/console/users/${portal.ownerSeq}`);
    expect(text).toContain(`href="/console/clients/${id}"`);
    expect(text).toContain('API keys and OAuth clients');
    const question = await read(`/console/users/${portal.ownerSeq}/deactivate`);
    expect(question).toContain('1 API key and 1 OAuth client are revoked');
  });

  it('ends it when it is deactivated', async () => {
    await admin.post(`/console/users/${portal.ownerSeq}/deactivate`, {
      fields: { confirmation: 'scim-admin@acme.example' },
    });
    expect(await one('SELECT revoked_at IS NOT NULL AS ended FROM api_keys WHERE id = ?', id)).toEqual({ ended: 1 });
    expect(await read(`/console/clients/${id}`)).toContain('This client has ended for good.');
  });
});

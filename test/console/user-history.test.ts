// What happened to a user, as the console tells it.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { signedIn, type Visitor } from '../support/console.ts';
import { freshPortal, type Portal } from '../support/portal.ts';
import { JANE, jane, make, one, patchOf, userPath } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
let path = '';
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
  await make(portal);
  const { seq } = await one<{ seq: number }>('SELECT seq FROM users WHERE id = ?', JANE);
  path = `/console/users/${seq}/history`;
});

const sentences = (html: string) =>
  [...html.matchAll(/<div><p>(.*?)<\/p>/g)].map(([, sentence = '']) => sentence.replaceAll(/<[^>]+>/g, ''));
const rename = (givenName: string) =>
  portal.send('PATCH', userPath(JANE), patchOf({ op: 'replace', path: 'name.givenName', value: givenName }));

it('tells what was done to this user and to nobody else, newest first, with the request', async () => {
  await make(portal, jane({ userName: 'ann.example@acme.example' }));
  const changed = await rename('Janet');
  await portal.send('DELETE', userPath(JANE));
  const { text } = await admin.get(path);
  expect(sentences(text)).toEqual([
    expect.stringMatching(/deleted the user jane/),
    expect.stringMatching(/The key &quot;test&quot; changed name\.givenName of the user jane/),
    expect.stringMatching(/created the user jane/),
  ]);
  expect(text).toContain(`/console/log?request=${changed.headers.get('x-request-id')}"`);
  expect(text).toContain(`<a href="/console/keys/${portal.keyId}">The key &quot;test&quot;</a> changed`);
  expect(text).not.toContain('Janet');
});

it('goes on page by page, and back to the beginning', async () => {
  for (let i = 0; i < 30; i++) await rename(`Jane ${i}`);
  const first = await admin.get(path);
  const next = /href="([^"]+before=\d+)"/.exec(first.text)?.[1] ?? '';
  const second = await admin.get(next);
  expect([sentences(first.text).length, sentences(second.text).length]).toEqual([25, 6]);
  expect(second.text).toContain(`href="${path}"`);
  expect(second.text).not.toContain('before=');
});

it('says that the portal has forgotten what is older than 30 days', async () => {
  await env.DB.prepare('DELETE FROM journal').run();
  expect((await admin.get(path)).text).toContain('Nothing in the last 30 days');
  expect((await admin.get(`${path}?before=x`)).status).toBe(200);
});

it('says where only the newest 50,000 entries were looked through', async () => {
  expect((await admin.get(path)).text).not.toContain('50,000');
  await env.DB.prepare('UPDATE journal SET seq = seq + 60000 WHERE seq = (SELECT max(seq) FROM journal)').run();
  expect((await admin.get(path)).text).toContain('Only the newest 50,000 entries of the portal were looked through');
});

it('of a number that nobody has is a 404 with a way back', async () => {
  expect((await admin.get('/console/users/4711/history')).status).toBe(404);
});

// The secrets of a client: each shown once, in one answer; five that work at a time; stored and logged nowhere.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { signedIn, type Visitor } from '../support/console.ts';
import { makeClient, makeSecret, postSecret, secretIn } from '../support/console-clients.ts';
import { actFor, textOf } from '../support/console-keys.ts';
import { Faults, firstWrite, nth } from '../support/faults.ts';
import { sentencesIn } from '../support/log.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
let id: string;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
  id = await makeClient(admin);
});

const page = () => admin.get(`/console/clients/${id}`);
const secretIds = async () =>
  (await rows<{ id: string }>('SELECT id FROM oauth_secrets WHERE revoked_at IS NULL ORDER BY rowid')).map(
    (row) => row.id,
  );
const end = (secret: string, who = admin) => who.post(`/console/clients/${id}/secrets/${secret}`);

it('is shown once, with the client id, and afterwards known by its last characters alone', async () => {
  const answer = await postSecret(admin, id);
  const secret = secretIn(answer);
  expect(secret).toMatch(/^pcs_[\w-]{43}_[\w-]{8}$/);
  expect(answer.text).toContain(`<code id="client-id">${id}</code>`);
  expect(textOf(answer)).toContain('It is shown only this once.');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const random = secret.slice(4, 47);
  expect(JSON.stringify(await dump())).not.toContain(random);
  expect(JSON.stringify(await rows('SELECT * FROM refusals'))).not.toContain(random);
  for (const path of [`/console/clients/${id}`, '/console/clients', '/console/log']) {
    expect((await admin.get(path)).text).not.toContain(random);
  }
  expect(textOf(await page())).toContain(`…${secret.slice(-4)} made`);
  expect(await rows("SELECT type, actor FROM journal WHERE type LIKE 'key.secret%'")).toEqual([
    { type: 'key.secret_made', actor: 'admin@acme.example' },
  ]);
});

it('is made once by a form that is sent again, or clicked twice', async () => {
  const { text } = await page();
  const secret = /name="secret" value="([0-9a-f]+)"/.exec(text)?.[1] ?? '';
  const send = () => admin.post(`/console/clients/${id}/secrets`, { fields: { secret } });
  const answers = await Promise.all([send(), send(), send()]);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  const again = await send();
  expect([again.status, textOf(again)]).toEqual([412, expect.stringContaining('was shown once')]);
  expect(again.text).not.toContain('pcs_');
  expect(await secretIds()).toHaveLength(1);
});

it('there are five that work, and room for another once one is revoked', async () => {
  const made = [];
  for (let i = 0; i < 5; i++) made.push(await makeSecret(admin, id));
  expect(new Set(made).size).toBe(5);
  const full = await page();
  expect(textOf(full)).toContain('5 secrets work, which is the most there can be.');
  expect(full.text).not.toContain(`action="/console/clients/${id}/secrets"`);
  const before = await dump();
  const sixth = await admin.post(`/console/clients/${id}/secrets`, { fields: { secret: 'f'.repeat(32) } });
  expect([sixth.status, textOf(sixth)]).toEqual([412, expect.stringContaining('has 5 secrets that work')]);
  expect(sixth.text).not.toContain('pcs_');
  expect(await dump()).toEqual(before);
  const [first = ''] = await secretIds();
  await end(first);
  await makeSecret(admin, id);
  expect(await secretIds()).toHaveLength(5);
  expect(textOf(await page())).toContain('One secret was revoked.');
});

describe('revoking one', () => {
  it('asks first, ends that one alone, and says it in the log', async () => {
    await makeSecret(admin, id);
    await makeSecret(admin, id);
    const [first = '', second = ''] = await secretIds();
    const question = await admin.get(`/console/clients/${id}/secrets/${first}`);
    expect(textOf(question)).toContain('Whoever presents it gets no tokens from now on');
    expect(await secretIds()).toHaveLength(2);
    expect((await end(first)).location).toBe(`/console/clients/${id}?done=secret-revoked`);
    expect(await secretIds()).toEqual([second]);
    expect((await admin.get(`/console/clients/${id}/secrets/${first}`)).status).toBe(404);
    const sentences = sentencesIn((await admin.get('/console/log')).text);
    expect(sentences[0]).toContain('revoked a secret of the OAuth client "Okta"');
    expect(sentences.join()).toContain('made a secret for the OAuth client "Okta"');
  });

  it('twice, or of a secret that is none, does nothing more', async () => {
    await makeSecret(admin, id);
    const [first = ''] = await secretIds();
    await end(first);
    const before = await dump();
    expect((await end(first)).status).toBe(303);
    expect((await end('0'.repeat(32))).status).toBe(404);
    expect(await dump()).toEqual(before);
  });

  it('while D1 is down is 503, and the secret goes on', async () => {
    await makeSecret(admin, id);
    const [first = ''] = await secretIds();
    const down = new Faults(firstWrite({ fails: 'D1 DB is overloaded', moment: 'before' }));
    expect((await end(first, admin.over(down.over({ ...env })))).status).toBe(503);
    expect(await secretIds()).toEqual([first]);
  });
});

it('is not made by a failed write, and is right although the answer of D1 was lost', async () => {
  const form = (who: Visitor) => who.post(`/console/clients/${id}/secrets`, { fields: { secret: 'a'.repeat(32) } });
  const down = new Faults(firstWrite({ fails: 'D1 DB is overloaded', moment: 'before' }));
  const refused = await form(admin.over(down.over({ ...env })));
  expect([refused.status, refused.text.includes('pcs_')]).toEqual([503, false]);
  expect(await secretIds()).toEqual([]);
  const lost = new Faults(nth(3, { fails: 'Network connection lost.', moment: 'after' }, 'DB'));
  const secret = secretIn(await form(admin.over(lost.over({ ...env }))));
  expect(lost.happened).toBe(true);
  expect(await one('SELECT hint FROM oauth_secrets')).toEqual({ hint: secret.slice(-4) });
});

describe('of a client', () => {
  it('that acts for another person can be neither made nor revoked, and of a service account by every admin', async () => {
    const other = await signedIn(portal.sources, env, 'other@acme.example');
    const own = await one<{ seq: number }>("SELECT seq FROM users WHERE id = 'other@acme.example'");
    const theirs = await makeClient(other, 'credentials', { owner: String(own.seq) });
    await makeSecret(other, theirs);
    const [secret = ''] = await secretIds();
    const before = await dump();
    const fields = { secret: 'b'.repeat(32) };
    for (const path of ['secrets', `secrets/${secret}`]) {
      const answer = await admin.post(`/console/clients/${theirs}/${path}`, { fields });
      expect([answer.status, answer.text.includes('pcs_')]).toEqual([404, false]);
    }
    expect((await admin.get(`/console/clients/${theirs}/secrets/${secret}`)).status).toBe(404);
    expect(await dump()).toEqual(before);
    await makeSecret(other, id);
  });

  it('is journalled with both names by who acts for the account', async () => {
    await actFor(admin, portal.ownerSeq);
    await makeSecret(admin, id);
    expect(await one("SELECT actor FROM journal WHERE type = 'key.secret_made'")).toEqual({
      actor: 'admin@acme.example as scim-admin@acme.example',
    });
  });

  it('that was revoked, or that has no secrets, is refused', async () => {
    const workload = await makeClient(admin, 'workload');
    await admin.post(`/console/clients/${id}/revoke`, { fields: { confirmation: 'Okta' } });
    const before = await dump();
    for (const client of [id, workload]) {
      const answer = await admin.post(`/console/clients/${client}/secrets`, { fields: { secret: 'c'.repeat(32) } });
      expect([answer.status, answer.text.includes('pcs_')]).toEqual([412, false]);
    }
    expect(await dump()).toEqual(before);
  });
});

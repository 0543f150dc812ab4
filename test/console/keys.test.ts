// API keys in the console: the list, generating one, and what each state says.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { signedIn, Visitor } from '../support/console.ts';
import { actFor, generate, generateForScim, newKeyFields, textOf } from '../support/console-keys.ts';
import { countedDb } from '../support/counted-db.ts';
import { addAccount, dump, freshPortal, type Portal } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const DAY_MS = 86_400_000;
const now = () => portal.sources.ms;
const list = async () => textOf(await admin.get('/console/keys'));
const keyText = async (id: string) => textOf(await admin.get(`/console/keys/${id}`));
const setKey = (id: string, columns: string) =>
  env.DB.prepare(`UPDATE api_keys SET ${columns} WHERE id = ?`).bind(id).run();

describe('the list', () => {
  it('of an admin without a key says what to do, and recommends a service account', async () => {
    const page = await admin.get('/console/keys');
    expect(textOf(page)).toContain('You have no key yet');
    expect(textOf(page)).toContain('Better let a service account own it');
    expect(page.text).toContain('href="/console/users/new?login=service"');
    expect(page.text).toContain(`action="/console/users/${portal.ownerSeq}/impersonate"`);
  });

  it('shows own keys apart from those of others, which it offers to manage only by acting for a service account', async () => {
    const other = await addAccount('password', 'other@acme.example', 'admin');
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO api_keys (id, owner_seq, username, purpose, label, hash, created_at)
         VALUES ('othersscim00', ?1, 'other@acme.example', 'scim', 'Of the other', 'a', 1),
                ('othersapi000', ?1, 'other@acme.example', 'api', 'Not in use', 'b', 1)`,
      ).bind(other),
    ]);
    await generate(admin, { label: 'Mine' });
    const page = await admin.get('/console/keys');
    const [own = '', others = ''] = textOf(page).split('Other keys of this portal');
    expect([own.includes('Mine'), own.includes('test'), own.includes('Of the other')]).toEqual([true, false, false]);
    expect([others.includes('Mine'), others.includes('test'), others.includes('Of the other')]).toEqual([
      false,
      true,
      true,
    ]);
    expect(others).not.toContain('Not in use');
    expect(page.text).not.toContain(`/console/users/${other}/impersonate`);
  });

  it('while acting shows the account’s keys as the own ones', async () => {
    await actFor(admin, portal.ownerSeq);
    const [own = '', others = ''] = (await list()).split('Other keys of this portal');
    expect(own).toContain('Keys of the service account scim-admin@acme.example, which you act for.');
    expect(own).toContain(portal.keyId);
    expect(others).toBe('');
  });

  it('says each state in words', async () => {
    const ids: string[] = [];
    for (const label of ['forever', 'soon', 'later', 'gone', 'over', 'replaced']) {
      ids.push((await generateForScim(admin, { label })).keyId);
    }
    const [, soon = '', later = '', gone = '', over = '', replaced = ''] = ids;
    await generate(admin, { label: 'idle' });
    await setKey(soon, `expires_at = ${now() + 3 * DAY_MS}`);
    await setKey(later, `expires_at = ${now() + 40 * DAY_MS}, last_used_at = ${now() - 2 * DAY_MS}`);
    await setKey(gone, `revoked_at = ${now()}`);
    await setKey(over, `expires_at = ${now()}`);
    await setKey(replaced, `expires_at = ${now() + DAY_MS}, replaced_by = '${soon}'`);
    const text = await list();
    for (const words of [
      /forever \w+ SCIM In force never/,
      /soon \w+ SCIM Expires soon expires in 3 days/,
      /later \w+ SCIM In force expires in 40 days 2 days ago/,
      /gone \w+ SCIM Revoked just now/,
      /over \w+ SCIM Expired just now/,
      new RegExp(`replaced \\w+ SCIM Being replaced by ${soon} , ends in 1 day`),
      /idle \w+ API Not in use never/,
    ]) {
      expect(text).toMatch(words);
    }
    expect(text).toContain('2 keys that have ended');
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE seq = ?").bind(portal.ownerSeq).run();
    expect(await list()).toMatch(
      /test \w+ scim-admin@acme.example Act for it : scim-admin@acme.example Owner is no active admin/,
    );
  });

  it('costs one call of D1, and two rows a key; the page of one costs ten rows', async () => {
    for (let i = 0; i < 10; i++) await generate(admin);
    for (const [path, most] of [
      ['/console/keys', 60],
      [`/console/keys/${portal.keyId}`, 10],
    ] as const) {
      const { db, cost } = countedDb(env.DB);
      const same = new Visitor(portal.sources, { ...env, DB: db });
      for (const [name, value] of admin.cookies) same.cookies.set(name, value);
      const page = await same.get(path);
      console.log(
        `${path}: ${cost.calls} call, ${cost.rowsRead} rows read with 11 keys, ${page.text.length} characters`,
      );
      expect([page.status, cost.calls, cost.rowsWritten]).toEqual([200, 1, 0]);
      expect(cost.rowsRead).toBeLessThanOrEqual(most);
    }
  });
});

describe('generating', () => {
  it('makes a key that opens nothing and has no secret, journals who did it, and goes to its page', async () => {
    const id = await generate(admin, { label: '  Okta \t production ' });
    expect(await one('SELECT purpose, label, hash, owner_seq, expires_at FROM api_keys WHERE id = ?', id)).toEqual({
      purpose: 'api',
      label: 'Okta production',
      hash: `none:${id}`,
      owner_seq: (await one<{ seq: number }>("SELECT seq FROM users WHERE id = 'admin@acme.example'")).seq,
      expires_at: null,
    });
    expect(await rows('SELECT type, actor FROM journal WHERE subject = ?', id)).toEqual([
      { type: 'key.created', actor: 'admin@acme.example' },
    ]);
    const page = await admin.get(`/console/keys/${id}?done=made`);
    expect(textOf(page)).toContain('The key is made. It opens nothing yet.');
    expect(textOf(page)).toContain('Use this API key for SCIM authentication');
    expect(page.text).not.toContain('pck_');
  });

  it.each([
    ['never', '', null],
    ['90', '', 90 * DAY_MS],
    ['365', '2020-01-01', 365 * DAY_MS],
    ['date', '2026-01-15', DAY_MS / 2],
    ['date', '2028-02-29', Date.UTC(2028, 2, 1) - Date.UTC(2026, 0, 15, 12)],
  ])('with the expiry %s %s ends %s ms later', async (expires, date, lifeMs) => {
    const id = await generate(admin, { expires, date });
    const { at } = await one<{ at: number | null }>('SELECT expires_at AS at FROM api_keys WHERE id = ?', id);
    expect(at).toBe(lifeMs === null ? null : now() + lifeMs);
  });

  it.each([
    [{ label: '' }, 'needs a label'],
    [{ label: ' \u200b\n' }, 'needs a label'],
    [{ label: 'x'.repeat(61) }, 'longer than 60 characters'],
    [{ expires: 'soon' }, 'Choose when the key expires.'],
    [{ expires: 'date', date: '' }, 'Choose the last day'],
    [{ expires: 'date', date: '2027-02-29' }, 'Choose the last day'],
    [{ expires: 'date', date: '2026-01-14' }, 'is over already'],
    [{ expires: 'date', date: '2036-02-01' }, 'more than ten years away'],
    [{ expires: 'date', date: "2027-01-01' OR 1" }, 'Choose the last day'],
  ])('with %j is refused in a sentence, keeps what was typed, and changes nothing', async (typed, says) => {
    const fields = { ...(await newKeyFields(admin)), label: 'Kept', ...typed };
    const before = await dump();
    const page = await admin.post('/console/keys/new', { fields });
    expect([page.status, textOf(page).includes(says)]).toEqual([400, true]);
    if (!('label' in typed)) expect(page.text).toContain('value="Kept"');
    expect(await dump()).toEqual(before);
  });

  it('takes a label of 60 characters beyond the first plane, and shows markup in one as text', async () => {
    const id = await generate(admin, { label: '🔑'.repeat(60) });
    expect(await keyText(id)).toContain('🔑'.repeat(60));
    const marked = await generate(admin, { label: '<img src=x onerror=alert(1)>' });
    for (const path of ['/console/keys', `/console/keys/${marked}`]) {
      const { text } = await admin.get(path);
      expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;');
      expect(text).not.toContain('<img src=x');
    }
  });

  it('by a double click makes one key; by the same page with another label, another one', async () => {
    const fields = await newKeyFields(admin);
    const pages = await Promise.all([1, 2, 3].map(() => admin.post('/console/keys/new', { fields })));
    expect(new Set(pages.map(({ location }) => location)).size).toBe(1);
    expect(await rows("SELECT id FROM api_keys WHERE purpose = 'api'")).toHaveLength(1);
    await admin.post('/console/keys/new', { fields: { ...fields, label: 'Entra' } });
    expect(await rows("SELECT id FROM api_keys WHERE purpose = 'api'")).toHaveLength(2);
  });

  it.each(['', 'x', '../../users', 'ilouILOU0000'])('with the id %j makes a key under an id of our own', async (id) => {
    expect(await generate(admin, { id })).toMatch(/^[0-9a-hjkmnp-tv-z]{12}$/);
  });

  it('from a page that was opened for another account is refused', async () => {
    const fields = await newKeyFields(admin);
    await actFor(admin, portal.ownerSeq);
    const before = await dump();
    const page = await admin.post('/console/keys/new', { fields });
    expect([page.status, textOf(page).includes('this page was opened for another account')]).toEqual([412, true]);
    expect(await dump()).toEqual(before);
  });
});

describe('SCIM', () => {
  it('is explained and not offered to a service account without admin rights', async () => {
    const seq = await addAccount('service', 'robot@acme.example');
    await actFor(admin, seq);
    const id = await generate(admin);
    const page = await admin.get(`/console/keys/${id}`);
    expect(textOf(page)).toContain('robot@acme.example, is no active admin');
    expect(page.text).not.toContain(`/console/keys/${id}/scim`);
    const before = await dump();
    const refused = await admin.post(`/console/keys/${id}/scim`);
    expect([refused.status, textOf(refused).includes('only an active admin can own a SCIM key')]).toEqual([400, true]);
    expect(await dump()).toEqual(before);
  });
});

it('an address of no key is a page that says so', async () => {
  for (const path of ['/console/keys/000000000000', '/console/keys/x', '/console/keys/x/rotate']) {
    const page = await (path.endsWith('rotate') ? admin.post(path) : admin.get(path));
    expect([path, page.status]).toEqual([path, 404]);
  }
});

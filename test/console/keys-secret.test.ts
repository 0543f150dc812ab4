// The password of a key: shown once, in one answer, and working exactly as long as the console says.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { isolateKeyCache } from '../../src/auth/key-lookup.ts';
import { signedIn, Visitor } from '../support/console.ts';
import { generate, generateForScim, secretOf, statusFor, textOf } from '../support/console-keys.ts';
import { always, Faults, nth } from '../support/faults.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const HOUR_MS = 3_600_000;
const rotate = (id: string, overlap = '1d', more = {}) =>
  admin.post(`/console/keys/${id}/rotate`, { fields: { overlap, expires: 'never', date: '', ...more } });
const revoke = (id: string, confirmation: string) =>
  admin.post(`/console/keys/${id}/revoke`, { fields: { confirmation } });
const withBindings = (bindings: typeof env) => {
  const same = new Visitor(portal.sources, bindings);
  for (const [name, value] of admin.cookies) same.cookies.set(name, value);
  same.formToken = admin.formToken;
  return same;
};

/** Everything that is kept or was answered must not have the secret in it. */
async function expectNowhere(password: string, pages: readonly { text: string; location: string | null }[]) {
  const secret = password.slice(17, 60);
  expect(JSON.stringify(await dump())).not.toContain(secret);
  expect(JSON.stringify(await rows('SELECT * FROM refusals'))).not.toContain(secret);
  for (const { text, location } of pages) expect(`${text} ${location}`).not.toContain(secret);
}

describe('using a key for SCIM', () => {
  it('shows username, password, token and base URLs once, and they work at once', async () => {
    const id = await generate(admin);
    const page = await admin.post(`/console/keys/${id}/scim`);
    const secret = secretOf(page);
    expect(secret.username).toBe('admin@acme.example');
    expect(secret.password).toMatch(new RegExp(`^pck_${id}_[\\w-]{43}_[\\w-]{8}$`));
    expect(secret.password.length).toBeGreaterThanOrEqual(63);
    expect(page.text).toContain(`<code id="password">${secret.password}</code>`);
    expect(page.text).toContain('<code id="base-url">https://portal.example/scim/v2</code>');
    expect(page.text).toContain('<code id="tenant-url">https://portal.example/scim/v2/entra</code>');
    expect(page.text).toContain(`href="/console/connect/okta?key=${id}"`);
    expect(page.text).toContain(`href="/console/connect/entra?key=${id}"`);
    expect(textOf(page)).toContain('It is shown only this once.');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await statusFor(portal, secret)).toBe(200);
    expect(await rows('SELECT type, actor FROM journal WHERE subject = ? ORDER BY seq', id)).toEqual([
      { type: 'key.created', actor: 'admin@acme.example' },
      { type: 'key.used_for_scim', actor: 'admin@acme.example' },
    ]);
    await expectNowhere(secret.password, [await admin.get(`/console/keys/${id}`), await admin.get('/console/keys')]);
  });

  it('again, as by reloading the answer, makes nothing and says that it was shown', async () => {
    const key = await generateForScim(admin);
    const before = await dump();
    const page = await admin.post(`/console/keys/${key.keyId}/scim`);
    expect([page.status, textOf(page).includes('its password was shown once. Rotate the key')]).toEqual([412, true]);
    expect(page.text).not.toContain('pck_');
    expect(await dump()).toEqual(before);
    expect(await statusFor(portal, key)).toBe(200);
  });

  it('by a double click shows one password, which works', async () => {
    const id = await generate(admin);
    const pages = await Promise.all([1, 2, 3].map(() => admin.post(`/console/keys/${id}/scim`)));
    const shown = pages.filter(({ status }) => status === 200);
    expect(shown).toHaveLength(1);
    expect(await statusFor(portal, secretOf(shown[0] ?? (await admin.get('/console'))))).toBe(200);
  });

  it('works while KV is down, and shows the right password although an answer of D1 was lost', async () => {
    const down = withBindings(
      new Faults(always({ fails: 'KV is down', moment: 'before' }, 'SCIM_KEYS')).over({ ...env }),
    );
    expect(await statusFor(portal, await generateForScim(down))).toBe(200);
    const id = await generate(admin);
    const lost = new Faults(nth(3, { fails: 'Network connection lost.', moment: 'after' }, 'DB'));
    const secret = secretOf(await withBindings(lost.over({ ...env })).post(`/console/keys/${id}/scim`));
    expect(lost.happened).toBe(true);
    expect(await statusFor(portal, secret)).toBe(200);
  });

  it('while D1 is down says so with 503, and leaves the key without a secret', async () => {
    const id = await generate(admin);
    const broken = new Faults(nth(3, { fails: 'D1 DB is overloaded', moment: 'before' }, 'DB'));
    const page = await withBindings(broken.over({ ...env })).post(`/console/keys/${id}/scim`);
    expect([page.status, page.text.includes('pck_')]).toEqual([503, false]);
    expect(await one('SELECT hash FROM api_keys WHERE id = ?', id)).toEqual({ hash: `none:${id}` });
  });
});

describe('rotating', () => {
  it.each([
    ['1h', HOUR_MS],
    ['1d', 24 * HOUR_MS],
    ['7d', 168 * HOUR_MS],
  ])('with an overlap of %s lets the old key work for that long to the millisecond', async (overlap, lengthMs) => {
    const old = await generateForScim(admin);
    const fresh = secretOf(await rotate(old.keyId, overlap));
    expect(await statusFor(portal, old)).toBe(200);
    portal.sources.ms += lengthMs - 1;
    expect([await statusFor(portal, old), await statusFor(portal, fresh)]).toEqual([200, 200]);
    portal.sources.ms += 1;
    expect([await statusFor(portal, old), await statusFor(portal, fresh)]).toEqual([401, 200]);
  });

  it('stops the old key then although KV and the isolate still have it without an end', async () => {
    const old = await generateForScim(admin);
    const { hash } = await one<{ hash: string }>('SELECT hash FROM api_keys WHERE id = ?', old.keyId);
    const stale = (await env.SCIM_KEYS.get(hash)) ?? '';
    await rotate(old.keyId, '1h');
    await env.SCIM_KEYS.put(hash, stale);
    isolateKeyCache.set(hash, old.keyId, portal.sources.ms + HOUR_MS);
    portal.sources.ms += HOUR_MS;
    expect(await statusFor(portal, old)).toBe(401);
  });

  it('makes a key with the same owner and label, tells both in the journal, and shows the secret once', async () => {
    const old = await generateForScim(admin, { label: 'Entra production' });
    const page = await rotate(old.keyId, '1d', { expires: '90' });
    const { password } = secretOf(page);
    expect(textOf(page)).toContain('The old key works until its overlap ends in 1 day');
    const id = password.slice(4, 16);
    expect(await one('SELECT label, expires_at, replaced_by FROM api_keys WHERE id = ?', id)).toEqual({
      label: 'Entra production',
      expires_at: portal.sources.ms + 90 * 24 * HOUR_MS,
      replaced_by: null,
    });
    expect(await rows("SELECT type, subject FROM journal WHERE type LIKE 'key.%' ORDER BY seq DESC LIMIT 2")).toEqual([
      { type: 'key.rotated', subject: old.keyId },
      { type: 'key.created', subject: id },
    ]);
    expect(textOf(await admin.get(`/console/keys/${old.keyId}`))).toContain('The new key was not used yet.');
    const again = await rotate(old.keyId);
    expect([again.status, textOf(again).includes(`the key ${id} takes its place already`)]).toEqual([412, true]);
    await expectNowhere(password, [again, await admin.get('/console/keys'), await admin.get(`/console/keys/${id}`)]);
  });

  it('is the end of the reminder that the old key is about to expire', async () => {
    const { keyId } = await generateForScim(admin, { label: 'Okta production' });
    const expiresAt = portal.sources.ms + 3 * 24 * HOUR_MS;
    await env.DB.prepare('UPDATE api_keys SET expires_at = ? WHERE id = ?').bind(expiresAt, keyId).run();
    expect(textOf(await admin.get('/console'))).toContain('1 key about to expire');
    await rotate(keyId);
    expect(textOf(await admin.get('/console'))).not.toContain('about to expire');
  });

  it.each([
    [{ overlap: '30d', date: '' }, 'Choose how long both keys work.'],
    [{ overlap: 'constructor', date: '' }, 'Choose how long both keys work.'],
    [{ expires: 'date', date: '2020-01-01' }, 'is over already'],
  ])('with %j is refused and changes nothing', async (fields, says) => {
    const { keyId } = await generateForScim(admin);
    const before = await dump();
    const page = await rotate(keyId, '7d', fields);
    expect([page.status, textOf(page).includes(says)]).toEqual([400, true]);
    if (fields.date) expect(page.text).toMatch(/value="7d" selected.*value="2020-01-01"/s);
    expect(await dump()).toEqual(before);
  });

  it('offers the new key as long a life as the old one had', async () => {
    const { keyId } = await generateForScim(admin, { expires: '365' });
    const { text } = await admin.get(`/console/keys/${keyId}`);
    expect(/<option value="(\w+)" selected[^>]*>In a year/.exec(text)?.[1]).toBe('365');
  });

  it('is possible again once the key that was to take the place has ended itself', async () => {
    const old = await generateForScim(admin);
    const { password } = secretOf(await rotate(old.keyId, '7d'));
    const fresh = password.slice(4, 16);
    expect((await rotate(old.keyId)).status).toBe(412);
    await revoke(fresh, 'Okta');
    const page = await admin.get(`/console/keys/${old.keyId}`);
    expect(textOf(page)).toContain(`The key ${fresh} , which was to take the place of this one, has ended itself.`);
    expect(page.text).not.toContain('/end-overlap"');
    const { expires_at: endsAt } = await one<{ expires_at: number }>(
      'SELECT expires_at FROM api_keys WHERE id = ?',
      old.keyId,
    );
    const again = secretOf(await rotate(old.keyId, '7d', { expires: '90' }));
    expect([await statusFor(portal, old), await statusFor(portal, again)]).toEqual([200, 200]);
    expect(await one('SELECT replaced_by, expires_at FROM api_keys WHERE id = ?', old.keyId)).toEqual({
      replaced_by: again.password.slice(4, 16),
      expires_at: endsAt,
    });
    expect((await rotate(old.keyId)).status).toBe(412);
    portal.sources.ms = endsAt;
    expect([await statusFor(portal, old), await statusFor(portal, again)]).toEqual([401, 200]);
  });

  it('ends the overlap at once: without a word where the new key is in use, else only confirmed', async () => {
    const [first, second] = [await generateForScim(admin), await generateForScim(admin, { label: 'Entra' })];
    const [, unused] = [await rotate(first.keyId), await rotate(second.keyId)];
    const end = (id: string, fields = {}) => admin.post(`/console/keys/${id}/end-overlap`, { fields });
    const refused = await end(second.keyId);
    expect([refused.status, textOf(refused).includes('Nothing was changed: type Entra')]).toEqual([400, true]);
    expect(await statusFor(portal, second)).toBe(200);
    expect((await end(second.keyId, { confirmation: 'entra' })).location).toBe('/console/keys?done=revoked');
    expect([await statusFor(portal, second), await statusFor(portal, secretOf(unused))]).toEqual([401, 200]);
    await env.DB.prepare('UPDATE api_keys SET last_used_at = 1 WHERE replaced_by IS NULL').run();
    expect((await end(first.keyId)).location).toBe('/console/keys?done=revoked');
    expect(await statusFor(portal, first)).toBe(401);
    const lone = await generateForScim(admin);
    expect((await end(lone.keyId)).status).toBe(412);
    expect(await statusFor(portal, lone)).toBe(200);
  });
});

describe('revoking', () => {
  it('ends a key at once, once the label was typed, and whatever KV says', async () => {
    const key = await generateForScim(admin, { label: 'Okta production' });
    for (const typed of ['', 'Okta', key.keyId.slice(1)]) {
      const page = await revoke(key.keyId, typed);
      expect([page.status, await statusFor(portal, key)]).toEqual([400, 200]);
    }
    const { hash } = await one<{ hash: string }>('SELECT hash FROM api_keys WHERE id = ?', key.keyId);
    const stale = (await env.SCIM_KEYS.get(hash)) ?? '';
    const page = await revoke(key.keyId, ' okta PRODUCTION ');
    expect([page.status, page.location]).toEqual([303, '/console/keys?done=revoked']);
    await env.SCIM_KEYS.put(hash, stale);
    expect(await statusFor(portal, key)).toBe(401);
    expect(textOf(await admin.get('/console/keys?done=revoked'))).toContain('The key is revoked.');
    expect(await rows("SELECT actor FROM journal WHERE type = 'key.revoked'")).toEqual([
      { actor: 'admin@acme.example' },
    ]);
  });

  it('asks for the id where not everybody can type the label', async () => {
    const id = await generate(admin, { label: 'Łódź “x”' });
    expect(textOf(await admin.get(`/console/keys/${id}`))).toContain(`Type ${id} to confirm`);
    expect((await revoke(id, id)).status).toBe(303);
    expect(await one('SELECT revoked_at IS NULL AS alive FROM api_keys WHERE id = ?', id)).toEqual({ alive: 0 });
  });

  it('leaves a page without forms', async () => {
    const { keyId } = await generateForScim(admin);
    await revoke(keyId, 'Okta');
    const { text } = await admin.get(`/console/keys/${keyId}`);
    expect(text).toContain('This key has ended for good.');
    expect(text).not.toContain(`action="/console/keys/${keyId}`);
  });
});

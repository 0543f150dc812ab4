// Keys under attack: other people's, stale pages, and everything that can change between the look and the write.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { signedIn, Visitor } from '../support/console.ts';
import { actFor, generate, generateForScim, secretOf, statusFor, textOf } from '../support/console-keys.ts';
import { Faults, firstWrite } from '../support/faults.ts';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const FORMS = {
  scim: {},
  rotate: { overlap: '1d', expires: 'never', date: '' },
  'end-overlap': { confirmation: 'Okta' },
  revoke: { confirmation: 'Okta' },
} as const;
const NAMES = Object.keys(FORMS) as (keyof typeof FORMS)[];

/** What nobody but the owner may do. */
const OWNERS = NAMES.filter((name) => name !== 'revoke');

const post = (who: Visitor, id: string, name: keyof typeof FORMS) =>
  who.post(`/console/keys/${id}/${name}`, { fields: FORMS[name] });

/** The same session, in whose next write something happens before it. */
function racing(meanwhile: () => Promise<unknown>): Visitor {
  const same = new Visitor(portal.sources, new Faults(firstWrite({ meanwhile })).over({ ...env }));
  for (const [name, value] of admin.cookies) same.cookies.set(name, value);
  same.formToken = admin.formToken;
  return same;
}

/** A key that the form can be posted for. */
async function keyFor(name: keyof typeof FORMS, who = admin): Promise<string> {
  if (name === 'scim') return generate(who);
  const { keyId } = await generateForScim(who);
  if (name === 'end-overlap') await post(who, keyId, 'rotate');
  return keyId;
}

describe('the form', () => {
  it.each(OWNERS)('%s for a key of another admin changes nothing, and says whose it is', async (name) => {
    const other = await signedIn(portal.sources, env, 'other@acme.example');
    const id = await keyFor(name, other);
    const before = await dump();
    const page = await post(admin, id, name);
    expect([page.status, textOf(page).includes('this is somebody else’s key')]).toEqual([404, true]);
    expect(page.text).not.toContain(`action="/console/keys/${id}/${name}"`);
    expect(page.text).not.toContain('pck_');
    expect(await dump()).toEqual(before);
  });

  it.each(OWNERS)('%s for a key of one’s own changes nothing while acting for another account', async (name) => {
    const id = await keyFor(name);
    await actFor(admin, portal.ownerSeq);
    const before = await dump();
    expect((await post(admin, id, name)).status).toBe(404);
    expect(await dump()).toEqual(before);
  });

  it.each(NAMES)('%s changes nothing when the session ends before the write', async (name) => {
    const id = await keyFor(name);
    const before = await dump();
    const page = await post(
      racing(() => env.DB.prepare('DELETE FROM sessions').run()),
      id,
      name,
    );
    expect([page.status, page.location]).toEqual([303, '/console/sign-in?why=ended']);
    expect(page.text).toBe('');
    expect(await dump()).toEqual({ ...before, sessions: [] });
  });

  it.each(['scim', 'rotate'] as const)(
    '%s shows no secret when the owner is demoted before the write',
    async (name) => {
      await actFor(admin, portal.ownerSeq);
      const id = await keyFor(name);
      const demote = () => env.DB.prepare("UPDATE users SET role = 'user' WHERE seq = ?").bind(portal.ownerSeq).run();
      const keys = (await dump())['api_keys'];
      const page = await post(racing(demote), id, name);
      expect([page.status, textOf(page).includes('is not an active admin')]).toEqual([400, true]);
      expect(page.text).not.toContain('pck_');
      expect((await dump())['api_keys']).toEqual(keys);
    },
  );

  it.each(['scim', 'rotate'] as const)(
    '%s makes no secret for a key that is revoked before the write',
    async (name) => {
      const id = await keyFor(name);
      const end = () => env.DB.prepare('UPDATE api_keys SET revoked_at = 1 WHERE id = ?').bind(id).run();
      const page = await post(racing(end), id, name);
      expect([page.status, textOf(page).includes('somebody else has changed the key')]).toEqual([412, true]);
      expect(page.text).not.toContain('pck_');
      expect(await one('SELECT count(*) AS n FROM api_keys WHERE label = ?', 'Okta')).toEqual({ n: 1 });
    },
  );
});

describe('a key of somebody else', () => {
  const OTHER = 'other@acme.example';
  const othersKey = async () => generateForScim(await signedIn(portal.sources, env, OTHER));

  it('is revoked by any admin who types its name, in that admin’s own name', async () => {
    const key = await othersKey();
    const before = await dump();
    const wrong = await admin.post(`/console/keys/${key.keyId}/revoke`, { fields: { confirmation: 'Entra' } });
    expect([wrong.status, textOf(wrong).includes('type Okta into the field to confirm')]).toEqual([400, true]);
    expect(await dump()).toEqual(before);
    const page = await admin.get(`/console/keys/${key.keyId}`);
    expect(textOf(page)).toContain('Every admin can revoke it');
    expect(page.text).toContain(`action="/console/keys/${key.keyId}/revoke"`);
    expect(await statusFor(portal, key)).toBe(200);
    expect((await post(admin, key.keyId, 'revoke')).location).toBe('/console/keys?done=revoked');
    expect(await statusFor(portal, key)).toBe(401);
    expect(await rows("SELECT actor FROM journal WHERE type = 'key.revoked' AND subject = ?", key.keyId)).toEqual([
      { actor: 'admin@acme.example' },
    ]);
    expect((await admin.get(`/console/keys/${key.keyId}`)).text).not.toContain('/revoke"');
  });

  it('whose owner is no admin any more is revoked, so that it stays dead when the rights come back', async () => {
    const key = await othersKey();
    const setRole = (role: string) =>
      env.DB.prepare('UPDATE users SET role = ? WHERE user_name = ?').bind(role, OTHER).run();
    await setRole('user');
    expect((await post(admin, key.keyId, 'revoke')).status).toBe(303);
    await setRole('admin');
    expect(await statusFor(portal, key)).toBe(401);
  });

  it('is revoked also while acting for an account, with both names', async () => {
    const { keyId } = await othersKey();
    await actFor(admin, portal.ownerSeq);
    expect((await post(admin, keyId, 'revoke')).status).toBe(303);
    expect(await rows("SELECT actor FROM journal WHERE type = 'key.revoked'")).toEqual([
      { actor: 'admin@acme.example as scim-admin@acme.example' },
    ]);
  });
});

it('a password stands in its one answer, and in no log, no address and no header', async () => {
  const lines: string[] = [];
  const spies = (['log', 'error', 'warn'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation((...words) => void lines.push(words.join(' '))),
  );
  const id = await generate(admin);
  const page = await post(admin, id, 'scim');
  const { password } = secretOf(page);
  await post(admin, id, 'rotate');
  await post(admin, id, 'scim');
  for (const spy of spies) spy.mockRestore();
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.join()).not.toContain(password.slice(17, 60));
  expect(JSON.stringify([...page.headers])).not.toContain(password.slice(17, 60));
});

it('a key whose owner is demoted is refused at once, says so, and works again with the rights', async () => {
  await actFor(admin, portal.ownerSeq);
  const key = await generateForScim(admin);
  const setRole = (role: string) =>
    env.DB.prepare('UPDATE users SET role = ? WHERE seq = ?').bind(role, portal.ownerSeq).run();
  await setRole('user');
  expect(await statusFor(portal, key)).toBe(401);
  const page = await admin.get(`/console/keys/${key.keyId}`);
  expect(textOf(page)).toContain('its owner is no active admin');
  expect(page.text).not.toContain(`/console/keys/${key.keyId}/rotate`);
  await setRole('admin');
  expect(await statusFor(portal, key)).toBe(200);
});

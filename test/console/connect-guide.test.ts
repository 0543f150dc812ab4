// The guides: this portal's own values, and what they say under each choice of the policy.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { createScimKey, revokeKey } from '../../src/auth/key-store.ts';
import type { PresetName } from '../../src/directory/presets.ts';
import { signedIn, type Visitor } from '../support/console.ts';
import { addAccount, freshPortal, HOST, type Portal } from '../support/portal.ts';

let portal: Portal;
let admin: Visitor;
const open = async (preset: PresetName = 'sendsafely') => {
  portal = await freshPortal(preset);
  admin = await signedIn(portal.sources);
};
beforeEach(() => open());

const choose = (policy: object, features: object = {}) =>
  env.DB.prepare('UPDATE portal SET policy = ?, features = ?, version = version + 1')
    .bind(JSON.stringify(policy), JSON.stringify(features))
    .run();
const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&quot;', '"');
const html = async (path: string) => (await admin.get(`/console/connect${path}`)).text;
const guide = async (path: string) => textOf(await html(path));

/** The values of a guide by their labels. */
async function values(path: string): Promise<Record<string, string>> {
  const fields = [...(await html(path)).matchAll(/<dl class="copy">(.*?)<\/dl>/gs)].map(([, field = '']) => {
    const [, label = ''] = /<dt>(.*?)<\/dt>/.exec(field) ?? [];
    const [, value = ''] = /<(?:code id="[^"]*"|dd class="chosen")>(.*?)</.exec(field) ?? [];
    return [label, value] as const;
  });
  return Object.fromEntries(fields);
}

describe('the values', () => {
  it("are the portal's own, ready to paste, and never a secret", async () => {
    expect(await values(`/okta?key=${portal.keyId}`)).toMatchObject({
      'SCIM connector base URL': `${HOST}/scim/v2`,
      'Unique identifier field for users': 'userName',
      'Authentication Mode': 'Basic Auth',
      Username: portal.username,
    });
    expect(await values(`/entra?key=${portal.keyId}`)).toMatchObject({
      'Tenant URL': `${HOST}/scim/v2/entra/`,
      'Secret token': `${portal.username}:PASSWORD`,
      'Identifier, Reply URL and Relay State': `${HOST}/auth/saml2/`,
      Mutability: 'Immutable',
    });
    expect(await values('/other')).toMatchObject({ 'or a bearer token': `${portal.username}:PASSWORD` });
    for (const idp of ['/okta', '/entra', '/other']) expect(await html(idp)).not.toContain(portal.password);
  });

  it('have a button each that copies what stands beside it, under an id of its own', async () => {
    for (const idp of ['/okta', '/entra', '/other']) {
      const page = await html(idp);
      const ids = [...page.matchAll(/<code id="([^"]+)"/g)].map(([, id]) => id);
      expect(ids.length).toBeGreaterThan(2);
      expect(new Set(ids).size).toBe(ids.length);
      expect([...page.matchAll(/data-copy="([^"]+)"/g)].map(([, id]) => id)).toEqual(ids);
    }
  });

  it('are those of the key in the address, or else of the newest that works', async () => {
    const ownerSeq = await addAccount('service', 'newer@acme.example', 'admin');
    const made = await createScimKey(env, portal.sources, { ownerSeq, label: 'newer', actor: 'test' });
    if (!made.ok) throw new Error(made.failure.detail);
    expect((await values('/okta'))['Username']).toBe('newer@acme.example');
    expect((await values(`/okta?key=${portal.keyId}`))['Username']).toBe(portal.username);
    expect(await html('/okta')).toContain('<select');
    await revokeKey(env, portal.sources, { keyId: made.value.keyId, actor: 'test' });
    expect((await values('/okta'))['Username']).toBe(portal.username);
    expect(await html('/okta')).not.toContain('<select');
  });

  it('say so where there is no key, or no such key', async () => {
    expect(await guide('/okta?key=nobody')).toContain('There is no such key.');
    expect(await guide('/okta?key=%3Cb%3E')).toContain('There is no such key.');
    await revokeKey(env, portal.sources, { keyId: portal.keyId, actor: 'test' });
    expect(await guide('/okta')).toContain('There is no key yet that works.');
    expect((await values('/entra'))['Secret token']).toBe('USERNAME:PASSWORD');
  });
});

describe('admin rights', () => {
  it("are a form of Okta's, field by field, where the portal takes them from SCIM", async () => {
    expect(await guide('/okta')).toContain('Only the support of the vendor can switch that on');
    await choose({}, { adminSync: true });
    expect(await values('/okta')).toMatchObject({
      'Data type': 'boolean',
      'Display name': 'Portal Admin',
      'Variable name': 'portal_isAdmin',
      'External name': 'isAdmin',
      'External namespace': 'urn:ietf:scim:schemas:extension:SendSafely:2.0:User',
      'Attribute required': 'Yes',
      'Attribute type': 'Personal',
      Mutability: 'READ_WRITE',
    });
    expect(await guide('/okta')).not.toContain('Only the support of the vendor');
    const entra = await values('/entra');
    expect(entra['Name']).toBe('urn:ietf:scim:schemas:extension:sendsafely:2.0:User:isAdmin');
    await choose({ extensionUrn: 'urn:acme:User' }, { adminSync: true });
    expect((await values('/okta'))['External namespace']).toBe('urn:acme:User');
  });

  it('are a role and a team under the preset sendoso', async () => {
    await open('sendoso');
    for (const idp of ['/okta', '/entra', '/other']) {
      const text = await guide(idp);
      expect(text).toMatch(/sender\s*,\s*manager\s*,\s*department_admin\s*,\s*admin/);
      expect(text).toContain('equal to the letter');
      expect(text).not.toContain('isAdmin');
    }
    await choose({ teamBy: 'portal' });
    expect(await guide('/okta')).not.toContain('division');
  });
});

describe('what differs by policy', () => {
  it.each<[choice: object, idp: string, says: string, not: string]>([
    [{ groups: 'off' }, '/okta', 'leave Push Groups off', 'Refresh App Groups'],
    [{ groups: 'full' }, '/okta', 'Refresh App Groups', 'the name of a team'],
    [{ groups: 'teams_read_only' }, '/okta', 'the name of a team', 'switched off'],
    [{ groups: 'off' }, '/entra', 'Groups are switched off', 'With groups: their mappings'],
    [{ groups: 'full' }, '/entra', 'With groups: their mappings', 'switched off'],
    [
      { attributesStored: 'minimal' },
      '/entra',
      'Delete: this portal keeps names only',
      'Keep what the portal should know',
    ],
    [{ userId: 'opaque', userNameChanges: 'allowed' }, '/okta', 'Create and update', 'another one is refused'],
    [{ userId: 'opaque', userNameChanges: 'allowed' }, '/entra', 'User names may change', 'Review your schema here'],
    [{ deactivation: { content: 'keep' } }, '/okta', 'readable again when they come back', 'deleted right after'],
    [{ deactivation: { workspaces: 'archive' } }, '/entra', 'deleted for good 30 days later', 'Left as they are'],
    [{ brake: { state: 'on' } }, '/okta', 'holds what they would lose', 'no such words'],
  ])('%j on %s: "%s", not "%s"', async (choice, idp, says, not) => {
    await choose(choice);
    const text = (await guide(idp)).replaceAll(/ ([,.:])/g, '$1');
    expect(text).toContain(says);
    expect(text).not.toContain(not);
  });
});

describe('the way in', () => {
  it('shows each key, whether it is connected and when it was last seen', async () => {
    expect(await guide('')).toContain('In force never used');
    await portal.send('GET', '/Users');
    portal.sources.ms += 20 * 60_000;
    const text = await guide('');
    expect(text).toMatch(/In force .*20 minutes ago/);
    expect(text).toContain('20 minutes ago');
    expect(await html('')).toContain(`/console/connect/okta?key=${portal.keyId}`);
    expect(text).not.toContain('First, a key');
  });

  it('says what is needed first where no key works: an owner, then a key', async () => {
    await env.DB.prepare('UPDATE api_keys SET revoked_at = 1').run();
    expect(await html('')).toContain(`<a href="/console/users/${portal.ownerSeq}">`);
    expect(await html('')).toContain('<a href="/console/keys">');
    await env.DB.prepare("UPDATE users SET active = 0 WHERE login_type = 'service'").run();
    expect(await html('')).toContain('<a href="/console/users/new">');
  });

  it('says of a key that is being replaced which one is to be entered', async () => {
    const ownerSeq = portal.ownerSeq;
    const made = await createScimKey(env, portal.sources, { ownerSeq, label: 'next', actor: 'test' });
    const id = made.ok ? made.value.keyId : '';
    await env.DB.prepare('UPDATE api_keys SET replaced_by = ? WHERE id = ?').bind(id, portal.keyId).run();
    expect(await guide('')).toContain('Being replaced');
    expect(await html(`/okta?key=${portal.keyId}`)).toContain(`href="/console/connect/okta?key=${id}"`);
    expect(await guide('/okta')).not.toContain('being replaced');
  });

  it('warns of a key that belongs to a person', async () => {
    await env.DB.prepare("UPDATE users SET login_type = 'password' WHERE seq = ?").bind(portal.ownerSeq).run();
    expect(await guide('')).toContain('Belongs to a person');
  });
});

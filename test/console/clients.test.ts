// OAuth clients in the console: the list, making one of each kind, what its page says, and its end.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { signedIn, type Visitor } from '../support/console.ts';
import { IDENTITY, makeClient, newClientFields, postClient, REDIRECT_URI } from '../support/console-clients.ts';
import { actFor, generate, textOf } from '../support/console-keys.ts';
import { countedDb } from '../support/counted-db.ts';
import { always, Faults, nth } from '../support/faults.ts';
import { addAccount, dump, freshPortal, type Portal } from '../support/portal.ts';
import { one, rows } from '../support/scim.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const pageOf = async (id: string) => textOf(await admin.get(`/console/clients/${id}`));
const list = async () => textOf(await admin.get('/console/clients'));

describe('the list', () => {
  it('stands beside the keys as a tab, and says where there is none what each kind is for', async () => {
    const { text } = await admin.get('/console/clients');
    expect(text).toMatch(/<a href="\/console\/clients" aria-current="page">OAuth clients/);
    for (const kind of ['okta', 'credentials', 'workload']) expect(text).toContain(`/console/clients/new?for=${kind}`);
    expect((await admin.get('/console/keys')).text).toContain('<a href="/console/clients">OAuth clients');
  });

  it('tells of each client what it is for, for whom it acts and how it stands, and no key', async () => {
    const key = await generate(admin, { label: 'A key' });
    await makeClient(admin, 'okta', { label: 'Okta production' });
    await makeClient(admin, 'workload', { label: 'Entra' });
    const text = await list();
    expect(text).toContain('Okta production');
    expect(text).toContain('Okta Authenticate (authorization code) scim-admin@acme.example In force never');
    expect(text).toContain('Workload identity (Entra) scim-admin@acme.example');
    expect(text).not.toContain(key);
  });

  it('costs one call of D1, and rows for the clients alone', async () => {
    for (const label of ['One', 'Two', 'Three']) await makeClient(admin, 'credentials', { label });
    const { db, cost } = countedDb(env.DB);
    expect((await admin.over({ DB: db }).get('/console/clients')).status).toBe(200);
    expect(cost.calls).toBeLessThanOrEqual(2);
    expect(cost.rowsRead).toBeLessThanOrEqual(30);
  });
});

describe('making a client', () => {
  it('recommends a service account that is an admin, and offers the own account', async () => {
    await addAccount('service', 'no-admin@acme.example');
    const { text } = await admin.get('/console/clients/new');
    expect(text).toMatch(/<option value="\d+" selected[^>]*>scim-admin@acme\.example \(service account\)/);
    expect(text).toContain('admin@acme.example (your own account)');
    expect(text).not.toContain('no-admin@acme.example');
  });

  it('recommends the account that is acted for', async () => {
    await actFor(admin, await addAccount('service', 'another@acme.example', 'admin'));
    const { text } = await admin.get('/console/clients/new');
    expect(text).toMatch(/<option value="\d+" selected[^>]*>another@acme\.example/);
  });

  it('keeps the kind and what belongs to it, and journals who made it', async () => {
    const id = await makeClient(admin, 'workload', { label: ' Entra  prod ' });
    expect(await one('SELECT purpose, label, hash, owner_seq FROM api_keys WHERE id = ?', id)).toEqual({
      purpose: 'oauth',
      label: 'Entra prod',
      hash: `oauth:${id}`,
      owner_seq: portal.ownerSeq,
    });
    expect(await one('SELECT "grant", issuer, subject, audience, jwks_url FROM oauth_clients')).toEqual({
      grant: 'workload_identity',
      issuer: IDENTITY.issuer,
      subject: IDENTITY.subject,
      audience: IDENTITY.audience,
      jwks_url: IDENTITY.jwksUrl,
    });
    expect(await rows('SELECT type, actor FROM journal WHERE subject = ?', id)).toEqual([
      { type: 'key.created', actor: 'admin@acme.example' },
    ]);
  });

  it('finds the keys of Entra by the issuer, and takes the audience as Entra shows it', async () => {
    await makeClient(admin, 'workload', { jwksUrl: '', audience: `${IDENTITY.audience}/.default` });
    expect(await one('SELECT jwks_url, audience FROM oauth_clients')).toEqual({
      jwks_url: IDENTITY.jwksUrl,
      audience: IDENTITY.audience,
    });
  });

  it.each([
    ['https://acme-admin.okta.com/admin/app/acme_scim_1/instance/0oa1b2c3/#tab-general', 'okta.com'],
    ['https://acme-admin.oktapreview.com/admin/app/acme_scim_1/instance/0oa1b2c3/', 'oktapreview.com'],
  ])('makes Okta’s redirect URI from %s', async (address, domain) => {
    await makeClient(admin, 'okta', { redirectUris: ` ${address}\nhttps://other.example/callback ` });
    const { uris } = await one<{ uris: string }>('SELECT redirect_uris AS uris FROM oauth_clients');
    expect(JSON.parse(uris)).toEqual([
      `https://system-admin.${domain}/admin/app/cpc/acme_scim_1/oauth/callback`,
      'https://other.example/callback',
    ]);
  });

  it('by a form that is sent twice makes one, also where the answer of D1 was lost', async () => {
    const fields = await newClientFields(admin, 'okta');
    const send = (who: Visitor) => who.post('/console/clients/new', { fields });
    const lost = new Faults(nth(2, { fails: 'Network connection lost.', moment: 'after' }, 'DB'));
    const pages = [await send(admin.over(lost.over({ ...env }))), await send(admin)];
    expect(lost.happened).toBe(true);
    expect(pages.map(({ location }) => location)).toEqual(
      pages.map(() => `/console/clients/${fields['id']}?done=made`),
    );
    expect(await rows('SELECT key_id FROM oauth_clients')).toHaveLength(1);
  });

  it.each([
    ['okta', { label: '' }, 'needs a name'],
    ['okta', { label: 'x'.repeat(61) }, 'at most 60 characters'],
    ['okta', { owner: '0' }, 'Choose the account'],
    ['okta', { owner: '' }, 'Choose the account'],
    ['okta', { redirectUris: '' }, 'at least one redirect URI'],
    ['okta', { redirectUris: 'http://okta.example/callback' }, 'must begin with https://'],
    ['okta', { redirectUris: 'https://okta.example/#x' }, 'has a fragment'],
    ['okta', { redirectUris: 'https://okta.example/cb https://user@okta.example/' }, 'has a user name'],
    ['okta', { redirectUris: 'javascript:alert(1)' }, 'must begin with https://'],
    ['workload', { issuer: 'http://login.microsoftonline.com/x' }, 'must be a URL that begins with https://'],
    ['workload', { subject: ' ' }, 'Subject is empty'],
    ['workload', { audience: '' }, 'Audience is empty'],
    ['workload', { issuer: 'https://idp.example', jwksUrl: '' }, 'Enter the JWKS URL'],
    ['workload', { jwksUrl: 'https://evil.example/keys' }, 'must be on the host of the issuer'],
  ] as const)(
    'of the kind %s with %j is refused, keeps what was typed and changes nothing',
    async (kind, fields, says) => {
      const typed = { label: 'Kept name', ...fields };
      const before = await dump();
      const page = await postClient(admin, kind, typed);
      expect([page.status, textOf(page)]).toEqual([400, expect.stringContaining(says)]);
      if (typed.label === 'Kept name') expect(page.text).toContain('value="Kept name"');
      expect(await dump()).toEqual(before);
    },
  );

  it('for another admin’s account is refused', async () => {
    const other = await addAccount('password', 'other@acme.example', 'admin');
    const before = await dump();
    expect((await postClient(admin, 'okta', { owner: String(other) })).status).toBe(400);
    expect(await dump()).toEqual(before);
  });

  it('for an account that lost its admin rights just now is refused, and while D1 is down is 503', async () => {
    const fields = await newClientFields(admin, 'credentials');
    const down = new Faults(nth(2, { fails: 'D1 DB is overloaded', moment: 'before' }, 'DB'));
    const post = (who: Visitor) => who.post('/console/clients/new', { fields });
    expect((await post(admin.over(down.over({ ...env })))).status).toBe(503);
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE seq = ?").bind(portal.ownerSeq).run();
    const page = await post(admin);
    expect([page.status, textOf(page)]).toEqual([400, expect.stringContaining('only an active admin')]);
    expect(await rows('SELECT key_id FROM oauth_clients')).toEqual([]);
  });
});

describe('the page of a client', () => {
  it('for Okta says what to enter in the words of Okta', async () => {
    const id = await makeClient(admin);
    const { text } = await admin.get(`/console/clients/${id}`);
    expect(text).toContain('<code id="base-url">https://portal.example/scim/v2</code>');
    expect(text).toContain('<code id="token-url">https://portal.example/oauth/token</code>');
    expect(text).toContain('<code id="authorize-url">https://portal.example/oauth/authorize</code>');
    expect(text).toContain(`<code id="client-id">${id}</code>`);
    expect(text).toContain(REDIRECT_URI);
    const words = await pageOf(id);
    for (const name of ['Access token endpoint URI', 'Authorization endpoint URI', 'Client ID']) {
      expect(words).toContain(name);
    }
    expect(words).toContain('It has no secret yet');
    expect(words).toContain('Nobody yet, or it has ended.');
  });

  it('for Entra has the Tenant URL of Entra, and where no secret is needed offers none', async () => {
    const [credentials, workload] = [await makeClient(admin, 'credentials'), await makeClient(admin, 'workload')];
    const tenantUrl = '<code id="tenant-url">https://portal.example/scim/v2/entra/</code>';
    expect((await admin.get(`/console/clients/${credentials}`)).text).toContain(tenantUrl);
    const page = await admin.get(`/console/clients/${workload}`);
    expect(page.text).toContain(tenantUrl);
    expect(page.text).not.toContain(`/console/clients/${workload}/secrets`);
    for (const value of Object.values(IDENTITY)) expect(page.text).toContain(value);
  });

  it('says that nothing works while the account it acts for is no admin', async () => {
    const id = await makeClient(admin);
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE seq = ?").bind(portal.ownerSeq).run();
    expect(await pageOf(id)).toContain('the account it acts for is no active admin');
    expect((await admin.get(`/console/clients/${id}`)).text).not.toContain(`/console/clients/${id}/secrets"`);
  });

  it('is not there for a key, for an unknown id, or for a secret that is not the client’s', async () => {
    const [key, one_, other] = [await generate(admin), await makeClient(admin), await makeClient(admin, 'credentials')];
    await admin.post(`/console/clients/${other}/secrets`, { fields: { secret: 'f'.repeat(32) } });
    for (const path of [
      key,
      '000000000000',
      `${one_}/secrets/${'f'.repeat(32)}`,
      `${other}/secrets/${'0'.repeat(32)}`,
    ]) {
      expect((await admin.get(`/console/clients/${path}`)).status).toBe(404);
    }
    expect((await admin.get(`/console/clients/${other}/secrets/${'f'.repeat(32)}`)).status).toBe(200);
  });
});

describe('revoking a client', () => {
  const revoke = (id: string, confirmation: string, who = admin) =>
    who.post(`/console/clients/${id}/revoke`, { fields: { confirmation } });

  it('asks for its name, and says that it changes nothing from that moment', async () => {
    const id = await makeClient(admin, 'okta', { label: 'Okta production' });
    expect(await pageOf(id)).toContain('From that moment it reads and changes nothing');
    const before = await dump();
    for (const typed of ['', 'Okta']) expect((await revoke(id, typed)).status).toBe(400);
    expect(await dump()).toEqual(before);
    expect((await revoke(id, ' okta PRODUCTION ')).location).toBe('/console/clients?done=revoked');
    expect(await one('SELECT revoked_at FROM api_keys WHERE id = ?', id)).toEqual({ revoked_at: portal.sources.ms });
    expect(await list()).toContain('One client that was revoked');
    const page = await admin.get(`/console/clients/${id}`);
    expect(textOf(page)).toContain('This client has ended for good.');
    expect(page.text).not.toContain(`action="/console/clients/${id}`);
  });

  it('may be done by any admin, whoever it acts for, and survives that KV is down', async () => {
    const other = await signedIn(portal.sources, env, 'other@acme.example');
    const own = await one<{ seq: number }>("SELECT seq FROM users WHERE id = 'other@acme.example'");
    const id = await makeClient(other, 'credentials', { owner: String(own.seq) });
    expect(await pageOf(id)).toContain('Only the account that it acts for can change them');
    const down = new Faults(always({ fails: 'KV is down', moment: 'before' }, 'SCIM_KEYS')).over({ ...env });
    expect((await revoke(id, 'Okta', admin.over(down))).status).toBe(303);
    expect(await one("SELECT actor FROM journal WHERE type = 'key.revoked'")).toEqual({ actor: 'admin@acme.example' });
  });
});

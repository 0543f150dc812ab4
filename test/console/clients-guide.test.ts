// The guides with OAuth: folded while a guide is about a key, and its very steps while it is about a client of the fitting kind.
import { beforeEach, describe, expect, it } from 'vitest';
import { revokeKey } from '../../src/auth/key-store.ts';
import { signedIn, type Visitor } from '../support/console.ts';
import { makeClient, makeSecret } from '../support/console-clients.ts';
import { addDone, textOf } from '../support/log.ts';
import { freshPortal, HOST, type Portal } from '../support/portal.ts';

let portal: Portal;
let admin: Visitor;
beforeEach(async () => {
  portal = await freshPortal();
  admin = await signedIn(portal.sources);
});

const html = async (path: string) => (await admin.get(`/console/connect${path}`)).text;
const guide = async (path: string) => textOf(await html(path));
const order = (text: string, ...words: readonly string[]) => words.map((word) => text.indexOf(word));

describe('with a key', () => {
  it('Okta’s guide has OAuth 2 folded, with the fields of Okta and the way to a client', async () => {
    const page = await html(`/okta?key=${portal.keyId}`);
    expect(page).toContain('<summary>OAuth 2 instead of a password: the Authenticate button</summary>');
    expect(page).toContain('/console/clients/new?for=okta');
    expect(page).toContain(`>${HOST}/oauth/token<`);
    expect(page).toContain(`>${HOST}/oauth/authorize<`);
    const text = textOf(page);
    for (const field of ['Access token endpoint URI', 'Authorization endpoint URI', 'Client ID', 'Client Secret']) {
      expect(text).toContain(field);
    }
  });

  it('Entra’s guide has both ways folded', async () => {
    const page = await html(`/entra?key=${portal.keyId}`);
    expect(page).toContain('OAuth2 client credentials grant instead of the token</summary>');
    expect(page).toContain('Workload Identity Federation: no secret at all, in three steps</summary>');
    for (const kind of ['credentials', 'workload']) expect(page).toContain(`/console/clients/new?for=${kind}`);
    expect(await guide('/other')).toContain('OAuth 2 client credentials');
  });
});

describe('with a client', () => {
  it('of Okta the steps are those of the Authenticate button, and nothing asks for a password', async () => {
    const id = await makeClient(admin);
    const secret = await makeSecret(admin, id);
    const page = await html(`/okta?key=${id}`);
    const text = textOf(page);
    expect(page).toContain(`>${id}<`);
    expect(text).toContain('Authentication Mode OAuth 2');
    expect(text).not.toContain('SCIM API Password');
    expect(text).not.toContain('Basic Auth');
    expect(page).not.toContain(secret.slice(4, 40));
    const places = order(text, 'Have the client at hand', 'Enter the connection', 'Authenticate with');
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it.each([
    ['credentials', 'OAuth2 client credentials grant', 'Token endpoint'],
    ['workload', 'Workload Identity Federation', 'Token URL'],
  ] as const)('of the kind %s Entra’s steps are those of %s', async (kind, method, field) => {
    const id = await makeClient(admin, kind);
    const text = await guide(`/entra?key=${id}`);
    expect(text).toContain(`Authentication method ${method}`);
    expect(text).toContain(field);
    expect(text).not.toContain('Secret token');
    expect(await html(`/entra?key=${id}`)).toContain(`>${HOST}/scim/v2/entra/<`);
  });

  it('the live check shows what it did', async () => {
    const id = await makeClient(admin);
    expect(await guide(`/okta?key=${id}`)).not.toContain('jane.example@acme.example');
    await addDone([{ type: 'user.created', actor: id }]);
    expect(await guide(`/okta?key=${id}`)).toContain('jane.example@acme.example');
    expect(await guide(`/okta?key=${portal.keyId}`)).not.toContain('jane.example@acme.example');
  });

  it('alone, the guide is about it; the overview says what it is and leads to the guide that fits', async () => {
    const id = await makeClient(admin, 'workload', { label: 'Entra OAuth' });
    await revokeKey(portal.env, portal.sources, { keyId: portal.keyId, actor: 'test' });
    expect(await guide('/entra')).toContain('Have the client at hand');
    const page = await html('');
    expect(textOf(page)).toContain('SCIM keys and OAuth clients');
    expect(textOf(page)).toContain('Entra OAuth OAuth client for scim-admin@acme.example');
    expect(page).toContain(`/console/connect/entra?key=${id}`);
    expect(page).not.toContain(`/console/connect/okta?key=${id}`);
  });

  it('that was revoked gives no step its id', async () => {
    const id = await makeClient(admin);
    await revokeKey(portal.env, portal.sources, { keyId: id, actor: 'test' });
    expect(await guide(`/okta?key=${id}`)).not.toContain('Have the client at hand');
  });
});

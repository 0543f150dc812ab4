// RFC 7643 section 5: each claim of /ServiceProviderConfig, true or false, is tried. A claim that changes must change here by
// itself: the probes compare what works with what is said to work.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessTokenOf, BY_SECRET, clientWithSecret } from '../auth/oauth-world.ts';
import { makeGroup } from '../support/groups.ts';
import { ENTRA, freshPortal, type Portal, type Reply, STANDARD } from '../support/portal.ts';
import { expectStatus, JANE_PATH, jane, make, patchOf } from '../support/scim.ts';
import { seedUsers } from '../support/seed.ts';

let portal: Portal;
let config: Reply['body'];
beforeEach(async () => {
  portal = await freshPortal();
  config = (await expectStatus(200, portal.send('GET', '/ServiceProviderConfig'))).body;
});

it('is the same on both base URLs but for its location, and has what the RFC requires', async () => {
  const { body } = await portal.send('GET', `${ENTRA}/ServiceProviderConfig`);
  expect(body).toEqual({ ...config, meta: { ...config.meta, location: `${ENTRA}/ServiceProviderConfig` } });
  for (const name of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag']) {
    expect(config[name], name).toMatchObject({ supported: expect.any(Boolean) });
  }
  expect(config.meta.location).toBe(`${STANDARD}/ServiceProviderConfig`);
});

describe('what is claimed', () => {
  it('patch: a PATCH changes the resource', async () => {
    await make(portal);
    const { status } = await portal.send('PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'title', value: 'x' }));
    expect(status < 300).toBe(config.patch.supported);
  });

  it('bulk: so many operations and no more, so many bytes and no more', async () => {
    const { supported, maxOperations, maxPayloadSize } = config.bulk;
    expect(supported).toBe(true);
    const bulk = (count: number, more: object = {}) => {
      const operation = { method: 'DELETE', path: '/Users/nobody' };
      return { Operations: Array.from({ length: count }, () => operation), ...more };
    };
    await expectStatus(200, portal.send('POST', '/Bulk', bulk(maxOperations)));
    await expectStatus(413, portal.send('POST', '/Bulk', bulk(maxOperations + 1)));
    const pad = (size: number) => JSON.stringify(bulk(1, { x: '' })).length + size;
    const filler = (bytes: number) => bulk(1, { x: 'x'.repeat(bytes - pad(0)) });
    await expectStatus(200, portal.send('POST', '/Bulk', filler(maxPayloadSize)));
    await expectStatus(413, portal.send('POST', '/Bulk', filler(maxPayloadSize + 1)));
  });

  it('filter: a filter selects, and a page holds maxResults at most', async () => {
    await seedUsers(config.filter.maxResults + 5, (n) => `u${n}@acme.example`);
    const { body } = await portal.send('GET', '/Users?filter=active%20eq%20true&count=100000');
    expect([body.itemsPerPage, body.totalResults]).toEqual([config.filter.maxResults, config.filter.maxResults + 5]);
    const one = await portal.send('GET', '/Users?filter=userName%20eq%20%22u7%40acme.example%22');
    expect(one.body.totalResults === 1).toBe(config.filter.supported);
  });

  it('changePassword: a password is taken and kept nowhere', async () => {
    await make(portal, jane({ password: 'Kept-Nowhere-1' }));
    const { results } = await env.DB.prepare('SELECT * FROM users').all();
    expect(JSON.stringify(results).includes('Kept-Nowhere')).toBe(config.changePassword.supported);
  });

  it('sort: sortBy orders a list of either type', async () => {
    for (const name of ['b', 'c', 'a']) {
      await make(portal, { userName: name });
      await makeGroup(portal, name);
    }
    for (const [type, attribute] of [
      ['Users', 'userName'],
      ['Groups', 'displayName'],
    ] as const) {
      const { body } = await portal.send('GET', `/${type}?sortBy=${attribute}`);
      const names = body.Resources?.map((resource: Reply['body']) => resource[attribute]).join('');
      expect(names === 'abc', type).toBe(config.sort.supported);
    }
  });

  it('etag: If-None-Match answers 304, and If-Match with an old version 412', async () => {
    await make(portal);
    const { headers } = await portal.send('GET', JANE_PATH);
    const known = { headers: { 'if-none-match': headers.get('etag') ?? '' } };
    expect((await portal.send('GET', JANE_PATH, undefined, known)).status === 304).toBe(config.etag.supported);
    const old = { headers: { 'if-match': 'W/"999"' } };
    expect((await portal.send('PUT', JANE_PATH, jane(), old)).status === 412).toBe(config.etag.supported);
  });

  it('pagination: cursors where they are claimed (RFC 9865)', async () => {
    for (const name of ['a', 'b']) {
      await make(portal, { userName: name });
      await makeGroup(portal, name);
    }
    for (const type of ['Users', 'Groups']) {
      const { body } = await portal.send('GET', `/${type}?cursor=&count=1`);
      const cursors = body.startIndex === undefined && body.nextCursor !== undefined;
      expect(cursors, type).toBe(config.pagination?.cursor ?? false);
    }
  });

  it('authenticationSchemes: each of them opens the door, and they are told apart', async () => {
    const { username, password } = portal;
    const forms: Readonly<Record<string, string>> = {
      httpbasic: `Basic ${btoa(`${username}:${password}`)}`,
      oauthbearertoken: `Bearer ${username}:${password}`,
      oauth2: `Bearer ${await accessTokenOf(portal, await clientWithSecret(portal, BY_SECRET))}`,
    };
    const types = config.authenticationSchemes.map(({ type }: { type: string }) => type);
    expect(new Set(types).size).toBe(types.length);
    expect(config.authenticationSchemes.filter(({ primary }: { primary?: boolean }) => primary)).toHaveLength(1);
    for (const scheme of config.authenticationSchemes) {
      expect(scheme).toMatchObject({ name: expect.any(String), description: expect.any(String) });
      const authorization = forms[scheme.type] ?? `no form is known for ${scheme.type}`;
      for (const base of [STANDARD, ENTRA]) {
        await expectStatus(200, portal.send('GET', `${base}/Users`, undefined, { headers: { authorization } }));
      }
    }
  });
});

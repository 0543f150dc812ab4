// GET /Users/{id}, RFC 7644 section 3.4.1, and the projection of section 3.9.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { addAccount, ENTRA, freshPortal, type Portal, STANDARD } from '../support/portal.ts';
import {
  CORE,
  ENTERPRISE,
  expectRefused,
  expectStatus,
  JANE,
  JANE_PATH,
  jane,
  make,
  patchOf,
  userPath,
} from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const NOT_FOUND = { status: 404, detail: /No user with this id/ };

describe('a user', () => {
  it('is answered with its ETag, and each URL gives the location under itself', async () => {
    await make(portal);
    for (const base of [STANDARD, ENTRA]) {
      const { body, headers } = await expectStatus(200, portal.send('GET', base + JANE_PATH));
      expect(headers.get('etag')).toBe('W/"1"');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body.meta).toMatchObject({ version: 'W/"1"', location: `${base}/Users/jane.example%40acme.example` });
    }
  });

  it('is found by its id with the at sign as it is, and with a slash after it', async () => {
    await make(portal);
    await expectStatus(200, portal.send('GET', `/Users/${JANE}`));
    await expectStatus(200, portal.send('GET', `${JANE_PATH}/`));
  });

  it('is not found by its id in another case, since ids are exact', async () => {
    await make(portal);
    await expectRefused(portal, ['GET', userPath(JANE.toUpperCase())], NOT_FOUND);
  });

  it.each([
    [1_765_305_612_000, 'Dec 9, 2025 6:40:12 PM'],
    [1_735_689_605_000, 'Jan 1, 2025 12:00:05 AM'],
    [1_751_371_200_000, 'Jul 1, 2025 12:00:00 PM'],
  ])('shows when it last signed in (%s is %s), and nothing before the first time', async (at, shown) => {
    expect(await make(portal)).not.toHaveProperty('userLastLoggedInTimeStamp');
    await env.DB.prepare('UPDATE users SET last_login_at = ? WHERE id = ?').bind(at, JANE).run();
    expect((await portal.send('GET', JANE_PATH)).body.userLastLoggedInTimeStamp).toBe(shown);
  });
});

describe('what SCIM does not see', () => {
  it.each([['password'], ['service']] as const)('a %s account is 404 for every method', async (loginType) => {
    await addAccount(loginType, JANE);
    await expectRefused(portal, ['GET', JANE_PATH], NOT_FOUND);
    await expectRefused(portal, ['PUT', JANE_PATH, jane()], NOT_FOUND);
    await expectRefused(portal, ['PATCH', JANE_PATH, patchOf({ op: 'replace', value: { active: false } })], NOT_FOUND);
    await expectRefused(portal, ['DELETE', JANE_PATH], NOT_FOUND);
  });

  it('a removed user is 404 for every method', async () => {
    await make(portal);
    await expectStatus(204, portal.send('DELETE', JANE_PATH));
    await expectRefused(portal, ['GET', JANE_PATH], NOT_FOUND);
    await expectRefused(portal, ['PUT', JANE_PATH, jane({ active: true })], NOT_FOUND);
    await expectRefused(portal, ['PATCH', JANE_PATH, patchOf({ op: 'replace', value: { active: true } })], NOT_FOUND);
  });

  it.each(['nobody@acme.example', '00000000-0000-0000-0000-000000000000', '%', "' OR 1=1 --", '\u0000'])(
    'an unknown id %j is 404',
    async (id) => {
      await expectRefused(portal, ['GET', userPath(id)], NOT_FOUND);
    },
  );
});

describe('attributes and excludedAttributes', () => {
  const body = jane({
    title: 'Clerk',
    emails: [{ value: 'j@acme.example', type: 'home' }],
    [ENTERPRISE]: { department: 'Sales', costCenter: '7' },
  });

  it.each([
    ['attributes=userName', ['schemas', 'id', 'userName']],
    ['attributes=USERNAME,title', ['schemas', 'id', 'userName', 'title']],
    ['attributes=shoeSize', ['schemas', 'id']],
    [`attributes=${ENTERPRISE}`, ['schemas', 'id', ENTERPRISE]],
    [`attributes=${CORE}:title`, ['schemas', 'id', 'title']],
    ['excludedAttributes=name,emails,meta,active', ['schemas', 'id', 'userName', 'title', ENTERPRISE]],
    [
      'excludedAttributes=id,schemas',
      ['schemas', 'id', 'userName', 'name', 'title', 'emails', 'active', ENTERPRISE, 'meta'],
    ],
    [
      'attributes=&excludedAttributes=',
      ['schemas', 'id', 'userName', 'name', 'title', 'emails', 'active', ENTERPRISE, 'meta'],
    ],
  ])('%s shows just that', async (query, names) => {
    await make(portal, body);
    const reply = await expectStatus(200, portal.send('GET', `${JANE_PATH}?${query}`));
    expect(Object.keys(reply.body).sort()).toEqual([...names].sort());
  });

  it('reach into parts and extensions', async () => {
    await make(portal, body);
    const query = `attributes=name.givenName,emails.value,${ENTERPRISE}:department`;
    const reply = await expectStatus(200, portal.send('GET', `${JANE_PATH}?${query}`));
    expect(reply.body).toMatchObject({ name: { givenName: 'Jane' }, emails: [{ value: 'j@acme.example' }] });
    expect(reply.body.name).toEqual({ givenName: 'Jane' });
    expect(reply.body[ENTERPRISE]).toEqual({ department: 'Sales' });
  });

  it.each([
    ['GET', undefined],
    ['PUT', body],
    ['PATCH', patchOf({ op: 'replace', path: 'title', value: 'Cook' })],
  ])('are not both allowed in one %s, which then changes nothing', async (method, sent) => {
    await make(portal, body);
    const path = `${JANE_PATH}?attributes=title&excludedAttributes=name`;
    await expectRefused(portal, [method, path, sent], {
      status: 400,
      scimType: 'invalidValue',
      detail: /not for both/,
    });
  });

  it('never show what is asked for but never returned', async () => {
    await make(portal, { ...body, password: 'correct horse' });
    const reply = await expectStatus(200, portal.send('GET', `${JANE_PATH}?attributes=password,title`));
    expect(Object.keys(reply.body)).toEqual(['schemas', 'id', 'title']);
  });
});

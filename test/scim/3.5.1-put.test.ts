// PUT /Users/{id}, RFC 7644 section 3.5.1: replaces what may be written, and nothing else.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { dump, ENTRA, freshPortal, type Portal } from '../support/portal.ts';
import {
  ENTERPRISE,
  expectCountersTrue,
  expectRefused,
  expectStatus,
  JANE,
  JANE_PATH,
  jane,
  journalOf,
  make,
  rowOf,
} from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const put = (body: object, base = '') => expectStatus(200, portal.send('PUT', base + JANE_PATH, body));

describe('an active user', () => {
  it('gets new names, a new version and a new time, on both URLs with the whole user as the answer', async () => {
    await make(portal);
    portal.sources.ms += 1000;
    const { body, headers } = await put(jane({ name: { givenName: 'Jana', familyName: 'Doe' } }));
    expect(body.name).toEqual({ formatted: 'Doe Jana', familyName: 'Doe', givenName: 'Jana' });
    expect(headers.get('etag')).toBe('W/"2"');
    expect(body.meta).toMatchObject({ version: 'W/"2"', lastModified: new Date(portal.sources.ms).toISOString() });
    expect((await put(jane({ title: 'Cook' }), ENTRA)).body).toMatchObject({
      title: 'Cook',
      meta: { version: 'W/"3"' },
    });
    expect((await journalOf()).map(({ type, attributes }) => [type, attributes.toSorted()])).toEqual([
      ['user.created', expect.anything()],
      ['user.updated', ['name.familyName', 'name.givenName']],
      ['user.updated', ['name.familyName', 'name.givenName', 'title']],
    ]);
  });

  it('loses what the body leaves out', async () => {
    await make(portal, jane({ externalId: 'x', title: 'Clerk', [ENTERPRISE]: { department: 'Sales' } }));
    const { body } = await put({ userName: JANE });
    expect(body).not.toHaveProperty('title');
    expect(body).not.toHaveProperty('externalId');
    expect(body).not.toHaveProperty(ENTERPRISE);
    expect(body.name).toEqual({ formatted: JANE });
    expect(await rowOf()).toMatchObject({ given_name: null, family_name: null, external_id: null, attributes: '{}' });
  });

  it('stays active when the body does not say', async () => {
    await make(portal);
    expect((await put(jane({ title: 'Cook' }))).body.active).toBe(true);
    expect((await put(jane({ active: null }))).body.active).toBe(true);
    expect((await put(jane({ active: '' }))).body.active).toBe(true);
  });

  it('ignores id, meta, groups, password and unknown attributes of the body', async () => {
    await make(portal);
    const { body } = await put(
      jane({
        id: 'mine',
        title: 'Cook',
        meta: { version: 'W/"99"', created: '2001-01-01T00:00:00Z' },
        groups: [{ value: 'admins' }],
        password: 'correct horse',
        userLastLoggedInTimeStamp: 'Jan 1, 2001 1:00:00 AM',
        shoeSize: 39,
      }),
    );
    expect(body).toMatchObject({ id: JANE, meta: { version: 'W/"2"' } });
    expect(body).not.toHaveProperty('userLastLoggedInTimeStamp');
    expect((await rowOf())['attributes']).toBe('{"title":"Cook"}');
  });
});

describe('a body that changes nothing', () => {
  const FULL = jane({
    externalId: 'x',
    title: 'Clerk',
    emails: [{ value: 'j@acme.example', type: 'work', primary: true }],
    [ENTERPRISE]: { department: 'Sales' },
  });

  it.each([
    ['the body of the POST', () => FULL],
    ['the answer of GET', async () => (await portal.send('GET', JANE_PATH)).body],
    ['the same in another order and case', () => Object.fromEntries(Object.entries(FULL).toReversed().map(upper))],
    ['the userName in another case', () => ({ ...FULL, userName: JANE.toUpperCase() })],
  ])('%s leaves version, time and journal as they are', async (_case, body) => {
    await make(portal, FULL);
    const before = await dump();
    portal.sources.ms += 1000;
    const { body: answer } = await put(await body());
    expect(answer.meta.version).toBe('W/"1"');
    expect(answer.userName).toBe(JANE);
    expect(await dump()).toEqual(before);
  });

  it('and was read from a user who has neither address nor full name of its own stores neither', async () => {
    await make(portal);
    const before = await dump();
    const read = (await portal.send('GET', JANE_PATH)).body;
    expect(read).toMatchObject({ emails: [{ value: JANE }], name: { formatted: 'Example Jane' } });
    await put(read);
    expect(await dump()).toEqual(before);
  });
});

describe("Okta's read, modify, write", () => {
  it('of the given name changes the full name that is shown', async () => {
    await make(portal);
    const read = (await portal.send('GET', JANE_PATH)).body;
    const { body } = await put({ ...read, name: { ...read.name, givenName: 'Jana' } });
    expect(body.name).toEqual({ formatted: 'Example Jana', familyName: 'Example', givenName: 'Jana' });
    expect((await rowOf())['attributes']).toBe('{}');
  });

  it('of the title does not make the shown address one of its own', async () => {
    await make(portal);
    const read = (await portal.send('GET', JANE_PATH)).body;
    await put({ ...read, title: 'Cook' });
    expect((await rowOf())['attributes']).toBe('{"title":"Cook"}');
  });

  it('of a person without a name keeps the userName out of the stored name', async () => {
    await make(portal, { userName: JANE });
    const read = (await portal.send('GET', JANE_PATH)).body;
    const { body } = await put({ ...read, name: { ...read.name, givenName: 'Jana' } });
    expect(body.name).toEqual({ formatted: 'Jana', givenName: 'Jana' });
  });

  it('keeps a full name that the client once sent', async () => {
    await make(portal, jane({ name: { givenName: 'Jane', familyName: 'Example', formatted: 'Dr. Example' } }));
    const read = (await portal.send('GET', JANE_PATH)).body;
    expect((await put({ ...read, title: 'Cook' })).body.name.formatted).toBe('Dr. Example');
  });
});

describe('a userName', () => {
  it.each([
    ['another', 'kim@acme.example'],
    ['one with a space more', `${JANE} `],
  ])('%s is refused as mutability, and nothing changes', async (_case, userName) => {
    await make(portal);
    await expectRefused(portal, ['PUT', JANE_PATH, jane({ userName, title: 'Cook', active: false })], {
      status: 400,
      scimType: 'mutability',
      detail: /userName cannot be changed/,
    });
  });

  it.each([
    ['missing', {}],
    ['empty', { userName: '' }],
    ['null', { userName: null }],
  ])('that is %s is refused as invalidValue', async (_case, body) => {
    await make(portal);
    await expectRefused(portal, ['PUT', JANE_PATH, body], {
      status: 400,
      scimType: 'invalidValue',
      detail: /userName/,
    });
  });

  it('cannot be changed on an inactive user either', async () => {
    await make(portal, jane({ active: false }));
    await expectRefused(portal, ['PUT', JANE_PATH, jane({ userName: 'kim@acme.example', active: true })], {
      status: 400,
      scimType: 'mutability',
    });
  });
});

it('a PUT to an id that is nobody makes nobody', async () => {
  await expectRefused(portal, ['PUT', JANE_PATH, jane()], { status: 404 });
  await expectCountersTrue();
});

it('what the policy stores no more stays out, and out of the answer', async () => {
  await env.DB.prepare(`UPDATE portal SET policy = '{"attributesStored":"minimal"}', version = version + 1`).run();
  await make(portal, jane({ title: 'Clerk', externalId: 'x', [ENTERPRISE]: { department: 'Sales' } }));
  const { body } = await put(jane({ title: 'Cook', externalId: 'y' }));
  expect(body).toMatchObject({ externalId: 'y', name: { givenName: 'Jane' } });
  expect(body).not.toHaveProperty('title');
  expect((await rowOf())['attributes']).toBe('{}');
});

function upper([name, value]: [string, unknown]): [string, unknown] {
  return [name.toUpperCase(), value];
}

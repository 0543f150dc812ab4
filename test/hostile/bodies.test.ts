// Bodies that are not what they should be: refused with a text, and nothing written.
import { beforeEach, describe, expect, it } from 'vitest';
import { dump, freshPortal, type Portal } from '../support/portal.ts';
import {
  expectRefused,
  expectScimError,
  expectStatus,
  JANE,
  JANE_PATH,
  jane,
  make,
  patchOf,
  rowOf,
  rows,
  sendRaw,
} from '../support/scim.ts';

let portal: Portal;
beforeEach(async () => {
  portal = await freshPortal();
});

const MIB = 1024 * 1024;
const SYNTAX = { status: 400, scimType: 'invalidSyntax' };
const VALUE = { status: 400, scimType: 'invalidValue' };

describe('the media type', () => {
  it.each([
    'application/scim+json',
    'application/json',
    'APPLICATION/SCIM+JSON; charset=utf-8',
    'application/json;charset=UTF-8;x=y',
    '',
  ])('%j is accepted', async (type) => {
    await expectStatus(201, portal.send('POST', '/Users', jane(), { headers: { 'content-type': type } }));
  });

  it('may be missing', async () => {
    const body = new TextEncoder().encode(JSON.stringify(jane()));
    await expectStatus(201, sendRaw(portal, '/Users', { method: 'POST', body }));
  });

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'json',
    'multipart/form-data; boundary=x',
  ])('%s is refused', async (type) => {
    await make(portal);
    const headers = { headers: { 'content-type': type } };
    const wanted = { status: 415, detail: /application\/scim\+json or application\/json/ };
    await expectRefused(portal, ['POST', '/Users', { userName: 'kim' }, headers], wanted);
    await expectRefused(portal, ['PUT', JANE_PATH, jane({ title: 'Cook' }), headers], wanted);
    await expectRefused(portal, ['PATCH', JANE_PATH, patchOf({ op: 'remove', path: 'name' }), headers], wanted);
  });
});

const deep = (depth: number) => `{"userName":"kim","x":${'['.repeat(depth)}${']'.repeat(depth)}}`;

describe.each([
  ['POST', '/Users'],
  ['PUT', JANE_PATH],
  ['PATCH', JANE_PATH],
])('%s %s', (method, path) => {
  it.each<[string, BodyInit, { status: number; scimType: string; detail?: RegExp }]>([
    ['no body', '', { ...SYNTAX, detail: /empty/ }],
    ['white space', ' \n\t ', { ...SYNTAX, detail: /empty/ }],
    ['half an object', '{"userName": "kim"', { ...SYNTAX, detail: /not valid JSON/ }],
    ['two objects', '{"userName":"kim"}{}', SYNTAX],
    ['a trailing comma', '{"userName":"kim",}', SYNTAX],
    ['single quotes', "{'userName':'kim'}", SYNTAX],
    ['a comment', '{"userName":"kim"/**/}', SYNTAX],
    ['a list', '[{"userName":"kim"}]', SYNTAX],
    ['a word', 'null', SYNTAX],
    ['text', '"kim"', SYNTAX],
    ['a number', '7', SYNTAX],
    ['form fields', 'userName=kim', SYNTAX],
    ['XML', '<?xml version="1.0"?><user/>', SYNTAX],
    ['a name twice', '{"userName":"kim","userName":"lee"}', { ...SYNTAX, detail: /"userName" more than once/ }],
    ['a name twice in another case', '{"userName":"kim","USERNAME":"lee"}', { ...SYNTAX, detail: /more than once/ }],
    ['a name twice by an escape', '{"active":true,"\\u0061ctive":false,"userName":"kim"}', SYNTAX],
    ['a name twice inside', '{"userName":"kim","name":{"givenName":"a","GivenName":"b"}}', SYNTAX],
    ['33 levels', deep(32), { ...SYNTAX, detail: /more than 32 levels/ }],
    ['a hundred thousand levels', deep(100_000), SYNTAX],
    ['a NUL', '{"userName":"kim","title":"a\\u0000b"}', { ...VALUE, detail: /NUL/ }],
    ['a NUL in a name', '{"userName":"kim","a\\u0000":1}', VALUE],
    ['half a surrogate pair', '{"userName":"kim","title":"\\ud83d"}', VALUE],
    ['halves in the wrong order', '{"userName":"\\udc00\\ud800"}', VALUE],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), { ...SYNTAX, detail: /UTF-8/ }],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), SYNTAX],
  ])('refuses %s and writes nothing', async (_case, raw, wanted) => {
    await make(portal);
    await expectRefused(portal, [method, path, undefined, { raw }], wanted);
  });

  it('refuses more than 1 MiB, counted or told', async () => {
    await make(portal);
    const before = await dump();
    for (const body of [new Uint8Array(MIB + 1), new Blob([' '.repeat(MIB + 1)]).stream()]) {
      const reply = await sendRaw(portal, path, { method, body });
      expect(reply.status).toBe(413);
      expectScimError(reply, { status: 413, scimType: 'invalidSyntax', detail: /larger than 1048576 bytes/ });
    }
    const told = { 'content-length': String(MIB + 1) };
    expect((await sendRaw(portal, path, { method, headers: told, body: new Uint8Array(2) })).status).toBe(413);
    expect(await dump()).toEqual(before);
  });
});

it('exactly 1 MiB is read', async () => {
  const head = JSON.stringify(jane()).slice(0, -1);
  const body = new Blob([head, ' '.repeat(MIB - head.length - 1), '}']);
  expect(body.size).toBe(MIB);
  expect((await sendRaw(portal, '/Users', { method: 'POST', body: body.stream() })).status).toBe(201);
});

it('32 levels are read', async () => {
  await expectStatus(201, portal.send('POST', '/Users', undefined, { raw: deep(31) }));
});

it('a length that is a lie is not believed', async () => {
  const headers = { 'content-length': '5' };
  const body = new Blob([' '.repeat(MIB + 1)]).stream();
  expect((await sendRaw(portal, '/Users', { method: 'POST', headers, body })).status).toBe(413);
});

it('a byte order mark is no part of the body', async () => {
  await expectStatus(201, portal.send('POST', '/Users', undefined, { raw: `\ufeff${JSON.stringify(jane())}` }));
});

it.each(['GET', 'DELETE'])('%s does not look at a body', async (method) => {
  await make(portal);
  const raw = method === 'GET' ? {} : { raw: 'nonsense' };
  const reply = await portal.send(method, JANE_PATH, undefined, raw);
  expect(reply.status).toBe(method === 'GET' ? 200 : 204);
});

describe('too much of a good thing', () => {
  const many = (count: number, size: number) =>
    Array.from({ length: count }, (_, i) => ({ value: `${i}`.padStart(size, 'x') }));

  it.each([
    ['text that folding makes eighteen times as long', { title: '\uFDFA'.repeat(10_000) }],
    ['a name that is also the full name', { name: { givenName: '\uFDFA'.repeat(10_000) } }],
    ['text of three bytes a character', { title: '\u6F22'.repeat(21_000), nickName: '\u6F22'.repeat(21_000) }],
    [
      'many attributes of the greatest length',
      Object.fromEntries(
        ['title', 'nickName', 'userType', 'locale', 'timezone'].map((name) => [name, 'x'.repeat(65_000)]),
      ),
    ],
  ])('%s is refused at creation', async (_case, more) => {
    await expectRefused(portal, ['POST', '/Users', jane(more)], {
      ...VALUE,
      detail: /more than 192 KiB together/,
    });
  });

  it.each([
    ['bare values that grow when they are stored', 'emails', Array.from({ length: 100_000 }, (_, i) => `${i}`)],
    ['a thousand long values', 'photos', many(1000, 900)],
    ['one value more than there may be', 'roles', many(201, 3)],
  ])('%s are refused by POST and by PUT, which name the attribute', async (_case, name, values) => {
    const refusal = { ...VALUE, detail: new RegExp(`^"${name}" cannot have more than 200 values`) };
    await expectRefused(portal, ['POST', '/Users', jane({ [name]: values })], refusal);
    await make(portal);
    await expectRefused(portal, ['PUT', JANE_PATH, jane({ [name]: values })], refusal);
    await expectStatus(
      200,
      portal.send('PUT', JANE_PATH, jane({ [name]: values.slice(0, 200).map((_, i) => `${i}`) })),
    );
  });

  it('does not pile up by one PATCH after another, and the user can still be ended', async () => {
    await make(portal);
    const statuses: number[] = [];
    for (let round = 0; round < 4; round++) {
      const value = many(45, 850).map(({ value }) => ({ value: `${round}${value}` }));
      statuses.push((await portal.send('PATCH', JANE_PATH, patchOf({ op: 'add', path: 'emails', value }))).status);
    }
    expect(statuses).toEqual([200, 200, 400, 400]);
    const { attributes, folded } = await rowOf();
    expect(String(attributes).length + String(folded).length).toBeLessThan(192 * 1024);
    await expectStatus(200, portal.send('PATCH', JANE_PATH, patchOf({ op: 'replace', path: 'active', value: false })));
  });

  it.each([
    ['externalId', { externalId: 'x'.repeat(65_537) }],
    ['name.givenName', { name: { givenName: 'x'.repeat(65_537) } }],
    ['title', { title: 'ü'.repeat(40_000) }],
  ])('one text of more than 64 KiB for %s is refused', async (name, more) => {
    const detail = new RegExp(`"${name}" is longer than 64 KiB`);
    await expectRefused(portal, ['POST', '/Users', jane(more)], { ...VALUE, detail });
  });

  it('a thousand and one operations are refused', async () => {
    await make(portal);
    const body = patchOf(...Array.from({ length: 1001 }, () => ({ op: 'remove', path: 'title' })));
    await expectRefused(portal, ['PATCH', JANE_PATH, body], { ...SYNTAX, detail: /up to 1000 operations/ });
  });
});

describe('names that JavaScript gives a meaning', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];

  it.each(NAMES)('%s in a body is one more unknown attribute', async (name) => {
    const inner = `{"polluted":true,"isAdmin":true,"active":false}`;
    const raw = `{"userName":"${JANE}","${name}":${inner},"name":{"${name}":${inner},"givenName":"Jane"},"emails":[{"value":"a","${name}":${inner}}]}`;
    const created = await expectStatus(201, portal.send('POST', '/Users', undefined, { raw }));
    expect(JSON.stringify(created.body)).not.toContain('polluted');
    expect(created.body).toMatchObject({ active: true, name: { givenName: 'Jane' }, emails: [{ value: 'a' }] });
    expect(await rows("SELECT id FROM users WHERE attributes LIKE '%polluted%'")).toEqual([]);
    await expectStatus(200, portal.send('PUT', JANE_PATH, undefined, { raw }));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.prototype.toString.call({})).toBe('[object Object]');
  });

  it.each(
    NAMES.flatMap((name) => [
      name,
      `${name}.polluted`,
      `name.${name}`,
      `emails[${name} eq "x"].value`,
      `emails[type eq "x"].${name}`,
    ]),
  )('a PATCH of %s writes nothing', async (path) => {
    await make(portal);
    const before = await dump();
    for (const op of ['add', 'replace', 'remove']) {
      const { status } = await portal.send('PATCH', JANE_PATH, patchOf({ op, path, value: 'polluted' }));
      expect([200, 400], op).toContain(status);
      const raw = `{"Operations":[{"op":"${op}","path":"name","value":{"${path.split('.')[0]?.replaceAll('"', '')}":{"polluted":1}}}]}`;
      if (op !== 'remove')
        expect([200, 400]).toContain((await portal.send('PATCH', JANE_PATH, undefined, { raw })).status);
    }
    expect(await dump()).toEqual(before);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/scim/json.ts';
import { attribute } from '../../../src/scim/schema/attribute.ts';
import { readValue } from '../../../src/scim/values.ts';
import { accepted, codeOf, known, refused, simple } from './world.ts';

const read = (name: string, value: Json) => readValue(known(name), value);
const jobs = attribute('jobs', 'complex', 'Jobs.', {
  subAttributes: [simple('string'), { ...simple('string'), name: 'tags', multiValued: true }],
});

describe('"no value" is undefined', () => {
  it.each<[string, Json]>([
    ['title', null],
    ['title', ''],
    ['active', null],
    ['active', ''],
    ['name', null],
    ['name', ''],
    ['name', {}],
    ['name', { givenName: '', familyName: null }],
    ['name', { unknown: 'x' }],
    ['manager', ''],
    ['manager', { value: '' }],
    ['manager', { displayName: 'read-only' }],
    ['emails', null],
    ['emails', ''],
    ['emails', []],
    ['emails', [null, '', {}, { value: '' }]],
    ['emails', [{ type: 'work', value: '' }]],
    ['emails', [{ type: 'work', primary: true }]],
    ['emails', {}],
  ])('%s: %j', (name, value) => {
    expect(accepted(read(name, value))).toBeUndefined();
  });
});

describe('a value becomes canonical', () => {
  it.each<[string, Json, Json]>([
    ['title', 'Boss', 'Boss'],
    ['title', ' Boss ', ' Boss '],
    ['title', 42, '42'],
    ['title', -1.5, '-1.5'],
    ['title', 1e21, '1000000000000000000000'],
    ['title', 0, '0'],
    ['active', true, true],
    ['active', 'True', true],
    ['active', 'FALSE', false],
    ['profileUrl', 'https://example.com', 'https://example.com'],
    ['name', { GIVENNAME: 'K', familyname: 'L', x: 1 }, { familyName: 'L', givenName: 'K' }],
    ['name', { givenName: 7 }, { givenName: '7' }],
    ['manager', 'u1', { value: 'u1' }],
    ['manager', 7, { value: '7' }],
    ['manager', { Value: 'u1', $REF: '/Users/u1', displayName: 'x' }, { value: 'u1', $ref: '/Users/u1' }],
    ['emails', 'a@x', [{ value: 'a@x' }]],
    ['emails', { value: 'a@x', Type: 'work' }, [{ value: 'a@x', type: 'work' }]],
    ['emails', ['a@x', { value: 'b@x', primary: 'True' }], [{ value: 'a@x' }, { value: 'b@x', primary: true }]],
    ['emails', [{ value: 'a@x', type: 'made up' }], [{ value: 'a@x', type: 'made up' }]],
    ['emails', [{ value: 'a@x' }, { type: 'work', value: null }], [{ value: 'a@x' }]],
    ['addresses', [{ type: 'work', country: 'NL' }], [{ country: 'NL', type: 'work' }]],
    ['roles', ['admin', 5], [{ value: 'admin' }, { value: '5' }]],
    ['x509Certificates', [{ value: 'MIIC+/==' }], [{ value: 'MIIC+/==' }]],
    ['x509Certificates', 'MIIC-_', [{ value: 'MIIC-_' }]],
  ])('%s: %j is %j', (name, value, canonical) => {
    expect(accepted(read(name, value))).toEqual(canonical);
  });

  it('orders parts as the table does, so that equal values are equal texts', () => {
    const one = JSON.stringify(accepted(read('name', { givenName: 'K', familyName: 'L' })));
    expect(JSON.stringify(accepted(read('name', { familyName: 'L', givenName: 'K' })))).toBe(one);
  });

  it.each(['2026-01-31T08:30:00Z', '2026-01-31T08:30:00.123456+02:00', '2026-01-31T08:30:00', '2024-02-29T00:00:00Z'])(
    'takes the dateTime %s',
    (text) => {
      expect(accepted(readValue(simple('dateTime'), text))).toBe(text);
    },
  );

  it('reads numbers for number types only', () => {
    expect(accepted(readValue(simple('integer'), 5))).toBe(5);
    expect(accepted(readValue(simple('decimal'), 5.5))).toBe(5.5);
  });

  it('reads lists inside complex values', () => {
    expect(accepted(readValue(jobs, { thing: 'x', tags: ['a', '', 'b'] }))).toEqual({ thing: 'x', tags: ['a', 'b'] });
  });
});

describe('a value of the wrong kind is refused, naming attribute and kinds but not the value', () => {
  it.each<[string, Json, string, string]>([
    ['active', 'hunter2', '"active" must be true or false', 'text'],
    ['active', 1, '"active" must be true or false', 'a number'],
    ['active', [true], '"active" must be true or false', 'a list'],
    ['active', {}, '"active" must be true or false', 'an object'],
    ['title', true, '"title" must be text', 'true or false'],
    ['title', { value: 'hunter2' }, '"title" must be text', 'an object'],
    ['title', ['hunter2'], '"title" must be text', 'a list'],
    ['title', Number.POSITIVE_INFINITY, '"title" must be text', 'a number'],
    ['name', 'hunter2', '"name" must be an object', 'text'],
    ['name', [{ givenName: 'hunter2' }], '"name" must be an object', 'a list'],
    ['name', { givenName: { a: 'hunter2' } }, '"name.givenName" must be text', 'an object'],
    ['manager', true, '"manager" must be an object', 'true or false'],
    ['manager', ['hunter2'], '"manager" must be an object', 'a list'],
    ['emails', true, '"emails" must be an object', 'true or false'],
    ['emails', [['hunter2']], '"emails" must be an object', 'a list'],
    ['emails', [{ primary: 'hunter2' }], '"emails.primary" must be true or false', 'text'],
    ['addresses', ['hunter2'], '"addresses" must be an object', 'text'],
    ['x509Certificates', 'not base64!', '"x509Certificates.value" must be Base64', 'text'],
  ])('%s: %j', (name, value, expected, seen) => {
    const failure = refused(read(name, value));
    expect(failure.code).toBe('invalid_value');
    expect(failure.detail).toContain(expected);
    expect(failure.detail).toContain(`has ${seen}`);
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });

  it.each<[Parameters<typeof simple>[0], Json]>([
    ['dateTime', 'yesterday'],
    ['dateTime', '2026-02-30T00:00:00Z'],
    ['dateTime', '2025-02-29T00:00:00Z'],
    ['dateTime', '2026-13-01T00:00:00Z'],
    ['dateTime', '2026-01-01'],
    ['dateTime', '2026-01-01T25:00:00Z'],
    ['dateTime', 1767225600000],
    ['integer', 1.5],
    ['integer', '5'],
    ['decimal', Number.POSITIVE_INFINITY],
    ['binary', 'a b'],
    ['binary', 5],
  ])('%s: %j', (type, value) => {
    expect(codeOf(readValue(simple(type), value))).toBe('invalid_value');
  });

  it('more than one primary', () => {
    const failure = refused(
      read('emails', [
        { value: 'a', primary: true },
        { value: 'b', primary: 'true' },
      ]),
    );
    expect(failure).toMatchObject({ code: 'invalid_value', detail: expect.stringContaining('"emails"') });
  });
});

describe('text is at most 64 KiB', () => {
  it.each([
    ['x'.repeat(65_536), true],
    ['x'.repeat(65_537), false],
    ['é'.repeat(32_768), true],
    ['é'.repeat(32_769), false],
    ['😀'.repeat(16_384), true],
    ['😀'.repeat(16_385), false],
  ])('counted in UTF-8 (case %#)', (text, fits) => {
    expect(read('title', text).ok).toBe(fits);
    expect(read('emails', [{ value: text }]).ok).toBe(fits);
  });

  it('certificates too', () => {
    expect(codeOf(read('x509Certificates', 'A'.repeat(65_540)))).toBe('invalid_value');
  });
});

it('names from the body never become keys', () => {
  const hostile = JSON.parse('{"__proto__":{"givenName":"x"},"constructor":{"prototype":1},"givenName":"K"}');
  const value = accepted(read('name', hostile));
  expect(value).toEqual({ givenName: 'K' });
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

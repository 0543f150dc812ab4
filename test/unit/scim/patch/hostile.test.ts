import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/scim/json.ts';
import { MAX_VALUES } from '../../../../src/scim/list-limits.ts';
import { accepted, CORE, codeOf, ENTERPRISE, refused, within } from '../world.ts';
import { add, patch, patched, replace } from './patching.ts';

describe('hostile operations', () => {
  const nested = (depth: number) => JSON.parse(`${'{"":'.repeat(depth)}{}${'}'.repeat(depth)}`) as Json;

  it('values nested 10,000 deep do no harm, in milliseconds', () => {
    for (const operation of [
      { op: 'add', value: { [`${CORE}:`]: nested(10_000) } },
      add(CORE, nested(10_000)),
      add(ENTERPRISE, nested(10_000)),
    ]) {
      expect(within(50, () => patched({ title: 'a' }, operation))).toEqual({ title: 'a' });
    }
    expect(within(50, () => codeOf(patch({}, replace('title', nested(10_000)))))).toBe('invalid_value');
  });

  it.each([
    '__proto__',
    'constructor',
    'constructor.prototype',
    '__proto__.isAdmin',
    'name.__proto__',
    'emails[type eq "x"].__proto__',
    `${ENTERPRISE}:__proto__`,
  ])('a path %s writes nothing and reaches no prototype', (path) => {
    for (const op of ['add', 'replace', 'remove']) {
      const result = patch({ title: 'a' }, { op, path, value: { isAdmin: true, polluted: 'x' } });
      if (result.ok) expect(result.value.resource).toEqual({ title: 'a' });
      else expect(result.failure.code).toBe('invalid_path');
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('names in values write nothing and reach no prototype', () => {
    const value = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"name":{"__proto__":{"polluted":1},"givenName":"G"},"emails":[{"__proto__":{"polluted":1},"value":"a"}]}',
    ) as Json;
    const after = patched({}, { op: 'add', value });
    expect(after).toEqual({ name: { givenName: 'G' }, emails: [{ value: 'a' }] });
    expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  const full = Array.from({ length: MAX_VALUES }, (_, i) => ({ value: `u${i}@x`, type: 'work' }));
  const thousand = (operation: (i: number) => Json) => Array.from({ length: 1000 }, (_, i) => operation(i));
  const terms = Array.from({ length: 20 }, (_, i) => `display eq "${i}"`).join(' or ');

  it.each([
    [
      'through filters',
      (i: number) => replace(`emails[value eq "u${i % MAX_VALUES}@x" and type eq "work"].display`, 'D'),
    ],
    ['through filters of twenty terms', () => replace(`emails[${terms} or value eq "u1@x"].type`, 'D')],
    [
      'adding what is there',
      (i: number) => add('emails', [{ value: `U${i % MAX_VALUES}@x`, type: 'work', display: `${i}` }]),
    ],
    ['removing what is not there', () => ({ op: 'remove', path: 'emails', value: [{ value: 'nobody' }] })],
    ['setting a part of all', (i: number) => replace('emails.display', `${i}`)],
  ])('1,000 operations on as many values as an attribute may have, %s, take 300 ms at most', (_how, operation) => {
    const after = within(300, () => accepted(patch({ emails: full }, ...thousand(operation))));
    expect(after.resource['emails']).toHaveLength(MAX_VALUES);
  });

  it.each([
    ['adding', (value: string) => add('emails', [{ value, type: 'work' }])],
    ['removing', () => ({ op: 'remove', path: 'emails', value: [{ value: 'nobody' }] })],
    ['filtering', (value: string) => replace(`emails[value eq "${value}"].type`, 'work')],
  ])('1,000 operations %s on as much text as an attribute may hold take 300 ms at most', (_how, operation) => {
    const long = (i: number) => `${i % MAX_VALUES}`.padStart(480, 'x');
    const emails = full.map((email, i) => ({ ...email, value: long(i) }));
    within(300, () => accepted(patch({ emails }, ...thousand((i) => operation(long(i))))));
  });

  it.each([
    ['by one add', [add('emails', [{ value: 'one more' }])]],
    ['by a value of its own kind', [add('emails[type eq "home"].value', 'one more')]],
    ['one by one', thousand((i) => add('emails', [{ value: `v${i}` }]))],
    ['by replace', [replace('emails', [...full, { value: 'one more' }])]],
    ['without a path', [{ op: 'add', value: { emails: [{ value: 'one more' }] } }]],
  ])('more values than an attribute may have are refused %s, and the attribute is named', (_how, operations) => {
    expect(refused(patch({ emails: full }, ...operations))).toEqual({
      code: 'invalid_value',
      detail: '"emails" cannot have more than 200 values. Nothing was changed.',
    });
  });

  it('more text than the values of an attribute may hold is refused, however it comes together', () => {
    const detail = 'The values of "emails" hold more than 96 KiB of text together. Nothing was changed.';
    expect(refused(patch({ emails: full }, replace('emails.display', 'x'.repeat(1000))))).toMatchObject({ detail });
  });
});

import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/scim/json.ts';
import { accepted, CORE, codeOf, ENTERPRISE, within } from '../world.ts';
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

  it('1,000 operations on a user with 1,000 e-mail addresses take about a second at most', () => {
    const emails = Array.from({ length: 1000 }, (_, i) => ({ value: `u${i}@x`, type: 'work' }));
    const operations = emails.map(({ value }) =>
      replace(`emails[value eq "${value}" and type eq "work"].display`, 'D'),
    );
    const after = within(1000, () => accepted(patch({ emails }, ...operations)));
    expect(after.resource['emails']).toHaveLength(1000);
  });
});

// The pure parts of a bulk request: the order of the plan, and what is taken out of a circle.
import { describe, expect, it } from 'vitest';
import { readBulk } from '../../../src/scim/bulk.ts';
import { planBulk } from '../../../src/scim/bulk-plan.ts';
import { defer, referencesOf, substitute, substituteInPath } from '../../../src/scim/bulk-references.ts';
import type { Json } from '../../../src/scim/json.ts';

function plan(...creates: (readonly [bulkId: string, ...refers: string[]])[]): string[] {
  const operations = creates.map(([bulkId, ...refers]) => ({
    method: 'POST',
    path: '/Groups',
    bulkId,
    data: { members: refers.map((value) => ({ value: `bulkId:${value}` })) },
  }));
  const read = readBulk({ Operations: operations as Json });
  if (!read.ok) throw new Error(read.failure.detail);
  return planBulk(read.value.operations).steps.map(({ kind, index, later }) => {
    const without = later.size === 0 ? '' : ` ${[...later]}`;
    return `${kind} ${creates[index]?.[0]}${without}`;
  });
}

describe('the plan', () => {
  it.each<[string, (readonly [string, ...string[]])[], string[]]>([
    ['keeps an order that works', [['a'], ['b', 'a'], ['c', 'b']], ['run a', 'run b', 'run c']],
    ['pulls forward what is referred to', [['a', 'c'], ['b'], ['c']], ['run c', 'run a', 'run b']],
    [
      'breaks a circle once',
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      ['run b a', 'run a', 'complete b a'],
    ],
    ['breaks a circle of one', [['a', 'a']], ['run a a', 'complete a a']],
    [
      'breaks two circles that meet',
      [
        ['a', 'b', 'c'],
        ['b', 'a'],
        ['c', 'a'],
      ],
      ['run b a', 'run c a', 'run a', 'complete b a', 'complete c a'],
    ],
  ])('%s', (_, operations, wanted) => {
    expect(plan(...operations)).toEqual(wanted);
  });

  it('names the references that no POST has', () => {
    const operations = [{ method: 'DELETE', path: '/Users/bulkId:ghost' }];
    const read = readBulk({ Operations: operations });
    expect(read.ok && planBulk(read.value.operations).unknown).toEqual([['ghost']]);
  });
});

describe('references', () => {
  it('are whole strings in data, segments of the path, and quoted in a PATCH path', () => {
    const data = {
      a: 'bulkId:x',
      b: ['bulkId:y', { value: 'bulkId:z' }],
      c: 'not bulkId:no',
      Operations: [{ op: 'remove', path: 'members[value eq "bulkId:w"]' }],
    };
    expect([...referencesOf({ path: '/Users/bulkId:p?attributes=id', data })].sort()).toEqual([
      'p',
      'w',
      'x',
      'y',
      'z',
    ]);
  });

  it('are replaced by ids as they are, percent-encoded in the path and escaped in a PATCH path', () => {
    const id = 'a/"b';
    expect(substitute({ path: 'members[value eq "bulkId:w"]', value: 'bulkId:w' }, () => id)).toEqual({
      path: 'members[value eq "a/\\"b"]',
      value: id,
    });
    expect(substituteInPath('/Users/bulkId:w', () => id)).toBe('/Users/a%2F%22b');
  });

  it('are deferred with the attribute, or the element of a list, that holds them', () => {
    const data = {
      displayName: 'x',
      members: [{ value: 'bulkId:a' }, { value: 'bulkId:b' }],
      'urn:x:User': { manager: { value: 'bulkId:a' }, department: 'Ice' },
    };
    expect(defer(data, new Set(['a']))).toEqual({
      data: { displayName: 'x', members: [{ value: 'bulkId:b' }], 'urn:x:User': { department: 'Ice' } },
      additions: [
        { op: 'add', path: 'members', value: [{ value: 'bulkId:a' }] },
        { op: 'add', path: 'urn:x:User:manager', value: { value: 'bulkId:a' } },
      ],
    });
  });
});

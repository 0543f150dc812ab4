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
  it('are whole strings in members and manager, segments of the path, and quoted in a PATCH path', () => {
    const data = {
      Manager: 'bulkId:x',
      members: ['bulkId:y', { value: 'bulkId:z', $ref: 'not bulkId:no' }],
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

  const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  it.each<[string, Json]>([
    ['a manager behind its URN', { [urn]: { manager: { value: 'bulkId:x' } } }],
    ['the URI of a manager', { [urn]: { manager: { $ref: 'bulkId:x' } } }],
    ['a dotted name', { [`${urn}:manager.value`]: 'bulkId:x' }],
    ['a PATCH of a manager', { Operations: [{ op: 'add', path: `${urn}:manager`, value: 'bulkId:x' }] }],
    ['a PATCH of an extension', { Operations: [{ op: 'add', path: urn, value: { manager: 'bulkId:x' } }] }],
    ['a PATCH without a path', { Operations: [{ op: 'add', value: { members: [{ value: 'bulkId:x' }] } }] }],
    ['a PATCH of one member', { operations: [{ Op: 'add', Path: 'Members', Value: { value: 'bulkId:x' } }] }],
  ])('are found in %s', (_where, data) => {
    expect([...referencesOf({ path: '/Users', data })]).toEqual(['x']);
    expect(JSON.stringify(substitute(data, () => 'id'))).toBe(JSON.stringify(data).replace('bulkId:x', 'id'));
  });

  it.each<[string, Json]>([
    ['a name', { displayName: 'bulkId:x', name: { givenName: 'bulkId:x' } }],
    ['an address', { emails: [{ value: 'bulkId:x' }] }],
    ['what is shown of a member or manager', { members: [{ value: 'a', display: 'bulkId:x', type: 'bulkId:x' }] }],
    ['a dotted name of what is shown', { [`${urn}:manager.displayName`]: 'bulkId:x' }],
    ['a PATCH of a title', { Operations: [{ op: 'replace', path: 'title', value: 'bulkId:x' }] }],
    ['a PATCH of addresses', { Operations: [{ op: 'add', path: 'emails', value: [{ value: 'bulkId:x' }] }] }],
    ['a filter of addresses', { Operations: [{ op: 'remove', path: 'emails[value eq "bulkId:x"]' }] }],
  ])('are not found in %s, which stays as it is', (_where, data) => {
    expect([...referencesOf({ path: '/Users', data })]).toEqual([]);
    expect(substitute(data, () => 'id')).toEqual(data);
  });

  it('of a circle are deferred from a manager behind its whole name', () => {
    const data = { userName: 'bulkId:a', [`${urn}:manager`]: { value: 'bulkId:a' } };
    expect(defer(data, new Set(['a']))).toEqual({
      data: { userName: 'bulkId:a' },
      additions: [{ op: 'add', path: `${urn}:manager`, value: { value: 'bulkId:a' } }],
    });
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

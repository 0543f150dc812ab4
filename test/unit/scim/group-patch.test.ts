// A PATCH of a group is compiled without its members. The compiled form applied to any members must be the operations applied
// one after the other, and nothing that a client sends may throw.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GroupChange } from '../../../src/scim/group-change.ts';
import { compileGroupPatch } from '../../../src/scim/group-patch.ts';
import { readPatch } from '../../../src/scim/patch/operations.ts';
import { idChunks } from '../../../src/storage/id-chunks.ts';
import { accepted } from './world.ts';

const compile = (...operations: object[]): GroupChange =>
  accepted(compileGroupPatch(accepted(readPatch({ Operations: JSON.parse(JSON.stringify(operations)) }))));

const sets = ({ membership: { cleared, added, removed } }: GroupChange) => [cleared, [...added], [...removed]];

interface MemberOperation {
  readonly op: string;
  readonly value?: readonly string[] | undefined;
}

/** One operation on a list of members, as the RFC says it. */
function applyOne(members: readonly string[], { op, value }: MemberOperation): readonly string[] {
  if (value === undefined) return [];
  if (op === 'remove') return members.filter((id) => !value.includes(id));
  return [...new Set([...(op === 'add' ? members : []), ...value])];
}

describe('the compiled form', () => {
  it('keeps what nobody names', () => {
    const change = compile({ op: 'replace', value: { id: 'x' } });
    expect([change.displayName, change.externalId, ...sets(change)]).toEqual([undefined, undefined, false, [], []]);
  });

  it('lets the later operation win, member by member', () => {
    const change = compile(
      { op: 'add', path: 'members', value: ['a', 'b'] },
      { op: 'remove', path: 'members', value: ['b', 'c'] },
      { op: 'add', path: 'members', value: ['c'] },
    );
    expect(sets(change)).toEqual([false, ['a', 'c'], ['b']]);
  });

  it('forgets everything before a bare remove or a replace', () => {
    const change = compile(
      { op: 'add', path: 'members', value: ['a'] },
      { op: 'remove', path: 'members' },
      { op: 'add', path: 'members', value: ['b', 'c'] },
      { op: 'remove', path: 'members[value eq "c"]' },
    );
    expect(sets(change)).toEqual([true, ['b'], []]);
  });

  it('means the same as the operations one by one, on any members', () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'));
    const operation = fc.oneof(
      ids.map((value) => ({ op: 'add', path: 'members', value })),
      ids.map((value) => ({ op: 'remove', path: 'members', value: [...value] })),
      ids.map((value) => ({ op: 'replace', path: 'members', value })),
      fc.constant({ op: 'remove', path: 'members', value: undefined }),
    );
    fc.assert(
      fc.property(ids, fc.array(operation, { minLength: 1, maxLength: 8 }), (start, operations) => {
        const wanted = operations.reduce(applyOne, start);
        const { cleared, added, removed } = compile(...operations).membership;
        const kept = cleared ? [] : start.filter((id) => !removed.has(id));
        expect([...new Set([...kept, ...added])].sort()).toEqual([...wanted].sort());
        expect([...added].filter((id) => removed.has(id))).toEqual([]);
      }),
    );
  });

  it('never throws, whatever the path and the value', () => {
    const path = fc.oneof(
      fc.constantFrom(
        'members',
        'displayName',
        'externalId',
        'members.value',
        'members[value eq "a"]',
        '__proto__',
        'id',
      ),
      fc.string(),
    );
    const op = fc.constantFrom('add', 'replace', 'remove');
    fc.assert(
      fc.property(fc.record({ op, path: fc.option(path), value: fc.jsonValue() }), (operation) => {
        const read = readPatch({ Operations: [JSON.parse(JSON.stringify(operation))] });
        if (read.ok) compileGroupPatch(read.value);
        expect(Object.hasOwn(Object.prototype, 'members')).toBe(false);
      }),
    );
  });
});

describe('ids in chunks', () => {
  it('are all there, in order, in values that D1 takes', () => {
    const ids = Array.from({ length: 60_000 }, (_, i) => `person${i}"\u0001@acme.example`);
    const chunks = idChunks(ids);
    expect(chunks.flatMap((chunk) => JSON.parse(chunk))).toEqual(ids);
    for (const chunk of chunks) expect(new TextEncoder().encode(chunk).length).toBeLessThan(2_000_000);
    expect(idChunks([])).toEqual([]);
  });
});

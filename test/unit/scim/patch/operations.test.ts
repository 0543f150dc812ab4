import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/scim/json.ts';
import { readPatch } from '../../../../src/scim/patch/operations.ts';
import { accepted, refused } from '../world.ts';

const replace = { op: 'replace', path: 'title', value: 'x' };

describe('a PATCH body is read whatever the case of its names', () => {
  it.each<[Json, Json]>([
    [{ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [replace] }, [replace]],
    [{ Operations: [replace] }, [replace]],
    [{ operations: [replace], schemas: 5 }, [replace]],
    [{ OPERATIONS: [{ OP: 'Replace', PATH: 'title', VALUE: 'x' }] }, [replace]],
    [
      { Operations: [{ op: 'ADD', value: { title: 'x' } }] },
      [{ op: 'add', path: undefined, value: { title: 'x' } } as never],
    ],
    [{ Operations: [{ op: 'Remove', path: 'title' }] }, [{ op: 'remove', path: 'title', value: undefined } as never]],
    [{ Operations: [{ op: 'replace', path: 'title', value: null }] }, [{ op: 'replace', path: 'title', value: null }]],
    [
      { Operations: [{ op: 'replace', path: '', value: {} }] },
      [{ op: 'replace', path: undefined, value: {} } as never],
    ],
    [
      { Operations: [{ op: 'replace', path: null, value: {} }] },
      [{ op: 'replace', path: undefined, value: {} } as never],
    ],
  ])('%j', (body, operations) => {
    expect(accepted(readPatch(body))).toEqual(operations);
  });

  it('up to 1,000 operations', () => {
    const many = (count: number) => ({ Operations: Array.from({ length: count }, () => replace) });
    expect(accepted(readPatch(many(1000)))).toHaveLength(1000);
    expect(refused(readPatch(many(1001)))).toMatchObject({
      code: 'invalid_syntax',
      detail: expect.stringContaining('1001'),
    });
  });
});

describe('what is no PATCH body is refused, naming the operation', () => {
  it.each<[Json, string, string]>([
    ['text', 'invalid_syntax', 'Operations'],
    [[replace], 'invalid_syntax', 'Operations'],
    [{}, 'invalid_syntax', 'Operations'],
    [{ Operations: [] }, 'invalid_syntax', 'at least one'],
    [{ Operations: replace }, 'invalid_syntax', 'Operations'],
    [{ Operations: [replace, 'x'] }, 'invalid_syntax', 'Operation 2'],
    [{ Operations: [null] }, 'invalid_syntax', 'Operation 1'],
    [{ Operations: [{ path: 'title', value: 'x' }] }, 'invalid_syntax', '"op"'],
    [{ Operations: [{ op: 'move', path: 'title' }] }, 'invalid_syntax', '"op"'],
    [{ Operations: [{ op: 5, path: 'title' }] }, 'invalid_syntax', '"op"'],
    [{ Operations: [{ op: '__proto__', path: 'title' }] }, 'invalid_syntax', '"op"'],
    [{ Operations: [{ op: 'add', path: 5, value: 'x' }] }, 'invalid_path', 'operation 1'],
    [{ Operations: [{ op: 'add', path: ['title'], value: 'x' }] }, 'invalid_path', 'operation 1'],
    [{ Operations: [{ op: 'remove' }] }, 'no_target', 'Operation 1'],
    [{ Operations: [{ op: 'remove', path: ' ' }] }, 'no_target', 'Operation 1'],
    [{ Operations: [{ op: 'remove', value: { title: 'x' } }] }, 'no_target', 'Operation 1'],
    [{ Operations: [{ op: 'add', path: 'title' }] }, 'invalid_value', '"value"'],
    [{ Operations: [{ op: 'replace' }] }, 'invalid_value', '"value"'],
  ])('%j', (body, code, sentence) => {
    const failure = refused(readPatch(body));
    expect(failure.code).toBe(code);
    expect(failure.detail).toContain(sentence);
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Json } from '../../../../src/scim/json.ts';
import { applyPatch } from '../../../../src/scim/patch/apply.ts';
import { type PatchOperation, readPatch } from '../../../../src/scim/patch/operations.ts';
import { oracle } from '../patch-oracle.ts';
import { ENTERPRISE, USER } from '../world.ts';
import { asSent, operation, printPath, resource, target, withValue } from './random-patch.ts';

const RUNS = { numRuns: 1000 };

it('PATCH does what an independent reading of the RFC does, for random users and operations', () => {
  fc.assert(
    fc.property(
      resource,
      fc.array(operation, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      (before, operations, shout) => {
        const read = readPatch({ Operations: operations.map((one) => asSent(one, shout)) });
        const result = read.ok ? applyPatch(USER, before, read.value) : read;
        expect(result.ok ? result.value.resource : result.failure.code).toEqual(oracle(before, operations));
      },
    ),
    { ...RUNS, numRuns: 3000 },
  );
});

it('PATCH never changes the resource it is given', () => {
  fc.assert(
    fc.property(resource, fc.array(operation, { maxLength: 5 }), (before, operations) => {
      const copy = structuredClone(before);
      const read = readPatch({ Operations: operations.map((one) => asSent(one, false)) });
      if (read.ok) applyPatch(USER, freeze(before), read.value);
      expect(before).toEqual(copy);
    }),
    RUNS,
  );
});

it('PATCH applied to its own outcome by the same replacement changes nothing more', () => {
  fc.assert(
    fc.property(resource, withValue(target), (before, [one, value]) => {
      const replace: PatchOperation = { op: 'replace', path: printPath(one), value };
      const once = applyPatch(USER, before, [replace]);
      if (!once.ok || one.filter !== undefined) return;
      const twice = applyPatch(USER, once.value.resource, [replace]);
      expect(twice.ok && JSON.stringify(twice.value.resource)).toBe(JSON.stringify(once.value.resource));
    }),
    RUNS,
  );
});

it('PATCH never throws, whatever path and value', () => {
  const path = fc.oneof(
    fc.string({ unit: 'binary' }),
    target.map(printPath),
    fc.constantFrom(
      '__proto__',
      'constructor',
      'name.__proto__',
      'emails[__proto__ pr].value',
      ENTERPRISE,
      `${ENTERPRISE}:`,
    ),
  );
  const anyOperation: fc.Arbitrary<PatchOperation> = fc.record({
    op: fc.constantFrom('add' as const, 'replace' as const, 'remove' as const),
    path: fc.option(path, { nil: undefined }),
    value: fc.option(
      fc.jsonValue({ stringUnit: 'binary' }).map((value) => value as Json),
      { nil: undefined },
    ),
  });
  fc.assert(
    fc.property(resource, fc.array(anyOperation, { maxLength: 3 }), (before, operations) => {
      expect(typeof applyPatch(USER, freeze(before), operations).ok).toBe('boolean');
    }),
    RUNS,
  );
});

function freeze<T extends Json>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}

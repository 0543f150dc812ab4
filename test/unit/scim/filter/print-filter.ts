// Random filters to write and read again.
import fc from 'fast-check';
import type { AttributeRef, CompareOperator, Filter } from '../../../../src/scim/filter/ast.ts';

export { printFilter } from '../../../../src/scim/filter/print.ts';

/** Any attribute name but `not`, which is a keyword where a term begins. */
const name = fc
  .oneof(
    fc.constantFrom(
      'userName',
      'emails',
      'type',
      '$ref',
      'and',
      'or',
      'pr',
      'eq',
      'true',
      'null',
      'proto__',
      'constructor',
    ),
    fc.stringMatching(/^\$?[A-Za-z][A-Za-z0-9$_-]{0,12}$/),
  )
  .filter((text) => text.toLowerCase() !== 'not');

const reference: fc.Arbitrary<AttributeRef> = fc.record({
  urn: fc.option(
    fc.constantFrom(
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
      'URN:x',
    ),
    { nil: undefined, freq: 3 },
  ),
  name,
  sub: fc.option(name, { nil: undefined }),
});

const value = fc.oneof(
  fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);

const operator = fc.constantFrom<CompareOperator>('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');

const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ kind: fc.constant('present' as const), attribute: reference }),
  fc.record({ kind: fc.constant('compare' as const), attribute: reference, operator, value }),
);

function combined(inner: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  return fc.oneof(
    { weight: 3, arbitrary: inner },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        terms: fc.array(inner, { minLength: 2, maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('not' as const), term: inner }) },
  );
}

/** Up to 27 terms, without value paths. */
const valueFilter = combined(combined(combined(leaf)));

const valuePath: fc.Arbitrary<Filter> = fc.record({
  kind: fc.constant('valuePath' as const),
  attribute: reference,
  filter: combined(combined(leaf)),
});

/** Any filter the grammar allows, under the limits of depth and terms. */
export const anyFilter: fc.Arbitrary<Filter> = fc.oneof(
  valueFilter,
  combined(fc.oneof(leaf, valuePath)),
  combined(combined(combined(combined(leaf)))).filter((filter) => countTerms(filter) <= 40),
);

function countTerms(filter: Filter): number {
  if (filter.kind === 'and' || filter.kind === 'or')
    return filter.terms.reduce((sum, term) => sum + countTerms(term), 0);
  if (filter.kind === 'not') return countTerms(filter.term);
  return filter.kind === 'valuePath' ? countTerms(filter.filter) : 1;
}

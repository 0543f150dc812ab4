// `schemas` in a filter: what a resource carries of it follows from the schemas in force, not from anything stored by itself.
import { fail, ok, type Result } from '../failure.ts';
import type { Filter } from '../scim/filter/ast.ts';
import { fold } from '../scim/fold.ts';
import type { ResourceSchema } from '../scim/schema/resource-schema.ts';
import { ALWAYS, type Condition, NEVER, type Operator, oneOf } from '../storage/condition.ts';
import type { FilterTable } from './filter-table.ts';

/** URNs compare without case. They are ASCII, so the order of code units beside them is that of code points. */
const HOLDS: Readonly<Record<Operator, (urn: string, wanted: string) => boolean>> = {
  eq: (urn, wanted) => urn === wanted,
  ne: (urn, wanted) => urn !== wanted,
  co: (urn, wanted) => urn.includes(wanted),
  sw: (urn, wanted) => urn.startsWith(wanted),
  ew: (urn, wanted) => urn.endsWith(wanted),
  gt: (urn, wanted) => urn > wanted,
  ge: (urn, wanted) => urn >= wanted,
  lt: (urn, wanted) => urn < wanted,
  le: (urn, wanted) => urn <= wanted,
};

/** The condition under which one of the URNs that a resource shows meets the test. */
export function planSchemas(
  test: Extract<Filter, { kind: 'present' | 'compare' }>,
  schema: ResourceSchema,
  table: FilterTable,
): Result<Condition> {
  if (test.kind === 'present') return ok(ALWAYS);
  const { operator, value } = test;
  if (value === null && (operator === 'eq' || operator === 'ne')) return ok(operator === 'eq' ? NEVER : ALWAYS);
  if (value === null || typeof value === 'boolean')
    return fail('invalid_filter', 'The filter must compare "schemas" with a URN in quotes.');
  const isMet = ({ id }: { readonly id: string }) => HOLDS[operator](fold(id), fold(String(value)));
  const shown = schema.extensions.filter(isMet).map((extension): Condition => {
    // An extension whose attributes have columns is shown of every resource.
    const own = extension.attributes.every(({ name }) => `${extension.name}:${name}` in table.attributes);
    return own ? ALWAYS : { kind: 'present', of: { kind: 'json', path: [extension.id] } };
  });
  return ok(oneOf([isMet(schema.core) ? ALWAYS : NEVER, ...shown]));
}

// One filter for resources of several types, RFC 7644 section 3.4.2.1: of a type that has no such attribute, the attribute is
// absent.
import { resolveName } from '../attribute-name.ts';
import type { ResourceSchema } from '../schema/resource-schema.ts';
import type { AttributeRef, Filter } from './ast.ts';

const ID: AttributeRef = { urn: undefined, name: 'id', sub: undefined };
/** What every resource meets, and what none does. */
const ALWAYS: Filter = { kind: 'present', attribute: ID };
const NEVER: Filter = { kind: 'compare', attribute: ID, operator: 'eq', value: null };

/** Whether `schema` has the attribute; `schemas` is every resource's. */
export function knowsAttribute({ urn, name, sub }: AttributeRef, schema: ResourceSchema): boolean {
  if (urn === undefined && sub === undefined && name.toLowerCase() === 'schemas') return true;
  const written = `${urn === undefined ? '' : `${urn}:`}${name}${sub === undefined ? '' : `.${sub}`}`;
  return resolveName(written, schema).kind === 'attribute';
}

/**
 * The filter as it stands for resources of `schema`. Attributes that only one of `others` has are absent; one that no type
 * has stays, for whoever plans the filter to refuse.
 */
export function narrowFilter(filter: Filter, schema: ResourceSchema, others: readonly ResourceSchema[]): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, terms: filter.terms.map((term) => narrowFilter(term, schema, others)) };
    case 'not':
      return { kind: 'not', term: narrowFilter(filter.term, schema, others) };
    case 'present':
    case 'compare':
    case 'valuePath': {
      const foreign =
        !knowsAttribute(filter.attribute, schema) && others.some((other) => knowsAttribute(filter.attribute, other));
      return foreign ? ofAbsent(filter) : filter;
    }
  }
}

/** An absent value differs from any and equals null; all else it is not. */
function ofAbsent(filter: Filter): Filter {
  if (filter.kind !== 'compare') return NEVER;
  const { operator, value } = filter;
  const met = value === null ? operator === 'eq' : operator === 'ne';
  return met ? ALWAYS : NEVER;
}

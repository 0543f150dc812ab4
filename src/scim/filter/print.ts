// A filter as text again: what asks a list on behalf of another request speaks its language.
import type { AttributeRef, Filter } from './ast.ts';

/** The text of a filter, with no more brackets than the grammar needs; reading it gives the same filter. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
      return filter.terms
        .map((term) => (term.kind === 'and' || term.kind === 'or' ? enclosed(term) : printFilter(term)))
        .join(' and ');
    case 'or':
      return filter.terms.map((term) => (term.kind === 'or' ? enclosed(term) : printFilter(term))).join(' or ');
    case 'not':
      return `not ${enclosed(filter.term)}`;
    case 'present':
      return `${printReference(filter.attribute)} pr`;
    case 'compare':
      return `${printReference(filter.attribute)} ${filter.operator} ${JSON.stringify(filter.value)}`;
    case 'valuePath':
      return `${printReference(filter.attribute)}[${printFilter(filter.filter)}]`;
  }
}

function enclosed(filter: Filter): string {
  return `(${printFilter(filter)})`;
}

function printReference({ urn, name, sub }: AttributeRef): string {
  return `${urn === undefined ? '' : `${urn}:`}${name}${sub === undefined ? '' : `.${sub}`}`;
}

// From a filter as parsed to a condition that storage can run, by a table of the attributes that have a column of their own.
import { fail, ok, type Result } from '../failure.ts';
import type { AttributeRef, Filter, FilterValue } from '../scim/filter/ast.ts';
import { fold } from '../scim/fold.ts';
import type { ResourceSchema } from '../scim/schema/resource-schema.ts';
import type { Condition, FilterColumn } from '../storage/condition.ts';

interface FilterableAttribute {
  readonly column: FilterColumn;
  readonly kind: 'string' | 'boolean';
  /** How a value is spelled in the column. */
  readonly key: (text: string) => string;
}

const asIs = (text: string) => text;

const FILTERABLE: Readonly<Record<string, FilterableAttribute>> = {
  id: { column: 'id', kind: 'string', key: asIs },
  userName: { column: 'user_name_key', kind: 'string', key: fold },
  externalId: { column: 'external_id', kind: 'string', key: asIs },
  active: { column: 'active', kind: 'boolean', key: asIs },
};

const NAMES = Object.keys(FILTERABLE).join(', ');

/** Plans a filter over users. Fails with `invalid_filter` for what this gateway cannot run yet, naming what it can. */
export function planUserFilter(filter: Filter, schema: ResourceSchema): Result<Condition> {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return planTerms(filter.kind, filter.terms, schema);
    case 'present':
      return planPresent(filter.attribute, schema);
    case 'compare':
      return planComparison(filter, schema);
    case 'not':
      return unsupported('The operator "not"');
    case 'valuePath':
      return unsupported('A value path in brackets');
  }
}

function planTerms(kind: 'and' | 'or', terms: readonly Filter[], schema: ResourceSchema): Result<Condition> {
  const planned: Condition[] = [];
  for (const term of terms) {
    const condition = planUserFilter(term, schema);
    if (!condition.ok) return condition;
    planned.push(condition.value);
  }
  return ok({ kind, terms: planned });
}

function planPresent(reference: AttributeRef, schema: ResourceSchema): Result<Condition> {
  const found = resolve(reference, schema);
  return found.ok ? ok({ kind: 'present', column: found.value.attribute.column }) : found;
}

function planComparison(filter: Extract<Filter, { kind: 'compare' }>, schema: ResourceSchema): Result<Condition> {
  const found = resolve(filter.attribute, schema);
  if (!found.ok) return found;
  const { attribute, name } = found.value;
  if (attribute.kind === 'boolean') return planBoolean(filter, name, attribute.column);
  if (filter.operator !== 'eq' && filter.operator !== 'sw') return unsupported(`The operator "${filter.operator}"`);
  if (typeof filter.value !== 'string') return wrongValue(name, 'a string in double quotes');
  const key = attribute.key(filter.value);
  if (filter.operator === 'eq') return ok({ kind: 'equals', column: attribute.column, value: key });
  return ok({ kind: 'startsWith', column: attribute.column, prefix: key });
}

function planBoolean(
  filter: Extract<Filter, { kind: 'compare' }>,
  name: string,
  column: FilterColumn,
): Result<Condition> {
  const value = readBoolean(filter.value);
  if (filter.operator !== 'eq') return unsupported(`The operator "${filter.operator}" on ${name}`);
  if (value === undefined) return wrongValue(name, 'true or false');
  return ok({ kind: 'equals', column, value: value ? 1 : 0 });
}

/** Entra quotes booleans in filters. */
function readBoolean(value: FilterValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : undefined;
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** A core or common attribute, possibly under the core schema's URN. */
function resolve(
  reference: AttributeRef,
  schema: ResourceSchema,
): Result<{ readonly name: string; readonly attribute: FilterableAttribute }> {
  const inCore = reference.urn === undefined || reference.urn.toLowerCase() === schema.core.id.toLowerCase();
  const name = inCore ? schema.attribute(reference.name)?.name : undefined;
  const attribute = name === undefined || reference.sub !== undefined ? undefined : FILTERABLE[name];
  if (name === undefined || attribute === undefined) return unsupported('This attribute');
  return ok({ name, attribute });
}

function unsupported(what: string) {
  return fail(
    'invalid_filter',
    `${what} cannot be used in a filter here. Filters may use eq, sw, pr, and, or on the attributes ${NAMES}; active knows only eq and pr.`,
  );
}

function wrongValue(name: string, expected: string) {
  return fail('invalid_filter', `The filter compares ${name} with a value of the wrong kind: it takes ${expected}.`);
}

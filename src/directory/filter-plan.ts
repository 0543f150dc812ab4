// From a filter as parsed to a condition that storage runs, RFC 7644 section 3.4.2.2. What is where comes from a table; nothing of
// the filter's text but values, which are bound, gets any further.
import { ok, type Result } from '../failure.ts';
import type { AttributeRef, Filter, FilterValue } from '../scim/filter/ast.ts';
import { readOperand } from '../scim/filter/operand.ts';
import { fold } from '../scim/fold.ts';
import type { Attribute } from '../scim/schema/attribute.ts';
import { type ResourceSchema, subAttribute } from '../scim/schema/resource-schema.ts';
import {
  ALWAYS,
  allOf,
  anyOf,
  type Condition,
  negated,
  type Operator,
  oneOf,
  type Value,
} from '../storage/condition.ts';
import { planSchemas } from './filter-schemas.ts';
import type { FilterTable } from './filter-table.ts';
import { partTarget, partValue, type Target, targetOf, unfilterable } from './filter-target.ts';

/**
 * Plans a filter over the resources of one type. `ne` and `not` are met by absent values; on multi-valued attributes any value
 * decides. Fails with `invalid_filter` for attributes that no schema knows, and for comparisons without a meaning.
 */
export function planFilter(filter: Filter, schema: ResourceSchema, table: FilterTable): Result<Condition> {
  return plan(filter, {
    find: (reference) => targetOf(reference, schema, table),
    schemas: (test) => planSchemas(test, schema, table),
  });
}

type Test = Extract<Filter, { kind: 'present' | 'compare' }>;

/** How names are understood: those of a resource, or those inside the brackets of a value path. */
interface Scope {
  readonly find: (reference: AttributeRef) => Result<Target>;
  /** `schemas` is no attribute of any schema table; undefined where it means nothing. */
  readonly schemas: ((test: Test) => Result<Condition>) | undefined;
}

function plan(filter: Filter, scope: Scope): Result<Condition> {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return planTerms(filter.kind, filter.terms, scope);
    case 'not': {
      const term = plan(filter.term, scope);
      return term.ok ? ok(negated(term.value)) : term;
    }
    case 'valuePath':
      return planValuePath(filter, scope);
    case 'present':
    case 'compare': {
      if (scope.schemas && isSchemas(filter.attribute)) return scope.schemas(filter);
      const target = scope.find(filter.attribute);
      if (!target.ok) return target;
      return filter.kind === 'present' ? ok(presence(target.value)) : planComparison(filter, target.value);
    }
  }
}

function isSchemas({ urn, name, sub }: AttributeRef): boolean {
  return urn === undefined && sub === undefined && name.toLowerCase() === 'schemas';
}

function planTerms(kind: 'and' | 'or', terms: readonly Filter[], scope: Scope): Result<Condition> {
  const planned: Condition[] = [];
  for (const term of terms) {
    const condition = plan(term, scope);
    if (!condition.ok) return condition;
    planned.push(condition.value);
  }
  return ok(kind === 'and' ? allOf(planned) : oneOf(planned));
}

/** One element must meet the whole filter in the brackets; of a single complex attribute, the only one. */
function planValuePath(filter: Extract<Filter, { kind: 'valuePath' }>, scope: Scope): Result<Condition> {
  const found = scope.find(filter.attribute);
  if (!found.ok) return found;
  const target = found.value;
  const { place } = target;
  if (target.sub !== undefined || (place.kind !== 'list' && place.kind !== 'object')) {
    return unfilterable(`${target.attribute.name}[...]`);
  }
  const where = plan(filter.filter, { find: (reference) => partTarget(reference, target), schemas: undefined });
  if (!where.ok) return where;
  return ok(place.kind === 'list' ? anyOf(place.list, where.value) : allOf([presence(target), where.value]));
}

function presence({ sub, place }: Target): Condition {
  switch (place.kind) {
    case 'always':
      return ALWAYS;
    case 'value':
      return place.always ? ALWAYS : { kind: 'present', of: place.value };
    case 'object':
      return { kind: 'present', of: { kind: 'json', path: place.path } };
    case 'list': {
      const value = sub && place.part(sub.name);
      return value ? anyOf(place.list, { kind: 'present', of: value }) : { kind: 'present', of: place.list };
    }
  }
}

function planComparison(filter: Extract<Test, { kind: 'compare' }>, target: Target): Result<Condition> {
  const { attribute, place } = target;
  // The values of a complex attribute are called `value`, so that `emails co "x"` has a meaning.
  const named = target.sub ?? (attribute.type === 'complex' ? subAttribute(attribute, 'value') : undefined);
  const compared = named ?? attribute;
  const operand = readOperand(compared, filter.operator, filter.value);
  if (!operand.ok) return operand;
  if (operand.value === null) return ok(filter.operator === 'eq' ? negated(presence(target)) : presence(target));
  const always = place.kind === 'value' && place.always;
  const value = place.kind === 'value' ? place.value : partValue(place, named?.name);
  if (value === undefined) return unfilterable(named ? `${attribute.name}.${named.name}` : attribute.name);
  const condition = comparison(compared, value, filter.operator, operand.value, always);
  if (place.kind !== 'list') return ok(condition);
  const some = anyOf(place.list, condition);
  const none: Condition = { kind: 'not', term: { kind: 'present', of: place.list } };
  return ok(filter.operator === 'ne' ? oneOf([none, some]) : some);
}

function comparison(
  attribute: Attribute,
  value: Value,
  operator: Operator,
  operand: Exclude<FilterValue, null>,
  always: boolean,
): Condition {
  switch (typeof operand) {
    case 'boolean':
      return booleanComparison(value, operator, operand, always);
    case 'number':
      return { kind: 'compare', value, operator, operand };
    case 'string': {
      const shown: Value = attribute.type === 'dateTime' ? { kind: 'date_text', of: value } : value;
      if (operand === '' && PARTIAL.has(operator)) return always ? ALWAYS : { kind: 'present', of: shown };
      return { kind: 'compare', value: shown, operator, operand: attribute.caseExact ? operand : fold(operand) };
    }
  }
}

/** Every text contains, begins with and ends with nothing. */
const PARTIAL: ReadonlySet<Operator> = new Set(['co', 'sw', 'ew']);

/** Where there always is a value, "is not true" is "is false", which can use an index. */
function booleanComparison(value: Value, operator: Operator, operand: boolean, always: boolean): Condition {
  const turned = operator === 'ne' && always;
  return { kind: 'compare', value, operator: turned ? 'eq' : operator, operand: operand !== turned ? 1 : 0 };
}

// From `sortBy` as written to the order that storage runs, RFC 7644 section 3.4.2.3. Where values are is what filters know.
import { fail, ok, type Result } from '../failure.ts';
import { splitReference } from '../scim/filter/reference.ts';
import type { Sort } from '../scim/list-query.ts';
import type { Attribute } from '../scim/schema/attribute.ts';
import { type ResourceSchema, subAttribute } from '../scim/schema/resource-schema.ts';
import type { Order, SortKey } from '../storage/list-order.ts';
import type { FilterTable } from './filter-table.ts';
import { type Target, targetOf } from './filter-target.ts';

/** Fails with `invalid_value` where the attribute is unknown, has no one value to sort by, or is not kept with the resource. */
export function planSort(sort: Sort, schema: ResourceSchema, table: FilterTable): Result<Order> {
  const reference = splitReference(sort.by);
  const target = reference && targetOf(reference, schema, table);
  if (target === undefined || !target.ok) {
    return unsortable('sortBy names an attribute that the schemas of this portal do not know, or that is never shown.');
  }
  const key = keyOf(target.value, schema.core.name);
  return key.ok ? ok({ key: key.value, descending: sort.descending }) : key;
}

function keyOf({ attribute, sub, place }: Target, type: string): Result<SortKey> {
  switch (place.kind) {
    case 'value':
      return ok({ kind: 'value', value: place.value, always: place.always });
    case 'list': {
      const part = sub ?? subAttribute(attribute, 'value');
      const value = place.part(part?.name);
      const isPlain = attribute.subAttributes === undefined;
      if (place.list.kind !== 'json_list' || value === undefined) {
        return unsortable(`${type}s cannot be sorted by "${attribute.name}".`);
      }
      if (part === undefined && !isPlain) return hasParts(attribute);
      return ok({ kind: 'list', path: place.list.path, value });
    }
    case 'always':
    case 'object':
      return hasParts(attribute);
  }
}

function hasParts({ name, subAttributes }: Attribute) {
  return unsortable(`"${name}" has parts; sort by one of them, such as "${name}.${subAttributes?.[1]?.name}".`);
}

function unsortable(sentence: string) {
  return fail('invalid_value', `${sentence} See /Schemas for the attributes there are.`);
}

// How much one multi-valued attribute of a user may hold. PATCH looks through all values with each of up to 1,000 operations, so
// what is allowed here is what one request may cost. Members of groups are rows of their own and have no limit.
import { fail, ok, type Result } from '../failure.ts';
import { isObject, type Json } from './json.ts';
import type { Attribute } from './schema/attribute.ts';

/** Values of one multi-valued attribute. */
export const MAX_VALUES = 200;
/** UTF-16 units of text in all of them: half of what a user may take, since filters read the text once more. */
const MAX_TEXT_UNITS = 96 * 1024;

/** Fails with `invalid_value` for more values than an attribute may have, or more text in them. */
export function checkList(attribute: Attribute, list: readonly Json[]): Result<undefined> {
  if (attribute.manyValues) return ok(undefined);
  if (list.length > MAX_VALUES) {
    return fail(
      'invalid_value',
      `"${attribute.name}" cannot have more than ${MAX_VALUES} values. Nothing was changed.`,
    );
  }
  if (textUnits(list) <= MAX_TEXT_UNITS) return ok(undefined);
  const most = `${MAX_TEXT_UNITS / 1024} KiB of text`;
  return fail(
    'invalid_value',
    `The values of "${attribute.name}" hold more than ${most} together. Nothing was changed.`,
  );
}

function textUnits(list: readonly Json[]): number {
  let units = 0;
  for (const element of list) {
    for (const part of isObject(element) ? Object.values(element) : [element]) {
      if (typeof part === 'string') units += part.length;
    }
  }
  return units;
}

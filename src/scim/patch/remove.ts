// The operation remove, RFC 7644 section 3.5.2.2. Removing what is not there succeeds: an identity provider that repeats
// itself must not be told that its work failed.

import { fail } from '../../failure.ts';
import { canonicalName } from '../attribute-name.ts';
import { assign, type Draft, merge, put, removeExtension, WRITTEN, type Written } from '../draft.ts';
import { isObject, type Json } from '../json.ts';
import type { Schema } from '../schema/attribute.ts';
import { elementsOf, removeElements } from './elements.ts';
import type { AttributePath } from './path.ts';
import { selectPlaces, writePlaces } from './selection.ts';

/**
 * Removes an attribute, a part of it, or the values that a filter selects. For a whole multi-valued attribute `value` may list
 * the only values to remove, as Entra does for members.
 */
export function removeAttribute(draft: Draft, path: AttributePath, value: Json): Written {
  const { attribute, filter, sub } = path;
  if (!attribute.multiValued) return assign(draft, path, null);
  draft.named.add(canonicalName({ ...path, sub: undefined }));
  const elements = elementsOf(draft, path);
  if (filter === undefined && sub === undefined) return removeListed(draft, path, elements, value);
  const places = selectPlaces(path, elements);
  if (!places.ok) return places;
  return writePlaces(draft, path, elements, places.value, (element) =>
    sub !== undefined && isObject(element) ? merge(element, [[sub, undefined]]) : undefined,
  );
}

/** Removes a whole extension, named by its URN. Fails with `no_target` for the core schema. */
export function removeSchema(draft: Draft, schema: Schema): Written {
  if (schema === draft.schema.core)
    return fail('no_target', 'A remove needs the name of an attribute after the URN of the core schema.');
  removeExtension(draft, schema);
  return WRITTEN;
}

function removeListed(draft: Draft, path: AttributePath, elements: readonly Json[], value: Json): Written {
  const left =
    value === null || value === '' ? { ok: true as const, value: [] } : removeElements(path.attribute, elements, value);
  if (!left.ok) return left;
  put(draft, path, left.value);
  return WRITTEN;
}

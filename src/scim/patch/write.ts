// The operations add and replace, RFC 7644 sections 3.5.2.1 and 3.5.2.3. They differ only for multi-valued attributes.
import { canonicalName } from '../attribute-name.ts';
import {
  assign,
  type Draft,
  isIgnored,
  notAnObject,
  putList,
  removeExtension,
  WRITTEN,
  type Written,
} from '../draft.ts';
import { isObject, type Json } from '../json.ts';
import type { Schema } from '../schema/attribute.ts';
import { readValue } from '../values.ts';
import { addElements, elementsOf, listOf } from './elements.ts';
import { type AttributePath, type PatchPath, parsePath } from './path.ts';
import { writeSelected } from './selection.ts';

export type WriteOp = 'add' | 'replace';

/** Writes `value` to an attribute, to one of its parts, or to the values that a filter selects. */
export function writeAttribute(draft: Draft, op: WriteOp, path: AttributePath, value: Json): Written {
  if (!path.attribute.multiValued) return assign(draft, path, value);
  if (path.filter !== undefined || path.sub !== undefined) return writeSelected(draft, op, path, value);
  return op === 'replace' ? assign(draft, path, value) : addToList(draft, path, value);
}

/** A value without path: every name in it is a path of its own. Read-only, unknown and unreadable names are skipped. */
export function writeObject(draft: Draft, op: WriteOp, value: Json): Written {
  if (!isObject(value)) return notAnObject('value');
  for (const [name, inner] of Object.entries(value)) {
    const path = parsePath(name, draft.schema);
    if (!path.ok) continue;
    const written =
      path.value.kind === 'schema'
        ? writeSchema(draft, op, path.value.schema, inner)
        : writeNamed(draft, op, path.value, inner);
    if (!written.ok) return written;
  }
  return WRITTEN;
}

/** A value for a whole schema, named by its URN alone: its attributes in an object, or "no value" to remove an extension. */
export function writeSchema(draft: Draft, op: WriteOp, schema: Schema, value: Json): Written {
  if (value === null || value === '') {
    removeExtension(draft, schema);
    return WRITTEN;
  }
  if (!isObject(value)) return notAnObject(schema.id);
  draft.named.add(schema.id);
  for (const [name, inner] of Object.entries(value)) {
    const path = parsePath(`${schema.id}:${name}`, draft.schema);
    const written = path.ok ? writeNamed(draft, op, path.value, inner) : WRITTEN;
    if (!written.ok) return written;
  }
  return WRITTEN;
}

function writeNamed(draft: Draft, op: WriteOp, path: PatchPath, value: Json): Written {
  return path.kind !== 'attribute' || isIgnored(path) ? WRITTEN : writeAttribute(draft, op, path, value);
}

function addToList(draft: Draft, path: AttributePath, value: Json): Written {
  draft.named.add(canonicalName(path));
  const added = readValue(path.attribute, value);
  if (!added.ok) return added;
  const list = addElements(path.attribute, elementsOf(draft, path), listOf(added.value));
  if (!list.ok) return list;
  return putList(draft, path, list.value);
}

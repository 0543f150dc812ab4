// PATCH: operations one after the other on a draft, all or nothing. RFC 7644 section 3.5.2.

import { fail, ok, type Result } from '../../failure.ts';
import { canonicalName, isReadOnly } from '../attribute-name.ts';
import { beginDraft, type Draft, finish, isIgnored, WRITTEN, type Written } from '../draft.ts';
import type { ScimResource } from '../resource.ts';
import type { ResourceSchema } from '../schema/resource-schema.ts';
import type { PatchOperation } from './operations.ts';
import { parsePath } from './path.ts';
import { removeAttribute, removeSchema } from './remove.ts';
import { writeAttribute, writeObject, writeSchema } from './write.ts';

export interface PatchedResource {
  readonly resource: ScimResource;
  /** Canonical names the operations addressed, in the form of `ReadResource.present`. */
  readonly named: ReadonlySet<string>;
}

/**
 * `resource` after all operations; the resource given stays as it is. Attributes no schema knows are skipped. Fails, at the
 * first operation that does, with `invalid_path`, `invalid_filter`, `invalid_value`, `no_target` where an add or replace
 * selects values that do not exist and cannot be made up, and `read_only_attribute` where a path names one.
 */
export function applyPatch(
  schema: ResourceSchema,
  resource: ScimResource,
  operations: readonly PatchOperation[],
): Result<PatchedResource> {
  const draft = beginDraft(schema, resource);
  for (const operation of operations) {
    const applied = applyOperation(draft, operation);
    if (!applied.ok) return applied;
  }
  return ok({ resource: finish(draft), named: draft.named });
}

function applyOperation(draft: Draft, { op, path, value = null }: PatchOperation): Written {
  if (path === undefined) {
    return op === 'remove'
      ? fail('no_target', 'A remove needs a "path" that says what.')
      : writeObject(draft, op, value);
  }
  const target = parsePath(path, draft.schema);
  if (!target.ok) return target;
  switch (target.value.kind) {
    case 'unknown':
      return WRITTEN;
    case 'schema':
      return op === 'remove'
        ? removeSchema(draft, target.value.schema)
        : writeSchema(draft, op, target.value.schema, value);
    case 'attribute':
      if (isReadOnly(target.value)) {
        return fail('read_only_attribute', `"${canonicalName(target.value)}" is read-only: the gateway alone sets it.`);
      }
      if (isIgnored(target.value)) return WRITTEN;
      return op === 'remove'
        ? removeAttribute(draft, target.value, value)
        : writeAttribute(draft, op, target.value, value);
  }
}

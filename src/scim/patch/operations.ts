// The body of a PATCH request, before any path is understood. RFC 7644 section 3.5.2.
import { fail, ok, type Result } from '../../failure.ts';
import { isObject, type Json, member } from '../json.ts';

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  /** As written; undefined where the operation has none. */
  readonly path: string | undefined;
  /** As sent; null in an `add` or `replace` means "no value". Undefined only in a `remove`. */
  readonly value: Json | undefined;
}

const MAX_OPERATIONS = 1000;

/**
 * The operations of a PATCH body. Names of members and operations may be in any case, `schemas` may hold anything. Fails with
 * `invalid_syntax` for a body, list, operation or `op` that is none, `invalid_path` for a path that is not text, `no_target` for
 * a remove without path and `invalid_value` for an add or replace without value.
 */
export function readPatch(body: Json): Result<PatchOperation[]> {
  const given = isObject(body) ? member(body, 'operations') : undefined;
  if (!Array.isArray(given) || given.length === 0) {
    return fail(
      'invalid_syntax',
      'The body of a PATCH must be an object whose "Operations" is a list of at least one operation.',
    );
  }
  if (given.length > MAX_OPERATIONS) {
    return fail(
      'invalid_syntax',
      `A PATCH may hold up to ${MAX_OPERATIONS} operations; this one has ${given.length}. Send them in parts.`,
    );
  }
  const operations: PatchOperation[] = [];
  for (const [index, one] of given.entries()) {
    const operation = readOperation(one, `Operation ${index + 1}`);
    if (!operation.ok) return operation;
    operations.push(operation.value);
  }
  return ok(operations);
}

function readOperation(given: Json, label: string): Result<PatchOperation> {
  if (!isObject(given)) return fail('invalid_syntax', `${label} must be an object with "op", "path" and "value".`);
  const op = readOp(member(given, 'op'));
  if (op === undefined) return fail('invalid_syntax', `${label} needs an "op" that is "add", "replace" or "remove".`);
  const path = member(given, 'path') ?? '';
  if (typeof path !== 'string') return fail('invalid_path', `The "path" of ${label.toLowerCase()} must be text.`);
  const isPathless = path.trim() === '';
  const value = member(given, 'value');
  if (op === 'remove' && isPathless) return fail('no_target', `${label} removes, but has no "path" that says what.`);
  if (op !== 'remove' && value === undefined) return fail('invalid_value', `${label} needs a "value".`);
  return ok({ op, path: isPathless ? undefined : path, value });
}

function readOp(given: Json | undefined): PatchOperation['op'] | undefined {
  const op = typeof given === 'string' ? given.toLowerCase() : undefined;
  return op === 'add' || op === 'replace' || op === 'remove' ? op : undefined;
}

// PATCH of a group, compiled instead of applied: what the operations come to is known without the members that are there, so
// that adding one user to a group of fifty thousand reads none of them. RFC 7644 section 3.5.2.
import { fail, ok, type Result } from '../failure.ts';
import { canonicalName, isReadOnly } from './attribute-name.ts';
import { isIgnored, notAnObject, WRITTEN, type Written } from './draft.ts';
import { type GroupChange, GroupChangeDraft } from './group-change.ts';
import { readMemberIds, selectMembers } from './group-members.ts';
import { isObject, type Json } from './json.ts';
import type { PatchOperation } from './patch/operations.ts';
import { type AttributePath, type PatchPath, parsePath } from './patch/path.ts';
import { groupSchema } from './schema/group.ts';
import { readValue } from './values.ts';

type Op = PatchOperation['op'];
type Writer = (draft: GroupChangeDraft, op: Op, path: AttributePath, value: Json) => Written;

/** The attributes of a group that a client may write. */
const WRITERS: Readonly<Record<string, Writer>> = {
  displayName: writeText((draft, text) => {
    draft.displayName = text ?? '';
  }),
  externalId: writeText((draft, text) => {
    draft.externalId = text ?? null;
  }),
  members: writeMembers,
};

/**
 * What all operations together change. Attributes no schema knows are skipped, and so are read-only ones in an object without
 * path. A displayName that is taken away is an empty one. Fails, at the first operation that does, as PATCH of a user does, and
 * with `immutable_attribute` where it would change a member instead of adding or removing one.
 */
export function compileGroupPatch(operations: readonly PatchOperation[]): Result<GroupChange> {
  const draft = new GroupChangeDraft();
  for (const { op, path, value = null } of operations) {
    const applied = path === undefined ? writeObject(draft, op, value) : applyPath(draft, op, path, value);
    if (!applied.ok) return applied;
  }
  return ok(draft);
}

function applyPath(draft: GroupChangeDraft, op: Op, text: string, value: Json): Written {
  const path = parsePath(text, groupSchema);
  if (!path.ok) return path;
  if (path.value.kind === 'attribute' && isReadOnly(path.value)) {
    return fail('read_only_attribute', `"${canonicalName(path.value)}" is read-only: the gateway alone sets it.`);
  }
  if (path.value.kind === 'schema' && op === 'remove') {
    return fail('no_target', 'A remove needs the name of an attribute after the URN of the core schema.');
  }
  return writeTo(draft, op, path.value, value);
}

/** A value without path: every name in it is a path of its own. */
function writeObject(draft: GroupChangeDraft, op: Op, value: Json): Written {
  if (!isObject(value)) return notAnObject('value');
  for (const [name, inner] of Object.entries(value)) {
    const path = parsePath(name, groupSchema);
    const written = path.ok ? writeTo(draft, op, path.value, inner) : WRITTEN;
    if (!written.ok) return written;
  }
  return WRITTEN;
}

function writeTo(draft: GroupChangeDraft, op: Op, path: PatchPath, value: Json): Written {
  if (path.kind === 'schema') return writeObject(draft, op, value);
  if (path.kind === 'unknown' || isIgnored(path)) return WRITTEN;
  return WRITERS[path.attribute.name]?.(draft, op, path, value) ?? WRITTEN;
}

function writeText(set: (draft: GroupChangeDraft, text: string | undefined) => void): Writer {
  return (draft, op, { attribute }, value) => {
    const read = readValue(attribute, op === 'remove' ? null : value);
    if (!read.ok) return read;
    set(draft, read.value === undefined ? undefined : String(read.value));
    return WRITTEN;
  };
}

function writeMembers(draft: GroupChangeDraft, op: Op, path: AttributePath, value: Json): Written {
  if (path.sub !== undefined) return immutableMember();
  if (path.filter !== undefined) return writeSelected(draft, op, path.filter, value);
  const ids = readMemberIds(value);
  if (!ids.ok) return ids;
  const removesAll = op === 'remove' && (value === null || value === '');
  if (op === 'replace' || removesAll) draft.clearMembers();
  if (op === 'remove') draft.removeMembers(ids.value);
  else draft.addMembers(ids.value);
  return WRITTEN;
}

/** Removing what a filter selects is the rule. Adding "through" it is what some clients do for a member who is not there. */
function writeSelected(
  draft: GroupChangeDraft,
  op: Op,
  filter: NonNullable<AttributePath['filter']>,
  value: Json,
): Written {
  const selected = selectMembers(filter);
  if (!selected.ok) return selected;
  if (op === 'remove') {
    if (selected.value === 'all') draft.clearMembers();
    else draft.removeMembers(selected.value);
    return WRITTEN;
  }
  const [id, ...others] = selected.value === 'all' ? [] : selected.value;
  if (id === undefined || others.length > 0) {
    return fail('no_target', 'A member is added or replaced by a path that names one: members[value eq "id"].');
  }
  const ids = readMemberIds(value);
  if (!ids.ok) return ids;
  if (ids.value.some((other) => other !== id)) return immutableMember();
  draft.addMembers([id]);
  return WRITTEN;
}

function immutableMember(): Written {
  return fail('immutable_attribute', 'A member cannot be changed: remove the one and add the other.');
}

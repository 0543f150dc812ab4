// A group as the directory holds it, and how requests change it. Decisions only: values in, a value out, no I/O and no clock.
import { fail, ok, type Result } from '../failure.ts';
import { fold } from '../scim/fold.ts';
import { type GroupChange, GroupChangeDraft } from '../scim/group-change.ts';
import { readMemberIds } from '../scim/group-members.ts';
import type { ReadResource } from '../scim/resource.ts';

export interface Group {
  readonly seq: number;
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
}

/** One user in a group, as the group shows it. */
export interface GroupMember {
  readonly id: string;
  readonly display: string;
}

/** The attributes that an update writes; only what changes is named. */
export interface GroupColumns {
  readonly displayName?: string;
  readonly externalId?: string | null;
}

/** What the body of a POST or PUT wants, as a change: a PUT that does not name `members` keeps them, as group push needs it. */
export function wholeGroup({ resource, present }: ReadResource): Result<GroupChange> {
  const draft = new GroupChangeDraft();
  const members = readMemberIds(resource['members'] ?? null);
  if (!members.ok) return members;
  draft.displayName = typeof resource['displayName'] === 'string' ? resource['displayName'] : '';
  draft.externalId = typeof resource['externalId'] === 'string' ? resource['externalId'] : null;
  if (present.has('members')) draft.clearMembers();
  draft.addMembers(members.value);
  const named = checkName(draft.displayName);
  return named.ok ? ok(draft) : named;
}

/** How the members named stand in the group at the moment: how many of `added`, of `removed`, and of all. */
export interface Held {
  readonly added: number;
  readonly removed: number;
  /** Counted only where the change clears. */
  readonly total: number;
}

/** What a PUT or PATCH does. `membership` says whether it may change who is in the group; `names` are for the journal. */
export type GroupDecision =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'update';
      readonly columns: GroupColumns;
      readonly membership: boolean;
      readonly names: readonly string[];
    };

/** Decides a change. Fails with `invalid_value` where it leaves no name. */
export function decideGroup(group: Group, change: GroupChange, held: Held): Result<GroupDecision> {
  const { displayName, externalId } = change;
  const named = displayName === undefined ? ok(undefined) : checkName(displayName);
  if (!named.ok) return named;
  const columns: GroupColumns = {
    ...(displayName === undefined || displayName === group.displayName ? {} : { displayName }),
    ...(externalId === undefined || externalId === group.externalId ? {} : { externalId }),
  };
  const membership = changesMembers(change, held);
  const names = [...Object.keys(columns), ...(membership ? ['members'] : [])];
  return ok(names.length === 0 ? { kind: 'unchanged' } : { kind: 'update', columns, membership, names });
}

function changesMembers({ membership: { cleared, added } }: GroupChange, held: Held): boolean {
  return held.added < added.size || held.removed > 0 || (cleared && held.total > added.size);
}

const MAX_NAME_CHARACTERS = 1024;

function checkName(displayName: string): Result<undefined> {
  if (displayName.trim() === '') {
    return fail(
      'invalid_value',
      'displayName is required and must be a non-empty string: a group is found by its name.',
    );
  }
  if (Math.max(displayName.length, fold(displayName).length) > MAX_NAME_CHARACTERS) {
    return fail('invalid_value', `displayName cannot be longer than ${MAX_NAME_CHARACTERS} characters.`);
  }
  return ok(undefined);
}

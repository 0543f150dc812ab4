// POST /Groups: one D1 call, which writes the group and its members. Which member is unknown is asked only after the batch was
// refused for one.
import { wholeGroup } from '../../directory/group.ts';
import type { Portal } from '../../directory/portal.ts';
import { teamNameGuards } from '../../directory/team-group.ts';
import { ok, type Result } from '../../failure.ts';
import { randomId } from '../../random-id.ts';
import type { GroupChange } from '../../scim/group-change.ts';
import { type ReadResource, readResource } from '../../scim/resource.ts';
import { groupSchema } from '../../scim/schema/group.ts';
import { selectMembers } from '../../storage/group-rows.ts';
import { insertFirstMembers, insertGroup } from '../../storage/group-writes.ts';
import { insertJournal } from '../../storage/journal.ts';
import { policyGuard } from '../../storage/user-writes.ts';
import {
  type GroupShape,
  groupAnswer,
  groupsOff,
  MAX_GROUP_BODY_BYTES,
  readBack,
  readShape,
  readShown,
  type ShownGroup,
} from './group-answer.ts';
import { nameRefusal, unknownMembers } from './group-refusal.ts';
import type { ScimHandler, ScimRequest } from './request.ts';
import { retrying } from './retry.ts';

/** RFC 7644 section 3.3. */
export const createGroup: ScimHandler = async (request) => {
  // 1 parse
  const body = await request.body(MAX_GROUP_BODY_BYTES);
  if (!body.ok) return body;
  const read = readResource(groupSchema, body.value);
  if (!read.ok) return read;
  const shape = readShape(request);
  if (!shape.ok) return shape;
  // 3 decide
  const group = wholeGroup(read.value);
  if (!group.ok) return group;
  // 4 commit
  const created = await retrying(() => createOnce(request, group.value, read.value, shape.value));
  // 5 answer
  return created.ok ? ok(groupAnswer(request, shape.value, created.value, 201)) : created;
};

/** The new group, or undefined when it is worth another try. */
async function createOnce(
  request: ScimRequest,
  group: GroupChange,
  { present }: ReadResource,
  shape: GroupShape,
): Promise<Result<ShownGroup | undefined>> {
  const { db, sources } = request;
  const portal = await portalWithGroups(request);
  if (!portal.ok) return portal;
  const id = randomId(sources);
  const nowMs = sources.nowMs();
  const mutationId = randomId(sources);
  const { displayName = '', externalId = null, membership } = group;
  const entry = {
    mutationId,
    type: 'group.created',
    subject: id,
    ...request.author,
    attributes: [...present],
  } as const;
  const showsMembers = shape.members && membership.added.size > 0;
  const committed = await db.commit({
    mutationId,
    guards: [policyGuard(db.db, portal.value.version), ...teamNameGuards(db.db, portal.value.policy, displayName)],
    statements: [
      insertGroup(db.db, { id, displayName, externalId }, nowMs),
      ...insertFirstMembers(db.db, id, membership.added),
      insertJournal(db.db, entry, nowMs),
      ...(showsMembers ? [selectMembers(db.db, id)] : []),
    ],
  });
  if (!committed.ok) return committed;
  if (committed.value.kind === 'lost') {
    // The portal of the isolate's memory was an old one: the next try knows the new.
    if (committed.value.guard === 'policy') return refreshed(await db.read([]));
    return nameRefusal(committed.value.guard) ?? unknownMembers(request, membership.added);
  }
  const { results } = committed.value;
  const shown = readShown([results[0], showsMembers ? results.at(-1) : undefined]);
  return shown ? ok(shown) : readBack(request, id, shape);
}

function refreshed(read: Result<unknown>): Result<undefined> {
  return read.ok ? ok(undefined) : read;
}

/** The portal, as the isolate remembers it; that it has no groups is asked of D1 before it is said. */
async function portalWithGroups({ db }: ScimRequest): Promise<Result<Portal>> {
  const known = await db.portal();
  if (!known.ok || known.value.policy.groups !== 'off') return known;
  const read = await db.read([]);
  if (!read.ok) return read;
  return read.value.portal.policy.groups === 'off' ? groupsOff() : ok(read.value.portal);
}

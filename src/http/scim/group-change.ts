// PUT and PATCH of one group: load, decide, and one guarded commit; two D1 calls. Members that come and go by other requests
// meanwhile do not disturb it: memberships are rows, and each request writes those that it names.
import { decideGroup, type Group, type GroupDecision, type Held } from '../../directory/group.ts';
import type { Portal } from '../../directory/portal.ts';
import { teamNameGuards } from '../../directory/team-group.ts';
import { ok, type Result } from '../../failure.ts';
import { randomId } from '../../random-id.ts';
import { etagOf } from '../../scim/etag.ts';
import type { GroupChange } from '../../scim/group-change.ts';
import { countHeld, countMembers, selectGroup, selectMembers } from '../../storage/group-rows.ts';
import { changeMembers, groupGuard, updateGroup } from '../../storage/group-writes.ts';
import type { GuardName } from '../../storage/guard.ts';
import { insertJournal, type JournalType } from '../../storage/journal.ts';
import type { Answer } from '../answer.ts';
import { type GroupShape, groupAnswer, readBack, readShape, readShown, type ShownGroup } from './group-answer.ts';
import { nameRefusal, unknownMembers, writableGroup } from './group-refusal.ts';
import { checkIfMatch } from './preconditions.ts';
import type { ScimRequest } from './request.ts';
import { retrying } from './retry.ts';

/** Changes the group that the path names, and answers with it or with no content. */
export async function changeGroup(
  request: ScimRequest,
  change: GroupChange,
  reply: 'resource' | 'no_content',
): Promise<Result<Answer>> {
  const asked = readShape(request);
  if (!asked.ok) return asked;
  const silent = reply === 'no_content';
  const shape = { ...asked.value, members: asked.value.members && !silent };
  const changed = await retrying(() => changeOnce(request, change, shape));
  if (!changed.ok) return changed;
  const answer = groupAnswer(request, shape, changed.value);
  return ok(silent ? { status: 204, headers: answer.headers ?? {} } : answer);
}

/** The group as it is then; undefined when a guard was lost and nothing was written. */
async function changeOnce(
  request: ScimRequest,
  change: GroupChange,
  shape: GroupShape,
): Promise<Result<ShownGroup | undefined>> {
  // 2 load
  const loaded = await load(request, change);
  if (!loaded.ok) return loaded;
  const { group, portal, held } = loaded.value;
  // 3 decide
  const decision = decideGroup(group, change, held);
  if (!decision.ok) return decision;
  // 4 commit
  if (decision.value.kind === 'update') return commitChange(request, { group, portal, change, shape }, decision.value);
  return shape.members ? readBack(request, group.id, shape) : ok({ group, members: [] });
}

interface Loaded {
  readonly group: Group;
  readonly portal: Portal;
  readonly held: Held;
}

/** The group, and of the members only how many of those that the change names are there. */
async function load({ db, params, preconditions }: ScimRequest, { membership }: GroupChange): Promise<Result<Loaded>> {
  const id = params['id'] ?? '';
  const added = countHeld(db.db, id, membership.added);
  const removed = countHeld(db.db, id, membership.removed);
  const total = membership.cleared ? [countMembers(db.db, id)] : [];
  const loaded = await db.read([selectGroup(db.db, id), ...added, ...removed, ...total]);
  if (!loaded.ok) return loaded;
  const { portal, results } = loaded.value;
  const [row, ...counts] = results;
  const found = writableGroup(portal, id, row);
  if (!found.ok) return found;
  const group = found.value;
  const met = checkIfMatch(preconditions, etagOf(group.version));
  if (!met.ok) return met;
  const afterAdded = added.length + removed.length;
  return ok({
    group,
    portal,
    held: {
      added: sum(counts.slice(0, added.length)),
      removed: sum(counts.slice(added.length, afterAdded)),
      total: sum(counts.slice(afterAdded)),
    },
  });
}

function sum(counts: readonly D1Result[]): number {
  return counts.reduce((all, { results }) => all + ((results[0] as { count: number } | undefined)?.count ?? 0), 0);
}

interface Changing {
  readonly group: Group;
  readonly portal: Portal;
  readonly change: GroupChange;
  readonly shape: GroupShape;
}

type Update = Extract<GroupDecision, { kind: 'update' }>;

async function commitChange(
  request: ScimRequest,
  { group, portal, change, shape }: Changing,
  { columns, membership, names }: Update,
): Promise<Result<ShownGroup | undefined>> {
  const { db, sources } = request;
  const nowMs = sources.nowMs();
  const mutationId = randomId(sources);
  const type = journalType(change, names);
  const entry = { mutationId, type, subject: group.id, ...request.author, attributes: names };
  const renamed = Object.keys(columns).length > 0;
  const committed = await db.commit({
    mutationId,
    guards: [
      groupGuard(db.db, group, { attributes: renamed, version: request.preconditions.ifMatch !== null }),
      ...teamNameGuards(db.db, portal.policy, columns.displayName),
    ],
    statements: [
      updateGroup(db.db, group.seq, columns, nowMs),
      ...(membership ? changeMembers(db.db, group.seq, change.membership) : []),
      insertJournal(db.db, entry, nowMs),
      ...(shape.members ? [selectMembers(db.db, group.id)] : []),
    ],
  });
  if (!committed.ok) return committed;
  if (committed.value.kind === 'lost') return refused(request, committed.value.guard, change);
  const { results } = committed.value;
  const shown = readShown([results[0], shape.members ? results.at(-1) : undefined]);
  return shown ? ok(shown) : readBack(request, group.id, shape);
}

/** The refusal of a lost guard; undefined where it is worth another try. */
async function refused(request: ScimRequest, guard: GuardName, change: GroupChange): Promise<Result<undefined>> {
  const failed = nameRefusal(guard);
  if (failed) return failed;
  return guard === 'members' ? unknownMembers(request, change.membership.added) : ok(undefined);
}

/** One row of the journal a version: what only adds or only removes members says so. */
function journalType({ membership: { cleared, added, removed } }: GroupChange, names: readonly string[]): JournalType {
  if (cleared || names.some((name) => name !== 'members')) return 'group.updated';
  if (removed.size === 0) return 'group.member_added';
  return added.size === 0 ? 'group.member_removed' : 'group.updated';
}

// From a decision about one user to what is written, and to the user as it is then. Whatever ends access goes through the one
// `deactivate()`.
import { ADMIN_ROLE } from '../../directory/admin-role.ts';
import type { Policy } from '../../directory/policy.ts';
import type { User } from '../../directory/user.ts';
import type { UserChanges } from '../../directory/user-changes.ts';
import type { UserDecision } from '../../directory/user-decisions.ts';
import { endedUser } from '../../directory/user-end.ts';
import { foldUser } from '../../directory/user-folded.ts';
import { ok, type Result } from '../../failure.ts';
import type { Brake } from '../../lifecycle/brake-hold.ts';
import { deactivate } from '../../lifecycle/deactivate.ts';
import { groupless } from '../../storage/group-writes.ts';
import type { JournalType } from '../../storage/journal.ts';
import { reactivateUser, updateUser } from '../../storage/user-writes.ts';
import { mailLater } from './mail-later.ts';
import type { LaterWork, ScimRequest } from './request.ts';
import { keyOwner, type Loaded, writeUser } from './user-write.ts';

/** Writes what was decided. The user as it is then; undefined when a guard was lost and nothing was written. */
export async function commitDecision(
  request: ScimRequest,
  loaded: Loaded,
  decision: UserDecision,
): Promise<Result<User | undefined>> {
  switch (decision.kind) {
    case 'unchanged':
      return decision.ignored.length === 0 ? ok(loaded.user) : noteIgnored(request, loaded, decision.ignored);
    case 'update':
      return commitUpdate(request, loaded, decision);
    case 'reactivate':
      return commitReactivation(request, loaded, decision);
    case 'deactivate':
      return commitEnd(request, loaded, { ...decision, remove: false });
  }
}

/** DELETE: true when written, undefined when a guard was lost. */
export async function commitRemoval(request: ScimRequest, loaded: Loaded): Promise<Result<true | undefined>> {
  const names = loaded.user.active ? ['active'] : [];
  const ended = await commitEnd(request, loaded, { changes: {}, names, remove: true });
  return ended.ok ? ok(ended.value && true) : ended;
}

type Decided<Kind> = Extract<UserDecision, { readonly kind: Kind }>;

/** The user with changed columns, in its next version. */
function afterChanges(user: User, { team: _, ...columns }: UserChanges, nowMs: number): User {
  return { ...user, ...columns, version: user.version + 1, updatedAt: nowMs };
}

async function commitUpdate(
  request: ScimRequest,
  loaded: Loaded,
  { changes, names, ignored }: Decided<'update'>,
): Promise<Result<User | undefined>> {
  const { user, portal, principal } = loaded;
  const demotes = user.role === ADMIN_ROLE && changes.role !== undefined;
  if (demotes && user.seq === principal.ownerSeq) return keyOwner();
  const nowMs = request.sources.nowMs();
  const after = afterChanges(user, changes, nowMs);
  const written = await writeUser(request, loaded, {
    type: updateType(user.role, after.role),
    attributes: [...names, ...ignored],
    ...(ignored.length === 0 ? {} : { rule: INACTIVE_PROFILE }),
    changes,
    demotes,
    statements: () => [updateUser(request.db.db, user.seq, changes, foldUser(after, portal), nowMs)],
    nowMs,
  });
  return afterWrite(written, after);
}

/** The rule by which an inactive user's profile, or role, is not written. */
const INACTIVE_PROFILE = 'inactive_profile_ignored';

/** Only gaining or losing admin rights is a change of admins; the other roles are attributes like any other. */
function updateType(before: string, after: string): JournalType {
  if (before === after) return 'user.updated';
  if (after === ADMIN_ROLE) return 'user.admin_granted';
  return before === ADMIN_ROLE ? 'user.admin_revoked' : 'user.updated';
}

/** Nothing changes, so the version does not either; the journal still says what was ignored. */
async function noteIgnored(request: ScimRequest, loaded: Loaded, attributes: readonly string[]) {
  const nowMs = request.sources.nowMs();
  const entry = { type: 'user.ignored', attributes, rule: INACTIVE_PROFILE, changes: {}, demotes: false } as const;
  const written = await writeUser(request, loaded, { ...entry, statements: () => [], nowMs });
  return afterWrite(written, loaded.user);
}

async function commitReactivation(
  request: ScimRequest,
  loaded: Loaded,
  { changes, names }: Decided<'reactivate'>,
): Promise<Result<User | undefined>> {
  const { user, portal } = loaded;
  const nowMs = request.sources.nowMs();
  const after = { ...afterChanges(user, changes, nowMs), active: true, lastLoginAt: null };
  const folded = foldUser(after, portal);
  const written = await writeUser(request, loaded, {
    type: 'user.reactivated',
    attributes: names,
    changes,
    demotes: false,
    statements: () => reactivateUser(request.db.db, user.seq, changes, folded, nowMs),
    nowMs,
  });
  return afterWrite(written, after);
}

interface End {
  readonly changes: UserChanges;
  readonly names: readonly string[];
  readonly remove: boolean;
}

/** Ends access, by `active: false` or DELETE. The content goes right after the answer; the cron finishes what is left. */
async function commitEnd(request: ScimRequest, loaded: Loaded, end: End): Promise<Result<User | undefined>> {
  const { user, portal, principal, inGroups } = loaded;
  const { policy } = portal;
  const { changes, names, remove } = end;
  if (user.active && user.seq === principal.ownerSeq) return keyOwner();
  const nowMs = request.sources.nowMs();
  const after = endedUser(afterChanges(user, changes, nowMs), policy);
  const brake = await brakeFor(user, policy);
  const written = await writeUser(request, loaded, {
    type: remove ? 'user.deleted' : 'user.deactivated',
    attributes: names,
    changes,
    demotes: user.active && user.role === ADMIN_ROLE,
    guards: remove && !inGroups ? [groupless(request.db.db, user.seq)] : [],
    statements: (mutationId) =>
      deactivate(request.db.db, {
        userSeq: user.seq,
        registration: user.registration,
        mutationId,
        ...request.author,
        nowMs,
        policy,
        portalVersion: portal.version,
        wasActive: user.active,
        remove,
        inGroups,
        changes,
        folded: foldUser(after, portal),
        ...(brake ? { brake } : {}),
      }),
    nowMs,
  });
  if (!written.ok) return written;
  const mutationId = written.value;
  if (mutationId === undefined) return ok(undefined);
  const purge: LaterWork = async (queries) => {
    const { workDestructionsOf } = await import('../../lifecycle/destruction.ts');
    await workDestructionsOf(request.env, request.sources, mutationId, queries);
  };
  if (user.active || remove) request.later(purge);
  if (brake && user.active) mailLater(request, mutationId);
  return ok(after);
}

/** Loaded only where the policy has one. */
async function brakeFor(user: User, policy: Policy): Promise<Brake | undefined> {
  return policy.brake.state === 'on' ? (await import('../../lifecycle/brake-hold.ts')).brakeOf(user.id) : undefined;
}

/** The user as it is after a write; undefined when the write lost a guard. */
function afterWrite(written: Result<string | undefined>, user: User): Result<User | undefined> {
  return written.ok ? ok(written.value === undefined ? undefined : user) : written;
}

// From a decision about one user to its batch: guards in the order state, floor (the key's comes first by itself), then
// the rows. The policy was read in this very request, so it needs no guard. Whatever ends access goes through the one `deactivate()`.
import type { AuthorisationRow } from '../../auth/authorise.ts';
import { ADMIN_ROLE } from '../../directory/policy.ts';
import type { Portal } from '../../directory/portal.ts';
import type { User } from '../../directory/user.ts';
import type { UserDecision } from '../../directory/user-decisions.ts';
import { foldUser } from '../../directory/user-folded.ts';
import { type Failure, fail, ok, type Result } from '../../failure.ts';
import { deactivate } from '../../lifecycle/deactivate.ts';
import { workDestructionsOf } from '../../lifecycle/destruction.ts';
import { randomId } from '../../random-id.ts';
import { insertJournal, type JournalType } from '../../storage/journal.ts';
import { floorGuard, reactivateUser, updateUser, versionGuard } from '../../storage/user-writes.ts';
import type { ScimRequest } from './request.ts';

export interface Loaded {
  readonly user: User;
  readonly portal: Portal;
  readonly principal: AuthorisationRow;
}

/** Writes what was decided. The user as it is then; undefined when a guard was lost and nothing was written. */
export async function commitDecision(
  request: ScimRequest,
  loaded: Loaded,
  decision: UserDecision,
): Promise<Result<User | undefined>> {
  const { user } = loaded;
  switch (decision.kind) {
    case 'unchanged':
      return decision.ignored.length === 0 ? ok(user) : noteIgnored(request, loaded, decision.ignored);
    case 'update':
      return commitUpdate(request, loaded, decision);
    case 'reactivate':
      return commitReactivation(request, loaded, decision);
    case 'deactivate':
      return commitDeactivation(request, loaded, decision.externalId);
  }
}

/** DELETE: true when written, undefined when a guard was lost. */
export async function commitRemoval(request: ScimRequest, loaded: Loaded): Promise<Result<true | undefined>> {
  const ended = await commitEnd(request, loaded, { remove: true });
  return ended.ok ? ok(ended.value === undefined ? undefined : true) : ended;
}

type Update = Extract<UserDecision, { kind: 'update' }>;

async function commitUpdate(request: ScimRequest, loaded: Loaded, update: Update): Promise<Result<User | undefined>> {
  const { user } = loaded;
  const { changes } = update;
  const demotes = user.role === ADMIN_ROLE && changes.role !== undefined;
  if (demotes && user.seq === loaded.principal.ownerSeq) return keyOwner();
  const nowMs = request.sources.nowMs();
  const { db } = request.db;
  const after = { ...user, ...changes, version: user.version + 1, updatedAt: nowMs };
  const written = await write(request, loaded, {
    type: updateType(changes.role),
    attributes: [...update.names, ...update.ignored],
    rule: update.ignored.length === 0 ? undefined : INACTIVE_PROFILE,
    demotes,
    statements: () => [updateUser(db, user.seq, changes, foldUser(after, loaded.portal), nowMs)],
    nowMs,
  });
  return afterWrite(written, after);
}

/** The rule by which an inactive user's profile is not written. */
const INACTIVE_PROFILE = 'inactive_profile_ignored';

function updateType(role: string | undefined): JournalType {
  if (role === undefined) return 'user.updated';
  return role === ADMIN_ROLE ? 'user.admin_granted' : 'user.admin_revoked';
}

/** Nothing changes, so the version does not either; the journal still says what was ignored. */
async function noteIgnored(request: ScimRequest, loaded: Loaded, attributes: readonly string[]) {
  const nowMs = request.sources.nowMs();
  const entry = { type: 'user.ignored', attributes, rule: INACTIVE_PROFILE, demotes: false, nowMs } as const;
  const written = await write(request, loaded, { ...entry, statements: () => [] });
  return afterWrite(written, loaded.user);
}

type Reactivation = Extract<UserDecision, { kind: 'reactivate' }>;

async function commitReactivation(
  request: ScimRequest,
  loaded: Loaded,
  { profile, role, names }: Reactivation,
): Promise<Result<User | undefined>> {
  const { user } = loaded;
  const nowMs = request.sources.nowMs();
  const { registration, version } = user;
  const anew = { active: true, registration: registration + 1, lastLoginAt: null };
  const after = { ...user, ...profile, ...anew, role, version: version + 1, updatedAt: nowMs };
  const folded = foldUser(after, loaded.portal);
  const written = await write(request, loaded, {
    type: 'user.reactivated',
    attributes: names,
    rule: undefined,
    demotes: false,
    statements: () => reactivateUser(request.db.db, user.seq, profile, role, folded, nowMs),
    nowMs,
  });
  return afterWrite(written, after);
}

async function commitDeactivation(request: ScimRequest, loaded: Loaded, externalId: string | null) {
  const ended = await commitEnd(request, loaded, { remove: false, externalId });
  if (!ended.ok || ended.value === undefined) return ended.ok ? ok(undefined) : ended;
  const { user, portal } = loaded;
  const gone = portal.policy.deactivation.profile === 'remove';
  const profile = gone ? { givenName: null, familyName: null, attributes: {} } : {};
  const role = portal.policy.defaultRole;
  const after = { active: false, role, externalId, version: user.version + 1, updatedAt: ended.value };
  return ok({ ...user, ...profile, ...after });
}

/** Ends access, by `active: false` or DELETE. Gives the time of it; undefined when a guard was lost. The content goes right
 * after the answer; the cron finishes what is left. */
async function commitEnd(
  request: ScimRequest,
  loaded: Loaded,
  end: { readonly remove: boolean; readonly externalId?: string | null },
): Promise<Result<number | undefined>> {
  const { user, portal, principal } = loaded;
  if (user.active && user.seq === principal.ownerSeq) return keyOwner();
  const nowMs = request.sources.nowMs();
  const externalId = end.externalId === user.externalId ? undefined : end.externalId;
  const written = await write(request, loaded, {
    type: end.remove ? 'user.deleted' : 'user.deactivated',
    attributes: user.active ? ['active'] : [],
    rule: undefined,
    demotes: user.active && user.role === ADMIN_ROLE,
    statements: (mutationId) =>
      deactivate(request.db.db, {
        userSeq: user.seq,
        registration: user.registration,
        mutationId,
        actor: request.db.key.keyId,
        nowMs,
        policy: portal.policy,
        wasActive: user.active,
        remove: end.remove,
        foldedIfKept: foldUser({ ...user, active: false, role: portal.policy.defaultRole }, portal),
        ...(externalId === undefined ? {} : { externalId }),
      }),
    nowMs,
  });
  if (!written.ok) return written;
  const mutationId = written.value;
  if (mutationId === undefined) return ok(undefined);
  if (user.active) request.later(() => workDestructionsOf(request.env, request.sources, mutationId));
  return ok(nowMs);
}

/** The user as it is after a write; undefined when the write lost a guard. */
function afterWrite(written: Result<string | undefined>, user: User): Result<User | undefined> {
  return written.ok ? ok(written.value === undefined ? undefined : user) : written;
}

interface Write {
  readonly type: JournalType;
  readonly attributes: readonly string[];
  readonly rule: string | undefined;
  /** Whether an active admin is lost by it. */
  readonly demotes: boolean;
  readonly statements: (mutationId: string) => readonly D1PreparedStatement[];
  readonly nowMs: number;
}

/** The batch. Gives its mutation id; undefined when the user changed meanwhile. */
async function write(request: ScimRequest, loaded: Loaded, work: Write): Promise<Result<string | undefined>> {
  const { user } = loaded;
  const { db, key } = request.db;
  const mutationId = randomId(request.sources);
  const { type, attributes, rule } = work;
  const entry = { mutationId, type, subject: user.id, actor: key.keyId, attributes, ...(rule ? { rule } : {}) };
  const committed = await request.db.commit({
    mutationId,
    guards: [versionGuard(db, user.seq, user.version), ...(work.demotes ? [floorGuard(db, user.seq)] : [])],
    statements: [...work.statements(mutationId), insertJournal(db, entry, work.nowMs)],
  });
  if (!committed.ok) return committed;
  if (committed.value.kind === 'committed') return ok(mutationId);
  return committed.value.guard === 'floor' ? lastAdmin() : ok(undefined);
}

function lastAdmin(): { readonly ok: false; readonly failure: Failure } {
  return fail(
    'last_admin',
    'This user is the last active admin who can sign in to the portal, so it cannot be deactivated or lose its admin rights. Make another person an admin first. Nothing was changed.',
  );
}

function keyOwner(): { readonly ok: false; readonly failure: Failure } {
  return fail(
    'key_owner',
    'This user owns the SCIM key of this request, which would end with it. Use a key of a no-login service account, or leave this user assigned. Nothing was changed.',
  );
}

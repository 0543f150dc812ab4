// The batch that changes one user: guards in the order policy, state, unique, floor (the key's comes first by itself), then the
// rows, then the journal. The policy was read in this very request; it is guarded where the write depends on what it says.
import type { AuthorisationRow } from '../../auth/authorise.ts';
import { ADMIN_ROLE } from '../../directory/admin-role.ts';
import type { Portal } from '../../directory/portal.ts';
import type { User } from '../../directory/user.ts';
import type { UserChanges } from '../../directory/user-changes.ts';
import { roleAttribute } from '../../directory/user-roles.ts';
import { type Failure, fail, ok, type Result } from '../../failure.ts';
import { type AdminChange, enqueueAdminMail } from '../../outbox/enqueue.ts';
import { randomId } from '../../random-id.ts';
import { fold } from '../../scim/fold.ts';
import { insertJournal, type JournalRule, type JournalType } from '../../storage/journal.ts';
import { floorGuard, policyGuard, uniqueGuard, versionGuard } from '../../storage/user-writes.ts';
import { mailLater } from './mail-later.ts';
import type { ScimRequest } from './request.ts';
import { whoHolds } from './user-name-holder.ts';

export interface Loaded {
  readonly user: User;
  readonly portal: Portal;
  readonly principal: AuthorisationRow;
  /** Whether any group has the user as a member; asked only for a removal. */
  readonly inGroups: boolean;
}

export interface Write {
  readonly type: JournalType;
  readonly attributes: readonly string[];
  readonly rule?: JournalRule;
  readonly changes: UserChanges;
  /** Whether an active admin is lost by it. */
  readonly demotes: boolean;
  /** Guards besides those that every write of a user has. */
  readonly guards?: readonly D1PreparedStatement[];
  readonly statements: (mutationId: string) => readonly D1PreparedStatement[];
  readonly nowMs: number;
}

/** Runs the batch. Gives its mutation id; undefined when the user or the policy changed meanwhile. */
export async function writeUser(
  request: ScimRequest,
  loaded: Loaded,
  work: Write,
): Promise<Result<string | undefined>> {
  const { user, portal } = loaded;
  const { db } = request.db;
  const mutationId = randomId(request.sources);
  const { type, rule, changes } = work;
  const event = { mutationId, subject: user.id, ...request.author };
  const about = { ...event, type, attributes: namesOf(work, portal) };
  const entry = { ...about, ...(rule ? { rule } : {}), ...(changes.team ? { team: changes.team } : {}) };
  const kind = adminChange(user, work);
  const newKey = changes.userName === undefined ? undefined : fold(changes.userName);
  const committed = await request.db.commit({
    mutationId,
    guards: [
      ...(isSteered(work) ? [policyGuard(db, portal.version)] : []),
      versionGuard(db, user.seq, user.version),
      ...(newKey === undefined ? [] : [uniqueGuard(db, newKey, user.seq)]),
      ...(work.guards ?? []),
      ...(work.demotes ? [floorGuard(db, user.seq)] : []),
    ],
    statements: [
      ...work.statements(mutationId),
      ...(kind === undefined ? [] : [enqueueAdminMail(db, { ...event, kind, nowMs: work.nowMs })]),
      insertJournal(db, entry, work.nowMs),
    ],
  });
  if (!committed.ok) return committed;
  if (committed.value.kind === 'committed') {
    if (kind !== undefined) mailLater(request, mutationId);
    return ok(mutationId);
  }
  if (committed.value.guard === 'unique' && newKey !== undefined) return whoHolds(request, newKey);
  return committed.value.guard === 'floor' ? lastAdmin() : ok(undefined);
}

/** What a write means for the number of active admins, and so for the mail to all of them. */
function adminChange(user: User, { type, changes, demotes }: Write): AdminChange['kind'] | undefined {
  if (demotes) return 'admin_revoked';
  const comesBack = type === 'user.reactivated';
  const isGranted = comesBack ? (changes.role ?? user.role) === ADMIN_ROLE : changes.role === ADMIN_ROLE;
  return isGranted && (comesBack || user.active) ? 'admin_granted' : undefined;
}

/** The attributes that change. Where access ends, so do admin rights, without having been named. */
function namesOf({ attributes, demotes }: Write, portal: Portal): readonly string[] {
  const role = roleAttribute(portal);
  return demotes && !attributes.includes(role) ? [...attributes, role] : attributes;
}

/** Whether the policy decides what is written: who is admin, in which team, under which name, and what a person comes back to.
 * A deactivation holds the policy where it counts, in `deactivate()`. */
function isSteered({ type, changes }: Write): boolean {
  const { role, userName, team } = changes;
  return type === 'user.reactivated' || [role, userName, team].some((change) => change !== undefined);
}

function lastAdmin(): { readonly ok: false; readonly failure: Failure } {
  return fail(
    'last_admin',
    'This user is the last active admin who can sign in to the portal, so it cannot be deactivated or lose its admin rights. Make another person an admin first. Nothing was changed.',
  );
}

/** The 403 of a request that would end the key it came with. */
export function keyOwner(): { readonly ok: false; readonly failure: Failure } {
  return fail(
    'key_owner',
    'This user owns the SCIM key of this request, which would end with it. Use a key of a no-login service account, or leave this user assigned. Nothing was changed.',
  );
}

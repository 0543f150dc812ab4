// How a user that SCIM manages comes to be: one batch, the same whether an identity provider asks for it or an admin.
import type { Sources } from '../env.ts';
import { enqueueAdminMail } from '../outbox/enqueue.ts';
import { randomId } from '../random-id.ts';
import type { Commit } from '../storage/commit.ts';
import { type Author, insertJournal, type JournalRule } from '../storage/journal.ts';
import { insertUser, uniqueGuard } from '../storage/user-writes.ts';
import { ADMIN_ROLE } from './admin-role.ts';
import type { Portal } from './portal.ts';
import type { User } from './user.ts';
import type { NewUser } from './user-decisions.ts';
import { foldUser } from './user-folded.ts';

/** A user about to be made. Of the batch's guards, `unique` is lost where somebody has the userName, `policy` where the portal
 * has changed. */
export interface Creation {
  readonly id: string;
  readonly nowMs: number;
  readonly commit: Commit;
  /** Whether every active admin gets a mail. */
  readonly hasMail: boolean;
}

/** What the database decides of a new user. */
export type WrittenUser = Pick<User, 'seq' | 'version' | 'registration'>;

/** The creation of a user that was decided on `portal`. `attributes` are the names that the author named, for the journal, and `rule` is
 * what else it says. */
export function creationOf(
  db: D1Database,
  sources: Sources,
  portal: Portal,
  user: NewUser,
  { attributes, rule, ...author }: Author & { readonly attributes: readonly string[]; readonly rule?: JournalRule },
): Creation {
  const id = portal.policy.userId === 'user_name' ? user.userNameKey : randomId(sources);
  const nowMs = sources.nowMs();
  const mutationId = randomId(sources);
  const folded = foldUser(createdUser(id, user, FIRST, nowMs), portal);
  const { team, role, active } = user;
  const event = { mutationId, subject: id, ...author };
  const about = { ...event, type: 'user.created', attributes, team } as const;
  const entry = { ...about, ...(active ? rule && { rule } : { rule: 'created_inactive' as const }) };
  const hasMail = role === ADMIN_ROLE;
  const commit = {
    mutationId,
    guards: [uniqueGuard(db, user.userNameKey)],
    statements: [
      ...insertUser(db, id, user, folded, portal.version, nowMs),
      ...(hasMail ? [enqueueAdminMail(db, { ...event, kind: 'admin_granted', nowMs })] : []),
      insertJournal(db, entry, nowMs),
    ],
  };
  return { id, nowMs, commit, hasMail };
}

/** What filters see of a user does not depend on these. */
const FIRST: WrittenUser = { seq: 0, version: 1, registration: 1 };

/** The new user as it is once written. */
export function createdUser(id: string, user: NewUser, written: WrittenUser, nowMs: number): User {
  const { userName, active, role, profile } = user;
  return { ...written, ...profile, id, userName, active, role, lastLoginAt: null, createdAt: nowMs, updatedAt: nowMs };
}

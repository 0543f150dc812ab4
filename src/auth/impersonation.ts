// Acting for a service account, which nobody signs in with: noted on the admin's own session, so that it ends with it and gives no
// right that the admin has not. What is done meanwhile carries both names (`actorOf`).
import type { Sources } from '../env.ts';
import { fail, ok, type Result } from '../failure.ts';
import { randomId } from '../random-id.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { guard } from '../storage/guard.ts';
import { type Author, insertJournal } from '../storage/journal.ts';
import { auditedCommit } from './audited-commit.ts';
import { actorOf, type SessionRow } from './session.ts';
import { storedRow } from './stored-row.ts';

/** SQL condition on a row of `users`: a service account that may be acted for now. */
export const SERVICE_ALIVE = "login_type = 'service' AND active = 1 AND removed_at IS NULL";

type Acting = Pick<SessionRow, 'hash' | 'userId' | 'actingId'>;

/** From now on the session acts for the account of that `seq`, and for no other. Fails with `resource_not_found` for whatever is
 * no active service account, or like storage does. Repeating it is harmless. */
export async function beginActing(
  db: D1Database,
  sources: Sources,
  session: Acting,
  seq: number,
  requestId?: string,
): Promise<Result<undefined>> {
  const select = db.prepare(`SELECT id FROM users WHERE seq = ? AND ${SERVICE_ALIVE}`).bind(seq);
  const account = await storedRow<{ id: string }>(db, select);
  if (!account.ok) return account;
  if (!account.value) return notActable();
  const { userId, actingId } = session;
  const other =
    actingId === null || actingId === account.value.id ? undefined : endedEntry(userId, actingId, requestId);
  const nowMs = Math.trunc(sources.nowMs());
  const outcome = await auditedCommit(db, sources, {
    type: 'impersonation.began',
    subject: account.value.id,
    ...byAdmin(userId, requestId),
    attributes: [],
    guards: [
      guard(db, 'state', 'EXISTS (SELECT 1 FROM sessions WHERE hash = ? AND acting_seq IS NOT ?)', session.hash, seq),
      guard(db, 'owner', `EXISTS (SELECT 1 FROM users WHERE seq = ? AND ${SERVICE_ALIVE})`, seq),
    ],
    statements: [
      db.prepare('UPDATE sessions SET acting_seq = ? WHERE hash = ?').bind(seq, session.hash),
      ...(other ? [insertJournal(db, { ...other, mutationId: randomId(sources) }, nowMs)] : []),
    ],
  });
  if (outcome.kind === 'fault') return { ok: false, failure: outcome.failure };
  // Lost for its state: the session acts for the account already.
  return outcome.kind === 'lost' && outcome.guard === 'owner' ? notActable() : ok(undefined);
}

/** From now on the session acts for its own admin. Fails like storage does. Repeating it is harmless. */
export async function endActing(
  db: D1Database,
  sources: Sources,
  { hash, userId, actingId }: Acting,
  requestId?: string,
): Promise<Result<undefined>> {
  if (actingId === null) return forgetEnded(db, hash);
  const outcome = await auditedCommit(db, sources, {
    ...endedEntry(userId, actingId, requestId),
    guards: [guard(db, 'state', 'EXISTS (SELECT 1 FROM sessions WHERE hash = ? AND acting_seq IS NOT NULL)', hash)],
    statements: [stopActing(db, hash)],
  });
  return outcome.kind === 'fault' ? { ok: false, failure: outcome.failure } : ok(undefined);
}

/** The account is no active service account any more, which has ended it: only the note of it is left, if any. */
async function forgetEnded(db: D1Database, hash: string): Promise<Result<undefined>> {
  const outcome = await commit(db, { mutationId: '', guards: [], statements: [stopActing(db, hash)] });
  return outcome.kind === 'fault' ? faultFailure(outcome) : ok(undefined);
}

/** What the journal says when the admin `userId` stops acting for the account `subject`. */
export function endedEntry(userId: string, subject: string, requestId: string | undefined) {
  return { type: 'impersonation.ended', ...byAdmin(userId, requestId), subject, attributes: [] } as const;
}

/** The admin in the own name, whomever the session acts for. */
function byAdmin(userId: string, requestId: string | undefined): Author {
  const actor = actorOf({ userId, actingId: null });
  return requestId === undefined ? { actor } : { actor, requestId };
}

function stopActing(db: D1Database, hash: string): D1PreparedStatement {
  return db.prepare('UPDATE sessions SET acting_seq = NULL WHERE hash = ?').bind(hash);
}

function notActable() {
  return fail('resource_not_found', 'Nothing was changed: only a service account that is active can be acted for.');
}

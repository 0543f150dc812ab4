// How key administration writes: one batch with its journal row. Key administration is what the console and the command line
// do; requests of identity providers commit elsewhere.
import type { Sources } from '../env.ts';
import type { Failure } from '../failure.ts';
import { type AdminChange, enqueueAdminMail } from '../outbox/enqueue.ts';
import { randomId } from '../random-id.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import type { GuardName } from '../storage/guard.ts';
import { authorOf, insertJournal, type JournalEntry } from '../storage/journal.ts';

/** A change of keys or their owners: guards and rows, and what the journal says about it (ids and names only). */
export interface AuditedChange extends Pick<JournalEntry, 'type' | 'subject' | 'actor' | 'requestId' | 'attributes'> {
  readonly guards: readonly D1PreparedStatement[];
  readonly statements: readonly D1PreparedStatement[];
  /** What becomes of the subject's admin rights by it: every active admin gets a mail. */
  readonly adminRights?: AdminChange['kind'];
}

/** `lost` names the guard that refused, and nothing was written. */
export type AuditedOutcome =
  | { readonly kind: 'committed'; readonly mutationId: string }
  | { readonly kind: 'lost'; readonly guard: GuardName }
  | { readonly kind: 'fault'; readonly failure: Failure };

/** Commits the change and its journal row as one batch. */
export async function auditedCommit(db: D1Database, sources: Sources, change: AuditedChange): Promise<AuditedOutcome> {
  const mutationId = randomId(sources);
  const nowMs = Math.trunc(sources.nowMs());
  const { type, subject, attributes, adminRights: kind } = change;
  const event = { mutationId, subject, ...authorOf(change) };
  const entry = { ...event, type, attributes };
  const mail = kind === undefined ? [] : [enqueueAdminMail(db, { ...event, kind, nowMs })];
  const outcome = await commit(db, {
    mutationId,
    guards: change.guards,
    statements: [...change.statements, ...mail, insertJournal(db, entry, nowMs)],
  });
  if (outcome.kind === 'committed') return { kind: 'committed', mutationId };
  if (outcome.kind === 'lost') return outcome;
  return { kind: 'fault', failure: faultFailure(outcome).failure };
}

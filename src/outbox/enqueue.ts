// What a change writes so that a mail follows it: one row an event, in the change's own batch. Who gets the mail is decided in
// that batch too, so it is who was an admin at that moment, whoever is one when the mail goes out.
import type { Author } from '../storage/journal.ts';

/** The change that a mail tells of. */
export interface Event extends Author {
  /** Mutation id of the change's journal row. */
  readonly mutationId: string;
  /** Id of the user whom it is about, or `portal`. */
  readonly subject: string;
  readonly nowMs: number;
}

/** A change of one user's admin rights. */
export interface AdminChange extends Event {
  readonly kind: 'admin_granted' | 'admin_revoked';
}

const ADMINS = "SELECT seq FROM users WHERE role = 'admin' AND active = 1 AND removed_at IS NULL";

// One side is found by the index of admins, the other by the id. Both say more than they must, so that both indexes serve.
const CONCERNED = `${ADMINS}
  UNION SELECT seq FROM users WHERE id = ?3 AND active = 1 AND removed_at IS NULL`;

/** The mail to every active admin, and to the person concerned while active, as they are behind the statements before this
 * one: it stands after the user's row. */
export function enqueueAdminMail(db: D1Database, change: AdminChange): D1PreparedStatement {
  return enqueue(db, change.kind, change, '1');
}

/** The same mail about the brake, only where the batch's own deactivation has engaged it: it stands after the portal's row. */
export function enqueueBrakeMail(db: D1Database, event: Event): D1PreparedStatement {
  return enqueue(db, 'brake_engaged', event, 'EXISTS (SELECT 1 FROM portal WHERE id = 1 AND brake_cause = ?2)');
}

/** The mail to every active admin about what single sign-on trusts: it is about nobody's account, so that nobody else gets it. */
export function enqueueSsoMail(db: D1Database, event: Event): D1PreparedStatement {
  return enqueue(db, 'sso_changed', event, '1', ADMINS);
}

function enqueue(
  db: D1Database,
  kind: string,
  event: Event,
  condition: string,
  recipients = CONCERNED,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO outbox (kind, mutation_id, subject, actor, request_id, recipients, created_at, next_at)
       SELECT ?1, ?2, ?3, ?4, ?5, (SELECT json_group_array(seq) FROM (${recipients})), ?6, ?6 WHERE ${condition}`,
    )
    .bind(kind, event.mutationId, event.subject, event.actor, event.requestId ?? null, event.nowMs);
}

// The journal: one row a changed resource version, in the same batch as the change. Ids and attribute names only.

/** What can happen to a resource. Events, audit and the provisioning log read these words. */
export type JournalType =
  | 'user.created'
  | 'user.updated'
  | 'user.deactivated'
  | 'user.reactivated'
  | 'user.deleted'
  | 'user.admin_granted'
  | 'user.admin_revoked'
  | 'user.ignored'
  | 'group.created'
  | 'group.updated'
  | 'group.member_added'
  | 'group.member_removed'
  | 'group.deleted';

export interface JournalEntry {
  readonly mutationId: string;
  readonly type: JournalType;
  /** The resource's id. */
  readonly subject: string;
  /** Who did it: the id of a key. */
  readonly actor: string;
  /** The rule that shaped the outcome, where one did. */
  readonly rule?: string;
  readonly attributes: readonly string[];
}

/** Writes one entry; the mutation id is unique. */
export function insertJournal(db: D1Database, entry: JournalEntry, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      'INSERT INTO journal (mutation_id, type, subject, actor, rule, attributes, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .bind(
      entry.mutationId,
      entry.type,
      entry.subject,
      entry.actor,
      entry.rule ?? null,
      JSON.stringify(entry.attributes),
      nowMs,
    );
}

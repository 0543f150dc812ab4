// What the journal says about workspaces and content: ids only, written in the same batch as the change.

export interface ContentEntry {
  readonly mutationId: string;
  readonly type: 'workspace.created' | 'workspace.deleted' | 'file.created' | 'message.created';
  /** Id of the workspace, file or message. */
  readonly subject: string;
  /** Id of the user who did it, or `cron` for work that fell due. */
  readonly actor: string;
}

/** Writes the entry once: a second one under the same mutation id changes nothing. */
export function journalContent(db: D1Database, entry: ContentEntry, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      "INSERT OR IGNORE INTO journal (mutation_id, type, subject, actor, attributes, at) VALUES (?, ?, ?, ?, '[]', ?)",
    )
    .bind(entry.mutationId, entry.type, entry.subject, entry.actor, nowMs);
}

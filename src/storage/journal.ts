// The journal: one row a changed resource version, in the same batch as the change. Ids and attribute names only.

/** Everything that can happen. Events, audit and the provisioning log read these words. */
export type JournalType =
  | 'user.created'
  | 'user.updated'
  | 'user.deactivated'
  | 'user.reactivated'
  | 'user.deleted'
  | 'user.admin_granted'
  | 'user.admin_revoked'
  | 'user.ignored'
  /** An admin made a one-time link by which the user can set a password. */
  | 'user.link_made'
  | 'group.created'
  | 'group.updated'
  | 'group.member_added'
  | 'group.member_removed'
  | 'group.deleted'
  | 'key.created'
  /** The key got the secret that identity providers use. */
  | 'key.used_for_scim'
  /** Another key takes its place, whose own row says `key.created`. */
  | 'key.rotated'
  | 'key.revoked'
  /** An admin allowed the client of OAuth to act. */
  | 'key.allowed'
  /** What an admin allowed the client by one consent is over. */
  | 'key.access_ended'
  | 'key.secret_made'
  | 'key.secret_revoked'
  /** An admin acts for a service account from here on, and until there. */
  | 'impersonation.began'
  | 'impersonation.ended'
  | 'portal.changed'
  | 'mail.retried'
  | 'workspace.created'
  | 'workspace.archived'
  | 'workspace.restored'
  | 'workspace.transferred'
  | 'workspace.deleted'
  | 'destruction.held'
  | 'destruction.released'
  | 'file.created'
  | 'message.created'
  /** A write that got no answer and is kept from taking effect later; `fence.ts`. */
  | 'write.abandoned';

/** The rule that shaped a change, where one did. src/log has a sentence for each. */
export type JournalRule =
  /** A POST that made the user inactive. */
  | 'created_inactive'
  /** A profile or a role that was sent for an inactive user is not stored. */
  | 'inactive_profile_ignored'
  /** The division names no team. */
  | 'team_unknown'
  /** A removed user left the group. */
  | 'member_deleted'
  /** An admin gave back what the brake held. */
  | 'brake_restored'
  /** The same of a removed user who had no access before either: visible again, and inactive. */
  | 'brake_restored_inactive'
  /** The portal has the user's role no more. */
  | 'role_gone'
  | 'team_added'
  | 'team_renamed'
  | 'team_removed'
  /** A person's first sign-in made the account. */
  | 'jit'
  /** The same, with a user type that is no role of the portal. */
  | 'jit_role_unknown'
  /** The same, with a division that names no team. */
  | 'jit_team_unknown'
  /** The same with both. */
  | 'jit_role_and_team_unknown'
  | 'sso_switched_on'
  | 'sso_switched_off';

/** Who does something, and in which request. */
export interface Author {
  /** The id of a key or of a user, `cli`, `cron` for work that fell due, or `sso` for a first sign-in; of an admin who acts for a service account, both:
   * `actor.ts`. */
  readonly actor: string;
  /** The X-Request-Id of the answer; nothing for what no request does. */
  readonly requestId?: string;
}

/** Who does it and in which request, of whatever else is known of it. */
export function authorOf({ actor, requestId }: Author): Author {
  return requestId === undefined ? { actor } : { actor, requestId };
}

export interface JournalEntry extends Author {
  readonly mutationId: string;
  readonly type: JournalType;
  /** Id of the resource; `portal` for settings. */
  readonly subject: string;
  readonly rule?: JournalRule;
  /** Names of the attributes that changed, never values. */
  readonly attributes: readonly string[];
  /** The name of the team that the change asks for: where there is none, that is the rule, unless another is given. */
  readonly team?: string | null;
}

/** SQL of the mutation id of the newest entry: as long as it is the same, no resource has changed. */
export const LAST_MUTATION = '(SELECT mutation_id FROM journal ORDER BY seq DESC LIMIT 1)';

/** One row `{ state }`: the mutation id of the newest entry. */
export function selectState(db: D1Database): D1PreparedStatement {
  return db.prepare(`SELECT ${LAST_MUTATION} AS state`);
}

/** Writes one entry. The mutation id is unique: a second entry under it refuses the batch, or where the work is of the kind that
 * may be `repeated`, changes nothing. */
export function insertJournal(
  db: D1Database,
  entry: JournalEntry,
  nowMs: number,
  { repeated = false } = {},
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT ${repeated ? 'OR IGNORE ' : ''}INTO journal (mutation_id, type, subject, actor, request_id, rule, attributes, at)
       VALUES (?1, ?2, ?3, ?4, ?9, iif(?5 IS NOT NULL OR ?8 IS NULL OR EXISTS (SELECT 1 FROM teams WHERE name = ?8), ?5, 'team_unknown'), ?6, ?7)`,
    )
    .bind(
      entry.mutationId,
      entry.type,
      entry.subject,
      entry.actor,
      entry.rule ?? null,
      JSON.stringify(entry.attributes),
      nowMs,
      entry.team ?? null,
      entry.requestId ?? null,
    );
}

// The tables of one portal's directory, as Drizzle definitions: `npm run db:generate` turns a change here into a migration.
// Statements are prepared SQL beside this file; they take their row types from here. Times are UTC milliseconds.
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** One row: the portal's policy and the counters that make `totalResults` a read of one row. */
export const portal = sqliteTable('portal', {
  id: integer().primaryKey(),
  name: text().notNull(),
  preset: text().notNull(),
  policy: text().notNull(),
  features: text().notNull(),
  /** Grows with every change of policy or features; write batches of a decision made on it carry it as a guard. */
  version: integer().notNull(),
  /** Users that SCIM sees: login type saml, not removed. */
  userCount: integer('user_count').notNull().default(0),
  /** Those of them that are active. */
  activeCount: integer('active_count').notNull().default(0),
  /** Rows of `users` that SCIM does not see, and a `seq` after which there are none: behind it a position in the list is a
   * `seq` by plain addition. */
  hiddenCount: integer('hidden_count').notNull().default(0),
  hiddenThrough: integer('hidden_through').notNull().default(0),
  /** JSON: the same rows counted by regions of 10,000 `seq`s, under `(seq - 1) / 10000`. */
  hiddenRegions: text('hidden_regions').notNull().default('{}'),
  /** JSON array of the times of the last deactivations by SCIM, oldest first, while the policy has a brake. */
  recentDeactivations: text('recent_deactivations').notNull().default('[]'),
  /** Since when the brake holds destruction, and the mutation id that engaged it; null while it does not. */
  brakeEngagedAt: integer('brake_engaged_at'),
  brakeCause: text('brake_cause'),
  /** The ledger rows up to this `seq` have said in the journal which workspaces they archived. */
  archivedThrough: integer('archived_through').notNull().default(0),
});

export const users = sqliteTable(
  'users',
  {
    /** List order. Rows are never deleted, so it only grows. */
    seq: integer().primaryKey(),
    id: text().notNull(),
    userName: text('user_name').notNull(),
    /** `fold(userName)`, unique among the users that are not removed. */
    userNameKey: text('user_name_key').notNull(),
    externalId: text('external_id'),
    loginType: text('login_type', { enum: ['saml', 'password', 'service'] }).notNull(),
    role: text().notNull(),
    active: integer().notNull(),
    givenName: text('given_name'),
    familyName: text('family_name'),
    /** JSON: the rest of the resource, under canonical attribute names. */
    attributes: text().notNull(),
    /** JSON: the resource as it is shown, for filters: strings that compare without case are folded, dates are ms. */
    folded: text().notNull().default('{}'),
    teamSeq: integer('team_seq'),
    /** Grows by one at each come-back; files and messages belong to one registration. */
    registration: integer().notNull(),
    /** Grows by one at each deactivation, whatever the policy keeps: a console session belongs to one of them. */
    accessEpoch: integer('access_epoch').notNull().default(0),
    lastLoginAt: integer('last_login_at'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    version: integer().notNull(),
    deactivatedAt: integer('deactivated_at'),
    /** Set by DELETE: the row is a tombstone and SCIM no longer sees it. */
    removedAt: integer('removed_at'),
  },
  (t) => [
    uniqueIndex('users_id').on(t.id),
    uniqueIndex('users_user_name_key').on(t.userNameKey).where(sql`removed_at IS NULL`),
    index('users_external_id').on(t.externalId).where(sql`external_id IS NOT NULL AND removed_at IS NULL`),
    index('users_active').on(t.active).where(sql`login_type = 'saml' AND removed_at IS NULL`),
    index('users_admins').on(t.role).where(sql`role = 'admin' AND active = 1`),
    index('users_updated_at').on(t.updatedAt).where(sql`login_type = 'saml' AND removed_at IS NULL`),
    index('users_team').on(t.teamSeq).where(sql`team_seq IS NOT NULL AND removed_at IS NULL`),
  ],
);

/** How many rows of `users` in a block of 100 `seq`s SCIM does not see. A block without a row here has none. From it and the
 * portal's regions, the row at any `startIndex` is found without counting all the rows before it. */
export const listBlocks = sqliteTable('list_blocks', {
  /** `(seq - 1) / 100`. */
  block: integer().primaryKey(),
  hidden: integer().notNull(),
});

/** Teams of the preset `sendoso`; `division` of a user must equal a team's name exactly. */
export const teams = sqliteTable(
  'teams',
  {
    seq: integer().primaryKey(),
    /** `team-` and random, since the `seq` of a removed team may be another one's later: its id where it is shown as a group. */
    id: text().notNull().default(''),
    name: text().notNull(),
    /** `fold(name)`: as a group, it is found by its name without case. */
    nameKey: text('name_key').notNull().default(''),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('teams_name').on(t.name),
    uniqueIndex('teams_id').on(t.id),
    index('teams_name_key').on(t.nameKey),
  ],
);

export const groups = sqliteTable(
  'groups',
  {
    seq: integer().primaryKey(),
    id: text().notNull(),
    displayName: text('display_name').notNull(),
    /** `fold(displayName)`, unique: identity providers find a group by its name. */
    displayNameKey: text('display_name_key').notNull(),
    externalId: text('external_id'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    version: integer().notNull(),
  },
  (t) => [
    uniqueIndex('groups_id').on(t.id),
    uniqueIndex('groups_display_name_key').on(t.displayNameKey),
    index('groups_external_id').on(t.externalId).where(sql`external_id IS NOT NULL`),
    index('groups_updated_at').on(t.updatedAt),
  ],
);

/** One row a member, written without reading the others. WITHOUT ROWID, which the migration says by hand: a member is then
 * two rows to write and not three. */
export const groupMembers = sqliteTable(
  'group_members',
  { groupSeq: integer('group_seq').notNull(), userSeq: integer('user_seq').notNull() },
  (t) => [primaryKey({ columns: [t.groupSeq, t.userSeq] }), index('group_members_user').on(t.userSeq)],
);

/** The authority behind KV: a key is alive if this table says so, whatever KV still serves. */
export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: text().primaryKey(),
    ownerSeq: integer('owner_seq').notNull(),
    /** The owner's e-mail as it was at minting: the SCIM API Username. */
    username: text().notNull(),
    purpose: text({ enum: ['api', 'scim'] }).notNull(),
    label: text().notNull(),
    /** Hex SHA-256 of `fold(username):password`; also the name of the KV entry. */
    hash: text().notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
    lastUsedAt: integer('last_used_at'),
    revokedAt: integer('revoked_at'),
  },
  (t) => [uniqueIndex('api_keys_hash').on(t.hash), index('api_keys_owner').on(t.ownerSeq)],
);

export const workspaces = sqliteTable(
  'workspaces',
  {
    seq: integer().primaryKey(),
    id: text().notNull(),
    ownerSeq: integer('owner_seq').notNull(),
    name: text().notNull(),
    state: text({ enum: ['active', 'archived', 'deleted'] }).notNull(),
    createdAt: integer('created_at').notNull(),
    archivedAt: integer('archived_at'),
    deletedAt: integer('deleted_at'),
    /** The ledger row in `destructions` that holds the due date, while archived or deleted. */
    destructionSeq: integer('destruction_seq'),
  },
  (t) => [
    uniqueIndex('workspaces_id').on(t.id),
    index('workspaces_owner').on(t.ownerSeq).where(sql`deleted_at IS NULL`),
    /** What a finished ledger row deleted, for its receipt: written when a workspace is gone, never when it is archived. */
    index('workspaces_deleted').on(t.destructionSeq).where(sql`deleted_at IS NOT NULL`),
  ],
);

const content = {
  seq: integer().primaryKey(),
  id: text().notNull(),
  ownerSeq: integer('owner_seq').notNull(),
  /** The owner's registration it was made under; readable only while that is the current one. */
  registration: integer().notNull(),
  /** Content in a workspace belongs to the workspace and shares its fate. */
  workspaceSeq: integer('workspace_seq'),
  r2Key: text('r2_key').notNull(),
  sizeBytes: integer('size_bytes').notNull(),
  createdAt: integer('created_at').notNull(),
};

export const files = sqliteTable('files', { ...content, name: text().notNull() }, (t) => [
  uniqueIndex('files_id').on(t.id),
  index('files_owner').on(t.ownerSeq, t.registration).where(sql`workspace_seq IS NULL`),
  index('files_workspace').on(t.workspaceSeq).where(sql`workspace_seq IS NOT NULL`),
]);

export const messages = sqliteTable('messages', content, (t) => [
  uniqueIndex('messages_id').on(t.id),
  index('messages_owner').on(t.ownerSeq, t.registration).where(sql`workspace_seq IS NULL`),
  index('messages_workspace').on(t.workspaceSeq).where(sql`workspace_seq IS NOT NULL`),
]);

/** The ledger of destruction: the only source of due dates. One row stands for all content of one registration, one for
 * all workspaces archived by one deactivation, so a deactivation writes no row per file. */
export const destructions = sqliteTable(
  'destructions',
  {
    seq: integer().primaryKey(),
    /** `account`: what a held deactivation took from the user's row. */
    kind: text({ enum: ['account', 'user_content', 'workspaces'] }).notNull(),
    /** The user whose account or content it is, or who owns the workspaces. */
    userSeq: integer('user_seq').notNull(),
    registration: integer().notNull(),
    /** Mutation id of the journal row that caused it, who did it and in which request: the journal forgets, a receipt does not. */
    cause: text().notNull(),
    actor: text().notNull().default(''),
    requestId: text('request_id'),
    /** JSON, while an `account` is held: what it needs to come back. */
    account: text(),
    /** The registration that this content was given back to. */
    restoredTo: integer('restored_to'),
    createdAt: integer('created_at').notNull(),
    dueAt: integer('due_at').notNull(),
    /** `cancelled`: given back, or moved to another row; nothing of it is destroyed. */
    state: text({ enum: ['pending', 'held', 'done', 'cancelled'] }).notNull(),
    /** Of a held row: `admin` where only an admin's legal hold keeps it, `both` where the brake does too; null for the brake alone. */
    heldBy: text('held_by', { enum: ['admin', 'both'] }),
    /** While in the future, one worker holds the row. */
    leaseUntil: integer('lease_until').notNull().default(0),
    objects: integer().notNull().default(0),
    bytes: integer().notNull().default(0),
    doneAt: integer('done_at'),
  },
  (t) => [
    index('destructions_due').on(t.dueAt).where(sql`state = 'pending'`),
    index('destructions_kept').on(t.userSeq).where(sql`state = 'held' OR restored_to IS NOT NULL`),
  ],
);

/** One row a changed resource version. Ids and attribute names, never profile values. */
export const journal = sqliteTable(
  'journal',
  {
    seq: integer().primaryKey(),
    /** Made once a request: finds a write again whose answer was lost. */
    mutationId: text('mutation_id').notNull(),
    type: text().notNull(),
    subject: text().notNull(),
    actor: text().notNull(),
    /** The X-Request-Id of the answer; null for what no request did. */
    requestId: text('request_id'),
    rule: text(),
    /** JSON array of the attribute names that changed or were ignored. */
    attributes: text().notNull(),
    at: integer().notNull(),
  },
  (t) => [uniqueIndex('journal_mutation_id').on(t.mutationId)],
);

/** Refused requests, redacted, of the last 30 days; at most a thousand, of strangers and of one key by one rule 200. */
export const refusals = sqliteTable('refusals', {
  seq: integer().primaryKey(),
  at: integer().notNull(),
  /** The key's id, where the key was genuine. */
  actor: text(),
  requestId: text('request_id'),
  method: text().notNull(),
  /** The route's pattern, not the path as sent: that may carry anything. */
  route: text().notNull(),
  status: integer().notNull(),
  rule: text().notNull(),
  detail: text().notNull(),
});

/** What leaves the portal: one row an event, written with the change that caused it and sent afterwards, at least once. */
export const outbox = sqliteTable(
  'outbox',
  {
    seq: integer().primaryKey(),
    kind: text({ enum: ['admin_granted', 'admin_revoked', 'brake_engaged'] }).notNull(),
    /** Mutation id of the change; with a recipient it names one mail, however often that is sent. */
    mutationId: text('mutation_id').notNull(),
    /** Id of the user whom it is about. */
    subject: text().notNull(),
    actor: text().notNull(),
    requestId: text('request_id'),
    /** JSON array of the `seq`s of the users who have not got it yet. */
    recipients: text().notNull(),
    createdAt: integer('created_at').notNull(),
    attempts: integer().notNull().default(0),
    nextAt: integer('next_at').notNull(),
    lastError: text('last_error'),
    doneAt: integer('done_at'),
    /** Set after the last try: nobody tries again, and the portal's admins can see it. */
    deadAt: integer('dead_at'),
  },
  (t) => [
    index('outbox_due').on(t.nextAt).where(sql`done_at IS NULL AND dead_at IS NULL`),
    /** What the console counts: an entry only for mails that are dead. */
    index('outbox_dead').on(t.deadAt).where(sql`dead_at IS NOT NULL`),
  ],
);

/** Who is signed in to the console. A session that was ended is gone; one that ran out stays until the cron comes. */
export const sessions = sqliteTable(
  'sessions',
  {
    /** Hex SHA-256 of the token, which only the browser has. */
    hash: text().primaryKey(),
    userSeq: integer('user_seq').notNull(),
    /** That of the user at sign-in: a user who was deactivated since has another one, and so none of the old sessions. */
    accessEpoch: integer('access_epoch').notNull(),
    createdAt: integer('created_at').notNull(),
    /** Written at most once a minute. */
    lastSeenAt: integer('last_seen_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    /** What the browser calls itself, cut short. */
    userAgent: text('user_agent').notNull(),
  },
  (t) => [index('sessions_user').on(t.userSeq), index('sessions_expires').on(t.expiresAt)],
);

/** Passwords of people who sign in without an identity provider. */
export const credentials = sqliteTable('credentials', {
  userSeq: integer('user_seq').primaryKey(),
  /** The scrypt hash with its salt and parameters; src/auth/password-hash.ts. */
  hash: text().notNull(),
  setAt: integer('set_at').notNull(),
});

/** Links that were handed out and neither used nor run out. Using one deletes it. */
export const oneTimeLinks = sqliteTable(
  'one_time_links',
  {
    /** Hex SHA-256 of the token in the link. */
    hash: text().primaryKey(),
    userSeq: integer('user_seq').notNull(),
    purpose: text({ enum: ['password'] }).notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('one_time_links_user').on(t.userSeq), index('one_time_links_expires').on(t.expiresAt)],
);

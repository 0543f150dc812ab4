// What people own, and the ledger of its destruction.
import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

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

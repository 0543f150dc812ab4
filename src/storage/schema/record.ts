// What happened, what was refused, and what leaves the portal because of it.
import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

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
    kind: text({ enum: ['admin_granted', 'admin_revoked', 'brake_engaged', 'sso_changed'] }).notNull(),
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

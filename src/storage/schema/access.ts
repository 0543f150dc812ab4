// Who may do something: keys of identity providers, sessions and passwords of admins. Secrets are kept as hashes only.
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

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
    /** How much time lies between its uses as a rule, in milliseconds; null before the second one. */
    usualGapMs: integer('usual_gap_ms'),
    revokedAt: integer('revoked_at'),
    /** The id of the key that takes its place, while both work. */
    replacedBy: text('replaced_by'),
  },
  (t) => [uniqueIndex('api_keys_hash').on(t.hash), index('api_keys_owner').on(t.ownerSeq)],
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
    /** The service account that its admin acts for at the moment. */
    actingSeq: integer('acting_seq'),
  },
  (t) => [index('sessions_user').on(t.userSeq), index('sessions_expires').on(t.expiresAt)],
);

/** Who signed in when, of the last 30 days. */
export const signIns = sqliteTable(
  'sign_ins',
  {
    seq: integer().primaryKey(),
    userSeq: integer('user_seq').notNull(),
    at: integer().notNull(),
    method: text({ enum: ['password', 'saml'] }).notNull(),
    /** What the browser calls itself, cut short. */
    userAgent: text('user_agent').notNull(),
  },
  (t) => [index('sign_ins_user').on(t.userSeq)],
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

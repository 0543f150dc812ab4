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
    /** `oauth`: a client of OAuth, which has no secret of its own here: `oauth_clients`. */
    purpose: text({ enum: ['api', 'scim', 'oauth'] }).notNull(),
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

/** Who is signed in, to the console or to the vendor's product. A session that was ended is gone; one that ran out stays until the cron comes. */
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
    method: text({ enum: ['password', 'saml'] })
      .notNull()
      .default('password'),
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

/** Requests to the identity provider that have no answer yet, and the answers to those that were a test. */
export const samlRequests = sqliteTable(
  'saml_requests',
  {
    /** The ID of the AuthnRequest, which the answer names as InResponseTo. */
    id: text().primaryKey(),
    purpose: text({ enum: ['sign_in', 'test'] }).notNull(),
    /** Where the person wanted to go: a path of this hostname. */
    relayState: text('relay_state'),
    /** Of a test: the admin who made it, and the only one who sees what arrived. */
    userSeq: integer('user_seq'),
    /** Of a test: JSON, what arrived. */
    result: text(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('saml_requests_expires').on(t.expiresAt)],
);

/** Assertions that somebody signed in with, until they are too old to be tried again. */
export const samlAssertions = sqliteTable(
  'saml_assertions',
  {
    /** Hex SHA-256 of its issuer and its ID. */
    id: text().primaryKey(),
    /** The session that it began: a repeat of the same write is no replay. */
    sessionHash: text('session_hash').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('saml_assertions_expires').on(t.expiresAt)],
);

/** What makes an API key a client of OAuth; the key says whose it is and whether it is alive. */
export const oauthClients = sqliteTable('oauth_clients', {
  /** The id of the key, which is the client id. */
  keyId: text('key_id').primaryKey(),
  grant: text({ enum: ['authorization_code', 'client_credentials', 'workload_identity'] }).notNull(),
  /** JSON array: where a person who allowed the client may be sent. */
  redirectUris: text('redirect_uris').notNull().default('[]'),
  /** Of a workload identity: what the assertion must say, and where the issuer's keys are. */
  issuer: text(),
  subject: text(),
  audience: text(),
  jwksUrl: text('jwks_url'),
});

/** Secrets of clients, of which several work at a time. */
export const oauthSecrets = sqliteTable(
  'oauth_secrets',
  {
    id: text().primaryKey(),
    keyId: text('key_id').notNull(),
    /** Hex SHA-256 of the secret. */
    hash: text().notNull(),
    /** Its last characters, for people to tell one from another. */
    hint: text().notNull(),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at'),
    revokedAt: integer('revoked_at'),
  },
  (t) => [uniqueIndex('oauth_secrets_hash').on(t.hash), index('oauth_secrets_key').on(t.keyId)],
);

/** Authorization codes, each good for one exchange. */
export const oauthCodes = sqliteTable(
  'oauth_codes',
  {
    /** Hex SHA-256 of the code. */
    hash: text().primaryKey(),
    keyId: text('key_id').notNull(),
    /** The admin who allowed the client. */
    userId: text('user_id').notNull(),
    /** What the tokens of this code have in common: where it is used twice, they end. */
    grantId: text('grant_id').notNull(),
    redirectUri: text('redirect_uri').notNull(),
    codeChallenge: text('code_challenge'),
    scope: text().notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    usedAt: integer('used_at'),
  },
  (t) => [index('oauth_codes_expires').on(t.expiresAt)],
);

/** Access and refresh tokens of clients. */
export const oauthTokens = sqliteTable(
  'oauth_tokens',
  {
    /** Hex SHA-256 of the token. */
    hash: text().primaryKey(),
    keyId: text('key_id').notNull(),
    kind: text({ enum: ['access', 'refresh'] }).notNull(),
    grantId: text('grant_id').notNull(),
    scope: text().notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('oauth_tokens_grant').on(t.grantId), index('oauth_tokens_expires').on(t.expiresAt)],
);

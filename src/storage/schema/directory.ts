// The tables of one portal's directory, as Drizzle definitions, like all of this folder: `npm run db:generate` turns a change here
// into a migration. Statements are prepared SQL in the rooms that run them. Times are UTC milliseconds.
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
  /** JSON: how people sign in by the identity provider, `sso/settings.ts`. */
  sso: text().notNull().default('{}'),
  /** JSON array: the e-mail domains of the portal's people, in lower case, as whoever runs the portal has verified them. */
  emailDomains: text('email_domains').notNull().default('[]'),
  /** Where people who are no admins go when they have signed in: a path of this hostname, or a URL. */
  appUrl: text('app_url').notNull().default('/'),
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
    /** For the console; no request that creates a user of SCIM writes to it. */
    index('users_outside').on(t.loginType).where(sql`login_type <> 'saml'`),
    index('users_removed').on(t.removedAt).where(sql`removed_at IS NOT NULL`),
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

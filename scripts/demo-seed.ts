// Fills a new demo portal: the admins, then many users with few statements, then some content. Every batch is whole in
// itself and the rows say how far it came, so that an interrupted seeding is continued by the next `npm start`. The journal
// does not: it forgets.
import { ensureServiceAdmin } from '../src/auth/service-admin.ts';
import { type Portal, readPortal } from '../src/directory/portal.ts';
import type { User } from '../src/directory/user.ts';
import { foldUser } from '../src/directory/user-folded.ts';
import { systemSources } from '../src/env.ts';
import { type Commit, commit } from '../src/storage/commit.ts';
import { insertJournal, type JournalEntry } from '../src/storage/journal.ts';
import { hideNewAccount } from '../src/storage/list-positions.ts';
import { seedContent } from './demo-content.ts';
import { seedPast } from './demo-past.ts';
import { DEMO_TEAMS, type DemoPerson, demoPeople } from './demo-people.ts';
import { type Platform, ScriptError } from './platform.ts';

/** Who owns the demo key, and who signs in when single sign-on does not work. */
export const DEMO_ADMIN = 'scim-admin@acme.example';
export const BREAK_GLASS_ADMIN = 'admin@acme.example';
const ACTOR = 'demo';
/** The name a portal has until its seeding is done. */
const NEW_PORTAL = 'Portal';
const CHUNK = 500;

/** What a seeding came to: `seeded` users now, or the number of an earlier run, which stays as it is. */
export type SeedOutcome = { readonly kind: 'seeded' | 'kept'; readonly users: number };

/** Seeds the portal unless it was seeded before. `onProgress` hears how many users there are so far. */
export async function seedDemo(
  { env }: Platform,
  wanted: { readonly users: number; readonly preset: string },
  onProgress: (users: number) => void,
): Promise<SeedOutcome> {
  const name = await env.DB.prepare('SELECT name FROM portal WHERE id = 1').first<string>('name');
  if (name !== NEW_PORTAL) return { kind: 'kept', users: await seededUsers(env.DB) };

  const portal = await readPortal({ preset: wanted.preset, policy: '{}', features: '{}', portalVersion: 0 });
  await seedPast(env.DB, { actor: ACTOR, role: portal.policy.defaultRole, nowMs: Date.now() });
  const admin = await ensureServiceAdmin(env, systemSources, DEMO_ADMIN, ACTOR);
  if (!admin.ok) throw new ScriptError(admin.failure.detail);
  await seedBreakGlassAdmin(env.DB);
  if (portal.policy.teamBy === 'division') await seedTeams(env.DB);
  const already = await seededUsers(env.DB);
  const users = Math.max(already, wanted.users);
  for (let from = already + 1; from <= users; from += CHUNK) {
    onProgress(from - 1);
    const people = demoPeople(from, Math.min(users, from + CHUNK - 1), portal.policy);
    await run(env.DB, usersCommit(env.DB, people, portal, Date.now()));
  }
  onProgress(users);
  await seedContent(env);
  await run(env.DB, finalCommit(env.DB, wanted.preset, Date.now()));
  return { kind: 'seeded', users };
}

/** Rows are never deleted and batches are whole, so what a run left is users 1 to this number. */
async function seededUsers(db: D1Database): Promise<number> {
  const count = await db
    .prepare("SELECT count(*) AS n FROM users WHERE user_name_key GLOB 'user[0-9][0-9][0-9]*@acme.example'")
    .first<number>('n');
  return count ?? 0;
}

async function run(db: D1Database, work: Commit): Promise<void> {
  const outcome = await commit(db, work);
  if (outcome.kind === 'committed') return;
  if (outcome.kind === 'fault') throw outcome.error;
  throw new ScriptError(
    'This state already has users of the same names, which the demo did not make. ' +
      'Start over with `npm start -- --fresh`, or use another directory with --state.',
  );
}

const USER_COLUMNS = `id, user_name, user_name_key, external_id, login_type, role, active, given_name, family_name,
  attributes, folded, team_seq, registration, last_login_at, created_at, updated_at, version`;

/** One batch of users of login type saml: one parameter carries them all. Every third has signed in before. */
function usersCommit(db: D1Database, people: readonly DemoPerson[], portal: Portal, nowMs: number): Commit {
  const rows = JSON.stringify(people.map((person) => ({ ...person, folded: foldUser(asUser(person), portal) })));
  const insertUsers = db.prepare(
    `INSERT INTO users (${USER_COLUMNS})
     SELECT value ->> 'id', value ->> 'userName', value ->> 'userNameKey', value ->> 'externalId', 'saml', value ->> 'role', 1,
       value ->> 'givenName', value ->> 'familyName', value ->> 'attributes', value ->> 'folded',
       (SELECT seq FROM teams WHERE name = value ->> 'team'), 1,
       iif(value ->> 'number' % 3 = 0, ?2 - 3600000 * (value ->> 'number' % 500), NULL), ?2, ?2, 1
     FROM json_each(?1) WHERE true ORDER BY value ->> 'number'`,
  );
  const created = db.prepare(
    `INSERT INTO journal (mutation_id, type, subject, actor, attributes, at)
     SELECT 'demo-user-' || (value ->> 'number'), 'user.created', value ->> 'id', ?3,
       '["userName","externalId","name.givenName","name.familyName","title","emails"]', ?2
     FROM json_each(?1)`,
  );
  const count = db.prepare(
    'UPDATE portal SET user_count = user_count + ?1, active_count = active_count + ?1 WHERE id = 1',
  );
  return {
    mutationId: `demo-user-${people[0]?.number ?? 0}`,
    guards: [],
    statements: [insertUsers.bind(rows, nowMs), created.bind(rows, nowMs, ACTOR), count.bind(people.length)],
  };
}

/** As the row will be read; what filters see does not depend on the rest. */
function asUser(person: DemoPerson): User {
  const counts = { seq: 0, registration: 1, version: 1 };
  const times = { lastLoginAt: null, createdAt: 0, updatedAt: 0 };
  const attributes = JSON.parse(person.attributes);
  return { ...person, ...counts, ...times, attributes, active: true };
}

async function seedTeams(db: D1Database): Promise<void> {
  const known = await db.prepare('SELECT 1 FROM teams').first();
  if (known) return;
  const nowMs = Date.now();
  const insert = db.prepare(
    `INSERT INTO teams (id, name, name_key, created_at)
     SELECT 'team-' || lower(hex(randomblob(16))), value, lower(value), ? FROM json_each(?)`,
  );
  const journal = journalRow(db, {
    mutationId: 'demo-teams',
    type: 'portal.changed',
    subject: 'portal',
    attributes: ['teams'],
    nowMs,
  });
  const statements = [insert.bind(nowMs, JSON.stringify(DEMO_TEAMS)), journal];
  await run(db, { mutationId: 'demo-teams', guards: [], statements });
}

async function seedBreakGlassAdmin(db: D1Database): Promise<void> {
  const known = await db.prepare('SELECT 1 FROM users WHERE id = ?').bind(BREAK_GLASS_ADMIN).first();
  if (known) return;
  const nowMs = Date.now();
  const insert = db.prepare(
    `INSERT INTO users (${USER_COLUMNS})
     VALUES (?1, ?1, ?1, NULL, 'password', 'admin', 1, 'Grace', 'Breakglass', '{}', '{}', NULL, 1, NULL, ?2, ?2, 1)`,
  );
  const about = {
    type: 'user.created',
    subject: BREAK_GLASS_ADMIN,
    attributes: ['userName', 'loginType', 'role'],
  } as const;
  const journal = journalRow(db, { mutationId: 'demo-admin', ...about, nowMs });
  const statements = [insert.bind(BREAK_GLASS_ADMIN, nowMs), ...hideNewAccount(db, BREAK_GLASS_ADMIN), journal];
  await run(db, { mutationId: 'demo-admin', guards: [], statements });
}

function finalCommit(db: D1Database, preset: string, nowMs: number): Commit {
  const portal = db.prepare("UPDATE portal SET name = 'Acme', preset = ?, version = version + 1 WHERE id = 1");
  const mutationId = 'demo-seeded';
  const attributes = ['name', 'preset'];
  const journal = journalRow(db, { mutationId, type: 'portal.changed', subject: 'portal', attributes, nowMs });
  return { mutationId, guards: [], statements: [portal.bind(preset), journal] };
}

interface DemoEntry extends Pick<JournalEntry, 'mutationId' | 'type' | 'subject' | 'attributes'> {
  readonly nowMs: number;
}

function journalRow(db: D1Database, { nowMs, ...entry }: DemoEntry): D1PreparedStatement {
  return insertJournal(db, { ...entry, actor: ACTOR }, nowMs);
}

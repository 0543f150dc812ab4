// The portal's teams, which only the portal makes: an identity provider names one in a user's `division`. A team's users follow
// it by its number, so a new name moves nobody; a name that appears takes in the users whose division has asked for it.
import { fail, ok, type Result } from '../failure.ts';
import { randomId } from '../random-id.ts';
import { fold } from '../scim/fold.ts';
import { ENTERPRISE_USER } from '../scim/schema/enterprise-user.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { guard } from '../storage/guard.ts';
import { authorOf, insertJournal } from '../storage/journal.ts';
import { readBatch } from '../storage/read.ts';
import { policyGuard } from '../storage/user-writes.ts';
import { type PortalSettings, readSettings, type SettingsContext } from './portal-settings.ts';
import { settingsFailure } from './settings-commit.ts';
import { newTeamId, showsTeams } from './team-group.ts';

export interface Team {
  readonly seq: number;
  readonly name: string;
  /** Users that SCIM sees, active or not. */
  readonly userCount: number;
}

/** All teams by name. */
export async function listTeams(db: D1Database): Promise<Result<readonly Team[]>> {
  const outcome = await readBatch(db, [
    db.prepare(
      `SELECT t.seq, t.name, count(u.seq) AS userCount FROM teams AS t
       LEFT JOIN users AS u ON u.team_seq = t.seq AND u.login_type = 'saml' AND u.removed_at IS NULL
       GROUP BY t.seq ORDER BY t.name`,
    ),
  ]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  return ok((outcome.results[0]?.results ?? []) as unknown as Team[]);
}

/** Makes a team and takes in the users without a team whose division is its name: `users` of them. */
export async function addTeam(context: SettingsContext, text: string): Promise<Result<{ readonly users: number }>> {
  const name = readName(text);
  if (!name.ok) return name;
  const { db, sources } = context;
  const insert = db
    .prepare('INSERT INTO teams (id, name, name_key, created_at) VALUES (?, ?, ?, ?)')
    .bind(newTeamId(sources), name.value, fold(name.value), Math.trunc(sources.nowMs()));
  const guardsOf = (settings: PortalSettings) => nameGuards(db, name.value, settings);
  return changeTeams(context, 'team_added', guardsOf, (settings) => [insert, ...adopt(db, name.value, settings)]);
}

/** Gives a team another name. Its users stay in it; users without a team whose division is the new name come in: `users`. */
export async function renameTeam(
  context: SettingsContext,
  from: string,
  to: string,
): Promise<Result<{ readonly users: number }>> {
  const name = readName(to);
  if (!name.ok) return name;
  const { db } = context;
  const update = db
    .prepare('UPDATE teams SET name = ?, name_key = ? WHERE name = ?')
    .bind(name.value, fold(name.value), from);
  const guardsOf = (settings: PortalSettings) => [exists(db, from), ...nameGuards(db, name.value, settings, from)];
  return changeTeams(context, 'team_renamed', guardsOf, (settings) => [update, ...adopt(db, name.value, settings)]);
}

/** Removes a team. Its users, `users` of them, keep their division and are in no team. */
export async function removeTeam(context: SettingsContext, name: string): Promise<Result<{ readonly users: number }>> {
  const { db } = context;
  const release = db
    .prepare('UPDATE users SET team_seq = NULL WHERE team_seq = (SELECT seq FROM teams WHERE name = ?)')
    .bind(name);
  const remove = db.prepare('DELETE FROM teams WHERE name = ?').bind(name);
  return changeTeams(
    context,
    'team_removed',
    () => [exists(db, name)],
    () => [release, remove],
  );
}

/** `division` is compared as a whole, so that a name with spaces around it could never be met. */
function readName(text: string): Result<string> {
  const name = text.trim();
  if (name === '' || name.length > 200) return fail('invalid_value', 'The name of a team takes 1 to 200 characters.');
  return ok(name);
}

function exists(db: D1Database, name: string): D1PreparedStatement {
  return guard(db, 'state', 'EXISTS (SELECT 1 FROM teams WHERE name = ?)', name);
}

/** Where teams are shown as groups, a name finds one of them: no group has it, and no team but the one that had it `before`.
 * The policy is held too, which decides that. */
function nameGuards(
  db: D1Database,
  name: string,
  { policy, version }: PortalSettings,
  before: string | null = null,
): D1PreparedStatement[] {
  if (!showsTeams(policy)) return [policyGuard(db, version)];
  const key = fold(name);
  return [
    policyGuard(db, version),
    guard(db, 'team', 'NOT EXISTS (SELECT 1 FROM groups WHERE display_name_key = ?)', key),
    guard(db, 'unique', 'NOT EXISTS (SELECT 1 FROM teams WHERE name_key = ? AND name IS NOT ?)', key, before),
  ];
}

function adopt(db: D1Database, name: string, { policy }: PortalSettings): D1PreparedStatement[] {
  if (policy.teamBy !== 'division') return [];
  return [
    db
      .prepare(
        `UPDATE users SET team_seq = (SELECT seq FROM teams WHERE name = ?1)
         WHERE team_seq IS NULL AND login_type = 'saml' AND removed_at IS NULL AND attributes ->> ?2 = ?1`,
      )
      .bind(name, `$."${ENTERPRISE_USER}".division`),
  ];
}

type TeamRule = 'team_added' | 'team_renamed' | 'team_removed';

async function changeTeams(
  { db, sources, ...by }: SettingsContext,
  rule: TeamRule,
  guardsOf: (settings: PortalSettings) => readonly D1PreparedStatement[],
  statementsOf: (settings: PortalSettings) => readonly D1PreparedStatement[],
): Promise<Result<{ readonly users: number }>> {
  const settings = await readSettings(db);
  if (!settings.ok) return settings;
  const mutationId = randomId(sources);
  const entry = {
    mutationId,
    type: 'portal.changed',
    subject: 'portal',
    ...authorOf(by),
    rule,
    attributes: ['teams'],
  } as const;
  const statements = statementsOf(settings.value);
  const outcome = await commit(db, {
    mutationId,
    guards: guardsOf(settings.value),
    statements: [
      ...statements,
      db.prepare('UPDATE portal SET version = version + 1 WHERE id = 1'),
      insertJournal(db, entry, Math.trunc(sources.nowMs())),
    ],
  });
  if (outcome.kind === 'lost' && outcome.guard === 'state') {
    return fail('resource_not_found', 'There is no team of that name.');
  }
  if (outcome.kind === 'lost' && outcome.guard === 'team') {
    return fail(
      'group_name_in_use',
      'A group has this name, compared without case, and this portal shows teams beside groups. Choose another name, or rename the group in the identity provider. Nothing was changed.',
    );
  }
  const failed = settingsFailure(outcome);
  if (failed) return failed;
  return ok({ users: usersWritten(outcome.kind === 'committed' ? outcome.results : [], rule, statements.length) });
}

/** Which statement wrote the users: the first of a removal, the last of the others, where there is one. */
function usersWritten(results: readonly D1Result[], rule: TeamRule, count: number): number {
  const at = rule === 'team_removed' ? 0 : 1;
  return count > 1 ? (results[at]?.meta.changes ?? 0) : 0;
}

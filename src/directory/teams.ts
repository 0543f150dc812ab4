// The portal's teams, which only the portal makes: an identity provider names one in a user's `division`. A team's users follow
// it by its number, so a new name moves nobody; a name that appears takes in the users whose division has asked for it.
import { fail, ok, type Result } from '../failure.ts';
import { randomId } from '../random-id.ts';
import { fold } from '../scim/fold.ts';
import { type CommitOutcome, commit } from '../storage/commit.ts';
import { guard } from '../storage/guard.ts';
import { authorOf, insertJournal } from '../storage/journal.ts';
import { policyGuard } from '../storage/user-writes.ts';
import { withoutChoice } from './choices.ts';
import { type PortalSettings, readSettings, type SettingsContext } from './portal-settings.ts';
import { settingsFailure } from './settings-commit.ts';
import { adopt } from './team-adoption.ts';
import { newTeamId, showsTeams } from './team-group.ts';

/** What a change of teams came to: `users` came in, or of a removed team, went out. */
export interface TeamChange {
  readonly users: number;
  /** The team was the one of first sign-ins, which follow its new name, or have none now. */
  readonly wasDefault: boolean;
}

/** Makes a team and takes in the users whose division is its name and who are in no team, or in the one of first sign-ins. */
export async function addTeam(context: SettingsContext, text: string): Promise<Result<TeamChange>> {
  const name = readName(text);
  if (!name.ok) return name;
  const { db, sources } = context;
  const insert = db
    .prepare('INSERT INTO teams (id, name, name_key, created_at) VALUES (?, ?, ?, ?)')
    .bind(newTeamId(sources), name.value, fold(name.value), Math.trunc(sources.nowMs()));
  const guardsOf = (settings: PortalSettings) => nameGuards(db, name.value, settings);
  return changeTeams(context, {
    rule: 'team_added',
    guardsOf,
    statementsOf: (settings) => [insert, ...comeIn(db, name.value, settings)],
  });
}

/** Gives a team another name. Its users stay in it; others whose division is the new name come in as into a new team. */
export async function renameTeam(context: SettingsContext, from: string, to: string): Promise<Result<TeamChange>> {
  const name = readName(to);
  if (!name.ok) return name;
  const { db } = context;
  const update = db
    .prepare('UPDATE teams SET name = ?, name_key = ? WHERE name = ?')
    .bind(name.value, fold(name.value), from);
  const guardsOf = (settings: PortalSettings) => [exists(db, from), ...nameGuards(db, name.value, settings, from)];
  return changeTeams(context, {
    rule: 'team_renamed',
    guardsOf,
    statementsOf: (settings) => [update, ...comeIn(db, name.value, settings)],
    moved: { from, to: name.value },
  });
}

/** Removes a team. Its users keep their division and are in no team. */
export async function removeTeam(context: SettingsContext, name: string): Promise<Result<TeamChange>> {
  const { db } = context;
  // Nobody who was removed is in a team; said here, the index of the others has them.
  const release = db
    .prepare(
      'UPDATE users SET team_seq = NULL WHERE team_seq = (SELECT seq FROM teams WHERE name = ?) AND removed_at IS NULL',
    )
    .bind(name);
  const remove = db.prepare('DELETE FROM teams WHERE name = ?').bind(name);
  return changeTeams(context, {
    rule: 'team_removed',
    guardsOf: ({ version }) => [policyGuard(db, version), exists(db, name)],
    statementsOf: () => [release, remove],
    moved: { from: name, to: null },
  });
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

function comeIn(db: D1Database, name: string, { policy }: PortalSettings): D1PreparedStatement[] {
  return policy.teamBy === 'division' ? [adopt(db, name)] : [];
}

interface Move {
  readonly from: string;
  /** Null for a team that is no more. */
  readonly to: string | null;
}

interface Wanted {
  readonly rule: 'team_added' | 'team_renamed' | 'team_removed';
  readonly guardsOf: (settings: PortalSettings) => readonly D1PreparedStatement[];
  readonly statementsOf: (settings: PortalSettings) => readonly D1PreparedStatement[];
  readonly moved?: Move;
}

async function changeTeams(
  { db, sources, ...by }: SettingsContext,
  { rule, guardsOf, statementsOf, moved }: Wanted,
): Promise<Result<TeamChange>> {
  const settings = await readSettings(db);
  if (!settings.ok) return settings;
  const mutationId = randomId(sources);
  const wasDefault = moved !== undefined && settings.value.policy.jit.defaultTeam === moved.from;
  const attributes = ['teams', ...(wasDefault ? ['jit.defaultTeam'] : [])];
  const about = { mutationId, type: 'portal.changed', subject: 'portal', rule, attributes } as const;
  const statements = statementsOf(settings.value);
  const outcome = await commit(db, {
    mutationId,
    guards: guardsOf(settings.value),
    statements: [
      ...statements,
      wasDefault ? followDefault(db, settings.value, moved) : db.prepare(`UPDATE portal SET ${NEXT} WHERE id = 1`),
      insertJournal(db, { ...about, ...authorOf(by) }, Math.trunc(sources.nowMs())),
    ],
  });
  const failed = teamFailure(outcome);
  if (failed) return failed;
  const results = outcome.kind === 'committed' ? outcome.results : [];
  return ok({ users: usersWritten(results, rule, statements.length), wasDefault });
}

const NEXT = 'version = version + 1';

/** The choice of a team for first sign-ins names no team that is not there. */
function followDefault(db: D1Database, { own }: PortalSettings, { to }: Move): D1PreparedStatement {
  const next = to === null ? withoutChoice(own, 'jit.defaultTeam') : { ...own, jit: { ...own.jit, defaultTeam: to } };
  return db.prepare(`UPDATE portal SET policy = ?, ${NEXT} WHERE id = 1`).bind(JSON.stringify(next));
}

function teamFailure(outcome: CommitOutcome): Result<never> | undefined {
  if (outcome.kind === 'lost' && outcome.guard === 'state') {
    return fail('resource_not_found', 'There is no team of that name.');
  }
  if (outcome.kind === 'lost' && outcome.guard === 'team') {
    return fail(
      'group_name_in_use',
      'A group has this name, compared without case, and this portal shows teams beside groups. Choose another name, or rename the group in the identity provider. Nothing was changed.',
    );
  }
  return settingsFailure(outcome);
}

/** Which statement wrote the users: the first of a removal, the last of the others, where there is one. */
function usersWritten(results: readonly D1Result[], rule: Wanted['rule'], count: number): number {
  const at = rule === 'team_removed' ? 0 : 1;
  return count > 1 ? (results[at]?.meta.changes ?? 0) : 0;
}

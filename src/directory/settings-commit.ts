// The portal's row: how settings are read and written. The version is the guard, so that two people who change settings at the
// same time cannot undo each other unseen.
import { fail, ok, type Result } from '../failure.ts';
import { randomId } from '../random-id.ts';
import { type CommitOutcome, commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { guard } from '../storage/guard.ts';
import { type Author, authorOf, insertJournal } from '../storage/journal.ts';
import { readBatch } from '../storage/read.ts';
import { policyGuard } from '../storage/user-writes.ts';
import type { Features, OwnChoices } from './policy.ts';
import type { SettingsContext } from './portal-settings.ts';
import { adoptAll } from './team-adoption.ts';
import { noSuchTeam, teamGuard } from './team-guard.ts';

/** The row, JSON as it is stored. */
export interface SettingsRow {
  readonly name: string;
  readonly preset: string;
  readonly policy: string;
  readonly features: string;
  readonly version: number;
  readonly userCount: number;
  readonly activeCount: number;
}

/** One row of type `SettingsRow`. */
export function selectPortalRow(db: D1Database): D1PreparedStatement {
  return db.prepare(
    `SELECT name, preset, policy, features, version, user_count AS userCount, active_count AS activeCount
     FROM portal WHERE id = 1`,
  );
}

/** Reads the row. */
export async function readPortalRow(db: D1Database): Promise<Result<SettingsRow>> {
  const outcome = await readBatch(db, [selectPortalRow(db)]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const row = outcome.results[0]?.results[0] as SettingsRow | undefined;
  return row ? ok(row) : fail('internal_error', 'The portal has no row: apply the migrations.');
}

/** The settings as they shall be. */
export interface NewSettings {
  /** What changes, for the journal. */
  readonly names: readonly string[];
  readonly name: string;
  readonly preset: string;
  readonly own: OwnChoices;
  readonly ownFeatures: Partial<Features>;
  /** Holds that nobody was created meanwhile. */
  readonly guardNoUsers: boolean;
  /** Holds that there is a team of this name. */
  readonly teamThere?: string | undefined;
  /** Whether the division begins to decide over teams. */
  readonly divisionBegins: boolean;
  /** The roles there are, the one for users of all others, and the attribute that shows a role. */
  readonly roles?: { readonly kept: readonly string[]; readonly otherwise: string; readonly attribute: string };
}

/** How many users got the role that is left, and how many came into the team that their division names. */
export interface Counts {
  readonly rolesReset: number;
  /** Undefined where the division does not begin to decide. */
  readonly cameIn?: number;
}

/** Writes the settings that were decided on `version`. Fails with `too_much_contention` when somebody was faster. */
export async function commitSettings(
  { db, sources, ...by }: SettingsContext,
  version: number,
  wanted: NewSettings,
): Promise<Result<Counts>> {
  const nowMs = Math.trunc(sources.nowMs());
  const mutationId = randomId(sources);
  const noUsers = guard(db, 'state', '(SELECT user_count FROM portal WHERE id = 1) = 0');
  const update = db
    .prepare('UPDATE portal SET name = ?, preset = ?, policy = ?, features = ?, version = version + 1 WHERE id = 1')
    .bind(wanted.name, wanted.preset, JSON.stringify(wanted.own), JSON.stringify(wanted.ownFeatures));
  const entry = {
    mutationId,
    type: 'portal.changed',
    subject: 'portal',
    ...authorOf(by),
    attributes: wanted.names,
  } as const;
  const reset = wanted.roles ? resetRoles(db, wanted.roles, { mutationId, ...authorOf(by), nowMs }) : [];
  const adopting = wanted.divisionBegins ? [adoptAll(db)] : [];
  const outcome = await commit(db, {
    mutationId,
    guards: [
      policyGuard(db, version),
      ...(wanted.guardNoUsers ? [noUsers] : []),
      ...(wanted.teamThere === undefined ? [] : [teamGuard(db, wanted.teamThere)]),
    ],
    statements: [...reset, ...adopting, update, insertJournal(db, entry, nowMs)],
  });
  if (outcome.kind === 'lost' && outcome.guard === 'team') return noSuchTeam();
  const failed = settingsFailure(outcome);
  if (failed) return failed;
  const results = outcome.kind === 'committed' ? outcome.results : [];
  const changesAt = (at: number) => results[at]?.meta.changes ?? 0;
  return ok({
    rolesReset: wanted.roles ? changesAt(0) : 0,
    ...(wanted.divisionBegins ? { cameIn: changesAt(reset.length) } : {}),
  });
}

/** Gives the users of other roles the one that is left, each with a journal row, since each has a new version. The first result
 * counts them. */
function resetRoles(
  db: D1Database,
  { kept, otherwise, attribute }: NonNullable<NewSettings['roles']>,
  { mutationId, actor, requestId, nowMs }: Author & { readonly mutationId: string; readonly nowMs: number },
): D1PreparedStatement[] {
  const gone = 'removed_at IS NULL AND role NOT IN (SELECT value FROM json_each(?1))';
  const roles = JSON.stringify(kept);
  return [
    db
      .prepare(
        `INSERT INTO journal (mutation_id, type, subject, actor, request_id, rule, attributes, at)
         SELECT ?2 || ':' || seq, 'user.updated', id, ?3, ?6, 'role_gone', json_array(?4), ?5 FROM users WHERE ${gone} ORDER BY seq`,
      )
      .bind(roles, mutationId, actor, attribute, nowMs, requestId ?? null),
    db
      .prepare(`UPDATE users SET role = ?2, updated_at = ?3, version = version + 1 WHERE ${gone}`)
      .bind(roles, otherwise, nowMs),
  ];
}

/** The failure of a settings commit; undefined when it went through. */
export function settingsFailure(outcome: CommitOutcome): Result<never> | undefined {
  if (outcome.kind === 'committed') return undefined;
  if (outcome.kind === 'fault') return faultFailure(outcome);
  if (outcome.guard === 'unique')
    return fail('invalid_value', 'There is one of that name already. Nothing was changed.');
  return fail(
    'too_much_contention',
    'Somebody else changed the portal at the same time. Nothing was changed; try again.',
    {
      internal: outcome.guard,
    },
  );
}

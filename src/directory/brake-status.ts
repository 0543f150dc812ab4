// What the brake does now, as an admin has to know it before deciding: since when, by whom, who is held and what each would lose.
import { fail, ok, type Result } from '../failure.ts';
import { BRAKE_WINDOW_MS, limitSql } from '../lifecycle/brake-hold.ts';
import { type Loss, selectLosses } from '../lifecycle/held-losses.ts';
import { BRAKE_HOLDS } from '../lifecycle/hold-moves.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import type { Policy } from './policy.ts';
import { readPortal } from './portal.ts';
import type { SettingsContext } from './portal-settings.ts';
import { type SettingsRow, selectPortalRow } from './settings-commit.ts';

export interface BrakeStatus {
  readonly policy: Policy['brake'];
  /** Since when it holds, in UTC milliseconds, and the deactivation that engaged it; nothing while it does not. */
  readonly engaged?: { readonly atMs: number; readonly actor: string | null; readonly requestId: string | null };
  /** Deactivations by SCIM within the last hour, and how many may be, with the users who are active now. */
  readonly lastHour: number;
  readonly limit: number;
  readonly heldUsers: number;
  /** The first of them behind `afterSeq`, oldest account first. */
  readonly losses: readonly Loss[];
}

interface StateRow {
  readonly engagedAt: number | null;
  readonly actor: string | null;
  readonly requestId: string | null;
  readonly lastHour: number;
  readonly maximum: number;
  readonly heldUsers: number;
}

/** Reads it in two D1 calls; `count` users at most. Fails like storage does. */
export async function brakeStatus(
  { db, sources }: Pick<SettingsContext, 'db' | 'sources'>,
  { afterSeq = 0, count = 50 } = {},
): Promise<Result<BrakeStatus>> {
  const settings = await readBatch(db, [selectPortalRow(db), selectLosses(db, afterSeq, count)]);
  if (settings.kind === 'fault') return faultFailure(settings);
  const row = settings.results[0]?.results[0] as SettingsRow | undefined;
  if (!row) return fail('internal_error', 'The portal has no row: apply the migrations.');
  const { brake } = (await readPortal({ ...row, portalVersion: row.version })).policy;
  const state = await readBatch(db, [selectState(db, brake, Math.trunc(sources.nowMs()))]);
  if (state.kind === 'fault') return faultFailure(state);
  const now = state.results[0]?.results[0] as unknown as StateRow;
  const { engagedAt, actor, requestId, lastHour, maximum, heldUsers } = now;
  return ok({
    policy: brake,
    ...(engagedAt === null ? {} : { engaged: { atMs: engagedAt, actor, requestId } }),
    lastHour,
    limit: maximum,
    heldUsers,
    losses: settings.results[1]?.results as unknown as Loss[],
  });
}

/** The ledger names who engaged it as long as that account is held; otherwise the journal does, for 30 days. */
function selectState(db: D1Database, brake: Policy['brake'], nowMs: number): D1PreparedStatement {
  const held = `FROM destructions WHERE ${BRAKE_HOLDS} AND kind = 'account'`;
  const engaging = (column: string) =>
    `coalesce((SELECT ${column} ${held} AND cause = p.brake_cause),
       (SELECT ${column} FROM journal WHERE mutation_id = p.brake_cause))`;
  return db
    .prepare(
      `SELECT p.brake_engaged_at AS engagedAt, ${engaging('actor')} AS actor, ${engaging('request_id')} AS requestId,
         (SELECT count(*) FROM json_each(p.recent_deactivations) WHERE value > ?4 - ${BRAKE_WINDOW_MS}) AS lastHour,
         ${limitSql('p.active_count', ['?1', '?2', '?3'])} AS maximum,
         (SELECT count(DISTINCT user_seq) ${held}) AS heldUsers
       FROM portal AS p WHERE p.id = 1`,
    )
    .bind(brake.number, brake.atLeast, brake.percent, nowMs);
}

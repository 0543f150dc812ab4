// What the brake does now, as an admin has to know it before deciding: since when, by whom, who is held, what each would lose, and
// who could not be given back.
import { fail, ok, type Result } from '../failure.ts';
import { BRAKE_WINDOW_MS, limitOf } from '../lifecycle/brake-hold.ts';
import { type LossRow, selectLosses } from '../lifecycle/held-losses.ts';
import { BRAKE_HOLDS } from '../lifecycle/hold-moves.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import { type StaysHeld, whyHeld } from './give-back-user.ts';
import type { Policy } from './policy.ts';
import { readPortal } from './portal.ts';
import type { SettingsContext } from './portal-settings.ts';
import { type SettingsRow, selectPortalRow } from './settings-commit.ts';

/** Where the users of whom something is held are counted no further. */
export const HELD_COUNTED = 10_000;

/** Who did something, where it was a key. */
export interface KeyName {
  readonly label: string;
  readonly owner: string;
  /** Of OAuth. */
  readonly isClient?: boolean;
}

/** A user of whom something is held, and why a restore would leave it so, where it would. */
export interface Loss
  extends Omit<LossRow, keyof KeyColumns | 'managed' | 'taken' | 'removedAt' | 'deactivatedAt' | 'ends'> {
  readonly key?: KeyName;
  readonly stays?: StaysHeld['reason'];
}

export interface BrakeStatus {
  readonly policy: Policy['brake'];
  /** Since when it holds, in UTC milliseconds, and the deactivation that engaged it; nothing while it does not. */
  readonly engaged?: {
    readonly atMs: number;
    readonly actor: string | null;
    readonly key?: KeyName;
    readonly requestId: string | null;
  };
  /** Deactivations by SCIM within the last hour, and how many may be, with the users who are active now. */
  readonly lastHour: number;
  readonly limit: number;
  /** At most `HELD_COUNTED`. */
  readonly heldUsers: number;
  /** The first of them behind `afterSeq`, oldest account first. */
  readonly losses: readonly Loss[];
}

/** Which of those who are held are shown, and up to how many things of a kind each has are counted. */
export interface HeldPage {
  readonly afterSeq?: number;
  readonly count?: number;
  readonly most?: number;
}

/** Reads it in one D1 call; `count` users at most. Fails like storage does. */
export async function brakeStatus(
  { db, sources }: Pick<SettingsContext, 'db' | 'sources'>,
  page: HeldPage = {},
): Promise<Result<BrakeStatus>> {
  const read = await readBatch(db, [selectPortalRow(db), ...selectBrake(db, Math.trunc(sources.nowMs()), page)]);
  if (read.kind === 'fault') return faultFailure(read);
  const [settings, ...results] = read.results;
  const row = settings?.results[0] as SettingsRow | undefined;
  if (!row) return fail('internal_error', 'The portal has no row: apply the migrations.');
  const { brake } = (await readPortal({ ...row, portalVersion: row.version })).policy;
  return ok(readBrake(results, brake, row.activeCount));
}

/** The statements whose results `readBrake` takes. */
export function selectBrake(
  db: D1Database,
  nowMs: number,
  { afterSeq = 0, count = 50, most = 10_000 }: HeldPage = {},
): D1PreparedStatement[] {
  return [selectState(db, nowMs), selectLosses(db, afterSeq, count, most)];
}

/** One row: how many are held, at most `HELD_COUNTED`, and the newest account row of them, 0 where there is none. */
export interface HeldCount {
  readonly heldUsers: number;
  readonly upTo: number;
}

/** One `HeldCount`. */
export function selectHeldCount(db: D1Database): D1PreparedStatement {
  return db.prepare(`SELECT ${HELD_COUNT} AS heldUsers, (SELECT coalesce(max(+seq), 0) ${HELD}) AS upTo`);
}

const HELD = `FROM destructions WHERE ${BRAKE_HOLDS} AND kind = 'account'`;
const HELD_COUNT = `(SELECT count(*) FROM (SELECT DISTINCT user_seq ${HELD} LIMIT ${HELD_COUNTED}))`;

type KeyColumns = Pick<LossRow, 'keyLabel' | 'keyOwner' | 'keyIsClient'>;

interface StateRow extends KeyColumns {
  readonly engagedAt: number | null;
  readonly actor: string | null;
  readonly requestId: string | null;
  readonly lastHour: number;
  readonly heldUsers: number;
}

/** What the results say in a portal with this brake and so many active users. */
export function readBrake(results: readonly D1Result[], brake: Policy['brake'], activeCount: number): BrakeStatus {
  const [state, losses] = results.map((result) => result.results);
  const now = (state as unknown as StateRow[])[0];
  if (!now) throw new Error('the portal has no row: apply the migrations');
  const { engagedAt, actor, requestId, lastHour, heldUsers, ...key } = now;
  return {
    policy: brake,
    ...(engagedAt === null ? {} : { engaged: { atMs: engagedAt, actor, requestId, ...keyName(key) } }),
    lastHour,
    limit: limitOf(brake, activeCount),
    heldUsers,
    losses: (losses as unknown as LossRow[]).map(lossOf),
  };
}

function keyName({ keyLabel, keyOwner, keyIsClient }: KeyColumns): { readonly key?: KeyName } {
  if (keyLabel === null || keyOwner === null) return {};
  return { key: { label: keyLabel, owner: keyOwner, isClient: keyIsClient === 1 } };
}

function lossOf({ managed, taken, removedAt, deactivatedAt, ends, ...row }: LossRow): Loss {
  const { keyLabel, keyOwner, keyIsClient, ...loss } = row;
  const held = (JSON.parse(ends) as [number, number, number][]).map(([at, active, removed]) => ({
    at,
    account: { active, removed },
  }));
  const why = whyHeld({ active: loss.active === 1, managed: managed === 1, removedAt, deactivatedAt, held });
  const stays = why ?? (taken === 1 ? 'user_name_taken' : undefined);
  return { ...loss, ...keyName({ keyLabel, keyOwner, keyIsClient }), ...(stays ? { stays } : {}) };
}

/** The ledger names who engaged it as long as that account is held; otherwise the journal does, for 30 days. */
function selectState(db: D1Database, nowMs: number): D1PreparedStatement {
  const engaging = (column: string) =>
    `coalesce((SELECT ${column} ${HELD} AND cause = p.brake_cause),
       (SELECT ${column} FROM journal WHERE mutation_id = p.brake_cause))`;
  return db
    .prepare(
      `SELECT s.*, k.label AS keyLabel, k.username AS keyOwner, k.purpose = 'oauth' AS keyIsClient FROM (
         SELECT p.brake_engaged_at AS engagedAt, ${engaging('actor')} AS actor, ${engaging('request_id')} AS requestId,
           (SELECT count(*) FROM json_each(p.recent_deactivations) WHERE value > ?1 - ${BRAKE_WINDOW_MS}) AS lastHour,
           ${HELD_COUNT} AS heldUsers
         FROM portal AS p WHERE p.id = 1) AS s
       LEFT JOIN api_keys AS k ON k.id = s.actor`,
    )
    .bind(nowMs);
}

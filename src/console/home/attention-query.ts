// What Home asks of the database, in the call that asks for the session. Every statement stops at a bound, so that the page costs
// no more in a portal where much is wrong.

import { BRAKE_HOLDS } from '../../lifecycle/hold-moves.ts';
import { COUNTED } from '../page/count-text.ts';

export const DAY_MS = 86_400_000;
/** A key that ends within this is about to. */
const EXPIRY_MS = 14 * DAY_MS;
/** A last use is kept to the day, and identity providers call several times a day: so long is silence for any. One that comes less
 * often is silent when it has left out a turn. */
const SILENT_MS = 3 * DAY_MS;
const SILENT_TURNS = 2;
const KEYS = 500;
const LISTED = 5;

/** Times are UTC milliseconds. */
export interface KeyTrouble {
  readonly id: string;
  readonly label: string;
  readonly username: string;
  /** 1 for a client of OAuth. */
  readonly isClient: 0 | 1;
  readonly trouble: 'owner' | 'expiry' | 'silent';
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
  /** How much time lies between its uses as a rule, in milliseconds. */
  readonly usualGapMs: number | null;
  /** 1 where another key takes its place, which the identity provider that used this one has not used yet. */
  readonly isReplaced: number;
}

export interface Counts {
  readonly heldUsers: number;
  readonly deadMails: number;
  readonly dueContents: number;
  readonly dueWorkspaces: number;
  readonly liveKeys: number;
  readonly lastUsedAt: number | null;
  /** JSON: the settings of single sign-on. */
  readonly sso: string;
}

export interface OutsideAdmin {
  readonly seq: number;
  readonly userName: string;
  readonly loginType: 'password' | 'service';
}

export interface RefusalGroup {
  readonly count: number;
  readonly seq: number;
  readonly at: number;
  readonly requestId: string | null;
  readonly actor: string | null;
  readonly label: string | null;
  readonly owner: string | null;
  readonly isClient: 0 | 1 | null;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly rule: string;
  readonly detail: string;
}

/** The statements, in the order in which `readAttention` takes their results. */
export function selectAttention(db: D1Database, nowMs: number): readonly D1PreparedStatement[] {
  return [selectCounts(db, nowMs), selectKeys(db, nowMs), selectOutsideAdmins(db), selectRefusals(db, nowMs)];
}

export interface Attention {
  readonly counts: Counts;
  readonly keys: readonly KeyTrouble[];
  readonly admins: readonly OutsideAdmin[];
  readonly refusals: readonly RefusalGroup[];
}

/** What the results of `selectAttention` say. */
export function readAttention(results: readonly D1Result[]): Attention {
  const [counts, keys, admins, refusals] = results.map((result) => result.results);
  return {
    counts: counts?.[0] as unknown as Counts,
    keys: keys as unknown as KeyTrouble[],
    admins: admins as unknown as OutsideAdmin[],
    refusals: refusals as unknown as RefusalGroup[],
  };
}

const ownerAlive = "u.active = 1 AND u.role = 'admin' AND u.removed_at IS NULL";

/** The newest keys; revoked and expired ones are nobody's trouble any more. */
const LIVE_KEYS = `(SELECT * FROM (SELECT * FROM api_keys ORDER BY rowid DESC LIMIT ${KEYS})
  WHERE purpose <> 'api' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?1))`;

function selectCounts(db: D1Database, nowMs: number): D1PreparedStatement {
  const counted = (rows: string) => `(SELECT count(*) FROM (${rows} LIMIT ${COUNTED}))`;
  const due = `SELECT kind FROM destructions WHERE state = 'pending' AND due_at < ?1 + ${DAY_MS}`;
  return db
    .prepare(
      `SELECT
         ${counted(`SELECT DISTINCT user_seq FROM destructions WHERE ${BRAKE_HOLDS} AND kind = 'account'`)} AS heldUsers,
         ${counted('SELECT 1 FROM outbox WHERE dead_at IS NOT NULL')} AS deadMails,
         sum(kind = 'user_content') AS dueContents, sum(kind = 'workspaces') AS dueWorkspaces,
         (SELECT count(*) FROM ${LIVE_KEYS}) AS liveKeys, (SELECT max(last_used_at) FROM ${LIVE_KEYS}) AS lastUsedAt,
         (SELECT sso FROM portal WHERE id = 1) AS sso
       FROM (${due} LIMIT ${COUNTED})`,
    )
    .bind(nowMs);
}

function selectKeys(db: D1Database, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT * FROM (
         SELECT k.id, k.label, k.username, k.purpose = 'oauth' AS isClient, k.expires_at AS expiresAt, k.last_used_at AS lastUsedAt,
           k.usual_gap_ms AS usualGapMs, n.id IS NOT NULL AS isReplaced,
           CASE WHEN u.seq IS NULL THEN 'owner'
                WHEN n.last_used_at IS NOT NULL OR (n.id IS NOT NULL AND k.last_used_at IS NULL) THEN NULL
                WHEN k.expires_at <= ?1 + ${EXPIRY_MS} THEN 'expiry'
                WHEN k.last_used_at < ?1 - max(${SILENT_MS}, ${SILENT_TURNS} * coalesce(k.usual_gap_ms, 0)) THEN 'silent'
           END AS trouble
         FROM ${LIVE_KEYS} AS k LEFT JOIN users AS u ON u.seq = k.owner_seq AND ${ownerAlive}
         LEFT JOIN api_keys AS n ON n.id = k.replaced_by)
       WHERE trouble IS NOT NULL ORDER BY coalesce(expiresAt, lastUsedAt), id LIMIT ${3 * LISTED}`,
    )
    .bind(nowMs);
}

function selectOutsideAdmins(db: D1Database): D1PreparedStatement {
  return db.prepare(
    `SELECT seq, userName, loginType FROM (
       SELECT seq, user_name AS userName, login_type AS loginType, removed_at FROM users
       WHERE role = 'admin' AND active = 1 LIMIT ${COUNTED})
     WHERE loginType <> 'saml' AND removed_at IS NULL ORDER BY loginType, userName LIMIT ${2 * LISTED}`,
  );
}

/** By rule and caller, the newest of each with its number; the table itself is never larger than a thousand rows. */
function selectRefusals(db: D1Database, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT r.*, k.label, k.username AS owner, k.purpose = 'oauth' AS isClient FROM (
         SELECT count(*) AS count, max(seq) AS seq, at, request_id AS requestId, actor, method, route, status, rule, detail
         FROM refusals
         WHERE seq > coalesce((SELECT seq FROM refusals WHERE at < ?1 ORDER BY seq DESC LIMIT 1), 0)
         GROUP BY rule, actor ORDER BY count(*) DESC LIMIT ${LISTED}) AS r
       LEFT JOIN api_keys AS k ON k.id = r.actor`,
    )
    .bind(nowMs - DAY_MS);
}

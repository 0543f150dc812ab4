// The brake on the way of a deactivation: it counts, engages, and keeps what the deactivation takes. Only portals whose policy has a
// brake load it. Everything is decided inside the batch, so that parallel deactivations cannot slip through.
import type { Policy } from '../directory/policy.ts';
import { enqueueBrakeMail } from '../outbox/enqueue.ts';
import type { Deactivation } from './deactivate.ts';

/** Deactivations longer ago do not count. */
export const BRAKE_WINDOW_MS = 3_600_000;

/** What the brake adds to a deactivation's statements. */
export interface Brake {
  /** Assignments for its UPDATE of the portal, with parameters from `?3`, and their values. */
  readonly count: (d: Deactivation) => { readonly assignments: readonly string[]; readonly values: readonly unknown[] };
  /** Keeps the user's row as it is before this, where the brake is engaged; it stands right after the UPDATE. */
  readonly hold: (db: D1Database, d: Deactivation) => D1PreparedStatement;
  /** SQL: the state of a new row of the ledger. */
  readonly state: string;
  /** The mail of the deactivation that has engaged it; it stands after the user's row. */
  readonly mail: (db: D1Database, d: Deactivation) => D1PreparedStatement;
}

/** The brake of a portal whose policy has one, for the deactivation of the user with this id. */
export function brakeOf(subject: string): Brake {
  return {
    count: countAndEngage,
    hold: holdAccount,
    state: "iif((SELECT brake_engaged_at FROM portal WHERE id = 1) IS NULL, 'pending', 'held')",
    mail: (db, { mutationId, nowMs, actor, requestId }) =>
      enqueueBrakeMail(db, { mutationId, subject, nowMs, actor, ...(requestId === undefined ? {} : { requestId }) }),
  };
}

/** SQL of how many deactivations may pass within the hour, this one included: more than `percent` of those who were active when the
 * hour began, which is those active now and those it took. D1 binds numbers as REAL, hence the CASTs. Parameters: number, at
 * least, percent; `active` is SQL of how many are active before the next one. */
export function limitSql(active: string, [number, atLeast, percent]: readonly [string, string, string]): string {
  const share = `CAST(${percent} AS INTEGER) * (${active} - 1) / (100 - CAST(${percent} AS INTEGER))`;
  return `min(CAST(${number} AS INTEGER), max(CAST(${atLeast} AS INTEGER), ${share}))`;
}

/** The same as a number: how many may pass within the hour in a portal where so many are active. */
export function limitOf({ number, atLeast, percent }: Policy['brake'], activeCount: number): number {
  return Math.min(number, Math.max(atLeast, Math.trunc((percent * (activeCount - 1)) / (100 - percent))));
}

/** In an UPDATE every expression sees the row as it was, so the list does not have this deactivation in it yet. */
function countAndEngage({ nowMs, mutationId, policy, wasActive }: Deactivation) {
  if (!wasActive) return { assignments: [], values: [] };
  const { number, atLeast, percent } = policy.brake;
  const list = 'recent_deactivations';
  const room = `iif(json_array_length(${list}) < ?5, ${list}, json_remove(${list}, '$[0]'))`;
  const limit = limitSql('active_count', ['?5', '?6', '?7']);
  const passed = `${list} ->> ('$[#-' || ${limit} || ']') > ?3 - ${BRAKE_WINDOW_MS}`;
  return {
    assignments: [
      `${list} = json_insert(${room}, '$[#]', CAST(?3 AS INTEGER))`,
      `brake_engaged_at = coalesce(brake_engaged_at, iif(${passed}, ?3, NULL))`,
      `brake_cause = coalesce(brake_cause, iif(${passed}, ?4, NULL))`,
    ],
    values: [nowMs, mutationId, number, atLeast, percent],
  };
}

const PROFILE = `'profile', json_object('givenName', u.given_name, 'familyName', u.family_name, 'attributes', json(u.attributes),
  'team', (SELECT id FROM teams WHERE seq = u.team_seq))`;
const KEYS = `(SELECT json_group_array(id) FROM api_keys WHERE owner_seq = u.seq AND revoked_at IS NULL)`;
const GROUPS = `(SELECT json_group_array(g.id) FROM group_members AS m CROSS JOIN groups AS g ON g.seq = m.group_seq
  WHERE m.user_seq = u.seq)`;

/** Only what this deactivation takes: a profile that stays, keys of somebody who had no access, are not kept twice. */
function holdAccount(db: D1Database, d: Deactivation): D1PreparedStatement {
  const { remove, wasActive, policy, userSeq, mutationId, actor, requestId, nowMs } = d;
  const takesProfile = remove || policy.deactivation.profile === 'remove';
  const parts = [
    `'active', u.active, 'removed', ${remove ? 1 : 0}, 'role', u.role, 'lastLoginAt', u.last_login_at`,
    ...(takesProfile ? [PROFILE] : []),
    `'keys', json(${wasActive ? KEYS : "'[]'"})`,
    `'content', '${policy.deactivation.content}'`,
    `'groups', json(${remove && d.inGroups ? GROUPS : "'[]'"})`,
  ];
  return db
    .prepare(
      `INSERT INTO destructions (kind, user_seq, registration, cause, actor, request_id, account, created_at, due_at, state)
       SELECT 'account', u.seq, u.registration, ?2, ?3, ?4, json_object(${parts.join(', ')}), ?5, ?5, 'held'
       FROM portal CROSS JOIN users AS u ON u.seq = ?1
       WHERE portal.id = 1 AND portal.brake_engaged_at IS NOT NULL`,
    )
    .bind(userSeq, mutationId, actor, requestId ?? null, nowMs);
}

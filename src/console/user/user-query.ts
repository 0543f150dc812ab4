// What the page of one user asks of the database, in the call that asks for the session. Every statement stops at a bound, so that
// the page costs no more for somebody who owns very much.

import type { KeyFacts } from '../../auth/key-state.ts';
import { IDLE_MS, OF_PERSON } from '../../auth/session.ts';
import { type Account, type AccountRow, readAccount, selectAnyAccount } from '../../directory/account.ts';
import type { Addressed } from '../exchange.ts';
import { COUNTED } from '../page/count-text.ts';
import { readTeamNames, selectTeamNames } from '../teams/team-field.tsx';

const LISTED = 20;
/** Of how many rows the ones that are listed are chosen. */
const SORTED = 200;
const SIGN_INS = 10;
/** How many overdue rows of the ledger are looked through for those of one user; they are gone within a minute as a rule. */
const OVERDUE = 500;

/** Times are UTC milliseconds. */
export interface SignInRow {
  readonly at: number;
  readonly method: 'password' | 'saml';
  readonly userAgent: string;
}

export interface OpenSession {
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly userAgent: string;
  /** Whether it is the one that asks. */
  readonly isThis: boolean;
}

/** `bytes` of what was counted. */
export interface ContentCount {
  readonly count: number;
  readonly bytes: number;
}

export interface Condemned {
  readonly seq: number;
  readonly kind: 'account' | 'user_content' | 'workspaces';
  readonly state: 'pending' | 'held';
  readonly heldBy: 'admin' | 'both' | null;
  readonly dueAt: number;
  /** How many workspaces the row deletes. */
  readonly workspaces: number;
}

/** A key as the account owns it, newest first, those that still work before the others. */
export interface OwnedKey extends KeyFacts {
  readonly id: string;
  readonly label: string;
  readonly lastUsedAt: number | null;
}

export interface Counts {
  readonly activeWorkspaces: number;
  readonly archivedWorkspaces: number;
  readonly liveKeys: number;
  readonly groups: number;
  readonly sessions: number;
}

/** All that the page shows. */
export interface UserDetails {
  readonly account: Account;
  /** When the password was set; null for an account that has none. */
  readonly passwordSetAt: number | null;
  /** Whether people sign in by the identity provider at all. */
  readonly ssoIsOn: boolean;
  readonly counts: Counts;
  readonly files: ContentCount;
  readonly messages: ContentCount;
  readonly signIns: readonly SignInRow[];
  readonly sessions: readonly OpenSession[];
  readonly condemned: readonly Condemned[];
  readonly keys: readonly OwnedKey[];
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  /** To choose one of: the names of teams, as `readTeamNames` gives them. */
  readonly teams: readonly string[];
}

/** The number of the user whom the address names; 0, which nobody has, where it is none. */
export function seqOf(params: Readonly<Record<string, string>>): number {
  const text = params['seq'] ?? '';
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0;
}

const MORE = [
  '(SELECT set_at FROM credentials WHERE user_seq = users.seq) AS passwordSetAt',
  "(SELECT sso ->> '$.state' FROM portal WHERE id = 1) IS 'on' AS ssoIsOn",
];

type DetailsRow = AccountRow & Pick<UserDetails, 'passwordSetAt'> & { readonly ssoIsOn: number };

/** The statements, in the order in which `readDetails` takes their results. */
export function selectDetails(request: Addressed): readonly D1PreparedStatement[] {
  const { env, sources, params } = request;
  const seq = seqOf(params);
  const nowMs = Math.trunc(sources.nowMs());
  const db = env.DB;
  return [
    selectAnyAccount(db, seq, nowMs, MORE),
    selectCounts(db, seq, nowMs),
    selectContent(db, 'files', seq),
    selectContent(db, 'messages', seq),
    db
      .prepare(
        `SELECT at, method, user_agent AS userAgent FROM sign_ins WHERE user_seq = ? ORDER BY seq DESC LIMIT ${SIGN_INS}`,
      )
      .bind(seq),
    db.prepare(`SELECT ${SESSION_COLUMNS} ${OPEN_SESSIONS}`).bind(seq, nowMs),
    selectCondemned(db, seq, nowMs),
    selectKeys(db, seq),
    db
      .prepare(
        `SELECT g.id, g.display_name AS name FROM group_members AS m CROSS JOIN groups AS g ON g.seq = m.group_seq
         WHERE m.user_seq = ? ORDER BY m.group_seq LIMIT ${LISTED}`,
      )
      .bind(seq),
    selectTeamNames(db),
  ];
}

/** What the results of `selectDetails` say; undefined where there is no such user. */
export function readDetails(results: readonly D1Result[], ownHash?: string): UserDetails | undefined {
  const [users, counts, files, messages, signIns, sessions, condemned, keys, groups] = results.map(
    ({ results: rows }) => rows as unknown[],
  );
  const row = users?.[0] as DetailsRow | undefined;
  if (!row) return undefined;
  const { passwordSetAt, ssoIsOn, ...account } = row;
  const open = sessions as (OpenSession & { readonly hash: string })[];
  return {
    account: readAccount(account),
    passwordSetAt,
    ssoIsOn: ssoIsOn === 1,
    counts: counts?.[0] as Counts,
    files: files?.[0] as ContentCount,
    messages: messages?.[0] as ContentCount,
    signIns: signIns as SignInRow[],
    sessions: open.map(({ hash, ...session }) => ({ ...session, isThis: hash === ownHash })),
    condemned: condemned as Condemned[],
    keys: keys as OwnedKey[],
    groups: groups as UserDetails['groups'],
    teams: readTeamNames(results[9]),
  };
}

const SESSION_COLUMNS = 's.hash, s.created_at AS createdAt, s.last_seen_at AS lastSeenAt, s.user_agent AS userAgent';

/** Sessions that are alive: parameters are the user's `seq` and the time. */
const OPEN_SESSIONS = `FROM (SELECT * FROM sessions WHERE user_seq = ?1 LIMIT ${COUNTED}) AS s
  CROSS JOIN users AS u ON ${OF_PERSON}
  WHERE s.expires_at > ?2 AND s.last_seen_at > ?2 - ${IDLE_MS} ORDER BY s.last_seen_at DESC LIMIT ${LISTED}`;

function selectCounts(db: D1Database, seq: number, nowMs: number): D1PreparedStatement {
  const keys = `SELECT 1 FROM api_keys WHERE owner_seq = ?1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?2)`;
  return db
    .prepare(
      `SELECT coalesce(sum(state = 'active'), 0) AS activeWorkspaces, coalesce(sum(state = 'archived'), 0) AS archivedWorkspaces,
         (SELECT count(*) FROM (${keys} LIMIT ${COUNTED})) AS liveKeys,
         (SELECT count(*) FROM (SELECT 1 FROM group_members WHERE user_seq = ?1 LIMIT ${COUNTED})) AS groups,
         (SELECT count(*) FROM (SELECT 1 ${OPEN_SESSIONS})) AS sessions
       FROM (SELECT state FROM workspaces WHERE owner_seq = ?1 AND deleted_at IS NULL LIMIT ${COUNTED})`,
    )
    .bind(seq, nowMs);
}

function selectKeys(db: D1Database, seq: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT k.id, k.label, k.purpose, k.expires_at AS expiresAt, k.last_used_at AS lastUsedAt, k.revoked_at AS revokedAt,
         k.replaced_by AS replacedBy, u.active = 1 AND u.role = 'admin' AND u.removed_at IS NULL AS ownerIsAdmin
       FROM (SELECT * FROM api_keys WHERE owner_seq = ? ORDER BY rowid DESC LIMIT ${SORTED}) AS k
       CROSS JOIN users AS u ON u.seq = k.owner_seq
       ORDER BY k.revoked_at IS NOT NULL, k.created_at DESC LIMIT ${LISTED}`,
    )
    .bind(seq);
}

/** Of the current registration: what there is of older ones is condemned. */
function selectContent(db: D1Database, table: 'files' | 'messages', seq: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM (
         SELECT c.size_bytes AS size FROM users AS u
         CROSS JOIN ${table} AS c ON c.owner_seq = u.seq AND c.registration = u.registration AND c.workspace_seq IS NULL
         WHERE u.seq = ? LIMIT ${COUNTED})`,
    )
    .bind(seq);
}

/** Rows of the ledger: what is overdue, what is held, and what the archived workspaces name. */
function selectCondemned(db: D1Database, seq: number, nowMs: number): D1PreparedStatement {
  const archived = `SELECT destruction_seq AS seq, count(*) AS workspaces FROM (
    SELECT destruction_seq FROM workspaces WHERE owner_seq = ?1 AND deleted_at IS NULL AND state <> 'active' LIMIT ${COUNTED})
    GROUP BY 1`;
  const overdue = `SELECT seq, 0 FROM (SELECT seq, user_seq FROM destructions WHERE state = 'pending' AND due_at <= ?2 LIMIT ${OVERDUE})
    WHERE user_seq = ?1`;
  const held = `SELECT seq, 0 FROM destructions WHERE user_seq = ?1 AND state = 'held'`;
  return db
    .prepare(
      `SELECT d.seq, d.kind, d.state, d.held_by AS heldBy, d.due_at AS dueAt, max(named.workspaces) AS workspaces
       FROM (${archived} UNION ALL ${overdue} UNION ALL SELECT * FROM (${held} LIMIT ${SORTED})) AS named
       CROSS JOIN destructions AS d ON d.seq = named.seq
       WHERE d.state IN ('pending', 'held') GROUP BY d.seq ORDER BY d.due_at, d.seq LIMIT ${LISTED}`,
    )
    .bind(seq, nowMs);
}

// Sessions of people in the console, in D1 and nowhere else: each request asks whether its session is alive, in the call that reads
// what the screen shows, so that a session ends everywhere at once.
import type { PortalRow } from '../directory/portal.ts';
import type { Env, Sources } from '../env.ts';
import { ok, type Result } from '../failure.ts';
import { actorText } from '../storage/actor.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { refusal } from '../storage/guard.ts';
import { readBatch } from '../storage/read.ts';
import { newToken, tokenHash } from './secret-token.ts';

/** A session ends after this long without a request, and after that long whatever happens. */
export const IDLE_MS = 30 * 60_000;
export const ABSOLUTE_MS = 12 * 3_600_000;
/** How often it is written that a session was seen. */
const SEEN_EVERY_MS = 60_000;
const USER_AGENT_CHARACTERS = 120;

/** What the first statement of every screen learns: who is signed in, and the portal's row. Times are UTC milliseconds. */
export interface SessionRow extends PortalRow {
  readonly hash: string;
  readonly lastSeenAt: number;
  readonly userSeq: number;
  readonly userId: string;
  readonly userName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly portalName: string;
  readonly userCount: number;
  readonly activeCount: number;
  readonly brakeEngagedAt: number | null;
  /** The service account that the admin acts for; null for nobody, and for one that is no active service account any more. */
  readonly actingSeq: number | null;
  readonly actingId: string | null;
  readonly actingName: string | null;
}

// The user must be an active admin now, and not have been deactivated since: that changes the epoch.
const USER_ALIVE = `u.active = 1 AND u.role = 'admin' AND u.removed_at IS NULL AND u.login_type <> 'service'`;
const SESSION_OF_USER = `sessions AS s CROSS JOIN users AS u ON u.seq = s.user_seq AND u.access_epoch = s.access_epoch`;

/** SQL condition: the session of hash ?1 is alive at ?2. */
export const SESSION_ALIVE = `EXISTS (SELECT 1 FROM ${SESSION_OF_USER}
  WHERE s.hash = ?1 AND s.expires_at > ?2 AND s.last_seen_at > ?2 - ${IDLE_MS} AND ${USER_ALIVE})`;

/** Selects one `SessionRow` when the session is alive at `nowMs`; else it raises the guard `session`, and nothing of what stands
 * behind it in the batch runs. Reads three rows, and one for a service account that is acted for. */
function sessionStatement(db: D1Database, hash: string, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT iif(u.seq IS NULL, ${refusal('session')}, s.hash) AS hash, s.last_seen_at AS lastSeenAt, u.seq AS userSeq,
         u.id AS userId, u.user_name AS userName, u.given_name AS givenName, u.family_name AS familyName,
         p.name AS portalName, p.user_count AS userCount, p.active_count AS activeCount,
         p.brake_engaged_at AS brakeEngagedAt, p.preset, p.policy, p.features, p.version AS portalVersion,
         a.seq AS actingSeq, a.id AS actingId, a.user_name AS actingName
       FROM portal AS p
         LEFT JOIN sessions AS s ON s.hash = ?1 AND s.expires_at > ?2 AND s.last_seen_at > ?2 - ${IDLE_MS}
         LEFT JOIN users AS u ON u.seq = s.user_seq AND u.access_epoch = s.access_epoch AND ${USER_ALIVE}
         LEFT JOIN users AS a ON a.seq = s.acting_seq AND a.login_type = 'service' AND a.active = 1 AND a.removed_at IS NULL
       WHERE p.id = 1`,
    )
    .bind(hash, nowMs);
}

/** Who does what is done in a session, for the journal: the admin, and the account acted for. */
export function actorOf({ userId, actingId }: Pick<SessionRow, 'userId' | 'actingId'>): string {
  return actorText(userId, actingId);
}

export interface SessionRead {
  readonly session: SessionRow;
  /** One result a statement, in order. */
  readonly results: readonly D1Result[];
}

/** Runs SELECTs in one D1 call behind the question whether the session is alive; null where it is not. */
export async function readWithSession(
  db: D1Database,
  token: string,
  nowMs: number,
  statements: readonly D1PreparedStatement[],
): Promise<Result<SessionRead | null>> {
  const outcome = await readBatch(db, [sessionStatement(db, await tokenHash(token), nowMs), ...statements]);
  if (outcome.kind === 'fault') {
    const { fault } = outcome;
    return fault.kind === 'guard' && fault.guard === 'session' ? ok(null) : faultFailure(outcome);
  }
  const [first, ...results] = outcome.results;
  const session = (first?.results as SessionRow[] | undefined)?.[0];
  if (!session) throw new Error('the statement of the session neither refused nor answered');
  return ok({ session, results });
}

/** A sign-in that was found right: the user, and when the password was set that was given. */
export interface NewSession {
  readonly userSeq: number;
  readonly passwordSetAt: number;
  readonly userAgent: string;
}

/** Begins a session, records the sign-in, and gives the token; null where the user is no active admin any more, or has another
 * password by now. */
export async function beginSession(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  { userSeq, passwordSetAt, userAgent }: NewSession,
): Promise<Result<string | null>> {
  const token = newToken(sources);
  const nowMs = Math.trunc(sources.nowMs());
  const hash = await tokenHash(token);
  const shortAgent = userAgent.slice(0, USER_AGENT_CHARACTERS);
  const insert = env.DB.prepare(
    `INSERT OR IGNORE INTO sessions (hash, user_seq, access_epoch, created_at, last_seen_at, expires_at, user_agent)
     SELECT ?1, u.seq, u.access_epoch, ?2, ?2, ?3, ?4 FROM users AS u
     WHERE u.seq = ?5 AND ${USER_ALIVE} AND (SELECT set_at FROM credentials WHERE user_seq = u.seq) = ?6`,
  ).bind(hash, nowMs, nowMs + ABSOLUTE_MS, shortAgent, userSeq, passwordSetAt);
  // Each is written only where the statement before it wrote a row: never without the session, and not again in a second try.
  const record = env.DB.prepare(
    `INSERT INTO sign_ins (user_seq, at, method, user_agent) SELECT ?1, ?2, 'password', ?3 WHERE changes() > 0`,
  ).bind(userSeq, nowMs, shortAgent);
  const lastLogin = env.DB.prepare('UPDATE users SET last_login_at = ?2 WHERE seq = ?1 AND changes() > 0');
  // The row itself says whether it is there, also where the answer of the first try was lost.
  const look = env.DB.prepare('SELECT 1 FROM sessions WHERE hash = ?').bind(hash);
  const statements = [insert, record, lastLogin.bind(userSeq, nowMs), look];
  const outcome = await commit(env.DB, { mutationId: '', guards: [], statements });
  if (outcome.kind === 'fault') return faultFailure(outcome);
  return ok(outcome.kind === 'committed' && outcome.results.at(-1)?.results.length === 1 ? token : null);
}

/** Records that a session was seen, at most once a minute. For `waitUntil`. */
export async function noteSeen(
  db: D1Database,
  { hash, lastSeenAt }: Pick<SessionRow, 'hash' | 'lastSeenAt'>,
  nowMs: number,
): Promise<void> {
  if (lastSeenAt > nowMs - SEEN_EVERY_MS) return;
  const update = db.prepare('UPDATE sessions SET last_seen_at = ?1 WHERE hash = ?2 AND last_seen_at < ?1');
  await commit(db, { mutationId: '', guards: [], statements: [update.bind(nowMs, hash)] });
}

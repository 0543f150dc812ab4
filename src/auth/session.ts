// Sessions of people in the console, in D1 and nowhere else: each request asks whether its session is alive, in the call that reads
// what the screen shows, so that a session ends everywhere at once. Who is no admin has one too, and it opens nothing here.
import type { PortalRow } from '../directory/portal.ts';
import { fail, ok, type Result } from '../failure.ts';
import { actorText } from '../storage/actor.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { refusal } from '../storage/guard.ts';
import { readBatch } from '../storage/read.ts';
import { tokenHash } from './secret-token.ts';

/** A session ends after this long without a request, and after that long whatever happens. */
export const IDLE_MS = 30 * 60_000;
export const ABSOLUTE_MS = 12 * 3_600_000;
/** How often it is written that a session was seen. */
const SEEN_EVERY_MS = 60_000;

/** What the first statement of every screen learns: who is signed in, and the portal's row. Times are UTC milliseconds. */
export interface SessionRow extends PortalRow {
  readonly hash: string;
  readonly lastSeenAt: number;
  readonly method: 'password' | 'saml';
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

/** SQL: the session `s` is one that its person `u` may have now. They are active and were not deactivated since, which changes the epoch;
 * who came by the identity provider is still its own, and who came by a password is an admin. */
export const OF_PERSON = `u.seq = s.user_seq AND u.access_epoch = s.access_epoch AND u.active = 1 AND u.removed_at IS NULL
  AND iif(s.method = 'saml', u.login_type = 'saml', u.login_type <> 'service' AND u.role = 'admin')`;
/** SQL: these, whoever's they are. */
export const SESSION_OF_PERSON = `sessions AS s CROSS JOIN users AS u ON ${OF_PERSON}`;
/** SQL: of hash ?1, and not run out at ?2. */
export const IN_TIME = `s.hash = ?1 AND s.expires_at > ?2 AND s.last_seen_at > ?2 - ${IDLE_MS}`;

/** SQL condition: the session of hash ?1 is alive at ?2, and an admin's. */
export const SESSION_ALIVE = `EXISTS (SELECT 1 FROM ${SESSION_OF_PERSON} WHERE ${IN_TIME} AND u.role = 'admin')`;

/** Selects one `SessionRow` when the session is alive at `nowMs`; else it raises the guard `session`, or `admin` where it is of somebody
 * who is none, and nothing of what stands behind it in the batch runs. Reads three rows, and one for a service account that is acted
 * for. */
function sessionStatement(db: D1Database, hash: string, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT CASE WHEN u.seq IS NULL THEN ${refusal('session')} WHEN u.role <> 'admin' THEN ${refusal('admin')} ELSE u.hash END AS hash,
         u.last_seen_at AS lastSeenAt, u.method, u.seq AS userSeq, u.id AS userId, u.user_name AS userName, u.given_name AS givenName, u.family_name AS familyName,
         p.name AS portalName, p.user_count AS userCount, p.active_count AS activeCount,
         p.brake_engaged_at AS brakeEngagedAt, p.preset, p.policy, p.features, p.version AS portalVersion,
         a.seq AS actingSeq, a.id AS actingId, a.user_name AS actingName
       FROM portal AS p
         LEFT JOIN (SELECT s.hash, s.last_seen_at, s.method, s.acting_seq, u.seq, u.id, u.user_name, u.given_name, u.family_name, u.role
           FROM ${SESSION_OF_PERSON} WHERE ${IN_TIME}) AS u
         LEFT JOIN users AS a ON a.seq = u.acting_seq AND a.login_type = 'service' AND a.active = 1 AND a.removed_at IS NULL
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

/** Runs SELECTs in one D1 call behind the question whether the session is alive; null where it is not. Fails with `not_admin` where it
 * is of somebody who is none, and like storage. */
export async function readWithSession(
  db: D1Database,
  token: string,
  nowMs: number,
  statements: readonly D1PreparedStatement[],
): Promise<Result<SessionRead | null>> {
  const outcome = await readBatch(db, [sessionStatement(db, await tokenHash(token), nowMs), ...statements]);
  if (outcome.kind === 'fault') {
    const { fault } = outcome;
    const guard = fault.kind === 'guard' ? fault.guard : undefined;
    if (guard === 'admin') return fail('not_admin', 'The person who is signed in is no admin.');
    return guard === 'session' ? ok(null) : faultFailure(outcome);
  }
  const [first, ...results] = outcome.results;
  const session = (first?.results as SessionRow[] | undefined)?.[0];
  if (!session) throw new Error('the statement of the session neither refused nor answered');
  return ok({ session, results });
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

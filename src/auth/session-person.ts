// Who is signed in, admin or not, for whatever is not the console: the vendor's product, signing out, and the page that tells who is
// no admin so.
import type { User } from '../directory/user.ts';
import { ok, type Result } from '../failure.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import { readUser, USER_COLUMNS, type UserRow } from '../storage/user-rows.ts';
import { tokenHash } from './secret-token.ts';
import { IN_TIME, SESSION_OF_PERSON } from './session.ts';

/** A living session. Times are UTC milliseconds. */
export interface PersonSession {
  readonly hash: string;
  readonly method: 'password' | 'saml';
  readonly startedAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  /** The id of the service account that the admin acts for. */
  readonly actingId: string | null;
  readonly user: User;
  /** The name of the user's team. */
  readonly team: string | null;
}

interface PersonRow extends UserRow, Omit<PersonSession, 'user'> {}

/** One row, or none. Reads three rows, and one for the team. */
function selectPerson(db: D1Database, hash: string, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT ${USER_COLUMNS}, hash, method, startedAt, lastSeenAt, expiresAt,
         (SELECT name FROM teams WHERE seq = team_seq) AS team,
         (SELECT id FROM users AS a WHERE a.seq = acting_seq AND a.login_type = 'service' AND a.active = 1 AND a.removed_at IS NULL) AS actingId
       FROM (SELECT u.*, s.hash, s.method, s.acting_seq, s.created_at AS startedAt, s.last_seen_at AS lastSeenAt, s.expires_at AS expiresAt
         FROM ${SESSION_OF_PERSON} WHERE ${IN_TIME})`,
    )
    .bind(hash, nowMs);
}

export interface PersonRead {
  /** Null where the session has ended. */
  readonly person: PersonSession | null;
  /** One result a statement, in order. */
  readonly results: readonly D1Result[];
}

/** Whose session it is, with other SELECTs in the same D1 call, which run whether it is alive or not. Fails like storage does. */
export async function readPerson(
  db: D1Database,
  token: string,
  nowMs: number,
  statements: readonly D1PreparedStatement[] = [],
): Promise<Result<PersonRead>> {
  const outcome = await readBatch(db, [selectPerson(db, await tokenHash(token), nowMs), ...statements]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const [first, ...results] = outcome.results;
  const row = (first?.results as PersonRow[] | undefined)?.[0];
  return ok({ person: row ? personOf(row) : null, results });
}

function personOf(row: PersonRow): PersonSession {
  const { hash, method, startedAt, lastSeenAt, expiresAt, actingId, team, ...user } = row;
  return { hash, method, startedAt, lastSeenAt, expiresAt, actingId, team, user: readUser(user) };
}

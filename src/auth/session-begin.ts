// How a session begins, whichever way somebody signed in: the session, the record of the sign-in, and when the user was last seen to
// sign in are one batch with what makes the sign-in right.
import type { Env, Sources } from '../env.ts';
import { ok, type Result } from '../failure.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { newToken, tokenHash } from './secret-token.ts';
import { ABSOLUTE_MS } from './session.ts';

const USER_AGENT_CHARACTERS = 120;

/** A session about to begin. */
export interface SessionStart {
  /** Of the token, which only the browser has. */
  readonly hash: string;
  readonly method: 'password' | 'saml';
  readonly userAgent: string;
  /** Whose: a SQL condition on `users AS u` that binds from ?6 on, and its values. */
  readonly whose: readonly [condition: string, ...values: (string | number)[]];
}

/** The statements that begin a session, unless one of that hash began already or nobody meets the condition. The last one gives a row
 * `{ role }` where the session is there, also in a second try after an answer that was lost. */
export function sessionStatements(
  db: D1Database,
  { hash, method, userAgent, whose: [condition, ...values] }: SessionStart,
  nowMs: number,
): D1PreparedStatement[] {
  const insert = db.prepare(
    `INSERT OR IGNORE INTO sessions (hash, user_seq, access_epoch, created_at, last_seen_at, expires_at, user_agent, method)
     SELECT ?1, u.seq, u.access_epoch, ?2, ?2, ?3, ?4, ?5 FROM users AS u WHERE ${condition}`,
  );
  // Each is written only where the statement before it wrote a row: never without the session, and not again in a second try.
  const record = db.prepare(
    `INSERT INTO sign_ins (user_seq, at, method, user_agent)
     SELECT user_seq, created_at, method, user_agent FROM sessions WHERE hash = ? AND changes() > 0`,
  );
  const lastLogin = db.prepare(
    'UPDATE users SET last_login_at = ?2 WHERE seq = (SELECT user_seq FROM sessions WHERE hash = ?1) AND changes() > 0',
  );
  const look = db.prepare(
    'SELECT u.role FROM sessions AS s CROSS JOIN users AS u ON u.seq = s.user_seq WHERE s.hash = ?',
  );
  const shortAgent = userAgent.slice(0, USER_AGENT_CHARACTERS);
  return [
    insert.bind(hash, nowMs, nowMs + ABSOLUTE_MS, shortAgent, method, ...values),
    record.bind(hash),
    lastLogin.bind(hash, nowMs),
    look.bind(hash),
  ];
}

/** A sign-in by password that was found right: the user, and when the password was set that was given. */
export interface NewSession {
  readonly userSeq: number;
  readonly passwordSetAt: number;
  readonly userAgent: string;
}

/** Begins the session of an admin who gave the password, and gives the token; null where the user is no active admin any more, or has
 * another password by now. */
export async function beginSession(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  { userSeq, passwordSetAt, userAgent }: NewSession,
): Promise<Result<string | null>> {
  const token = newToken(sources);
  const hash = await tokenHash(token);
  const condition = `u.seq = ?6 AND u.active = 1 AND u.role = 'admin' AND u.removed_at IS NULL AND u.login_type <> 'service'
    AND (SELECT set_at FROM credentials WHERE user_seq = u.seq) = ?7`;
  const start = { hash, method: 'password', userAgent, whose: [condition, userSeq, passwordSetAt] } as const;
  const statements = sessionStatements(env.DB, start, Math.trunc(sources.nowMs()));
  const outcome = await commit(env.DB, { mutationId: '', guards: [], statements });
  if (outcome.kind === 'fault') return faultFailure(outcome);
  return ok(outcome.kind === 'committed' && outcome.results.at(-1)?.results.length === 1 ? token : null);
}

// The one batch of a sign-in by the identity provider: either all of it is there or nothing, also where the answer is lost.
import { tokenHash } from '../auth/secret-token.ts';
import { sessionStatements } from '../auth/session-begin.ts';
import type { Portal } from '../directory/portal.ts';
import { type Creation, creationOf } from '../directory/user-creation.ts';
import type { Sources } from '../env.ts';
import type { Failure } from '../failure.ts';
import { type CommitOutcome, commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { guard } from '../storage/guard.ts';
import type { Assertion } from './assertion.ts';
import type { FirstSignIn } from './jit.ts';

/** A sign-in that was decided. */
export interface SignInToCommit {
  readonly assertion: Assertion;
  readonly userNameKey: string;
  /** Of the session. */
  readonly token: string;
  readonly userAgent: string;
  readonly requestId: string;
  /** The settings as they were read, JSON. */
  readonly sso: string;
  readonly portal: Portal;
  /** The user to make, where there is none. */
  readonly create?: FirstSignIn | undefined;
}

/** Who makes the users of first sign-ins, for the journal. */
export const SSO = 'sso';

/** What became of it. `again`: what was decided by has changed. `mailOf` is the mutation id of a mail to every admin; `abandoned` that of
 * the making of a user which got no answer: it may have taken effect, or still do. */
export type Committed =
  | { readonly kind: 'signed_in'; readonly mailOf?: string }
  | { readonly kind: 'again' | 'replayed' | 'request_over' }
  | { readonly kind: 'fault'; readonly failure: Failure; readonly abandoned?: string };

/** Hex SHA-256 of what makes an assertion one of its kind. */
export function assertionHash({ issuer, id }: Pick<Assertion, 'issuer' | 'id'>): Promise<string> {
  return tokenHash(`${issuer}\n${id}`);
}

/** Signs in: session, record, last login, the assertion as used and the request as answered; and before them the user, where the first
 * sign-in makes one. */
export async function commitSignIn(db: D1Database, sources: Sources, signIn: SignInToCommit): Promise<Committed> {
  const { assertion, userNameKey, token, userAgent, requestId, portal, create } = signIn;
  const [session, used] = [await tokenHash(token), await assertionHash(assertion)];
  const author = { actor: SSO, requestId };
  const creation = create && creationOf(db, sources, portal, create.user, { ...create, ...author });
  const nowMs = Math.trunc(sources.nowMs());
  const isUser = `u.user_name_key = ?6 AND u.removed_at IS NULL AND u.login_type = 'saml' AND u.active = 1`;
  const start = { hash: session, method: 'saml', userAgent, whose: [isUser, userNameKey] } as const;
  const outcome = await commit(db, {
    mutationId: creation?.commit.mutationId ?? '',
    guards: [
      settingsGuard(db, signIn.sso),
      ...(creation ? [neverThere(db, creation.id), ...creation.commit.guards] : [activeGuard(db, userNameKey)]),
      replayGuard(db, used, session),
      ...(assertion.inResponseTo === null ? [] : [requestGuard(db, assertion.inResponseTo, session, nowMs)]),
    ],
    statements: [
      ...(creation?.commit.statements ?? []),
      ...sessionStatements(db, start, nowMs),
      db
        .prepare('INSERT OR IGNORE INTO saml_assertions (id, session_hash, expires_at) VALUES (?, ?, ?)')
        .bind(used, session, Math.trunc(assertion.deadAtMs)),
      ...(assertion.inResponseTo === null ? [] : [answerRequest(db, assertion.inResponseTo)]),
    ],
  });
  if (outcome.kind === 'fault') return faultOf(outcome, creation);
  if (outcome.kind === 'lost') return { kind: LOST[outcome.guard] ?? 'again' };
  return { kind: 'signed_in', ...(creation?.hasMail ? { mailOf: creation.commit.mutationId } : {}) };
}

function faultOf(outcome: Extract<CommitOutcome, { kind: 'fault' }>, creation: Creation | undefined): Committed {
  const isAbandoned = outcome.fault.kind === 'stalled' && creation !== undefined;
  return {
    kind: 'fault',
    failure: faultFailure(outcome).failure,
    ...(isAbandoned ? { abandoned: creation.commit.mutationId } : {}),
  };
}

const LOST: Readonly<Record<string, 'replayed' | 'request_over'>> = { replay: 'replayed', request: 'request_over' };

function settingsGuard(db: D1Database, sso: string): D1PreparedStatement {
  return guard(db, 'state', '(SELECT sso FROM portal WHERE id = 1) = ?', sso);
}

function activeGuard(db: D1Database, userNameKey: string): D1PreparedStatement {
  return guard(
    db,
    'state',
    `EXISTS (SELECT 1 FROM users WHERE user_name_key = ? AND removed_at IS NULL AND login_type = 'saml' AND active = 1)`,
    userNameKey,
  );
}

/** Where the userName is the id, writing a user brings a removed one back: a first sign-in must not. */
function neverThere(db: D1Database, id: string): D1PreparedStatement {
  return guard(db, 'state', 'NOT EXISTS (SELECT 1 FROM users WHERE id = ?)', id);
}

/** Nobody has signed in with the assertion, but by an earlier try of this very sign-in. */
function replayGuard(db: D1Database, used: string, session: string): D1PreparedStatement {
  const others = 'SELECT 1 FROM saml_assertions WHERE id = ? AND session_hash <> ?';
  return guard(db, 'replay', `NOT EXISTS (${others})`, used, session);
}

/** The request waits for its answer, or an earlier try of this very sign-in was the answer. */
function requestGuard(db: D1Database, id: string, session: string, nowMs: number): D1PreparedStatement {
  const waits = `SELECT 1 FROM saml_requests WHERE id = ? AND purpose = 'sign_in' AND expires_at > ?`;
  const done = 'SELECT 1 FROM sessions WHERE hash = ?';
  return guard(db, 'request', `EXISTS (${waits}) OR EXISTS (${done})`, id, nowMs, session);
}

function answerRequest(db: D1Database, id: string): D1PreparedStatement {
  return db.prepare(`DELETE FROM saml_requests WHERE id = ? AND purpose = 'sign_in'`).bind(id);
}

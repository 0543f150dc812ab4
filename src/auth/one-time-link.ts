// Links that let somebody set a password, once and for an hour. Only the hash of the token is stored.
import type { Env, Sources } from '../env.ts';
import { fail, ok, type Result } from '../failure.ts';
import { randomId } from '../random-id.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { guard } from '../storage/guard.ts';
import { type Author, insertJournal } from '../storage/journal.ts';
import { hashPassword } from './password-hash.ts';
import { isToken, newToken, tokenHash } from './secret-token.ts';
import { storedRow } from './stored-row.ts';

/** How long a link works. */
export const LINK_MS = 3_600_000;

const MAY_SIGN_IN = "u.login_type = 'password' AND u.role = 'admin' AND u.active = 1 AND u.removed_at IS NULL";

/** Makes a link for an active admin with a password, and gives its token; the links made before for the same person end. Where
 * another admin makes it, `by` says who, for the journal; it then fails with `invalid_value` for whom the link would not work. */
export async function createPasswordLink(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  userSeq: number,
  by?: Author & { readonly subject: string },
): Promise<Result<string>> {
  const token = newToken(sources);
  const nowMs = Math.trunc(sources.nowMs());
  const mutationId = by ? randomId(sources) : '';
  const entry = by && ({ ...by, mutationId, type: 'user.link_made', attributes: ['password'] } as const);
  const statements = [
    env.DB.prepare('DELETE FROM one_time_links WHERE user_seq = ?').bind(userSeq),
    env.DB.prepare(
      `INSERT OR IGNORE INTO one_time_links (hash, user_seq, purpose, created_at, expires_at)
       VALUES (?, ?, 'password', ?, ?)`,
    ).bind(await tokenHash(token), userSeq, nowMs, nowMs + LINK_MS),
    ...(entry ? [insertJournal(env.DB, entry, nowMs)] : []),
  ];
  const isOwner = guard(
    env.DB,
    'owner',
    `EXISTS (SELECT 1 FROM users AS u WHERE u.seq = ? AND ${MAY_SIGN_IN})`,
    userSeq,
  );
  const outcome = await commit(env.DB, { mutationId, guards: by ? [isOwner] : [], statements });
  if (outcome.kind === 'fault') return faultFailure(outcome);
  if (outcome.kind === 'committed') return ok(token);
  return fail('invalid_value', 'Only an active admin with a password account can set a password. No link was made.');
}

/** Whose password a link sets. */
export interface LinkedUser {
  readonly seq: number;
  readonly id: string;
  readonly userName: string;
}

// A link of a person who is no active admin any more is as good as none.
const ALIVE = `one_time_links AS l CROSS JOIN users AS u ON u.seq = l.user_seq
  WHERE l.hash = ?1 AND l.purpose = 'password' AND l.expires_at > ?2 AND ${MAY_SIGN_IN}`;

/** The user of a link that still works, without using it; null where it does not. */
export async function readPasswordLink(
  db: D1Database,
  token: string,
  nowMs: number,
): Promise<Result<LinkedUser | null>> {
  if (!isToken(token)) return ok(null);
  const select = db.prepare(`SELECT u.seq, u.id, u.user_name AS userName FROM ${ALIVE}`);
  return storedRow(db, select.bind(await tokenHash(token), nowMs));
}

/** Uses a link: sets the password at a time that is given back (UTC milliseconds), and ends all sessions and links of the user. Fails with `not_found` where the link does not work,
 * or no longer does, which of two uses at once is one. */
export async function setPasswordByLink(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  { token, password, requestId }: { readonly token: string; readonly password: string; readonly requestId: string },
): Promise<Result<LinkedUser & { readonly passwordSetAt: number }>> {
  const nowMs = Math.trunc(sources.nowMs());
  const user = await readPasswordLink(env.DB, token, nowMs);
  if (!user.ok) return user;
  if (!user.value) return gone();
  const { seq, id } = user.value;
  const hash = await hashPassword(sources, password);
  const mutationId = randomId(sources);
  const entry = {
    mutationId,
    type: 'user.updated',
    subject: id,
    actor: id,
    requestId,
    attributes: ['password'],
  } as const;
  const outcome = await commit(env.DB, {
    mutationId,
    guards: [guard(env.DB, 'state', `EXISTS (SELECT 1 FROM ${ALIVE})`, await tokenHash(token), nowMs)],
    statements: [
      env.DB.prepare(
        `INSERT INTO credentials (user_seq, hash, set_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (user_seq) DO UPDATE SET hash = ?2, set_at = ?3`,
      ).bind(seq, hash, nowMs),
      env.DB.prepare('DELETE FROM one_time_links WHERE user_seq = ?').bind(seq),
      env.DB.prepare('DELETE FROM sessions WHERE user_seq = ?').bind(seq),
      insertJournal(env.DB, entry, nowMs),
    ],
  });
  if (outcome.kind === 'fault') return faultFailure(outcome);
  return outcome.kind === 'lost' ? gone() : ok({ ...user.value, passwordSetAt: nowMs });
}

function gone() {
  return fail('not_found', 'This link has been used already, or its hour is over.');
}

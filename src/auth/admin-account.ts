// Admin accounts that no identity provider manages: found by their name, or made. Who makes one gives somebody admin rights, so
// every active admin gets a mail.
import type { Env, Sources } from '../env.ts';
import { fail, ok, type Result } from '../failure.ts';
import { fold } from '../scim/fold.ts';
import { hideNewAccount } from '../storage/list-positions.ts';
import { auditedCommit } from './audited-commit.ts';
import { storedRow } from './stored-row.ts';

/** The account that has a name, in whatever state it is. */
export interface NamedAccount {
  readonly seq: number;
  /** The id that the journal knows it by. */
  readonly id: string;
  readonly userName: string;
  readonly loginType: 'saml' | 'password' | 'service';
  readonly role: string;
  readonly active: number;
  readonly removedAt: number | null;
}

/** An account to find or to make; `what` it is to be, for the sentence that refuses its name. */
export interface WantedAccount {
  readonly email: string;
  readonly loginType: 'password' | 'service';
  readonly what: string;
  readonly actor: string;
}

/** The account of that userName, in any case and any state; made as an active admin when nobody has the name. Fails with
 * `invalid_value` for a name that can be no userName, or like storage does. */
export async function ensureAdminAccount(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  { email, loginType, what, actor }: WantedAccount,
): Promise<Result<{ readonly account: NamedAccount; readonly created: boolean }>> {
  const userName = email.trim();
  if (!/^[\x21-\x39\x3b-\x7e]+@[\x21-\x39\x3b-\x7e]+$/.test(userName)) {
    return fail('invalid_value', `${what} must be an e-mail address in ASCII, without spaces and without a colon.`);
  }
  const existing = await findAccount(env.DB, userName);
  if (!existing.ok) return existing;
  if (existing.value) return ok({ account: existing.value, created: false });
  const outcome = await auditedCommit(env.DB, sources, {
    type: 'user.created',
    subject: fold(userName),
    actor,
    attributes: ['userName', 'loginType', 'role'],
    adminRights: 'admin_granted',
    guards: [],
    statements: [insertAdmin(env.DB, userName, loginType, sources.nowMs()), ...hideNewAccount(env.DB, fold(userName))],
  });
  if (outcome.kind === 'fault') return { ok: false, failure: outcome.failure };
  // A lost race leaves the row of the other one, which is as good.
  const made = await findAccount(env.DB, userName);
  if (!made.ok) return made;
  if (!made.value) return fail('too_much_contention', 'The account changed while it was being made; try again.');
  return ok({ account: made.value, created: outcome.kind === 'committed' });
}

/** A removed user's row keeps its id, which in the default preset is the folded userName: the name is not free either. */
function findAccount(db: D1Database, userName: string): Promise<Result<NamedAccount | null>> {
  const columns = 'seq, id, user_name AS userName, login_type AS loginType, role, active, removed_at AS removedAt';
  const select = db
    .prepare(
      `SELECT ${columns} FROM users WHERE user_name_key = ?1 AND removed_at IS NULL
       UNION ALL SELECT ${columns} FROM users WHERE id = ?1 AND removed_at IS NOT NULL
       LIMIT 1`,
    )
    .bind(fold(userName));
  return storedRow(db, select);
}

// The counters of users count login type saml only, so this leaves them alone.
function insertAdmin(db: D1Database, userName: string, loginType: string, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO users (id, user_name, user_name_key, login_type, role, active, attributes, registration,
         created_at, updated_at, version)
       VALUES (?1, ?2, ?1, ?4, 'admin', 1, '{}', 1, ?3, ?3, 1)`,
    )
    .bind(fold(userName), userName, nowMs, loginType);
}

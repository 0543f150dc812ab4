// The recommended owner of a SCIM key: an admin account nobody signs in with.
import type { Env, Sources } from '../env.ts';
import { fail, ok, type Result } from '../failure.ts';
import { fold } from '../scim/fold.ts';
import { hideNewAccount } from '../storage/list-positions.ts';
import { auditedCommit } from './audited-commit.ts';
import { storedRow } from './stored-row.ts';

/** An account that may own a SCIM key. */
export interface KeyOwner {
  readonly ownerSeq: number;
  readonly userName: string;
  readonly created: boolean;
}

interface ExistingUser {
  readonly seq: number;
  readonly userName: string;
  readonly role: string;
  readonly active: number;
  readonly removedAt: number | null;
}

/** The active admin of that userName, in any case; made as a no-login service admin when nobody has the name. Fails with
 * `invalid_value` for an account that is no active admin, or a name that can be no userName. */
export async function ensureServiceAdmin(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  email: string,
  actor: string,
): Promise<Result<KeyOwner>> {
  const userName = email.trim();
  if (!/^[\x21-\x39\x3b-\x7e]+@[\x21-\x39\x3b-\x7e]+$/.test(userName)) {
    return fail('invalid_value', 'The owner must be an e-mail address in ASCII, without spaces and without a colon.');
  }
  const existing = await findUser(env.DB, userName);
  if (!existing.ok) return existing;
  if (existing.value) return asOwner(existing.value);
  const outcome = await auditedCommit(env.DB, sources, {
    type: 'user.created',
    subject: fold(userName),
    actor,
    attributes: ['userName', 'loginType', 'role'],
    adminRights: 'admin_granted',
    guards: [],
    statements: [insertServiceAdmin(env.DB, userName, sources.nowMs()), ...hideNewAccount(env.DB, fold(userName))],
  });
  if (outcome.kind === 'fault') return { ok: false, failure: outcome.failure };
  // A lost race leaves the row of the other one, which is as good.
  const made = await findUser(env.DB, userName);
  if (!made.ok) return made;
  if (!made.value) return fail('too_much_contention', 'The account changed while it was being made; try again.');
  const owner = asOwner(made.value);
  return owner.ok ? ok({ ...owner.value, created: outcome.kind === 'committed' }) : owner;
}

function asOwner(user: ExistingUser): Result<KeyOwner> {
  if (user.removedAt !== null) {
    return fail('invalid_value', `${user.userName} is the name of a removed user. Choose another owner.`);
  }
  if (user.active !== 1) {
    return fail('invalid_value', `${user.userName} is deactivated, and only an active admin can own a SCIM key.`);
  }
  if (user.role !== 'admin') {
    return fail('invalid_value', `${user.userName} is not an admin, and only an active admin can own a SCIM key.`);
  }
  return ok({ ownerSeq: user.seq, userName: user.userName, created: false });
}

/** A removed user's row keeps its id, which in the default preset is the folded userName: the name is not free either. */
function findUser(db: D1Database, userName: string): Promise<Result<ExistingUser | null>> {
  const select = db
    .prepare(
      `SELECT seq, user_name AS userName, role, active, removed_at AS removedAt FROM users
       WHERE user_name_key = ?1 AND removed_at IS NULL
       UNION ALL SELECT seq, user_name, role, active, removed_at FROM users WHERE id = ?1 AND removed_at IS NOT NULL
       LIMIT 1`,
    )
    .bind(fold(userName));
  return storedRow(db, select);
}

// The counters of users count login type saml only, so this leaves them alone.
function insertServiceAdmin(db: D1Database, userName: string, nowMs: number): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO users (id, user_name, user_name_key, login_type, role, active, attributes, registration,
         created_at, updated_at, version)
       VALUES (?1, ?2, ?1, 'service', 'admin', 1, '{}', 1, ?3, ?3, 1)`,
    )
    .bind(fold(userName), userName, nowMs);
}

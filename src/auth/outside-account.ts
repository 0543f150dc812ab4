// Accounts that no identity provider manages: found by their name, or made. Where making one gives somebody admin rights, every
// active admin gets a mail.
import { ADMIN_ROLE } from '../directory/admin-role.ts';
import type { Env, Sources } from '../env.ts';
import { fail, ok, type Result } from '../failure.ts';
import { randomId } from '../random-id.ts';
import { fold } from '../scim/fold.ts';
import { type Author, authorOf } from '../storage/journal.ts';
import { hideNewAccount } from '../storage/list-positions.ts';
import { auditedCommit } from './audited-commit.ts';
import { storedRow } from './stored-row.ts';

const USER_NAME_CHARACTERS = 256;
const NAME_CHARACTERS = 100;

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
export interface WantedAccount extends Author {
  readonly email: string;
  readonly loginType: 'password' | 'service';
  readonly role: string;
  readonly givenName?: string | undefined;
  readonly familyName?: string | undefined;
  readonly what: string;
}

/** The account, and where it was made and admins get a mail, the mutation id of that mail. */
export interface EnsuredAccount {
  readonly account: NamedAccount;
  readonly created: boolean;
  readonly mailOf?: string;
}

/** The account of that userName, in any case and any state; made active when nobody has the name. Fails with `invalid_value` for
 * a name that can be no userName or is too long, or like storage does. */
export async function ensureAccount(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  wanted: WantedAccount,
): Promise<Result<EnsuredAccount>> {
  const userName = wanted.email.trim();
  if (!/^[\x21-\x39\x3b-\x7e]+@[\x21-\x39\x3b-\x7e]+$/.test(userName)) {
    return fail(
      'invalid_value',
      `${wanted.what} must be an e-mail address in ASCII, without spaces and without a colon.`,
    );
  }
  const tooLong = whatIsTooLong(wanted, userName);
  if (tooLong !== undefined) return fail('invalid_value', tooLong);
  const existing = await findAccount(env.DB, userName);
  if (!existing.ok) return existing;
  if (existing.value) return ok({ account: existing.value, created: false });
  return make(env, sources, { ...wanted, email: userName }, fold(userName));
}

/** Makes the account under that id: as a rule the folded userName. Where a portal gives its users ids of their own, somebody of another
 * name may have it, since the identity provider has renamed them; then it is made under a random one. */
async function make(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  wanted: WantedAccount,
  id: string,
): Promise<Result<EnsuredAccount>> {
  const { email: userName, role, givenName, familyName } = wanted;
  const isAdmin = role === ADMIN_ROLE;
  const names = [...(givenName ? ['name.givenName'] : []), ...(familyName ? ['name.familyName'] : [])];
  const outcome = await auditedCommit(env.DB, sources, {
    type: 'user.created',
    subject: id,
    ...authorOf(wanted),
    attributes: ['userName', ...names, 'loginType', 'role'],
    ...(isAdmin ? { adminRights: 'admin_granted' as const } : {}),
    guards: [],
    statements: [insertAccount(env.DB, id, wanted, sources.nowMs()), ...hideNewAccount(env.DB, id)],
  });
  if (outcome.kind === 'fault') return { ok: false, failure: outcome.failure };
  // A lost race leaves the row of the other one, which is as good.
  const made = await findAccount(env.DB, userName);
  if (!made.ok) return made;
  if (!made.value) {
    if (id === fold(userName)) return make(env, sources, wanted, randomId(sources));
    return fail('too_much_contention', 'The account changed while it was being made; try again.');
  }
  if (outcome.kind === 'lost') return ok({ account: made.value, created: false });
  return ok({ account: made.value, created: true, ...(isAdmin ? { mailOf: outcome.mutationId } : {}) });
}

function whatIsTooLong({ what, givenName = '', familyName = '' }: WantedAccount, userName: string): string | undefined {
  if (userName.length > USER_NAME_CHARACTERS) return `${what} is longer than ${USER_NAME_CHARACTERS} characters.`;
  const long = [...givenName].length > NAME_CHARACTERS ? 'first' : 'last';
  const isTooLong = [givenName, familyName].some((name) => [...name].length > NAME_CHARACTERS);
  return isTooLong ? `The ${long} name is longer than ${NAME_CHARACTERS} characters.` : undefined;
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
function insertAccount(
  db: D1Database,
  id: string,
  { email: userName, loginType, role, givenName, familyName }: WantedAccount,
  nowMs: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO users (id, user_name, user_name_key, login_type, role, active, given_name, family_name, attributes,
         registration, created_at, updated_at, version)
       VALUES (?1, ?2, ?8, ?4, ?5, 1, ?6, ?7, '{}', 1, ?3, ?3, 1)`,
    )
    .bind(id, userName, nowMs, loginType, role, givenName ?? null, familyName ?? null, fold(userName));
}

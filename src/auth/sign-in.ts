// Signing in by password. To a stranger all refusals are one: the same sentence after the same work, whoever was named.
import type { Env, Sources } from '../env.ts';
import { type Failure, fail, ok, type Result } from '../failure.ts';
import { fold } from '../scim/fold.ts';
import { answered } from '../storage/deadline.ts';
import { network } from './failure-limit.ts';
import { NOBODYS_HASH, verifyPassword } from './password-hash.ts';
import { beginSession } from './session-begin.ts';
import { storedRow } from './stored-row.ts';

/** The most characters of a password, so that hashing one is bounded; and the fewest of a new one. */
export const PASSWORD_CHARACTERS = { least: 12, most: 256 } as const;
const NAME_CHARACTERS = 320;

/** What somebody typed, and where from. */
export interface SignIn {
  readonly userName: string;
  readonly password: string;
  readonly userAgent: string;
  readonly hostname: string;
  readonly clientAddress: string;
}

interface CredentialRow {
  readonly userSeq: number;
  readonly hash: string;
  readonly setAt: number;
}

/** Signs in and gives the token of the new session; `verify` runs once, whoever is named. Fails with `credential_unknown`, `too_many_failures`, or like storage does. */
export async function signIn(
  env: Pick<Env, 'DB' | 'SIGN_IN_TRIES'>,
  sources: Sources,
  typed: SignIn,
  verify = verifyPassword,
): Promise<Result<string>> {
  const key = fold(typed.userName.trim()).slice(0, NAME_CHARACTERS);
  const limited = await limitTries(env, typed.hostname, [`address:${network(typed.clientAddress)}`, `name:${key}`]);
  if (limited) return { ok: false, failure: limited };
  const found = await storedRow<CredentialRow>(env.DB, selectCredential(env.DB, key));
  if (!found.ok) return found;
  const password = typed.password.slice(0, PASSWORD_CHARACTERS.most + 1);
  const isRight = await verify(password, found.value?.hash ?? NOBODYS_HASH);
  if (!found.value || !isRight) return refused();
  const { userSeq, setAt: passwordSetAt } = found.value;
  const begun = await beginSession(env, sources, { userSeq, passwordSetAt, userAgent: typed.userAgent });
  if (!begun.ok) return begun;
  return begun.value === null ? refused() : ok(begun.value);
}

/** Counts a try under each key before anything is looked at, so that tries side by side count too. A binding that fails or stalls
 * blocks nobody. */
export async function limitTries(
  env: Pick<Env, 'SIGN_IN_TRIES'>,
  hostname: string,
  keys: readonly string[],
): Promise<Failure | undefined> {
  try {
    const counted = keys.map((key) =>
      answered('rate limit', () => env.SIGN_IN_TRIES.limit({ key: `${hostname}:${key}` })),
    );
    if ((await Promise.all(counted)).every(({ success }) => success)) return undefined;
  } catch {
    return undefined;
  }
  const detail = 'There were too many tries within a minute. Wait a minute, then try again.';
  return { code: 'too_many_failures', detail, retryAfterSeconds: 60 };
}

function selectCredential(db: D1Database, userNameKey: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT u.seq AS userSeq, c.hash, c.set_at AS setAt FROM users AS u CROSS JOIN credentials AS c ON c.user_seq = u.seq
       WHERE u.user_name_key = ? AND u.removed_at IS NULL AND u.active = 1 AND u.role = 'admin' AND u.login_type = 'password'`,
    )
    .bind(userNameKey);
}

function refused() {
  return fail('credential_unknown', 'The user name or the password is not right, or the account may not sign in here.');
}

// The recommended owner of a SCIM key: an admin account nobody signs in with.
import { ADMIN_ROLE } from '../directory/admin-role.ts';
import type { Env, Sources } from '../env.ts';
import { fail, ok, type Result } from '../failure.ts';
import { ensureAccount, type NamedAccount } from './outside-account.ts';

/** An account that may own a SCIM key. */
export interface KeyOwner {
  readonly ownerSeq: number;
  readonly userName: string;
  readonly created: boolean;
}

/** The active admin of that userName, in any case; made as a no-login service admin when nobody has the name. Fails with
 * `invalid_value` for an account that is no active admin, or a name that can be no userName. */
export async function ensureServiceAdmin(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  email: string,
  actor: string,
): Promise<Result<KeyOwner>> {
  const wanted = { email, actor, role: ADMIN_ROLE, loginType: 'service', what: 'The owner' } as const;
  const ensured = await ensureAccount(env, sources, wanted);
  if (!ensured.ok) return ensured;
  const owner = asOwner(ensured.value.account);
  return owner.ok ? ok({ ...owner.value, created: ensured.value.created }) : owner;
}

function asOwner(user: NamedAccount): Result<KeyOwner> {
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

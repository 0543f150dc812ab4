// The admin who can sign in when single sign-on cannot: an account with a password that no identity provider manages.
import { ADMIN_ROLE } from '../directory/admin-role.ts';
import type { Env, Sources } from '../env.ts';
import { fail, ok, type Result } from '../failure.ts';
import { ensureAccount, type NamedAccount } from './outside-account.ts';

/** An account that may sign in by password. */
export interface BreakGlassAdmin {
  readonly seq: number;
  readonly userName: string;
  readonly created: boolean;
}

/** The active admin of that userName, in any case, with login type password; made when nobody has the name. Fails with
 * `invalid_value` for any other account. */
export async function ensureBreakGlassAdmin(
  env: Pick<Env, 'DB'>,
  sources: Sources,
  email: string,
  actor: string,
): Promise<Result<BreakGlassAdmin>> {
  const wanted = { email, actor, role: ADMIN_ROLE, loginType: 'password', what: 'The name of the admin' } as const;
  const ensured = await ensureAccount(env, sources, wanted);
  if (!ensured.ok) return ensured;
  const { account, created } = ensured.value;
  const refusal = whyNot(account);
  if (refusal) return fail('invalid_value', `${account.userName} ${refusal}`);
  return ok({ seq: account.seq, userName: account.userName, created });
}

function whyNot({ loginType, role, active, removedAt }: NamedAccount): string | undefined {
  if (removedAt !== null) return 'is the name of a removed user. Choose another name.';
  if (loginType === 'saml') {
    return 'comes from the identity provider and has no password here. Choose another name, which the identity provider does not have.';
  }
  if (loginType === 'service') return 'is a service account, which nobody signs in with. Choose another name.';
  if (active !== 1) return 'is deactivated. Choose another name.';
  return role === 'admin' ? undefined : 'is not an admin. Choose another name.';
}

// Adding a user of each kind, by the functions that make such accounts everywhere.

import { createPasswordLink } from '../../auth/one-time-link.ts';
import { type EnsuredAccount, ensureAccount } from '../../auth/outside-account.ts';
import { addPerson } from '../../directory/add-user.ts';
import { ADMIN_ROLE } from '../../directory/admin-role.ts';
import { type Failure, fail, ok, type Result } from '../../failure.ts';
import { sendOutboxOf } from '../../outbox/work-outbox.ts';
import { authorOf } from '../../storage/journal.ts';
import type { Posted } from '../exchange.ts';
import type { NewUserFields } from './new-user-form.ts';

/** `linked`: with a code that lets the user set a password. `taken`: somebody has the user name, and nothing was changed. */
export type Addition =
  | { readonly kind: 'added'; readonly seq: number }
  | { readonly kind: 'linked'; readonly seq: number; readonly userName: string; readonly code: string }
  | { readonly kind: 'taken'; readonly seq: number; readonly failure: Failure };

/** Adds the user that the form describes; `isProvisioned` as the page has read it. Fails with `invalid_value` for what cannot be, or like storage. */
export async function addUser(form: Posted, fields: NewUserFields, isProvisioned: boolean): Promise<Result<Addition>> {
  return fields.login === 'saml' ? addByProvider(form, fields, isProvisioned) : addOutside(form, fields, fields.login);
}

async function addByProvider(form: Posted, fields: NewUserFields, isProvisioned: boolean): Promise<Result<Addition>> {
  const { context, portal } = form;
  const role = fields.role || portal.policy.defaultRole;
  const added = await addPerson(context, { portal, isProvisioned }, { ...fields, role });
  if (!added.ok) return added;
  if (added.value.kind === 'added') {
    sendMail(form, added.value.mailOf);
    return ok({ kind: 'added', seq: added.value.seq });
  }
  const { seq, active } = added.value.holder;
  return ok({ kind: 'taken', seq, failure: takenBy(active === 1 ? 'active' : 'inactive') });
}

async function addOutside(
  form: Posted,
  fields: NewUserFields,
  loginType: 'password' | 'service',
): Promise<Result<Addition>> {
  const { env, sources, context, portal } = form;
  // Nobody but an admin signs in by password, so the form does not ask.
  const role = loginType === 'password' ? ADMIN_ROLE : fields.role || ADMIN_ROLE;
  const { roles } = portal.policy;
  if (!roles.includes(role))
    return fail('invalid_value', `The role must be one of ${roles.join(', ')}. Nobody was added.`);
  const { userName: email, givenName, familyName } = fields;
  const who = { ...authorOf(context), email, givenName, familyName };
  const made = await ensureAccount(env, sources, { ...who, loginType, role, what: 'The user name' });
  if (!made.ok) return made;
  const { account, created, mailOf } = made.value;
  if (!created) return ok({ kind: 'taken', seq: account.seq, failure: takenBy(stateOf(made.value)) });
  const by = { ...authorOf(context), subject: account.id };
  const code = loginType === 'password' ? await createPasswordLink(env, sources, account.seq, by) : undefined;
  sendMail(form, mailOf);
  const { seq, userName } = account;
  // Where no link could be made the account is there all the same, and its page makes another one.
  return ok(code?.ok ? { kind: 'linked', seq, userName, code: code.value } : { kind: 'added', seq });
}

function sendMail({ laterEnv, sources, later }: Posted, mailOf: string | undefined): void {
  if (mailOf !== undefined) later(() => sendOutboxOf(laterEnv, sources, mailOf));
}

type HolderState = 'active' | 'inactive' | 'removed';

function stateOf({ account: { active, removedAt } }: EnsuredAccount): HolderState {
  if (removedAt !== null) return 'removed';
  return active === 1 ? 'active' : 'inactive';
}

const TAKEN: Readonly<Record<HolderState, string>> = {
  active: 'There is a user with this user name already. Nobody was added.',
  inactive: 'There is a deactivated user with this user name. Nobody was added: activate that user instead.',
  removed: 'This is the user name of a removed user of the identity provider. Nobody was added: choose another one.',
};

function takenBy(state: HolderState): Failure {
  return fail(state === 'active' ? 'user_name_in_use' : 'user_name_in_use_inactive', TAKEN[state]).failure;
}

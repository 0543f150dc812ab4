// What the panels of role and team post: one guarded change each.
import { setAdminRights, setRole, setTeam } from '../../directory/account-actions.ts';
import type { AccountChange } from '../../directory/account-commit.ts';
import { ADMIN_ROLE } from '../../directory/admin-role.ts';
import { type Failure, fail, type Result } from '../../failure.ts';
import type { Answer, Posted } from '../exchange.ts';
import { seeOther } from '../page/answer.ts';
import { clearCookie } from '../page/cookies.ts';
import { failureNote } from '../page/notice.tsx';
import { Overview } from './overview.tsx';
import { accountContext, type DONE_TEXTS, finishChange, followUp, statusOf } from './step.ts';
import { answerWith, noSuchUser } from './user-frame.tsx';
import { readDetails, type UserDetails } from './user-query.ts';

/** POST: grants admin rights or takes them away. Who gives their own away is signed out. */
export async function postAdmin(form: Posted): Promise<Answer> {
  const wanted = form.form.get('rights');
  return change(form, async ({ account }) => {
    if (wanted !== 'granted' && wanted !== 'revoked') return unsaid();
    const changed = await setAdminRights(accountContext(form), account.seq, wanted);
    return done(changed, wanted);
  });
}

/** POST: gives the account another role. Who is no admin by it any more is signed out. */
export async function postRole(form: Posted): Promise<Answer> {
  const role = form.form.get('role');
  return change(form, async ({ account }) => {
    if (role === null) return unsaid();
    const changed = await setRole(accountContext(form), account.seq, role);
    const wasAdmin = account.role === ADMIN_ROLE;
    if (role === ADMIN_ROLE) return done(changed, wasAdmin ? 'role' : 'granted');
    return done(changed, wasAdmin ? 'revoked' : 'role');
  });
}

/** POST: puts the person into a team, or into none. */
export async function postTeam(form: Posted): Promise<Answer> {
  const team = form.form.get('team');
  return change(form, async ({ account }) => {
    if (team === null) return unsaid();
    return done(await setTeam(accountContext(form), account.seq, team === '' ? null : team), 'team');
  });
}

type Done = { readonly change: AccountChange; readonly what: keyof typeof DONE_TEXTS };

function done(changed: Result<AccountChange>, what: Done['what']): Result<Done> {
  return changed.ok ? { ok: true, value: { change: changed.value, what } } : changed;
}

function unsaid(): Result<never> {
  return fail('invalid_value', 'The form does not say what to do. Nothing was changed.');
}

async function change(form: Posted, work: (details: UserDetails) => Promise<Result<Done>>): Promise<Answer> {
  const details = readDetails(form.results, form.session.hash);
  if (!details) return noSuchUser(form);
  const { account } = details;
  const result = await work(details);
  if (!result.ok) return again(form, details, result.failure);
  const { change: changed, what } = result.value;
  if (what !== 'revoked' || account.seq !== form.session.userSeq) return finishChange(form, account, changed, what);
  followUp(form, changed, false);
  const cookie = clearCookie(form.url, 'portcullis');
  return { response: seeOther(form, '/console/sign-in?why=rights', [cookie]) };
}

/** The page with what is wrong above it. */
export function again(form: Posted, details: UserDetails, failure: Failure): Promise<Answer> {
  const page = <Overview screen={form} details={details} note={failureNote(failure)} />;
  return answerWith(form, page, statusOf(failure), failure);
}

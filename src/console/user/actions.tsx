// What is done on the page of a user by one button: admin rights, and a link to set the password.
import { createPasswordLink } from '../../auth/one-time-link.ts';
import { setAdminRights } from '../../directory/account-actions.ts';
import { type Failure, fail } from '../../failure.ts';
import { printable } from '../../printable.ts';
import { authorOf } from '../../storage/journal.ts';
import type { Answer, Posted } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { clearCookie } from '../page/cookies.ts';
import { COPY_SCRIPT, CopyField } from '../page/copy-field.tsx';
import { failureNote } from '../page/notice.tsx';
import { Overview } from './overview.tsx';
import { accountContext, finishChange, followUp, statusOf } from './step.ts';
import { answerWith, noSuchUser, UserFrame, userPath } from './user-frame.tsx';
import { readDetails, type UserDetails } from './user-query.ts';

/** POST: grants admin rights or takes them away. Who gives their own away is signed out. */
export async function postAdmin(form: Posted): Promise<Answer> {
  const details = detailsOf(form);
  if (!details) return noSuchUser(form);
  const { account } = details;
  const wanted = form.form.get('rights');
  if (wanted !== 'granted' && wanted !== 'revoked') {
    return again(
      form,
      details,
      fail('invalid_value', 'The form does not say what to do. Nothing was changed.').failure,
    );
  }
  const done = await setAdminRights(accountContext(form), account.seq, wanted);
  if (!done.ok) return again(form, details, done.failure);
  const isOwn = account.seq === form.session.userSeq;
  if (wanted === 'granted' || !isOwn) return finishChange(form, account, done.value, wanted);
  followUp(form, done.value, false);
  const cookie = clearCookie(form.url, 'portcullis');
  return { response: seeOther(form, '/console/sign-in?why=rights', [cookie]) };
}

/** POST: a page with the link, which is shown here and nowhere again. */
export async function postPasswordLink(form: Posted): Promise<Answer> {
  const details = detailsOf(form);
  if (!details) return noSuchUser(form);
  const { account } = details;
  const by = { subject: account.id, ...authorOf(form.context) };
  const token = await createPasswordLink(form.env, form.sources, account.seq, by);
  if (!token.ok) return again(form, details, token.failure);
  const page = (
    <UserFrame screen={form} account={account} tab="none" scripts={[COPY_SCRIPT]}>
      <section class="panel step" aria-labelledby="step">
        <h2 id="step">A link for {printable(account.userName, 120)}</h2>
        <p>
          Give it to the person by a way that only they read. It works once and for one hour, and is not shown again.
          Links made before for this account have ended.
        </p>
        <CopyField
          id="link"
          label="Link to set the password"
          value={`${form.url.origin}/console/welcome#${token.value}`}
        />
        <p>
          <a href={userPath(account)}>Back to the account</a>
        </p>
      </section>
    </UserFrame>
  );
  return { response: await pageResponse(form, 200, page) };
}

function detailsOf(form: Posted): UserDetails | undefined {
  return readDetails(form.results, form.session.hash);
}

function again(form: Posted, details: UserDetails, failure: Failure): Promise<Answer> {
  const page = <Overview screen={form} details={details} note={failureNote(failure)} />;
  return answerWith(form, page, statusOf(failure), failure);
}

// The link by which somebody sets a password, made on the page of a user by one button.
import { createPasswordLink } from '../../auth/one-time-link.ts';
import { printable } from '../../printable.ts';
import { authorOf } from '../../storage/journal.ts';
import type { Answer, Posted } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { COPY_SCRIPT, CopyField } from '../page/copy-field.tsx';
import { again } from './role-actions.tsx';
import { noSuchUser, UserFrame, userPath } from './user-frame.tsx';
import { readDetails } from './user-query.ts';

/** POST: a page with the link, which is shown here and nowhere again. */
export async function postPasswordLink(form: Posted): Promise<Answer> {
  const details = readDetails(form.results, form.session.hash);
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

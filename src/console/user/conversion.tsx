// Handing a password or service account to the identity provider: what changes, a typed confirmation, and the deed.

import type { Account } from '../../directory/account.ts';
import { convertAccount } from '../../directory/account-actions.ts';
import { isSteeredByScim, whyNoConversion } from '../../directory/account-rights.ts';
import { ADMIN_ROLE } from '../../directory/admin-role.ts';
import type { Failure } from '../../failure.ts';
import { printable } from '../../printable.ts';
import { listText } from '../../wording.ts';
import type { Answer, Posted, SignedIn } from '../exchange.ts';
import { ConfirmField, unconfirmed } from '../page/confirm.tsx';
import { ActionForm } from '../page/fields.tsx';
import { Notice } from '../page/notice.tsx';
import { countText, keysInUse } from './consequence-words.ts';
import { isLastPassword, LastPassword } from './last-password.tsx';
import { accountContext, finishChange } from './step.ts';
import { type StepProps, stepPage, wordOf } from './step-page.tsx';
import { noSuchUser, userPath } from './user-frame.tsx';
import { readDetails } from './user-query.ts';

/** GET: what the conversion would change. */
export async function showConversion(screen: SignedIn): Promise<Answer> {
  return page(screen);
}

/** POST: converts the account, where its user name was typed. */
export async function postConversion(form: Posted): Promise<Answer> {
  const details = readDetails(form.results);
  if (!details) return noSuchUser(form);
  const { account } = details;
  const wrong = unconfirmed(form.form, wordOf(account));
  if (wrong) return page(form, wrong);
  const done = await convertAccount(accountContext(form), account.seq);
  return done.ok ? finishChange(form, account, done.value, 'converted') : page(form, done.failure);
}

function page(screen: SignedIn, failure?: Failure): Promise<Answer> {
  const reasonOf = (account: Account) => whyNoConversion(account, screen.session.userSeq);
  const titleOf = (word: string) => `Hand ${word} to the identity provider`;
  return stepPage(screen, { titleOf, reasonOf, step: Step }, failure);
}

function Step({ screen, details, isWrong }: StepProps) {
  const { account, counts } = details;
  const used = keysInUse(details, screen.nowMs).map(({ label }) => `“${printable(label, 60)}”`);
  return (
    <>
      <p>
        From then on the identity provider manages this account: SCIM sees it, and can change, deactivate and delete it.
        Whoever has this user name there signs in with it.
      </p>
      <p>{endSentence(details)} There is no way back in the console.</p>
      {account.role === ADMIN_ROLE && isSteeredByScim({ ...account, loginType: 'saml' }, screen.portal) ? (
        <Notice kind="soon">It stays an admin until the identity provider says otherwise.</Notice>
      ) : null}
      {isLastPassword(details) ? (
        <Notice kind="act">
          <LastPassword details={details} />
        </Notice>
      ) : null}
      {used.length === 0 ? null : (
        <Notice kind="soon">
          The identity provider connects with {listText(used)}, which this account owns. Keep the account assigned
          there: when it is deactivated, its keys end.
        </Notice>
      )}
      {counts.liveKeys > 0 && used.length === 0 ? <p>Its API keys and OAuth clients stay.</p> : null}
      <ActionForm
        action={userPath(account, '/convert')}
        formToken={screen.formToken}
        submit="Hand it over"
        look="danger"
      >
        <ConfirmField word={wordOf(account)} isWrong={isWrong} />
      </ActionForm>
    </>
  );
}

function endSentence({ account, counts }: StepProps['details']): string {
  if (account.loginType === 'service') return 'It is no service account any more, and nobody can act for it.';
  const open = counts.sessions > 0 ? ` and ${countText(counts.sessions, 'open session')}` : '';
  return `Its password${open} end at once.`;
}

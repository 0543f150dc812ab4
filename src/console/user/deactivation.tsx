// Deactivating an account: what exactly it does, a typed confirmation, and the deed.
import type { Account } from '../../directory/account.ts';
import { deactivateAccount } from '../../directory/account-actions.ts';
import { whyNoDeactivation } from '../../directory/account-rights.ts';
import type { Failure } from '../../failure.ts';
import { printable } from '../../printable.ts';
import { listText } from '../../wording.ts';
import type { Answer, Posted, SignedIn } from '../exchange.ts';
import { ConfirmField, unconfirmed } from '../page/confirm.tsx';
import { ActionForm } from '../page/fields.tsx';
import { Notice } from '../page/notice.tsx';
import { deactivationSentences, keysInUse } from './consequence-words.ts';
import { isLastPassword, LastPassword } from './last-password.tsx';
import type { PanelProps } from './overview.tsx';
import { accountContext, finishChange } from './step.ts';
import { type StepProps, stepPage, wordOf } from './step-page.tsx';
import { noSuchUser, userPath } from './user-frame.tsx';
import { readDetails } from './user-query.ts';

/** GET: what a deactivation would do. */
export async function showDeactivation(screen: SignedIn): Promise<Answer> {
  return page(screen);
}

/** POST: deactivates the account, where its user name was typed. */
export async function postDeactivation(form: Posted): Promise<Answer> {
  const details = readDetails(form.results);
  if (!details) return noSuchUser(form);
  const { account } = details;
  const wrong = unconfirmed(form.form, wordOf(account));
  if (wrong) return page(form, wrong);
  const done = await deactivateAccount(accountContext(form), account.seq);
  return done.ok ? finishChange(form, account, done.value, 'deactivated') : page(form, done.failure);
}

function page(screen: SignedIn, failure?: Failure): Promise<Answer> {
  const reasonOf = (account: Account) =>
    account.active ? whyNoDeactivation(account, screen.session.userSeq) : 'The account is deactivated already.';
  const titleOf = (word: string) => `Deactivate ${word}`;
  return stepPage(screen, { titleOf, reasonOf, step: Step }, failure);
}

function Step({ screen, details, isWrong }: StepProps) {
  const { account } = details;
  return (
    <>
      {deactivationSentences(details, screen.portal, screen.nowMs).map((sentence) => (
        <p>{sentence}</p>
      ))}
      <Warnings screen={screen} details={details} />
      <ActionForm
        action={userPath(account, '/deactivate')}
        formToken={screen.formToken}
        submit="Deactivate now"
        look="danger"
      >
        <ConfirmField word={wordOf(account)} isWrong={isWrong} />
      </ActionForm>
    </>
  );
}

function Warnings({ screen, details }: PanelProps) {
  const { account } = details;
  const used = keysInUse(details, screen.nowMs).map(({ label }) => `“${printable(label, 60)}”`);
  return (
    <>
      {used.length === 0 ? null : (
        <Notice kind="act">
          The identity provider connects with {listText(used)}, which this account owns. Provisioning stops at once,
          until a key or an OAuth client of another account is entered there.
        </Notice>
      )}
      {isLastPassword(details) ? (
        <Notice kind="act">
          <LastPassword details={details} />
        </Notice>
      ) : null}
      {account.loginType === 'saml' ? (
        <Notice kind="note">
          The identity provider is not told. Unassign the person there too, or its next push may activate the account
          again.
        </Notice>
      ) : null}
      {screen.portal.policy.brake.state === 'on' ? (
        <Notice kind="note">The brake neither counts nor holds what an admin deactivates here.</Notice>
      ) : null}
    </>
  );
}

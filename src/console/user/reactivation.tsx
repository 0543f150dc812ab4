// Activating an account again: what comes back and what does not, a typed confirmation, and the deed.
import type { Account } from '../../directory/account.ts';
import { reactivateAccount } from '../../directory/account-actions.ts';
import { whyNoReactivation } from '../../directory/account-rights.ts';
import type { Failure } from '../../failure.ts';
import { listText } from '../../wording.ts';
import type { Answer, Posted, SignedIn } from '../exchange.ts';
import { ConfirmField, unconfirmed } from '../page/confirm.tsx';
import { ActionForm } from '../page/fields.tsx';
import { Notice } from '../page/notice.tsx';
import { countText } from './consequence-words.ts';
import type { PanelProps } from './overview.tsx';
import { accountContext, finishChange } from './step.ts';
import { type StepProps, stepPage, wordOf } from './step-page.tsx';
import { noSuchUser, userPath } from './user-frame.tsx';
import { readDetails } from './user-query.ts';

/** GET: what an activation would give back. */
export async function showReactivation(screen: SignedIn): Promise<Answer> {
  return page(screen);
}

/** POST: gives access again, where the user name was typed. */
export async function postReactivation(form: Posted): Promise<Answer> {
  const details = readDetails(form.results);
  if (!details) return noSuchUser(form);
  const { account } = details;
  const wrong = unconfirmed(form.form, wordOf(account));
  if (wrong) return page(form, wrong);
  const done = await reactivateAccount(accountContext(form), account.seq);
  return done.ok ? finishChange(form, account, done.value, 'reactivated') : page(form, done.failure);
}

function page(screen: SignedIn, failure?: Failure): Promise<Answer> {
  const reasonOf = (account: Account) =>
    account.active ? 'The account is active already.' : whyNoReactivation(account);
  const titleOf = (word: string) => `Activate ${word} again`;
  return stepPage(screen, { titleOf, reasonOf, step: Step }, failure);
}

function Step({ screen, details, isWrong }: StepProps) {
  const { account } = details;
  return (
    <>
      <p>Access comes back at once, with the least role.</p>
      <p>{lossSentence(account)}</p>
      <Kept screen={screen} details={details} />
      {account.loginType === 'saml' ? (
        <Notice kind="note">
          Assign the person in the identity provider too: it sends the profile, and may deactivate whom it does not know
          as active.
        </Notice>
      ) : null}
      <ActionForm action={userPath(account, '/reactivate')} formToken={screen.formToken} submit="Activate now">
        <ConfirmField word={wordOf(account)} isWrong={isWrong} />
      </ActionForm>
    </>
  );
}

function lossSentence({ loginType }: Account): string {
  const lost = ['admin rights', 'API keys', ...(loginType === 'password' ? ['the password'] : [])];
  return `What was destroyed stays destroyed, and ${listText(lost)} do not come back.`;
}

/** What is still there, and where it is given back. */
function Kept({ details: { account, counts, files, messages } }: PanelProps) {
  const archived = counts.archivedWorkspaces;
  const kept = [
    ...(files.count > 0 ? [countText(files.count, 'file')] : []),
    ...(messages.count > 0 ? [countText(messages.count, 'message')] : []),
  ];
  return (
    <>
      {kept.length > 0 ? <p>{listText(kept)} are readable again.</p> : null}
      {archived > 0 ? (
        <p>
          <a href={`/console/workspaces?state=archived&owner=${account.seq}`}>{countText(archived, 'workspace')}</a>{' '}
          {archived === 1 ? 'stays' : 'stay'} archived until an admin restores {archived === 1 ? 'it' : 'them'}.
        </p>
      ) : null}
    </>
  );
}

// What all steps with an account share: in whose name they are done, what follows the answer, and where the browser goes.
import type { Account } from '../../directory/account.ts';
import type { AccountChange, AccountContext } from '../../directory/account-commit.ts';
import { type Failure, kindOf } from '../../failure.ts';
import { workDestructionsOf } from '../../lifecycle/destruction.ts';
import { sendOutboxOf } from '../../outbox/work-outbox.ts';
import type { Answer, Posted } from '../exchange.ts';
import { seeOther } from '../page/answer.ts';
import { userPath } from './user-frame.tsx';

/** What was done, as the address names it afterwards, and as the page then says it. */
export const DONE_TEXTS = {
  added: 'The user was added.',
  granted: 'This account is an admin of the portal now. Every active admin gets a mail about it.',
  revoked: 'The admin rights of this account are gone. Every active admin gets a mail about it.',
  role: 'The account has that role now.',
  team: 'The team is saved.',
  deactivated: 'The account is deactivated: nobody has access with it any more.',
  reactivated: 'The account is active again.',
  converted: 'The identity provider manages the account now. Assign the person there, with this user name.',
} as const;

/** In whose name a form changes an account. */
export function accountContext({ context, session }: Posted): AccountContext {
  return { ...context, ownSeq: session.userSeq };
}

/** Back to the account, and after the answer what a change brings with it: its mails, and what it made due at once. */
export function finishChange(
  form: Posted,
  account: Account,
  change: AccountChange,
  done: keyof typeof DONE_TEXTS,
): Answer {
  followUp(form, change, done === 'deactivated');
  return { response: seeOther(form, userPath(account, `?done=${done}`)) };
}

/** The work after the answer; the cron does what is left of it. */
export function followUp(
  { later, laterEnv, sources }: Posted,
  { mutationId, hasMail }: AccountChange,
  destroys: boolean,
): void {
  if (mutationId === undefined) return;
  if (destroys) later(() => workDestructionsOf(laterEnv, sources, mutationId));
  if (hasMail) later(() => sendOutboxOf(laterEnv, sources, mutationId));
}

/** The status of a page that shows a form again. */
export function statusOf(failure: Failure | undefined): number {
  return failure === undefined ? 200 : kindOf(failure.code).status;
}

// A page that tells what a step does to an account and asks for a typed confirmation, or says why it cannot be done.
import type { Child } from 'hono/jsx';
import type { Account } from '../../directory/account.ts';
import type { Failure } from '../../failure.ts';
import { printable } from '../../printable.ts';
import type { Answer, SignedIn } from '../exchange.ts';
import { failureNote } from '../page/notice.tsx';
import type { PanelProps } from './overview.tsx';
import { statusOf } from './step.ts';
import { answerWith, noSuchUser, UserFrame, userPath } from './user-frame.tsx';
import { readDetails } from './user-query.ts';

export type StepProps = PanelProps & { readonly isWrong: boolean };

interface StepPage {
  /** From the word that names the account. */
  readonly titleOf: (word: string) => string;
  /** Why it cannot be done; undefined where it can. */
  readonly reasonOf: (account: Account) => string | undefined;
  readonly step: (props: StepProps) => Child;
}

/** What is typed to confirm. */
export function wordOf({ userName }: Pick<Account, 'userName'>): string {
  return printable(userName, 600);
}

/** The page, with the failure of a try. */
export async function stepPage(screen: SignedIn, wanted: StepPage, failure?: Failure): Promise<Answer> {
  const details = readDetails(screen.results);
  if (!details) return noSuchUser(screen);
  const { account } = details;
  const reason = wanted.reasonOf(account);
  const page = (
    <UserFrame screen={screen} account={account} tab="none" note={failure && failureNote(failure)}>
      <section class="panel step" aria-labelledby="step">
        <h2 id="step">{wanted.titleOf(wordOf(account))}</h2>
        {reason === undefined ? wanted.step({ screen, details, isWrong: failure !== undefined }) : <p>{reason}</p>}
        <p>
          <a href={userPath(account)}>Back to the account</a>
        </p>
      </section>
    </UserFrame>
  );
  return answerWith(screen, page, statusOf(failure), failure);
}

// The question before what is held is destroyed: of whom, what goes when, and the word to type.

import { HELD_COUNTED } from '../../directory/brake-status.ts';
import type { Failure } from '../../failure.ts';
import { printable } from '../../printable.ts';
import type { SignedIn } from '../exchange.ts';
import { BackLink } from '../page/back-link.tsx';
import { ConfirmField } from '../page/confirm.tsx';
import { people } from '../page/count-text.ts';
import { ActionForm } from '../page/fields.tsx';
import { failureNote } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import type { FormWhom } from './whom.ts';

export const RELEASE = '/console/brake/release';
export const RELEASE_WORD = 'RELEASE';

interface ReleasePageProps {
  readonly screen: SignedIn;
  readonly whom: FormWhom;
  readonly count: number;
  /** Of those who were chosen. */
  readonly userNames: readonly string[];
  readonly failure?: Failure | undefined;
}

export function ReleasePage({ screen, whom, count, userNames, failure }: ReleasePageProps) {
  const isAll = 'all' in whom;
  return (
    <Shell title="Release" section="settings" screen={screen} note={failure && failureNote(failure)}>
      <BackLink href="/console/brake" name="Brake" />
      <h1>Release {people(count, HELD_COUNTED)}?</h1>
      <section class="panel release">
        <p>
          What the brake holds of them is destroyed: names and attributes, files and messages within minutes, archived
          workspaces 30 days after their owner was deactivated. <strong>It cannot be brought back.</strong>
          {isAll ? ' The brake is lifted.' : ''}
        </p>
        {userNames.length === 0 ? null : (
          <ul>
            {userNames.map((name) => (
              <li>{printable(name, 80)}</li>
            ))}
          </ul>
        )}
        <ActionForm action={RELEASE} formToken={screen.formToken} submit="Release and destroy" look="danger">
          {isAll ? (
            <input type="hidden" name="whom" value="all" />
          ) : (
            whom.seqs.map((seq) => <input type="hidden" name="user" value={String(seq)} />)
          )}
          <ConfirmField word={RELEASE_WORD} isWrong={failure?.code === 'invalid_value'} />
        </ActionForm>
        <p>
          <a href="/console/brake">Leave everything held</a>
        </p>
      </section>
    </Shell>
  );
}

// The question before what is held is destroyed: of whom, what goes when, and the word to type.

import { HELD_COUNTED } from '../../directory/brake-status.ts';
import { printable } from '../../printable.ts';
import type { SignedIn } from '../exchange.ts';
import { BackLink } from '../page/back-link.tsx';
import { ConfirmField } from '../page/confirm.tsx';
import { people } from '../page/count-text.ts';
import { ActionForm } from '../page/fields.tsx';
import type { NoticeProps } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import type { FormWhom } from './whom.ts';

export const RELEASE = '/console/brake/release';
export const RELEASE_WORD = 'RELEASE';

interface ReleasePageProps {
  readonly screen: SignedIn;
  readonly whom: FormWhom;
  readonly count: number;
  /** The newest account row that may be released: nothing that is held later than this page. */
  readonly upTo: number;
  /** Of those who were selected. */
  readonly userNames: readonly string[];
  readonly note?: NoticeProps | undefined;
  readonly isWrong: boolean;
}

export function ReleasePage({ screen, whom, count, upTo, userNames, note, isWrong }: ReleasePageProps) {
  const isAll = 'all' in whom;
  return (
    <Shell title="Release" section="settings" screen={screen} note={note}>
      <BackLink href="/console/brake" name="Brake" />
      <h1>Release {people(count, HELD_COUNTED)}?</h1>
      <section class="panel release">
        <p>
          What the brake holds of them is destroyed: names and attributes, files and messages within minutes, archived
          workspaces 30 days after their owner was deactivated. <strong>It cannot be brought back.</strong>
          {isAll
            ? ' The brake is lifted. What is held only after this page was shown stays held, and you are asked again.'
            : ''}
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
          <input type="hidden" name="upto" value={String(upTo)} />
          <input type="hidden" name="total" value={String(count)} />
          <ConfirmField word={RELEASE_WORD} isWrong={isWrong} />
        </ActionForm>
        <p>
          <a href="/console/brake">Leave everything held</a>
        </p>
      </section>
    </Shell>
  );
}

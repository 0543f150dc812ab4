// One entry of the log: when, what, the sentence, what to change, and behind a fold all that is known.
import { isFailedSignIn, wordsOf } from '../../log/words.ts';
import { Time } from '../page/time-text.tsx';
import { ChangeList } from './change-list.tsx';
import { EntryFacts } from './entry-facts.tsx';
import type { EntryGroup } from './entry-groups.ts';
import { Sentence } from './sentence.tsx';

export interface EntriesProps {
  readonly groups: readonly EntryGroup[];
  /** UTC milliseconds. */
  readonly now: number;
  /** Came after the page: they are marked for a moment. */
  readonly isFresh?: boolean;
}

/** The items of the list. */
export function Entries({ groups, now, isFresh = false }: EntriesProps) {
  return (
    <>
      {groups.map((group) => (
        <EntryItem group={group} now={now} isFresh={isFresh} />
      ))}
    </>
  );
}

interface ItemProps {
  readonly group: EntryGroup;
  readonly now: number;
  readonly isFresh: boolean;
}

function EntryItem({ group, now, isFresh }: ItemProps) {
  const { newest, explanation } = group;
  const { sentence, change } = explanation;
  const id = `${newest.source}-${newest.seq}`;
  const isRefusal = newest.source === 'refusal';
  return (
    <li class={`entry${isRefusal ? ' refused' : ''}${isFresh ? ' fresh' : ''}`} id={id}>
      <p class="when">
        <Time at={newest.at} now={now} />
      </p>
      <p class="tags">
        <Tags group={group} />
      </p>
      <div class="said">
        {newest.rule === null ? null : <p class="reason">{wordsOf(newest.rule)}</p>}
        <p class="sentence">
          <Sentence entry={newest} sentence={sentence} />
        </p>
        {change ? (
          <details id={`${id}-change`} open={isRefusal}>
            <summary>What to change</summary>
            <ChangeList change={change} />
          </details>
        ) : null}
        <details id={`${id}-facts`} class="facts-fold">
          <summary>
            Details<span class="unseen"> of this entry</span>
          </summary>
          <EntryFacts group={group} />
        </details>
      </div>
    </li>
  );
}

function Tags({ group: { newest, all } }: { readonly group: EntryGroup }) {
  const times = all.length === 1 ? null : <span class="tag">{all.length} times</span>;
  if (newest.source === 'refusal') {
    return (
      <>
        <span class="tag act">Refused {newest.status}</span>
        {isFailedSignIn(newest.rule) ? <span class="tag act">Failed sign-in</span> : null}
        {times}
      </>
    );
  }
  return (
    <>
      <span class={newest.type === 'user.ignored' ? 'tag soon' : 'tag'}>{wordsOf(newest.type)}</span>
      {times}
    </>
  );
}

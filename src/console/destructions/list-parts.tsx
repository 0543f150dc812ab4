// What stands around the list of destructions: the next runs in figures, the way to hold everything, and what an empty list says.
import type { Due } from '../../lifecycle/due.ts';
import { printable } from '../../printable.ts';
import { COUNTED, counted, numberText, people } from '../page/count-text.ts';
import { sizeText } from '../page/size-text.ts';
import { Empty } from '../page/table.tsx';
import type { PersonRow } from '../workspaces/owner-query.ts';
import type { LedgerCounts } from './ledger-query.ts';
import type { View } from './list-address.ts';

interface FactsProps {
  readonly counts: LedgerCounts;
  readonly tomorrow: Due;
}

/** What the next runs of the cron delete. */
export function ComingFacts({ counts: { waiting, held }, tomorrow }: FactsProps) {
  return (
    <dl class="facts">
      <Tomorrow tomorrow={tomorrow} />
      <Fact name="Within 30 days" count={waiting} none="waits" one="deletion waits" many="deletions wait" />
      <Fact
        name="On hold"
        count={held}
        none="is kept past its date"
        one="deletion is stopped"
        many="deletions are stopped"
      />
    </dl>
  );
}

function Tomorrow({ tomorrow: { rows, users, workspaces, objects, bytes, atLeast } }: Pick<FactsProps, 'tomorrow'>) {
  const what = [
    ...(workspaces > 0 ? [counted(workspaces, 'workspace', COUNTED)] : []),
    ...(users > 0 ? [`what ${people(users)} left`] : []),
  ].join(' and ');
  return (
    <div class="panel">
      <dt>Within 24 hours</dt>
      <dd>
        {rows === 0 ? 'Nothing' : `${atLeast ? 'at least ' : ''}${sizeText(bytes)}`}
        <small>{rows === 0 ? 'is deleted' : `${counted(objects, 'object')}: ${what}`}</small>
      </dd>
    </div>
  );
}

interface FactProps {
  readonly name: string;
  readonly count: number;
  /** What is said behind `Nothing`, behind 1, and behind more. */
  readonly none: string;
  readonly one: string;
  readonly many: string;
}

function Fact({ name, count, none, one, many }: FactProps) {
  const shown = numberText(count, COUNTED);
  return (
    <div class="panel">
      <dt>{name}</dt>
      <dd>
        {count === 0 ? 'Nothing' : shown}
        <small>{count === 0 ? none : count === 1 ? one : many}</small>
      </dd>
    </div>
  );
}

/** All there is at once. */
export function EverythingBar({ view }: { readonly view: Exclude<View, 'done'> }) {
  const [action, text] = view === 'coming' ? ['hold', 'Hold everything that waits'] : ['release', 'Release everything'];
  return (
    <p class="all-of">
      Or all at once: <a href={`/console/destructions/change?do=${action}&all=yes`}>{text}</a>
    </p>
  );
}

const NOTHING: Readonly<Record<View, readonly [title: string, text: string]>> = {
  coming: [
    'Nothing waits to be deleted',
    'When somebody is deactivated, their files and messages go at once, and their workspaces after 30 days. What waits stands here.',
  ],
  held: ['Nothing is on hold', 'Hold what has to be kept under Coming. What the brake holds stands here too.'],
  done: ['Nothing was deleted yet', 'Every deletion leaves a receipt here.'],
};

interface NothingProps {
  readonly view: View;
  readonly person: PersonRow | null | undefined;
  readonly typed: number | string | undefined;
}

export function Nothing({ view, person, typed }: NothingProps) {
  if (person === null) {
    return (
      <Empty title={`There is no user ${typed}`}>
        <p>
          Type the whole user name. <a href="/console/users">Look for them under Users</a>.
        </p>
      </Empty>
    );
  }
  const [title, text] = person
    ? [`Nothing of ${printable(person.userName, 60)}`, 'Look under the other tabs.']
    : NOTHING[view];
  return (
    <Empty title={title}>
      <p>{text}</p>
    </Empty>
  );
}

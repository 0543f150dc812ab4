// The list of the log: what a page shows of it and what a live view shows anew.
import type { LogEntry } from '../../log/entry.ts';
import { SCANNED_ROWS } from '../../log/log-query.ts';
import type { LogPage } from '../../log/provisioning-log.ts';
import { Empty, Pager } from '../page/table.tsx';
import { addressOf, type Choice, positionText } from './choice.ts';
import { groupEntries } from './entry-groups.ts';
import { Entries } from './entry-view.tsx';
import { hasFilters } from './filter-form.tsx';

interface LogListProps {
  readonly choice: Choice;
  /** With names. */
  readonly entries: readonly LogEntry[];
  readonly page: LogPage;
  readonly now: number;
}

export function LogList({ choice, entries, page: { next, bounded }, now }: LogListProps) {
  const first = choice.before === undefined ? undefined : addressOf(choice, { before: undefined });
  const older = next === null ? undefined : addressOf(choice, { before: positionText(next) });
  return (
    <>
      {entries.length === 0 ? (
        <NoEntries choice={choice} />
      ) : (
        <ol class="panel entries" data-live-list>
          <Entries groups={groupEntries(entries)} now={now} />
        </ol>
      )}
      {bounded && older === undefined ? (
        <p class="hint">
          The filter looked through the newest {SCANNED_ROWS.toLocaleString('en')} changes; there are older ones.
        </p>
      ) : null}
      <Pager first={first} next={older} />
    </>
  );
}

function NoEntries({ choice }: { readonly choice: Choice }) {
  const { before, show, user } = choice;
  if (before !== undefined) {
    return (
      <Empty title="No older entries">
        <p>The log keeps 30 days.</p>
      </Empty>
    );
  }
  if (hasFilters(choice)) {
    return (
      <Empty title="No entry fits these filters">
        {user !== undefined && show === 'refused' ? (
          <p>A refused request is not kept with a user: look at all that was refused, or at all about this user.</p>
        ) : (
          <p>It may be older than 30 days, or have changed nothing and been refused nothing.</p>
        )}
        <p>
          <a href={addressOf(show === undefined ? {} : { show })}>Clear the search</a>
        </p>
      </Empty>
    );
  }
  if (show === 'refused') {
    return (
      <Empty title="Nothing was refused">
        <p>Identity providers got all they asked for. What is refused will be here, with what to change.</p>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing has happened yet">
      <p>What identity providers and admins do will be here, newest first.</p>
      <p>
        <a href="/console/connect">Connect an identity provider</a>
      </p>
    </Empty>
  );
}

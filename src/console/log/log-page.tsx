// The provisioning log: what was done and what was refused, in one list, as it happens.
import type { LogEntry } from '../../log/entry.ts';
import { withNames } from '../../log/names.ts';
import type { LogPage } from '../../log/provisioning-log.ts';
import { printable } from '../../printable.ts';
import type { Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { LIVE_SCRIPT, LiveBox } from '../page/live-box.tsx';
import type { NoticeProps } from '../page/notice.tsx';
import { broken } from '../page/refusal.tsx';
import { Shell } from '../page/shell.tsx';
import { Tabs } from '../page/tabs.tsx';
import { addressOf, type Choice, positionText } from './choice.ts';
import { FilterForm } from './filter-form.tsx';
import { LogList } from './log-list.tsx';
import { type FoundUser, type PageRead, readPage } from './log-page-query.ts';

const EVERY_SECONDS = 3;

/** GET: a page of the log. 400 where the address cannot be understood; the page then says why, and lists nothing. */
export async function showLog(screen: SignedIn): Promise<Answer> {
  const read = readPage(screen);
  const named = await withNames(screen.env.DB, read.page?.entries ?? []);
  if (!named.ok) return broken(screen, screen.url.pathname, named.failure);
  const { choice, wrong, keys, user, page } = read;
  const element = (
    <Shell title="Log" section="log" screen={screen} scripts={[LIVE_SCRIPT]} note={noteOf(wrong)}>
      <h1>Log</h1>
      <p class="lead">
        What identity providers, admins and the portal itself did in the last 30 days, and what was refused, with what
        to change.
      </p>
      <Tabs label="Entries" tabs={tabsOf(choice)} />
      <FilterForm choice={choice} keys={keys} user={user} />
      {user ? <About user={user} /> : null}
      {page ? <Listed screen={screen} read={read} page={page} entries={named.value} /> : null}
      <Foot choice={choice} isEmpty={named.value.length === 0} />
    </Shell>
  );
  return { response: await pageResponse(screen, wrong.length === 0 ? 200 : 400, element) };
}

function noteOf(wrong: readonly string[]): NoticeProps | undefined {
  return wrong.length === 0 ? undefined : { kind: 'act', id: 'wrong', children: wrong.join(' ') };
}

/** Each view keeps the filters. */
function tabsOf(choice: Choice) {
  const tab = (show: string | undefined, name: string) => ({
    path: addressOf(choice, { show, before: undefined }),
    name,
    isHere: choice.show === show,
  });
  return [tab(undefined, 'All'), tab('refused', 'Only refused'), tab('done', 'Only done')];
}

/** Whom the entries are about, with the way to their page. */
function About({ user: { seq, userName, removedAt } }: { readonly user: FoundUser }) {
  return (
    <p class="about">
      What happened to <a href={`/console/users/${seq}`}>{printable(userName, 80)}</a>
      {removedAt === null ? '' : ', who was removed,'} and what they did.
    </p>
  );
}

interface ListedProps {
  readonly screen: SignedIn;
  readonly read: PageRead;
  readonly page: LogPage;
  readonly entries: readonly LogEntry[];
}

/** Live, unless it is an older page or ends at a time. */
function Listed({ screen, read: { choice }, page, entries }: ListedProps) {
  const list = <LogList choice={choice} entries={entries} page={page} now={screen.nowMs} />;
  if (choice.before !== undefined || choice.to !== undefined) return list;
  return (
    <>
      <noscript>
        <p>
          <a href={addressOf(choice)}>Look for new entries</a>
        </p>
      </noscript>
      <LiveBox
        id="live"
        label="Entries, newest first"
        from={liveAddress(choice, page, entries.length)}
        everySeconds={EVERY_SECONDS}
        now={screen.nowMs}
      >
        {list}
      </LiveBox>
    </>
  );
}

/** What the window asks next: what comes behind the end of the log as it was read, with the number of entries that it shows. */
export function liveAddress(choice: Choice, { head }: Pick<LogPage, 'head'>, shown: number): string {
  return addressOf(choice, { before: undefined, after: positionText(head), shown: String(shown) }, '/console/log/live');
}

function Foot({ choice, isEmpty }: { readonly choice: Choice; readonly isEmpty: boolean }) {
  return (
    <div class="foot">
      <p>
        Wrong credentials of identity providers are in the log. Wrong passwords at the sign-in of this console are not:
        tries are limited, and none is kept. Of requests that are refused alike again and again, the newest stay.
      </p>
      {isEmpty ? null : (
        <p>
          <a href={addressOf(choice, { before: undefined }, '/console/log.csv')} download>
            Download as CSV
          </a>{' '}
          with the newest 1,000 entries of this view.
        </p>
      )}
    </div>
  );
}

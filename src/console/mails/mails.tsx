// The mails to admins: those that could not be sent and why, those that wait, those that went out.
import { countMails, type ListedMail, selectMails } from '../../outbox/mail-list.ts';
import { printable } from '../../printable.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { COUNTED, counted } from '../page/count-text.ts';
import { ActionForm } from '../page/fields.tsx';
import { doneNote, type NoticeProps } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';
import { type Column, Empty, Pager, Table } from '../page/table.tsx';
import { Tabs } from '../page/tabs.tsx';
import { Time } from '../page/time-text.tsx';
import { MAIL_STATES, type MailState, mailTitle } from './words.ts';

const PAGE = 30;
export const DONE = {
  retried: 'It is due again and has all its tries before it. It goes out within a minute.',
  none: 'Nothing was left to try again.',
} as const;

/** What the page reads: the counts, and one mail more than it shows. */
export function selectMailsPage({ env, url }: Pick<Addressed, 'env' | 'url'>): D1PreparedStatement[] {
  const { state, before } = viewOf(url);
  return [countMails(env.DB, COUNTED), selectMails(env.DB, state, before, PAGE + 1)];
}

/** GET: the mails of one state. */
export async function showMails(screen: SignedIn): Promise<Answer> {
  return { response: await mailsPage(screen, screen.results, 200, doneNote(screen.url, DONE)) };
}

/** The page, of the results of `selectMailsPage`. */
export function mailsPage(
  screen: SignedIn,
  results: readonly D1Result[],
  status: number,
  note: NoticeProps | undefined,
): Promise<Response> {
  const { url, nowMs: now } = screen;
  const { state, before } = viewOf(url);
  const [counts, found] = results.map((result) => result.results);
  const [count] = counts as unknown as { dead: number; waiting: number }[];
  const mails = found as unknown as ListedMail[];
  const rows = mails.slice(0, PAGE);
  const last = mails.length > PAGE ? rows.at(-1) : undefined;
  const address = `/console/mails?show=${state}`;
  return pageResponse(
    screen,
    status,
    <Shell title="Mails" section="settings" screen={screen} note={note}>
      <BackLink href="/console/settings" name="Settings" />
      <h1>Mails to admins</h1>
      <p class="lead">
        Every change of admin rights, and a brake that engages, is mailed to every active admin. A mail that cannot be
        sent is tried eight times within two days.
      </p>
      <Tabs label="Mails" tabs={tabsAt(state, count)} />
      {state === 'dead' && rows.length > 0 ? <RetryAll screen={screen} count={count?.dead ?? 0} /> : null}
      {rows.length === 0 ? <Nothing state={state} /> : null}
      {rows.length === 0 ? null : (
        <Table caption={MAIL_STATES[state].name} columns={columnsOf(state, now)} rows={rows} />
      )}
      <Pager first={before < LAST ? address : undefined} next={last ? `${address}&before=${last.seq}` : undefined} />
    </Shell>,
  );
}

const LAST = Number.MAX_SAFE_INTEGER;

/** Those that could not be sent come first: they are what somebody has to act on. */
function viewOf({ searchParams }: URL): { readonly state: MailState; readonly before: number } {
  const show = searchParams.get('show') ?? 'dead';
  const before = searchParams.get('before') ?? '';
  return {
    state: Object.hasOwn(MAIL_STATES, show) ? (show as MailState) : 'dead',
    before: /^\d{1,15}$/.test(before) ? Number(before) : LAST,
  };
}

function tabsAt(state: MailState, counts: { readonly dead: number; readonly waiting: number } | undefined) {
  return (Object.keys(MAIL_STATES) as MailState[]).map((name) => ({
    path: `/console/mails?show=${name}`,
    name: MAIL_STATES[name].name,
    isHere: name === state,
    count: name === 'sent' ? undefined : counts?.[name],
  }));
}

function RetryAll({ screen: { formToken }, count }: { readonly screen: SignedIn; readonly count: number }) {
  return (
    <div class="panel retry">
      <p>
        {counted(count, 'mail', COUNTED)} could not be sent, and nobody tries again by itself. See the reason, correct
        it, and try again.
      </p>
      <ActionForm action="/console/mails/retry" formToken={formToken} submit="Try all again" />
    </div>
  );
}

const NOTHING: Readonly<Record<MailState, readonly [title: string, text: string]>> = {
  dead: ['Every mail went out', 'Mails that could not be sent would be here, with the reason.'],
  waiting: ['No mail waits', 'Mails leave right after the change that they tell of.'],
  sent: ['No mail yet', 'The first change of admin rights makes one. Those of the last 30 days are kept here.'],
};

function Nothing({ state }: { readonly state: MailState }) {
  const [title, text] = NOTHING[state];
  return (
    <Empty title={title}>
      <p>{text}</p>
    </Empty>
  );
}

function columnsOf(state: MailState, now: number): readonly Column<ListedMail>[] {
  const title = {
    name: 'Mail',
    show: (mail: ListedMail) => (
      <>
        <a href={`/console/mails/${mail.seq}`}>{mailTitle(mail)}</a>
        <small>
          made <Time at={mail.createdAt} now={now} />
        </small>
      </>
    ),
  };
  const left = {
    name: 'Not delivered to',
    align: 'end' as const,
    show: ({ left: n }: ListedMail) => counted(n, 'admin'),
  };
  const why = {
    name: 'Why',
    show: ({ lastError }: ListedMail) => (lastError === null ? '' : printable(lastError, 300)),
  };
  switch (state) {
    case 'dead':
      return [title, why, left];
    case 'waiting':
      return [title, { name: 'Next try', show: (mail) => <Next mail={mail} now={now} /> }, why, left];
    case 'sent':
      return [title, { name: 'Sent', show: ({ doneAt }) => (doneAt === null ? '' : <Time at={doneAt} now={now} />) }];
  }
}

function Next({ mail: { nextAt, attempts }, now }: { readonly mail: ListedMail; readonly now: number }) {
  return (
    <>
      {nextAt <= now ? 'within a minute' : <Time at={nextAt} now={now} />}
      {attempts > 0 ? <small>{counted(attempts, 'try').replace('trys', 'tries')} so far</small> : null}
    </>
  );
}

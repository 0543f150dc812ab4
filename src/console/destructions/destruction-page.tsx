// One destruction: what goes or went, whose it is, when, how much, and by whose doing. For what is done, the receipt.

import { ALONE, type Destruction, describeRows, type LedgerRow, ledgerRowsOf } from '../../lifecycle/receipts.ts';
import { printable, readableTime } from '../../printable.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { HOLDERS, Left } from '../page/deletion-text.tsx';
import { Detail, Details } from '../page/details.tsx';
import { emptyPage } from '../page/empty-page.tsx';
import { broken } from '../page/refusal.tsx';
import { Shell } from '../page/shell.tsx';
import { Time } from '../page/time-text.tsx';
import { numberIn } from '../page/typed.ts';
import { nameOf, workspacePath } from '../page/workspace-name.ts';
import { doneMove } from './done-note.ts';
import { amountText, causeText, UserLink, userNameOf, whatText } from './ledger-parts.tsx';

/** What the page reads, in the call that asks for the session. */
export function selectDestruction({ env, params }: Addressed): readonly D1PreparedStatement[] {
  const seq = numberIn(params['seq'] ?? '') ?? 0;
  return [env.DB.prepare(ledgerRowsOf('SELECT * FROM destructions WHERE seq = ?')).bind(seq)];
}

/** GET: the page. */
export async function showDestruction(screen: SignedIn): Promise<Answer> {
  const { env, results, nowMs, url } = screen;
  const found = (results[0]?.results ?? []) as unknown as LedgerRow[];
  const described = await describeRows(env.DB, found, ALONE);
  if (!described.ok) return broken(screen, '/console/destructions/:seq', described.failure);
  const [row] = described.value;
  if (!row) return emptyPage(screen, NOT_THERE);
  const title = row.state === 'done' ? `Receipt ${row.seq}` : `Destruction ${row.seq}`;
  const page = (
    <Shell title={title} section="workspaces" screen={screen} note={doneMove(url)}>
      <BackLink href={`/console/destructions?show=${VIEW_OF[row.state]}`} name="Destruction" />
      <h1>{`${whatText(row)} of ${userNameOf(row)}`}</h1>
      <p class="lead">
        <Summary row={row} now={nowMs} />
      </p>
      <Move row={row} />
      <Receipt row={row} now={nowMs} title={title} />
      <Workspaces row={row} />
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}

const NOT_THERE = {
  section: 'workspaces',
  title: 'There is no such destruction',
  text: 'The address may be mistyped.',
  next: { href: '/console/destructions', name: 'All destructions' },
  status: 404,
} as const;

const VIEW_OF = { pending: 'coming', held: 'held', done: 'done', cancelled: 'done' } as const;

function Summary({ row, now }: { readonly row: Destruction; readonly now: number }) {
  switch (row.state) {
    case 'pending':
      return (
        <>
          <Left dueAt={row.dueAt} now={now} />, then it is deleted for good.
        </>
      );
    case 'held':
      return (
        <>
          <span class="tag held">{HOLDERS[row.heldBy ?? 'brake']}</span> Nothing of it is deleted while it is held.
          {row.heldBy === 'admin' ? '' : ' What the brake holds is decided for all of it at once: '}
          {row.heldBy === 'admin' ? null : <a href="/console/brake">the brake</a>}
        </>
      );
    case 'done':
      return <>Gone for good. This is the receipt.</>;
    case 'cancelled':
      return <>Cancelled: it was given back, or handed on under another number. Nothing of it is deleted.</>;
  }
}

function Move({ row }: { readonly row: Destruction }) {
  const canHold = row.state === 'pending' || (row.state === 'held' && row.heldBy === null);
  const canRelease = row.state === 'held' && row.heldBy !== null;
  if (!canHold && !canRelease) return null;
  return (
    <form method="get" action="/console/destructions/change" class="actions">
      <input type="hidden" name="d" value={String(row.seq)} />
      <button class="quiet" type="submit" name="do" value={canHold ? 'hold' : 'release'}>
        {canHold ? 'Hold' : 'Release'}
      </button>
    </form>
  );
}

function Receipt({ row, now, title }: { readonly row: Destruction; readonly now: number; readonly title: string }) {
  const { requestId, doneAt, left, kind } = row;
  return (
    <Details isPanel label={title}>
      <Detail name="Number">{row.seq}</Detail>
      <Detail name="What">{whatText(row)}</Detail>
      <Detail name="Whose">
        <UserLink row={row} />
      </Detail>
      <Detail name="Caused by">{causeText(row)}</Detail>
      <Detail name="Request">
        {requestId === null ? (
          'None'
        ) : (
          <a href={`/console/log?${new URLSearchParams({ request: requestId })}`}>{printable(requestId, 60)}</a>
        )}
      </Detail>
      <Detail name="Caused">
        <Exact at={row.createdAt} now={now} />
      </Detail>
      <Detail name={doneAt === null ? 'Due' : 'Was due'}>
        <Exact at={row.dueAt} now={now} />
      </Detail>
      {doneAt === null ? null : (
        <Detail name="Deleted">
          <Exact at={doneAt} now={now} />
        </Detail>
      )}
      {kind === 'account' ? null : (
        <Detail name={doneAt === null ? 'Deleted so far' : 'How much'}>
          {row.objects === 0 ? 'Nothing' : amountText(row)}
        </Detail>
      )}
      {left && kind !== 'account' ? <Detail name="There now">{amountText(left)}</Detail> : null}
    </Details>
  );
}

/** A receipt says the time itself. */
function Exact({ at, now }: { readonly at: number; readonly now: number }) {
  return (
    <>
      {readableTime(at)} (<Time at={at} now={now} />)
    </>
  );
}

function Workspaces({ row: { workspaces, workspaceCount } }: { readonly row: Destruction }) {
  if (workspaces.length === 0) return null;
  const more = workspaceCount.count - workspaces.length;
  return (
    <>
      <h2>Workspaces</h2>
      <ul class="plain">
        {workspaces.map((one) => (
          <li>
            <a href={workspacePath(one.id)}>{nameOf(one)}</a>{' '}
            {one.state === 'deleted' ? <span class="tag">deleted</span> : null}
          </li>
        ))}
        {more > 0 ? <li>and {more} more</li> : null}
      </ul>
    </>
  );
}

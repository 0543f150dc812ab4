// The page of a legal hold or its end: what it means, for what, and the button that does it.
import type { Failure } from '../../failure.ts';
import type { Destruction } from '../../lifecycle/receipts.ts';
import { oneLine } from '../../printable.ts';
import type { SignedIn } from '../exchange.ts';
import { BackLink } from '../page/back-link.tsx';
import { ConfirmField, DELETE_WORD } from '../page/confirm.tsx';
import { COUNTED, counted } from '../page/count-text.ts';
import { ActionForm } from '../page/fields.tsx';
import { failureNote, Notice } from '../page/notice.tsx';
import { type Column, Table } from '../page/table.tsx';
import type { MoveRequest } from './destruction-change.tsx';
import { AmountCell, destructionPath, UserLink, userNameOf, WhatCell, WhenText, whatText } from './ledger-parts.tsx';
import type { LedgerCounts } from './ledger-query.ts';
import type { MovePlan } from './move-plan.ts';

export interface MoveProps {
  readonly screen: SignedIn;
  readonly request: MoveRequest;
  readonly title: string;
  /** Of some: the rows, and what becomes of them. */
  readonly rows: readonly Destruction[];
  readonly plan: MovePlan | undefined;
  /** Of all: how many there are. */
  readonly counts: LedgerCounts | undefined;
  /** How many are destroyed within minutes of a release. */
  readonly overdue: number;
}

export function MovePage(props: MoveProps & { readonly failure: Failure | undefined }) {
  const { screen, request, title, rows, plan, failure } = props;
  const count = changing(props);
  return (
    <div class="changing">
      <BackLink {...wayBack(props)} />
      <h1>{title}</h1>
      {failure ? <Notice {...failureNote({ ...failure, detail: oneLine(failure.detail) })} /> : null}
      <p class="lead">{sentence(props, count)}</p>
      <Unchanged plan={plan} />
      {count === 0 ? null : <MoveForm {...props} count={count} />}
      {rows.length === 0 ? null : <Table caption="Destructions" columns={columnsOf(screen.nowMs)} rows={rows} />}
      {request.action === 'hold' &&
      plan?.changes.some(({ kind, dueAt }) => kind === 'user_content' && dueAt <= screen.nowMs) ? (
        <p class="lead">
          Files and messages of a person are due the moment they are deactivated: part of them may be gone already.
        </p>
      ) : null}
    </div>
  );
}

/** How many change. */
function changing({ request: { action }, plan, counts }: MoveProps): number {
  if (plan) return plan.changes.length;
  if (!counts) return 0;
  return action === 'hold' ? counts.waiting + counts.held - counts.heldByAdmin : counts.heldByAdmin;
}

function wayBack({ request, rows }: MoveProps): { readonly href: string; readonly name: string } {
  const [only] = rows;
  if (rows.length === 1 && only)
    return { href: destructionPath(only.seq), name: `${whatText(only)} of ${userNameOf(only)}` };
  return { href: `/console/destructions?show=${request.action === 'hold' ? 'coming' : 'held'}`, name: 'Destruction' };
}

function sentence({ request: { action, which } }: MoveProps, count: number): string {
  if (count === 0) return action === 'hold' ? 'There is nothing to hold.' : 'There is nothing under a legal hold.';
  const what = counted(count, 'destruction', COUNTED);
  const it = count === 1 ? 'it' : 'them';
  const later = which === 'all' ? ' Whoever is deactivated from now on is not held.' : '';
  return action === 'hold'
    ? `Nothing of ${what} is deleted, past the date too, until you release ${it}.${later}`
    : `The legal hold of ${what} ends. Dates stay as they are, and what the brake holds too stays held.`;
}

const NAMED = 10;

function Unchanged({ plan }: { readonly plan: MovePlan | undefined }) {
  if (!plan || plan.unchanged.length === 0) return null;
  const { unchanged } = plan;
  return (
    <Notice kind="note">
      <p>These stay as they are:</p>
      <ul>
        {unchanged.slice(0, NAMED).map(({ row, because }) => (
          <li>
            {`${whatText(row)} of ${userNameOf(row)}`} {because}.
          </li>
        ))}
        {unchanged.length > NAMED ? <li>and {unchanged.length - NAMED} more</li> : null}
      </ul>
    </Notice>
  );
}

function MoveForm({
  screen,
  request,
  rows,
  overdue,
  failure,
  count,
}: MoveProps & { readonly failure: Failure | undefined; readonly count: number }) {
  const { action, which } = request;
  const verb = action === 'hold' ? 'Hold' : 'Release';
  const what = which === 'all' ? 'everything' : rows.length === 1 ? 'it' : counted(count, 'destruction');
  return (
    <ActionForm
      action="/console/destructions/change"
      formToken={screen.formToken}
      submit={`${verb} ${what}`}
      look={overdue > 0 ? 'danger' : 'primary'}
    >
      <input type="hidden" name="do" value={action} />
      {which === 'all' ? (
        <input type="hidden" name="all" value="yes" />
      ) : (
        which.seqs.map((seq) => <input type="hidden" name="d" value={String(seq)} />)
      )}
      {overdue > 0 ? (
        <>
          <Notice kind="soon">
            {`${counted(overdue, 'destruction')} ${overdue === 1 ? 'is' : 'are'} overdue: what ${overdue === 1 ? 'it stands' : 'they stand'} for is deleted for good within minutes of the release.`}
          </Notice>
          <ConfirmField word={DELETE_WORD} isWrong={failure !== undefined} />
        </>
      ) : null}
    </ActionForm>
  );
}

function columnsOf(now: number): Column<Destruction>[] {
  return [
    { name: 'What', show: (row) => <WhatCell row={row} /> },
    { name: 'Whose', show: (row) => <UserLink row={row} /> },
    { name: 'Content', show: (row) => <AmountCell row={row} /> },
    { name: 'Deletion', show: (row) => <WhenText row={row} now={now} /> },
  ];
}

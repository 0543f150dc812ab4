// The page of a change: what will happen, to which workspaces, what is in the way, and the button that does it.

import type { Failure } from '../../failure.ts';
import { oneLine, printable } from '../../printable.ts';
import type { SignedIn } from '../exchange.ts';
import { BackLink } from '../page/back-link.tsx';
import { ConfirmField, DELETE_WORD } from '../page/confirm.tsx';
import { counted } from '../page/count-text.ts';
import { ActionForm } from '../page/fields.tsx';
import { failureNote, Notice } from '../page/notice.tsx';
import { type Column, Table } from '../page/table.tsx';
import { nameOf, workspacePath } from '../page/workspace-name.ts';
import { type ChangeRequest, changePath } from './change-address.ts';
import type { Plan } from './change-plan.ts';
import { type ChangeData, MOST_SELECTED } from './change-query.ts';
import { changeSentence, endsHoldText, overdueText } from './change-texts.ts';
import { ACTIONS } from './change-words.ts';
import { listPath, listQuery } from './list-address.ts';
import { isOwnerAsked, NewOwner } from './new-owner.tsx';
import type { PersonRow } from './owner-query.ts';
import { holdingsText, NameCell, OwnerLink, personText, StandingText } from './workspace-parts.tsx';
import { COUNTED_IN_LIST, standingOf, type WorkspaceRow } from './workspace-row.ts';

export interface ChangeProps {
  readonly screen: SignedIn;
  readonly request: ChangeRequest;
  readonly data: ChangeData;
  /** Who is to own them, where somebody was named who can. */
  readonly owner: PersonRow | undefined;
  readonly plan: Plan;
  /** Why it was not done. */
  readonly failure: Failure | undefined;
}

export function ChangePage(props: ChangeProps & { readonly title: string }) {
  const { screen, request, data, owner, plan, failure, title } = props;
  const takesOwner = request.action === 'restore' || request.action === 'transfer';
  const isReady =
    plan.blocked.length === 0 &&
    plan.changes.length > 0 &&
    !(takesOwner && owner === undefined && isOwnerAsked(request, plan));
  return (
    <div class="changing">
      <BackLink {...wayBack(props)} />
      <h1>{title}</h1>
      {failure ? <Notice {...failureNote({ ...failure, detail: oneLine(failure.detail) })} /> : null}
      <More data={data} />
      <Blocked {...props} />
      {plan.blocked.length === 0 ? <p class="lead">{changeSentence(request.action, plan, owner)}</p> : null}
      {takesOwner && plan.blocked.length === 0 ? (
        <NewOwner request={request} data={data} plan={plan} owner={owner} />
      ) : null}
      {isReady ? <DoForm {...props} /> : null}
      {data.rows.length === 0 ? null : (
        <Table caption="Workspaces of this change" columns={columnsOf(screen.nowMs, owner)} rows={data.rows} />
      )}
    </div>
  );
}

function wayBack({ request, data }: ChangeProps): { readonly href: string; readonly name: string } {
  const [only] = data.rows;
  return request.ids.length === 1 && only
    ? { href: workspacePath(only.id), name: nameOf(only) }
    : { href: listPath(request.from), name: 'Workspaces' };
}

function More({ data: { hasMore, unknown } }: Pick<ChangeProps, 'data'>) {
  return (
    <>
      {hasMore ? (
        <Notice kind="note">{`These are the first ${MOST_SELECTED}: more are changed by doing it again.`}</Notice>
      ) : null}
      {unknown > 0 ? (
        <Notice kind="soon">{`${counted(unknown, 'workspace')} of those selected ${unknown === 1 ? 'is' : 'are'} not there.`}</Notice>
      ) : null}
    </>
  );
}

const NAMED = 10;

/** What is in the way, and how to go on without it. */
function Blocked({ request, data, plan: { blocked } }: ChangeProps) {
  if (blocked.length === 0) return null;
  const stuck = new Set(blocked.map(({ row }) => row));
  const others = data.rows.filter((row) => !stuck.has(row));
  return (
    <Notice kind="soon">
      <p>All change, or none. Nothing can be done while these are among them:</p>
      <ul>
        {blocked.slice(0, NAMED).map(({ row, because }) => (
          <li>
            <strong>{nameOf(row)}</strong> {because}.
          </li>
        ))}
        {blocked.length > NAMED ? <li>and {blocked.length - NAMED} more</li> : null}
      </ul>
      {others.length === 0 ? null : (
        <p>
          <a href={changePath({ ...request, ids: others.map(({ id }) => id) })}>Go on with the other {others.length}</a>
        </p>
      )}
    </Notice>
  );
}

function DoForm({ screen, request, data, owner, plan, failure }: ChangeProps) {
  const { action } = request;
  const { endsHold, overdue } = plan;
  const what = plan.changes.length === 1 ? 'it' : `all ${plan.changes.length}`;
  return (
    <ActionForm
      action="/console/workspaces/change"
      formToken={screen.formToken}
      submit={`${ACTIONS[action].verb} ${data.rows.length === 1 ? 'this workspace' : counted(plan.changes.length, 'workspace')}`}
      look={overdue.length > 0 ? 'danger' : 'primary'}
    >
      <input type="hidden" name="do" value={action} />
      {plan.changes.map(({ id }) => (
        <input type="hidden" name="w" value={id} />
      ))}
      {owner ? <input type="hidden" name="to" value={owner.id} /> : null}
      <input type="hidden" name="from" value={listQuery(request.from)} />
      {endsHold.length > 0 ? (
        <div class="field">
          <label class="tick">
            <input type="checkbox" name="endHold" value="yes" required aria-label={`End the legal hold of ${what}`} />
            {endsHoldText(endsHold)}
          </label>
        </div>
      ) : null}
      {overdue.length > 0 ? (
        <>
          <Notice kind="soon">{overdueText(overdue)}</Notice>
          <ConfirmField word={DELETE_WORD} isWrong={failure !== undefined} />
        </>
      ) : null}
    </ActionForm>
  );
}

function columnsOf(now: number, owner: PersonRow | undefined): Column<WorkspaceRow>[] {
  return [
    { name: 'Workspace', show: (row) => <NameCell row={row} /> },
    {
      name: 'Owner',
      show: (row) => (
        <>
          <OwnerLink row={row} />
          {owner && owner.seq !== row.ownerSeq ? <small>→ {printable(personText(owner), 80)}</small> : null}
        </>
      ),
    },
    { name: 'Content', show: (row) => holdingsText(row, COUNTED_IN_LIST) },
    { name: 'State', show: (row) => <StandingText standing={standingOf(row)} now={now} /> },
  ];
}

// The list of workspaces: active, archived with the time that is left, on hold, and deleted; and from it, one or many at once are
// restored, transferred, held and released.

import { printable } from '../../printable.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { PICK_SCRIPT, Pick, SelectionBar } from '../page/selection.tsx';
import { Shell } from '../page/shell.tsx';
import { type Column, Pager, Table } from '../page/table.tsx';
import { Tabs } from '../page/tabs.tsx';
import { Time } from '../page/time-text.tsx';
import { nameOf } from '../page/workspace-name.ts';
import { AreaHead } from './areas.tsx';
import { ACTIONS, type Action } from './change-words.ts';
import { doneChange } from './done-note.ts';
import { type ListAddress, listPath, listQuery, readListAddress, VIEWS, type View } from './list-address.ts';
import { Cut, FilterForm, Nothing } from './list-parts.tsx';
import { readList, selectList, type WorkspaceList } from './list-query.ts';
import type { PersonRow } from './owner-query.ts';
import { HoldingsCell, NameCell, OwnerLink, StandingText } from './workspace-parts.tsx';
import { COUNTED_IN_LIST, standingOf, type WorkspaceRow } from './workspace-row.ts';

/** What the list reads, in the call that asks for the session. */
export function selectWorkspaceList({ env, url }: Addressed): readonly D1PreparedStatement[] {
  return selectList(env.DB, readListAddress(url.searchParams));
}

const NAMES: Readonly<Record<View, string>> = {
  active: 'Active',
  archived: 'Archived',
  held: 'On hold',
  deleted: 'Deleted',
};

const LEADS: Readonly<Record<View, string>> = {
  active: 'In use. When the owner is deactivated, a workspace moves to Archived.',
  archived: 'Closed to everybody, with all they hold. Restore one before its time is over, or it is deleted for good.',
  held: 'Archived, and not deleted while somebody holds them, whatever their date.',
  deleted: 'Their content is gone for good. Name, dates and history stay.',
};

/** What can be done with the workspaces of a view. */
const OFFERED: Readonly<Record<View, readonly Action[]>> = {
  active: ['transfer'],
  archived: ['restore', 'transfer', 'hold', 'release'],
  held: ['release', 'restore', 'transfer', 'hold'],
  deleted: [],
};

/** GET: the list. */
export async function showWorkspaceList(screen: SignedIn): Promise<Answer> {
  const { url, results } = screen;
  const address = readListAddress(url.searchParams);
  const list = readList(results, address);
  const { view } = address;
  const page = (
    <Shell title="Workspaces" section="workspaces" screen={screen} note={doneChange(url)} scripts={[PICK_SCRIPT]}>
      <AreaHead title="Workspaces" here="Workspaces" />
      <Tabs
        label="Workspaces by state"
        tabs={VIEWS.map((one) => ({
          path: listPath({ ...address, view: one, after: undefined }),
          name: NAMES[one],
          isHere: one === view,
        }))}
      />
      <p class="lead">{LEADS[view]}</p>
      <FilterForm address={address} owner={list.owner} />
      <Found screen={screen} address={address} list={list} />
      <Pager
        first={address.after ? listPath({ ...address, after: undefined }) : undefined}
        next={list.next && !list.isCut ? listPath({ ...address, after: list.next }) : undefined}
      />
      <Cut address={address} list={list} />
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}

interface FoundProps {
  readonly screen: SignedIn;
  readonly address: ListAddress;
  readonly list: WorkspaceList;
}

function Found({ screen, address, list: { rows, owner, isCut } }: FoundProps) {
  if (rows.length === 0) return isCut ? null : <Nothing address={address} owner={owner} />;
  const { view } = address;
  const offered = OFFERED[view];
  const table = (
    <Table
      caption={`${NAMES[view]} workspaces`}
      columns={columnsOf(view, screen.nowMs, offered.length > 0)}
      rows={rows}
    />
  );
  if (offered.length === 0) return <div class="picking">{table}</div>;
  return (
    <form method="get" action="/console/workspaces/change" class="picking" data-picking>
      <input type="hidden" name="from" value={listQuery(address)} />
      {table}
      <ActionBar offered={offered} />
      {owner ? <AllOf owner={owner} view={view} /> : null}
    </form>
  );
}

function columnsOf(view: View, now: number, picked: boolean): Column<WorkspaceRow>[] {
  const name = { name: 'Workspace', show: (row: WorkspaceRow) => <Picked row={row} picked={picked} /> };
  const owner = { name: 'Owner', show: (row: WorkspaceRow) => <OwnerLink row={row} /> };
  const content = { name: 'Content', show: (row: WorkspaceRow) => <HoldingsCell row={row} bound={COUNTED_IN_LIST} /> };
  const at = (column: string, pick: (row: WorkspaceRow) => number | null): Column<WorkspaceRow> => ({
    name: column,
    show: (row) => <MaybeTime at={pick(row)} now={now} />,
  });
  const standing = (column: string) => ({
    name: column,
    show: (row: WorkspaceRow) => <StandingText standing={standingOf(row)} now={now} />,
  });
  const created = at('Created', (row) => row.createdAt);
  switch (view) {
    case 'active':
      return [name, owner, created, content];
    case 'archived':
    case 'held':
      return [name, owner, at('Archived', (row) => row.archivedAt), content, standing('Deletion')];
    case 'deleted':
      return [name, owner, created, at('Archived', (row) => row.archivedAt), standing('Deleted')];
  }
}

function MaybeTime({ at, now }: { readonly at: number | null; readonly now: number }) {
  return at === null ? <>–</> : <Time at={at} now={now} />;
}

function Picked({ row, picked }: { readonly row: WorkspaceRow; readonly picked: boolean }) {
  if (!picked || standingOf(row).kind === 'going') return <NameCell row={row} />;
  return (
    <Pick name="w" value={row.id} what={nameOf(row)}>
      <NameCell row={row} />
    </Pick>
  );
}

function ActionBar({ offered }: { readonly offered: readonly Action[] }) {
  return (
    <SelectionBar>
      {offered.map((action) => (
        <button class="quiet" type="submit" name="do" value={action}>
          {ACTIONS[action].verb}
        </button>
      ))}
    </SelectionBar>
  );
}

/** For who has left with more workspaces than a page shows. */
function AllOf({ owner, view }: { readonly owner: PersonRow; readonly view: View }) {
  const link = (action: Action, text: string) => (
    <a href={`/console/workspaces/change?${new URLSearchParams({ do: action, all: String(owner.seq) })}`}>{text}</a>
  );
  return (
    <p class="all-of">
      Or all of {printable(owner.userName, 60)} at once: {link('transfer', 'transfer active and archived ones')}
      {view === 'active' ? null : <>, {link('restore', 'restore the archived ones')}</>}.
    </p>
  );
}

// What will be deleted and when, what somebody keeps from it, and what is gone, with its receipts.
import { kindOf } from '../../failure.ts';
import { type Destruction, describeRows } from '../../lifecycle/receipts.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { TextField } from '../page/fields.tsx';
import { failureNote } from '../page/notice.tsx';
import { SearchForm } from '../page/search-form.tsx';
import { PICK_SCRIPT, Pick, SelectionBar } from '../page/selection.tsx';
import { Shell } from '../page/shell.tsx';
import { type Column, Pager, Table } from '../page/table.tsx';
import { Tabs } from '../page/tabs.tsx';
import { AreaHead } from '../workspaces/areas.tsx';
import { doneMove } from './done-note.ts';
import { AmountCell, CauseCell, UserLink, userNameOf, WhatCell, WhenText, whatText } from './ledger-parts.tsx';
import { type Ledger, LISTED, readLedger, scannedOf, selectLedger } from './ledger-query.ts';
import { type LedgerAddress, ledgerPath, readLedgerAddress, VIEWS, type View } from './list-address.ts';
import { ComingFacts, EverythingBar, Nothing } from './list-parts.tsx';

/** What the list reads, in the call that asks for the session. */
export function selectDestructionList({ env, url, sources }: Addressed): readonly D1PreparedStatement[] {
  return selectLedger(env.DB, readLedgerAddress(url.searchParams), Math.trunc(sources.nowMs()));
}

const NAMES: Readonly<Record<View, string>> = { coming: 'Coming', held: 'On hold', done: 'Done' };

const LEADS: Readonly<Record<View, string>> = {
  coming: 'What people left behind when they were deactivated, the next to be deleted first. Hold what has to be kept.',
  held: 'Nothing of this is deleted, whatever its date, until it is released.',
  done: 'What is gone for good. Each has a receipt: what, when, how much, and by whose doing.',
};

/** GET: the list. */
export async function showDestructionList(screen: SignedIn): Promise<Answer> {
  const { url, results, env } = screen;
  const address = readLedgerAddress(url.searchParams);
  const ledger = readLedger(results, address);
  const described = await describeRows(env.DB, ledger.page.rows, LISTED);
  const rows = described.ok ? described.value : [];
  const page = (
    <Shell
      title="Destruction"
      section="workspaces"
      screen={screen}
      note={described.ok ? doneMove(url) : failureNote(described.failure)}
      scripts={[PICK_SCRIPT]}
    >
      <AreaHead title="Destruction" here="Destruction" />
      <Tabs
        label="Destructions by state"
        tabs={VIEWS.map((view) => ({
          path: ledgerPath({ ...address, view, after: undefined }),
          name: NAMES[view],
          isHere: view === address.view,
        }))}
      />
      <p class="lead">{LEADS[address.view]}</p>
      {ledger.tomorrow && address.person === undefined ? (
        <ComingFacts counts={ledger.counts} tomorrow={ledger.tomorrow} />
      ) : null}
      <WhoseForm address={address} ledger={ledger} />
      {described.ok ? <Found screen={screen} address={address} ledger={ledger} rows={rows} /> : null}
      <Pages address={address} ledger={ledger} />
    </Shell>
  );
  const status = described.ok ? 200 : kindOf(described.failure.code).status;
  return { response: await pageResponse(screen, status, page), ...(!described.ok && { failure: described.failure }) };
}

interface ViewProps {
  readonly address: LedgerAddress;
  readonly ledger: Ledger;
}

function WhoseForm({ address: { view, person }, ledger }: ViewProps) {
  const typed = typeof person === 'string' ? person : (ledger.person?.userName ?? '');
  return (
    <SearchForm action="/console/destructions" clear={person === undefined ? undefined : ledgerPath({ view })}>
      <input type="hidden" name="show" value={view} />
      <TextField name="of" label="Whose" type="search" value={typed} placeholder="jane@acme.example" />
    </SearchForm>
  );
}

function Found({
  screen,
  address,
  ledger,
  rows,
}: ViewProps & { readonly screen: SignedIn; readonly rows: readonly Destruction[] }) {
  const { view } = address;
  if (rows.length === 0)
    return ledger.page.isCut ? null : <Nothing view={view} person={ledger.person} typed={address.person} />;
  const table = <Table caption={`Destructions: ${NAMES[view]}`} columns={columnsOf(view, screen.nowMs)} rows={rows} />;
  if (view === 'done') return <div class="picking">{table}</div>;
  return (
    <form method="get" action="/console/destructions/change" class="picking" data-picking>
      {table}
      <SelectionBar>
        <button class="quiet" type="submit" name="do" value={view === 'coming' ? 'hold' : 'release'}>
          {view === 'coming' ? 'Hold' : 'Release'}
        </button>
      </SelectionBar>
      <EverythingBar view={view} />
    </form>
  );
}

function columnsOf(view: View, now: number): Column<Destruction>[] {
  const last = { coming: 'Deletion', held: 'Kept by', done: 'Deleted' } as const;
  return [
    { name: 'What', show: (row) => <Picked row={row} picked={view !== 'done'} /> },
    { name: 'Whose', show: (row) => <UserLink row={row} /> },
    { name: 'Content', show: (row) => <AmountCell row={row} /> },
    { name: 'Caused by', show: (row) => <CauseCell row={row} /> },
    { name: last[view], show: (row) => <WhenText row={row} now={now} /> },
  ];
}

function Picked({ row, picked }: { readonly row: Destruction; readonly picked: boolean }) {
  if (!picked) return <WhatCell row={row} />;
  return (
    <Pick name="d" value={String(row.seq)} what={`${whatText(row)} of ${userNameOf(row)}`}>
      <WhatCell row={row} />
    </Pick>
  );
}

function Pages({ address, ledger: { page } }: ViewProps) {
  const next = page.next ? ledgerPath({ ...address, after: page.next }) : undefined;
  const first = address.after ? ledgerPath({ ...address, after: undefined }) : undefined;
  if (!page.isCut || !next) return <Pager first={first} next={next} />;
  return (
    <div class="panel cut">
      <p>
        {page.rows.length === 0 ? 'Nothing was found so far.' : `${page.rows.length} found so far.`} A page looks
        through {scannedOf(address).toLocaleString('en')} rows of the ledger at most.
      </p>
      <a href={next} rel="next">
        Look further
      </a>
    </div>
  );
}

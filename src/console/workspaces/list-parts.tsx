// What stands around the list: the fields that narrow it, and what is said when it is empty.

import { printable } from '../../printable.ts';
import { TextField } from '../page/fields.tsx';
import { SearchForm } from '../page/search-form.tsx';
import { Empty } from '../page/table.tsx';
import { isFiltered, type ListAddress, listPath, type View } from './list-address.ts';
import { PAGE_ROWS, personOf, SCANNED, SCANNED_BY_NAME, type WorkspaceList } from './list-query.ts';
import type { PersonRow } from './owner-query.ts';

interface FilterProps {
  readonly address: ListAddress;
  readonly owner: PersonRow | null | undefined;
}

/** Narrows the list by its owner and by part of the name. */
export function FilterForm({ address, owner }: FilterProps) {
  const { view, ownerText, name } = address;
  return (
    <SearchForm action="/console/workspaces" clear={isFiltered(address) ? listPath({ view }) : undefined}>
      <input type="hidden" name="state" value={view} />
      <TextField
        name="of"
        label="Owner"
        type="search"
        value={ownerText ?? owner?.userName ?? ''}
        placeholder="jane@acme.example"
      />
      <TextField name="q" label="Name contains" type="search" value={name ?? ''} maxlength={100} />
    </SearchForm>
  );
}

const NOTHING: Readonly<Record<View, readonly [title: string, text: string]>> = {
  active: ['There are no active workspaces', 'People make them in the product. They show up here at once.'],
  archived: [
    'No workspace is archived',
    'When a person is deactivated, their workspaces wait here for 30 days, to be restored or transferred.',
  ],
  held: [
    'Nothing is on hold',
    'Hold an archived workspace when it must outlast its date, for a legal matter for example.',
  ],
  deleted: ['No workspace was deleted yet', 'What nobody restores within 30 days is deleted, and listed here.'],
};

/** Why the list is empty, and what to do. */
export function Nothing({ address, owner }: FilterProps) {
  const { view, ownerText, name } = address;
  if (owner === null) {
    return (
      <Empty title={`There is no user ${ownerText ?? ''}`.trim()}>
        <p>
          Type the whole user name. <a href="/console/users">Look for them under Users</a>.
        </p>
      </Empty>
    );
  }
  if (isFiltered(address)) {
    const whose = owner ? ` of ${printable(owner.userName, 60)}` : '';
    const named = name === undefined ? '' : ` whose name contains “${name}”`;
    return (
      <Empty title="Nothing found">
        <p>{`There are no ${view === 'held' ? 'held' : view} workspaces${whose}${named}.`}</p>
      </Empty>
    );
  }
  const [title, text] = NOTHING[view];
  return (
    <Empty title={title}>
      <p>{text}</p>
    </Empty>
  );
}

/** Where the bound of looking ended the page. */
export function Cut({
  address,
  list: { isCut, next, rows },
}: {
  readonly address: ListAddress;
  readonly list: WorkspaceList;
}) {
  if (!isCut || !next) return null;
  const looked = (address.name === undefined ? SCANNED : SCANNED_BY_NAME).toLocaleString('en');
  return (
    <div class="panel cut">
      <p>
        {rows.length === 0 ? 'Nothing was found so far.' : `${Math.min(rows.length, PAGE_ROWS)} found so far.`} A page
        looks through {looked} workspaces at most
        {personOf(address) === undefined ? '; naming the owner finds them at once' : ''}.
      </p>
      <a href={listPath({ ...address, after: next })} rel="next">
        Look further
      </a>
    </div>
  );
}

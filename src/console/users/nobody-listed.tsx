// Where a list of users is empty: why, and what to do.
import { isNarrowed, type ListQuery } from '../../directory/user-list-query.ts';
import { printable } from '../../printable.ts';
import { Empty } from '../page/table.tsx';
import { listAddress } from './list-address.ts';

interface NobodyProps {
  readonly query: ListQuery;
  readonly isFirst: boolean;
  /** No identity provider has sent anybody so far. */
  readonly isBare: boolean;
}

export function NobodyListed({ query, isFirst, isBare }: NobodyProps) {
  if (isBare) {
    return (
      <Empty title="Nobody has come from an identity provider yet">
        <p>Connect Okta, Entra or another one: whoever is assigned there is registered here within minutes.</p>
        <p>
          <a class="button" href="/console/connect">
            Connect an identity provider
          </a>
        </p>
      </Empty>
    );
  }
  if (!isFirst) {
    return (
      <Empty title="There is nobody further on">
        <p>The list has ended with the page before.</p>
      </Empty>
    );
  }
  if (isNarrowed(query)) return <NobodyFound query={query} />;
  return (
    <Empty title={query.show === 'removed' ? 'Nobody was removed' : 'Nobody is deactivated'}>
      <p>Who is unassigned in the identity provider is listed here, with what became of the account.</p>
    </Empty>
  );
}

function NobodyFound({ query }: { readonly query: ListQuery }) {
  return (
    <Empty title="Nobody found">
      <p>
        The words must all stand in the name or the user name. An external id is found by the whole of it.
        {query.team === undefined ? null : ` Only people of the team “${printable(query.team, 80)}” were looked at.`}
        {query.show === 'all' ? null : ' Somebody else may be on another tab.'}
      </p>
      <p class="actions">
        <a href={listAddress(query, { clear: true })}>Clear the search</a>
        {query.show === 'all' ? null : <a href={listAddress(query, { show: 'all' })}>Look among all users</a>}
      </p>
    </Empty>
  );
}

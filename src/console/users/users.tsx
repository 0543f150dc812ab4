// The list of users: everybody of the portal, whoever manages them, in pages that cost the same in a portal of any size.
import { readUserCounts, selectUserCounts, type UserCounts } from '../../directory/user-counts.ts';
import { type ListPage, readListPage, selectListPage } from '../../directory/user-list.ts';
import { isNarrowed, type ListQuery, readListQuery } from '../../directory/user-list-query.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { Shell } from '../page/shell.tsx';
import { Pager, Table } from '../page/table.tsx';
import { Tabs } from '../page/tabs.tsx';
import { readTeamNames, selectTeamNames } from '../teams/team-field.tsx';
import { listAddress } from './list-address.ts';
import { Filters } from './list-filters.tsx';
import { NobodyListed } from './nobody-listed.tsx';
import { userColumns } from './user-columns.tsx';

/** What the list reads, behind the session, in the same call. */
export function selectUsers({ env, url }: Addressed): readonly D1PreparedStatement[] {
  const query = readListQuery(url.searchParams);
  const after = url.searchParams.get('after') ?? '';
  return [selectListPage(env.DB, query, after), selectUserCounts(env.DB), selectTeamNames(env.DB)];
}

/** GET: a page of the list. */
export async function showUsers(screen: SignedIn): Promise<Answer> {
  const { results, session, url, portal, nowMs: now } = screen;
  const query = readListQuery(url.searchParams);
  const page = readListPage(results[0]);
  const counts = readUserCounts(results[1], session);
  const teams = readTeamNames(results[2]);
  const hasTeams = portal.policy.teamBy === 'division' || teams.length > 0;
  const element = (
    <Shell title="Users" section="users" screen={screen}>
      <div class="heading">
        <h1>Users</h1>
        <a class="button" href="/console/users/new">
          Add a user
        </a>
      </div>
      <ListTabs query={query} counts={counts} />
      <Filters query={query} roles={portal.policy.roles} teams={teams} />
      {page.users.length > 0 ? (
        <Table caption={CAPTIONS[query.show]} columns={userColumns(query.show, hasTeams, now)} rows={page.users} />
      ) : null}
      <Foot query={query} page={page} isFirst={!url.searchParams.has('after')} hasImported={session.userCount > 0} />
    </Shell>
  );
  return { response: await pageResponse(screen, 200, element) };
}

const CAPTIONS: Readonly<Record<ListQuery['show'], string>> = {
  registered: 'Registered users, in the order of their user names',
  deactivated: 'Deactivated and removed users',
  inactive: 'Deactivated users',
  removed: 'Removed users, the last ones first',
  all: 'All users',
};

interface ListTabsProps {
  readonly query: ListQuery;
  readonly counts: UserCounts | undefined;
}

function ListTabs({ query, counts }: ListTabsProps) {
  const isOver = query.show !== 'registered' && query.show !== 'all';
  const all = counts && counts.registered + counts.deactivated;
  return (
    <Tabs
      label="Which users"
      tabs={[
        {
          path: listAddress(query, { show: 'registered' }),
          name: 'Registered',
          isHere: query.show === 'registered',
          count: counts?.registered,
        },
        {
          path: listAddress(query, { show: 'deactivated' }),
          name: 'Deactivated',
          isHere: isOver,
          count: counts?.deactivated,
        },
        { path: listAddress(query, { show: 'all' }), name: 'All', isHere: query.show === 'all', count: all },
      ]}
    />
  );
}

interface FootProps {
  readonly query: ListQuery;
  readonly page: ListPage;
  readonly isFirst: boolean;
  /** Whether anybody has come from an identity provider. */
  readonly hasImported: boolean;
}

/** Where to go from here; where there is nobody, why. */
function Foot({ query, page: { users, next, looked }, isFirst, hasImported }: FootProps) {
  const first = isFirst ? undefined : listAddress(query);
  const after = next === undefined ? undefined : listAddress(query, { after: next });
  if (looked !== undefined) return <LookedThrough looked={looked} found={users.length} first={first} next={after} />;
  const isBare = isFirst && !hasImported && !isNarrowed(query) && query.show === 'registered';
  return (
    <>
      {users.length === 0 || isBare ? <NobodyListed query={query} isFirst={isFirst} isBare={isBare} /> : null}
      <Pager first={first} next={after} />
    </>
  );
}

interface LookedThroughProps {
  readonly looked: number;
  readonly found: number;
  readonly first: string | undefined;
  readonly next: string | undefined;
}

/** A page ends where so many were looked at, also where few of them are what is looked for. */
function LookedThrough({ looked, found, first, next }: LookedThroughProps) {
  return (
    <div class="panel user-looked">
      <p>
        Looked through {looked.toLocaleString('en')} users{first === undefined ? '' : ' more'}
        {found === 0 ? ' and found nobody yet.' : '. There may be others further on.'}
      </p>
      <p class="actions">
        <a class="button" href={next} rel="next">
          Go on searching
        </a>
        {first === undefined ? null : <a href={first}>Back to the beginning</a>}
      </p>
    </div>
  );
}

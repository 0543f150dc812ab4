// One page of the group list with the members of its groups, by index or by cursor, in one D1 call.
import type { AuthorisedDb } from '../../auth/authorised-db.ts';
import type { Group, GroupMember } from '../../directory/group.ts';
import { readMembers } from '../../directory/group-members.ts';
import { lastKnownPortal, type Portal } from '../../directory/portal.ts';
import { showsTeams } from '../../directory/team-group.ts';
import { ok, type Result } from '../../failure.ts';
import { writeCursor } from '../../scim/cursor.ts';
import type { Paging } from '../../scim/list-query.ts';
import { ALWAYS, type Condition } from '../../storage/condition.ts';
import { meetsFew } from '../../storage/condition-index.ts';
import { conditionSql } from '../../storage/condition-sql.ts';
import {
  type ByTable,
  countGroups,
  type PlacedGroup,
  selectGroups,
  selectMembersOfPage,
} from '../../storage/group-pages.ts';
import { selectMembers } from '../../storage/group-rows.ts';
import { needsSorting, type Order } from '../../storage/list-order.ts';
import type { PlainStart } from '../../storage/list-rows.ts';
import { needsScanGuard, scanGuard } from '../../storage/scan-guard.ts';
import { TEAM_SEQS } from '../../storage/team-rows.ts';
import { limitOf, readStart } from './list-page.ts';

/** How many members one page shows, unless its first group alone has more. A page with fewer groups than were asked for is
 * what the RFC allows; `itemsPerPage`, or the cursor, says where the next one starts. */
const MAX_PAGE_MEMBERS = 100_000;

/** What is asked of the list: of groups, and of teams where they are shown. */
export interface GroupsWanted {
  readonly conditions: ByTable<Condition>;
  readonly orders: ByTable<Order> | undefined;
  readonly paging: Paging;
  readonly identity: string;
  /** Whether members are shown. */
  readonly members: boolean;
}

type Members = ReadonlyMap<number, readonly GroupMember[]>;

interface Shown {
  readonly groups: readonly PlacedGroup[];
  readonly members: Members;
}

export interface GroupPage {
  readonly total: number;
  readonly groups: readonly Group[];
  /** By the `seq` of the group. */
  readonly members: Members;
  readonly nextCursor: string | undefined;
}

const NOTHING: GroupPage = { total: 0, groups: [], members: new Map(), nextCursor: undefined };

/** Reads one page. Fails with `invalid_cursor`, `expired_cursor`, and `too_many_to_scan`. */
export async function readGroupPage(db: AuthorisedDb, wanted: GroupsWanted, nowMs: number): Promise<Result<GroupPage>> {
  const { paging, identity } = wanted;
  const start = readStart(paging, identity, nowMs);
  if (!start.ok) return start;
  const known = lastKnownPortal();
  const teams = known !== undefined && showsTeams(known.policy);
  const loaded = await readWith(db, wanted, start.value, teams);
  if (!loaded.ok) return loaded;
  // Which portal it is comes with the answer: where it is another than the isolate remembered, it is asked again.
  const { policy } = loaded.value.portal;
  if (policy.groups === 'off') return ok(NOTHING);
  const right = showsTeams(policy) === teams ? loaded : await readWith(db, wanted, start.value, !teams);
  if (!right.ok) return right;
  const { total, placed, members, membersRead } = right.value;
  const whole = { groups: placed.slice(0, paging.count), members };
  const shown = membersRead <= MAX_PAGE_MEMBERS ? ok(whole) : await shortened(db, whole);
  if (!shown.ok) return shown;
  const last = shown.value.groups.at(-1);
  const goesOn = paging.kind === 'cursor' && placed.length > shown.value.groups.length;
  const nextCursor = goesOn && last ? writeCursor({ seq: last.seq, key: last.sortKey }, identity, nowMs) : undefined;
  return ok({ total, ...shown.value, nextCursor });
}

interface Read {
  readonly portal: Portal;
  readonly total: number;
  readonly placed: readonly PlacedGroup[];
  readonly members: Members;
  readonly membersRead: number;
}

async function readWith(
  db: AuthorisedDb,
  wanted: GroupsWanted,
  start: PlainStart,
  withTeams: boolean,
): Promise<Result<Read>> {
  const { conditions, orders, paging } = wanted;
  const guards = guardsOf(db.db, wanted, withTeams ? ['groups', 'teams'] : ['groups']);
  const where = {
    groups: conditionSql(conditions.groups, 'groups'),
    teams: withTeams ? conditionSql(conditions.teams, 'teams') : undefined,
  };
  const page = { where, orders, start, limit: paging.count };
  const read = await db.read([
    ...guards,
    selectGroups(db.db, { ...page, limit: limitOf(paging) }),
    countGroups(db.db, where),
    ...(wanted.members ? [selectMembersOfPage(db.db, page, MAX_PAGE_MEMBERS + 1)] : []),
  ]);
  if (!read.ok) return read;
  const { portal, results } = read.value;
  const [rows, count, memberRows] = results.slice(guards.length);
  const placed = (rows?.results ?? []) as PlacedGroup[];
  const total = (count?.results as { total: number }[] | undefined)?.[0]?.total ?? 0;
  const membersRead = memberRows?.results.length ?? 0;
  return ok({ portal, total, placed, members: readMembers(memberRows), membersRead });
}

/** A sort without an index reads all that meet the filter. So does one by externalId, which some groups do not have; but then
 * the total has counted them all the same. */
function guardsOf(
  db: D1Database,
  { conditions, orders }: GroupsWanted,
  tables: readonly ('groups' | 'teams')[],
): D1PreparedStatement[] {
  return tables.flatMap((table) => {
    const [condition, order] = [conditions[table], orders?.[table]];
    const sorts = (needsSorting(order) || (order && condition !== ALWAYS)) && !meetsFew(condition);
    return sorts || needsScanGuard(condition) ? [scanGuard(db, condition, table)] : [];
  });
}

/** The page up to the last group whose members were all read; at least its first group, read by itself where need be. The
 * members of teams are read behind those of all groups of the page, wherever the teams stand in it. */
async function shortened(db: AuthorisedDb, { groups, members }: Shown): Promise<Result<Shown>> {
  const [first] = groups;
  const cut = [...members.keys()].at(-1) ?? 0;
  const unread = groups.findIndex(({ seq }) => seq === cut || (seq > TEAM_SEQS && cut < TEAM_SEQS));
  const whole = groups.slice(0, unread);
  if (first === undefined || whole.length > 0) return ok({ groups: whole, members });
  const read = await db.read([selectMembers(db.db, first.id)]);
  return read.ok ? ok({ groups: [first], members: readMembers(read.value.results[0]) }) : read;
}

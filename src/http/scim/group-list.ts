// GET /Groups: filter, page and the members of all its groups in one D1 call.
import { planFilter } from '../../directory/filter-plan.ts';
import type { Group, GroupMember } from '../../directory/group.ts';
import { GROUP_TABLE } from '../../directory/group-columns.ts';
import { readMembers } from '../../directory/group-members.ts';
import { lastKnownPortal, type Portal } from '../../directory/portal.ts';
import { showsTeams, TEAM_TABLE } from '../../directory/team-group.ts';
import { ok, type Result } from '../../failure.ts';
import { parseFilter } from '../../scim/filter/parser.ts';
import type { JsonObject } from '../../scim/json.ts';
import { listResponse, type Page, readPage } from '../../scim/list-response.ts';
import { groupSchema } from '../../scim/schema/group.ts';
import { ALWAYS, type Condition } from '../../storage/condition.ts';
import { conditionSql } from '../../storage/condition-sql.ts';
import { countGroups, selectGroups, selectMembersOfPage } from '../../storage/group-pages.ts';
import { selectMembers } from '../../storage/group-rows.ts';
import { needsScanGuard, scanGuard } from '../../storage/scan-guard.ts';
import { type GroupShape, groupResource, readShape } from './group-answer.ts';
import type { ScimHandler, ScimRequest } from './request.ts';

/** How many members one page shows, unless its first group alone has more. A page with fewer groups than were asked for is
 * what the RFC allows; `itemsPerPage` says where the next one starts. */
const MAX_PAGE_MEMBERS = 100_000;

/** RFC 7644 section 3.4.2. */
export const listGroups: ScimHandler = async (request) => {
  // 1 parse
  const page = readPage(request.query);
  if (!page.ok) return page;
  const shape = readShape(request);
  if (!shape.ok) return shape;
  const conditions = readConditions(request);
  if (!conditions.ok) return conditions;
  // 2 load
  const found = await load(request, shape.value, conditions.value, page.value);
  if (!found.ok) return found;
  // 5 answer
  const { total, groups, members } = found.value;
  const resources = groups.map((group): JsonObject => {
    return groupResource(request, shape.value, { group, members: members.get(group.seq) ?? [] });
  });
  return ok({ status: 200, resource: listResponse(total, page.value.startIndex, resources) });
};

/** The filter, as groups meet it and as teams do where they are shown. */
interface Conditions {
  readonly groups: Condition;
  readonly teams: Condition;
}

function readConditions({ query }: ScimRequest): Result<Conditions> {
  const text = query.get('filter');
  if (text === null || text.trim() === '') return ok({ groups: ALWAYS, teams: ALWAYS });
  const filter = parseFilter(text);
  if (!filter.ok) return filter;
  const groups = planFilter(filter.value, groupSchema, GROUP_TABLE);
  if (!groups.ok) return groups;
  const teams = planFilter(filter.value, groupSchema, TEAM_TABLE);
  return teams.ok ? ok({ groups: groups.value, teams: teams.value }) : teams;
}

type Members = ReadonlyMap<number, readonly GroupMember[]>;

interface Found {
  readonly total: number;
  readonly groups: readonly Group[];
  readonly members: Members;
}

const NOTHING: Found = { total: 0, groups: [], members: new Map() };

async function load(
  request: ScimRequest,
  shape: GroupShape,
  conditions: Conditions,
  page: Page,
): Promise<Result<Found>> {
  const known = lastKnownPortal();
  const teams = known !== undefined && showsTeams(known.policy);
  const loaded = await loadWith(request, shape, conditions, page, teams);
  if (!loaded.ok) return loaded;
  // Which portal it is comes with the answer: where it is another than the isolate remembered, it is asked again.
  const { policy } = loaded.value.portal;
  if (policy.groups === 'off') return ok(NOTHING);
  const right = showsTeams(policy) === teams ? loaded : await loadWith(request, shape, conditions, page, !teams);
  if (!right.ok) return right;
  const { found, shown } = right.value;
  return shown <= MAX_PAGE_MEMBERS ? ok(found) : shortened(request, found);
}

interface Read {
  readonly portal: Portal;
  readonly found: Found;
  /** How many members were read. */
  readonly shown: number;
}

async function loadWith(
  request: ScimRequest,
  shape: GroupShape,
  conditions: Conditions,
  page: Page,
  withTeams: boolean,
): Promise<Result<Read>> {
  const { db } = request.db;
  const tables = withTeams ? (['groups', 'teams'] as const) : (['groups'] as const);
  const guards = tables
    .filter((table) => needsScanGuard(conditions[table]))
    .map((table) => scanGuard(db, conditions[table], table));
  const where = {
    groups: conditionSql(conditions.groups, 'groups'),
    teams: withTeams ? conditionSql(conditions.teams, 'teams') : undefined,
  };
  const range = { limit: page.count, offset: page.startIndex - 1 };
  const loaded = await request.db.read([
    ...guards,
    selectGroups(db, where, range),
    countGroups(db, where),
    ...(shape.members ? [selectMembersOfPage(db, where, range, MAX_PAGE_MEMBERS + 1)] : []),
  ]);
  if (!loaded.ok) return loaded;
  const { portal, results } = loaded.value;
  const [rows, count, memberRows] = results.slice(guards.length);
  const groups = (rows?.results ?? []) as Group[];
  const total = (count?.results as { total: number }[] | undefined)?.[0]?.total ?? 0;
  const found = { total, groups, members: readMembers(memberRows) };
  return ok({ portal, found, shown: memberRows?.results.length ?? 0 });
}

/** The page up to the last group whose members were all read; at least its first group, read by itself where need be. */
async function shortened({ db }: ScimRequest, { total, groups, members }: Found): Promise<Result<Found>> {
  const [first] = groups;
  const cut = [...members.keys()].at(-1);
  const whole = groups.slice(
    0,
    groups.findIndex(({ seq }) => seq === cut),
  );
  if (first === undefined || whole.length > 0) return ok({ total, groups: whole, members });
  const loaded = await db.read([selectMembers(db.db, first.id)]);
  return loaded.ok ? ok({ total, groups: [first], members: readMembers(loaded.value.results[0]) }) : loaded;
}

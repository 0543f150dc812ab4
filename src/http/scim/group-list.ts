// GET /Groups: filter, page and the members of all its groups in one D1 call.
import { planFilter } from '../../directory/filter-plan.ts';
import type { Group, GroupMember } from '../../directory/group.ts';
import { GROUP_TABLE } from '../../directory/group-columns.ts';
import { ok, type Result } from '../../failure.ts';
import { parseFilter } from '../../scim/filter/parser.ts';
import type { JsonObject } from '../../scim/json.ts';
import { listResponse, type Page, readPage } from '../../scim/list-response.ts';
import { groupSchema } from '../../scim/schema/group.ts';
import { ALWAYS, type Condition } from '../../storage/condition.ts';
import { conditionSql } from '../../storage/condition-sql.ts';
import {
  countGroups,
  readMembers,
  selectGroups,
  selectMembers,
  selectMembersOfPage,
} from '../../storage/group-rows.ts';
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
  const condition = readCondition(request);
  if (!condition.ok) return condition;
  // 2 load
  const found = await load(request, shape.value, condition.value, page.value);
  if (!found.ok) return found;
  // 5 answer
  const { total, groups, members } = found.value;
  const resources = groups.map((group): JsonObject => {
    return groupResource(request, shape.value, { group, members: members.get(group.seq) ?? [] });
  });
  return ok({ status: 200, resource: listResponse(total, page.value.startIndex, resources) });
};

function readCondition({ query }: ScimRequest): Result<Condition> {
  const text = query.get('filter');
  if (text === null || text.trim() === '') return ok(ALWAYS);
  const filter = parseFilter(text);
  return filter.ok ? planFilter(filter.value, groupSchema, GROUP_TABLE) : filter;
}

type Members = ReadonlyMap<number, readonly GroupMember[]>;

interface Found {
  readonly total: number;
  readonly groups: readonly Group[];
  readonly members: Members;
}

const NOTHING: Found = { total: 0, groups: [], members: new Map() };

async function load(request: ScimRequest, shape: GroupShape, condition: Condition, page: Page): Promise<Result<Found>> {
  const { db } = request.db;
  const where = conditionSql(condition, 'groups');
  const guards = needsScanGuard(condition) ? [scanGuard(db, condition, 'groups')] : [];
  const range = { limit: page.count, offset: page.startIndex - 1 };
  const loaded = await request.db.read([
    ...guards,
    selectGroups(db, where, range),
    countGroups(db, where),
    ...(shape.members ? [selectMembersOfPage(db, where, range, MAX_PAGE_MEMBERS + 1)] : []),
  ]);
  if (!loaded.ok) return loaded;
  const { portal, results } = loaded.value;
  if (portal.policy.groups === 'off') return ok(NOTHING);
  const [rows, count, memberRows] = results.slice(guards.length);
  const groups = (rows?.results ?? []) as Group[];
  const found = {
    total: (count?.results as { total: number }[] | undefined)?.[0]?.total ?? 0,
    groups,
    members: readMembers(memberRows),
  };
  const isWhole = (memberRows?.results.length ?? 0) <= MAX_PAGE_MEMBERS;
  return isWhole ? ok(found) : shortened(request, found);
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

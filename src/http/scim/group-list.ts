// GET /Groups: filter, order and page, RFC 7644 section 3.4.2 and RFC 9865.
import { planFilter } from '../../directory/filter-plan.ts';
import type { FilterTable } from '../../directory/filter-table.ts';
import { GROUP_TABLE } from '../../directory/group-columns.ts';
import { planSort } from '../../directory/sort-plan.ts';
import { TEAM_TABLE } from '../../directory/team-group.ts';
import { ok, type Result } from '../../failure.ts';
import { parseFilter } from '../../scim/filter/parser.ts';
import { readListQuery } from '../../scim/list-query.ts';
import { groupSchema } from '../../scim/schema/group.ts';
import { ALWAYS, type Condition } from '../../storage/condition.ts';
import type { ByTable } from '../../storage/group-pages.ts';
import { type GroupShape, groupResource, readShape } from './group-answer.ts';
import { type GroupsWanted, readGroupPage } from './group-page.ts';
import { identityOf, pageAnswer } from './list-page.ts';
import type { ScimHandler, ScimRequest } from './request.ts';

/** One page of groups, by `startIndex` or by `cursor`. */
export const listGroups: ScimHandler = async (request) => {
  // 1 parse
  const shape = readShape(request);
  if (!shape.ok) return shape;
  const wanted = readWanted(request, shape.value);
  if (!wanted.ok) return wanted;
  // 2 load
  const page = await readGroupPage(request.db, wanted.value, request.sources.nowMs());
  if (!page.ok) return page;
  // 5 answer
  const { groups, members } = page.value;
  const resources = groups.map((group) =>
    groupResource(request, shape.value, { group, members: members.get(group.seq) ?? [] }),
  );
  return ok(pageAnswer(wanted.value.paging, page.value, resources));
};

function readWanted({ query }: ScimRequest, { members }: GroupShape): Result<GroupsWanted> {
  const list = readListQuery(query);
  if (!list.ok) return list;
  const { paging, sort } = list.value;
  const filter = query.get('filter')?.trim() ?? '';
  const conditions = readConditions(filter);
  if (!conditions.ok) return conditions;
  const orders = sort ? forBoth((table) => planSort(sort, groupSchema, table)) : ok(undefined);
  if (!orders.ok) return orders;
  const identity = identityOf('Group', filter, sort);
  return ok({ conditions: conditions.value, orders: orders.value, paging, identity, members });
}

function readConditions(text: string): Result<ByTable<Condition>> {
  if (text === '') return ok({ groups: ALWAYS, teams: ALWAYS });
  const filter = parseFilter(text);
  return filter.ok ? forBoth((table) => planFilter(filter.value, groupSchema, table)) : filter;
}

/** The same plan as groups meet it, and as teams do where they are shown. */
function forBoth<T>(plan: (table: FilterTable) => Result<T>): Result<ByTable<T>> {
  const groups = plan(GROUP_TABLE);
  if (!groups.ok) return groups;
  const teams = plan(TEAM_TABLE);
  return teams.ok ? ok({ groups: groups.value, teams: teams.value }) : teams;
}

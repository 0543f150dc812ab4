// GET /Users: filter, order and page, RFC 7644 section 3.4.2 and RFC 9865.
import { planFilter } from '../../directory/filter-plan.ts';
import type { Portal } from '../../directory/portal.ts';
import { planSort } from '../../directory/sort-plan.ts';
import { showsTeams } from '../../directory/team-group.ts';
import { USER_TABLE, USER_TABLE_WITH_TEAMS } from '../../directory/user-columns.ts';
import { ok, type Result } from '../../failure.ts';
import { parseFilter } from '../../scim/filter/parser.ts';
import { readListQuery } from '../../scim/list-query.ts';
import type { Condition } from '../../storage/condition.ts';
import { readUser, selectAccount, type UserRow } from '../../storage/user-rows.ts';
import type { Answer } from '../answer.ts';
import { identityOf, pageAnswer } from './list-page.ts';
import { onRememberedPortal } from './remembered-portal.ts';
import type { ScimHandler, ScimRequest } from './request.ts';
import { projectionOf, userResources } from './user-answer.ts';
import { type PageWanted, readUserPage, type UserPage } from './user-page.ts';

/** One page of users, by `startIndex` or by `cursor`. */
export const listUsers: ScimHandler = async (request) => {
  // 1 parse
  const query = readListQuery(request.query);
  if (!query.ok) return query;
  const { paging, sort } = query.value;
  const filter = request.query.get('filter')?.trim() ?? '';
  const identity = identityOf('User', filter, sort);
  if (filter === '' && sort === undefined) {
    return answerList(request, { condition: undefined, order: undefined, paging, identity });
  }
  return onRememberedPortal(request.db, async (portal) => {
    const condition = readCondition(filter, portal);
    if (!condition.ok) return condition;
    const order = sort ? planSort(sort, portal.userSchema, USER_TABLE) : ok(undefined);
    if (!order.ok) return order;
    return answerList(request, { condition: condition.value, order: order.value, paging, identity });
  });
};

async function answerList(request: ScimRequest, wanted: PageWanted): Promise<Result<Answer>> {
  // 2 load
  const loaded = await readUserPage(request.db, wanted, request.sources.nowMs());
  if (!loaded.ok) return loaded;
  const { portal } = loaded.value.authorised;
  const projection = projectionOf(request, portal);
  if (!projection.ok) return projection;
  const page = await orOwner(request, wanted, loaded.value);
  if (!page.ok) return page;
  // 5 answer
  const resources = await userResources(request, portal, projection.value, page.value.users);
  if (!resources.ok) return resources;
  return ok(pageAnswer(wanted.paging, page.value, resources.value));
}

function readCondition(text: string, portal: Portal): Result<Condition | undefined> {
  if (text === '') return ok(undefined);
  const filter = parseFilter(text);
  const table = showsTeams(portal.policy) ? USER_TABLE_WITH_TEAMS : USER_TABLE;
  return filter.ok ? planFilter(filter.value, portal.userSchema, table) : filter;
}

/** An unfiltered list that would be empty shows the key's owner, where the dialect wants it: a credential test must not
 * fail because nobody is provisioned yet. The owner is shown only; it is not in the directory. */
async function orOwner(
  request: ScimRequest,
  { condition, paging }: PageWanted,
  page: UserPage,
): Promise<Result<UserPage>> {
  if (!request.dialect.emptyListShowsOwner || condition !== undefined || page.total > 0) return ok(page);
  const { db } = request;
  const read = await db.read([selectAccount(db.db, page.authorised.principal.ownerSeq)]);
  if (!read.ok) return read;
  const owners = ((read.value.results[0]?.results ?? []) as UserRow[]).map(readUser);
  const isFirst = paging.kind === 'cursor' ? paging.cursor === '' : paging.startIndex === 1;
  return ok({ ...page, total: owners.length, users: isFirst ? owners.slice(0, paging.count) : [] });
}

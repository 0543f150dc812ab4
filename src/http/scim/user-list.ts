// GET /Users: filter and page in one D1 call. Totals come from counters where the filter allows it, so that they cost nothing.
import type { AuthorisationRow } from '../../auth/authorise.ts';
import type { Authorised, AuthorisedDb } from '../../auth/authorised-db.ts';
import { planFilter } from '../../directory/filter-plan.ts';
import type { User } from '../../directory/user.ts';
import { USER_TABLE } from '../../directory/user-columns.ts';
import { ok, type Result } from '../../failure.ts';
import { parseFilter } from '../../scim/filter/parser.ts';
import { listResponse, type Page, readPage } from '../../scim/list-response.ts';
import { type Condition, countedUsers } from '../../storage/condition.ts';
import { meetsAtMostOne, meetsFew } from '../../storage/condition-index.ts';
import { conditionSql, type Sql } from '../../storage/condition-sql.ts';
import { needsScanGuard, scanGuard } from '../../storage/scan-guard.ts';
import {
  countUsers,
  readUser,
  selectAccount,
  selectUsers,
  selectUsersFrom,
  type UserRow,
} from '../../storage/user-rows.ts';
import type { ScimHandler, ScimRequest } from './request.ts';
import { projectionOf, userResources } from './user-answer.ts';

interface Found {
  readonly total: number;
  readonly users: readonly User[];
}

/** RFC 7644 section 3.4.2. */
export const listUsers: ScimHandler = async (request) => {
  // 1 parse
  const page = readPage(request.query);
  if (!page.ok) return page;
  const condition = await readCondition(request);
  if (!condition.ok) return condition;
  // 2 load
  const loaded = await load(request, condition.value, page.value);
  if (!loaded.ok) return loaded;
  const { portal, principal } = loaded.value.authorised;
  const projection = projectionOf(request, portal);
  if (!projection.ok) return projection;
  // 5 answer
  const found = await orOwner(request, condition.value, page.value, principal, loaded.value.found);
  if (!found.ok) return found;
  const resources = await userResources(request, portal, projection.value, found.value.users);
  if (!resources.ok) return resources;
  return ok({ status: 200, resource: listResponse(found.value.total, page.value.startIndex, resources.value) });
};

async function readCondition({ query, db }: ScimRequest): Promise<Result<Condition | undefined>> {
  const text = query.get('filter');
  if (text === null || text.trim() === '') return ok(undefined);
  const filter = parseFilter(text);
  if (!filter.ok) return filter;
  const portal = await db.portal();
  return portal.ok ? planFilter(filter.value, portal.value.userSchema, USER_TABLE) : portal;
}

interface Load {
  readonly authorised: Authorised;
  readonly found: Found;
}

async function load({ db }: ScimRequest, condition: Condition | undefined, page: Page): Promise<Result<Load>> {
  const where = conditionSql(condition ?? { kind: 'constant', value: true });
  const single = condition !== undefined && meetsAtMostOne(condition);
  const range = single ? { limit: 1, offset: 0 } : { limit: page.count, offset: page.startIndex - 1 };
  const counted = condition !== undefined && !meetsFew(condition) && counterOf(condition) === undefined;
  const guards = needsScanGuard(condition) ? [scanGuard(db.db, condition)] : [];
  const counts = counted ? [countUsers(db.db, where)] : [];
  const rows = condition ? selectUsers(db.db, where, range) : selectUsersFrom(db.db, page.startIndex, page.count);
  const read = await db.read([...guards, rows, ...counts]);
  if (!read.ok) return read;
  const { principal } = read.value;
  const results = read.value.results.slice(guards.length);
  const users = ((results[0]?.results ?? []) as UserRow[]).map(readUser);
  if (single) {
    const shown = page.startIndex === 1 && page.count > 0 ? users : [];
    return ok({ authorised: read.value, found: { total: users.length, users: shown } });
  }
  if (condition && meetsFew(condition)) return countIfNeeded(db, where, page, read.value, users);
  const total = totalOf(results[1]) ?? counterOf(condition)?.(principal) ?? principal.userCount;
  return ok({ authorised: read.value, found: { total, users } });
}

/** A first page that is not full has counted itself; only another one costs a second call. */
async function countIfNeeded(
  db: AuthorisedDb,
  where: Sql,
  page: Page,
  authorised: Authorised,
  users: readonly User[],
): Promise<Result<Load>> {
  const whole = page.startIndex === 1 && users.length < page.count;
  if (whole) return ok({ authorised, found: { total: users.length, users } });
  const counted = await db.read([countUsers(db.db, where)]);
  if (!counted.ok) return counted;
  return ok({ authorised, found: { total: totalOf(counted.value.results[0]) ?? users.length, users } });
}

function totalOf(result: D1Result | undefined): number | undefined {
  return (result?.results as { total: number }[] | undefined)?.[0]?.total;
}

/** The counter that answers a condition: `active eq ...` alone is what identity providers and people ask most. */
function counterOf(condition: Condition | undefined): ((row: AuthorisationRow) => number) | undefined {
  switch (countedUsers(condition)) {
    case 'all':
      return (row) => row.userCount;
    case 'active':
      return (row) => row.activeCount;
    case 'inactive':
      return (row) => row.userCount - row.activeCount;
    case undefined:
      return undefined;
  }
}

/** An unfiltered list that would be empty shows the key's owner, where the dialect wants it: a credential test must not
 * fail because nobody is provisioned yet. The owner is shown only; it is not in the directory. */
async function orOwner(
  { db, dialect }: ScimRequest,
  condition: Condition | undefined,
  page: Page,
  principal: AuthorisationRow,
  found: Found,
): Promise<Result<Found>> {
  if (!dialect.emptyListShowsOwner || condition !== undefined || found.total > 0) return ok(found);
  const read = await db.read([selectAccount(db.db, principal.ownerSeq)]);
  if (!read.ok) return read;
  const owners = ((read.value.results[0]?.results ?? []) as UserRow[]).map(readUser);
  return ok({ total: owners.length, users: page.startIndex === 1 ? owners.slice(0, page.count) : [] });
}

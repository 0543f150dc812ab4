// One page of the user list, by index or by cursor, in one D1 call; only a filter that few meet may need a second one to count.
import type { AuthorisationRow } from '../../auth/authorise.ts';
import type { Authorised, AuthorisedDb } from '../../auth/authorised-db.ts';
import type { User } from '../../directory/user.ts';
import { ok, type Result } from '../../failure.ts';
import { writeCursor } from '../../scim/cursor.ts';
import type { Paging } from '../../scim/list-query.ts';
import { type Condition, countedUsers } from '../../storage/condition.ts';
import { meetsAtMostOne, meetsFew } from '../../storage/condition-index.ts';
import { conditionSql, type Sql } from '../../storage/condition-sql.ts';
import { selectState } from '../../storage/journal.ts';
import { needsSorting, type Order } from '../../storage/list-order.ts';
import { type PlacedUser, readPlaced, type Start, selectPage } from '../../storage/list-rows.ts';
import { MAX_SCANNED_ROWS, needsScanGuard, scanGuard } from '../../storage/scan-guard.ts';
import { countUsers, selectUsersFrom } from '../../storage/user-rows.ts';
import { limitOf, readStart } from './list-page.ts';
import { recallEnd, rememberEnd } from './page-memory.ts';

/** What is asked of the list. `identity` is a text that is the same for the same filter and order: cursors carry its hash. */
export interface PageWanted {
  readonly condition: Condition | undefined;
  readonly order: Order | undefined;
  readonly paging: Paging;
  readonly identity: string;
}

export interface UserPage {
  readonly authorised: Authorised;
  readonly total: number;
  readonly users: readonly User[];
  /** Where the next page begins; undefined behind the last row, and without a cursor. */
  readonly nextCursor: string | undefined;
}

/** Reads one page. Fails with `invalid_cursor`, `expired_cursor`, and `too_many_to_scan`. */
export async function readUserPage(db: AuthorisedDb, wanted: PageWanted, nowMs: number): Promise<Result<UserPage>> {
  const start = startOf(wanted, nowMs);
  if (!start.ok) return start;
  const { condition, paging } = wanted;
  const where = conditionSql(condition ?? { kind: 'constant', value: true });
  const guards = guardsOf(db.db, wanted, start.value);
  const counts = totalBy(wanted) === 'count' ? [countUsers(db.db, where)] : [];
  const states = remembers(wanted) ? [selectState(db.db)] : [];
  const read = await db.read([...guards, rowsOf(db.db, wanted, start.value), ...counts, ...states]);
  if (!read.ok) return read;
  const [rows, counted] = read.value.results.slice(guards.length);
  const placed = readPlaced(rows);
  const total = await totalOf(db, wanted, where, { placed, counted, principal: read.value.principal });
  if (!total.ok) return total;
  if (remembers(wanted)) remember(wanted, placed, read.value.results.at(-1));
  const shown = placed.slice(0, paging.count);
  const last = placed.length > shown.length ? shown.at(-1) : undefined;
  const nextCursor = paging.kind === 'cursor' && last ? writeCursor(last.position, wanted.identity, nowMs) : undefined;
  return ok({ authorised: read.value, total: total.value, users: shown.map(({ user }) => user), nextCursor });
}

function startOf(wanted: PageWanted, nowMs: number): Result<Start> {
  const { paging, identity } = wanted;
  const end = paging.kind === 'index' && remembers(wanted) ? recallEnd(identity, paging.startIndex) : undefined;
  if (paging.kind === 'index' && end) return ok({ kind: 'remembered', offset: paging.startIndex - 1, ...end });
  return readStart(paging, identity, nowMs);
}

/** Lists of active or of inactive users are long, and nothing but counting finds a position in them. */
function remembers({ condition, order, paging }: PageWanted): boolean {
  return condition !== undefined && countedUsers(condition) !== undefined && !order && paging.kind === 'index';
}

function remember({ paging, identity }: PageWanted, placed: readonly PlacedUser[], states: D1Result | undefined): void {
  const last = placed.at(-1);
  const { state } = (states?.results[0] ?? {}) as { readonly state?: string | null };
  if (paging.kind !== 'index' || !last || !state) return;
  rememberEnd(identity, paging.startIndex + placed.length, { seq: last.user.seq, state });
}

/** A sort without an index reads all that meet the filter; a deep index into a sorted list reads all before it. */
function guardsOf(db: D1Database, { condition, order }: PageWanted, start: Start): D1PreparedStatement[] {
  const isDeep = order !== undefined && start.kind === 'offset' && start.offset > MAX_SCANNED_ROWS;
  const isSorted = (needsSorting(order) || (order && condition)) && !(condition && meetsFew(condition));
  return needsScanGuard(condition) || isSorted || isDeep ? [scanGuard(db, condition)] : [];
}

function rowsOf(db: D1Database, { condition, order, paging }: PageWanted, start: Start): D1PreparedStatement {
  const unfiltered = condition === undefined && order === undefined;
  if (unfiltered && paging.kind === 'index') return selectUsersFrom(db, paging.startIndex, paging.count);
  return selectPage(db, { condition, order, start, limit: limitOf(paging) });
}

/** Counters answer what identity providers ask most; where few meet a filter, a first page that is not full has counted. */
function totalBy({ condition, paging }: PageWanted): 'counter' | 'page' | 'count' {
  if (countedUsers(condition) !== undefined) return 'counter';
  return condition && meetsFew(condition) && paging.kind === 'index' ? 'page' : 'count';
}

interface Evidence {
  readonly placed: readonly PlacedUser[];
  readonly counted: D1Result | undefined;
  readonly principal: AuthorisationRow;
}

async function totalOf(
  db: AuthorisedDb,
  wanted: PageWanted,
  where: Sql,
  { placed, counted, principal }: Evidence,
): Promise<Result<number>> {
  const { condition, paging } = wanted;
  switch (totalBy(wanted)) {
    case 'counter':
      return ok(counterOf(condition, principal));
    case 'count':
      return ok(countIn(counted));
    case 'page': {
      const isFirst = paging.kind === 'index' && paging.startIndex === 1;
      if (isFirst && placed.length < paging.count) return ok(placed.length);
      if (isFirst && placed.length === 1 && condition && meetsAtMostOne(condition)) return ok(1);
      const again = await db.read([countUsers(db.db, where)]);
      return again.ok ? ok(countIn(again.value.results[0])) : again;
    }
  }
}

function counterOf(condition: Condition | undefined, { userCount, activeCount }: AuthorisationRow): number {
  switch (countedUsers(condition)) {
    case 'active':
      return activeCount;
    case 'inactive':
      return userCount - activeCount;
    default:
      return userCount;
  }
}

function countIn(result: D1Result | undefined): number {
  return (result?.results as { total: number }[] | undefined)?.[0]?.total ?? 0;
}

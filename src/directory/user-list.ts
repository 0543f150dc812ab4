// A page of the directory for people: one SELECT that goes through indexes in their order, keeps what fits, and stops when the page
// is full or it has looked at so many rows. So a page costs the same in a directory of any size, wherever in the list it is.
import type { Sql } from '../storage/condition-sql.ts';
import { type Place, readPlace, writePlace } from './user-list-cursor.ts';
import type { ListQuery, LoginType } from './user-list-query.ts';
import { SOURCES, type SourceName, sourcesOf } from './user-list-sources.ts';

export interface ListLimits {
  /** How many users a page has at most. */
  readonly users: number;
  /** How many rows are looked at for one page. */
  readonly looked: number;
}

const LIMITS: ListLimits = { users: 50, looked: 20_000 };

/** A user in a list. Times are UTC milliseconds. */
export interface ListedUser {
  readonly seq: number;
  readonly userName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly loginType: LoginType;
  readonly role: string;
  readonly active: number;
  /** The name of the team; null for none. */
  readonly team: string | null;
  readonly updatedAt: number;
  readonly deactivatedAt: number | null;
  readonly removedAt: number | null;
}

export interface ListPage {
  readonly users: readonly ListedUser[];
  /** The cursor of the next page; undefined where the list ends. */
  readonly next: string | undefined;
  /** Where looking ended before the page was full: how many rows were looked at. */
  readonly looked: number | undefined;
}

interface Row extends ListedUser {
  readonly source: SourceName;
  readonly place: string | number;
  readonly fits: number;
  readonly looked: number;
}

const COLUMNS = `seq, user_name AS userName, given_name AS givenName, family_name AS familyName, login_type AS loginType, role,
  active, team_seq, updated_at AS updatedAt, deactivated_at AS deactivatedAt, removed_at AS removedAt`;

/** The page behind a cursor, or the first one, for `readListPage`. */
export function selectListPage(
  db: D1Database,
  query: ListQuery,
  cursor: string,
  limits: ListLimits = LIMITS,
): D1PreparedStatement {
  const parts = partsOf(query, readPlace(cursor), limits);
  // Counting as it goes, SQLite reads no row behind the last one that is asked for. The row at which it stops looking is there
  // whether it fits or not: the next page goes on behind it.
  return db
    .prepare(
      `SELECT page.*, teams.name AS team FROM (
         SELECT * FROM (SELECT *, row_number() OVER () AS looked FROM (${inTurn(parts, limits)}))
         WHERE fits OR looked = ${limits.looked} LIMIT ${limits.users + 1}
       ) AS page LEFT JOIN teams ON teams.seq = page.team_seq`,
    )
    .bind(...parts.flatMap(({ values }) => values));
}

/** All parts, one after the other, up to the bound. D1 takes few terms in one UNION, so each is of two. */
function inTurn(parts: readonly Sql[], { looked }: ListLimits): string {
  return parts
    .map(({ sql }) => `SELECT * FROM (${sql})`)
    .reduce((before, part) => `SELECT * FROM (${before} UNION ALL ${part} LIMIT ${looked})`);
}

/** The page that a result of `selectListPage` is. */
export function readListPage(result: D1Result | undefined, limits: ListLimits = LIMITS): ListPage {
  const rows = ((result?.results ?? []) as unknown as Row[]).toSorted((a, b) => a.looked - b.looked);
  const fitting = rows.filter(({ fits }) => fits === 1);
  const users = fitting.slice(0, limits.users);
  if (fitting.length > limits.users) return { users, next: placeOf(users.at(-1)), looked: undefined };
  const last = rows.at(-1);
  if (last?.looked !== limits.looked) return { users, next: undefined, looked: undefined };
  return { users, next: placeOf(last), looked: users.length < limits.users ? limits.looked : undefined };
}

function placeOf(row: Row | undefined): string | undefined {
  return row && writePlace({ source: row.source, seq: row.seq, key: row.place });
}

/** One SELECT a way, those before the place left out. What an earlier way has, a later one does not show again. */
function partsOf(query: ListQuery, place: Place | undefined, limits: ListLimits): readonly Sql[] {
  const sources = sourcesOf(query);
  const from = place === undefined ? 0 : Math.max(0, sources.indexOf(place.source));
  const fitting = fits(query);
  return sources.slice(from).map((name, i) => {
    const { index, rows, order } = SOURCES[name];
    const own = rows(query);
    const earlier = sources.slice(0, from + i).map((before) => SOURCES[before].rows(query));
    const begin = place?.source === name ? order.takes(place.seq, place.key) : order.begin;
    const shown = [fitting, ...earlier.map(({ sql, values }) => ({ sql: `NOT (${sql})`, values }))];
    return {
      sql: `SELECT '${name}' AS source, ${order.key} AS place, ${shown.map(({ sql }) => `(${sql})`).join(' AND ')} AS fits, ${COLUMNS}
        FROM users INDEXED BY ${index} WHERE ${own.sql} AND ${order.behind} ORDER BY ${order.by} LIMIT ${limits.looked}`,
      values: [...shown.flatMap(({ values }) => values), ...own.values, ...begin],
    };
  });
}

const ALWAYS: Sql = { sql: '1', values: [] };

const SHOWN_SQL: Readonly<Record<ListQuery['show'], string>> = {
  registered: 'active = 1 AND removed_at IS NULL',
  deactivated: '(active = 0 OR removed_at IS NOT NULL)',
  inactive: 'active = 0 AND removed_at IS NULL',
  removed: 'removed_at IS NOT NULL',
  all: '1',
};

/** Names are stored folded where filters of SCIM read them; accounts outside SCIM have them only as they are. */
const NAMES = ['given', 'family']
  .map((part) => `coalesce(folded ->> '$.name.${part}Name', lower(${part}_name), '')`)
  .join(` || ' ' || `);

function fits({ show, login, role, sought }: ListQuery): Sql {
  const words = sought.words.map((word) => ({
    sql: `(instr(user_name_key, ?) OR instr(${NAMES}, ?))`,
    values: [word, word],
  }));
  const text = words.length === 0 ? ALWAYS : either({ sql: 'external_id IS ?', values: [sought.typed] }, all(words));
  return all([
    { sql: SHOWN_SQL[show], values: [] },
    ...(login === undefined ? [] : [{ sql: 'login_type = ?', values: [login] }]),
    ...(role === undefined ? [] : [{ sql: 'role = ?', values: [role] }]),
    text,
  ]);
}

function all(terms: readonly Sql[]): Sql {
  return { sql: terms.map(({ sql }) => sql).join(' AND '), values: terms.flatMap(({ values }) => values) };
}

function either(a: Sql, b: Sql): Sql {
  return { sql: `(${a.sql} OR (${b.sql}))`, values: [...a.values, ...b.values] };
}

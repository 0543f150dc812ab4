// Which lines of the log are asked for, as SQL over the two tables they come from. There is no index but the `seq`, since one more
// on the journal would cost every write a row: a filter looks through the newest rows, and no further than a bound.
import { fold } from '../scim/fold.ts';
import { actorSql, looksLikeKey } from '../storage/actor.ts';
import type { JournalType } from '../storage/journal.ts';

/** What is left out is not asked. */
export interface LogFilter {
  readonly refusedOnly?: boolean;
  readonly doneOnly?: boolean;
  /** The id of a user, or the userName of one who is not removed: what happened to them, and what they did, also for a service
   * account, and as one. The id of a key: what happened to it. */
  readonly person?: string;
  /** The id of a user, a group or whatever else it happened to; a refusal has none. */
  readonly subject?: string;
  /** The id of a key or of a user, `cli`, `cron`; null for callers without a valid key. */
  readonly actor?: string | null;
  readonly type?: JournalType;
  readonly rule?: string;
  readonly requestId?: string;
  /** UTC milliseconds: from this time on, and before that one. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
}

/** A place between two lines: what is older has smaller numbers, in each table. */
export interface LogPosition {
  readonly journal: number;
  readonly refusals: number;
}

export interface LogRequest {
  readonly filter?: LogFilter;
  /** Only what is older, or newer. */
  readonly before?: LogPosition;
  readonly after?: LogPosition;
  readonly limit: number;
}

/** How many of the newest rows of the journal a filter looks through. */
export const SCANNED_ROWS = 50_000;

type Table = 'journal' | 'refusals';

type Term = readonly [sql: string, ...values: (string | number)[]];

/** Where the tables end now: one row `{ journal, refusals, floorAt }`; `floorAt` is the time of the newest row of the journal that
 * no filter looks at, null where there is none. */
export function selectHead(db: D1Database): D1PreparedStatement {
  return db.prepare(
    `SELECT newest AS journal, (SELECT coalesce(max(seq), 0) FROM refusals) AS refusals,
       (SELECT at FROM journal WHERE seq <= newest - ${SCANNED_ROWS} ORDER BY seq DESC LIMIT 1) AS floorAt
     FROM (SELECT coalesce(max(seq), 0) AS newest FROM journal)`,
  );
}

/** Rows of the journal from the newest on, one more than the limit; undefined where no row can be meant. */
export function selectDone(db: D1Database, { filter = {}, before, after, limit }: LogRequest) {
  const { subject, actor, type, rule, requestId } = filter;
  if (filter.refusedOnly || actor === null) return undefined;
  const equal = { subject, actor, type, rule, request_id: requestId };
  const terms: Term[] = [
    ...places(before?.journal, after?.journal),
    ...equalTo(equal),
    ...concerning(filter.person),
    ...within('journal', filter, after !== undefined),
  ];
  if (looksThrough(filter) && !after) {
    terms.push([`seq > (SELECT coalesce(max(seq), 0) FROM journal) - ${SCANNED_ROWS}`]);
  }
  return newest(
    db,
    `'journal' AS source, seq, at, request_id AS requestId, actor, mutation_id AS mutationId, type, subject, rule, attributes`,
    'journal',
    terms,
    limit,
  );
}

/** Refusals from the newest on, one more than the limit; undefined where none can be meant. */
export function selectRefused(db: D1Database, { filter = {}, before, after, limit }: LogRequest) {
  const { actor, rule, requestId, subject, type, person } = filter;
  if (filter.doneOnly || subject !== undefined || type !== undefined || person !== undefined) return undefined;
  const equal = { actor, rule, request_id: requestId };
  const terms = [
    ...places(before?.refusals, after?.refusals),
    ...equalTo(equal),
    ...within('refusals', filter, after !== undefined),
  ];
  const columns = `'refusal' AS source, seq, at, request_id AS requestId, actor, method, route, status, rule, detail`;
  return newest(db, columns, 'refusals', terms, limit);
}

/** Whether a filter may have to look through rows that are not shown. */
export function looksThrough({ refusedOnly: _, doneOnly: __, ...filter }: LogFilter): boolean {
  return Object.keys(filter).length > 0;
}

function newest(db: D1Database, columns: string, table: string, terms: readonly Term[], limit: number) {
  const where = terms.length === 0 ? '' : `WHERE ${terms.map(([sql]) => sql).join(' AND ')}`;
  const values = terms.flatMap(([, ...bound]) => bound);
  return db.prepare(`SELECT ${columns} FROM ${table} ${where} ORDER BY seq DESC LIMIT ?`).bind(...values, limit + 1);
}

function places(before: number | undefined, after: number | undefined): Term[] {
  return [
    ...(before === undefined ? [] : [['seq < ?', before] as const]),
    ...(after === undefined ? [] : [['seq > ?', after] as const]),
  ];
}

/** The unary plus keeps SQLite at the `seq`, in whose order it is to read. */
function equalTo(columns: Readonly<Record<string, string | null | undefined>>): Term[] {
  return Object.entries(columns).flatMap(([column, value]): Term[] => {
    if (value === undefined) return [];
    return value === null ? [[`${column} IS NULL`]] : [[`+${column} = ?`, value]];
  });
}

function concerning(person: string | undefined): Term[] {
  if (person === undefined) return [];
  const ids = '(SELECT ? UNION ALL SELECT id FROM users WHERE user_name_key = ? AND removed_at IS NULL)';
  const by = actorSql('actor');
  const names = [person, fold(person)];
  // What a key did is asked for by `actor`; here it is what was done to it.
  const bare = looksLikeKey(person) ? [person] : [];
  const byPerson = `${by.id} IN ${ids}${bare.map(() => ' AND actor <> ?').join('')}`;
  const sql = `(+subject IN ${ids} OR ${byPerson} OR ${by.actingFor} IN ${ids})`;
  return [[sql, ...names, ...names, ...bare, ...names]];
}

/** Where only rows `behind` a place are asked for, they are few, and each is looked at. */
function within(table: Table, { sinceMs, untilMs }: LogFilter, behind: boolean): Term[] {
  return [
    ...(sinceMs === undefined
      ? []
      : ([
          ...(behind ? [] : ([[`seq >= ${firstSince(table)}`, sinceMs, sinceMs]] as const)),
          ['at >= ?', sinceMs],
        ] as const)),
    ...(untilMs === undefined ? [] : [['at < ?', untilMs] as const]),
  ];
}

/** SQL of the `seq` from which on rows can be of a time, which it binds twice. Rows are numbered in the order of their times, so that
 * halving finds it in a few steps; only what was archived is told later than it happened. */
function firstSince(table: Table): string {
  const inTime = table === 'journal' ? "AND type <> 'workspace.archived'" : '';
  const middle = '(low + high) / 2';
  const isOld = `coalesce((SELECT at FROM ${table} WHERE seq >= ${middle} ${inTime} ORDER BY seq LIMIT 1) < ?, 0)`;
  return `(WITH RECURSIVE half(low, high) AS (
    SELECT max(coalesce(max(seq), 0) - ${SCANNED_ROWS}, 0), coalesce(max(seq), 0) + 1 FROM ${table}
    UNION ALL SELECT iif(${isOld}, ${middle} + 1, low), iif(${isOld}, high, ${middle}) FROM half WHERE low < high)
    SELECT max(low) FROM half)`;
}

// What one look of the live check asks of the database, in the call that asks for the session. There is no index over actors, since
// one more on the journal would cost every write a row: a look reads what is new and some of what is older, and remembers the rest.
import type { RefusalCode } from '../../failure.ts';
import type { JournalType } from '../../storage/journal.ts';
import { type CheckMemory, MILESTONES, type Milestone, named, REFUSED, type Refused } from './check-memory.ts';
import { CHOSEN, type ConnectKey, selectChosenKey } from './key-query.ts';

/** How many rows a look reads at most: the new ones, those before what was searched, the new refusals. */
const LATER_LOOK = { newer: 60, older: 40, refusals: 40 } as const;
/** A page may cost more than its looks, and the table of refusals has no more. */
const FIRST_LOOK = { newer: 1_000, older: 0, refusals: 1_000 } as const;

/** Something that the key did to a user. Times are UTC milliseconds. */
export interface DoneRow {
  readonly kind: Milestone;
  readonly seq: number;
  readonly at: number;
  readonly type: JournalType;
  readonly subject: string;
  readonly userName: string | null;
}

/** A request of the key, or of a stranger, that was refused. */
export interface RefusedRow {
  readonly kind: Refused;
  readonly seq: number;
  readonly at: number;
  readonly requestId: string | null;
  readonly actor: string | null;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly rule: RefusalCode;
  readonly detail: string;
}

export interface Look {
  /** Undefined where there is no such key, or none at all. */
  readonly key: ConnectKey | undefined;
  readonly done: Readonly<Partial<Record<Milestone, DoneRow>>>;
  readonly refused: Readonly<Partial<Record<Refused, RefusedRow>>>;
  /** For the next look. */
  readonly memory: CheckMemory;
}

/** The statements of a look, for the key of that id or else the newest that is alive. */
export function selectLook(
  db: D1Database,
  keyId: string | null,
  nowMs: number,
  memory: CheckMemory | undefined,
): readonly D1PreparedStatement[] {
  return [
    selectChosenKey(db, keyId, nowMs),
    selectEnds(db, memory),
    selectDone(db, keyId, nowMs, memory),
    selectRefused(db, keyId, nowMs, memory),
  ];
}

const JOURNAL_END = '(SELECT coalesce(max(seq), 0) FROM journal)';
const REFUSALS_END = '(SELECT coalesce(max(seq), 0) FROM refusals)';

/** Where the tables end, and when the row was written before which the next look goes on; null where there is none. */
function selectEnds(db: D1Database, memory: CheckMemory | undefined): D1PreparedStatement {
  const next = memory ? Math.max(memory.oldest - LATER_LOOK.older, 0) : null;
  return db
    .prepare(
      `SELECT ${JOURNAL_END} AS journal, ${REFUSALS_END} AS refusals,
         (SELECT at FROM journal WHERE seq <= coalesce(?1, ${JOURNAL_END} - ?2) ORDER BY seq DESC LIMIT 1) AS olderAt`,
    )
    .bind(next, FIRST_LOOK.newer);
}

const DONE_KIND = `CASE WHEN type IN ('user.created', 'user.reactivated') THEN 'created'
  WHEN type IN ('user.updated', 'user.admin_granted', 'user.admin_revoked') THEN 'updated'
  WHEN type IN ('user.deactivated', 'user.deleted') THEN 'deactivated' END`;

/** The newest row of each kind among those that are looked at and those that are remembered. */
function selectDone(db: D1Database, keyId: string | null, nowMs: number, memory: CheckMemory | undefined) {
  const { newer, older } = memory ? LATER_LOOK : FIRST_LOOK;
  const columns = `seq, at, type, subject, actor, ${DONE_KIND} AS kind`;
  return db
    .prepare(
      `SELECT j.kind, j.seq, j.at, j.type, j.subject, u.user_name AS userName FROM (
         SELECT kind, max(seq) AS seq, at, type, subject FROM (
           SELECT ${columns} FROM journal WHERE seq > max(?3, ${JOURNAL_END} - ?4)
           UNION ALL SELECT ${columns} FROM journal WHERE seq <= ?5 AND seq > ?5 - ?6
           UNION ALL SELECT ${columns} FROM journal WHERE seq IN (?7, ?8, ?9))
         WHERE kind IS NOT NULL AND actor = ${CHOSEN} GROUP BY kind) AS j
       LEFT JOIN users AS u ON u.id = j.subject`,
    )
    .bind(
      ...[keyId, nowMs, memory?.newest ?? 0, newer, memory?.oldest ?? 0, older],
      ...MILESTONES.map((kind) => memory?.done[kind] ?? 0),
    );
}

// To look for somebody who is gone, or to delete them once more, is nothing to correct.
const REFUSED_KIND = `CASE WHEN actor IS NULL THEN 'stranger'
  WHEN rule = 'resource_not_found' AND method IN ('GET', 'DELETE') THEN NULL
  WHEN rule IN ('last_admin', 'key_owner') OR (method = 'DELETE' AND route = '/Users/:id') THEN 'deactivated'
  WHEN method = 'POST' AND route = '/Users' THEN 'created'
  WHEN method IN ('PUT', 'PATCH') AND route = '/Users/:id' THEN 'updated'
  WHEN route = 'none' OR method = 'GET' OR rule = 'method_not_allowed' THEN 'connection'
  ELSE 'other' END`;

/** The newest of each kind since the key was made. */
function selectRefused(db: D1Database, keyId: string | null, nowMs: number, memory: CheckMemory | undefined) {
  const columns = `seq, at, request_id AS requestId, actor, method, route, status, rule, detail`;
  return db
    .prepare(
      `SELECT kind, max(seq) AS seq, at, requestId, actor, method, route, status, rule, detail FROM (
         SELECT *, ${REFUSED_KIND} AS kind FROM (
           SELECT ${columns} FROM refusals WHERE seq > max(?3, ${REFUSALS_END} - ?4)
           UNION ALL SELECT ${columns} FROM refusals WHERE seq IN (${REFUSED.map((_, i) => `?${i + 5}`).join(', ')})))
       WHERE kind IS NOT NULL AND (actor IS NULL OR actor = ${CHOSEN}) AND at >= (SELECT created_at FROM api_keys WHERE id = ${CHOSEN})
       GROUP BY kind`,
    )
    .bind(
      ...[keyId, nowMs, memory?.refusals ?? 0, (memory ? LATER_LOOK : FIRST_LOOK).refusals],
      ...REFUSED.map((kind) => memory?.refused[kind] ?? 0),
    );
}

interface Ends {
  readonly journal: number;
  readonly refusals: number;
  readonly olderAt: number | null;
}

/** What the results of `selectLook` say, and what the next look is to know. */
export function readLook(results: readonly D1Result[], memory: CheckMemory | undefined): Look {
  const [keys, ends, done, refused] = results.map(({ results: rows }) => rows);
  const key = (keys as ConnectKey[] | undefined)?.[0];
  const doneRows = byKind((done ?? []) as DoneRow[]);
  const refusedRows = byKind((refused ?? []) as RefusedRow[]);
  const end = (ends as Ends[] | undefined)?.[0] ?? { journal: 0, refusals: 0, olderAt: null };
  const isComplete = key === undefined || MILESTONES.every((kind) => doneRows[kind]);
  const seqs = <Kind extends string>(kinds: readonly Kind[], rows: Partial<Record<Kind, { readonly seq: number }>>) =>
    named(
      kinds,
      kinds.map((kind) => rows[kind]?.seq ?? 0),
    );
  return {
    key,
    done: doneRows,
    refused: refusedRows,
    memory: {
      newest: end.journal,
      oldest: isComplete ? 0 : searchedFrom(end, key.createdAt, memory),
      refusals: end.refusals,
      done: seqs(MILESTONES, doneRows),
      refused: seqs(REFUSED, refusedRows),
    },
  };
}

/** Where the next look goes on towards older rows. Rows are numbered in the order of their times, so none before the key matters.
 * Where more came in than a look reads, as happens to a window that nobody looked at, the search begins anew from the end. */
function searchedFrom({ journal, olderAt }: Ends, createdAt: number, memory: CheckMemory | undefined): number {
  const { newer } = memory ? LATER_LOOK : FIRST_LOOK;
  const hasGap = memory !== undefined && journal - memory.newest > newer;
  if (hasGap) return journal - newer;
  if (olderAt === null || olderAt < createdAt) return 0;
  return Math.max(memory ? memory.oldest - LATER_LOOK.older : journal - newer, 0);
}

function byKind<Row extends { readonly kind: string }>(rows: readonly Row[]): Partial<Record<Row['kind'], Row>> {
  return Object.fromEntries(rows.map((row) => [row.kind, row])) as Partial<Record<Row['kind'], Row>>;
}

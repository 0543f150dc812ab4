// The provisioning log: what was done and what was refused, as one list, newest first. Two calls of D1 a page: the rows, then
// the names of what they tell of.
import { ok, type Result } from '../failure.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import type { DoneLine, LogEntry, RefusedLine } from './entry.ts';
import { type LogPosition, type LogRequest, looksThrough, selectDone, selectHead, selectRefused } from './log-query.ts';
import { withNames } from './names.ts';

export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** Where the next page begins, as `before`; null where there is none. Later rows do not move it. */
  readonly next: LogPosition | null;
  /** Where the log ended when this was read: what comes later is `after` it. */
  readonly head: LogPosition;
  /** True where a filter did not look at all of the journal, but at the newest 50,000 rows. */
  readonly bounded: boolean;
}

interface Head extends LogPosition {
  readonly floorAt: number | null;
}

const EMPTY: Head = { journal: 0, refusals: 0, floorAt: null };

type DoneRow = Omit<DoneLine, 'attributes'> & { readonly attributes: string };

/** A page of the log: at most 1,000 lines. Fails only as storage does. */
export async function readLog(db: D1Database, request: LogRequest): Promise<Result<LogPage>> {
  const read = await readBatch(db, selectLog(db, request));
  if (read.kind === 'fault') return faultFailure(read);
  const page = logPage(request, read.results);
  const named = await withNames(db, page.entries);
  return named.ok ? ok({ ...page, entries: named.value }) : named;
}

const limitOf = ({ limit }: LogRequest) => Math.min(Math.max(Math.trunc(limit) || 1, 1), 1_000);

/** The statements of a page, for who has others to run in the same call: three at most. */
export function selectLog(db: D1Database, request: LogRequest): D1PreparedStatement[] {
  const asked = { ...request, limit: limitOf(request) };
  return [selectHead(db), selectDone(db, asked), selectRefused(db, asked)].filter((one) => one !== undefined);
}

/** The page that the results of `selectLog` are, without the names: those come by `withNames`. */
export function logPage(request: LogRequest, results: readonly D1Result[]): LogPage {
  const limit = limitOf(request);
  const [first, ...others] = results.map((result) => result.results);
  const { floorAt, ...head } = (first?.[0] ?? EMPTY) as Head;
  const rows = others.flatMap((found) => found as (DoneRow | RefusedLine)[]);
  const done = rows.filter((row) => row.source === 'journal').map(asLine);
  const merged = merge(
    done,
    rows.filter((row) => row.source === 'refusal'),
  );
  const entries = merged.slice(0, limit);
  const next = merged.length > limit ? positionBehind(entries, request, head) : null;
  return { entries, next, head, bounded: isBounded(request, floorAt) };
}

/** Whether there are rows that would have to be looked at, and were not. */
function isBounded({ filter = {} }: LogRequest, floorAt: number | null): boolean {
  const { refusedOnly, actor, sinceMs } = filter;
  if (floorAt === null || refusedOnly || actor === null || !looksThrough(filter)) return false;
  return sinceMs === undefined || sinceMs <= floorAt;
}

/** The older end of a page, in each table. */
function positionBehind(entries: readonly LogEntry[], { before }: LogRequest, head: LogPosition): LogPosition {
  const last = (source: LogEntry['source']) => entries.findLast((entry) => entry.source === source)?.seq;
  return {
    journal: last('journal') ?? before?.journal ?? head.journal + 1,
    refusals: last('refusal') ?? before?.refusals ?? head.refusals + 1,
  };
}

function asLine(row: DoneRow): DoneLine {
  return { ...row, attributes: JSON.parse(row.attributes) };
}

/** By time, and each table in its own order, so that a page ends at one place in each. */
function merge(done: readonly DoneLine[], refused: readonly RefusedLine[]): LogEntry[] {
  const merged: LogEntry[] = [];
  let [d, r] = [0, 0];
  for (;;) {
    const [doneLine, refusedLine] = [done[d], refused[r]];
    if (doneLine === undefined && refusedLine === undefined) return merged;
    const isDone = refusedLine === undefined || (doneLine !== undefined && doneLine.at >= refusedLine.at);
    const line = isDone ? doneLine : refusedLine;
    if (line !== undefined) merged.push(line);
    if (isDone) d++;
    else r++;
  }
}

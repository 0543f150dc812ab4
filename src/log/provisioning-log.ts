// The provisioning log: what was done and what was refused, as one list, newest first. Two calls of D1 a page: the rows, then
// the names of what they tell of.
import { ok, type Result } from '../failure.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { readBatch } from '../storage/read.ts';
import type { DoneLine, LogEntry, RefusedLine } from './entry.ts';
import { type LogPosition, type LogRequest, selectDone, selectHead, selectRefused } from './log-query.ts';
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
  readonly floor: number;
}

const EMPTY: Head = { journal: 0, refusals: 0, floor: 0 };

type DoneRow = Omit<DoneLine, 'attributes'> & { readonly attributes: string };

/** A page of the log. Fails only as storage does. */
export async function readLog(db: D1Database, request: LogRequest): Promise<Result<LogPage>> {
  const limit = Math.min(Math.max(Math.trunc(request.limit) || 1, 1), 1_000);
  const asked = { ...request, limit };
  const done = selectDone(db, asked);
  const refused = selectRefused(db, asked);
  const read = await readBatch(db, [selectHead(db), ...(done ? [done] : []), ...(refused ? [refused] : [])]);
  if (read.kind === 'fault') return faultFailure(read);
  const [headRows, ...others] = read.results;
  const { floor, ...head } = (headRows?.results[0] ?? EMPTY) as Head;
  const doneRows = (done ? others[0]?.results : []) as unknown as DoneRow[];
  const refusedRows = (refused ? others.at(-1)?.results : []) as unknown as RefusedLine[];
  const merged = merge(doneRows.map(asLine), refusedRows);
  const entries = merged.slice(0, limit);
  const next = merged.length > limit ? positionBehind(entries, asked, head) : null;
  const named = await withNames(db, entries);
  if (!named.ok) return named;
  const isFiltered = Object.keys(request.filter ?? {}).length > 0;
  return ok({ entries: named.value, next, head, bounded: isFiltered && done !== undefined && floor === 1 });
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

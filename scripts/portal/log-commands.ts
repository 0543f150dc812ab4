// The commands about the provisioning log: what they ask of src/log, and how they show it.
import { InvalidArgumentError } from 'commander';
import type { LogEntry } from '../../src/log/entry.ts';
import { explain } from '../../src/log/explain.ts';
import { type LogFilter, type LogPosition, SCANNED_ROWS } from '../../src/log/log-query.ts';
import { type LogPage, readLog } from '../../src/log/provisioning-log.ts';
import { fold } from '../../src/scim/fold.ts';
import type { JournalType } from '../../src/storage/journal.ts';
import { follow } from './following.ts';
import { entryLines } from './log-lines.ts';
import { print, printJson } from './terminal.ts';
import { must, type Where, withPortal } from './with-portal.ts';

const DEFAULT_COLUMNS = 100;
/** Of one look while following; more than that in two seconds is read in pages. */
const FOLLOWED_LINES = 1_000;

interface LogOptions extends Where {
  readonly refused?: true;
  readonly user?: string;
  readonly key?: string;
  readonly type?: string;
  readonly rule?: string;
  readonly since?: number;
  readonly until?: number;
  readonly before?: LogPosition;
  readonly limit: number;
  readonly json?: true;
  readonly follow?: true;
}

/** `log` */
export async function list(options: LogOptions): Promise<void> {
  await withPortal(options, async ({ db }) => {
    const filter = await filterOf(db, options);
    const { before, limit, json } = options;
    const page = must(await readLog(db, { filter, limit, ...(before ? { before } : {}) }));
    if (options.follow) return followLog(db, filter, page, json === true);
    printEntries(page.entries, json === true);
    if (!json) print(footer(page));
  });
}

/** `log show <request>` */
export async function show(requestId: string, options: Where & { readonly json?: true }): Promise<void> {
  await withPortal(options, async ({ db }) => {
    const filter = { requestId: requestId.trim().toLowerCase() };
    const page = must(await readLog(db, { filter, limit: FOLLOWED_LINES }));
    printEntries(page.entries.toReversed(), options.json === true, { whole: true });
    if (page.entries.length > 0 || options.json) return;
    print(
      `No line of the log is of this request. It changed nothing and was not refused, it is older than 30 days${page.bounded ? ` or than the newest ${SCANNED_ROWS} changes` : ''}, or it was one of many refusals alike.`,
    );
  });
}

async function followLog(db: D1Database, filter: LogFilter, first: LogPage, json: boolean): Promise<void> {
  printEntries(first.entries.toReversed(), json);
  let { head } = first;
  await follow(async () => {
    const newer: LogEntry[] = [];
    let page = must(await readLog(db, { filter, after: head, limit: FOLLOWED_LINES }));
    const nextHead = page.head;
    newer.push(...page.entries);
    while (page.next) {
      page = must(await readLog(db, { filter, after: head, before: page.next, limit: FOLLOWED_LINES }));
      newer.push(...page.entries);
    }
    head = nextHead;
    printEntries(newer.toReversed(), json);
  });
}

/** A person knows a user by the userName, the log by the id. */
async function filterOf(db: D1Database, options: LogOptions): Promise<LogFilter> {
  const { refused, user, key, type, rule, since, until } = options;
  return {
    ...(refused ? { refusedOnly: true } : {}),
    ...(user === undefined ? {} : { subject: await userId(db, user) }),
    ...(key === undefined ? {} : { actor: key }),
    ...(type === undefined ? {} : { type: type as JournalType }),
    ...(rule === undefined ? {} : { rule }),
    ...(since === undefined ? {} : { sinceMs: since }),
    ...(until === undefined ? {} : { untilMs: until }),
  };
}

async function userId(db: D1Database, given: string): Promise<string> {
  const { results } = await db
    .prepare('SELECT id FROM users WHERE user_name_key = ? AND removed_at IS NULL')
    .bind(fold(given))
    .all<{ id: string }>();
  return results[0]?.id ?? given;
}

function printEntries(entries: readonly LogEntry[], json: boolean, how: { readonly whole?: boolean } = {}): void {
  const columns = process.stdout.columns ?? DEFAULT_COLUMNS;
  for (const entry of entries) {
    const at = new Date(entry.at).toISOString();
    if (json) printJson({ ...entry, at, ...explain(entry) });
    else console.log(entryLines(entry, columns, how).join('\n'));
  }
}

function footer({ entries, next, bounded }: LogPage): string {
  if (next) return `Older lines: add --before ${next.journal}.${next.refusals}`;
  const reach = bounded ? ` among the newest ${SCANNED_ROWS} changes` : '';
  return entries.length === 0 ? `No such line${reach}. The log keeps 30 days.` : `No older lines${reach}.`;
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `2h` ago, or a date and time in the local zone, as UTC milliseconds. */
export function parseTime(text: string): number {
  const [, count, unit] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return Date.now() - Number(count) * (UNITS[unit] ?? 0);
  // A date alone would be read as UTC.
  const ms = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('It takes 30m, 2h, 7d, or a date such as 2026-11-01T14:30.');
  return ms;
}

/** What a listing printed as `--before`. */
export function parsePosition(text: string): LogPosition {
  const [, journal, refusals] = /^(\d+)\.(\d+)$/.exec(text) ?? [];
  if (journal === undefined) throw new InvalidArgumentError('It takes what the last line of a listing says.');
  return { journal: Number(journal), refusals: Number(refusals) };
}

/** A number of lines. */
export function parseLimit(text: string): number {
  const limit = /^\d+$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > 1_000) throw new InvalidArgumentError('It takes a number from 1 to 1000.');
  return limit;
}

// The commands about the ledger of destruction: what they ask of src/lifecycle/{receipts,holds}.ts, and what they say.
import type { SettingsContext } from '../../src/directory/portal-settings.ts';
import { type Due, sumDue } from '../../src/lifecycle/due.ts';
import { findUserId } from '../../src/lifecycle/find-user.ts';
import {
  type HoldReport,
  holdDestructions,
  overdueIfReleased,
  releaseDestructions,
  type Which,
} from '../../src/lifecycle/holds.ts';
import {
  type Destruction,
  destructionOf,
  listDestructions,
  receiptOf,
  SCANNED_ROWS,
  type Wanted,
} from '../../src/lifecycle/receipts.ts';
import { oneLine } from '../../src/printable.ts';
import { readActor } from '../../src/storage/actor.ts';
import { ScriptError } from '../platform.ts';
import { amountText, counted, dueText, minuteText } from './readable.ts';
import { type Cell, print, printTable } from './terminal.ts';
import { must, type Where, withPortal } from './with-portal.ts';

const PAGE_ROWS = 200;
const NAMED_WORKSPACES = 3;
const HOUR_MS = 3_600_000;

interface ListOptions extends Where {
  readonly within?: string;
  readonly held?: true;
  readonly done?: true;
  readonly all?: true;
  readonly user?: string;
}

/** `destructions list` */
export async function list(options: ListOptions): Promise<void> {
  await withPortal(options, async (context) => {
    const { db, sources } = context;
    const nowMs = sources.nowMs();
    const wanted = await wantedOf(context, options, nowMs);
    const rows = must(await listDestructions(db, wanted));
    const tomorrow = must(await sumDue(db, nowMs + 24 * HOUR_MS));
    if (rows.length === 0) print(nothing(wanted));
    else
      printTable(
        rows.map((row) => cellsOf(row, nowMs)),
        { head: HEAD },
      );
    if (rows.length === PAGE_ROWS) print(`The first ${PAGE_ROWS} rows. Narrow the list by --within or --user.`);
    if (options.user !== undefined && (options.done || options.all)) {
      print(`Looked for among the newest ${SCANNED_ROWS} rows of the ledger.`);
    }
    print(tomorrowText(tomorrow));
  });
}

function tomorrowText({ rows, users, workspaces, ...amount }: Due): string {
  if (rows === 0) return 'Nothing is due by tomorrow this time.';
  const what = [
    ...(workspaces > 0 ? [counted(workspaces, 'workspace')] : []),
    ...(users > 0 ? [`what ${counted(users, 'user')} left behind`] : []),
  ].join(' and ');
  return `By tomorrow this time the cron deletes ${what || 'nothing'}: ${amountText(amount)}. To keep it: destructions hold NUMBER ...`;
}

async function wantedOf({ db }: SettingsContext, options: ListOptions, nowMs: number): Promise<Wanted> {
  const { within, held, done, all, user } = options;
  if ([within, held, done, all].filter((option) => option !== undefined).length > 1) {
    throw new ScriptError('Choose one of --within, --held, --done and --all.');
  }
  const userId = user === undefined ? undefined : must(await findUserId(db, user));
  const state = held ? 'held' : done ? 'done' : all ? undefined : 'pending';
  return {
    limit: PAGE_ROWS,
    ...(state && { state }),
    ...(within !== undefined && { dueBeforeMs: nowMs + spanMs(within) }),
    ...(userId !== undefined && { userId }),
  };
}

function spanMs(text: string): number {
  const [, count, unit] = /^(\d{1,4})([hd])$/.exec(text) ?? [];
  if (!count) throw new ScriptError('--within takes hours or days, such as 24h or 7d.');
  return Number(count) * (unit === 'h' ? HOUR_MS : 24 * HOUR_MS);
}

function nothing({ state, dueBeforeMs }: Wanted): string {
  if (state === 'held') return 'Nothing is held. Hold something: destructions hold NUMBER ..., --user USER or --all';
  if (state === 'done') return 'Nothing was destroyed yet.';
  if (state === undefined) return 'The ledger is empty: nobody was deactivated yet.';
  return dueBeforeMs === undefined
    ? 'Nothing is waiting to be destroyed. What was destroyed: destructions list --done; what is held: --held'
    : 'Nothing is due by then. Everything that waits: destructions list';
}

const HEAD = ['no.', 'what', 'of', 'due (UTC)', 'state', 'content', 'caused by'];

function cellsOf(row: Destruction, nowMs: number): Cell[] {
  const open = row.state === 'pending' || row.state === 'held';
  const due = open ? dueText(row.dueAt, nowMs).replace(' (', '\n(').split('\n') : minuteText(row.dueAt);
  return [row.seq, linesOf(row), row.userName, due, stateLines(row), amountText(row.left ?? row), causeLines(row)];
}

function stateLines({ state, heldBy, doneAt }: Destruction): string[] {
  if (doneAt !== null) return ['done', minuteText(doneAt)];
  return state === 'held' ? ['held by', ...HOLDERS[heldBy ?? 'brake']] : [state];
}

const HOLDERS = { admin: ['legal hold'], brake: ['the brake'], both: ['legal hold,', 'the brake'] } as const;

/** What a row is about, in a word or two. */
function whatOf({ kind, state, workspaceCount: { count, atLeast } }: Destruction): string {
  if (kind === 'workspaces' && state === 'cancelled') return 'workspaces, restored or moved';
  return kind === 'workspaces' ? `${atLeast ? 'at least ' : ''}${counted(count, 'workspace')}` : KINDS[kind];
}

/** The same, with a line for each of the first workspaces. */
function linesOf(row: Destruction): string[] {
  const named = row.workspaces.slice(0, NAMED_WORKSPACES).map(({ id, name }) => `${name} ${id}`);
  const more = row.workspaceCount.count - named.length;
  return [whatOf(row), ...named, ...(more > 0 ? [`and ${more} more`] : [])];
}

function causeOf(row: Destruction): string {
  return causeLines(row).join(' ');
}

function causeLines({ actor, keyLabel, keyOwner, actorName, actingForName }: Destruction): string[] {
  if (keyLabel !== null) return [`key "${keyLabel}"`, `of ${keyOwner ?? 'nobody'}`];
  if (actor === 'cli') return ['the command line'];
  const person = actorName ?? (readActor(actor).id || 'unknown');
  return actingForName === null ? [person] : [person, `acting for ${actingForName}`];
}

interface ChangeOptions extends Where {
  readonly user?: string;
  readonly all?: true;
  readonly yes?: true;
}

/** `destructions hold [number...]` */
export async function hold(numbers: readonly string[], options: ChangeOptions): Promise<void> {
  await withPortal(options, async (context) => {
    const which = await whichOf(context, numbers, options);
    const report = must(await holdDestructions(context, which));
    const later = which === 'all' ? ' Whoever is deactivated from now on is not held.' : '';
    const held = `Held ${rowsText(report)}. Nothing of it is destroyed until it is released.${later}`;
    print(`${report.changed.length === 0 ? 'Nothing was pending, so nothing is held now.' : held}${restOf(report)}`);
  });
}

/** `destructions release [number...]` */
export async function release(numbers: readonly string[], options: ChangeOptions): Promise<void> {
  await withPortal(options, async (context) => {
    const which = await whichOf(context, numbers, options);
    if (!options.yes) await refuseOverdue(context, which);
    const report = must(await releaseDestructions(context, which));
    const overdue =
      report.overdue > 0
        ? ` ${counted(report.overdue, 'row')} overdue: what ${report.overdue === 1 ? 'it stands' : 'they stand'} for is destroyed within minutes.`
        : '';
    const released = `Released ${rowsText(report)}. Due dates stay as they were.${overdue}`;
    print(
      `${report.changed.length === 0 ? 'Nothing was under a legal hold, so nothing is released.' : released}${restOf(report)}`,
    );
  });
}

async function whichOf(
  { db }: SettingsContext,
  numbers: readonly string[],
  { user, all }: ChangeOptions,
): Promise<Which> {
  if ([numbers.length > 0, user !== undefined, all === true].filter(Boolean).length !== 1) {
    throw new ScriptError('Say of what: numbers of `destructions list`, or --user USER, or --all.');
  }
  if (all) return 'all';
  return user === undefined ? { seqs: numbers.map(numberOf) } : { userId: must(await findUserId(db, user)) };
}

async function refuseOverdue(context: SettingsContext, which: Which): Promise<void> {
  const { count, first } = must(await overdueIfReleased(context, which));
  if (count === 0) return;
  const some = first.map(({ seq, kind, userName }) => `${seq} (${KINDS[kind]} of ${oneLine(userName)})`);
  throw new ScriptError(
    `${counted(count, 'row')} overdue, which the cron destroys within minutes of the release, for ever: ${some.join('; ')}${count > first.length ? ' and more' : ''}. Say it with --yes. Nothing was changed.`,
  );
}

const KINDS = { account: 'name and attributes', user_content: 'files and messages', workspaces: 'workspaces' } as const;

function numberOf(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new ScriptError(`"${text}" is no row of the ledger: destructions list shows their numbers.`);
}

function rowsText({ changed }: HoldReport): string {
  return changed.length === 0 || changed.length > 20
    ? counted(changed.length, 'row')
    : `${counted(changed.length, 'row')} (${changed.join(', ')})`;
}

function restOf({ unchanged, unknown }: HoldReport): string {
  const states = Map.groupBy(unchanged, ({ state }) => state);
  const parts = [...states].map(([state, rows]) => ` ${counted(rows.length, 'row')} ${state}, as before.`);
  if (unknown.length > 0) parts.push(` There is no row ${unknown.join(', ')}.`);
  return parts.join('');
}

/** `destructions receipt <number>` */
export async function receipt(number: string, options: Where): Promise<void> {
  await withPortal(options, async ({ db }) => printRow(must(await receiptOf(db, numberOf(number)))));
}

/** `destructions show <number>` */
export async function show(number: string, options: Where): Promise<void> {
  await withPortal(options, async ({ db }) => printRow(must(await destructionOf(db, numberOf(number)))));
}

function printRow(row: Destruction): void {
  const { workspaces, left, doneAt } = row;
  const more = row.workspaceCount.count - workspaces.length;
  const rows: Cell[][] = [
    ['row', row.seq],
    ['what', whatOf(row)],
    ['of', row.userId === row.userName ? row.userName : `${row.userName} (id ${row.userId})`],
    ...(doneAt === null ? [['state', stateLines(row).join(' ')]] : []),
    ['destroyed', amountText(row)],
    ...(left ? [['there now', amountText(left)]] : []),
    ...(doneAt === null ? [] : [['ended', `${minuteText(doneAt)} UTC`]]),
    [doneAt === null ? 'due' : 'was due', `${minuteText(row.dueAt)} UTC`],
    ['ordered', `${minuteText(row.createdAt)} UTC`],
    ['by', `${causeOf(row)} (${row.actor || 'unknown'})`],
    ['request', row.requestId ?? 'none: not by SCIM'],
    ['mutation', row.cause],
    ...workspaces.map(({ id, name, deletedAt }) => [
      'workspace',
      `${name} (${id})${deletedAt === null ? '' : `, deleted ${minuteText(deletedAt)} UTC`}`,
    ]),
    ...(more > 0 ? [['workspaces', `and ${row.workspaceCount.atLeast ? 'at least ' : ''}${more} more`]] : []),
  ];
  printTable(rows, { widths: { 1: 90 } });
}

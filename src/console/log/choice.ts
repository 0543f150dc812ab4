// Which entries of the log are asked for: from an address to the question, and back to an address. Pure.
import type { RefusalCode } from '../../failure.ts';
import { DONE_TEXTS, RULE_TEXTS } from '../../log/done-texts.ts';
import { REFUSAL_TEXTS } from '../../log/explain.ts';
import type { LogFilter, LogPosition } from '../../log/log-query.ts';
import type { JournalRule, JournalType } from '../../storage/journal.ts';

/** What stands in the address, as it was typed. */
const FIELDS = ['show', 'user', 'key', 'time', 'type', 'rule', 'request', 'from', 'to', 'before'] as const;

export type Field = (typeof FIELDS)[number];

/** Only what was given; `all` and empty fields are not. */
export type Choice = Readonly<Partial<Record<Field, string>>>;

export const SPANS: Readonly<Record<string, { readonly ms: number; readonly name: string }>> = {
  '1h': { ms: 3_600_000, name: 'The last hour' },
  '24h': { ms: 86_400_000, name: 'The last 24 hours' },
  '7d': { ms: 7 * 86_400_000, name: 'The last 7 days' },
};

/** Who is no key: what stands in the address, and what stands in the journal. */
export const NO_KEYS = {
  cli: { actor: 'cli', name: 'The command line' },
  portal: { actor: 'cron', name: 'The portal itself, as things fell due' },
  strangers: { actor: null, name: 'Callers without a valid key' },
} as const satisfies Readonly<Record<string, { readonly actor: string | null; readonly name: string }>>;

/** The choice that an address holds. */
export function readChoice({ searchParams }: URL): Choice {
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = (searchParams.get(field) ?? '').trim();
      return value === '' || (field === 'show' && value === 'all') ? [] : [[field, value]];
    }),
  );
}

/** The address of a choice below `path`, with other fields in place of its own; an undefined one is left out. */
export function addressOf(
  choice: Choice,
  others: Readonly<Partial<Record<Field | 'after' | 'shown', string | undefined>>> = {},
  path = '/console/log',
): string {
  const fields = Object.entries({ ...choice, ...others }).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(fields as [string, string][]).toString();
  return query === '' ? path : `${path}?${query}`;
}

export interface Question {
  readonly filter: LogFilter;
  readonly before?: LogPosition;
}

/** The question that a choice is, or the sentences that say what cannot be understood. */
export interface Understood {
  readonly question: Question | undefined;
  readonly wrong: readonly string[];
}

/** What a choice asks at `nowMs`. */
export function questionOf(choice: Choice, nowMs: number): Understood {
  const wrong: string[] = [];
  const valid = <Value>(field: Field, read: (text: string) => Value | undefined, sentence: string) => {
    const text = choice[field];
    if (text === undefined) return undefined;
    const value = read(text);
    if (value === undefined) wrong.push(sentence);
    return value;
  };
  const show = valid('show', oneOf(['refused', 'done']), 'The log shows all, refused or done.');
  const person = valid('user', (text) => (text.length > 500 ? undefined : text), 'The name of the user is too long.');
  const actor = valid('key', readKey, 'The key is not one of the list.');
  const type = valid('type', oneOf(TYPES), 'What happened is not one of the list.');
  const rule = valid('rule', oneOf(RULES), 'The reason is not one of the list.');
  const requestId = valid('request', readRequestId, 'A request id has letters, digits and hyphens only.');
  const spanMs = valid('time', (text) => (Object.hasOwn(SPANS, text) ? SPANS[text]?.ms : undefined), NO_SPAN);
  const from = valid('from', readTime, 'From must be a date and time, such as 2026-11-22T14:30.');
  const to = valid('to', readTime, 'Until must be a date and time, such as 2026-11-22T14:30.');
  const before = valid('before', readPosition, 'The page is not one of this log: begin at its newest entry.');
  if (from !== undefined && to !== undefined && from >= to) wrong.push('From must be earlier than until.');
  if (wrong.length > 0) return { question: undefined, wrong };
  const sinceMs = latest(from, spanMs === undefined ? undefined : nowMs - spanMs);
  const filter: LogFilter = {
    ...(show === 'refused' ? { refusedOnly: true } : {}),
    ...(show === 'done' ? { doneOnly: true } : {}),
    ...given({ person, type, rule, requestId, sinceMs, untilMs: to }),
    ...(actor === undefined ? {} : { actor: actor.id }),
  };
  return { question: { filter, ...(before === undefined ? {} : { before }) }, wrong };
}

const NO_SPAN = 'The time is not one of the list.';

function given<Values extends object>(values: Values): Partial<{ [Name in keyof Values]: NonNullable<Values[Name]> }> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as Partial<{ [Name in keyof Values]: NonNullable<Values[Name]> }>;
}

/** All that can have happened, and all rules, in the order of their texts. */
export const TYPES = Object.keys(DONE_TEXTS) as readonly JournalType[];
export const JOURNAL_RULES = Object.keys(RULE_TEXTS) as readonly JournalRule[];
export const REFUSAL_RULES = Object.keys(REFUSAL_TEXTS) as readonly RefusalCode[];
const RULES: readonly string[] = [...JOURNAL_RULES, ...REFUSAL_RULES];

function oneOf<Value extends string>(values: readonly Value[]): (text: string) => Value | undefined {
  return (text) => values.find((value) => value === text);
}

function readKey(text: string): { readonly id: string | null } | undefined {
  if (Object.hasOwn(NO_KEYS, text)) return { id: NO_KEYS[text as keyof typeof NO_KEYS].actor };
  return /^[\w-]{1,64}$/.test(text) ? { id: text } : undefined;
}

function readRequestId(text: string): string | undefined {
  return /^[\w-]{1,100}$/.test(text) ? text.toLowerCase() : undefined;
}

/** A date and time in UTC, as browsers write it in a field for one. */
function readTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?)?$/.test(text)) return undefined;
  const ms = Date.parse(text.includes('T') ? `${text}Z` : text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** A place in the log, as it stands in addresses. */
export function positionText({ journal, refusals }: LogPosition): string {
  return `${journal}.${refusals}`;
}

/** The place that was written so. */
export function readPosition(text: string): LogPosition | undefined {
  const [, journal, refusals] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  return journal === undefined ? undefined : { journal: Number(journal), refusals: Number(refusals) };
}

function latest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

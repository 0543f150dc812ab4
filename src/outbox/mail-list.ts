// The outbox as people see it: what waits, what is dead and why, what went out, and how a dead mail gets another chance.
import type { SettingsContext } from '../directory/portal-settings.ts';
import { fail, ok, type Result } from '../failure.ts';
import { printable } from '../printable.ts';
import { randomId } from '../random-id.ts';
import { commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
import { guard } from '../storage/guard.ts';
import { authorOf, insertJournal } from '../storage/journal.ts';
import { readBatch } from '../storage/read.ts';
import { subjectOf } from './envelope.ts';
import { mailOf } from './mail.ts';
import { mailHtml } from './mail-html.ts';
import { mailText } from './mail-text.ts';
import { type Occasion, selectOccasion } from './occasion.ts';
import { addressOf, type Recipient, selectRecipients } from './recipients.ts';

/** One mail; times are UTC milliseconds. */
export interface ListedMail {
  readonly seq: number;
  readonly kind: Occasion['kind'];
  /** The userName whom it is about; the id where there is none. */
  readonly about: string;
  readonly state: 'dead' | 'waiting' | 'sent';
  /** How many recipients have not got it. */
  readonly left: number;
  readonly attempts: number;
  readonly createdAt: number;
  readonly nextAt: number;
  readonly doneAt: number | null;
  readonly lastError: string | null;
}

const RECENT = 10;
const MOST = 1_000;

const COLUMNS = `seq, kind, coalesce((SELECT user_name FROM users WHERE id = subject), subject) AS about,
  iif(done_at IS NOT NULL, 'sent', iif(dead_at IS NOT NULL, 'dead', 'waiting')) AS state,
  json_array_length(recipients) AS "left", attempts, created_at AS createdAt, next_at AS nextAt, done_at AS doneAt,
  last_error AS lastError`;

/** What is dead or waits, newest first, and the last ten that went out, or all of them; a thousand rows at most. */
export async function listMails(db: D1Database, all = false): Promise<Result<readonly ListedMail[]>> {
  const select = (where: string, limit: number) =>
    db.prepare(`SELECT ${COLUMNS} FROM outbox WHERE done_at IS ${where} NULL ORDER BY seq DESC LIMIT ${limit}`);
  const outcome = await readBatch(db, [select('', MOST), select('NOT', all ? MOST : RECENT)]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  return ok(outcome.results.flatMap(({ results }) => results as unknown as ListedMail[]));
}

const IN_STATE: Readonly<Record<ListedMail['state'], string>> = {
  dead: 'dead_at IS NOT NULL',
  waiting: 'done_at IS NULL AND dead_at IS NULL',
  sent: 'done_at IS NOT NULL',
};

/** The mails of one state before number `before`, newest first: rows of type `ListedMail`, `count` at most. */
export function selectMails(db: D1Database, state: ListedMail['state'], before: number, count: number) {
  return db
    .prepare(`SELECT ${COLUMNS} FROM outbox WHERE ${IN_STATE[state]} AND seq < ?1 ORDER BY seq DESC LIMIT ?2`)
    .bind(before, count);
}

/** One row of type `ListedMail`, or none. */
export function selectMail(db: D1Database, seq: number): D1PreparedStatement {
  return db.prepare(`SELECT ${COLUMNS} FROM outbox WHERE seq = ?`).bind(seq);
}

/** One row `{ dead, waiting }`, each counted up to `most`. */
export function countMails(db: D1Database, most: number): D1PreparedStatement {
  const count = (state: ListedMail['state']) =>
    `(SELECT count(*) FROM (SELECT 1 FROM outbox WHERE ${IN_STATE[state]} LIMIT ${most}))`;
  return db.prepare(`SELECT ${count('dead')} AS dead, ${count('waiting')} AS waiting`);
}

/** Makes mails that were not delivered due now, with all their tries before them: one by its `seq`, or every dead one. Gives
 * their number; fails with `resource_not_found` where there is none of that number. */
export async function retryMails(
  { db, sources, ...by }: SettingsContext,
  which: number | 'dead',
): Promise<Result<number>> {
  const where = `done_at IS NULL AND ${which === 'dead' ? 'dead_at IS NOT NULL' : 'seq = ?1'}`;
  const values = which === 'dead' ? [] : [which];
  const count = db.prepare(`SELECT count(*) AS count FROM outbox WHERE ${where}`).bind(...values);
  const read = await readBatch(db, [count]);
  if (read.kind === 'fault') return faultFailure(read);
  const [found] = (read.results[0]?.results ?? []) as { count: number }[];
  if (!found || found.count === 0) {
    return which === 'dead' ? ok(0) : fail('resource_not_found', 'No mail of this number waits or is dead.');
  }
  const nowMs = Math.trunc(sources.nowMs());
  const mutationId = randomId(sources);
  const entry = { mutationId, type: 'mail.retried', subject: String(which), ...authorOf(by), attributes: [] } as const;
  const retry = `UPDATE outbox SET dead_at = NULL, attempts = 0, next_at = ${nowMs} WHERE ${where}`;
  const outcome = await commit(db, {
    mutationId,
    guards: [guard(db, 'state', `EXISTS (SELECT 1 FROM outbox WHERE ${where})`, ...values)],
    statements: [db.prepare(retry).bind(...values), insertJournal(db, entry, nowMs)],
  });
  if (outcome.kind === 'fault') return faultFailure(outcome);
  // Somebody else was faster, or the mail went out just now: nothing is left to do.
  if (outcome.kind === 'lost') return ok(0);
  return ok(outcome.results[0]?.meta.changes ?? found.count);
}

/** A mail as it would go out now. */
export interface MailPreview {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Who has not got it: an address, or the userName of somebody without one. */
  readonly waiting: readonly string[];
}

/** Shows a mail, sent or not; fails with `resource_not_found`. `hostname` is the portal's. */
export async function previewMail(db: D1Database, seq: number, hostname: string): Promise<Result<MailPreview>> {
  const outcome = await readBatch(db, selectPreview(db, seq));
  return outcome.kind === 'fault' ? faultFailure(outcome) : readPreview(outcome.results, hostname);
}

/** The statements whose results `readPreview` takes. */
export function selectPreview(db: D1Database, seq: number): D1PreparedStatement[] {
  return [selectOccasion(db, seq), selectRecipients(db, seq)];
}

/** The mail of these results; fails with `resource_not_found`. */
export async function readPreview(results: readonly D1Result[], hostname: string): Promise<Result<MailPreview>> {
  const [occasions, recipients] = results.map((result) => result.results);
  const occasion = occasions?.[0] as Occasion | undefined;
  if (!occasion) return fail('resource_not_found', 'There is no mail of this number.');
  const mail = mailOf(occasion, hostname);
  const portal = printable(occasion.portalName);
  return ok({
    subject: subjectOf(portal, mail.title),
    text: mailText(mail),
    html: await mailHtml(mail, portal),
    waiting: (recipients as Recipient[]).map((one) => addressOf(one) ?? `${printable(one.userName)} (no address)`),
  });
}

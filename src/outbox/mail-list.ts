// The outbox as people see it: what waits, what is dead and why, what went out, and how a dead mail gets another chance.
import type { Sources } from '../env.ts';
import { fail, ok, type Result } from '../failure.ts';
import { printable } from '../printable.ts';
import { type CommitOutcome, commit } from '../storage/commit.ts';
import { faultFailure } from '../storage/fault-failure.ts';
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

/** What is dead or waits, newest first, and the last ten that went out, or all of them; a thousand rows at most. */
export async function listMails(db: D1Database, all = false): Promise<Result<readonly ListedMail[]>> {
  const columns = `seq, kind, coalesce((SELECT user_name FROM users WHERE id = subject), subject) AS about, iif(done_at IS NOT NULL, 'sent', iif(dead_at IS NOT NULL, 'dead', 'waiting')) AS state,
    json_array_length(recipients) AS "left", attempts, created_at AS createdAt, next_at AS nextAt, done_at AS doneAt,
    last_error AS lastError`;
  const select = (where: string, limit: number) =>
    db.prepare(`SELECT ${columns} FROM outbox WHERE done_at IS ${where} NULL ORDER BY seq DESC LIMIT ${limit}`);
  const outcome = await readBatch(db, [select('', MOST), select('NOT', all ? MOST : RECENT)]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  return ok(outcome.results.flatMap(({ results }) => results as unknown as ListedMail[]));
}

/** Makes mails that were not delivered due now, with all their tries before them: one by its `seq`, or every dead one. Gives
 * their number; fails with `resource_not_found` where there is none of that number. */
export async function retryMails(db: D1Database, sources: Sources, which: number | 'dead'): Promise<Result<number>> {
  const condition = which === 'dead' ? 'dead_at IS NOT NULL' : 'seq = ?2';
  const values = which === 'dead' ? [sources.nowMs()] : [sources.nowMs(), which];
  const statement = db
    .prepare(`UPDATE outbox SET dead_at = NULL, attempts = 0, next_at = ?1 WHERE done_at IS NULL AND ${condition}`)
    .bind(...values);
  const outcome = await commit(db, { mutationId: '', guards: [], statements: [statement] });
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const count = changesOf(outcome);
  if (count > 0 || which === 'dead') return ok(count);
  return fail('resource_not_found', 'No mail of this number waits or is dead.');
}

function changesOf(outcome: CommitOutcome): number {
  return outcome.kind === 'committed' ? (outcome.results[0]?.meta.changes ?? 0) : 0;
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
  const outcome = await readBatch(db, [selectOccasion(db, seq), selectRecipients(db, seq)]);
  if (outcome.kind === 'fault') return faultFailure(outcome);
  const [occasions, recipients] = outcome.results.map(({ results }) => results);
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

// Sends what is due: right after the answer the mails of one change, from the cron whatever waits. At least once, rarely twice:
// a mail is sent again where its sender died between the service's yes and the note of it.
import type { Sources } from '../env.ts';
import { messageOf } from '../failure.ts';
import { Allowance, type Limits } from '../storage/allowance.ts';
import { type Delivery, deliver, type MailEnv } from './delivery.ts';
import { claimNext, forgetSent } from './outbox-rows.ts';

/** The runtime ends work after an answer at 30 s; one message may take ten of them, and D1 as many to note it. */
const AFTER_ANSWER_MS = 10_000;
const AFTER_ANSWER_QUERIES = 200;

/** What one run did, in counts: rows taken, messages accepted, and how the rows ended. `failed` ones wait for their next try,
 * `interrupted` ones for the next run. */
export interface OutboxReport {
  readonly claimed: number;
  readonly sent: number;
  readonly done: number;
  readonly failed: number;
  readonly dead: number;
  readonly interrupted: number;
  /** Rows forgotten, 30 days after they went out. */
  readonly forgotten: number;
  /** What the first of D1's failures said; that row waits for its next try. */
  readonly error?: string;
}

/** The cron's duty: what is due, oldest first, as far as it may, then what is old is forgotten. Throws only when the outbox
 * cannot be read. */
export async function workOutbox(env: MailEnv, sources: Sources, limits: Limits): Promise<OutboxReport> {
  const report = await work(env, sources, limits);
  return { ...report, forgotten: await forgetSent(env.DB, sources.nowMs()) };
}

/** Right after the answer, for `waitUntil`: the mails of the change with this mutation id, by at most `queries` where the
 * invocation has spent others. Never throws, since the cron sends whatever is left. */
export async function sendOutboxOf(
  env: MailEnv,
  sources: Sources,
  mutationId: string,
  queries = AFTER_ANSWER_QUERIES,
): Promise<void> {
  const { nowMs } = sources;
  try {
    const limits = { deadlineMs: nowMs() + AFTER_ANSWER_MS, queries: Math.min(queries, AFTER_ANSWER_QUERIES) };
    const report = await work(env, sources, limits, mutationId);
    if (report.failed + report.dead > 0 || report.error !== undefined) say({ mutationId, ...report });
  } catch (error) {
    say({ mutationId, error: messageOf(error) });
  }
}

async function work(env: MailEnv, sources: Sources, limits: Limits, mutationId?: string) {
  const allowance = new Allowance(env.DB, sources.nowMs, limits);
  const metered = { ...env, DB: allowance.db };
  const report = { claimed: 0, sent: 0, done: 0, failed: 0, dead: 0, interrupted: 0 };
  const errors: string[] = [];
  while (allowance.isLeft()) {
    const claimed = await claimNext(metered.DB, sources.nowMs(), mutationId);
    if (!claimed) break;
    report.claimed += 1;
    try {
      const delivery = await deliver(metered, sources, claimed, allowance);
      count(report, delivery);
      // The next row would wait just as long.
      if (delivery.stalled) break;
    } catch (error) {
      errors.push(messageOf(error));
    }
  }
  const [error] = errors;
  return { ...report, ...(error !== undefined && { error }) };
}

function count(
  report: { sent: number } & Record<Delivery['ending'], number>,
  { sent, ending }: Pick<Delivery, 'sent' | 'ending'>,
): void {
  report.sent += sent;
  report[ending] += 1;
}

function say(line: object): void {
  console.error(JSON.stringify({ event: 'mails', ...line }));
}

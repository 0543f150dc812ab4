// One row of the outbox, sent: a message to each recipient who has not got it, some at a time; who has got it is written down
// before the next ones are tried, so that a sender who dies repeats few.
import type { Env, Sources } from '../env.ts';
import { messageOf } from '../failure.ts';
import { printable } from '../printable.ts';
import type { Allowance } from '../storage/allowance.ts';
import { answered, Stalled } from '../storage/deadline.ts';
import { TRIES } from './back-off.ts';
import { dedupHeaders, type Letter, letterOf } from './envelope.ts';
import { type Occasion, selectOccasion } from './occasion.ts';
import { type Claimed, type Ending, noteDelivered, read, settle } from './outbox-rows.ts';
import { addressOf, type Recipient, selectRecipients } from './recipients.ts';

/** The runtime keeps six connections of an invocation open at a time. */
const AT_ONCE = 6;
const MAX_ERROR = 500;

/** What became of a row: messages accepted, and how the try ended; `dead` was the last try. `stalled` says that the mail service
 * does not answer. */
export interface Delivery {
  readonly sent: number;
  readonly ending: Ending['kind'];
  readonly stalled: boolean;
}

export type MailEnv = Pick<Env, 'DB' | 'EMAIL' | 'EMAIL_FROM' | 'PORTAL_HOSTNAME'>;

/** Sends a row that this sender has taken, and writes how it ended. Throws only on D1's failure. */
export async function deliver(
  env: MailEnv,
  sources: Sources,
  claimed: Claimed,
  allowance: Allowance,
): Promise<Delivery> {
  const { DB } = env;
  const [occasions, rows] = await read(DB, [selectOccasion(DB, claimed.seq), selectRecipients(DB, claimed.seq)]);
  const [occasion] = (occasions?.results ?? []) as unknown as Occasion[];
  if (!occasion) throw new Error(`row ${claimed.seq} of the outbox is gone`);
  const round = await sendAll(env, { claimed, allowance, occasion }, reachable(rows?.results ?? []));
  const ending = endingOf(round, claimed);
  if (ending.kind === 'done') await noteDelivered(DB, claimed.seq, round.unreachable);
  await settle(DB, claimed, ending, sources.nowMs());
  return { sent: round.sent, ending: ending.kind, stalled: round.stalled };
}

interface Addressed {
  readonly seq: number;
  readonly address: string;
}

/** Who can be reached, and the `seq`s of who cannot. */
interface Waiting {
  readonly addressed: readonly Addressed[];
  readonly unreachable: readonly number[];
}

function reachable(rows: readonly unknown[]): Waiting {
  const addressed: Addressed[] = [];
  const unreachable: number[] = [];
  for (const recipient of rows as readonly Recipient[]) {
    const address = addressOf(recipient);
    if (address === undefined) unreachable.push(recipient.seq);
    else addressed.push({ seq: recipient.seq, address });
  }
  return { addressed, unreachable };
}

interface Work {
  readonly claimed: Claimed;
  readonly allowance: Allowance;
  readonly occasion: Occasion;
}

/** What one try came to. */
interface Round extends Waiting {
  sent: number;
  readonly errors: string[];
  stalled: boolean;
  interrupted: boolean;
}

async function sendAll(env: MailEnv, work: Work, waiting: Waiting): Promise<Round> {
  const round: Round = { ...waiting, sent: 0, errors: [], stalled: false, interrupted: false };
  const letter = await letterOf(work.occasion, env);
  for (let at = 0; at < waiting.addressed.length && !round.stalled; at += AT_ONCE) {
    round.interrupted = !work.allowance.isLeft();
    if (round.interrupted) break;
    await sendSome(env, work, letter, waiting.addressed.slice(at, at + AT_ONCE), round);
  }
  return round;
}

async function sendSome(env: MailEnv, work: Work, letter: Letter, some: readonly Addressed[], round: Round) {
  const { claimed, occasion } = work;
  const delivered: number[] = [];
  const send = async ({ seq, address }: Addressed) => {
    const message = { ...letter, to: address, headers: dedupHeaders(occasion, seq) };
    const outcome = await accepted(() => env.EMAIL.send(message));
    if (outcome === 'accepted') {
      delivered.push(seq);
      return;
    }
    round.errors.push(redacted(outcome.error));
    round.stalled ||= outcome.error instanceof Stalled;
  };
  await Promise.all(some.map(send));
  round.sent += delivered.length;
  if (delivered.length > 0) await noteDelivered(env.DB, claimed.seq, delivered);
}

async function accepted(send: () => Promise<unknown>): Promise<'accepted' | { readonly error: unknown }> {
  try {
    await answered('mail', send);
    return 'accepted';
  } catch (error) {
    return { error };
  }
}

function endingOf({ sent, errors, interrupted, addressed, unreachable }: Round, { attempts }: Claimed): Ending {
  const without = unreachable.length;
  const note = without === 0 ? null : `${without} without an e-mail address`;
  if (errors.length > 0) {
    const left = addressed.length - sent;
    const error = [`${left} not delivered: ${[...new Set(errors)].join('; ')}`, note].filter(Boolean).join('; ');
    return { kind: attempts >= TRIES ? 'dead' : 'failed', error: error.slice(0, MAX_ERROR) };
  }
  if (interrupted) return { kind: 'interrupted' };
  // Nobody else has got it in this try, so that to call it done would hide it.
  if (without > 0 && addressed.length === 0) return { kind: 'dead', error: `${note}, nobody else left` };
  return { kind: 'done', note };
}

/** What the mail service said, without addresses. Its errors have a `code`. */
function redacted(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? `${String(error.code)}: ` : '';
  return printable(`${code}${messageOf(error).replace(/[^\s<>"',;:]+@[^\s<>"',;:]+/g, '[address]')}`, 200);
}

// The real mail binding, watched: what was handed to it, and which messages it refuses, never answers, or accepts without
// the sender living to see it.
import { env } from 'cloudflare:workers';
import { workOutbox } from '../../src/outbox/work-outbox.ts';
import type { Portal } from './portal.ts';
import { one, rows } from './scim.ts';

/** A message as it was handed over. */
export interface SentMail {
  readonly from: { readonly name: string; readonly email: string };
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Record<string, string>;
}

/** What happens to a message instead of being accepted. */
export type MailFault = 'stall' | 'accepted, then died' | Error | undefined;

/** Watches the binding: `accepted` are the messages that the service took. */
export class WatchedMail {
  readonly accepted: SentMail[] = [];
  tried = 0;
  fault: (message: SentMail) => MailFault = () => undefined;

  readonly binding: SendEmail = new Proxy(env.EMAIL, {
    get: (target, name) =>
      name === 'send' ? (message: SentMail) => this.#send(target, message) : Reflect.get(target, name),
  });

  async #send(target: SendEmail, message: SentMail) {
    this.tried += 1;
    const fault = this.fault(message);
    if (fault instanceof Error) throw fault;
    if (fault === 'stall') return new Promise<never>(() => undefined);
    const result = await target.send(message);
    this.accepted.push(message);
    if (fault === 'accepted, then died') throw new Error('died');
    return result;
  }

  /** Who got mails, in order of their addresses. */
  get to(): string[] {
    return this.accepted.map(({ to }) => to).sort();
  }

  /** Forgets what was accepted so far. */
  clear(): void {
    this.accepted.length = 0;
    this.tried = 0;
  }
}

/** The portal with its mails watched. */
export function watchMails<P extends Portal>(portal: P): { readonly portal: P; readonly mail: WatchedMail } {
  const mail = new WatchedMail();
  const bindings = { ...portal.env, EMAIL: mail.binding };
  const send: Portal['send'] = (method, path, body, options = {}) =>
    portal.send(method, path, body, { ...options, env: { EMAIL: mail.binding, ...options.env } });
  return { portal: { ...portal, env: bindings, send }, mail };
}

/** What the cron does for mails. */
export const mailCron = ({ env: bindings, sources }: Portal) =>
  workOutbox(bindings, sources, { deadlineMs: sources.nowMs() + 6_000, queries: 60 });

/** A row of the outbox as tests look at it. */
export interface OutboxRow {
  readonly seq: number;
  readonly kind: string;
  readonly mutation_id: string;
  readonly subject: string;
  readonly actor: string;
  readonly recipients: string;
  readonly attempts: number;
  readonly next_at: number;
  readonly last_error: string | null;
  readonly done_at: number | null;
  readonly dead_at: number | null;
}

/** All rows of the outbox, in order. */
export const outbox = () => rows<OutboxRow>('SELECT * FROM outbox ORDER BY seq');

/** The only row of the outbox. */
export const onlyMail = () => one<OutboxRow>('SELECT * FROM outbox');

/** The userNames of all active admins, in order. */
export async function activeAdmins(): Promise<string[]> {
  const found = await rows<{ name: string }>(
    "SELECT user_name AS name FROM users WHERE role = 'admin' AND active = 1 AND removed_at IS NULL ORDER BY user_name",
  );
  return found.map(({ name }) => name);
}

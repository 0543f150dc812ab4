// The commands about mails: what they ask of src/outbox/mail-list.ts, and what they say.
import type { Command } from 'commander';
import { type ListedMail, listMails, previewMail, retryMails } from '../../src/outbox/mail-list.ts';
import { ScriptError } from '../platform.ts';
import { minuteText } from './readable.ts';
import { type Cell, print, printTable, printText } from './terminal.ts';
import { must, type Where, withPortal } from './with-portal.ts';

/** `mails` */
export async function list(options: Where & { readonly all?: true }): Promise<void> {
  await withPortal(options, async ({ db }) => {
    const mails = must(await listMails(db, options.all));
    if (mails.length === 0) return print('No mails yet. Each change of admin rights makes one.');
    const head = ['no.', 'state', 'what', 'about', 'made (UTC)', 'tries', 'not delivered to', 'last error'];
    printTable(mails.map(cellsOf), { head, widths: { 7: 50 } });
    const dead = mails.filter(({ state }) => state === 'dead').length;
    if (dead > 0) print(`${dead} dead: nobody tries them again until npm run portal -- mails retry --dead`);
  });
}

function cellsOf({ seq, state, kind, about, createdAt, nextAt, attempts, left, lastError }: ListedMail): Cell[] {
  const when = state === 'waiting' ? `waiting, next try ${minuteText(nextAt)}` : state;
  return [seq, when, kind.replaceAll('_', ' '), about, minuteText(createdAt), attempts, left, lastError ?? ''];
}

/** `mails show <seq>` */
export async function show(text: string, _own: object, command: Command): Promise<void> {
  const options = command.optsWithGlobals<Where & { readonly html?: true }>();
  const seq = numberOf(text);
  await withPortal(options, async ({ db }, { PORTAL_HOSTNAME }) => {
    const mail = must(await previewMail(db, seq, PORTAL_HOSTNAME));
    if (options.html) return printText(mail.html);
    const waiting = mail.waiting.length === 0 ? 'nobody: all have got it' : mail.waiting.join(', ');
    print(`Subject: ${mail.subject}`, `Still to: ${waiting}`, '');
    printText(mail.text);
  });
}

/** `mails retry [seq]` */
export async function retry(text: string | undefined, _own: object, command: Command): Promise<void> {
  const options = command.optsWithGlobals<Where & { readonly dead?: true }>();
  if ((text === undefined) === (options.dead === undefined)) {
    throw new ScriptError('Say which: the number of one mail, or --dead for all dead ones.');
  }
  const which = text === undefined ? 'dead' : numberOf(text);
  await withPortal(options, async (context) => {
    const count = must(await retryMails(context, which));
    print(`${count} ${count === 1 ? 'mail is' : 'mails are'} due again. The cron sends them within a minute.`);
  });
}

function numberOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ScriptError('A mail has a number: npm run portal -- mails shows it.');
}

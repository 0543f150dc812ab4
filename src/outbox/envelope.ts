// What is handed to the mail service: one message a recipient, so that nobody sees who else got it.
import type { Env } from '../env.ts';
import { printable } from '../printable.ts';
import { mailOf } from './mail.ts';
import { mailHtml } from './mail-html.ts';
import { mailText } from './mail-text.ts';
import type { Occasion } from './occasion.ts';

/** The subject line, short enough for every server. */
export function subjectOf(portal: string, title: string): string {
  return printable(`[${portal}] ${title}`, 200);
}

/** All of a message but its recipient. */
export interface Letter {
  readonly from: { readonly name: string; readonly email: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The letter of an occasion. */
export async function letterOf(
  occasion: Occasion,
  { PORTAL_HOSTNAME, EMAIL_FROM }: Pick<Env, 'PORTAL_HOSTNAME' | 'EMAIL_FROM'>,
): Promise<Letter> {
  const mail = mailOf(occasion, PORTAL_HOSTNAME);
  const portal = printable(occasion.portalName);
  return {
    // Whatever a mail program could take for the end of a name, or for another address.
    from: { name: printable(occasion.portalName.replace(/["\\<>()[\],;:@]/g, ' ')), email: EMAIL_FROM },
    subject: subjectOf(portal, mail.title),
    text: mailText(mail),
    html: await mailHtml(mail, portal),
  };
}

/** What stays the same however often this mail is sent to this recipient. The mail service makes `Message-ID` itself. */
export function dedupHeaders({ kind, mutationId }: Occasion, recipientSeq: number): Record<string, string> {
  return { 'X-Entity-Ref-ID': `${mutationId}.${kind}.${recipientSeq}`, 'X-Auto-Response-Suppress': 'All' };
}

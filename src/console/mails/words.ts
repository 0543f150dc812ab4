// Mails in words: what each kind is about, and how it stands.
import type { ListedMail } from '../../outbox/mail-list.ts';
import { printable } from '../../printable.ts';

/** What a mail tells, such as `jane.example@acme.example became an admin`. */
export function mailTitle({ kind, about }: Pick<ListedMail, 'kind' | 'about'>): string {
  const who = printable(about, 80);
  switch (kind) {
    case 'admin_granted':
      return `${who} became an admin`;
    case 'admin_revoked':
      return `${who} is no admin any more`;
    case 'brake_engaged':
      return 'The brake was engaged';
    case 'sso_changed':
      return 'Single sign-on was changed';
  }
}

export type MailState = ListedMail['state'];

/** In the order of the tabs. */
export const MAIL_STATES: Readonly<Record<MailState, { readonly name: string; readonly look: string }>> = {
  dead: { name: 'Not sent', look: 'act' },
  waiting: { name: 'Waiting', look: 'soon' },
  sent: { name: 'Sent', look: 'good' },
};

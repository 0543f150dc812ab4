// The addresses of the mails to admins.
import type { Screen } from '../screens.ts';
import { selectMailPage, showMail } from './mail.tsx';
import { selectMailsPage, showMails } from './mails.tsx';
import { postRetry, postRetryAll } from './retry.ts';

export const MAIL_SCREENS: readonly Screen[] = [
  { method: 'GET', path: '/console/mails', reads: selectMailsPage, act: showMails },
  { method: 'GET', path: '/console/mails/:seq', reads: selectMailPage, act: showMail },
  { method: 'POST', path: '/console/mails/retry', act: postRetryAll },
  { method: 'POST', path: '/console/mails/:seq/retry', act: postRetry },
];

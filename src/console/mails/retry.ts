// Another chance for mails that could not be sent.
import { kindOf } from '../../failure.ts';
import { retryMails } from '../../outbox/mail-list.ts';
import { faultFailure } from '../../storage/fault-failure.ts';
import { readBatch } from '../../storage/read.ts';
import type { Answer, Posted } from '../exchange.ts';
import { seeOther } from '../page/answer.ts';
import { failureNote } from '../page/notice.tsx';
import { broken } from '../page/refusal.tsx';
import { mailNumber, mailPage, selectMailPage } from './mail.tsx';
import { mailsPage, selectMailsPage } from './mails.tsx';

/** POST: every dead mail is due again. */
export async function postRetryAll(form: Posted): Promise<Answer> {
  const retried = await retryMails(form.context, 'dead');
  if (retried.ok) {
    const done = retried.value === 0 ? '/console/mails?done=none' : '/console/mails?show=waiting&done=retried';
    return { response: seeOther(form, done) };
  }
  const { failure } = retried;
  const read = await readBatch(form.env.DB, selectMailsPage(form));
  if (read.kind === 'fault') return broken(form, '/console/mails', faultFailure(read).failure);
  const response = await mailsPage(form, read.results, kindOf(failure.code).status, failureNote(failure));
  return { response, failure };
}

/** POST: one mail is due again. */
export async function postRetry(form: Posted): Promise<Answer> {
  const seq = mailNumber(form);
  const retried = await retryMails(form.context, seq);
  if (retried.ok) {
    return { response: seeOther(form, `/console/mails/${seq}?done=${retried.value === 0 ? 'none' : 'retried'}`) };
  }
  const { failure } = retried;
  const read = await readBatch(form.env.DB, selectMailPage(form));
  if (read.kind === 'fault') return broken(form, '/console/mails', faultFailure(read).failure);
  const page = await mailPage(form, read.results, kindOf(failure.code).status, failureNote(failure));
  return { ...page, failure };
}

// Beginning and ending to act for a service account.
import { beginActing, endActing } from '../../auth/impersonation.ts';
import { type Failure, kindOf } from '../../failure.ts';
import type { Answer, Posted } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { failureNote } from '../page/notice.tsx';
import { Shell } from '../page/shell.tsx';

/** POST: from now on the session acts for the account that the address names. */
export async function postImpersonate(form: Posted): Promise<Answer> {
  const sent = form.params['seq'] ?? '';
  // Nothing is numbered 0.
  const seq = /^[1-9]\d{0,14}$/.test(sent) ? Number(sent) : 0;
  const begun = await beginActing(form.env.DB, form.sources, form.session, seq, form.requestId);
  return begun.ok ? { response: seeOther(form, '/console/keys') } : refused(form, begun.failure);
}

/** POST: from now on the session acts for who is signed in. */
export async function postEndImpersonation(form: Posted): Promise<Answer> {
  const ended = await endActing(form.env.DB, form.sources, form.session, form.requestId);
  return ended.ok ? { response: seeOther(form, '/console/keys?done=stopped') } : refused(form, ended.failure);
}

async function refused(form: Posted, failure: Failure): Promise<Answer> {
  const page = (
    <Shell title="This did not work" section="keys" screen={form} note={failureNote(failure)}>
      <h1>This did not work</h1>
      <p>
        <a href="/console/keys">To the API keys</a>
      </p>
    </Shell>
  );
  return { response: await pageResponse(form, kindOf(failure.code).status, page), failure };
}

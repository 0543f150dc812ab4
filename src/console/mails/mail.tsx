// One mail: how it stands, who has not got it, and the text as it would go out now.

import { type ListedMail, type MailPreview, readPreview, selectMail, selectPreview } from '../../outbox/mail-list.ts';
import { printable } from '../../printable.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { Detail, Details } from '../page/details.tsx';
import { ActionForm } from '../page/fields.tsx';
import { doneNote, type NoticeProps } from '../page/notice.tsx';
import { notFound } from '../page/refusal.tsx';
import { Shell } from '../page/shell.tsx';
import { Time } from '../page/time-text.tsx';
import { DONE } from './mails.tsx';
import { MAIL_STATES, mailTitle } from './words.ts';

/** The number in the address; 0, which no mail has, where there is none. */
export function mailNumber({ params }: Pick<Addressed, 'params'>): number {
  const text = params['seq'] ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

/** What the page reads. */
export function selectMailPage(request: Pick<Addressed, 'env' | 'params'>): D1PreparedStatement[] {
  const { DB } = request.env;
  const seq = mailNumber(request);
  return [selectMail(DB, seq), ...selectPreview(DB, seq)];
}

/** GET: one mail. */
export async function showMail(screen: SignedIn): Promise<Answer> {
  return mailPage(screen, screen.results, 200, doneNote(screen.url, DONE));
}

/** The page, of the results of `selectMailPage`. */
export async function mailPage(
  screen: SignedIn,
  [listed, ...results]: readonly D1Result[],
  status: number,
  note: NoticeProps | undefined,
): Promise<Answer> {
  const [mail] = (listed?.results ?? []) as unknown as ListedMail[];
  const preview = await readPreview(results, screen.env.PORTAL_HOSTNAME);
  if (!mail || !preview.ok) return notFound(screen);
  const { name, look } = MAIL_STATES[mail.state];
  const page = (
    <Shell title="Mail" section="settings" screen={screen} note={note}>
      <BackLink href={`/console/mails?show=${mail.state}`} name="Mails to admins" />
      <h1>
        {mailTitle(mail)} <span class={`tag ${look}`}>{name}</span>
      </h1>
      <Standing mail={mail} preview={preview.value} now={screen.nowMs} />
      {mail.state === 'sent' ? null : (
        <ActionForm
          action={`/console/mails/${mail.seq}/retry`}
          formToken={screen.formToken}
          submit={mail.state === 'dead' ? 'Try again' : 'Try now'}
        />
      )}
      <h2>The mail</h2>
      <section class="panel setting letter" aria-label="Text of the mail">
        <p>
          <strong>{preview.value.subject}</strong>
        </p>
        <pre tabindex={0}>{preview.value.text}</pre>
      </section>
    </Shell>
  );
  return { response: await pageResponse(screen, status, page) };
}

interface StandingProps {
  readonly mail: ListedMail;
  readonly preview: MailPreview;
  readonly now: number;
}

const NAMED = 20;

function Standing({ mail, preview: { waiting }, now }: StandingProps) {
  const { createdAt, attempts, state, nextAt, doneAt, lastError } = mail;
  return (
    <section class="panel setting" aria-label="How it stands">
      <Details>
        <Detail name="Made">
          <Time at={createdAt} now={now} />
        </Detail>
        <Detail name="Tries">{attempts}</Detail>
        {state === 'waiting' ? (
          <Detail name="Next try">{nextAt <= now ? 'within a minute' : <Time at={nextAt} now={now} />}</Detail>
        ) : null}
        {doneAt === null ? null : (
          <Detail name="Sent">
            <Time at={doneAt} now={now} />
          </Detail>
        )}
        {lastError === null ? null : <Detail name="Why not">{printable(lastError, 500)}</Detail>}
        <Detail name="Not delivered to">
          {waiting.length === 0
            ? 'Nobody: all have got it'
            : waiting.slice(0, NAMED).map((one) => <span class="line">{printable(one, 120)}</span>)}
          {waiting.length > NAMED ? <span class="line">and {waiting.length - NAMED} more</span> : null}
        </Detail>
      </Details>
    </section>
  );
}

// One client of OAuth: what to enter where, its secrets, who allowed it, and its end.
import { isOver } from '../../auth/key-state.ts';
import { type Failure, kindOf } from '../../failure.ts';
import { printable } from '../../printable.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { LastUsed, StateWords } from '../keys/key-words.tsx';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { COPY_SCRIPT } from '../page/copy-field.tsx';
import { Detail, Details } from '../page/details.tsx';
import { doneNote, failureNote, Notice } from '../page/notice.tsx';
import { notFound } from '../page/refusal.tsx';
import { Shell } from '../page/shell.tsx';
import { Time } from '../page/time-text.tsx';
import { AccessPanel } from './access-panel.tsx';
import { ConnectionPanel } from './client-connection.tsx';
import { type ClientDetails, readDetails, selectDetails } from './client-query.ts';
import { clientName, clientState, GRANTS, type PanelProps } from './client-words.tsx';
import { RevokePanel } from './revoke-panel.tsx';
import { SecretsPanel } from './secrets-panel.tsx';

const DONE = {
  made: 'The client is made.',
  'access-ended': 'The access has ended, and its tokens open nothing any more.',
  'secret-revoked': 'The secret is revoked: nobody gets tokens by it any more.',
} as const;

/** What the page of a client reads, and what each of its forms does, behind the session, in the same call. */
export function selectClientPage({ env, params, sources }: Addressed): readonly D1PreparedStatement[] {
  return selectDetails(env.DB, params['id'] ?? '', Math.trunc(sources.nowMs()));
}

/** GET: the client. */
export async function showClient(screen: SignedIn): Promise<Answer> {
  const details = readDetails(screen.results);
  return details ? clientPage(screen, details) : notFound(screen);
}

/** The page of a client: where a form was refused, nothing of it was changed. */
export async function clientPage(screen: SignedIn, details: ClientDetails, failure?: Failure): Promise<Answer> {
  const { client } = details;
  const name = clientName(client);
  const state = clientState(client, screen.nowMs);
  const note = failure ? failureNote(failure) : doneNote(screen.url, DONE);
  const page = (
    <Shell title={name} section="keys" screen={screen} note={note} scripts={[COPY_SCRIPT]}>
      <BackLink href="/console/clients" name="OAuth clients" />
      <h1>{name}</h1>
      {isOver(state) ? (
        <>
          <Notice kind="note">This client has ended for good. Its secrets and tokens open nothing any more.</Notice>
          <Facts details={details} screen={screen} />
        </>
      ) : (
        <>
          {state.kind === 'ownerless' ? <Ownerless /> : null}
          <Panels details={details} screen={screen} isWrong={failure !== undefined} />
        </>
      )}
    </Shell>
  );
  const status = failure ? kindOf(failure.code).status : 200;
  return { response: await pageResponse(screen, status, page), ...(failure ? { failure } : {}) };
}

/** Two columns, each by itself: what it is and who may use it, and beside that what to enter where. */
function Panels({ details, screen, isWrong }: PanelProps & { readonly isWrong: boolean }) {
  const { grant } = details.client;
  return (
    <div class="client-columns">
      <div>
        <Facts details={details} screen={screen} />
        {grant === 'workload_identity' ? null : <SecretsPanel details={details} screen={screen} />}
        {grant === 'authorization_code' ? <AccessPanel details={details} screen={screen} /> : null}
      </div>
      <div>
        <ConnectionPanel details={details} screen={screen} />
        <RevokePanel details={details} screen={screen} isWrong={isWrong} />
      </div>
    </div>
  );
}

function Facts({ details: { client }, screen }: PanelProps) {
  const { id, grant, ownerSeq, ownerName, createdAt, lastUsedAt } = client;
  const now = screen.nowMs;
  return (
    <Details isPanel>
      <Detail name="State">
        <StateWords state={clientState(client, now)} now={now} />
      </Detail>
      <Detail name="For">{GRANTS[grant].purpose}</Detail>
      <Detail name="Acts for">
        <a href={`/console/users/${ownerSeq}`}>{printable(ownerName, 80)}</a>
      </Detail>
      <Detail name="Made">
        <Time at={createdAt} now={now} />
      </Detail>
      <Detail name="Last used">
        <LastUsed at={lastUsedAt} now={now} />
      </Detail>
      <Detail name="History">
        <a href={`/console/log?key=${id}`}>What was done with this client</a>
        <br />
        <a href={`/console/log?user=${id}`}>What was done to this client</a>
      </Detail>
    </Details>
  );
}

function Ownerless() {
  return (
    <Notice kind="act">
      The client is refused: the account it acts for is no active admin. It works again as soon as the account is one.
    </Notice>
  );
}

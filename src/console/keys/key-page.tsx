// One key: what it is, and what its owner can do with it. Somebody else's is shown, and can be revoked.
import { isOver, type KeyState, keyState, successorEnded } from '../../auth/key-state.ts';
import { type Failure, kindOf } from '../../failure.ts';
import { printable } from '../../printable.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse, seeOther } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { COPY_SCRIPT, CopyField } from '../page/copy-field.tsx';
import { Detail, Details } from '../page/details.tsx';
import { doneNote, failureNote, Notice } from '../page/notice.tsx';
import { notFound } from '../page/refusal.tsx';
import { Shell } from '../page/shell.tsx';
import { Time } from '../page/time-text.tsx';
import { OverlapPanel, RevokePanel, RotatePanel, ScimPanel } from './key-actions.tsx';
import { type ShownKey, selectKey } from './key-query.ts';
import { ActFor, keyPath, labelOf } from './key-table.tsx';
import { LastUsed, purposeWord, StateWords } from './key-words.tsx';
import { keysOwner } from './keys-owner.ts';

const DONE = { made: 'The key is made. It opens nothing yet.' } as const;

/** What the page of a key reads, and what each of its forms does: the key, behind the session, in the same call. */
export function selectKeyPage({ env, params }: Addressed): readonly D1PreparedStatement[] {
  return [selectKey(env.DB, params['id'] ?? '')];
}

/** The key that the address names, as it was when the session was asked for. */
export function keyOf({ results }: SignedIn): ShownKey | undefined {
  return results[0]?.results[0] as ShownKey | undefined;
}

/** GET: the key. */
export async function showKey(screen: SignedIn): Promise<Answer> {
  const key = keyOf(screen);
  if (!key) return notFound(screen);
  return key.purpose === 'oauth' ? { response: seeOther(screen, keyPath(key)) } : keyPage(screen, key);
}

/** A form of the page that was refused, and what was typed. */
interface Refused {
  readonly failure: Failure;
  readonly sent: URLSearchParams;
}

/** The page of a key: where a form was refused, nothing of it was changed. */
export async function keyPage(screen: SignedIn, key: ShownKey, refused?: Refused): Promise<Answer> {
  const { failure, sent } = refused ?? {};
  const { nowMs: now, session, url } = screen;
  const isOwn = key.ownerSeq === keysOwner(session).seq;
  const label = labelOf(key);
  const state = keyState(key, now);
  const note = failure ? failureNote(failure) : doneNote(url, DONE);
  const page = (
    <Shell title={label} section="keys" screen={screen} note={note} scripts={[COPY_SCRIPT]}>
      <BackLink href="/console/keys" name="API keys" />
      <h1>{label}</h1>
      <div class="key-panels">
        <KeyFacts shown={key} state={state} now={now} />
        {isOwn ? (
          <Actions shown={key} state={state} screen={screen} sent={sent} />
        ) : (
          <NotYours shown={key} state={state} screen={screen} sent={sent} />
        )}
      </div>
    </Shell>
  );
  const status = failure ? kindOf(failure.code).status : 200;
  return { response: await pageResponse(screen, status, page), ...(failure ? { failure } : {}) };
}

interface StatedProps {
  readonly shown: ShownKey;
  readonly state: KeyState;
}

function KeyFacts({ shown, state, now }: StatedProps & { readonly now: number }) {
  const { id, purpose, createdAt, expiresAt, lastUsedAt, ownerSeq, ownerName } = shown;
  return (
    <Details isPanel>
      <Detail name="State">
        <StateWords state={state} now={now} />
      </Detail>
      <Detail name="Purpose">
        {purpose === 'scim' ? 'SCIM: an identity provider can use it' : `${purposeWord(purpose)}, not used for SCIM`}
      </Detail>
      <Detail name="Owner">
        <a href={`/console/users/${ownerSeq}`}>{printable(ownerName, 80)}</a>
      </Detail>
      <Detail name="Key id">
        <code>{id}</code>
      </Detail>
      <Detail name="Created">
        <Time at={createdAt} now={now} />
      </Detail>
      <Detail name="Expires">{expiresAt === null ? 'never' : <Time at={expiresAt} now={now} />}</Detail>
      <Detail name="Last used">
        <LastUsed at={lastUsedAt} now={now} />
      </Detail>
      <Detail name="History">
        <a href={`/console/log?key=${id}`}>What was done with this key</a>
        <br />
        <a href={`/console/log?user=${id}`}>What was done to this key</a>
      </Detail>
    </Details>
  );
}

function NotYours({ shown, state, screen, sent }: ActionsProps) {
  const isService = shown.ownerType === 'service' && shown.ownerIsActive === 1;
  return (
    <>
      <section class="panel">
        <h2>Somebody else’s key</h2>
        <p>
          {isService
            ? `Only its owner can change it. ${printable(shown.ownerName, 60)} is a service account: act for it.`
            : 'Only its owner can change it, signed in to this console.'}
          {isOver(state)
            ? ' This key has ended for good.'
            : ' Every admin can revoke it, when it leaked or its owner left.'}
        </p>
        <ActFor shown={shown} screen={screen} />
      </section>
      {isOver(state) ? null : <RevokePanel shown={shown} screen={screen} sent={sent} />}
    </>
  );
}

interface ActionsProps extends StatedProps {
  readonly screen: SignedIn;
  readonly sent: URLSearchParams | undefined;
}

function Actions({ shown, state, screen, sent }: ActionsProps) {
  if (isOver(state)) {
    return (
      <Notice kind="note">
        This key has ended for good.{' '}
        {shown.replacedBy === null ? null : (
          <>
            The key <a href={`/console/keys/${shown.replacedBy}`}>{shown.replacedBy}</a> took its place.
          </>
        )}
      </Notice>
    );
  }
  const isAlone = state.kind === 'replaced' && successorEnded(shown, screen.nowMs);
  const isOverlap = state.kind === 'replaced' && !isAlone;
  return (
    <>
      {state.kind === 'unused' ? <ScimPanel shown={shown} screen={screen} /> : null}
      {state.kind === 'ownerless' ? <Ownerless /> : null}
      {shown.purpose === 'scim' ? <Connection shown={shown} screen={screen} /> : null}
      {isOverlap ? <OverlapPanel shown={shown} until={state.until} screen={screen} sent={sent} /> : null}
      {isAlone ? <SuccessorEnded shown={shown} /> : null}
      {state.kind === 'alive' || isAlone ? <RotatePanel shown={shown} screen={screen} sent={sent} /> : null}
      {isOverlap ? null : <RevokePanel shown={shown} screen={screen} sent={sent} />}
    </>
  );
}

function SuccessorEnded({ shown: { replacedBy } }: { readonly shown: ShownKey }) {
  return (
    <Notice kind="act">
      The key <a href={`/console/keys/${replacedBy}`}>{replacedBy}</a>, which was to take the place of this one, has
      ended itself. Rotate this one again before it ends.
    </Notice>
  );
}

function Ownerless() {
  return (
    <Notice kind="act">
      Whoever presents this key is refused: its owner is no active admin. It works again as soon as the owner is one.
    </Notice>
  );
}

function Connection({ shown, screen }: { readonly shown: ShownKey; readonly screen: SignedIn }) {
  const baseUrl = `${screen.url.origin}/scim/v2`;
  return (
    <section class="panel" aria-labelledby="connection">
      <h2 id="connection">What the identity provider needs</h2>
      <CopyField id="username" label="SCIM API Username" value={shown.username} />
      <CopyField id="base-url" label="Okta: Base URL" value={baseUrl} />
      <CopyField id="tenant-url" label="Entra: Tenant URL" value={`${baseUrl}/entra`} />
      <p>
        The password was shown once, when it was made. Step by step:{' '}
        <a href={`/console/connect/okta?key=${shown.id}`}>Okta</a>,{' '}
        <a href={`/console/connect/entra?key=${shown.id}`}>Entra</a>.
      </p>
    </section>
  );
}

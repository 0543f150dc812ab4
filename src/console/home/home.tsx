// The first screen: whose portal this is, how it is used, and what needs attention.
import { IDLE_MS } from '../../auth/session.ts';
import { printable } from '../../printable.ts';
import { personName } from '../../wording.ts';
import type { Answer, Exchange, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { counted } from '../page/count-text.ts';
import { ActionForm } from '../page/fields.tsx';
import { Shell } from '../page/shell.tsx';
import { Time } from '../page/time-text.tsx';
import { attentionItems, type Item, type Level } from './attention-items.ts';
import { type Counts, readAttention, selectAttention } from './attention-query.ts';
import { Items, type ItemsProps } from './item-panel.tsx';

/** What Home reads, behind the session, in the same call. */
export function selectHome({ env, sources }: Exchange): readonly D1PreparedStatement[] {
  return selectAttention(env.DB, Math.trunc(sources.nowMs()));
}

/** GET: Home. */
export async function showHome(screen: SignedIn): Promise<Answer> {
  const { session, results, nowMs: now } = screen;
  const attention = readAttention(results);
  const items = attentionItems(attention, session.brakeEngagedAt, now);
  const page = (
    <Shell title="Home" section="home" screen={screen}>
      <h1>{printable(session.portalName, 80)}</h1>
      <p class="lead">{summary(items)}</p>
      <Facts screen={screen} counts={attention.counts} now={now} />
      <ItemList items={items} now={now} />
      <SessionFoot screen={screen} />
    </Shell>
  );
  return { response: await pageResponse(screen, 200, page) };
}

/** The page in one sentence. */
function summary(items: readonly Item[]): string {
  const of = (level: Level) => items.filter((item) => item.level === level).length;
  const [act, soon] = [of('act'), of('soon')];
  if (act + soon === 0) return 'All is quiet.';
  const parts = [
    ...(act > 0 ? [`${counted(act, 'thing')} to act on`] : []),
    ...(soon > 0 ? [`${soon} to look at`] : []),
  ];
  return `${parts.join(', ')}.`;
}

interface FactsProps {
  readonly screen: SignedIn;
  readonly counts: Counts;
  readonly now: number;
}

function Facts({ screen: { session }, counts: { liveKeys, lastUsedAt }, now }: FactsProps) {
  const { userCount, activeCount } = session;
  return (
    <dl class="facts">
      <div class="panel">
        <dt>People from the identity provider</dt>
        <dd>
          <a href="/console/users">{activeCount.toLocaleString('en')} active</a>
          <small>
            {userCount === activeCount ? 'nobody is deactivated' : `${userCount - activeCount} deactivated`}
          </small>
        </dd>
      </div>
      <div class="panel">
        <dt>SCIM keys and OAuth clients</dt>
        <dd>
          <a href="/console/keys">{liveKeys === 0 ? 'None' : `${liveKeys} in force`}</a>
          <small>{liveKeys === 0 ? 'no identity provider can connect' : 'neither revoked nor expired'}</small>
        </dd>
      </div>
      <div class="panel">
        <dt>Identity provider</dt>
        <dd>
          <a href="/console/connect">{lastUsedAt === null ? 'Not seen yet' : <Time at={lastUsedAt} now={now} />}</a>
          <small>{lastUsedAt === null ? 'no request so far' : 'seen, kept to the day'}</small>
        </dd>
      </div>
    </dl>
  );
}

function ItemList({ items, now }: ItemsProps) {
  const pressing = items.filter(({ level }) => level !== 'note');
  const notes = items.filter(({ level }) => level === 'note');
  return (
    <>
      <h2>Needs attention</h2>
      {pressing.length === 0 ? <Calm /> : <Items items={pressing} now={now} />}
      {notes.length === 0 ? null : (
        <>
          <h2>Good to know</h2>
          <Items items={notes} now={now} />
        </>
      )}
    </>
  );
}

function Calm() {
  return (
    <div class="panel calm">
      <span aria-hidden="true">✓</span>
      <div>
        <h3>Nothing needs attention</h3>
        <p>
          The brake holds nothing, mails go out, keys are in order, the identity provider is not refused anything, and
          nothing is destroyed by tomorrow.
        </p>
      </div>
    </div>
  );
}

function SessionFoot({ screen: { session, formToken } }: { readonly screen: SignedIn }) {
  return (
    <div class="session">
      <p>
        Signed in as {personName(session)}. The session ends after {counted(IDLE_MS / 60_000, 'minute')} without use.
      </p>
      <ActionForm
        action="/console/sign-out-everywhere"
        formToken={formToken}
        submit="Sign out everywhere"
        look="quiet"
      />
    </div>
  );
}

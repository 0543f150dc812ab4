// A key in words: its state, its purpose, and when it was used.
import type { KeyFacts, KeyState } from '../../auth/key-state.ts';
import { readableTime } from '../../printable.ts';
import { Time } from '../page/time-text.tsx';

const DAY_MS = 86_400_000;
/** A key that ends within this is about to; Home says the same. */
const SOON_MS = 14 * DAY_MS;

interface StateProps {
  readonly state: KeyState;
  readonly now: number;
}

/** The state as a tag, and a line with its time where it has one. */
export function StateWords({ state, now }: StateProps) {
  const { tone, word } = tagOf(state, now);
  return (
    <>
      <span class={`tag ${tone}`}>{word}</span>
      <StateTime state={state} now={now} />
    </>
  );
}

function tagOf(state: KeyState, now: number): { tone: string; word: string } {
  switch (state.kind) {
    case 'alive':
      return state.until !== null && state.until - now <= SOON_MS
        ? { tone: 'soon', word: 'Expires soon' }
        : { tone: 'good', word: 'In force' };
    case 'replaced':
      return { tone: 'soon', word: 'Being replaced' };
    case 'unused':
      return { tone: '', word: 'Not in use' };
    case 'ownerless':
      return { tone: 'act', word: 'Owner is no active admin' };
    case 'expired':
      return { tone: '', word: 'Expired' };
    case 'revoked':
      return { tone: '', word: 'Revoked' };
  }
}

function StateTime({ state, now }: StateProps) {
  switch (state.kind) {
    case 'unused':
    case 'ownerless':
      return null;
    case 'alive':
      if (state.until === null) return null;
      return (
        <small>
          expires <Time at={state.until} now={now} />
        </small>
      );
    case 'replaced':
      return (
        <small>
          by <a href={`/console/keys/${state.by}`}>{state.by}</a>, ends <Time at={state.until} now={now} />
        </small>
      );
    case 'expired':
    case 'revoked':
      return (
        <small>
          <Time at={state.at} now={now} />
        </small>
      );
  }
}

/** What a key is for. */
export function purposeWord(purpose: KeyFacts['purpose']): string {
  return { scim: 'SCIM', api: 'API', oauth: 'OAuth client' }[purpose];
}

/** When a key was last used: that is kept to the day, so that nothing finer is said. */
export function LastUsed({ at, now }: { readonly at: number | null; readonly now: number }) {
  if (at === null) return <>never</>;
  const days = Math.floor((now - at) / DAY_MS);
  const words = days < 1 ? 'within a day' : days === 1 ? 'yesterday' : `${days} days ago`;
  return (
    <time datetime={new Date(at).toISOString()} title={`noted ${readableTime(at)}; kept to the day`}>
      {words}
    </time>
  );
}

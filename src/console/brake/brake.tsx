// The brake: whether it holds, how near it is to that, who is held, and the ways out.

import { type BrakeStatus, HELD_COUNTED, readBrake, selectBrake } from '../../directory/brake-status.ts';
import { brakeIsAdmins, settingsOf } from '../../directory/portal-settings.ts';
import type { Addressed, Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { people } from '../page/count-text.ts';
import { doneNote, type NoticeProps } from '../page/notice.tsx';
import { PICK_SCRIPT } from '../page/selection.tsx';
import { Shell } from '../page/shell.tsx';
import { settingsRowOf } from '../settings/settings-row.ts';
import { HeldList, PAGE } from './held-list.tsx';
import { NoBrake, StatePanel } from './state-panel.tsx';
import { WaysOut } from './ways-out.tsx';
import { brakeWord, LOSS_COUNTED } from './words.ts';

const DONE = {
  lifted: 'The brake is lifted and counts from nothing. What it held stays held until you restore or release it.',
  released: 'Released: the destruction goes on, files, messages and profiles within minutes.',
  fewer:
    'Released what was still held: the destruction of that goes on. Of the others nothing was held any more, since somebody restored or released it meanwhile.',
  unreleased:
    'Nothing was released: what you were asked about is not held any more. Somebody restored or released it meanwhile.',
  unlifted: 'The brake was not engaged any more. Nothing was changed.',
} as const;

/** What the page reads: the state, and one more person than it shows. */
export function selectBrakePage({ env, sources, url }: Pick<Addressed, 'env' | 'sources' | 'url'>) {
  const page = { afterSeq: afterOf(url), count: PAGE + 1, most: LOSS_COUNTED };
  return selectBrake(env.DB, Math.trunc(sources.nowMs()), page);
}

/** GET: the brake. */
export async function showBrake(screen: SignedIn): Promise<Answer> {
  return { response: await brakePage(screen, screen.results, 200, doneNote(screen.url, DONE)) };
}

/** The page, of the results of `selectBrakePage`. */
export function brakePage(
  screen: SignedIn,
  results: readonly D1Result[],
  status: number,
  note: NoticeProps | undefined,
): Promise<Response> {
  const { session, portal, nowMs: now } = screen;
  const brake = readBrake(results, portal.policy.brake, session.activeCount);
  const word = brakeWord(brake);
  const isCalm = word !== 'engaged' && brake.heldUsers === 0;
  return pageResponse(
    screen,
    status,
    <Shell title="Brake" section="settings" screen={screen} scripts={[PICK_SCRIPT]} note={note}>
      <BackLink href="/console/settings" name="Settings" />
      <h1>
        The brake <BrakeTag brake={brake} />
      </h1>
      <p class="lead">
        When an identity provider deactivates many people within an hour, the brake keeps what they would lose until an
        admin has looked. Access ends at once all the same.
      </p>
      {word === 'off' ? <NoBrake isAdmins={brakeIsAdmins(settingsOf(settingsRowOf(session)))} /> : null}
      {word === 'off' && isCalm ? null : <StatePanel brake={brake} now={now} />}
      {isCalm ? null : <WaysOut screen={screen} brake={brake} />}
      {brake.heldUsers === 0 ? null : (
        <>
          <h2>Held: {people(brake.heldUsers, HELD_COUNTED)}</h2>
          <HeldList screen={screen} losses={brake.losses} after={afterOf(screen.url)} now={now} />
        </>
      )}
    </Shell>,
  );
}

const TAGS = { engaged: ['act', 'Engaged'], watching: ['good', 'Watching'], off: ['', 'Off'] } as const;

function BrakeTag({ brake }: { readonly brake: BrakeStatus }) {
  const [look, text] = TAGS[brakeWord(brake)];
  return <span class={`tag ${look}`.trim()}>{text}</span>;
}

function afterOf(url: URL): number {
  const after = url.searchParams.get('after') ?? '';
  return /^\d{1,15}$/.test(after) ? Number(after) : 0;
}

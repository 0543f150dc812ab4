// What a restore came to: how many, who did not get everything, who stays held and why.

import type { StaysHeld } from '../../directory/give-back-user.ts';
import { printable } from '../../printable.ts';
import { capital } from '../../wording.ts';
import type { SignedIn } from '../exchange.ts';
import { BackLink } from '../page/back-link.tsx';
import { numberText, people } from '../page/count-text.ts';
import { Shell } from '../page/shell.tsx';
import { STAYS } from './words.ts';

export interface Outcome {
  readonly restored: number;
  /** Who did not get everything, in sentences: the first few, and how many more. */
  readonly partly: readonly string[];
  readonly morePartly: number;
  /** Where they were few: who stays held. */
  readonly stays: readonly StaysHeld[];
  readonly stayed: number;
  /** Still held for want of storage, or because they were deactivated meanwhile. */
  readonly left: number;
  readonly lifted: boolean;
}

interface RestoredPageProps {
  readonly screen: SignedIn;
  readonly outcome: Outcome;
}

export function RestoredPage({ screen, outcome }: RestoredPageProps) {
  const { restored, stays, stayed, left, lifted } = outcome;
  const title = restored === 0 ? 'Nobody was restored' : `Restored: ${people(restored)}`;
  return (
    <Shell title={title} section="settings" screen={screen}>
      <BackLink href="/console/brake" name="Brake" />
      <h1>{title}</h1>
      <section class="panel restored">
        {restored > 0 ? <p>They can sign in again, and have back what was held of them.</p> : null}
        {lifted ? <p>The brake is lifted and counts from nothing.</p> : null}
        {restored + stayed + left === 0 ? <p>Nothing is held of them any more: somebody else was faster.</p> : null}
        {left > 0 ? (
          <p>
            {capital(people(left))} {left === 1 ? 'is' : 'are'} still held, since the database did not answer or they
            were deactivated meanwhile. Restoring once more goes on with them.
          </p>
        ) : null}
        {stayed > 0 && stays.length === 0 ? (
          <p>
            {capital(people(stayed))} {stayed === 1 ? 'stays' : 'stay'} held:{' '}
            <a href="/console/brake">the list says why</a>.
          </p>
        ) : null}
        <Names {...outcome} />
        <p>
          <a href="/console/brake" class="button">
            Back to the brake
          </a>
        </p>
      </section>
    </Shell>
  );
}

/** Who stays held, and who did not get everything. */
function Names({ stays, partly, morePartly }: Outcome) {
  if (stays.length + partly.length === 0) return null;
  return (
    <ul>
      {stays.map(({ userName, reason }) => (
        <li>
          {printable(userName, 80)}: {STAYS[reason]}
        </li>
      ))}
      {partly.map((text) => (
        <li>{printable(text, 400)}</li>
      ))}
      {morePartly === 0 ? null : (
        <li>
          {morePartly === 1 ? 'One other' : `${numberText(morePartly)} others`} did not get everything back either.
        </li>
      )}
    </ul>
  );
}

// How the live check looks: a row each, and what to do next when all is green.
import { Time } from '../page/time-text.tsx';
import { type CheckRow, isComplete } from './check-rows.ts';

const STATES = {
  waiting: { sign: '', word: 'Waiting' },
  seen: { sign: '✓', word: 'Seen' },
  failed: { sign: '!', word: 'Failed' },
} as const;

interface CheckBoxProps {
  readonly rows: readonly CheckRow[];
  /** UTC milliseconds. */
  readonly now: number;
  /** Whether older rows of the log are still to be searched. */
  readonly isSearching: boolean;
}

export function CheckBox({ rows, now, isSearching }: CheckBoxProps) {
  const four = rows.slice(0, 4);
  const seen = four.filter(({ state }) => state === 'seen').length;
  return (
    <div class="check">
      <p class="sum">
        {seen} of {four.length} seen{isSearching ? '; older entries of the log are being searched' : ''}
      </p>
      {isComplete(rows) ? <Done /> : null}
      <ol>
        {rows.map((row) => (
          <RowView row={row} now={now} />
        ))}
      </ol>
    </div>
  );
}

function RowView({
  row: { name, state, sentence, at, change, remark },
  now,
}: {
  readonly row: CheckRow;
  readonly now: number;
}) {
  const { sign, word } = STATES[state];
  return (
    <li class={state}>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      <div>
        <h3>
          {name} <span class={`tag ${state === 'seen' ? 'good' : state === 'failed' ? 'act' : ''}`}>{word}</span>
        </h3>
        <Said sentence={sentence} at={at} change={change} now={now} />
        {remark ? (
          <div class="remark">
            <Said {...remark} now={now} />
          </div>
        ) : null}
      </div>
    </li>
  );
}

interface SaidProps {
  readonly sentence: string;
  readonly at?: number | undefined;
  readonly change?: string | undefined;
  readonly now: number;
}

function Said({ sentence, at, change, now }: SaidProps) {
  return (
    <>
      <p>
        {sentence}
        {at === undefined ? null : (
          <small>
            <Time at={at} now={now} />
          </small>
        )}
      </p>
      {change === undefined ? null : (
        <p class="change">
          <b>What to change:</b> {change}
        </p>
      )}
    </>
  );
}

function Done() {
  return (
    <div class="message good">
      <p>
        <strong>Everything works.</strong> Assign the people who should have access. What happens from now on is in the{' '}
        <a href="/console/log">log</a>, and <a href="/console/users">Users</a> shows who has arrived.
      </p>
    </div>
  );
}

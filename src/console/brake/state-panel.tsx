// How the brake stands: in words, and as a bar that fills as the limit comes near.
import type { BrakeStatus } from '../../directory/brake-status.ts';
import { printable } from '../../printable.ts';
import { counted } from '../page/count-text.ts';
import { Notice } from '../page/notice.tsx';
import { Time } from '../page/time-text.tsx';
import { byWhom } from './words.ts';

interface StatePanelProps {
  readonly brake: BrakeStatus;
  /** UTC milliseconds. */
  readonly now: number;
}

export function StatePanel({ brake, now }: StatePanelProps) {
  const { engaged, policy, lastHour, limit } = brake;
  return (
    <section class="panel brake-state" aria-labelledby="brake-now">
      <h2 id="brake-now">Now</h2>
      {engaged ? (
        <p>
          Engaged since <Time at={engaged.atMs} now={now} />, when people were deactivated{' '}
          {byWhom(engaged.actor, engaged.key)}
          {engaged.key ? ` of ${printable(engaged.key.owner, 80)}` : ''}.
          {engaged.requestId === null ? null : (
            <>
              {' '}
              <a href={`/console/log?request=${encodeURIComponent(engaged.requestId)}`}>See the request in the log</a>
            </>
          )}
        </p>
      ) : null}
      {policy.state === 'on' ? <Rate {...brake} /> : null}
      {engaged && policy.state === 'off' ? <p>It is switched off meanwhile: nothing more is held.</p> : null}
      {policy.state === 'on' ? (
        <p class="hint">
          {engaged ? 'It engages' : `The next ${nextText(limit - lastHour)}. It engages`} when more than{' '}
          {policy.percent} % of the active people are deactivated within an hour: never at {policy.atLeast} or fewer,
          always above {policy.number}. <a href="/console/settings#brake">Change the limits</a>
        </p>
      ) : null}
    </section>
  );
}

function nextText(room: number): string {
  return room <= 0 ? 'one engages it' : `${room === 1 ? 'one passes' : `${room} pass`} without it`;
}

function Rate({ lastHour, limit }: BrakeStatus) {
  return (
    <>
      <p class="rate" id="rate">
        <strong>{lastHour}</strong> {counted(lastHour, 'deactivation').replace(/^\d+ /, '')} in the last hour, of{' '}
        {limit} that may be
      </p>
      <meter
        min={0}
        max={limit}
        low={Math.ceil(limit / 2)}
        high={limit * 0.8}
        optimum={0}
        value={Math.min(lastHour, limit)}
        aria-labelledby="rate"
      >
        {lastHour} of {limit}
      </meter>
    </>
  );
}

/** Where the policy has no brake: what that means, and who can give it one. */
export function NoBrake({ isAdmins }: { readonly isAdmins: boolean }) {
  return (
    <Notice kind="note">
      <p>
        <strong>This portal has no brake.</strong> However many people an identity provider deactivates at once, what
        they leave is destroyed as the settings say, and nobody is asked.
      </p>
      {isAdmins ? (
        <p>
          <a href="/console/settings#brake">Switch the brake on in the settings</a>
        </p>
      ) : (
        <p>
          Whoever runs the portal can switch it on: <code>npm run portal -- policy set brake.state on</code>. Admins can
          change its limits here then.
        </p>
      )}
    </Notice>
  );
}

// The way back for a deactivated account, as the column of actions offers it.
import { whyNoReactivation } from '../../directory/account-rights.ts';
import { ActionPanel } from './action-panel.tsx';
import type { PanelProps } from './overview.tsx';
import { userPath } from './user-frame.tsx';

export function ReactivationPanel({ details: { account, condemned } }: PanelProps) {
  const reason = whyNoReactivation(account);
  if (reason !== undefined) {
    return (
      <ActionPanel id="access" title="Access">
        <p>{reason}</p>
        <a class="button quiet" href="/console/users/new">
          Add user
        </a>
      </ActionPanel>
    );
  }
  const byBrake = condemned.some(
    ({ kind, state, heldBy }) => kind === 'account' && state === 'held' && heldBy !== 'admin',
  );
  return (
    <ActionPanel id="access" title="Access">
      <p>Activating gives access again. The next page tells what comes back with it, and what does not.</p>
      {byBrake ? (
        <p class="beware">
          The brake still keeps what this account lost. To give all of it back,{' '}
          <a href="/console/brake">restore it there</a> instead.
        </p>
      ) : null}
      <a class="go" href={userPath(account, '/reactivate')}>
        Activate again…
      </a>
    </ActionPanel>
  );
}

// The way back for a deactivated account, and what does not come back with it.
import { whyNoReactivation } from '../../directory/account-rights.ts';
import { listText } from '../../wording.ts';
import { ActionForm } from '../page/fields.tsx';
import { ActionPanel } from './action-panels.tsx';
import { countText } from './consequence-words.ts';
import type { PanelProps } from './overview.tsx';
import { userPath } from './user-frame.tsx';

export function ReactivationPanel({ screen, details }: PanelProps) {
  const { account } = details;
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
  return (
    <ActionPanel id="access" title="Access">
      <p>Activating gives access again. {lossSentence(account.loginType)}</p>
      <Kept screen={screen} details={details} />
      <ActionForm action={userPath(account, '/reactivate')} formToken={screen.formToken} submit="Activate again" />
      {account.loginType === 'saml' ? (
        <p class="nothing">
          Assign the person in the identity provider too: it sends the profile, and may deactivate whom it does not know
          as active.
        </p>
      ) : null}
    </ActionPanel>
  );
}

function lossSentence(loginType: PanelProps['details']['account']['loginType']): string {
  const lost = ['admin rights', 'API keys', ...(loginType === 'password' ? ['the password'] : [])];
  return `What was destroyed stays destroyed, and ${listText(lost)} do not come back.`;
}

/** What is still there, and where it is given back. */
function Kept({ details: { account, counts, files, messages, condemned } }: PanelProps) {
  const archived = counts.archivedWorkspaces;
  const kept = [
    ...(files.count > 0 ? [countText(files.count, 'file')] : []),
    ...(messages.count > 0 ? [countText(messages.count, 'message')] : []),
  ];
  const byBrake = condemned.some(
    ({ kind, state, heldBy }) => kind === 'account' && state === 'held' && heldBy !== 'admin',
  );
  return (
    <>
      {byBrake ? (
        <p class="beware">
          The brake still keeps what this account lost. To give all of it back,{' '}
          <a href="/console/brake">restore it there</a> instead.
        </p>
      ) : null}
      {kept.length > 0 ? <p>{listText(kept)} are readable again.</p> : null}
      {archived > 0 ? (
        <p>
          <a href={`/console/workspaces?state=archived&owner=${account.seq}`}>{countText(archived, 'workspace')}</a>{' '}
          {archived === 1 ? 'stays' : 'stay'} archived until an admin restores {archived === 1 ? 'it' : 'them'}.
        </p>
      ) : null}
    </>
  );
}

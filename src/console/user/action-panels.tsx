// What an admin can do with the account, beside what is known of it. What cannot be done is there too, with the reason.
import { whyNoConversion, whyNoDeactivation } from '../../directory/account-rights.ts';
import { ADMIN_ROLE } from '../../directory/admin-role.ts';
import { ActionForm } from '../page/fields.tsx';
import { ActionPanel, Barred } from './action-panel.tsx';
import { keysInUse } from './consequence-words.ts';
import type { PanelProps } from './overview.tsx';
import { ReactivationPanel } from './reactivation-panel.tsx';
import { RolePanel } from './role-panel.tsx';
import { TeamPanel } from './team-panel.tsx';
import { userPath } from './user-frame.tsx';

/** The column of actions. */
export function ActionPanels(props: PanelProps) {
  const { account } = props.details;
  return (
    <>
      {account.removedAt === null ? <KeyPanel {...props} /> : null}
      <RolePanel {...props} />
      <TeamPanel {...props} />
      {account.loginType === 'password' && account.removedAt === null ? <PasswordPanel {...props} /> : null}
      {account.loginType === 'saml' ? null : <ConversionPanel {...props} />}
      {account.active ? <DeactivationPanel {...props} /> : <ReactivationPanel {...props} />}
    </>
  );
}

function KeyPanel({ screen, details: { account } }: PanelProps) {
  if (account.loginType !== 'service' || !account.active) return null;
  return (
    <ActionPanel id="act-for" title="Its API keys">
      <p>Nobody signs in with a service account. To make or revoke its keys, act for it for a while.</p>
      <ActionForm
        action={userPath(account, '/impersonate')}
        formToken={screen.formToken}
        submit="Manage its API keys"
        look="quiet"
      />
    </ActionPanel>
  );
}

function PasswordPanel({ screen, details: { account, passwordSetAt } }: PanelProps) {
  const label = passwordSetAt === null ? 'Make a link to set the password' : 'Make a new password link';
  const may = account.active && account.role === ADMIN_ROLE;
  return (
    <ActionPanel id="password" title="Password">
      <p>A link by which the person chooses a password, once and within an hour. The old password works until then.</p>
      {may ? (
        <ActionForm
          action={userPath(account, '/password-link')}
          formToken={screen.formToken}
          submit={label}
          look="quiet"
        />
      ) : (
        <Barred name="password" label={label} reason="Only active admins sign in with a password." />
      )}
    </ActionPanel>
  );
}

function ConversionPanel({ screen, details: { account } }: PanelProps) {
  const reason = whyNoConversion(account, screen.session.userSeq);
  if (account.removedAt !== null) return null;
  return (
    <ActionPanel id="manager" title="Who manages it">
      <p>The portal’s admins manage this account, and the identity provider cannot see it.</p>
      {reason === undefined ? (
        <a class="button quiet" href={userPath(account, '/convert')}>
          Hand it to the identity provider…
        </a>
      ) : (
        <Barred name="manager" label="Hand it to the identity provider" reason={reason} />
      )}
    </ActionPanel>
  );
}

function DeactivationPanel({ screen, details }: PanelProps) {
  const { account } = details;
  const reason = whyNoDeactivation(account, screen.session.userSeq);
  return (
    <ActionPanel id="access" title="Access">
      <p>
        Deactivating ends access at once and takes with it what the policy of this portal says. The next page tells
        exactly what.
      </p>
      {keysInUse(details, screen.nowMs).length === 0 ? null : (
        <p class="beware">The identity provider connects with a key of this account.</p>
      )}
      {reason === undefined ? (
        <a class="button quiet danger" href={userPath(account, '/deactivate')}>
          Deactivate…
        </a>
      ) : (
        <Barred name="access" label="Deactivate" reason={reason} />
      )}
      {account.loginType === 'saml' ? (
        <p class="nothing">As a rule the identity provider does this, when the person is unassigned there.</p>
      ) : null}
    </ActionPanel>
  );
}

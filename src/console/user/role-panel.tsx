// The role of an account: chosen here, or by the identity provider, and then with the place where it is changed. In a portal of two
// roles it is the question whether somebody is an admin.
import { roleGovernor, roleGovernorToBe, rolesToGive, whyNoAdminChange } from '../../directory/account-rights.ts';
import { ADMIN_ROLE } from '../../directory/admin-role.ts';
import { roleName, roleWords } from '../../wording.ts';
import { ActionForm, SelectField } from '../page/fields.tsx';
import { ProviderPlaces } from '../page/provider-places.tsx';
import { ActionPanel, Barred } from './action-panel.tsx';
import { countText } from './consequence-words.ts';
import { decidesAgain } from './governor-words.ts';
import { isLastPassword, LastPassword } from './last-password.tsx';
import type { PanelProps } from './overview.tsx';
import { userPath } from './user-frame.tsx';

export function RolePanel(props: PanelProps) {
  const { screen, details } = props;
  const { account } = details;
  if (account.removedAt !== null) return null;
  const choices = rolesToGive(account, screen.portal);
  if (screen.portal.policy.roles.length === 2 && roleGovernor(account, screen.portal) !== 'userType') {
    return <AdminPanel {...props} />;
  }
  return (
    <ActionPanel id="role-panel" title="Role">
      {choices.some((role) => role !== account.role) && account.active ? (
        <RoleForm {...props} choices={choices} />
      ) : (
        <FixedRole {...props} />
      )}
    </ActionPanel>
  );
}

function RoleForm({ screen, details, choices }: PanelProps & { readonly choices: readonly string[] }) {
  const { account } = details;
  const isAdmin = account.role === ADMIN_ROLE;
  const options = choices.map((value) => ({ value, text: roleName(value) }));
  const governor = roleGovernor(account, screen.portal);
  return (
    <>
      {isAdmin ? <Losses screen={screen} details={details} /> : null}
      <ActionForm action={userPath(account, '/role')} formToken={screen.formToken} submit="Save the role" look="quiet">
        <SelectField
          name="role"
          label="Role in this portal"
          hint={
            choices.includes(ADMIN_ROLE)
              ? 'Every active admin gets a mail when somebody becomes an admin or is none any more.'
              : undefined
          }
          options={options}
          value={account.role}
        />
      </ActionForm>
      {governor === undefined ? null : (
        <p class="nothing">Who is an admin, the identity provider decides by {governor}.</p>
      )}
      <GovernorToBe screen={screen} details={details} />
    </>
  );
}

/** Who decides later what is chosen here as long as nothing provisions the portal. */
function GovernorToBe({ screen, details: { account } }: PanelProps) {
  const governor = account.isProvisioned ? undefined : roleGovernorToBe(account, screen.portal);
  return governor === undefined ? null : <p class="nothing">{decidesAgain(governor)}</p>;
}

/** Why the role cannot be chosen here, and where it is. */
function FixedRole({ screen, details: { account } }: PanelProps) {
  const governor = roleGovernor(account, screen.portal);
  const role = <strong>{roleWords(account.role)}</strong>;
  if (!account.active) {
    return <p class="nothing">A deactivated account has the least role: {role}. Another one comes with access.</p>;
  }
  if (governor === undefined) return <p>The role is {role}, and there is no other to choose here.</p>;
  return (
    <>
      <p>
        The role is {role}. The identity provider decides: set <code>{governor}</code> there.
      </p>
      <ProviderPlaces />
    </>
  );
}

function AdminPanel({ screen, details }: PanelProps) {
  const { account } = details;
  const isAdmin = account.role === ADMIN_ROLE && account.active;
  const label = isAdmin ? 'Take admin rights away' : 'Make an admin';
  const reason = whyNoAdminChange(account, screen.portal);
  return (
    <ActionPanel id="admin" title="Admin rights">
      <p>{isAdmin ? 'This account is an admin of the portal.' : 'This account is no admin of the portal.'}</p>
      {reason === undefined && isAdmin ? <Losses screen={screen} details={details} /> : null}
      {reason === undefined ? (
        <ActionForm action={userPath(account, '/admin')} formToken={screen.formToken} submit={label} look="quiet">
          <input type="hidden" name="rights" value={isAdmin ? 'revoked' : 'granted'} />
        </ActionForm>
      ) : (
        <Barred name="admin" label={label} reason={reason} />
      )}
      {reason === undefined ? <GovernorToBe screen={screen} details={details} /> : null}
      {roleGovernor(account, screen.portal) === undefined || !account.active ? null : <ProviderPlaces />}
    </ActionPanel>
  );
}

/** What goes with the admin rights. */
function Losses({ screen, details }: PanelProps) {
  const { account, counts } = details;
  const keys = counts.liveKeys;
  return (
    <>
      {keys === 0 ? null : (
        <p class="beware">
          {countText(keys, 'API key')} of this account {keys === 1 ? 'stops' : 'stop'} working without them.
        </p>
      )}
      {account.seq === screen.session.userSeq ? (
        <p class="beware">It is your own account: your session ends at once.</p>
      ) : null}
      {isLastPassword(details) ? (
        <p class="beware">
          <LastPassword details={details} />
        </p>
      ) : null}
    </>
  );
}

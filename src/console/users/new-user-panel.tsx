// The form that adds a user: for each kind what the account is for, and the fields that it needs.
import { roleGovernorToBe, rolesToGive } from '../../directory/account-rights.ts';
import { ADMIN_ROLE } from '../../directory/admin-role.ts';
import { roleAttribute } from '../../directory/user-roles.ts';
import { roleName, roleWords } from '../../wording.ts';
import type { SignedIn } from '../exchange.ts';
import { ActionForm, SelectField, TextField } from '../page/fields.tsx';
import { Notice } from '../page/notice.tsx';
import { Padlock } from '../page/padlock.tsx';
import { TeamField } from '../teams/team-field.tsx';
import { decidesAgain } from '../user/governor-words.ts';
import type { NewUserFields } from './new-user-form.ts';

interface PanelProps {
  readonly screen: SignedIn;
  readonly fields: NewUserFields;
  readonly teams: readonly string[];
  readonly isProvisioned: boolean;
  /** Whether what was typed was refused. */
  readonly isWrong: boolean;
}

export function NewUserPanel({ screen, fields, teams, isProvisioned, isWrong }: PanelProps) {
  const { login } = fields;
  return (
    <section class="panel new-user">
      <About login={login} />
      <ActionForm action="/console/users/new" formToken={screen.formToken} submit={SUBMIT[login]}>
        <input type="hidden" name="login" value={login} />
        <UserNameField fields={fields} isWrong={isWrong} />
        {login === 'service' ? null : <NameFields fields={fields} />}
        <RoleField screen={screen} fields={fields} isProvisioned={isProvisioned} />
        {login === 'saml' ? <NewTeam screen={screen} fields={fields} teams={teams} /> : null}
      </ActionForm>
    </section>
  );
}

type Login = NewUserFields['login'];

const SUBMIT: Readonly<Record<Login, string>> = {
  saml: 'Add the user',
  password: 'Add the admin and make a link',
  service: 'Add the service account',
};

function About({ login }: { readonly login: Login }) {
  switch (login) {
    case 'saml':
      return (
        <p>
          The identity provider manages this user. As a rule it creates users by itself: add one here only where the
          account must be there earlier. The provider then finds it by the user name and goes on from there.
        </p>
      );
    case 'password':
      return (
        <p>
          An admin who gets into this console with a password when single sign-on does not work. The identity provider
          never sees the account.
        </p>
      );
    case 'service':
      return (
        <p>
          <Padlock label="Locked" /> An account that nobody signs in with: the recommended owner of SCIM keys, since it
          does not leave when a person does. Admins act for it to make its keys.
        </p>
      );
  }
}

function UserNameField({ fields: { login, userName }, isWrong }: Pick<PanelProps, 'fields' | 'isWrong'>) {
  const isOutside = login !== 'saml';
  return (
    <TextField
      name="userName"
      label={isOutside ? 'E-mail address' : 'User name'}
      hint={
        isOutside
          ? 'It is the user name. It must be one that the identity provider does not have.'
          : 'As the identity provider sends it, most often the e-mail address. It is how the user is found again.'
      }
      type={isOutside ? 'email' : 'text'}
      value={userName}
      required
      maxlength={512}
      isWrong={isWrong}
    />
  );
}

function NameFields({ fields: { givenName, familyName } }: Pick<PanelProps, 'fields'>) {
  return (
    <div class="grid">
      <TextField name="givenName" label="First name" value={givenName} maxlength={200} />
      <TextField name="familyName" label="Last name" value={familyName} maxlength={200} />
    </div>
  );
}

const MAILED = 'Every active admin gets a mail when somebody becomes an admin.';

type RoleProps = Pick<PanelProps, 'screen' | 'fields' | 'isProvisioned'>;

function RoleField({ screen: { portal }, fields: { login, role }, isProvisioned }: RoleProps) {
  const { policy } = portal;
  if (login === 'password')
    return <Notice kind="note">The account is an admin. Every active admin gets a mail about it.</Notice>;
  const choices = rolesToGive({ loginType: login, role: policy.defaultRole, isProvisioned }, portal);
  if (choices.length < 2) {
    return (
      <Notice kind="note">
        The role is {roleWords(policy.defaultRole)} until the identity provider sends{' '}
        <code>{roleAttribute(portal)}</code>, which decides over it.
      </Notice>
    );
  }
  const isService = login === 'service';
  const first = isService ? ADMIN_ROLE : policy.defaultRole;
  const options = [first, ...choices.filter((one) => one !== first)].map((value) => ({ value, text: roleName(value) }));
  const governor = isProvisioned ? undefined : roleGovernorToBe({ loginType: login }, portal);
  const hints = [
    ...(isService ? ['Only an admin can own a SCIM key.'] : []),
    ...(choices.includes(ADMIN_ROLE) ? [MAILED] : []),
    ...(governor === undefined ? [] : [decidesAgain(governor)]),
  ];
  const hint = hints.length === 0 ? undefined : hints.join(' ');
  return <SelectField name="role" label="Role" hint={hint} options={options} value={role || first} />;
}

function NewTeam({ screen: { portal }, fields: { team }, teams }: Pick<PanelProps, 'screen' | 'fields' | 'teams'>) {
  const isByDivision = portal.policy.teamBy === 'division';
  if (!isByDivision && teams.length === 0) return null;
  const hint = isByDivision ? 'It becomes the division, which the identity provider may change.' : undefined;
  return <TeamField teams={teams} value={team === '' ? null : team} {...(hint ? { hint } : {})} />;
}

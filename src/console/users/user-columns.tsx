// The columns of a list of users.
import { ADMIN_ROLE } from '../../directory/admin-role.ts';
import type { ListedUser } from '../../directory/user-list.ts';
import type { LoginType, Shown } from '../../directory/user-list-query.ts';
import { printable } from '../../printable.ts';
import { fullName, roleName } from '../../wording.ts';
import { Padlock } from '../page/padlock.tsx';
import type { Column } from '../page/table.tsx';
import { Time } from '../page/time-text.tsx';
import { LOGIN_TEXTS } from './user-words.ts';

/** The columns of what is shown; `now` in UTC milliseconds. */
export function userColumns(show: Shown, hasTeams: boolean, now: number): readonly Column<ListedUser>[] {
  const team: Column<ListedUser> = { name: 'Team', show: ({ team: name }) => <Team name={name} /> };
  const state: Column<ListedUser> = { name: 'State', show: (user) => <State user={user} now={now} /> };
  return [
    { name: 'Person', show: (user) => <Person user={user} /> },
    { name: 'Sign-in', show: ({ loginType }) => <SignInWay loginType={loginType} /> },
    { name: 'Role', show: ({ role }) => <Role role={role} /> },
    ...(hasTeams ? [team] : []),
    ...(show === 'registered' ? [] : [state]),
    { name: 'Last change', show: ({ updatedAt }) => <Time at={updatedAt} now={now} /> },
  ];
}

function Person({ user }: { readonly user: ListedUser }) {
  const name = fullName(user);
  const userName = printable(user.userName, 120);
  return (
    <>
      <a href={`/console/users/${user.seq}`}>{name ?? userName}</a>
      {name === undefined ? null : <small>{userName}</small>}
    </>
  );
}

/** How somebody signs in; nobody signs in with a service account, which a padlock says. */
function SignInWay({ loginType }: { readonly loginType: LoginType }) {
  if (loginType !== 'service') return <>{LOGIN_TEXTS[loginType]}</>;
  return (
    <span class="way">
      <Padlock label="Service account:" />
      {LOGIN_TEXTS[loginType]}
    </span>
  );
}

function Role({ role }: { readonly role: string }) {
  return role === ADMIN_ROLE ? <span class="tag admin">Admin</span> : <span>{printable(roleName(role), 40)}</span>;
}

function Team({ name }: { readonly name: string | null }) {
  if (name === null) return <span class="muted">None</span>;
  return <a href={`/console/users?${new URLSearchParams({ team: name })}`}>{printable(name, 60)}</a>;
}

function State({
  user: { active, deactivatedAt, removedAt },
  now,
}: {
  readonly user: ListedUser;
  readonly now: number;
}) {
  if (removedAt !== null) return <Since tag="Removed" look="act" at={removedAt} now={now} />;
  if (active === 0) return <Since tag="Deactivated" look="" at={deactivatedAt} now={now} />;
  return <span class="tag good">Registered</span>;
}

interface SinceProps {
  readonly tag: string;
  readonly look: '' | 'act';
  readonly at: number | null;
  readonly now: number;
}

function Since({ tag, look, at, now }: SinceProps) {
  return (
    <>
      <span class={`tag ${look}`}>{tag}</span>
      {at === null ? null : (
        <small>
          <Time at={at} now={now} />
        </small>
      )}
    </>
  );
}

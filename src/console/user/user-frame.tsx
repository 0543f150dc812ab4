// What every page of one user has: who it is, how the account stands, the way back to the list, and the tabs.

import type { Child, PropsWithChildren } from 'hono/jsx';
import type { Account } from '../../directory/account.ts';
import { ADMIN_ROLE } from '../../directory/admin-role.ts';
import { type Failure, fail } from '../../failure.ts';
import { printable } from '../../printable.ts';
import { personName } from '../../wording.ts';
import type { Answer, SignedIn } from '../exchange.ts';
import { pageResponse } from '../page/answer.ts';
import { BackLink } from '../page/back-link.tsx';
import { emptyPage } from '../page/empty-page.tsx';
import type { NoticeProps } from '../page/notice.tsx';
import { Padlock } from '../page/padlock.tsx';
import { Shell } from '../page/shell.tsx';
import { Tabs } from '../page/tabs.tsx';
import { LOGIN_TEXTS } from '../users/user-words.ts';
import { seqOf } from './user-query.ts';

/** The address of a user's page, or of one below it. */
export function userPath({ seq }: Pick<Account, 'seq'>, below = ''): string {
  return `/console/users/${seq}${below}`;
}

type FrameProps = PropsWithChildren<{
  readonly screen: SignedIn;
  readonly account: Account;
  readonly tab: 'overview' | 'history' | 'none';
  readonly note?: NoticeProps | undefined;
  readonly scripts?: readonly string[];
}>;

/** A page of one user. */
export function UserFrame({ screen, account, tab, note, scripts = [], children }: FrameProps) {
  const name = personName(account, 120);
  const userName = printable(account.userName, 120);
  return (
    <Shell title={name} section="users" screen={screen} note={note} scripts={scripts}>
      <header class="person">
        <BackLink href="/console/users" name="Users" />
        <h1>{name}</h1>
        {name === userName ? null : <p class="lead">{userName}</p>}
        <AccountTags account={account} />
      </header>
      <Tabs
        label={`Pages of ${name}`}
        tabs={[
          { path: userPath(account), name: 'Overview', isHere: tab === 'overview' },
          { path: userPath(account, '/history'), name: 'History', isHere: tab === 'history' },
        ]}
      />
      {children}
    </Shell>
  );
}

function AccountTags({ account }: { readonly account: Account }) {
  const { active, removedAt, role, loginType } = account;
  return (
    <p class="tags">
      {removedAt === null ? null : <span class="tag act">Removed</span>}
      {removedAt !== null ? null : active ? (
        <span class="tag good">Active</span>
      ) : (
        <span class="tag soon">Deactivated</span>
      )}
      {role === ADMIN_ROLE && active ? <span class="tag admin">Admin</span> : null}
      <span class="tag">
        {loginType === 'service' ? <Padlock label="Locked:" /> : null}
        {LOGIN_TAGS[loginType]}
      </span>
    </p>
  );
}

const LOGIN_TAGS = { ...LOGIN_TEXTS, service: 'Service account, no login' };

/** The page where the address names nobody. */
export async function noSuchUser(screen: SignedIn): Promise<Answer> {
  const why = seqOf(screen.params) === 0 ? 'This address names no user.' : 'There is no user of this number.';
  const { failure } = fail('resource_not_found', why);
  return emptyPage(screen, {
    section: 'users',
    title: 'No such user',
    text: `${why} The link may be mistyped. Accounts are never taken out of the list, also when they are removed.`,
    next: { href: '/console/users', name: 'See all users' },
    status: 404,
    failure,
  });
}

/** A page with the status of a failure, where there is one. */
export async function answerWith(screen: SignedIn, page: Child, status: number, failure?: Failure): Promise<Answer> {
  return { response: await pageResponse(screen, status, page), ...(failure ? { failure } : {}) };
}
